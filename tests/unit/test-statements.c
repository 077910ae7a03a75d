/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page asks the database as often for an order that has much as for one that has little: nothing is asked row by
   row. The demo's orders, pages of their records and every list, for people of several roles, in a house that has all
   of it a few times and in one that has it many times over; on both databases. And what is remembered changes nothing:
   a page reads the same without. */
#include "house.h"
#include "party/party.h"
#include "postgres-fixture.h"
#include "resources.h"
#include "serve/app.h"
#include "serve/serve.h"
#include "serve/render.h"
#include "statements.h"
#include "step/procedure.h"
#include "view/view.h"
#include <sodium.h>
#include <string.h>

enum {
  FEW = 2, MUCH = 16, /* how often everything is there besides */
  REPEATED = 20,      /* most times that a page may carry out one statement, such as once for each step */
  ZONE = 8 * 3600,
  APART = 1000000     /* between ids of the engine's own tables that are copied and their copies */
};
static const char *const people[] = {"clerk", "finance", "gm", "warehouse", "dealer"};

/* A house, and how often it has everything. */
typedef struct {
  House *house;
  guint times;
  gint64 busy;   /* an order of the first dealer with goods on their way, of which there are others like it */
  gint64 orders; /* so many there is more of: on PostgreSQL, where that takes long, up to the busy one */
  Sessions *sessions;
  Assets *assets;
  char *tokens[G_N_ELEMENTS(people)];
} Fixture;

/* ---- much of everything ---- */
/* The engine's own rows about a row, about its copy. */
static gboolean copy_about(DbTx *tx, const Record *record, gint64 id, gint64 copy, gint64 order, GError **error) {
  static const char *const statements[] = {
    "INSERT INTO journal (id, root, seq, at, user_id, command, record, row_id, row_version, order_id, dealer_id,"
    " parent_id, submits, detail, comment, hash) SELECT id + $4, 'order:' || CAST($5 AS BIGINT), seq + $4, at, user_id,"
    " command, record, $3, row_version, $5, dealer_id, parent_id, submits, detail, comment, hash FROM journal"
    " WHERE record = $1 AND row_id = $2",
    "INSERT INTO duty (id, name, record, row_id, order_id, dealer_id, role, person, told_role, told_person, since, due,"
    " escalated_at, closed_at, renewed_at) SELECT id + $4, name, record, $3, $5, dealer_id, role, person, told_role,"
    " told_person, since, due, escalated_at, closed_at, renewed_at FROM duty WHERE record = $1 AND row_id = $2",
    "INSERT INTO approval (id, record, row_id, row_version, stage, role, user_id, substitute, at, void)"
    " SELECT id + $4, record, $3, row_version, stage, role, user_id, substitute, at, void FROM approval"
    " WHERE record = $1 AND row_id = $2 AND $5 = $5"};
  static gint64 apart = 0;
  apart += APART;
  for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
    if (db_exec(tx, statements[i], DB_ARGS(DB_T(record->name), DB_I(id), DB_I(copy), DB_I(apart), DB_I(order)), error) <
        0)
      return FALSE;
  return TRUE;
}

/* What an order has, once more in an order: in itself or another; copies hang on the same rows. */
static gboolean copy_into(DbTx *tx, Arena *arena, const GPtrArray *const *rows, gint64 order, GError **error) {
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++)
    for (guint k = 0; records[i] != &order_record && k < rows[i]->len; k++) {
      Row *copy = dict_copy_row(arena, records[i], rows[i]->pdata[k]);
      copy->order_id = order;
      if (!dict_insert(tx, arena, records[i], copy, error) ||
          !copy_about(tx, records[i], ((Row *)rows[i]->pdata[k])->id, copy->id, order, error))
        return FALSE;
    }
  return TRUE;
}

/* An order like it, of a project of its own and every second time of a dealer of its own. */
static gint64 copy_order(DbTx *tx, Arena *arena, gint64 id, guint i, GError **error) {
  Dealer *dealer = dict_load(tx, arena, &dealer_record, 1, error);
  Project *project = dict_load(tx, arena, &project_record, 1, error);
  Order *order = dict_load(tx, arena, &order_record, id, error);
  dealer->name = arena_printf(arena, "Dealer %u", i), dealer->row.dealer_id = 0;
  if (!dict_insert(tx, arena, &dealer_record, dealer, error) ||
      !dict_insert(tx, arena, &project_record, project, error))
    return 0;
  order->project = project->row.id;
  order->row.dealer_id = i % 2 ? dealer->row.id : 1;
  order->clerk = 1 + i % 20;
  return dict_insert(tx, arena, &order_record, order, error) &&
             copy_about(tx, &order_record, id, order->row.id, order->row.id, error)
           ? order->row.id : 0;
}

