/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits on the viewer, overdue first: by day, each with whom it waits on since when, until when. */
#include "base/date.h"
#include "base/money.h"
#include "view/view.h"
#include <string.h>

/* The rows that a page of duties is about, loaded together: Record → (id → row). */
typedef struct {
  const View *view;
  GHashTable *tables; /* const Record* → GHashTable */
} Shelf;

static void shelf_clear(Shelf *shelf) {
  g_clear_pointer(&shelf->tables, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shelf, shelf_clear)

/* Which id of that record a duty refers to; 0: none. */
static gint64 id_of(const DutyWait *wait, const Record *record) {
  if (wait->duty && !strcmp(wait->duty->record, record->name))
    return wait->row_id;
  return record->root == DICT_ROOT(order_id)    ? wait->order_id
         : record->root == DICT_ROOT(dealer_id) ? wait->dealer_id
         : !strcmp(record->name, "user")        ? (wait->role != ROLE_DEALER ? wait->person : 0)
                                           : 0;
}

static gboolean load_table(Shelf *shelf, const Record *record, const GPtrArray *waits, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; i < waits->len; i++) {
    const gint64 id = id_of(waits->pdata[i], record);
    if (id)
      g_array_append_val(ids, id);
  }
  if (!ids->len)
    return TRUE;
  GHashTable *rows = dict_load_many(shelf->view->tx, shelf->view->arena, record, (gint64 *)ids->data, ids->len, error);
  if (rows)
    g_hash_table_insert(shelf->tables, (gpointer)record, rows);
  return rows != NULL;
}

static gboolean shelf_fill(Shelf *shelf, const View *view, const GPtrArray *waits, GError **error) {
  *shelf = (Shelf){.view = view, .tables = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref)};
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++)
    if (!load_table(shelf, records[i], waits, error))
      return FALSE;
  return TRUE;
}

/* The row that the viewer may see, or NULL. */
static const void *shelf_row(const Shelf *shelf, const char *name, gint64 id) {
  const Record *record = dict_find(name);
  GHashTable *rows = record ? g_hash_table_lookup(shelf->tables, record) : NULL;
  const void *row = rows ? g_hash_table_lookup(rows, &id) : NULL;
  return row && context_may_see(shelf->view->viewer, record, row) ? row : NULL;
}

/* The viewer, also as one of those who hold the role; another person by name; others by role. */
static const char *who_text(const Shelf *shelf, const DutyWait *wait) {
  const View *view = shelf->view;
  const guint role = wait->role;
  const gint64 self = role == ROLE_DEALER ? view->viewer->dealer_id : view->viewer->user_id;
  const gboolean anyone = !wait->person && (role & (view->viewer->roles | view->viewer->substitutes));
  if (anyone || (wait->person && wait->person == self))
    return view_text(view, N_("you"));
  const void *person = role == ROLE_DEALER ? NULL : shelf_row(shelf, "user", wait->person);
  if (person)
    return view_name(view, dict_find("user"), person);
  const gint lowest = g_bit_nth_lsf(role, -1);
  return lowest < 0 ? "" : view_text(view, workflow_roles[lowest].label);
}

static const char *title_or_null(const Shelf *shelf, const char *name, gint64 id) {
  const void *row = shelf_row(shelf, name, id);
  return row ? view_title(shelf->view, dict_find(name), row) : NULL;
}

static const char *href_of(const View *view, const DutyWait *wait, const Record *record) {
  if (!wait->order_id)
    return view_href(view, record, wait->row_id);
  return view_href(view, dict_find("order"), wait->order_id);
}

static void add_duty(const Shelf *shelf, Value *duties, const DutyWait *wait, const void *row, gint64 today) {
  const View *view = shelf->view;
  Arena *arena = view->arena;
  const Record *record = dict_find(wait->duty->record);
  const gboolean house = !(view->viewer->roles & ROLE_DEALER);
  Value *item = value_append(arena, duties, value_map(arena));
  value_set_text(arena, item, "title",
                 arena_printf(arena, view_text(view, N_("%s: %s")), view_text(view, wait->duty->label),
                              view_title(view, record, row)));
  value_set_text(arena, item, "href", href_of(view, wait, record));
  value_set_text(arena, item, "order_text", title_or_null(shelf, "order", wait->order_id));
  value_set_text(arena, item, "dealer_text",
                 house && shelf_row(shelf, "dealer", wait->dealer_id)
                   ? view_name(view, dict_find("dealer"), shelf_row(shelf, "dealer", wait->dealer_id))
                   : NULL);
  value_set_text(arena, item, "who_text", who_text(shelf, wait));
  value_set_text(arena, item, "due_text",
                 arena_printf(arena, view_text(view, N_("due %s")), view_date(view, wait->due)));
  value_set_text(arena, item, "tone", wait->due < today ? "bad" : wait->due == today ? "warn" : "calm");
  const gint64 since = date_of_time(wait->since, engine_zone(view->engine));
  value_set_text(arena, item, "since_text",
                 arena_printf(arena, view_text(view, N_("since %s")), view_date(view, since)));
  value_set_bool(arena, item, "is_overdue", wait->due < today);
}

/* ---- groups by day ---- */
typedef enum { OVERDUE, TODAY, THIS_WEEK, LATER, GROUPS } Group;
static const struct {
  const char *title, *tone;
} groups_shown[GROUPS] = {[OVERDUE] = {N_("Overdue"), "bad"}, [TODAY] = {N_("Today"), "warn"},
                          [THIS_WEEK] = {N_("This week"), "info"}, [LATER] = {N_("Later"), "calm"}};

