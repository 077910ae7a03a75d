/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits on the viewer: by what is to be done, within that the overdue first; each with whom it waits on since
   when, until when, and the way to the act itself. */
#include "base/date.h"
#include "base/money.h"
#include "view/order.h"
#include <string.h>

enum {
  READ = 500,     /* duties looked at for a page */
  FIRST_SHOWN = 20 /* of each group, where several are shown */
};

/* The row that the viewer may see, or NULL. */
static const void *row_of(const View *view, const char *name, gint64 id, GError **error) {
  const Record *record = dict_find(name);
  const void *row = record && id ? dict_load(view->tx, view->arena, record, id, error) : NULL;
  return row && context_may_see(view->viewer, record, row) ? row : NULL;
}

/* Another person by name, others by role; NULL: the viewer, also as one of those who hold the role. */
static const char *who_text(const View *view, const DutyWait *wait, GError **error) {
  const guint role = wait->role;
  const gint64 self = role == ROLE_DEALER ? view->viewer->dealer_id : view->viewer->user_id;
  const gboolean anyone = !wait->person && (role & (view->viewer->roles | view->viewer->substitutes));
  if (anyone || (wait->person && wait->person == self))
    return NULL;
  const void *person = role == ROLE_DEALER ? NULL : row_of(view, "user", wait->person, error);
  if (person)
    return view_name(view, dict_find("user"), person);
  const gint lowest = g_bit_nth_lsf(role, -1);
  return lowest < 0 ? "" : view_text(view, workflow_roles[lowest].label);
}

static const char *href_of(const View *view, const DutyWait *wait, const Record *record) {
  if (!wait->order_id)
    return view_href(view, record, wait->row_id);
  return view_href(view, dict_find("order"), wait->order_id);
}

/* The page of the act, where it is done on the row itself or on its order; NULL elsewhere. */
static const char *act_href(const View *view, const DutyWait *wait, const Command *act) {
  const char *host = act->creates ? act->under : act->record;
  const gboolean own = !g_strcmp0(host, wait->duty->record), order = !g_strcmp0(host, "order") && wait->order_id;
  return own || order ? arena_printf(view->arena, "%s/%s",
                                     view_href(view, dict_find(host), own ? wait->row_id : wait->order_id), act->name)
                      : NULL;
}

static void set_act(const View *view, Value *item, const DutyWait *wait) {
  const Command *act = wait->told ? NULL : workflow_act(wait->duty, wait->role);
  const Stage *stage = act ? workflow_stage(act->chain, wait->duty->state) : NULL;
  const char *href = act && workflow_may(view->viewer, act) ? act_href(view, wait, act) : NULL;
  value_set_text(view->arena, item, "act_href", href);
  /* where there is another answer the button names what is to be decided, not one way to */
  const char *label = !href ? NULL : stage ? stage->label : workflow_is_choice(act) ? wait->duty->label : act->label;
  value_set_text(view->arena, item, "act_text", label ? view_text(view, label) : NULL);
}

/* Of an instalment that is paid in part, what is missing yet; else its title. */
static const char *instalment_text(const View *view, const DutyWait *wait, const Instalment *line, GError **error) {
  OrderMoney money = {0};
  const Choice *kind = dict_choice(dict_field(&instalment_record, "kind")->choices, line->kind);
  if (!order_money(view, wait->order_id, &money, error) || !kind || money.kind != kind->label ||
      money.next >= line->amount)
    return view_title(view, &instalment_record, line);
  return arena_printf(view->arena, view_text(view, N_("%s, %s of %s still open")), view_text(view, kind->label),
                      view_money(view, money.next), view_money(view, line->amount));
}

