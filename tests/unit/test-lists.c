/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists: every page of every order of rows, forwards and back, against rows sorted here; what is counted, searched,
   refused; and that the database reads the lists people live in off an index. On both databases. */
#include "base/date.h"
#include "dict/sql.h"
#include "house.h"
#include "party/party.h"
#include "postgres-fixture.h"
#include "step/procedure.h"
#include "view/view.h"
#include <string.h>

enum { ORDERS = 237, DEALERS = 3, CLERK = 7, TODAY = 20000 };

static const Viewer clerk = {.user_id = CLERK, .name = "Chen", .roles = ROLE_CLERK, .language = "en"};
static const Viewer dealer = {.user_id = 9, .name = "Wu", .roles = ROLE_DEALER, .dealer_id = 2, .language = "en"};

typedef struct {
  House *house;
} Fixture;

/* Many rows share a due date, every fifth has none; some have left, and of these some are signed for; texts hold what
   LIKE would take for wildcards. */
static Order *make_order(Arena *arena, gint64 i) {
  Order *order = dict_new_row(arena, &order_record);
  order->row.dealer_id = 1 + i % DEALERS;
  order->row.state = i % 4 ? "open" : "cancelled";
  order->name = i % 50 == 3 ? "100% glass" : arena_printf(arena, "Floor %" G_GINT64_FORMAT, i * 7 % 100);
  order->project = 1 + i % DEALERS;
  order->kind = i % 2 ? "normal" : "sample";
  order->clerk = i % 6 ? CLERK : CLERK + 1;
  order->step = i % 9 ? 2 + i % 5 : 13;
  order->delivered_date = i % 18 == 9 ? TODAY - 1 : DICT_UNSET;
  order->due_date = i % 5 ? TODAY - 10 + i * 11 % 23 : DICT_UNSET;
  return order;
}

/* Every seventh order owes it, some twice; every fifth did once. */
static gboolean fill_duties(DbTx *tx, GError **error) {
  gint64 id = 0;
  for (gint64 i = 0; i < ORDERS; i++) {
    const guint open = i % 7 ? 0 : 1 + i % 2, closed = i % 5 ? 0 : 1;
    for (guint k = 0; k < open + closed; k++)
      if (db_exec(tx, "INSERT INTO duty (id, name, record, row_id, order_id, role, person, due, closed_at)"
                      " VALUES ($1, 'forecast.late', 'order', $2, $2, 1, 0, $3, $4)",
                  DB_ARGS(DB_I(++id), DB_I(i + 1), DB_I(TODAY), k < open ? DB_NONE : DB_I(1)), error) != 1)
        return FALSE;
  }
  return TRUE;
}

static gboolean fill(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  static const char *const names[] = {"Dawn", "Dusk", "Noon"};
  for (guint i = 0; i < DEALERS; i++) {
    Dealer *row = dict_new_row(arena, &dealer_record);
    row->name = names[i];
    Project *project = dict_new_row(arena, &project_record);
    project->row.dealer_id = i + 1;
    project->name = arena_printf(arena, "Tower of %s", names[i]);
    if (!dict_insert(tx, arena, &dealer_record, row, error) || !dict_insert(tx, arena, &project_record, project, error))
      return FALSE;
  }
  for (gint64 i = 0; i < ORDERS; i++)
    if (!dict_insert(tx, arena, &order_record, make_order(arena, i), error))
      return FALSE;
  return fill_duties(tx, error);
}

static void set_up(Fixture *fixture, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autofree char *url = data ? postgres_fixture_url() : NULL;
  fixture->house = house_bare(url, 2);
  house_set_date(fixture->house, TODAY);
  db_write(fixture->house->db, fill, NULL, &error);
  g_assert_no_error(error);
}

static void tear_down(Fixture *fixture, gconstpointer data) {
  house_free(fixture->house);
}

/* One list asked for by its address: "state=open&sort=-name". */
typedef struct {
  Fixture *fixture;
  const Viewer *viewer;
  const char *address;
  Refusal *refusal;
  GArray *ids;             /* of the page */
  char *next, *previous;   /* addresses, NULL: none */
  gint64 matches;
} Ask;

