/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists and inbox of a large house beside those of a small one, in process: page made and rendered, without HTTP.
   Usage: bench-lists fill FOLDER ORDERS         orders (3,000 of them open) and duties, beside the demo's accounts
          bench-lists time RUNS FOLDER FOLDER    the same pages of both, by turns; prints p50, p99 and their ratio
          bench-lists plans FOLDER               fails where a named list is not read off an index (SQLite) */
#include "base/date.h"
#include "serve/render.h"
#include "step/procedure.h"
#include "view/view.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OPEN = 3000, CLERKS = 20, DEALERS = 300, ZONE = 8 * 3600, FIRST_CLERK = 1000, FIRST_DEALER = 1000 };

typedef struct {
  Db *db;
  Engine *engine;
} House;

static void check(const GError *error) {
  if (!error)
    return;
  fprintf(stderr, "bench-lists: %s\n", error->message);
  exit(1);
}

static House open_house(const char *folder) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(folder, "gendan.db", NULL);
  House house = {.db = db_open(path, 2, &error)};
  check(error);
  house.engine = engine_new(house.db, ZONE);
  engine_migrate(house.engine, &error);
  check(error);
  return house;
}

static void close_house(House *house) {
  engine_free(house->engine);
  db_close(house->db);
}

/* ---- fill ---- */
typedef struct {
  gint64 orders, today;
} Fill;

/* The newest orders are open, and a few old ones; each has an order form that somebody waits for in a tenth of them. */
static gboolean fill(DbTx *tx, gpointer data, GError **error) {
  const Fill *to = data;
#define SERIES "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
  static const struct {
    const char *sql;
    gint64 rows; /* 0: as many as orders; -1: a tenth */
  } steps[] = {
    {SERIES "INSERT INTO \"user\" (id, version, state, dealer_id, login, name, roles)"
            " SELECT 999 + i, 1, 'active', 0, 'clerk-' || i, '跟單員 ' || i, 'clerk' FROM n", CLERKS},
    {SERIES "INSERT INTO dealer (id, version, state, number, dealer_id, name, region)"
            " SELECT 999 + i, 1, 'active', 'D-' || (999 + i), 999 + i, '隔斷經銷商 ' || i, '廣州' FROM n", DEALERS},
    {SERIES "INSERT INTO project (id, version, state, number, dealer_id, parent_id, name, site_address)"
            " SELECT 1000 + i, 1, 'active', 'P-' || (1000 + i), 1000 + i % 300, 1000 + i % 300, '辦公樓 ' || i, '天河路'"
            " FROM n", -1},
    {SERIES "INSERT INTO \"order\" (id, version, state, number, order_id, dealer_id, parent_id, created_at, created_by,"
            " name, project, kind, clerk, step, due_date)"
            " SELECT 1000 + i, 1, CASE WHEN i > $1 - 2700 OR i % ($1 / 300) = 0 THEN 'open' ELSE 'cancelled' END,"
            " 'O-' || (1000 + i), 1000 + i, 1000 + i * 7 % 300, 1001 + i % ($1 / 10), 0, 1000, '第 ' || i || ' 號隔斷',"
            " 1001 + i % ($1 / 10), CASE WHEN i % 50 = 0 THEN 'sample' ELSE 'normal' END, 1000 + i * 11 % 20,"
            " 2 + i % 12,"
            " CASE WHEN i % 6 > 0 THEN $2 - ($1 - i) / 100 + i * 13 % 60 END FROM n", 0},
    {SERIES "INSERT INTO order_form (id, version, state, number, order_id, dealer_id, parent_id, edition)"
            " SELECT 1000 + i, 1, 'submitted', 'F-' || (1000 + i), 1000 + i * 10, 1000 + i * 70 % 300, 1000 + i * 10, 1"
            " FROM n", -1},
    {SERIES "INSERT INTO duty (id, name, record, row_id, order_id, dealer_id, role, person, told_role, told_person,"
            " since, due)"
            " SELECT 20000000 + i, 'order_form.verify', 'order_form', 1000 + i, 1000 + i * 10, 1000 + i * 70 % 300, 1,"
            " 1000 + i % 20, 1024, 0, 0, $2 - 30 + i * 17 % 60 FROM n", -1},
    {"INSERT INTO duty (id, name, record, row_id, order_id, dealer_id, role, person, told_role, told_person, since,"
     " due) SELECT 30000000 + id, 'forecast.late', 'order', id, id, dealer_id, 1, clerk, 1024, 0, 0, $2 FROM \"order\""
     " WHERE state = 'open' AND id % 10 = 0 AND id < 1000 + $1", 0},
  };
  static const char *const names[] = {"user", "dealer", "project", "order", "order_form", "duty", "duty"};
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    const gint64 rows = steps[i].rows > 0 ? steps[i].rows : steps[i].rows ? to->orders / 10 : to->orders;
    const gboolean dated = strstr(steps[i].sql, "$2") != NULL;
    const DbCell cells[] = {DB_I(rows), DB_I(to->today)};
    if (db_exec(tx, steps[i].sql, cells, dated ? 2 : 1, error) < 0 ||
        db_exec(tx, "UPDATE sequence SET taken = $2 WHERE name = $1",
                DB_ARGS(DB_T(names[i]), DB_I(2000 + rows)), error) < 0)
      return FALSE;
  }
  return TRUE;
}