/* What the duty is about, with the money that it is about. */
static const char *subject_of(const View *view, const DutyWait *wait, const Record *record, const void *row,
                              GError **error) {
  if (record == &instalment_record)
    return instalment_text(view, wait, row, error);
  const char *title = view_title(view, record, row);
  const Field *amount = dict_field(record, "amount");
  const gboolean said = amount && amount->kind == KIND_MONEY && dict_is_set(amount, row) &&
                        view_shows(view, amount);
  return said ? arena_printf(view->arena, "%s · %s", title, view_money(view, *dict_integer(amount, row))) : title;
}

static void add_duty(const View *view, Value *duties, const DutyWait *wait, const void *row, gint64 today,
                     GError **error) {
  Arena *arena = view->arena;
  const Record *record = dict_find(wait->duty->record);
  const void *order = row_of(view, "order", wait->order_id, error);
  const void *dealer = view_is_dealer(view) ? NULL : row_of(view, "dealer", wait->dealer_id, error);
  Value *item = value_append(arena, duties, value_map(arena));
  value_set_text(arena, item, "title",
                 arena_printf(arena, view_text(view, N_("%s: %s")), view_text(view, wait->duty->label),
                              subject_of(view, wait, record, row, error)));
  value_set_text(arena, item, "sent_back", wait->told ? NULL : view_sent_back(view, wait->duty, row));
  value_set_text(arena, item, "href", href_of(view, wait, record));
  set_act(view, item, wait);
  value_set_text(arena, item, "order_text", order ? view_title(view, dict_find("order"), order) : NULL);
  value_set_text(arena, item, "dealer_text", dealer ? view_name(view, dict_find("dealer"), dealer) : NULL);
  value_set_text(arena, item, "who_text", who_text(view, wait, error));
  const char *due = wait->renewed && wait->due >= today ? N_("next %s") : N_("due %s");
  value_set_text(arena, item, "due_text", arena_printf(arena, view_text(view, due), view_date(view, wait->due)));
  value_set_text(arena, item, "tone", wait->due < today ? "bad" : wait->due == today ? "warn" : "calm");
  const gint64 since = date_of_time(wait->since, engine_zone(view->engine));
  const char *began = wait->renewed ? N_("last %s") : N_("since %s");
  value_set_text(arena, item, "since_text", arena_printf(arena, view_text(view, began), view_date(view, since)));
  value_set_bool(arena, item, "is_overdue", wait->due < today);
}

/* ---- groups by what is to be done ---- */
typedef enum { SIGN, DO, TOLD, KNOW, GROUPS, ALL = GROUPS } Group;
static const struct {
  const char *name, *title;
} groups_shown[GROUPS] = {[SIGN] = {"sign", N_("To sign")}, [DO] = {"do", N_("To do")},
                          [TOLD] = {"told", N_("Escalated to you")}, [KNOW] = {"know", N_("For your information")}};

static Group group_called(const char *name) {
  Group i = 0;
  while (i < GROUPS && g_strcmp0(groups_shown[i].name, name))
    i++;
  return i;
}

gboolean view_inbox_group(const char *name) {
  return group_called(name) < GROUPS;
}

static Group group_of(const DutyWait *wait) {
  const Command *act = wait->duty && !wait->told ? workflow_act(wait->duty, wait->role) : NULL;
  return wait->told ? TOLD : !act ? KNOW : act->chain || act->by_other ? SIGN : DO;
}

/* The duties read, as they fall into groups. */
typedef struct {
  GPtrArray *waits[GROUPS]; /* DutyWait, the most urgent first */
  guint late[GROUPS];       /* how many of them are overdue */
  guint filled;             /* groups that hold any */
  gboolean more;            /* there are others, less urgent than all that was read */
  gboolean behind;          /* the most urgent are not among them, so that they say nothing of how many there are */
} Sorted;