/* Everything of the order as often in itself; once in an order more, where that is asked. */
static gboolean fill_order(DbTx *tx, const Fixture *fixture, gint64 id, gboolean others, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add(all, dict_load_by(tx, arena, records[i], "order_id", DB_I(id), error));
  const GPtrArray *const *rows = (const GPtrArray *const *)all->pdata;
  for (guint i = 0; i < fixture->times; i++) {
    const gint64 other = others ? copy_order(tx, arena, id, i, error) : 0;
    if ((others && (!other || !copy_into(tx, arena, rows, other, error))) || !copy_into(tx, arena, rows, id, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean fill(DbTx *tx, gpointer data, GError **error) {
  const Fixture *fixture = data;
  for (gint64 id = 1; id <= fixture->orders; id++)
    if (!fill_order(tx, fixture, id, id == fixture->busy, error))
      return FALSE;
  return TRUE;
}

/* ---- asking for pages ---- */
static gboolean forgetful; /* snapshots remember nothing */
static guint spared;       /* statements that pages did not need because they do */
void __real_db_remember(DbTx *tx, Arena *arena);
void __wrap_db_remember(DbTx *tx, Arena *arena);
void __wrap_db_remember(DbTx *tx, Arena *arena) {
  if (!forgetful)
    __real_db_remember(tx, arena);
}

static char *log_in(Fixture *fixture, const char *who) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Refusal) refusal = refusal_new();
  g_autofree char *browser = NULL;
  const SessionLogin login = {.login = who, .password = "gendan-demo", .peer = "::1", .language = "en"};
  char *token = session_login(fixture->sessions, &login, &browser, refusal, &error);
  g_assert_no_error(error);
  g_assert_nonnull(token);
  return token;
}

static void set_up(Fixture *fixture, const char *url) {
  g_autoptr(GError) error = NULL;
  fixture->house = house_bare(url, 2);
  Engine *engine = fixture->house->engine;
  const SessionRules rules = {.idle = G_MAXINT32, .absolute = G_MAXINT32, .attempts = 10, .window = 900, .zone = ZONE};
  if (!session_migrate(fixture->house->db, &error) || !demo_fill(engine, fixture->house->files, FALSE, &error))
    g_error("%s", error->message);
  fixture->busy = house_number(fixture->house, "SELECT MIN(order_id) FROM shipment WHERE state = 'shipped' AND"
                                               " dealer_id = 1");
  fixture->orders = url ? fixture->busy : house_number(fixture->house, "SELECT MAX(id) FROM \"order\"");
  if (!db_write(fixture->house->db, fill, fixture, &error) || !duty_escalate(engine, &error))
    g_error("%s", error->message);
  fixture->sessions = session_open(engine, &rules);
  fixture->assets = assets_new(gendan_get_resource(), "/gendan/assets", &error);
  g_assert_no_error(error);
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    fixture->tokens[i] = log_in(fixture, people[i]);
}

static void tear_down(Fixture *fixture) {
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    g_free(fixture->tokens[i]);
  session_close(fixture->sessions);
  assets_free(fixture->assets);
  house_free(fixture->house);
}

/* The status; statements gets what the page asked the database, body what it says. */
static guint ask(const Fixture *fixture, guint who, const char *address, GArray *statements, GString *body) {
  const App app = {.engine = fixture->house->engine, .files = fixture->house->files, .zone = ZONE,
                   .assets = fixture->assets, .sessions = fixture->sessions};
  g_autoptr(Arena) arena = arena_new();
  Request request = {0};
  Response response = {0};
  request_init(&request, arena);
  response_init(&response, arena);
  request.id = "1";
  request.method = "GET";
  g_assert_true(request_set_uri(&request, address));
  const RequestPair cookie = {.name = SESSION_COOKIE, .value = fixture->tokens[who]};
  g_array_append_val(request.cookies, cookie);
  statements_record(statements);
  app_handle(&request, &response, (gpointer)&app);
  statements_record(NULL);
  const guint status = response.status;
  g_string_assign(body, response.body->str);
  request_clear(&request);
  response_clear(&response);
  return status;
}

/* Whether the page, which asked so often, says the same where nothing is remembered, but for the keys of its forms. */
static gboolean is_same(const Fixture *fixture, guint who, const char *address, guint asked, const char *body) {
  g_autoptr(GRegex) keys = g_regex_new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", G_REGEX_OPTIMIZE, 0, NULL);
  g_autoptr(GArray) unread = statements_new();
  g_autoptr(GString) other = g_string_new(NULL);
  forgetful = TRUE;
  ask(fixture, who, address, unread, other);
  forgetful = FALSE;
  spared += unread->len - asked;
  g_autofree char *one = g_regex_replace_literal(keys, body, -1, 0, "", 0, NULL);
  g_autofree char *two = g_regex_replace_literal(keys, other->str, -1, 0, "", 0, NULL);
  return !strcmp(one, two);
}

/* The statement that was carried out most often, and how often. */
static guint most_repeated(const GArray *statements, const char **sql) {
  g_autoptr(GHashTable) times = g_hash_table_new(NULL, NULL);
  guint most = 0;
  for (guint i = 0; i < statements->len; i++) {
    const char *text = g_array_index(statements, Statement, i).sql;
    const guint count = GPOINTER_TO_UINT(g_hash_table_lookup(times, text)) + 1;
    g_hash_table_insert(times, (gpointer)text, GUINT_TO_POINTER(count));
    if (count > most)
      most = count, *sql = text;
  }
  return most;
}

static GPtrArray *addresses(const Fixture *fixture) {
  static const char *const others[] = {"/", "/?group=do", "/orders?view=kanban", "/orders?filter=open", "/orders?q=F",
                                       "/api/orders", "/dealers/1", "/projects/1"};
  static const char *const pages[] = {"/orders/%s", "/api/orders/%s", "/orders/%s/contract.create"};
  GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    g_ptr_array_add(list, g_strdup(others[i]));
  for (gint64 id = 1; id <= fixture->orders; id++)
    for (guint i = 0; i < (id == fixture->busy ? G_N_ELEMENTS(pages) : 1); i++) {
      g_auto(GStrv) sides = g_strsplit(pages[i], "%s", 2);
      g_ptr_array_add(list, g_strdup_printf("%s%" G_GINT64_FORMAT "%s", sides[0], id, sides[1]));
    }
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++) {
    const char *plural = g_str_has_suffix(records[i]->name, "s") ? "" : "s";
    g_ptr_array_add(list, g_strdup_printf("/%s%s", records[i]->name, plural));
    g_ptr_array_add(list, g_strdup_printf("/%s%s/1", records[i]->name, plural));
  }
  return list;
}

/* What is wrong with the page, for somebody; NULL: nothing. */
static char *compare(const Fixture houses[2], guint who, const char *address) {
  g_autoptr(GArray) few = statements_new(), much = statements_new();
  g_autoptr(GString) body = g_string_new(NULL);
  const char *sql = NULL;
  const guint status = ask(&houses[1], who, address, much, body);
  g_assert_cmpuint(ask(&houses[0], who, address, few, body), ==, status);
  if (!is_same(&houses[0], who, address, few->len, body->str))
    return g_strdup_printf("%s for %s says something else where nothing is remembered", address, people[who]);
  const guint most = most_repeated(much, &sql);
  if (most <= REPEATED && much->len < few->len + MUCH - FEW)
    return NULL;
  return g_strdup_printf("%s for %s: %u statements become %u; %u times: %s", address, people[who], few->len, much->len,
                         most, sql);
}

static void test_pages(gconstpointer on_postgres) {
  Fixture houses[] = {{.times = FEW}, {.times = MUCH}};
  for (guint i = 0; i < G_N_ELEMENTS(houses); i++) {
    g_autofree char *url = on_postgres ? postgres_fixture_url() : NULL;
    set_up(&houses[i], url);
  }
  g_autoptr(GPtrArray) pages = addresses(&houses[0]);
  for (guint who = 0; who < G_N_ELEMENTS(people); who++)
    for (guint i = 0; i < pages->len; i++) {
      g_autofree char *wrong = compare(houses, who, pages->pdata[i]);
      if (wrong) {
        g_test_message("%s", wrong);
        g_test_fail();
      }
    }
  g_assert_cmpuint(spared, >, pages->len);
  for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
    tear_down(&houses[i]);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_test_init(&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  if (sodium_init() < 0 || !procedure_register(&error) || !render_start(&error))
    g_error("%s", error->message);
  g_test_add_data_func("/statements/sqlite", NULL, test_pages);
  g_test_add_data_func("/statements/postgres", "postgres", test_pages);
  return g_test_run();
}