static gboolean ask_page(DbTx *tx, gpointer data, GError **error) {
  Ask *ask = data;
  g_autoptr(Arena) arena = arena_new();
  const View view = {.engine = ask->fixture->house->engine, .tx = tx, .arena = arena, .viewer = ask->viewer};
  const char *question = strchr(ask->address, '?');
  g_auto(GStrv) words = g_strsplit(question ? question + 1 : ask->address, "&", -1);
  g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(ViewPair));
  for (char **word = words; *word && **word; word++) {
    g_auto(GStrv) sides = g_strsplit(*word, "=", 2);
    g_autofree char *plain = g_uri_unescape_string(sides[1], NULL);
    const ViewPair pair = {arena_strdup(arena, sides[0]), arena_strdup(arena, plain)};
    g_array_append_val(pairs, pair);
  }
  g_auto(ViewQuery) query = {0};
  const char *next, *previous;
  if (!view_query(&view, &order_record, (const ViewPair *)pairs->data, pairs->len, &query, ask->refusal, error))
    return FALSE;
  g_autoptr(GPtrArray) rows = view_query_load(&view, &query, "", &next, &previous, error);
  for (guint i = 0; rows && i < rows->len; i++)
    g_array_append_val(ask->ids, ((Row *)rows->pdata[i])->id);
  ask->next = g_strdup(next), ask->previous = g_strdup(previous);
  ask->matches = query.matches;
  return rows != NULL;
}

static void ask_init(Ask *ask, Fixture *fixture, const Viewer *viewer, const char *address) {
  GError *error = NULL;
  *ask = (Ask){.fixture = fixture, .viewer = viewer, .address = address, .refusal = refusal_new(),
               .ids = g_array_new(FALSE, FALSE, sizeof(gint64))};
  db_read(fixture->house->db, ask_page, ask, &error);
  g_assert_no_error(error);
}

static void ask_clear(Ask *ask) {
  refusal_free(ask->refusal);
  g_array_unref(ask->ids);
  g_free(ask->next);
  g_free(ask->previous);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ask, ask_clear)

static const gint64 *ids_of(const Ask *ask) {
  return (const gint64 *)ask->ids->data;
}

/* ---- the same rows in the same order, worked out here ---- */
typedef struct {
  const char *address;
  gboolean (*fits)(const Order *order);
  const char *sort;  /* field, or NULL: by id */
  gboolean descending;
} Case;

static gint compare(gconstpointer one, gconstpointer other, gpointer data) {
  const Case *wanted = data;
  const Order *a = *(Order *const *)one, *b = *(Order *const *)other;
  const Field *field = wanted->sort ? dict_field(&order_record, wanted->sort) : NULL;
  const int way = wanted->descending ? -1 : 1;
  if (field && dict_is_set(field, a) != dict_is_set(field, b))
    return dict_is_set(field, a) ? -1 : 1; /* unset comes last, both ways */
  int differs = 0;
  if (field && dict_is_set(field, a))
    differs = dict_is_text(field) ? strcmp(*dict_text(field, a), *dict_text(field, b))
                                  : (*dict_integer(field, a) > *dict_integer(field, b)) -
                                      (*dict_integer(field, a) < *dict_integer(field, b));
  return way * (differs ? differs : (a->row.id > b->row.id) - (a->row.id < b->row.id));
}

static GPtrArray *expected(Arena *arena, const Case *wanted) {
  GPtrArray *rows = g_ptr_array_new();
  for (gint64 i = 0; i < ORDERS; i++) {
    Order *order = make_order(arena, i);
    order->row.id = i + 1;
    if (!wanted->fits || wanted->fits(order))
      g_ptr_array_add(rows, order);
  }
  g_ptr_array_sort_with_data(rows, compare, (gpointer)wanted);
  return rows;
}

static gboolean is_open(const Order *order) { return !strcmp(order->row.state, "open"); }
static gboolean is_mine(const Order *order) { return is_open(order) && order->clerk == CLERK; }
static gboolean is_early(const Order *order) {
  return order->step >= 3 && order->step <= 4;
}
static gboolean is_overdue(const Order *order) {
  return is_open(order) && order->due_date != DICT_UNSET && order->due_date < TODAY &&
         order->delivered_date == DICT_UNSET;
}
static gboolean is_overdue_here(const Order *order) { return is_overdue(order) && order->step == 13; }
static gboolean is_overdue_of(const Order *order) { return is_overdue(order) && order->row.dealer_id == 2; }
static gboolean is_in_span(const Order *order) {
  return order->due_date != DICT_UNSET && order->due_date >= TODAY - 3 && order->due_date <= TODAY;
}
static gboolean is_owed(const Order *order) { return (order->row.id - 1) % 7 == 0; }
static gboolean is_forecast_late(const Order *order) { return is_owed(order) && is_open(order); }
static gboolean is_owed_by_kind(const Order *order) { return is_owed(order) && !strcmp(order->kind, "sample"); }
static gboolean is_fourth(const Order *order) { return order->step == 4 && order->row.dealer_id == 2; }