static void sorted_clear(Sorted *sorted) {
  for (Group i = 0; i < GROUPS; i++)
    g_clear_pointer(&sorted->waits[i], g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sorted, sorted_clear)

static void sort_waits(Sorted *sorted, const GPtrArray *waits, gint64 today) {
  for (Group i = 0; i < GROUPS; i++)
    sorted->waits[i] = g_ptr_array_new();
  sorted->more = waits->len > READ;
  for (guint i = 0; i < MIN(waits->len, (guint)READ); i++) {
    DutyWait *wait = waits->pdata[i];
    const Group group = group_of(wait);
    sorted->filled += !sorted->waits[group]->len;
    sorted->late[group] += wait->due < today;
    g_ptr_array_add(sorted->waits[group], wait);
  }
}

/* How many of a group are shown. */
static guint shown_of(const Sorted *sorted, Group group, Group asked) {
  const guint most = asked == group || sorted->filled == 1 ? VIEW_ROWS : FIRST_SHOWN;
  return asked == ALL || asked == group ? MIN(sorted->waits[group]->len, most) : 0;
}

static const char *counted(const View *view, const Sorted *sorted, guint count) {
  return sorted->behind ? NULL : arena_printf(view->arena, sorted->more ? "%u+" : "%u", count);
}

static const char *group_href(const View *view, Group group) {
  return group == ALL ? "/" : arena_printf(view->arena, "/?group=%s", groups_shown[group].name);
}

static void add_group(const View *view, Value *groups, const Sorted *sorted, Group group, Group asked,
                      GError **error) {
  const guint shown = shown_of(sorted, group, asked);
  Arena *arena = view->arena;
  const GPtrArray *waits = sorted->waits[group];
  const gint64 today = engine_today(view->engine);
  Value *item = value_append(arena, groups, value_map(arena)), *duties = value_list(arena);
  for (guint i = 0; i < shown; i++) {
    const DutyWait *wait = waits->pdata[i];
    const void *row = wait->duty ? row_of(view, wait->duty->record, wait->row_id, error) : NULL;
    if (row)
      add_duty(view, duties, wait, row, today, error);
  }
  value_set_text(arena, item, "title", view_text(view, groups_shown[group].title));
  value_set_text(arena, item, "tone", sorted->late[group] ? "bad" : "info");
  value_set_text(arena, item, "count", counted(view, sorted, waits->len));
  const char *late = sorted->late[group] ? counted(view, sorted, sorted->late[group]) : NULL;
  value_set_text(arena, item, "late_text", late ? arena_printf(arena, view_text(view, N_("%s overdue")), late) : NULL);
  value_set(arena, item, "duties", duties);
  value_set_text(arena, item, "all_href", group != asked && shown < waits->len ? group_href(view, group) : NULL);
}

static Value *tabs_of(const View *view, const Sorted *sorted, Group asked) {
  Value *tabs = value_list(view->arena);
  for (Group i = 0; i <= GROUPS; i++) { /* all of them come first */
    const Group group = i ? i - 1 : ALL;
    if (group != ALL && group != asked && !sorted->waits[group]->len)
      continue;
    Value *tab = value_append(view->arena, tabs, value_map(view->arena));
    value_set_text(view->arena, tab, "label", view_text(view, group == ALL ? N_("All") : groups_shown[group].title));
    value_set_text(view->arena, tab, "href", group_href(view, group));
    value_set_text(view->arena, tab, "count",
                   group == ALL ? NULL : counted(view, sorted, sorted->waits[group]->len));
    value_set_bool(view->arena, tab, "is_current", group == asked);
  }
  return tabs;
}

static const char *count_text(const View *view, gint64 count) {
  g_autofree char *text = money_format(MIN(count, DICT_COUNTED), 0, ",");
  return arena_printf(view->arena, "%s%s", text, count > DICT_COUNTED ? "+" : "");
}

static const char *summary_of(const View *view, GError **error) {
  const struct {
    gboolean told;
    gint64 before;
  } asked[] = {{FALSE, G_MAXINT32}, {FALSE, engine_today(view->engine)}, {TRUE, G_MAXINT32}};
  gint64 counts[G_N_ELEMENTS(asked)];
  for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
    counts[i] = duty_count(view->engine, view->tx, view->arena, view->viewer, asked[i].told, asked[i].before, error);
    if (counts[i] < 0)
      return NULL;
  }
  const char *all = count_text(view, counts[0]);
  const char *own = !counts[0] ? ""
                    : counts[1]
                      ? arena_printf(view->arena, view_text(view, N_("Waiting for you: %s; overdue: %s.")), all,
                                     count_text(view, counts[1]))
                      : arena_printf(view->arena, view_text(view, N_("Waiting for you: %s.")), all);
  return counts[2] ? arena_printf(view->arena, view_text(view, N_("%s Overdue with others and escalated to you: "
                                                                  "%s.")), own,
                                  count_text(view, counts[2]))
                   : own;
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
    {N_("Give your colleagues accounts"),
     N_("Each person logs in with a name of their own; the roles say what they may do."), "/new/user.create"},
    {N_("Enter the calendar"), N_("This year's public holidays and make-up working days: lead times count by them."),
     "/calendar"},
    {N_("Set the letterhead"), N_("Name, address and bank account of the factory stand on every paper and contract."),
     "/new/letterhead.state"},
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

/* Where the next page begins: behind the last shown of the only group, or where none is left of those read, behind
   these. */
static const char *next_of(const View *view, const Sorted *sorted, const GPtrArray *waits, Group asked) {
  Group group = asked;
  for (Group i = 0; i < GROUPS && asked == ALL && sorted->filled == 1; i++)
    group = sorted->waits[i]->len ? i : group;
  const GPtrArray *own = group == ALL ? NULL : sorted->waits[group];
  const guint shown = own ? shown_of(sorted, group, asked) : 0;
  const DutyWait *last = !own                ? NULL
                         : shown < own->len ? own->pdata[shown - 1]
                         : sorted->more     ? waits->pdata[READ - 1]
                                            : NULL;
  if (!last)
    return NULL;
  g_autofree char *date = date_format(last->due);
  return arena_printf(view->arena, "/?group=%s&after=%s.%" G_GINT64_FORMAT, groups_shown[group].name, date, last->id);
}

Value *view_inbox(const View *view, const char *group, const DutyWait *behind, GError **error) {
  Arena *arena = view->arena;
  g_autoptr(GPtrArray) waits = duty_load(view->engine, view->tx, arena, view->viewer, behind, READ + 1, error);
  const char *summary = waits ? summary_of(view, error) : NULL;
  Value *starts = summary ? starts_of(view, error) : NULL;
  if (!starts)
    return NULL;
  g_auto(Sorted) sorted = {.behind = behind != NULL};
  const Group asked = group_called(group);
  sort_waits(&sorted, waits, engine_today(view->engine));
  for (Group i = 0; i < GROUPS; i++)
    for (guint k = 0; k < shown_of(&sorted, i, asked); k++)
      duty_foresee(view->tx, arena, sorted.waits[i]->pdata[k]);
  GError *fault = NULL;
  Value *inbox = value_map(arena), *groups = value_list(arena);
  for (Group i = 0; i < GROUPS && !fault; i++)
    if (shown_of(&sorted, i, asked))
      add_group(view, groups, &sorted, i, asked, &fault);
  if (fault) {
    g_propagate_error(error, fault);
    return NULL;
  }
  value_set_text(arena, inbox, "summary", summary);
  value_set_bool(arena, inbox, "is_empty", !groups->count && !starts->count);
  value_set_bool(arena, inbox, "has_starts", starts->count > 0);
  value_set(arena, inbox, "starts", starts);
  value_set(arena, inbox, "tabs", asked == ALL && sorted.filled < 2 ? value_list(arena)
                                                                     : tabs_of(view, &sorted, asked));
  value_set(arena, inbox, "groups", groups);
  value_set_text(arena, inbox, "more_href", next_of(view, &sorted, waits, asked));
  value_set_text(arena, inbox, "first_href", behind ? group_href(view, asked) : NULL);
  return inbox;
}