static int fill_main(const char *folder, gint64 orders) {
  g_autoptr(GError) error = NULL;
  House house = open_house(folder);
  Fill to = {.orders = orders, .today = engine_today(house.engine)};
  const gint64 start = g_get_monotonic_time();
  if (db_write(house.db, fill, &to, &error))
    duty_escalate(house.engine, &error);
  check(error);
  printf("%" G_GINT64_FORMAT " orders and %" G_GINT64_FORMAT " duties in %.1f s\n", orders, orders / 10,
         (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
  close_house(&house);
  return 0;
}

/* ---- pages ---- */
typedef struct {
  const char *label;
  const char *address; /* parameters of the orders' list, "%d" for one that changes; NULL: the inbox */
  guint role;          /* of who looks */
  int first, many;     /* what %d goes through */
  const char *index;   /* that must serve it, or NULL */
} Page;

static const Page pages[] = {
  {"open orders of a clerk", "filter=mine", ROLE_CLERK, 0, 0, "order_clerk_state_due_date_id"},
  {"open orders of a dealer", "state=open&sort=due_date&dealer_id=%d", ROLE_CLERK, FIRST_DEALER, DEALERS,
   "order_dealer_id_state_due_date_id"},
  {"open, by step and due date", "state=open&sort=due_date&step=%d", ROLE_CLERK, 2, 12, "order_state_step_due_date_id"},
  {"overdue", "filter=overdue", ROLE_MANAGER, 0, 0, "order_state_due_date_delivered_date_unset_id"},
  {"late forecasts", "filter=forecast", ROLE_MANAGER, 0, 0, NULL},
  {"a duty of a tenth of all", "duty=order_form.verify", ROLE_MANAGER, 0, 0, "duty_named"},
  {"the same, by due date", "duty=order_form.verify&state=open&sort=due_date", ROLE_MANAGER, 0, 0, NULL},
  {"all, newest first", "", ROLE_CLERK, 0, 0, "sqlite_autoindex_order_1"},
  {"all, by due date", "sort=-due_date", ROLE_CLERK, 0, 0, "order_due_date_id"},
  {"all of a clerk", "clerk=%d", ROLE_CLERK, FIRST_CLERK, CLERKS, "order_clerk_id"},
  {"cancelled, by name", "state=cancelled&sort=name", ROLE_CLERK, 0, 0, NULL},
  {"search for a number", "q=O-5%d", ROLE_CLERK, 100, 899, NULL},
  {"search for a rare text", "q=第 77%d 號", ROLE_CLERK, 1, 99, NULL},
  {"inbox of a clerk", NULL, ROLE_CLERK, 0, 0, NULL},
  {"inbox of a manager", NULL, ROLE_MANAGER, 0, 0, NULL},
};

typedef struct {
  House *house;
  const Page *page;
  guint run;
  Viewer viewer;
  gsize bytes;
} Look;

static gboolean query_of(const Look *look, const View *view, ViewQuery *query, GError **error) {
  const Page *page = look->page;
  g_autoptr(Refusal) refusal = refusal_new();
  g_auto(GStrv) words = g_strsplit(page->address, "&", -1);
  ViewPair pairs[8];
  guint count = 0;
  for (char **word = words; *word && **word; word++) {
    char **sides = g_strsplit(*word, "=", 2);
    const char *percent = strstr(sides[1], "%d");
    const int number = page->many ? page->first + (int)(look->run * 37 % (guint)page->many) : 0;
    pairs[count].name = arena_strdup(view->arena, sides[0]);
    pairs[count++].value = percent ? arena_printf(view->arena, "%.*s%d%s", (int)(percent - sides[1]), sides[1], number,
                                                  percent + 2)
                                   : arena_strdup(view->arena, sides[1]);
    g_strfreev(sides);
  }
  if (view_query(view, dict_find("order"), pairs, count, query, refusal, error))
    return TRUE;
  g_error("%s: %s", page->label, refusal_any(refusal) ? ((Reason *)refusal->reasons->pdata[0])->message : "fault");
}

static gboolean make_page(DbTx *tx, gpointer data, GError **error) {
  Look *look = data;
  g_autoptr(Arena) arena = arena_new();
  db_remember(tx, arena);
  g_autoptr(GString) out = g_string_new(NULL);
  const View view = {.engine = look->house->engine, .tx = tx, .arena = arena, .viewer = &look->viewer, .csrf = "x",
                     .path = "/orders", .version = "1"};
  g_auto(ViewQuery) query = {0};
  const gboolean list = look->page->address != NULL;
  Value *root = view_page(&view, "Orders");
  Value *shown = !list ? view_inbox(&view, NULL, NULL, error)
                 : query_of(look, &view, &query, error) ? view_list(&view, &query, error) : NULL;
  if (!shown)
    return FALSE;
  value_set(arena, root, list ? "list" : "inbox", shown);
  render_page(list ? "list" : "inbox", root, "zh_TW", ZONE, out);
  look->bytes = out->len;
  return TRUE;
}

static void look_init(Look *look, House *house, const Page *page, guint run) {
  *look = (Look){.house = house, .page = page, .run = run};
  look->viewer = (Viewer){.user_id = FIRST_CLERK + run % CLERKS, .name = "", .roles = page->role, .language = "zh_TW"};
}

static int ascending(gconstpointer one, gconstpointer other) {
  const double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

/* Milliseconds: of the clock, and of this thread's CPU, which others on the machine do not lengthen. */
typedef struct {
  double clock, cpu;
} Cost;

static double cpu_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static Cost time_page(House *house, const Page *page, guint run) {
  g_autoptr(GError) error = NULL;
  Look look;
  look_init(&look, house, page, run);
  const gint64 start = g_get_monotonic_time();
  const double cpu = cpu_now();
  db_read(house->db, make_page, &look, &error);
  check(error);
  return (Cost){(double)(g_get_monotonic_time() - start) / 1000, cpu_now() - cpu};
}

/* One page of both houses by turns; prints a line. */
static void compare(House *houses, const Page *page, guint runs) {
  const guint warm = MIN(runs, 50u);
  g_autofree double *costs = g_new(double, 4 * runs); /* clock small, clock large, CPU small, CPU large */
  for (guint run = 0; run < 2 * (warm + runs); run++) {
    const Cost cost = time_page(&houses[run % 2], page, run / 2);
    if (run < 2 * warm)
      continue;
    const guint at = run / 2 - warm;
    costs[run % 2 * runs + at] = cost.clock;
    costs[(2 + run % 2) * runs + at] = cost.cpu;
  }
  printf("%-28s", page->label);
  double last[4];
  for (guint i = 0; i < 4; i++) {
    qsort(costs + i * runs, runs, sizeof(double), ascending);
    last[i] = costs[i * runs + runs * 99 / 100];
    printf(" %7.2f %7.2f", costs[i * runs + runs / 2], last[i]);
  }
  printf(" %8.2f %8.2f\n", last[1] / last[0], last[3] / last[2]);
  fflush(stdout);
}

static int time_main(guint runs, char **folders) {
  House houses[2] = {open_house(folders[0]), open_house(folders[1])};
  printf("%-28s %31s %31s %17s\n", "", "ms of the clock", "ms of CPU", "p99 large/small");
  printf("%-28s %15s %15s %15s %15s\n", "", "small", "large", "small", "large");
  printf("%-28s", "page");
  for (guint i = 0; i < 4; i++)
    printf(" %7s %7s", "p50", "p99");
  printf(" %8s %8s\n", "clock", "CPU");
  for (guint p = 0; p < G_N_ELEMENTS(pages); p++)
    compare(houses, &pages[p], runs);
  close_house(&houses[0]);
  close_house(&houses[1]);
  return 0;
}

/* ---- plans ---- */
static gboolean explain(DbTx *tx, gpointer data, GError **error) {
  Look *look = data;
  g_autoptr(Arena) arena = arena_new();
  const View view = {.engine = look->house->engine, .tx = tx, .arena = arena, .viewer = &look->viewer};
  g_auto(ViewQuery) query = {0};
  query_of(look, &view, &query, error);
  query.page.most = VIEW_ROWS;
  GArray *cells;
  const char *sql = dict_page_statement(arena, query.record, &query.page, &cells);
  g_autofree char *explained = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
  const DbResult *plan = db_query(tx, arena, g_intern_string(explained), (const DbCell *)cells->data, cells->len,
                                  error);
  g_array_unref(cells);
  gboolean served = FALSE, sorted = FALSE;
  for (guint i = 0; plan && i < plan->rows; i++) {
    const char *step = DB_CELL(plan, i, 3)->text;
    printf("%-28s %s\n", i ? "" : look->page->label, step);
    served = served || strstr(step, look->page->index);
    sorted = sorted || strstr(step, "TEMP B-TREE");
  }
  if (plan && (!served || sorted))
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s is not read off %s", look->page->label, look->page->index);
  return plan && served && !sorted;
}

static int plans_main(const char *folder) {
  House house = open_house(folder);
  for (guint p = 0; p < G_N_ELEMENTS(pages); p++) {
    g_autoptr(GError) error = NULL;
    Look look;
    look_init(&look, &house, &pages[p], 0);
    if (pages[p].index)
      db_read(house.db, explain, &look, &error);
    check(error);
  }
  close_house(&house);
  return 0;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  if (!procedure_register(&error) || !render_start(&error))
    check(error);
  if (argc == 4 && !strcmp(argv[1], "fill"))
    return fill_main(argv[2], g_ascii_strtoll(argv[3], NULL, 10));
  if (argc == 5 && !strcmp(argv[1], "time"))
    return time_main((guint)g_ascii_strtoull(argv[2], NULL, 10), argv + 3);
  if (argc == 3 && !strcmp(argv[1], "plans"))
    return plans_main(argv[2]);
  fprintf(stderr, "usage: see the head of bench/lists.c\n");
  return 2;
}
