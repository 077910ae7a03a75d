/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits on whom: the order's own clerk, a substitute, whoever is told once it is overdue; and an inbox by pages.
   On both databases, with the clock set. */
#include "base/date.h"
#include "house.h"
#include "postgres-fixture.h"
#include "step/procedure.h"
#include "view/view.h"
#include <string.h>

static gint64 act_as(House *house, const char *who, const char *command, gint64 id, const char *inputs) {
  g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GStrv) pairs = g_strsplit(inputs, ";", -1);
  for (char **pair = pairs; *pair; pair++) {
    g_auto(GStrv) sides = g_strsplit(*pair, "=", 2);
    g_hash_table_insert(table, g_strdup(sides[0]), g_strdup(sides[1]));
  }
  house->viewer = house_person(house, who);
  const Act act = {.viewer = &house->viewer, .command = workflow_find(command), .id = id, .inputs = table};
  g_assert_nonnull(act.command);
  if (!house_act(house, &act))
    g_error("%s by %s: %s", command, who, ((Reason *)house->refusal->reasons->pdata[0])->message);
  return house->done.id;
}

static void run_sql(House *house, DbWork work, gpointer data) {
  g_autoptr(GError) error = NULL;
  db_write(house->db, work, data, &error);
  g_assert_no_error(error);
}

static House *start(gconstpointer postgres) {
  g_autofree char *url = postgres ? postgres_fixture_url() : NULL;
  House *house = house_new(url);
  return house;
}

/* ---- what a person's inbox says ---- */
typedef struct {
  House *house;
  const char *group; /* NULL: all */
  const char *after; /* place, or NULL */
  GString *text;     /* "Group: title [who]; title [who] | Group: …" */
  GPtrArray *hrefs;
  GPtrArray *acts;   /* "label → address" of each, "" for none */
  char *more, *summary;
} Inbox;

static gboolean read_inbox(DbTx *tx, gpointer data, GError **error) {
  Inbox *inbox = data;
  g_autoptr(Arena) arena = arena_new();
  const View view = {.engine = inbox->house->engine, .tx = tx, .arena = arena, .viewer = &inbox->house->viewer};
  DutyWait behind;
  if (inbox->after)
    g_assert_true(view_inbox_place(inbox->after, &behind));
  const Value *value = view_inbox(&view, inbox->group, inbox->after ? &behind : NULL, error);
  const Value *groups = value_get(value, "groups");
  for (guint i = 0; groups && i < groups->count; i++) {
    const Value *duties = value_get(groups->items[i], "duties");
    g_string_append_printf(inbox->text, "%s%s: ", i ? " | " : "", value_get(groups->items[i], "title")->text);
    for (guint k = 0; k < duties->count; k++) {
      const Value *who = value_get(duties->items[k], "who_text");
      g_string_append_printf(inbox->text, "%s%s [%s]", k ? "; " : "", value_get(duties->items[k], "title")->text,
                             who->kind == VALUE_NULL ? "you" : who->text);
      g_ptr_array_add(inbox->hrefs, g_strdup(value_get(duties->items[k], "href")->text));
      const Value *act = value_get(duties->items[k], "act_text"), *href = value_get(duties->items[k], "act_href");
      const gboolean none = act->kind == VALUE_NULL;
      g_ptr_array_add(inbox->acts, none ? g_strdup("") : g_strdup_printf("%s → %s", act->text, href->text));
    }
  }
  const Value *more = value_get(value, "more_href");
  inbox->more = more && more->kind == VALUE_TEXT ? g_strdup(more->text) : NULL;
  inbox->summary = value ? g_strdup(value_get(value, "summary")->text) : NULL;
  return value != NULL;
}

static void inbox_init(Inbox *inbox, House *house, const char *who, const char *group, const char *after) {
  *inbox = (Inbox){.house = house, .group = group, .after = after, .text = g_string_new(NULL)};
  inbox->hrefs = g_ptr_array_new_with_free_func(g_free);
  inbox->acts = g_ptr_array_new_with_free_func(g_free);
  house->viewer = house_person(house, who);
  house_read(house, read_inbox, inbox);
}