static Group group_of(gint64 due, gint64 today) {
  if (due <= today)
    return due < today ? OVERDUE : TODAY;
  return due <= today + 7 - date_weekday(today) ? THIS_WEEK : LATER;
}

/* more: the last group goes on behind this page. */
static Value *groups_of(const Shelf *shelf, const GPtrArray *waits, gboolean more) {
  const View *view = shelf->view;
  Arena *arena = view->arena;
  const gint64 today = engine_today(view->engine);
  Value *groups = value_list(arena), *duties[GROUPS];
  Group last = OVERDUE;
  for (Group i = 0; i < GROUPS; i++)
    duties[i] = value_list(arena);
  for (guint i = 0; i < waits->len; i++) {
    const DutyWait *wait = waits->pdata[i];
    const void *row = wait->duty ? shelf_row(shelf, wait->duty->record, wait->row_id) : NULL;
    last = group_of(wait->due, today);
    if (row)
      add_duty(shelf, duties[last], wait, row, today);
  }
  for (Group i = 0; i < GROUPS; i++) {
    if (!duties[i]->count)
      continue;
    Value *group = value_append(arena, groups, value_map(arena));
    value_set_text(arena, group, "title", view_text(view, groups_shown[i].title));
    value_set_text(arena, group, "tone", groups_shown[i].tone);
    value_set_text(arena, group, "count", arena_printf(arena, more && i == last ? "%u+" : "%u", duties[i]->count));
    value_set(arena, group, "duties", duties[i]);
  }
  return groups;
}

static const char *count_text(const View *view, gint64 count) {
  g_autofree char *text = money_format(MIN(count, DICT_COUNTED), 0, ",");
  return arena_printf(view->arena, "%s%s", text, count > DICT_COUNTED ? "+" : "");
}

static const char *summary_of(const View *view, GError **error) {
  const gint64 all = duty_count(view->engine, view->tx, view->arena, view->viewer, G_MAXINT32, error);
  const gint64 late = all < 0 ? -1
                              : duty_count(view->engine, view->tx, view->arena, view->viewer,
                                           engine_today(view->engine), error);
  if (late < 0)
    return NULL;
  return arena_printf(view->arena, view_text(view, N_("%s things wait on you, %s of them overdue.")),
                      count_text(view, all), count_text(view, late));
}

gboolean view_inbox_place(const char *text, DutyWait *behind) {
  g_auto(GStrv) parts = g_strsplit(text, ".", 3);
  guint64 id;
  if (g_strv_length(parts) != 2 || !date_parse(parts[0], &behind->due) ||
      !g_ascii_string_to_unsigned(parts[1], 10, 1, G_MAXINT64, &id, NULL))
    return FALSE;
  behind->id = (gint64)id;
  return TRUE;
}

/* What an administrator does first: as long as nobody else has an account. */
static Value *starts_of(const View *view, GError **error) {
  static const struct {
    const char *title, *text, *href;
  } steps[] = {
    {N_("Give the others accounts"),
     N_("Each person logs in with a name of their own; the roles say what they may do."), "/new/user.create"},
    {N_("Enter the calendar"), N_("This year's public holidays and make-up working days: lead times count by them."),
     "/calendar"},
    {N_("See who may do what"), N_("Every act and its roles. Dealers and projects are entered by clerks, sales and "
                                   "managers."), "/permissions"},
  };
  Value *starts = value_list(view->arena);
  const gboolean admin = (view->viewer->roles & ROLE_ADMIN) != 0;
  const DbResult *users = admin ? db_query(view->tx, view->arena, "SELECT id FROM \"user\" LIMIT 2", DB_NO_ARGS, error)
                                : NULL;
  for (guint i = 0; users && users->rows == 1 && i < G_N_ELEMENTS(steps); i++) {
    Value *start = value_append(view->arena, starts, value_map(view->arena));
    value_set_text(view->arena, start, "title", view_text(view, steps[i].title));
    value_set_text(view->arena, start, "text", view_text(view, steps[i].text));
    value_set_text(view->arena, start, "href", steps[i].href);
  }
  return admin && !users ? NULL : starts;
}

Value *view_inbox(const View *view, const DutyWait *behind, GError **error) {
  Arena *arena = view->arena;
  g_autoptr(GPtrArray) waits = duty_load(view->engine, view->tx, arena, view->viewer, behind, VIEW_ROWS + 1, error);
  const char *summary = waits ? summary_of(view, error) : NULL;
  Value *starts = summary ? starts_of(view, error) : NULL;
  if (!starts)
    return NULL;
  const gboolean more = waits->len > VIEW_ROWS;
  g_ptr_array_set_size(waits, (int)MIN(waits->len, (guint)VIEW_ROWS));
  g_auto(Shelf) shelf = {0};
  if (!shelf_fill(&shelf, view, waits, error))
    return NULL;
  Value *inbox = value_map(arena), *groups = groups_of(&shelf, waits, more);
  const DutyWait *last = more ? waits->pdata[waits->len - 1] : NULL;
  g_autofree char *date = last ? date_format(last->due) : NULL;
  value_set_text(arena, inbox, "summary", summary);
  value_set_bool(arena, inbox, "is_empty", !groups->count && !starts->count);
  value_set_bool(arena, inbox, "has_starts", starts->count > 0);
  value_set(arena, inbox, "starts", starts);
  value_set(arena, inbox, "groups", groups);
  value_set_text(arena, inbox, "more_href",
                 last ? arena_printf(arena, "/?after=%s.%" G_GINT64_FORMAT, date, last->id) : NULL);
  value_set_text(arena, inbox, "first_href", behind ? "/" : NULL);
  return inbox;
}
