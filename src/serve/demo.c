/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A demo factory: people of every role, dealers with their projects, and months of orders in every state, all made by
   the same commands that people use. */
#include "serve/demo.h"
#include "serve/holidays.h"
#include "base/date.h"
#include "serve/serve.h"
#include "serve/session.h"
#include <stdio.h>
#include <string.h>

#define PASSWORD "gendan-demo"
enum { BARE_SHOPS = 3 };

typedef struct {
  const char *login, *name, *roles;
} Person;

static const Person people[DEMO_PEOPLE] = {
  [DEMO_ADMIN] = {"admin", "管理员", "admin"},
  [DEMO_CLERK] = {"clerk", "陈小梅", "clerk"},
  [DEMO_SALES] = {"sales", "林志强", "sales"},
  [DEMO_DESIGNER] = {"designer", "周婷", "designer"},
  [DEMO_PRODUCTION] = {"production", "黄师傅", "production"},
  [DEMO_WAREHOUSE] = {"warehouse", "吴仓管", "warehouse"},
  [DEMO_FINANCE] = {"finance", "郑会计", "finance"},
  [DEMO_MANAGER] = {"manager", "王经理", "manager"},
  [DEMO_REGIONAL] = {"regional", "刘区域", "regional_manager"},
  [DEMO_GM] = {"gm", "赵总", "gm"},
  [DEMO_CLERK2] = {"clerk2", "李文博", "clerk"},
};
/* Roles whose steps are not built yet: they can look around. */
static const Person others[] = {
  {"surveyor", "徐丈量", "surveyor"}, {"estimator", "何算料", "estimator"}, {"purchasing", "马采购", "purchasing"},
  {"installer", "冯工程", "installer"},
};

typedef struct {
  const char *name, *address, *owner;
} Site;

typedef struct {
  Person person; /* who logs in for the dealer */
  const char *name, *region, *level, *address, *phone;
  Site sites[DEMO_PROJECTS];
  const char *orders[2]; /* of the first site, where the factory is left bare */
} Shop;