static void inbox_clear(Inbox *inbox) {
  g_string_free(inbox->text, TRUE);
  g_ptr_array_unref(inbox->hrefs);
  g_ptr_array_unref(inbox->acts);
  g_free(inbox->more);
  g_free(inbox->summary);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inbox, inbox_clear)

static void expect(House *house, const char *who, const char *text) {
  g_auto(Inbox) inbox = {0};
  inbox_init(&inbox, house, who, NULL, NULL);
  g_assert_cmpstr(inbox.text->str, ==, text);
}

/* An order of clerk 1 whose form the dealer has submitted: the clerk verifies it by the next working day. */
static gint64 submit_form(House *house) {
  const gint64 dealer = act_as(house, "clerk", "dealer.create", 0, "name=Dawn");
  const gint64 project = act_as(house, "clerk", "project.create", dealer, "name=Tower");
  const gint64 order = act_as(house, "clerk", "order.create", project, "name=Floor 3");
  const gint64 form = act_as(house, "dealer", "order_form.create", order, "remarks=soon");
  act_as(house, "dealer", "order_form_line.add", form,
         "area=Hall;style=A1;thickness=84;width=3000;height=2700;quantity=10");
  expect(house, "dealer", "To do: Complete the order form: F-00001 [you]");
  act_as(house, "dealer", "order_form.submit", form, "");
  return order;
}
#define VERIFY "Verify the order form: F-00001"

static void test_own_clerk(gconstpointer postgres) {
  g_autoptr(House) house = start(postgres);
  const gint64 order = submit_form(house);
  expect(house, "dealer", "");
  expect(house, "clerk", "To do: " VERIFY " [you]");
  expect(house, "clerk2", "");
  expect(house, "manager", "");
  g_auto(Inbox) inbox = {0};
  inbox_init(&inbox, house, "clerk", NULL, NULL);
  g_assert_cmpstr(inbox.hrefs->pdata[0], ==, "/orders/1");
  g_assert_cmpstr(inbox.acts->pdata[0], ==, "Verify the order form → /order_forms/1/order_form.accept");
  g_assert_cmpstr(inbox.summary, ==, "Waiting for you: 1.");
  act_as(house, "clerk", "order.hand_over", order, "clerk=2");
  expect(house, "clerk", "");
  expect(house, "clerk2", "To do: " VERIFY " [you]");
}

static void test_substitute(gconstpointer postgres) {
  g_autoptr(House) house = start(postgres);
  submit_form(house);
  act_as(house, "gm", "absence.state", 0, "user=1;substitute=2;role=clerk;first_day=2026-03-02;last_day=2026-03-02");
  expect(house, "clerk2", "To do: " VERIFY " [clerk]");
  house_set_date(house, date_of(2026, 3, 3));
  expect(house, "clerk2", ""); /* the clerk is back */
  expect(house, "clerk", "To do: " VERIFY " [you]");
}

static void escalate(House *house) {
  g_autoptr(GError) error = NULL;
  duty_escalate(house->engine, &error);
  g_assert_no_error(error);
}

static void test_escalation(gconstpointer postgres) {
  g_autoptr(House) house = start(postgres);
  submit_form(house);
  house_set_date(house, date_of(2026, 3, 3));
  escalate(house); /* due today: in time */
  expect(house, "manager", "");
  house_set_date(house, date_of(2026, 3, 4));
  expect(house, "manager", "");
  const gint64 entries = house_number(house, "SELECT count(*) FROM journal");
  escalate(house);
  escalate(house);
  g_assert_cmpint(house_number(house, "SELECT count(*) FROM journal"), ==, entries);
  expect(house, "manager", "Escalated to you: " VERIFY " [clerk]");
  expect(house, "clerk", "To do: " VERIFY " [you]");
  expect(house, "gm", "");
  expect(house, "manager+clerk", "Escalated to you: " VERIFY " [clerk]");
  act_as(house, "clerk", "order_form.return", 1, "returned_because=colour");
  expect(house, "manager", "");
  expect(house, "dealer", "To do: Correct the order form: F-00001 [you]");
}