static const Case cases[] = {
  {"", NULL, NULL, TRUE},
  {"sort=number", NULL, NULL, FALSE},
  {"sort=due_date", NULL, "due_date", FALSE},
  {"sort=-due_date", NULL, "due_date", TRUE},
  {"sort=name", NULL, "name", FALSE},
  {"sort=-name", NULL, "name", TRUE},
  {"sort=-step", NULL, "step", TRUE},
  {"state=open&sort=-due_date", is_open, "due_date", TRUE},
  {"filter=mine", is_mine, "due_date", FALSE},
  {"filter=mine&sort=-number", is_mine, NULL, TRUE},
  {"filter=overdue", is_overdue, "due_date", FALSE},
  {"filter=overdue&sort=-due_date", is_overdue, "due_date", TRUE},
  {"filter=overdue&dealer_id=2", is_overdue_of, "due_date", FALSE},
  {"late=due_date&step=13", is_overdue_here, NULL, TRUE},
  {"step-from=3&step-to=4&sort=-due_date", is_early, "due_date", TRUE},
  {"step=4&dealer_id=2", is_fourth, NULL, TRUE},
  {"duty=forecast.late", is_owed, NULL, TRUE},
  {"duty=forecast.late&sort=number", is_owed, NULL, FALSE},
  {"duty=forecast.late&kind=sample&sort=-due_date", is_owed_by_kind, "due_date", TRUE},
  {"filter=forecast", is_forecast_late, "due_date", FALSE},
};

static void check_page(const Ask *page, const GPtrArray *rows, guint start) {
  g_assert_false(refusal_any(page->refusal));
  g_assert_cmpint(page->matches, ==, rows->len);
  g_assert_cmpuint(page->ids->len, ==, MIN(rows->len - start, (guint)VIEW_ROWS));
  for (guint i = 0; i < page->ids->len; i++)
    g_assert_cmpint(ids_of(page)[i], ==, ((Order *)rows->pdata[start + i])->row.id);
  g_assert_cmpint(page->next != NULL, ==, start + VIEW_ROWS < rows->len);
}

/* All pages to the last, then back to the first: each is what it was. */
static void walk(Fixture *fixture, const Case *wanted) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GPtrArray) rows = expected(arena, wanted);
  g_autofree char *address = g_strdup(wanted->address);
  guint start = 0;
  for (gboolean back = FALSE;;) {
    g_auto(Ask) page = {0};
    ask_init(&page, fixture, &clerk, address);
    check_page(&page, rows, start);
    back = back || !page.next;
    if (back && start == 0)
      break;
    g_assert_cmpint(page.previous != NULL, ==, start > 0);
    g_free(address);
    address = g_strdup(back ? page.previous : page.next);
    start = back ? start - VIEW_ROWS : start + VIEW_ROWS;
  }
}

static void test_pages(Fixture *fixture, gconstpointer data) {
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_test_message("%s", cases[i].address);
    walk(fixture, &cases[i]);
  }
  g_autofree char *from = date_format(TODAY - 3), *span = g_strdup_printf("due_date-from=%s&due_date-to=today", from);
  walk(fixture, &(const Case){span, is_in_span, NULL, TRUE});
}

/* ---- search ---- */
static guint found(Fixture *fixture, const char *q, gint64 first) {
  g_autofree char *escaped = g_uri_escape_string(q, NULL, FALSE), *address = g_strdup_printf("q=%s", escaped);
  g_auto(Ask) page = {0};
  ask_init(&page, fixture, &clerk, address);
  g_assert_false(refusal_any(page.refusal));
  if (first && page.ids->len)
    g_assert_cmpint(ids_of(&page)[0], ==, first);
  return page.ids->len;
}

