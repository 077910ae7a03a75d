/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits on the viewer, overdue first. */
#include "base/date.h"
#include "view/view.h"
#include <string.h>

enum { INBOX_ROWS = 200 };

/* One line of the inbox. */
static gboolean add_duty(const View *view, Value *duties, const DbResult *found, guint i, gint64 today, GError **error) {
  Arena *arena = view->arena;
  const Record *record = dict_find(DB_CELL(found, i, 1)->text), *order_record = dict_find("order");
  guint count;
  const Duty *all = workflow_duties(&count);
  const char *label = DB_CELL(found, i, 0)->text;
  for (guint k = 0; k < count; k++)
    if (!strcmp(all[k].name, label))
      label = all[k].label;
  const void *row = record ? dict_load(view->tx, arena, record, DB_CELL(found, i, 2)->integer, error) : NULL;
  if (!row || !context_may_see(view->viewer, record, row))
    return TRUE;
  const gint64 order_id = DB_CELL(found, i, 3)->integer, due = DB_CELL(found, i, 5)->integer;
  const void *order = order_id ? dict_load(view->tx, arena, order_record, order_id, error) : NULL;
  g_autofree char *due_text = date_format(due), *since = date_format(date_of_time(DB_CELL(found, i, 4)->integer, 0));
  Value *item = value_append(arena, duties, value_map(arena));
  value_set_text(arena, item, "title", arena_printf(arena, "%s: %s", view_text(view, label), view_title(view, record, row)));
  value_set_text(arena, item, "href", order ? view_href(view, order_record, order_id) : view_href(view, record, ((const Row *)row)->id));
  value_set_text(arena, item, "order_text", order ? view_title(view, order_record, order) : "");
  value_set(arena, item, "dealer_text", value_null(arena));
  value_set_text(arena, item, "due_text", arena_printf(arena, view_text(view, N_("due %s")), due_text));
  value_set_text(arena, item, "tone", due < today ? "bad" : due == today ? "warn" : "calm");
  value_set_text(arena, item, "since_text", arena_printf(arena, view_text(view, N_("since %s")), since));
  value_set_bool(arena, item, "is_overdue", due < today);
  return TRUE;
}

static void add_group(const View *view, Value *groups, const char *title, const char *tone, Value *duties) {
  if (!duties->count)
    return;
  Value *group = value_append(view->arena, groups, value_map(view->arena));
  value_set_text(view->arena, group, "title", title);
  value_set_text(view->arena, group, "tone", tone);
  value_set_integer(view->arena, group, "count", VALUE_NUMBER, duties->count);
  value_set(view->arena, group, "duties", duties);
}

Value *view_inbox(const View *view, GError **error) {
  Arena *arena = view->arena;
  const DbResult *found = db_query(view->tx, arena,
                                   "SELECT name, record, row_id, order_id, since, due, role FROM duty WHERE closed_at IS NULL"
                                   " AND (role & $1) <> 0 AND (role <> 16384 OR dealer_id = $2) ORDER BY due, id LIMIT $3",
                                   DB_ARGS(DB_I(view->viewer->roles | view->viewer->substitutes), DB_I(view->viewer->dealer_id), DB_I(INBOX_ROWS)), error);
  if (!found)
    return NULL;
  const gint64 today = date_of_time(engine_now(view->engine), 8 * 3600);
  Value *late = value_list(arena), *rest = value_list(arena), *inbox = value_map(arena), *groups = value_list(arena);
  for (guint i = 0; i < found->rows; i++)
    if (!add_duty(view, DB_CELL(found, i, 5)->integer < today ? late : rest, found, i, today, error))
      return NULL;
  add_group(view, groups, view_text(view, N_("Overdue")), "bad", late);
  add_group(view, groups, view_text(view, N_("Waits on me")), "info", rest);
  value_set_text(arena, inbox, "summary", arena_printf(arena, view_text(view, N_("%u things wait on you, %u of them overdue.")), late->count + rest->count, late->count));
  value_set_bool(arena, inbox, "is_empty", groups->count == 0);
  value_set(arena, inbox, "groups", groups);
  return inbox;
}
