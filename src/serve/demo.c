/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A demo factory: people of every role, dealers, projects and orders, made by the same commands that people use. */
#include "serve/script.h"
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

typedef struct {
  Person person; /* who logs in for the dealer */
  const char *name, *region, *project, *orders[3];
} Shop;

static const Shop shops[] = {
  {{"dealer", "孙经销", "dealer"}, "华南隔断工程有限公司", "广州", "珠江新城办公楼 18F", {"18F 办公区玻璃隔断", "18F 会议室"}},
  {{"dealer2", "钱经销", "dealer"}, "上海卓越装饰工程", "上海", "陆家嘴金融中心 B 座", {"B 座 32F 双玻隔断"}},
  {{"dealer3", "何经销", "dealer"}, "成都天府空间", "成都", "天府软件园 E5", {"E5 一期", "E5 二期"}},
};

typedef struct {
  Engine *engine;
  GArray *users; /* gint64: made so far */
  Viewer clerk;
} Demo;

static const Viewer house = {.name = "gendan", .roles = ROLE_ADMIN, .language = "en"};

static gint64 add_user(Demo *demo, const Person *person, gint64 dealer, GError **error) {
  g_autofree char *id = dealer ? g_strdup_printf("%" G_GINT64_FORMAT, dealer) : g_strdup("");
  const gint64 user = script_run(demo->engine, &house, "user.create", 0,
                                 SCRIPT_INPUTS("login", person->login, "name", person->name, "roles", person->roles, "dealer", id),
                                 NULL, error);
  if (user > 0)
    g_array_append_val(demo->users, user);
  return user;
}

/* China's public holidays of 2026 that fall on weekdays, and the weekend days worked for them. */
static gboolean fill_calendar(Demo *demo, GError **error) {
  static const struct {
    const char *date, *working, *name;
  } days[] = {{"2026-01-01", "0", "元旦"}, {"2026-02-16", "0", "春节"}, {"2026-02-17", "0", "春节"}, {"2026-02-18", "0", "春节"},
              {"2026-02-19", "0", "春节"}, {"2026-02-20", "0", "春节"}, {"2026-05-01", "0", "劳动节"}, {"2026-10-01", "0", "国庆节"},
              {"2026-10-02", "0", "国庆节"}, {"2026-02-14", "1", "春节调休"}, {"2026-10-10", "1", "国庆调休"}};
  for (guint i = 0; i < G_N_ELEMENTS(days); i++)
    if (script_run(demo->engine, &house, "holiday.add", 0,
                   SCRIPT_INPUTS("date", days[i].date, "working", days[i].working, "name", days[i].name), NULL, error) < 0)
      return FALSE;
  return TRUE;
}

static gboolean fill_shop(Demo *demo, const Shop *shop, GError **error) {
  const gint64 dealer = script_run(demo->engine, &demo->clerk, "dealer.create", 0,
                                   SCRIPT_INPUTS("name", shop->name, "region", shop->region), NULL, error);
  if (dealer < 0 || add_user(demo, &shop->person, dealer, error) < 0)
    return FALSE;
  const gint64 project = script_run(demo->engine, &demo->clerk, "project.create", dealer, SCRIPT_INPUTS("name", shop->project), NULL, error);
  g_autofree char *clerk = g_strdup_printf("%" G_GINT64_FORMAT, demo->clerk.user_id);
  for (guint i = 0; project > 0 && shop->orders[i]; i++)
    if (script_run(demo->engine, &demo->clerk, "order.create", project,
                   SCRIPT_INPUTS("name", shop->orders[i], "kind", "normal", "clerk", clerk), NULL, error) < 0)
      return FALSE;
  return project > 0;
}

gboolean demo_fill(Engine *engine, GError **error) {
  g_autoptr(GArray) users = g_array_new(TRUE, TRUE, sizeof(gint64));
  Demo demo = {.engine = engine, .users = users};
  for (guint i = 0; i < G_N_ELEMENTS(people); i++) {
    const gint64 id = add_user(&demo, &people[i], 0, error);
    if (id < 0)
      return FALSE;
    if (!strcmp(people[i].login, "clerk"))
      demo.clerk = (Viewer){.user_id = id, .name = people[i].name, .roles = ROLE_CLERK, .language = "en"};
  }
  if (!fill_calendar(&demo, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(shops); i++)
    if (!fill_shop(&demo, &shops[i], error))
      return FALSE;
  return session_set_passwords(engine, (const gint64 *)(void *)users->data, PASSWORD, error);
}

void demo_tell(void) {
  printf("Demo accounts, all with the password %s:\n", PASSWORD);
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    printf("  %-12s %s\n", people[i].login, people[i].name);
  for (guint i = 0; i < G_N_ELEMENTS(shops); i++)
    printf("  %-12s %s, %s\n", shops[i].person.login, shops[i].person.name, shops[i].name);
}