static void test_cancelled(gconstpointer postgres) {
  g_autoptr(House) house = start(postgres);
  const gint64 order = submit_form(house);
  act_as(house, "gm", "order.cancel", order, "reason=bankrupt;spent=0;refunded=0");
  expect(house, "clerk", "");
  g_assert_cmpint(house_number(house, "SELECT count(*) FROM duty WHERE closed_at IS NULL"), ==, 0);
}

/* ---- pages ---- */
enum { MANY = 120 };

static gboolean add_many(DbTx *tx, gpointer data, GError **error) {
  const gint64 today = *(gint64 *)data;
  for (gint64 i = 0; i < MANY; i++) /* 24 of a day, five days around today */
    if (db_exec(tx, "INSERT INTO duty (id, name, record, row_id, order_id, dealer_id, role, person, since, due)"
                    " VALUES ($1, 'order_form.verify', 'order_form', 1, 1, 1, 1, 1, 0, $2)",
                DB_ARGS(DB_I(1000 + i), DB_I(today - 2 + i % 5)), error) != 1)
      return FALSE;
  return TRUE;
}

static void test_pages(gconstpointer postgres) {
  g_autoptr(House) house = start(postgres);
  submit_form(house);
  gint64 today = date_of(2026, 3, 2);
  run_sql(house, add_many, &today);
  g_autofree char *after = NULL;
  guint seen = 0;
  for (guint page = 0; page == 0 || after; page++) {
    g_auto(Inbox) inbox = {0};
    inbox_init(&inbox, house, "clerk", page ? "do" : NULL, after); /* the only group there is */
    seen += inbox.hrefs->len;
    g_assert_true(g_str_has_prefix(inbox.text->str, "To do: "));
    g_assert_cmpuint(inbox.hrefs->len, ==, page < 2 ? 50 : MANY + 1 - 100);
    g_assert_cmpstr(inbox.summary, ==, "Waiting for you: 121; overdue: 48.");
    g_free(after);
    after = inbox.more ? g_strdup(inbox.more + strlen("/?group=do&after=")) : NULL;
  }
  g_assert_cmpuint(seen, ==, MANY + 1);
  DutyWait place;
  static const char *const wrong[] = {"", "x", "2026-03-02", "2026-03-02.", "2026-02-30.1", "2026-03-02.1.1",
                                      "2026-03-02.-1"};
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
    g_assert_false(view_inbox_place(wrong[i], &place));
}

/* What a manager signs and what others are late with: each by itself, the beginning of all on one page, and whatever
   can be done leads to where it is done. */
static gboolean add_several(DbTx *tx, gpointer data, GError **error) {
  static const struct {
    const char *name, *record;
    gint64 count, role, told;
  } kinds[] = {{"contract.review", "contract", 60, ROLE_MANAGER, 0},
               {"order_form.verify", "order_form", 460, ROLE_CLERK, ROLE_MANAGER}};
  gint64 id = 1000;
  if (db_exec(tx, "INSERT INTO contract (id, version, state, number, order_id, dealer_id, parent_id)"
                  " VALUES (1, 1, 'review', 'C-00001', 1, 1, 1)", DB_NO_ARGS, error) != 1)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    for (gint64 k = 0; k < kinds[i].count; k++)
      if (db_exec(tx, "INSERT INTO duty (id, name, record, row_id, order_id, dealer_id, role, person, told_role,"
                      " told_person, since, due, escalated_at) VALUES ($1, $2, $3, 1, 1, 1, $4, $5, $6, 0, 0, $7, $8)",
                  DB_ARGS(DB_I(++id), DB_T(kinds[i].name), DB_T(kinds[i].record), DB_I(kinds[i].role),
                          DB_I(kinds[i].told ? 1 : 0), DB_I(kinds[i].told), DB_I(*(gint64 *)data - 2 + k),
                          kinds[i].told ? DB_I(1) : DB_NONE), error) != 1)
        return FALSE;
  return TRUE;
}