static void test_search(Fixture *fixture, gconstpointer data) {
  g_assert_cmpuint(found(fixture, "O-00017", 17), ==, 1);
  g_assert_cmpuint(found(fixture, "o-17", 17), ==, 1);
  g_assert_cmpuint(found(fixture, "17", 17), ==, 1);
  g_assert_cmpuint(found(fixture, "O-99999", 0), ==, 0);
  g_assert_cmpuint(found(fixture, "100%", 204), ==, 5);
  g_assert_cmpuint(found(fixture, "_", 0), ==, 0);
  g_assert_cmpuint(found(fixture, "dusk", 236), ==, VIEW_ROWS); /* the dealer's name, and its project's */
  g_assert_cmpuint(found(fixture, "tower of n", 237), ==, VIEW_ROWS);
  g_assert_cmpuint(found(fixture, "'; DROP TABLE \"order\"; --", 0), ==, 0);
}

static gboolean copy_orders(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 26000)"
                     " INSERT INTO \"order\" (id, version, state, number, dealer_id, name, step)"
                     " SELECT i, 1, 'open', 'O', 1, 'copy', 2 FROM n", DB_NO_ARGS, error) == 25001;
}

/* A search reads a bounded number of rows and says where it goes on; more than 10,000 rows are not counted. */
static void test_bounds(Fixture *fixture, gconstpointer data) {
  GError *error = NULL;
  db_write(fixture->house->db, copy_orders, NULL, &error);
  g_assert_no_error(error);
  g_auto(Ask) first = {0}, second = {0}, third = {0}, all = {0}, sorted = {0};
  ask_init(&first, fixture, &clerk, "q=Floor 11");
  g_assert_cmpuint(first.ids->len, ==, 0);
  g_assert_cmpstr(first.next, ==, "/orders?q=Floor%2011&after=16001");
  ask_init(&second, fixture, &clerk, first.next);
  g_assert_cmpuint(second.ids->len, ==, 0);
  ask_init(&third, fixture, &clerk, second.next);
  g_assert_cmpuint(third.ids->len, ==, 2);
  g_assert_null(third.next);
  ask_init(&all, fixture, &clerk, "state=open");
  g_assert_cmpint(all.matches, ==, DICT_COUNTED + 1);
  g_assert_cmpint(ids_of(&all)[0], ==, 26000);
  ask_init(&sorted, fixture, &clerk, "step=2&kind=normal&sort=due_date");
  g_assert_cmpint(sorted.matches, <, DICT_COUNTED);
  g_assert_cmpuint(sorted.ids->len, >, 0);
}

static gboolean owe_all(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "INSERT INTO duty (id, name, record, row_id, order_id, role, person, due)"
                     " SELECT 100000 * k.i + t.id, CASE WHEN k.i = 1 THEN 'forecast.late' ELSE 'other' END, 'order',"
                     " t.id, t.id, 1, 0, 0 FROM \"order\" t CROSS JOIN (SELECT 1 AS i UNION ALL SELECT 2 UNION ALL"
                     " SELECT 3 UNION ALL SELECT 4) k WHERE t.id >= 1000", DB_NO_ARGS, error) == 4 * 25001;
}

/* Pages that show a row say that it is late where the list finds it, and by how much. */
static void test_days_late(Fixture *fixture, gconstpointer data) {
  g_autoptr(Arena) arena = arena_new();
  const Field *due = dict_field(&order_record, "due_date"), *expected = dict_field(&order_record, "expected_date");
  for (gint64 i = 0; i < ORDERS; i++) {
    Order *order = make_order(arena, i);
    const gint64 days = is_overdue(order) ? TODAY - order->due_date : 0;
    g_assert_cmpint(dict_days_late(&order_record, due, order, TODAY), ==, days);
    order->expected_date = TODAY + 5;
    const gboolean under_way = is_open(order) && order->due_date != DICT_UNSET && order->delivered_date == DICT_UNSET;
    g_assert_cmpint(dict_days_late(&order_record, expected, order, TODAY), ==,
                    under_way ? MAX(0, TODAY + 5 - order->due_date) : 0);
  }
}

/* ---- whose and what ---- */
static void refused(Fixture *fixture, const Viewer *viewer, const char *address, const char *place) {
  g_auto(Ask) page = {0};
  ask_init(&page, fixture, viewer, address);
  g_assert_cmpint(page.refusal->status, ==, strcmp(address, "before=x") ? REFUSAL_INVALID : REFUSAL_BAD);
  g_assert_cmpstr(((Reason *)page.refusal->reasons->pdata[0])->name, ==, place);
}

