/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the house may set: each setting with what applies now, stated or not. */
#include "view/list.h"
#include "party/party.h"
#include "view/order.h"
#include <string.h>

static const Setting *stated(const GPtrArray *rows, const char *name) {
  for (guint i = 0; i < rows->len; i++)
    if (!g_strcmp0(((const Setting *)rows->pdata[i])->name, name))
      return rows->pdata[i];
  return NULL;
}

static void add_cell(const View *view, Value *cells, const char *label, Value *text, const char *href,
                     gboolean number) {
  value_append(view->arena, cells, view_cell(view, &(ViewCell){.label = view_text(view, label), .text = text,
                                                               .href = href, .is_number = number}));
}

static void add_setting(const View *view, Value *lines, const Choice *name, const Setting *set, gboolean may) {
  Arena *arena = view->arena;
  Value *item = value_append(arena, lines, value_map(arena)), *cells = value_list(arena);
  const char *usual = arena_printf(arena, view_text(view, N_("Usual: %d; not changed by the house")), (int)name->usual);
  const char *changed = arena_printf(arena, view_text(view, N_("Set by the house; usual: %d")), (int)name->usual);
  add_cell(view, cells, N_("What it sets"), value_text(arena, view_text(view, name->label)), NULL, FALSE);
  add_cell(view, cells, N_("Working days"), value_integer(arena, VALUE_NUMBER, set ? set->value : name->usual), NULL,
           TRUE);
  add_cell(view, cells, N_("Where from"), value_text(arena, set ? changed : usual), NULL, FALSE);
  if (may)
    add_cell(view, cells, N_("Change"), value_text(arena, view_text(view, N_("Change"))),
             arena_printf(arena, "/new/setting.state?name=%s", name->code), FALSE);
  value_set(arena, item, "cells", cells);
  value_set(arena, item, "href", value_null(arena));
}

gboolean settings_add(const View *view, const Record *record, Value *tables, GError **error) {
  Arena *arena = view->arena;
  if (record != &setting_record)
    return TRUE;
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, arena, record, "state", DB_T("active"), error);
  if (!rows)
    return FALSE;
  Value *lines = value_list(arena), *heads = value_list(arena);
  const gboolean may = workflow_may(view->viewer, workflow_maker(record));
  for (const Choice *name = dict_field(record, "name")->choices; name->code; name++)
    add_setting(view, lines, name, stated(rows, name->code), may);
  static const char *const labels[] = {N_("What it sets"), N_("Working days"), N_("Where from"), N_("Change")};
  for (guint i = 0; i < G_N_ELEMENTS(labels) - !may; i++) {
    Value *head = value_append(arena, heads, value_map(arena));
    value_set_text(arena, head, "label", view_text(view, labels[i]));
    value_set_bool(arena, head, "is_number", i == 1);
  }
  view_add_table(view, tables, N_("What applies now"), heads, lines);
  return TRUE;
}