static void test_groups(gconstpointer postgres) {
  g_autoptr(House) house = start(postgres);
  submit_form(house);
  gint64 today = date_of(2026, 3, 2);
  run_sql(house, add_several, &today);
  g_auto(Inbox) all = {0}, sign = {0}, rest = {0}, told = {0}, further = {0};
  inbox_init(&all, house, "manager", NULL, NULL);
  g_assert_cmpuint(all.hrefs->len, ==, 40); /* twenty of each */
  g_assert_null(all.more);
  g_assert_true(g_str_has_prefix(all.text->str, "To sign: Review the contract: C-00001 [you]; "));
  g_assert_nonnull(strstr(all.text->str, " | Escalated to you: " VERIFY " [clerk]; "));
  g_assert_cmpstr(all.acts->pdata[0], ==, "Review the contract → /contracts/1/contract.sign");
  g_assert_cmpstr(all.acts->pdata[20], ==, ""); /* another's act */
  inbox_init(&sign, house, "manager", "sign", NULL);
  g_assert_cmpuint(sign.hrefs->len, ==, 50);
  inbox_init(&rest, house, "manager", "sign", sign.more + strlen("/?group=sign&after="));
  g_assert_cmpuint(rest.hrefs->len, ==, 10);
  inbox_init(&told, house, "manager", "told", "2027-05-10.1"); /* behind what is read at a time */
  g_assert_cmpuint(told.hrefs->len, ==, 24);
  g_assert_null(told.more);
  inbox_init(&further, house, "manager", "do", NULL);
  g_assert_cmpuint(further.hrefs->len, ==, 0);
  g_assert_nonnull(further.more); /* none among those read; there are others */
  g_assert_false(view_inbox_group("all"));
}

/* Orders in which something waits on the viewer, as a list. */
typedef struct {
  House *house;
  guint rows;
} Waiting;
static gboolean list_waiting(DbTx *tx, gpointer data, GError **error) {
  Waiting *waiting = data;
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Refusal) refusal = refusal_new();
  const View view = {.engine = waiting->house->engine, .tx = tx, .arena = arena, .viewer = &waiting->house->viewer};
  g_auto(ViewQuery) query = {0};
  const ViewPair pair = {"filter", "waits"};
  const char *next, *previous;
  if (!view_query(&view, dict_find("order"), &pair, 1, &query, refusal, error))
    return FALSE;
  g_autoptr(GPtrArray) rows = view_query_load(&view, &query, "", &next, &previous, error);
  waiting->rows = rows ? rows->len : G_MAXUINT;
  return rows != NULL;
}

static void test_waiting_orders(gconstpointer postgres) {
  g_autoptr(House) house = start(postgres);
  submit_form(house);
  static const struct {
    const char *who;
    guint orders;
  } cases[] = {{"clerk", 1}, {"clerk2", 0}, {"dealer", 0}, {"manager", 0}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    Waiting waiting = {.house = house};
    house->viewer = house_person(house, cases[i].who);
    house_read(house, list_waiting, &waiting);
    g_assert_cmpuint(waiting.rows, ==, cases[i].orders);
  }
}

#define TEST(name)                                                                                                   \
  g_test_add_data_func("/duties/sqlite/" #name, NULL, test_##name);                                                  \
  g_test_add_data_func("/duties/postgres/" #name, "postgres", test_##name)
int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  TEST(own_clerk);
  TEST(substitute);
  TEST(escalation);
  TEST(cancelled);
  TEST(pages);
  TEST(groups);
  TEST(waiting_orders);
  return g_test_run();
}