static void test_refusals(Fixture *fixture, gconstpointer data) {
  refused(fixture, &clerk, "colour=red", "colour");
  refused(fixture, &clerk, "note=x", "note");
  refused(fixture, &clerk, "step=99", "step");
  refused(fixture, &clerk, "kind-from=normal", "kind-from");
  refused(fixture, &clerk, "step-to=x", "step-to");
  refused(fixture, &clerk, "due_date-from=soon", "due_date-from");
  refused(fixture, &clerk, "state=opened", "state");
  refused(fixture, &clerk, "filter=hers", "filter");
  refused(fixture, &clerk, "sort=note", "sort");
  refused(fixture, &clerk, "sort=\"; --", "sort");
  refused(fixture, &clerk, "after=999999", "after");
  refused(fixture, &clerk, "before=x", "before");
  refused(fixture, &clerk, "column=name.password", "column");
  refused(fixture, &clerk, "view=map", "view");
  refused(fixture, &clerk, "duty=forecast.early", "duty");
  refused(fixture, &clerk, "late=delivered_date", "late");
}

static void test_dealers(Fixture *fixture, gconstpointer data) {
  refused(fixture, &dealer, "clerk=7", "clerk");
  refused(fixture, &dealer, "dealer_id=1", "dealer_id");
  refused(fixture, &dealer, "filter=mine", "clerk");
  refused(fixture, &dealer, "duty=forecast.late", "duty");
  refused(fixture, &dealer, "sort=clerk", "sort");
  refused(fixture, &dealer, "column=clerk", "column");
  refused(fixture, &dealer, "sort=due_date&after=1", "after"); /* another dealer's order */
  static const char *const addresses[] = {"", "sort=due_date", "state=open", "q=floor", "q=dawn", "q=O-00001"};
  static const Viewer nobodys = {.user_id = 8, .name = "Nobody's", .roles = ROLE_DEALER, .language = "en"};
  g_auto(Ask) none = {0};
  ask_init(&none, fixture, &nobodys, "");
  g_assert_cmpuint(none.ids->len, ==, 0); /* an account of the portal that names no dealer sees nobody's orders */
  for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
    g_auto(Ask) page = {0};
    ask_init(&page, fixture, &dealer, addresses[i]);
    g_assert_false(refusal_any(page.refusal));
    g_assert_cmpuint(page.ids->len, ==, i < 4 ? VIEW_ROWS : 0);
    for (guint k = 0; k < page.ids->len; k++)
      g_assert_cmpint((ids_of(&page)[k] - 1) % DEALERS, ==, 1);
  }
}

/* ---- plans ---- */
/* How the database carries the page's statement out, step by step. */
static char *plan_of(DbTx *tx, Arena *arena, const DictPage *page, gboolean postgres, GError **error) {
  GArray *cells;
  const char *statement = dict_page_statement(arena, &order_record, page, &cells);
  g_autofree char *sql = g_strconcat(postgres ? "EXPLAIN " : "EXPLAIN QUERY PLAN ", statement, NULL);
  g_assert_null(sql_kept(statement)); /* people can ask for millions: none is kept for good */
  g_assert_nonnull(sql_kept(sql_by(&order_record, 0, 1)));
  const DbResult *plan = db_query(tx, arena, g_intern_string(sql), (const DbCell *)cells->data, cells->len, error);
  g_array_unref(cells);
  g_autoptr(GString) steps = g_string_new(NULL);
  for (guint i = 0; plan && i < plan->rows; i++)
    g_string_append_printf(steps, "%s\n", DB_CELL(plan, i, postgres ? 0 : 3)->text);
  return g_strdup(steps->str);
}

static void expect_plan(const char *plan, const char *index) {
  if (!strstr(plan, index) || strstr(plan, "TEMP B-TREE") || strstr(plan, "Sort") || strstr(plan, "Seq Scan"))
    g_error("not by %s: %s", index, plan);
}

static gboolean explain(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const Field *due = dict_column(&order_record, "due_date");
  const DictCondition open = {.field = dict_column(&order_record, "state"), .cell = DB_T("open")};
  const struct {
    const char *column, *index;
    DictPage page;
  } lists[] = {{"clerk", "order_clerk_state_due_date_id", {.sort = due, .ascending = TRUE}},
               {"dealer_id", "order_dealer_id_state_due_date_id", {.sort = due, .ascending = TRUE}},
               {"step", "order_state_step_due_date_id", {.sort = due, .ascending = TRUE}},
               {"clerk", "order_clerk_id", {0}},
               {NULL, "order_due_date_id", {.sort = due}}};
  for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
    const DictCondition where[] = {{.field = dict_column(&order_record, lists[i].column), .cell = DB_I(1)}, open};
    DictPage page = lists[i].page;
    page.where = where;
    page.conditions = !lists[i].column ? 0 : page.sort ? 2 : 1;
    page.most = VIEW_ROWS;
    g_autofree char *plan = plan_of(tx, arena, &page, FALSE, error);
    expect_plan(plan, lists[i].index);
  }
  return TRUE;
}