static const Shop shops[DEMO_SHOPS] = {
  {{"dealer", "孙经销", "dealer"}, "华南隔断工程有限公司", "广州", "a", "广州市天河区黄埔大道西 120 号", "020-5550 1201",
   {{"珠江新城办公楼", "广州市天河区华夏路 16 号", "粤信实业集团"}, {"国际会展南塔", "广州市海珠区阅江中路 380 号", "会展中心管理公司"},
    {"白云企业培训中心", "广州市白云区云城东路 9 号", "云城教育"}}, {"18F 办公区玻璃隔断", "18F 会议室"}},
  {{"dealer2", "钱经销", "dealer"}, "上海卓越装饰工程", "上海", "a", "上海市徐汇区漕溪北路 88 号", "021-5550 8810",
   {{"陆家嘴金融中心", "上海市浦东新区银城中路 200 号", "申汇资产管理"}, {"张江生物研发楼", "上海市浦东新区蔡伦路 780 号", "康泽生物"},
    {"外滩品牌展厅", "上海市黄浦区中山东一路 18 号", "澜石家居"}}, {"B 座 32F 双玻隔断"}},
  {{"dealer3", "何经销", "dealer"}, "成都天府空间", "成都", "b", "成都市高新区天府大道 1700 号", "028-5550 1700",
   {{"天府软件园 E5", "成都市高新区天华路 81 号", "蜀云软件"}, {"锦江商务中心", "成都市锦江区红星路 35 号", "锦城置业"},
    {"城东医院门诊楼", "成都市成华区二环路 12 号", "城东医院"}}, {"E5 一期", "E5 二期"}},
  {{"dealer4", "唐经销", "dealer"}, "北京筑间隔墙", "北京", "a", "北京市朝阳区望京街 10 号", "010-5550 1010",
   {{"望京科技园 A3", "北京市朝阳区望京东路 6 号", "启明信息"}, {"丽泽综合楼", "北京市丰台区丽泽路 18 号", "丽泽投资"},
    {"西城银行营业厅", "北京市西城区金融街 27 号", "京都银行"}}, {NULL}},
  {{"dealer5", "许经销", "dealer"}, "杭州之江办公环境", "杭州", "b", "杭州市滨江区江南大道 588 号", "0571-5550 588",
   {{"钱江交易中心", "杭州市上城区富春路 290 号", "钱江控股"}, {"滨江科创园", "杭州市滨江区长河路 351 号", "浙创科技"}}, {NULL}},
  {{"dealer6", "曹经销", "dealer"}, "西安长安隔断", "西安", "b", "西安市雁塔区科技路 33 号", "029-5550 3301",
   {{"咸阳机场航站楼", "咸阳市渭城区底张镇", "机场建设指挥部"}, {"雁塔政务中心", "西安市雁塔区小寨东路 5 号", "雁塔区政府"}}, {NULL}},
  {{"dealer7", "彭经销", "dealer"}, "武汉光谷装饰材料", "武汉", "b", "武汉市洪山区珞喻路 726 号", "027-5550 7260",
   {{"光谷大学图书馆", "武汉市洪山区珞瑜路 1037 号", "光谷大学"}, {"光谷软件园 D 区", "武汉市东湖高新区关山大道 1 号", "楚天软件"}}, {NULL}},
  {{"dealer8", "曾经销", "dealer"}, "深圳鹏程空间", "深圳", "a", "深圳市南山区科苑路 15 号", "0755-5550 1500",
   {{"南山总部大楼", "深圳市南山区海德三道 1 号", "鹏远电子"}, {"福田银行分行", "深圳市福田区益田路 4068 号", "鹏城银行"}}, {NULL}},
  {{"dealer9", "邓经销", "dealer"}, "青岛海岸建材", "青岛", "c", "青岛市崂山区香港东路 195 号", "0532-5550 195",
   {{"胶州产业园", "青岛市胶州市尚德大道 1 号", "胶东产业发展"}, {"黄岛海景酒店", "青岛市黄岛区滨海大道 388 号", "海景酒店管理"}}, {NULL}},
  {{"dealer10", "萧经销", "dealer"}, "南京金陵隔断", "南京", "c", "南京市建邺区江东中路 222 号", "025-5550 2220",
   {{"河西总部基地", "南京市建邺区庐山路 158 号", "宁鼎集团"}, {"新街口律所大厦", "南京市秦淮区中山南路 49 号", "金陵律师事务所"}}, {NULL}},
};

/* Makes accounts and dealers. */
typedef struct {
  Demo demo;
  GArray *users; /* gint64: made so far */
} Making;

static const Viewer house = {.name = "gendan", .roles = ROLE_ADMIN, .language = "en"};

static gint64 add_user(Making *making, const Person *person, gint64 dealer, GError **error) {
  g_autofree char *id = dealer ? g_strdup_printf("%" G_GINT64_FORMAT, dealer) : g_strdup("");
  const gint64 user = script_run(
    making->demo.engine, &house, "user.create", 0,
    SCRIPT_INPUTS("login", person->login, "name", person->name, "roles", person->roles, "dealer", id), NULL, error);
  if (user > 0)
    g_array_append_val(making->users, user);
  return user;
}

static gboolean add_people(Making *making, GError **error) {
  for (guint i = 0; i < DEMO_PEOPLE; i++) {
    const gint64 id = add_user(making, &people[i], 0, error);
    if (id < 0)
      return FALSE;
    making->demo.people[i] = (Viewer){
      .user_id = id, .name = people[i].name, .roles = workflow_role(people[i].roles), .language = "zh_CN"};
  }
  for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    if (add_user(making, &others[i], 0, error) < 0)
      return FALSE;
  return TRUE;
}

