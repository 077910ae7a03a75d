/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What forms suggest for a text, where its field is declared so: a list of the browser's own, which needs no script. */
#include "view/form.h"

void form_set_suggests(const View *view, Value *item, const Field *field, const DbResult *found) {
  Arena *arena = view->arena;
  Value *list = value_list(arena);
  for (guint i = 0; found && i < found->rows; i++)
    value_set_text(arena, value_append(arena, list, value_map(arena)), "text", DB_CELL(found, i, 0)->text);
  value_set_text(arena, item, "suggests_id", field->suggested ? arena_printf(arena, "s-%s", field->name) : NULL);
  value_set_bool(arena, item, "has_suggests", list->count > 0);
  value_set(arena, item, "suggests", list);
}

gboolean form_suggest(const View *view, Value *item, const Record *record, const Field *field, GError **error) {
  const DbResult *found = field->suggested
                            ? dict_suggest(view->tx, view->arena, record, field,
                                           view_is_dealer(view) ? view->viewer->dealer_id : 0, error) : NULL;
  form_set_suggests(view, item, field, found);
  return !field->suggested || found;
}
