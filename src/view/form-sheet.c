/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a form that takes a spreadsheet says beside its fields: the columns, the template, and faults by their cell. */
#include "view/form.h"
#include "workflow/import.h"
#include <string.h>

/* "mm", "Left, inwards / Sliding". */
static const char *hint_of(const View *view, const Field *field) {
  g_autoptr(GString) text = g_string_new(field->kind == KIND_LENGTH   ? "mm"
                                         : field->kind == KIND_MONEY  ? "¥"
                                         : field->kind == KIND_NUMBER ? view_text(view, N_("whole number"))
                                         : field->kind == KIND_DATE   ? "2026-10-01"
                                         : field->kind == KIND_YESNO  ? NULL
                                         : field->choices             ? NULL
                                                                      : view_text(view, N_("text")));
  if (field->kind == KIND_YESNO)
    g_string_append_printf(text, "%s / %s", view_text(view, N_("yes")), view_text(view, N_("no")));
  for (const Choice *choice = field->kind == KIND_CHOICE ? field->choices : NULL; choice && choice->code; choice++)
    g_string_append_printf(text, "%s%s", text->len ? " / " : "", view_text(view, choice->label));
  return arena_strdup(view->arena, text->str);
}

static Value *columns_of(const View *view, const Record *line) {
  Arena *arena = view->arena;
  guint count;
  const SheetColumn *columns = import_columns(arena, line, &count);
  Value *list = value_list(arena);
  for (guint i = 0; i < count; i++) {
    const Field *field = columns[i].field;
    Value *column = value_append(arena, list, value_map(arena));
    value_set_text(arena, column, "label", view_text(view, field->label));
    value_set_text(arena, column, "hint", hint_of(view, field));
    value_set_bool(arena, column, "is_needed", columns[i].needed);
  }
  return list;
}

void form_set_sheet(const View *view, Value *form, const Command *command, const char *base, const Refusal *refusal) {
  Arena *arena = view->arena;
  const Field *field = import_field(command);
  Value *sheet = field ? value_map(arena) : value_null(arena), *cells = value_list(arena);
  value_set(arena, form, "sheet", sheet);
  if (!field)
    return;
  for (guint i = 0; refusal && i < refusal->reasons->len; i++) {
    const Reason *reason = refusal->reasons->pdata[i];
    if (reason->kind != REASON_FIELD || dict_field(dict_find(command->record), reason->name))
      continue;
    Value *cell = value_append(arena, cells, value_map(arena));
    value_set_text(arena, cell, "place", arena_strdup(arena, reason->name));
    value_set_text(arena, cell, "message", arena_strdup(arena, reason->message));
  }
  value_set(arena, sheet, "columns", columns_of(view, dict_find(field->target)));
  value_set_text(arena, sheet, "lines_href", arena_printf(arena, "%s/lines.csv", base));
  value_set_text(arena, sheet, "template_href", arena_printf(arena, "%s/template.csv", base));
  value_set_bool(arena, sheet, "has_cells", cells->count > 0);
  value_set(arena, sheet, "cells", cells);
}