static gboolean state_letterhead(Making *making, GError **error) {
  return script_run(making->demo.engine, &making->demo.people[DEMO_ADMIN], "letterhead.state", 0,
                    SCRIPT_INPUTS("name", "广东建联隔断科技有限公司", "address", "广东省佛山市南海区狮山科技大道 8 号", "phone",
                                  "0757-5550 1000", "tax_number", "91440605MA00000X0X", "bank", "中国建设银行佛山狮山支行",
                                  "account", "4405 0000 0000 0000 001"),
                    NULL, error) >= 0;
}

static gboolean add_shop(Making *making, guint index, GError **error) {
  const Shop *shop = &shops[index];
  Demo *demo = &making->demo;
  const Viewer *sales = &demo->people[index < BARE_SHOPS ? DEMO_CLERK : DEMO_SALES];
  const gint64 dealer = script_run(demo->engine, sales, "dealer.create", 0,
                                   SCRIPT_INPUTS("name", shop->name, "region", shop->region, "level", shop->level,
                                                 "address", shop->address, "phone", shop->phone),
                                   NULL, error);
  const gint64 user = dealer > 0 ? add_user(making, &shop->person, dealer, error) : -1;
  demo->dealers[index] = (Viewer){
    .user_id = user, .name = shop->person.name, .roles = ROLE_DEALER, .dealer_id = dealer, .language = "zh_CN"};
  if (user < 0 ||
      script_run(demo->engine, sales, "contact.create", dealer,
                 SCRIPT_INPUTS("name", shop->person.name, "post", "项目经理", "phone", shop->phone), NULL, error) < 0)
    return FALSE;
  for (guint i = 0; i < DEMO_PROJECTS && shop->sites[i].name; i++) {
    demo->projects[index][i] = script_run(
      demo->engine, sales, "project.create", dealer,
      SCRIPT_INPUTS("name", shop->sites[i].name, "site_address", shop->sites[i].address, "owner", shop->sites[i].owner),
      NULL, error);
    if (demo->projects[index][i] < 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean add_bare_orders(Making *making, guint index, GError **error) {
  const Viewer *clerk = &making->demo.people[DEMO_CLERK];
  g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, clerk->user_id);
  for (guint i = 0; i < G_N_ELEMENTS(shops[index].orders) && shops[index].orders[i]; i++)
    if (script_run(making->demo.engine, clerk, "order.create", making->demo.projects[index][0],
                   SCRIPT_INPUTS("name", shops[index].orders[i], "kind", "normal", "clerk", id), NULL, error) < 0)
      return FALSE;
  return TRUE;
}

gboolean demo_fill(Engine *engine, Files *files, gboolean bare, GError **error) {
  g_autoptr(GArray) users = g_array_new(TRUE, TRUE, sizeof(gint64));
  Making making = {.demo = {.engine = engine, .files = files}, .users = users};
  engine_set_clock(engine, bare ? 0 : demo_beginning());
  gboolean fine = add_people(&making, error) && holidays_enter(engine, &making.demo.people[DEMO_ADMIN], error) &&
                  state_letterhead(&making, error);
  for (guint i = 0; fine && i < (bare ? BARE_SHOPS : DEMO_SHOPS); i++)
    fine = add_shop(&making, i, error) && (!bare || add_bare_orders(&making, i, error));
  fine = fine && (bare || demo_live(&making.demo, error)) &&
         session_set_passwords(engine, (const gint64 *)(void *)users->data, PASSWORD, error);
  engine_set_clock(engine, 0);
  return fine;
}

void demo_tell(void) {
  printf("Demo accounts, all with the password %s:\n", PASSWORD);
  for (guint i = 0; i < DEMO_PEOPLE; i++)
    printf("  %-11s %s\n", people[i].login, people[i].name);
  for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    printf("  %-11s %s\n", others[i].login, others[i].name);
  for (guint i = 0; i < BARE_SHOPS; i++)
    printf("  %-11s %s, %s\n", shops[i].person.login, shops[i].person.name, shops[i].name);
  puts("Ctrl-C stops it; what was done stays for the next start.");
}
