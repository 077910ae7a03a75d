/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers of any length, with whatever people write: every row stands on some page, and the pages are counted right. */
#include "paper/folio.h"
#include "draw/draw.h"
#include <string.h>

static const FolioColumn columns[] = {
  {"No.", 1, FOLIO_RIGHT}, {"Style", 4, FOLIO_LEFT}, {"Remarks", 6, FOLIO_LEFT}, {0}};

static Folio *begin(Arena *arena, const char *mark) {
  Folio *folio = folio_new(arena, "zh_CN");
  folio->title = "订货合同";
  folio->number = "C-00001";
  folio->mark = mark;
  return folio;
}

/* Cairo 1.16 writes the objects of pages as plain text. */
static guint pages_of(GBytes *pdf) {
  gsize size;
  const char *bytes = g_bytes_get_data(pdf, &size);
  guint pages = 0;
  for (const char *at = bytes; (at = memmem(at, size - (gsize)(at - bytes), "/Type /Page ", 12)); at++)
    pages++;
  return pages;
}

static GBytes *print(const Folio *folio) {
  g_autoptr(GError) error = NULL;
  GBytes *pdf = folio_pdf(folio, &error);
  g_assert_no_error(error);
  g_assert_cmpmem(g_bytes_get_data(pdf, NULL), 5, "%PDF-", 5);
  return pdf;
}

static void test_many_rows(void) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Folio) folio = begin(arena, "Draft");
  folio_section(folio, "货物");
  folio_table(folio, columns);
  for (guint i = 1; i <= 10000; i++)
    folio_row(folio, (const char *const[]){arena_printf(arena, "%u", i), "双玻百叶", "单开玻璃门 · 左内开"});
  folio_total(folio, (const char *const[]){NULL, "合计", "10000"});
  g_autoptr(GBytes) pdf = print(folio);
  g_assert_cmpuint(pages_of(pdf), >, 10000 / 40);
  g_assert_cmpuint(pages_of(pdf), <, 10000 / 20);
}

/* A row that is higher than a page goes on over several; so does a paragraph. */
static void test_long_texts(void) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GString) word = g_string_new(NULL), lines = g_string_new(NULL);
  for (guint i = 0; i < 20000; i++)
    g_string_append_c(word, 'W');
  for (guint i = 0; i < 500; i++)
    g_string_append(lines, "\n条款");
  g_autoptr(Folio) folio = begin(arena, NULL);
  folio_table(folio, columns);
  folio_row(folio, (const char *const[]){"1", "A", word->str});
  g_autoptr(GBytes) row = print(folio);
  g_assert_cmpuint(pages_of(row), >, 10);
  folio_text(folio, lines->str);
  g_autoptr(GBytes) both = print(folio);
  g_assert_cmpuint(pages_of(both), >, pages_of(row) + 8);
}

/* Emoji old and new, characters that only names have, signs, other scripts: each has a shape of its own. */
static void test_rare_characters(void) {
  static const char *const rare[] = {"🚪", "🪟", "👷🏽\u200d♂️", "❤️", "1️⃣", "𠮷", "𬭎", "𫖮", "㐂", "㎡", "①", "★",
                                     "ไ",  "ह",  "አ",          "ק",  "ﷺ",  "㍿", "∮", "⇒", "￥", "〇", "№"};
  PangoLayout *layout = draw_layout(NULL);
  draw_set_size(layout, 9);
  for (guint i = 0; i < G_N_ELEMENTS(rare); i++) {
    pango_layout_set_text(layout, rare[i], -1);
    g_test_message("%s", rare[i]);
    g_assert_cmpint(pango_layout_get_unknown_glyphs_count(layout), ==, 0);
  }
  pango_layout_set_text(layout, "\U0003fffe", -1); /* nothing has this one */
  g_assert_cmpint(pango_layout_get_unknown_glyphs_count(layout), ==, 1);
  g_object_unref(layout);
}

/* Right to left, emoji, marks that turn the direction and are never ended, breaks inside of a cell, nothing at all. */
static void test_odd_texts(void) {
  static const char *const odd[] = {"קיר זכוכית עם דלת", "جدار زجاجي 12 مم", "🚪🪟 门 wall", "\u202e turned",
                                    "a\nb\u2028c\td",
                                    "", NULL, "e\u0301\u0301\u0301\u0301", "%s %n & <b>", "ﷺ﷽"};
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Folio) folio = begin(arena, "草稿");
  folio_table(folio, columns);
  for (guint i = 0; i < G_N_ELEMENTS(odd); i++)
    folio_row(folio, (const char *const[]){"1", odd[i], odd[i]});
  folio_facts(folio, FOLIO_FACTS, 2, (const char *const[]){"供方", "需方"});
  for (guint i = 0; i < G_N_ELEMENTS(odd); i++)
    folio_fact(folio, i % 2, "名称", odd[i]);
  folio_facts(folio, FOLIO_SIGNS, 2, NULL);
  folio_fact(folio, 1, "签字", folio_blank);
  g_autoptr(GBytes) first = print(folio), second = print(folio);
  g_assert_cmpuint(pages_of(first), ==, 1);
  g_assert_true(g_bytes_equal(first, second));
}

static void test_nothing(void) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Folio) folio = begin(arena, NULL);
  folio_table(folio, columns);
  folio_facts(folio, FOLIO_SIGNS, 2, (const char *const[]){"供方", "需方"});
  g_autoptr(GBytes) pdf = print(folio);
  g_assert_cmpuint(pages_of(pdf), ==, 1);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/folio/rare-characters", test_rare_characters);
  g_test_add_func("/folio/many-rows", test_many_rows);
  g_test_add_func("/folio/long-texts", test_long_texts);
  g_test_add_func("/folio/odd-texts", test_odd_texts);
  g_test_add_func("/folio/nothing", test_nothing);
  return g_test_run();
}
