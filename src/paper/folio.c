/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks are only gathered here; folio-pdf.c gives them their places. */
#include "paper/folio.h"
#include <string.h>

const char folio_blank[] = "\n";

static void block_free(gpointer data) {
  FolioBlock *block = data;
  g_ptr_array_unref(block->rows);
  g_free(block);
}

Folio *folio_new(Arena *arena, const char *language) {
  Folio *folio = g_new0(Folio, 1);
  *folio = (Folio){.arena = arena, .language = language, .blocks = g_ptr_array_new_with_free_func(block_free)};
  return folio;
}

void folio_free(Folio *folio) {
  if (!folio)
    return;
  g_ptr_array_unref(folio->blocks);
  g_free(folio);
}

static FolioBlock *add_block(Folio *folio, FolioKind kind) {
  FolioBlock *block = g_new0(FolioBlock, 1);
  *block = (FolioBlock){.kind = kind, .rows = g_ptr_array_new()};
  g_ptr_array_add(folio->blocks, block);
  return block;
}

static FolioBlock *last_block(const Folio *folio) {
  return folio->blocks->pdata[folio->blocks->len - 1];
}

void folio_section(Folio *folio, const char *text) {
  static const char *const chinese[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
  const guint number = folio->sections++;
  const gboolean counts = number < G_N_ELEMENTS(chinese) && folio->language && g_str_has_prefix(folio->language, "zh");
  add_block(folio, FOLIO_SECTION)->text = counts ? arena_printf(folio->arena, "%s、%s", chinese[number], text)
                                                 : arena_printf(folio->arena, "%u.  %s", number + 1, text);
}

void folio_text(Folio *folio, const char *text) {
  if (text && *text)
    add_block(folio, FOLIO_TEXT)->text = text;
}

void folio_table(Folio *folio, const FolioColumn *columns) {
  add_block(folio, FOLIO_TABLE)->columns = columns;
}

static guint columns_of(const FolioBlock *block) {
  guint count = 0;
  while (block->columns[count].label)
    count++;
  return count;
}

void folio_row(Folio *folio, const char *const *texts) {
  FolioBlock *block = last_block(folio);
  const guint count = columns_of(block);
  const char **row = arena_new_of(folio->arena, const char *, count);
  memcpy(row, texts, count * sizeof *row);
  for (guint i = 0; i < count; i++)
    block->filled |= texts[i] && *texts[i] ? 1u << i : 0;
  g_ptr_array_add(block->rows, row);
}

void folio_total(Folio *folio, const char *const *texts) {
  folio_row(folio, texts);
  last_block(folio)->total = TRUE;
}

void folio_facts(Folio *folio, FolioKind kind, guint sides, const char *const *heads) {
  FolioBlock *block = add_block(folio, kind);
  block->sides = sides;
  for (guint i = 0; heads && i < sides; i++)
    block->heads[i] = heads[i];
}

void folio_fact(Folio *folio, guint side, const char *label, const char *text) {
  if (!text || !*text)
    return;
  FolioBlock *block = last_block(folio);
  const guint at = block->used[side]++;
  if (at == block->rows->len)
    g_ptr_array_add(block->rows, arena_new_of(folio->arena, const char *, FOLIO_SIDES * 2));
  const char **row = block->rows->pdata[at];
  row[side * 2] = label;
  row[side * 2 + 1] = text;
}
