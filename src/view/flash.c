/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The message after an act: what was done, and on whom it waits now. The cookie names the act only
   ("contract.submit:17"), so that the text is made in the reader's language and under the reader's rights. */
#include "party/party.h"
#include "view/view.h"
#include <string.h>

const char *view_flash_name(Arena *arena, const Command *command, gint64 id) {
  return arena_printf(arena, "%s:%" G_GINT64_FORMAT, command->name, id);
}

#define LINES "lines" /* in the place of a command's verb: many acts on the row's lines, saved as one */

const char *view_flash_lines(Arena *arena, const Record *record, gint64 id) {
  return arena_printf(arena, "%s." LINES ":%" G_GINT64_FORMAT, record->name, id);
}

/* "Manager · you", in the arena; NULL: nobody. */
static const char *roles_text(const View *view, guint roles) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; workflow_roles[i].code; i++)
    if (roles & (1u << i))
      g_string_append_printf(text, "%s%s", text->len ? " · " : "",
                             roles & (1u << i) & view->viewer->roles ? view_text(view, N_("you"))
                                                                     : view_text(view, workflow_roles[i].label));
  return text->len ? arena_strdup(view->arena, text->str) : NULL;
}

/* Whoever now owes something on the row; once: but for what is owed again and again. */
static const char *waits_on(const View *view, const Record *record, gint64 id, gboolean once, GError **error) {
  const DbResult *found = db_query(
    view->tx, view->arena, "SELECT role, name FROM duty WHERE record = $1 AND row_id = $2 AND closed_at IS NULL",
    DB_ARGS(DB_T(record->name), DB_I(id)), error);
  guint roles = 0;
  for (guint i = 0; found && i < found->rows; i++) {
    const Duty *duty = workflow_duty(DB_CELL(found, i, 1)->text);
    if (!once || (duty && !duty->renewed_by))
      roles |= (guint)DB_CELL(found, i, 0)->integer;
  }
  return roles_text(view, roles);
}

/* Whoever owes the next step of an order, once the row itself is done. */
static const char *order_waits_on(const View *view, gint64 order_id, GError **error) {
  const DbResult *found = db_query(view->tx, view->arena, "SELECT role, name FROM duty WHERE order_id = $1 AND "
                                   "closed_at IS NULL ORDER BY due, id", DB_ARGS(DB_I(order_id)), error);
  for (guint i = 0; found && i < found->rows; i++) {
    const Duty *duty = workflow_duty(DB_CELL(found, i, 1)->text);
    if (duty && !duty->renewed_by)
      return roles_text(view, (guint)DB_CELL(found, i, 0)->integer);
  }
  return NULL;
}

/* What the viewer's last act on the row signed, by the names of the stages; NULL: nothing. */
static const char *signed_as(const View *view, const Command *command, gint64 id, GError **error) {
  const DbResult *found = !command->chain ? NULL : db_query(
    view->tx, view->arena, "SELECT DISTINCT stage FROM approval WHERE record = $1 AND row_id = $2 AND user_id = $3 AND"
    " at = (SELECT MAX(at) FROM approval WHERE record = $1 AND row_id = $2 AND user_id = $3)",
    DB_ARGS(DB_T(command->record), DB_I(id), DB_I(view->viewer->user_id)), error);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; found && i < command->chain->count; i++)
    for (guint k = 0; k < found->rows; k++)
      if (!strcmp(command->chain->stages[i].from, DB_CELL(found, k, 0)->text))
        g_string_append_printf(text, "%s%s", text->len ? " · " : "", view_text(view, command->chain->stages[i].label));
  return text->len ? arena_strdup(view->arena, text->str) : NULL;
}

const char *view_flash(const View *view, const char *name, GError **error) {
  g_auto(GStrv) parts = g_strsplit(name ? name : "", ":", 2);
  const Command *command = parts[0] ? workflow_find(parts[0]) : NULL;
  g_auto(GStrv) words = g_strsplit(parts[0] ? parts[0] : "", ".", 2);
  const gboolean lines = words[0] && !g_strcmp0(words[1], LINES);
  const Record *record = command ? dict_find(command->record) : lines ? dict_find(words[0]) : NULL;
  const Row *row = record && parts[1]
                     ? dict_load(view->tx, view->arena, record, g_ascii_strtoll(parts[1], NULL, 10), error)
                     : NULL;
  if (!row || !view->viewer->user_id || !view_may_see(view, record, row))
    return NULL;
  const char *called = row->number ? row->number : record == &comment_record ? view_title(view, record, row) : "";
  const char *what = arena_printf(view->arena, "%s %s", view_text(view, record->label), called);
  what = g_strchomp((char *)what);
  if (!command)
    return arena_printf(view->arena, view_text(view, N_("%s: the lines are saved.")), what);
  const Record *under = command->under ? dict_find(command->under) : NULL;
  const char *who = waits_on(view, record, row->id, FALSE, error);
  if (!who && under && command->creates) /* a report, a package: it goes on with what it was made under */
    who = waits_on(view, under, row->parent_id, TRUE, error);
  if (!who && command->to && row->order_id && record->step)
    who = order_waits_on(view, row->order_id, error);
  const char *given = signed_as(view, command, row->id, error);
  const char *label = given ? given : view_text(view, command->label);
  return who
           ? arena_printf(view->arena, view_text(view, N_("Done: %s (%s). Next: %s.")), label, what, who)
           : arena_printf(view->arena, view_text(view, N_("Done: %s (%s).")), label, what);
}