static void test_plans(Fixture *fixture, gconstpointer data) {
  GError *error = NULL;
  db_read(fixture->house->db, explain, NULL, &error);
  g_assert_no_error(error);
}

/* What is owed leads to its orders, or the order of the list is followed: in neither is every order looked at. */
static gboolean explain_owed(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DictNamed named = {"duty", "order_id", "forecast.late", .many = TRUE};
  const DictCondition open = {.field = dict_column(&order_record, "state"), .cell = DB_T("open")};
  const DictPage newest = {.named = &named, .most = VIEW_ROWS};
  const DictPage due = {.named = &named, .most = VIEW_ROWS, .sort = dict_column(&order_record, "due_date"),
                        .ascending = TRUE, .where = &open, .conditions = 1};
  g_autofree char *by_duty = plan_of(tx, arena, &newest, data != NULL, error);
  expect_plan(by_duty, "duty_named");
  g_autofree char *by_date = plan_of(tx, arena, &due, data != NULL, error);
  expect_plan(by_date, "order_state_due_date_id");
  return TRUE;
}

static gboolean analyze(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "ANALYZE", DB_NO_ARGS, error) >= 0;
}

/* A duty owed by more than are counted: the order of the rows is followed. */
static void test_many_owed(Fixture *fixture, gconstpointer data) {
  static const char *const addresses[] = {"duty=forecast.late", "duty=forecast.late&sort=-due_date",
                                          "duty=forecast.late&state=open&sort=name", "duty=forecast.late&q=copy"};
  GError *error = NULL;
  db_write(fixture->house->db, copy_orders, NULL, &error);
  db_write(fixture->house->db, owe_all, NULL, &error);
  if (data)
    db_write(fixture->house->db, analyze, NULL, &error);
  db_read(fixture->house->db, explain_owed, (gpointer)data, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
    g_auto(Ask) page = {0};
    ask_init(&page, fixture, &clerk, addresses[i]);
    g_assert_cmpint(page.matches, ==, DICT_COUNTED + 1);
    g_assert_cmpuint(page.ids->len, ==, VIEW_ROWS);
    for (guint k = 0; k < page.ids->len; k++)
      g_assert_true(ids_of(&page)[k] >= 1000 || (ids_of(&page)[k] - 1) % 7 == 0);
  }
}

#define TEST(name)                                                                                                   \
  g_test_add("/lists/sqlite/" #name, Fixture, NULL, set_up, test_##name, tear_down);                                 \
  g_test_add("/lists/postgres/" #name, Fixture, "postgres", set_up, test_##name, tear_down)
/* The colour of a state follows from what its record declares of it, not from its name. */
static void test_tones(void) {
  static const struct {
    const char *record, *state, *tone;
  } cases[] = {
    {"balance_notice", "draft", "calm"},      {"balance_notice", "sent", "good"},
    {"balance_notice", "withdrawn", "bad"},   {"delivery_notice", "approved", "info"},
    {"delivery_notice", "withdrawn", "bad"},  {"works_order", "held", "warn"},
    {"works_order", "made", "good"},          {"contract", "effective", "good"},
    {"instalment", "removed", "bad"},         {"order_form", "returned", "warn"},
    {"order_form", "accepted", "good"},       {"order", "closed", "good"},
    {"dealer", "closed", "bad"},              {"absence", "withdrawn", "bad"},
    {"progress", NULL, "calm"},               {"delivery_notice", "returned", "warn"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpstr(view_tone(dict_find(cases[i].record), cases[i].state), ==, cases[i].tone);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  TEST(pages);
  TEST(search);
  TEST(bounds);
  TEST(many_owed);
  TEST(refusals);
  TEST(dealers);
  g_test_add("/lists/days_late", Fixture, NULL, set_up, test_days_late, tear_down);
  g_test_add_func("/lists/tones", test_tones);
  g_test_add("/lists/sqlite/plans", Fixture, NULL, set_up, test_plans, tear_down);
  return g_test_run();
}
