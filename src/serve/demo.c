/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A demo factory: people of every role, dealers, projects and orders, made by the same commands that people use. */
#include "base/date.h"
#include "party/party.h"
#include "serve/serve.h"
#include "serve/session.h"
#include <stdio.h>
#include <string.h>

#define PASSWORD "gendan-demo"

typedef struct {
  const char *login, *name, *roles;
} Person;

static const Person people[] = {
  {"admin", "管理员", "admin"},          {"clerk", "陈小梅", "clerk"},           {"sales", "林志强", "sales"},
  {"designer", "周婷", "designer"},      {"production", "黄师傅", "production"}, {"warehouse", "吴仓管", "warehouse"},
  {"finance", "郑会计", "finance"},      {"manager", "王经理", "manager"},       {"regional", "刘区域", "regional_manager"},
  {"gm", "赵总", "gm"},
};

static gboolean count(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena, "SELECT count(*) FROM \"user\"", DB_NO_ARGS, error);
  *(gint64 *)data = found ? DB_CELL(found, 0, 0)->integer : -1;
  return found != NULL;
}

gint64 demo_count_users(Engine *engine, GError **error) {
  gint64 users = -1;
  return db_read(engine_db(engine), count, &users, error) ? users : -1;
}

/* Runs an act with inputs "name=text", ended by NULL. The id of the row, or -1 and error. */
static gint64 run_act(Engine *engine, Act act, const char *const *inputs, GError **error) {
  g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (; inputs && *inputs; inputs++) {
    const char *equals = strchr(*inputs, '=');
    g_hash_table_insert(table, g_strndup(*inputs, (gsize)(equals - *inputs)), g_strdup(equals + 1));
  }
  act.inputs = table;
  g_autoptr(Refusal) refusal = refusal_new();
  Done done;
  if (engine_run(engine, &act, &done, refusal, error))
    return done.id;
  for (guint i = 0; i < refusal->reasons->len && error && !*error; i++)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: %s", act.command->name, ((Reason *)refusal->reasons->pdata[i])->message);
  return -1;
}

static gint64 does(Engine *engine, guint roles, gint64 user_id, const char *command, gint64 id, const char *const *inputs, GError **error) {
  const Viewer viewer = {.user_id = user_id, .name = "", .roles = roles, .language = "en"};
  return run_act(engine, (Act){.viewer = &viewer, .command = workflow_find(command), .id = id}, inputs, error);
}

typedef struct {
  const char *hash;
  gint64 now;
} Password;

static gboolean set_password(DbTx *tx, gint64 id, gpointer data, GError **error) {
  const Password *password = data;
  return session_set_password(tx, id, password->hash, password->now, error);
}

gint64 demo_user(Engine *engine, const char *login, const char *name, const char *roles, gint64 dealer_id, const char *password, GError **error) {
  g_autofree char *hash = session_hash(password);
  Password set = {.hash = hash, .now = engine_now(engine)};
  const Viewer system = {.name = "", .roles = ROLE_ADMIN, .language = "en"}; /* user 0 */
  g_autofree char *as_login = g_strconcat("login=", login, NULL), *as_name = g_strconcat("name=", name, NULL);
  g_autofree char *as_roles = g_strconcat("roles=", roles, NULL);
  g_autofree char *of = dealer_id ? g_strdup_printf("dealer=%" G_GINT64_FORMAT, dealer_id) : NULL;
  const char *const inputs[] = {as_login, as_name, as_roles, of, NULL};
  const Act act = {.viewer = &system, .command = workflow_find("user.create"), .also = set_password, .also_data = &set};
  return run_act(engine, act, inputs, error);
}

/* China's public holidays of 2026 that fall on weekdays, and the weekend days worked for them. */
static gboolean fill_calendar(Engine *engine, gint64 user_id, GError **error) {
  static const struct {
    const char *date, *working, *name;
  } days[] = {{"date=2026-01-01", "working=0", "name=元旦"}, {"date=2026-02-16", "working=0", "name=春节"}, {"date=2026-02-17", "working=0", "name=春节"},
              {"date=2026-02-18", "working=0", "name=春节"}, {"date=2026-02-19", "working=0", "name=春节"}, {"date=2026-02-20", "working=0", "name=春节"},
              {"date=2026-05-01", "working=0", "name=劳动节"}, {"date=2026-10-01", "working=0", "name=国庆节"}, {"date=2026-10-02", "working=0", "name=国庆节"},
              {"date=2026-02-14", "working=1", "name=春节调休"}, {"date=2026-10-10", "working=1", "name=国庆调休"}};
  for (guint i = 0; i < G_N_ELEMENTS(days); i++)
    if (does(engine, ROLE_ADMIN, user_id, "holiday.add", 0, (const char *const[]){days[i].date, days[i].working, days[i].name, NULL}, error) < 0)
      return FALSE;
  return TRUE;
}

static gboolean fill_orders(Engine *engine, gint64 clerk, GError **error) {
  static const struct {
    const char *dealer, *region, *login, *person, *project, *orders[3];
  } dealers[] = {
    {"name=华南隔断工程有限公司", "region=广州", "dealer", "孙经销", "name=珠江新城办公楼 18F", {"name=18F 办公区玻璃隔断", "name=18F 会议室", NULL}},
    {"name=上海卓越装饰工程", "region=上海", "dealer2", "钱经销", "name=陆家嘴金融中心 B 座", {"name=B 座 32F 双玻隔断", NULL}},
    {"name=成都天府空间", "region=成都", "dealer3", "何经销", "name=天府软件园 E5", {"name=E5 一期", "name=E5 二期", NULL}},
  };
  for (guint i = 0; i < G_N_ELEMENTS(dealers); i++) {
    const gint64 dealer = does(engine, ROLE_CLERK, clerk, "dealer.create", 0, (const char *const[]){dealers[i].dealer, dealers[i].region, NULL}, error);
    if (dealer < 0 || demo_user(engine, dealers[i].login, dealers[i].person, "dealer", dealer, PASSWORD, error) < 0)
      return FALSE;
    const gint64 project = does(engine, ROLE_CLERK, clerk, "project.create", dealer, (const char *const[]){dealers[i].project, NULL}, error);
    g_autofree char *by = g_strdup_printf("clerk=%" G_GINT64_FORMAT, clerk);
    for (guint k = 0; project > 0 && dealers[i].orders[k]; k++)
      if (does(engine, ROLE_CLERK, clerk, "order.create", project, (const char *const[]){dealers[i].orders[k], "kind=normal", by, NULL}, error) < 0)
        return FALSE;
    if (project < 0)
      return FALSE;
  }
  return TRUE;
}

gboolean demo_fill(Engine *engine, GError **error) {
  const gint64 users = demo_count_users(engine, error);
  if (users != 0)
    return users > 0;
  gint64 admin = 0, clerk = 0;
  for (guint i = 0; i < G_N_ELEMENTS(people); i++) {
    const gint64 id = demo_user(engine, people[i].login, people[i].name, people[i].roles, 0, PASSWORD, error);
    if (id < 0)
      return FALSE;
    admin = strcmp(people[i].login, "admin") ? admin : id;
    clerk = strcmp(people[i].login, "clerk") ? clerk : id;
  }
  return fill_calendar(engine, admin, error) && fill_orders(engine, clerk, error);
}

void demo_tell(void) {
  printf("Demo accounts, all with the password %s:\n", PASSWORD);
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    printf("  %-12s %s\n", people[i].login, people[i].name);
  printf("  %-12s 孙经销 (dealer 2 and 3: dealer2, dealer3)\n", "dealer");
}
