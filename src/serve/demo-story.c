/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened to the demo factory's orders: each goes so far along the path, by the acts of the people whose turn it
   is, on working days, the engine's clock set to each moment. */
#include "base/calendar.h"
#include "base/date.h"
#include "serve/demo.h"
#include <string.h>

enum {
  DAYS = 110, /* before today */
  DESK_OPENS = 9 * 3600, DESK_HOURS = 8, LINES = 4, NOTICE = 5, TRAVEL = 4, MOST_LEGS = 6,
};

/* Acts of an order, in their order; a story names the last one done. */
typedef enum {
  OPENED, FILLED, HANDED_IN, ACCEPTED, DRAWN, ISSUED, SIGNED, DRAFTED, SUBMITTED, REVIEWED, APPROVED, SEALED,
  EFFECTIVE, PAID, DEPOSIT_IN, ORDERED, RELEASE_ASKED, CHECKED, RELEASED, CONFIRMED, CUT, MACHINED, ASSEMBLED, STORED,
  MADE, NOTICED, BALANCE_PAID, BALANCE_IN, TO_SIGN, SIGNED_TWICE, ALLOWED, PLANNED, AGREED, SHIPPED, ON_ITS_WAY,
  DELIVERED, MILESTONES,
} Milestone;

/* What happened last, where that is not on the straight path. */
typedef enum {
  STRAIGHT, RETURNED, SENT_BACK, REDRAWN, HELD, REVERSED, CANCELLED, AMENDED, OVERPAID, REFUNDED, CREDITED, TURNS,
} Turn;

typedef struct {
  guint shop, project;
  const char *name;
  Milestone done;
  guint rest; /* working days since the last act */
  Turn turn;
  guint percent; /* of the deposit; 0: the usual 30 */
} Story;

static const Story stories[] = {
  {0, 0, "18F 办公区玻璃隔断", DELIVERED, 12}, {0, 0, "18F 会议室", SHIPPED, 2, OVERPAID},
  {0, 0, "19F 经理室", NOTICED, 3},
  {0, 1, "南塔 7F 双玻百叶隔断", CUT, 1, AMENDED}, {0, 1, "南塔 8F 走廊隔断", EFFECTIVE, 8}, {0, 2, "培训中心活动隔断", ISSUED, 6},
  {1, 0, "B 座 32F 双玻隔断", DELIVERED, 20, CREDITED}, {1, 0, "B 座 33F 总裁办", ALLOWED, 1},
  {1, 1, "研发楼 2F 实验室隔断", MACHINED, 4},
  {1, 1, "研发楼 3F 实验室隔断", DEPOSIT_IN, 1}, {1, 2, "展厅玻璃隔断", FILLED, 7}, {1, 2, "接待区弧形隔断", HANDED_IN, 2, RETURNED},
  {2, 0, "E5 一期", DELIVERED, 35}, {2, 0, "E5 二期", STORED, 1}, {2, 1, "9F 开放办公区", CONFIRMED, 2, HELD},
  {2, 1, "10F 电话间", APPROVED, 1}, {2, 2, "门诊楼 3F 板材隔断", HANDED_IN, 3},
  {3, 0, "A3 栋 5F 单玻隔断", AGREED, 1}, {3, 0, "A3 栋 6F 单玻隔断", CHECKED, 2}, {3, 1, "综合楼 12F", SUBMITTED, 4},
  {3, 1, "综合楼 14F 会议层", ACCEPTED, 1}, {3, 2, "营业厅柜台隔断", BALANCE_PAID, 1},
  {4, 0, "交易中心 21F", DELIVERED, 6, REFUNDED}, {4, 0, "交易中心 22F", CUT, 2, REDRAWN}, {4, 1, "科创园 1 号楼", PAID, 2},
  {4, 1, "科创园 2 号楼", SIGNED, 1}, {5, 0, "航站楼贵宾室", TO_SIGN, 1}, {5, 0, "航站楼值机办公室", RELEASED, 1},
  {5, 1, "政务中心 2F 窗口隔断", SUBMITTED, 2, SENT_BACK}, {5, 1, "政务中心 4F 办公室", DRAFTED, 5},
  {6, 0, "图书馆研讨间", ON_ITS_WAY, 1}, {6, 0, "图书馆自习区", ASSEMBLED, 6}, {6, 1, "软件园 D 区 3F", DEPOSIT_IN, 2, REVERSED},
  {7, 0, "总部大楼 16F", BALANCE_IN, 1}, {7, 0, "总部大楼 17F", SEALED, 6, STRAIGHT, 20}, {7, 1, "分行营业部", OPENED, 4},
  {8, 0, "产业园 C1 办公楼", SIGNED_TWICE, 2}, {8, 0, "产业园 C2 办公楼", ORDERED, 3}, {8, 1, "酒店行政层", DEPOSIT_IN, 15, CANCELLED},
  {9, 0, "总部基地 6 号楼", MADE, 2}, {9, 0, "总部基地 7 号楼", RELEASE_ASKED, 1}, {9, 1, "律所 28F 全景隔断", REVIEWED, 1},
  {9, 1, "律所 29F 合伙人办公室", DRAWN, 3}, {9, 1, "28F 样品隔断", ISSUED, 1},
};

/* A kind of wall as dealers order it. */
static const struct {
  const char *style, *thickness, *filling, *door, *opening, *hardware, *colour;
  gint64 price; /* fen a square metre */
} walls[] = {
  {"单玻明框", "84", "12 mm 钢化玻璃", "单开玻璃门", "left_in", "不锈钢拉手、地弹簧", "哑光黑", 52000},
  {"双玻百叶", "100", "5+5 mm 钢化玻璃内置百叶", "木饰面门", "right_in", "执手锁、闭门器", "香槟银", 86000},
  {"极简窄边", "50", "10 mm 超白玻璃", "极简玻璃门", "right_out", "磁吸锁、天地轴", "深空灰", 98000},
  {"板材隔断", "80", "12 mm 三聚氰胺板", "平板门", "left_out", "球形锁", "暖白", 43000},
  {"高隔间单玻", "84", "10 mm 钢化玻璃", "双开玻璃门", "double", "长拉手、地弹簧", "哑光黑", 61000},
};
static const char *const areas[] = {"开放办公区", "会议室", "经理室", "走廊", "财务室", "接待区", "培训室", "洽谈间"};
static const char *const carriers[] = {"德邦物流", "安能物流", "中铁快运", "顺丰快运"};

/* An order on its way. */
typedef struct {
  Demo *demo;
  const Story *story;
  GRand *chance;       /* its own, so that one story does not change another */
  gint64 today;        /* the act's date */
  gint64 planned;      /* date of shipping, once noticed */
  gint64 width, height; /* of the first wall, tenths of a millimetre */
  gint64 amount;       /* fen */
  gint64 prices[LINES + 1]; /* fen a square metre of each line, then the discount; ends with 0 */
  gint64 pieces;
  gint64 order, form, line, drawing, contract, receipt, refund, works, goods[2], notice, shipment; /* ids */
} Tale;

/* The lines of a contract. */
typedef struct {
  Arena *arena;
  gint64 contract;
  const DbResult *lines; /* ids */
} Priced;

static const Viewer *clerk_of(const Tale *tale) {
  return &tale->demo->people[tale->story->shop % 2 ? DEMO_CLERK2 : DEMO_CLERK];
}
static const Viewer *dealer_of(const Tale *tale) {
  return &tale->demo->dealers[tale->story->shop];
}
static const Viewer *person(const Tale *tale, DemoPerson who) {
  return &tale->demo->people[who];
}

static const char *number(Arena *arena, gint64 value) {
  return arena_printf(arena, "%" G_GINT64_FORMAT, value);
}
static const char *money(Arena *arena, gint64 fen) {
  return arena_printf(arena, "%" G_GINT64_FORMAT ".%02d", fen / 100, (int)(fen % 100));
}
static const char *day(Arena *arena, gint64 date) {
  char *text = date_format(date);
  const char *kept = arena_strdup(arena, text);
  g_free(text);
  return kept;
}

/* An act without a file; its id goes to *id unless that is NULL. */
static gboolean act(const Tale *tale, const Viewer *who, const char *command, gint64 on, const char *const *inputs,
                    gint64 *id, GError **error) {
  const gint64 done = script_run(tale->demo->engine, who, command, on, inputs, NULL, error);
  if (id && done > 0)
    *id = done;
  return done > 0;
}

/* Keeps a paper (and unrefs it) and does an act that it belongs to. */
static gboolean act_with(const Tale *tale, const Viewer *who, const char *command, gint64 on, const char *const *inputs,
                         ActFile file, GBytes *paper, gint64 *id, GError **error) {
  g_autoptr(GBytes) bytes = paper;
  gsize size;
  const void *data = g_bytes_get_data(bytes, &size);
  g_autofree char *sha256 = files_keep(tale->demo->files, data, size, error);
  file.sha256 = sha256;
  file.size = (gint64)size;
  const ActFile files[] = {file, {0}};
  const gint64 done = sha256 ? script_run(tale->demo->engine, who, command, on, inputs, files, error) : -1;
  if (id && done > 0)
    *id = done;
  return done > 0;
}

static DemoPaper paper_of(const Tale *tale, Arena *arena, const char *title) {
  return (DemoPaper){.number = arena_printf(arena, "O-%05" G_GINT64_FORMAT, tale->order),
                     .dealer = dealer_of(tale)->name,
                     .title = title,
                     .subject = tale->story->name,
                     .width = tale->width,
                     .height = tale->height,
                     .amount = tale->amount,
                     .date = day(arena, tale->today),
                     .revision = tale->story->turn == REDRAWN && tale->works ? 2 : 1};
}

static gboolean open_order(Tale *tale, Arena *arena, GError **error) {
  const Story *story = tale->story;
  return act(tale, clerk_of(tale), "order.create", tale->demo->projects[story->shop][story->project],
             SCRIPT_INPUTS("name", story->name, "kind", strstr(story->name, "样品") ? "sample" : "normal", "clerk",
                           number(arena, clerk_of(tale)->user_id)), &tale->order, error);
}

static gboolean add_line(Tale *tale, Arena *arena, guint i, GError **error) {
  const guint kind = (guint)g_rand_int_range(tale->chance, 0, G_N_ELEMENTS(walls));
  const gint64 width = g_rand_int_range(tale->chance, 18, 75) * 1000,
               height = g_rand_int_range(tale->chance, 24, 33) * 1000;
  const gint64 quantity = g_rand_int_range(tale->chance, 2, 13);
  if (!i)
    tale->width = width, tale->height = height;
  tale->pieces += quantity;
  tale->prices[i] = walls[kind].price;
  tale->amount += ((width * height * quantity + 500000) / 1000000 * walls[kind].price + 50) / 100;
  return act(tale, dealer_of(tale), "order_form_line.add", tale->form,
             SCRIPT_INPUTS("area", areas[(guint)g_rand_int_range(tale->chance, 0, G_N_ELEMENTS(areas))], "style",
                           walls[kind].style, "thickness", walls[kind].thickness, "width", number(arena, width / 10),
                           "height", number(arena, height / 10), "quantity", number(arena, quantity), "frame_colour",
                           walls[kind].colour, "filling", walls[kind].filling, "door_type", walls[kind].door,
                           "door_opening", walls[kind].opening, "hardware", walls[kind].hardware),
             &tale->line, error);
}

static gboolean fill_form(Tale *tale, Arena *arena, GError **error) {
  tale->width = 60000, tale->height = 28000;
  const DemoPaper paper = paper_of(tale, arena, "平面及立面示意");
  if (!act_with(tale, dealer_of(tale), "order_form.create", tale->order,
                SCRIPT_INPUTS("remarks", "请按现场尺寸复核后再下料。"),
                (ActFile){.field = "plan", .name = "平面图.pdf", .type = "application/pdf"}, demo_paper_drawing(&paper),
                &tale->form, error))
    return FALSE;
  const guint lines = (guint)g_rand_int_range(tale->chance, 2, LINES + 1);
  for (guint i = 0; i < lines; i++)
    if (!add_line(tale, arena, i, error))
      return FALSE;
  tale->prices[lines] = -(tale->amount % 10000);
  tale->amount -= tale->amount % 10000;
  return TRUE;
}

static gboolean hand_in_form(Tale *tale, Arena *arena, GError **error) {
  return act(tale, dealer_of(tale), "order_form.submit", tale->form, NULL, NULL, error);
}
static gboolean accept_form(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "order_form.accept", tale->form, NULL, NULL, error);
}
static gboolean draw(Tale *tale, Arena *arena, GError **error) {
  const DemoPaper paper = paper_of(tale, arena, "隔断施工图");
  return act_with(tale, person(tale, DEMO_DESIGNER), "drawing.create", tale->order,
                  SCRIPT_INPUTS("title", arena_printf(arena, "%s 施工图", tale->story->name)),
                  (ActFile){.field = "file", .name = "施工图.pdf", .type = "application/pdf"},
                  demo_paper_drawing(&paper), &tale->drawing, error);
}
static gboolean issue_drawing(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "drawing.issue", tale->drawing, NULL, NULL, error);
}
static gboolean sign_drawing(Tale *tale, Arena *arena, GError **error) {
  const char *name = dealer_of(tale)->name;
  return act_with(tale, dealer_of(tale), "drawing.sign", tale->drawing, SCRIPT_INPUTS("signer_name", name),
                  (ActFile){.field = "signature", .name = "签字.png", .type = "image/png"}, demo_paper_signature(name),
                  NULL, error);
}

static gboolean find_lines(DbTx *tx, gpointer data, GError **error) {
  Priced *priced = data;
  priced->lines = db_query(tx, priced->arena, "SELECT id FROM contract_line WHERE parent_id = $1 ORDER BY id",
                           DB_ARGS(DB_I(priced->contract)), error);
  return priced->lines != NULL;
}
/* Line by line, the sum rounded down to whole hundreds. */
static gboolean price_contract(Tale *tale, Arena *arena, const char *percent, GError **error) {
  Priced priced = {.arena = arena, .contract = tale->contract};
  const Viewer *clerk = clerk_of(tale);
  if (!db_read(engine_db(tale->demo->engine), find_lines, &priced, error))
    return FALSE;
  for (guint i = 0; i < priced.lines->rows; i++)
    if (!act(tale, clerk, "contract_line.change", DB_CELL(priced.lines, i, 0)->integer,
             SCRIPT_INPUTS("unit_price", money(arena, tale->prices[i])), NULL, error))
      return FALSE;
  const char *off = arena_printf(arena, "-%s", money(arena, -tale->prices[priced.lines->rows]));
  return (!tale->prices[priced.lines->rows] ||
          act(tale, clerk, "contract_line.add", tale->contract,
              SCRIPT_INPUTS("item", "优惠（抹零）", "unit", "whole", "quantity", "1", "unit_price", off), NULL, error)) &&
         act(tale, clerk, "contract.split", tale->contract, SCRIPT_INPUTS("deposit_percent", percent), NULL, error);
}

/* What is amended later is for a lump sum. */
static gboolean draft_contract(Tale *tale, Arena *arena, GError **error) {
  const char *percent = number(arena, tale->story->percent ? tale->story->percent : 30);
  const gboolean lump = tale->story->turn == AMENDED;
  return act(tale, clerk_of(tale), "contract.create", tale->order,
             SCRIPT_INPUTS("amount", lump ? money(arena, tale->amount) : "", "deposit_percent", percent, "lead_days",
                           "20", "lead_kind", "working", "payment_terms", "款到账后开具发票；汇款请注明合同编号",
                           "liability", "按订货合同标准条款"),
             &tale->contract, error) &&
         (lump || price_contract(tale, arena, percent, error));
}
static gboolean submit_contract(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "contract.submit", tale->contract, NULL, NULL, error);
}
static gboolean review_contract(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_MANAGER), "contract.sign", tale->contract, NULL, NULL, error);
}
static gboolean approve_contract(Tale *tale, Arena *arena, GError **error) {
  const Viewer *gm = person(tale, DEMO_GM);
  if (tale->story->percent && !act(tale, gm, "contract.allow_terms", tale->contract,
                                   SCRIPT_INPUTS("gm_reason", "老客户，上年回款及时，同意首付 20 %。"), NULL, error))
    return FALSE;
  return act(tale, gm, "contract.sign", tale->contract, NULL, NULL, error);
}
static gboolean seal_contract(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_FINANCE), "contract.sign", tale->contract, NULL, NULL, error);
}
static gboolean countersign(Tale *tale, Arena *arena, GError **error) {
  const DemoPaper paper = paper_of(tale, arena, "订货合同");
  return act_with(tale, dealer_of(tale), "contract.countersign", tale->contract, NULL,
                  (ActFile){.field = "countersigned", .name = "合同回签.pdf", .type = "application/pdf"},
                  demo_paper_contract(&paper), NULL, error) &&
         act(tale, clerk_of(tale), "contract.accept_copy", tale->contract, NULL, NULL, error);
}

static gboolean pay(Tale *tale, Arena *arena, gint64 amount, GError **error) {
  DemoPaper paper = paper_of(tale, arena, "回单");
  paper.amount = amount;
  return act_with(tale, dealer_of(tale), "receipt.notice", tale->contract,
                  SCRIPT_INPUTS("amount", money(arena, amount), "value_date", paper.date, "payer", paper.dealer),
                  (ActFile){.field = "slip", .name = "银行回单.png", .type = "image/png"}, demo_paper_slip(&paper),
                  &tale->receipt, error);
}
static gint64 deposit_of(const Tale *tale) {
  return (tale->amount * (tale->story->percent ? tale->story->percent : 30) + 99) / 100;
}
static gboolean pay_deposit(Tale *tale, Arena *arena, GError **error) {
  return pay(tale, arena, deposit_of(tale), error);
}
static gboolean pay_balance(Tale *tale, Arena *arena, GError **error) {
  return pay(tale, arena, tale->amount - deposit_of(tale), error);
}
static gboolean confirm_money(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_FINANCE), "receipt.confirm", tale->receipt,
             SCRIPT_INPUTS("value_date", day(arena, tale->today)), NULL, error);
}

static gboolean write_works_order(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "works_order.create", tale->order,
             SCRIPT_INPUTS("specification", "按签字施工图及下单表", "style", "见下单表", "floor",
                           "地面已完成，水平误差 3 mm 内", "ceiling", "矿棉板吊顶，已做加固", "others",
                           "货梯可用，须提前一天预约", "glass", "us", "panel", "us", "door", "us", "hardware",
                           tale->story->shop % 3 ? "us" : "customer"),
             &tale->works, error);
}
static gboolean submit_works_order(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "works_order.submit", tale->works, NULL, NULL, error);
}
static gboolean check_works_order(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_MANAGER), "works_order.sign", tale->works, NULL, NULL, error);
}
static gboolean release_works_order(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_GM), "works_order.sign", tale->works, NULL, NULL, error);
}
static gboolean confirm_works_order(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_PRODUCTION), "works_order.confirm", tale->works, NULL, NULL, error);
}
static gboolean report(Tale *tale, Arena *arena, const char *stage, GError **error) {
  return act(tale, person(tale, DEMO_PRODUCTION), "progress.report", tale->works,
             SCRIPT_INPUTS("stage", stage, "quantity", number(arena, tale->pieces), "done_on", day(arena, tale->today)),
             NULL, error);
}
/* Production says when it will be ready; in one order of five, late. */
static gboolean foresee(Tale *tale, Arena *arena, GError **error) {
  const gboolean late = tale->story->shop % 5 == 4;
  return act(tale, person(tale, DEMO_PRODUCTION), "forecast.report", tale->works,
             SCRIPT_INPUTS("expected_date", day(arena, tale->today + (late ? 45 : 18)), "reason",
                           late ? "钢化玻璃到货推迟" : ""), NULL, error);
}
/* One order of four waits for the site, and one of six for material. */
static gboolean meet_trouble(Tale *tale, Arena *arena, GError **error) {
  gint64 extension = 0;
  if (tale->story->shop % 6 == 5)
    return act(tale, clerk_of(tale), "obstacle.report", tale->works,
               SCRIPT_INPUTS("title", "铝型材色差，需供应商换货", "department", "purchasing"), NULL, error);
  if (tale->story->shop % 4 != 1)
    return TRUE;
  return act(tale, clerk_of(tale), "extension.propose", tale->order,
             SCRIPT_INPUTS("days", "5", "cause", "site", "reason", "现场地面未完成，业主要求推迟进场。"), &extension,
             error) &&
         act(tale, person(tale, DEMO_MANAGER), "extension.approve", extension, NULL, NULL, error) &&
         act(tale, clerk_of(tale), "extension.tell", extension, SCRIPT_INPUTS("told_how", "speech"), NULL, error);
}
static gboolean look_and_tell(Tale *tale, Arena *arena, const char *found, const char *said, GError **error) {
  return act(tale, clerk_of(tale), "floor_visit.log", tale->works, SCRIPT_INPUTS("found", found), NULL, error) &&
         act(tale, clerk_of(tale), "word.log", tale->works, SCRIPT_INPUTS("told_how", "speech", "said", said), NULL,
             error);
}
static gboolean cut(Tale *tale, Arena *arena, GError **error) {
  return report(tale, arena, "cut", error) && foresee(tale, arena, error) && meet_trouble(tale, arena, error) &&
         look_and_tell(tale, arena, "型材已全部下料，尺寸抽检合格。", "已开始生产，进度正常。", error);
}
static gboolean machine(Tale *tale, Arena *arena, GError **error) {
  const gboolean supplied = !(tale->story->shop % 3);
  return (!supplied || act(tale, person(tale, DEMO_WAREHOUSE), "supplied_goods.receive", tale->works,
                           SCRIPT_INPUTS("kind", "hardware", "what", "客供门锁、合页", "quantity",
                                         number(arena, tale->pieces), "condition", "good", "complete", "1"),
                           NULL, error)) &&
         report(tale, arena, "machined", error) &&
         look_and_tell(tale, arena, "加工完成，边角已去毛刺。", "加工已完成，转入组装。", error);
}
static gboolean assemble(Tale *tale, Arena *arena, GError **error) {
  return report(tale, arena, "assembled", error) &&
         look_and_tell(tale, arena, "组装完成，五金齐套。", "组装已完成，即将打包。", error);
}
static gboolean store(Tale *tale, Arena *arena, GError **error) {
  const gint64 parts[] = {tale->pieces / 2, tale->pieces - tale->pieces / 2};
  gboolean fine = act(tale, person(tale, DEMO_PRODUCTION), "inspection.record", tale->works,
                      SCRIPT_INPUTS("result", "passed", "quantity", number(arena, tale->pieces), "findings",
                                    "外观、尺寸、开启均合格。"), NULL, error) &&
                  report(tale, arena, "packed", error);
  for (guint i = 0; fine && i < G_N_ELEMENTS(parts); i++)
    fine = act(
        tale, person(tale, DEMO_WAREHOUSE), "stored_goods.receive", tale->works,
        SCRIPT_INPUTS("package", arena_printf(arena, "%u 号木箱", i + 1), "quantity", number(arena, parts[i]), "place",
                      arena_printf(arena, "成品库 %c-%02u", 'A' + (int)(tale->story->shop % 4), 1 + tale->story->shop)),
        &tale->goods[i], error);
  return fine;
}
static gboolean finish(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_PRODUCTION), "works_order.finish", tale->works, NULL, NULL, error);
}

static gboolean send_notice(Tale *tale, Arena *arena, GError **error) {
  gint64 notice = 0;
  tale->planned = tale->today + NOTICE;
  return act(tale, clerk_of(tale), "balance_notice.create", tale->order,
             SCRIPT_INPUTS("planned_date", day(arena, tale->planned)), &notice, error) &&
         act(tale, clerk_of(tale), "balance_notice.send", notice, NULL, NULL, error);
}
static gboolean ask_delivery(Tale *tale, Arena *arena, GError **error) {
  gboolean fine = act(tale, clerk_of(tale), "delivery_notice.create", tale->order,
                      SCRIPT_INPUTS("planned_date", day(arena, tale->planned), "remarks", "卸货须有叉车"),
                      &tale->notice, error);
  for (guint i = 0; fine && i < G_N_ELEMENTS(tale->goods); i++)
    fine = act(tale, clerk_of(tale), "delivery_line.add", tale->notice,
               SCRIPT_INPUTS("goods", number(arena, tale->goods[i])), NULL, error);
  return fine && act(tale, clerk_of(tale), "delivery_notice.submit", tale->notice, NULL, NULL, error);
}
static gboolean sign_twice(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_REGIONAL), "delivery_notice.sign", tale->notice, NULL, NULL, error) &&
         act(tale, person(tale, DEMO_FINANCE), "delivery_notice.sign", tale->notice, NULL, NULL, error);
}
static gboolean allow_delivery(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_GM), "delivery_notice.sign", tale->notice, NULL, NULL, error);
}
static gboolean plan_shipment(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "shipment.plan", tale->notice,
             SCRIPT_INPUTS("carrier", carriers[tale->story->shop % G_N_ELEMENTS(carriers)], "expected_date",
                           day(arena, tale->planned + TRAVEL)),
             &tale->shipment, error);
}
static gboolean agree(Tale *tale, Arena *arena, GError **error) {
  return act(tale, dealer_of(tale), "shipment.agree", tale->shipment, NULL, NULL, error);
}
static gboolean ship(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_WAREHOUSE), "shipment.ship", tale->shipment,
             SCRIPT_INPUTS("waybill",
                           arena_printf(arena, "DP%09d", g_rand_int_range(tale->chance, 100000000, 999999999)),
                           "expected_date", day(arena, tale->today + TRAVEL)),
             NULL, error) &&
         act(tale, clerk_of(tale), "shipment.send_waybill", tale->shipment, NULL, NULL, error);
}
static gboolean track(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "tracking.add", tale->shipment,
             SCRIPT_INPUTS("place", "转运中心", "event", "已到达，正在中转"), NULL, error) &&
         act(tale, clerk_of(tale), "comment.add", tale->order,
             SCRIPT_INPUTS("text", "货已到转运中心，请安排卸货人员。", "shared", "1"), NULL, error);
}
static gboolean receive(Tale *tale, Arena *arena, GError **error) {
  return act(tale, dealer_of(tale), "shipment.sign_for", tale->shipment,
             SCRIPT_INPUTS("signed_by", dealer_of(tale)->name, "signed_date", day(arena, tale->today)), NULL, error);
}

/* How each milestone is reached, and how many working days it takes at most. */
typedef struct {
  gboolean (*reach)(Tale *tale, Arena *arena, GError **error);
  gint32 most;
} Leg;
static const Leg path[MILESTONES] = {
    [OPENED] = {open_order, 0},
    [FILLED] = {fill_form, 2},
    [HANDED_IN] = {hand_in_form, 1},
    [ACCEPTED] = {accept_form, 1},
    [DRAWN] = {draw, 3},
    [ISSUED] = {issue_drawing, 1},
    [SIGNED] = {sign_drawing, 3},
    [DRAFTED] = {draft_contract, 2},
    [SUBMITTED] = {submit_contract, 1},
    [REVIEWED] = {review_contract, 1},
    [APPROVED] = {approve_contract, 1},
    [SEALED] = {seal_contract, 1},
    [EFFECTIVE] = {countersign, 4},
    [PAID] = {pay_deposit, 4},
    [DEPOSIT_IN] = {confirm_money, 1},
    [ORDERED] = {write_works_order, 1},
    [RELEASE_ASKED] = {submit_works_order, 1},
    [CHECKED] = {check_works_order, 1},
    [RELEASED] = {release_works_order, 1},
    [CONFIRMED] = {confirm_works_order, 1},
    [CUT] = {cut, 3},
    [MACHINED] = {machine, 3},
    [ASSEMBLED] = {assemble, 4},
    [STORED] = {store, 3},
    [MADE] = {finish, 0},
    [NOTICED] = {send_notice, 1},
    [BALANCE_PAID] = {pay_balance, 2},
    [BALANCE_IN] = {confirm_money, 1},
    [TO_SIGN] = {ask_delivery, 0},
    [SIGNED_TWICE] = {sign_twice, 1},
    [ALLOWED] = {allow_delivery, 0},
    [PLANNED] = {plan_shipment, 0},
    [AGREED] = {agree, 1},
    [SHIPPED] = {ship, 1},
    [ON_ITS_WAY] = {track, 2},
    [DELIVERED] = {receive, 2},
};

/* ---- off the path ---- */
static gboolean return_form(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "order_form_line.check", tale->line,
             SCRIPT_INPUTS("question", "高度与平面图不符，以哪一个为准？"), NULL, error) &&
         act(tale, clerk_of(tale), "order_form.return", tale->form,
             SCRIPT_INPUTS("returned_because", "弧形段半径未注明。", "others_verified", "1"), NULL, error);
}
static gboolean send_back(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_MANAGER), "contract.refuse", tale->contract,
             SCRIPT_INPUTS("refused_because", "交货期与排产冲突，请改为 25 个工作日。"), NULL, error);
}
static gboolean draw_again(Tale *tale, Arena *arena, GError **error) {
  return act(tale, dealer_of(tale), "comment.add", tale->order,
             SCRIPT_INPUTS("text", "业主要求会议室门改到右侧，请改图。", "shared", "1"), NULL, error) &&
         draw(tale, arena, error) && issue_drawing(tale, arena, error);
}
static gboolean hold(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_MANAGER), "works_order.hold", tale->works,
             SCRIPT_INPUTS("reason", "现场吊梁未完成，业主要求暂缓生产。"), NULL, error);
}
static gboolean reverse(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_FINANCE), "receipt.reverse", tale->receipt,
             SCRIPT_INPUTS("reason", "银行退票，账号有误。"), NULL, error);
}
static gboolean cancel(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_GM), "order.cancel", tale->order,
             SCRIPT_INPUTS("reason", "业主项目停建，双方协商取消，订金转入下一订单。", "spent", "1 850.00", "refunded", "0"),
             NULL, error);
}
/* A twentieth more, with the balance. */
static gboolean amend(Tale *tale, Arena *arena, GError **error) {
  const gint64 more = MAX(tale->amount / 20 / 10000, 1) * 10000;
  tale->amount += more;
  return act(tale, clerk_of(tale), "contract.amend", tale->contract,
             SCRIPT_INPUTS("amends_because", "业主增加一樘双开玻璃门及配套五金，按原合同单价计。"), &tale->contract,
             error) &&
         act(tale, clerk_of(tale), "contract.change", tale->contract,
             SCRIPT_INPUTS("amount", money(arena, tale->amount)), NULL, error) &&
         act(tale, clerk_of(tale), "instalment.add", tale->contract,
             SCRIPT_INPUTS("kind", "balance", "amount", money(arena, more), "before_delivery", "1"), NULL, error);
}
static gboolean approve_amendment(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_GM), "contract.allow_terms", tale->contract,
             SCRIPT_INPUTS("gm_reason", "增项金额小，订金仍按原合同，增项随余款付清。"), NULL, error) &&
         approve_contract(tale, arena, error);
}
static gboolean pay_too_much(Tale *tale, Arena *arena, GError **error) {
  return pay(tale, arena, 500000, error);
}
static gboolean part_with(Tale *tale, Arena *arena, const char *command, const char *reason, GError **error) {
  return act(tale, person(tale, DEMO_FINANCE), command, tale->receipt,
             SCRIPT_INPUTS("contract", number(arena, tale->contract), "amount", "5000.00", "reason", reason),
             &tale->refund, error);
}
static gboolean propose_refund(Tale *tale, Arena *arena, GError **error) {
  return part_with(tale, arena, "refund.propose", "经销商重复付款，多付部分原路退回。", error);
}
static gboolean approve_refund(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_GM), "refund.approve", tale->refund, NULL, NULL, error);
}
static gboolean pay_refund(Tale *tale, Arena *arena, GError **error) {
  return act(tale, person(tale, DEMO_FINANCE), "refund.pay", tale->refund,
             SCRIPT_INPUTS("payee", dealer_of(tale)->name, "paid_date", day(arena, tale->today)), NULL, error);
}
static gboolean keep_credit(Tale *tale, Arena *arena, GError **error) {
  return part_with(tale, arena, "refund.keep", "经销商要求多付款项留作下一订单订金。", error);
}

static const Leg turns[TURNS][MOST_LEGS] = {
    [RETURNED] = {{return_form, 1}},
    [SENT_BACK] = {{send_back, 1}},
    [REDRAWN] = {{draw_again, 1}},
    [HELD] = {{hold, 1}},
    [REVERSED] = {{reverse, 1}},
    [CANCELLED] = {{cancel, 1}},
    [AMENDED] = {{amend, 1}, {submit_contract, 0}, {review_contract, 1}, {approve_amendment, 1}, {seal_contract, 1},
                 {countersign, 2}},
    [OVERPAID] = {{pay_too_much, 1}, {confirm_money, 1}, {propose_refund, 1}},
    [REFUNDED] = {{pay_too_much, 1}, {confirm_money, 1}, {propose_refund, 1}, {approve_refund, 1}, {pay_refund, 1}},
    [CREDITED] = {{pay_too_much, 1}, {confirm_money, 1}, {keep_credit, 2}},
};

/* ---- what is done again and again while an order stays where it is ---- */
static gboolean remind(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "reminder.send", tale->order,
             SCRIPT_INPUTS("told_how", "speech", "said", "已致电提醒付款，对方答复本周内安排。"), NULL, error);
}
static gboolean go_round(Tale *tale, Arena *arena, GError **error) {
  return look_and_tell(tale, arena, "按计划进行，未见异常。", "生产按计划进行。", error);
}
static gboolean ask_carrier(Tale *tale, Arena *arena, GError **error) {
  return act(tale, clerk_of(tale), "tracking.add", tale->shipment,
             SCRIPT_INPUTS("place", "途中", "event", "已电话查询，运输正常"), NULL, error);
}
static gboolean (*const rounds[MILESTONES])(Tale *tale, Arena *arena, GError **error) = {
    [EFFECTIVE] = remind, [NOTICED] = remind, [CUT] = go_round, [MACHINED] = go_round, [ASSEMBLED] = go_round,
    [STORED] = go_round, [SHIPPED] = ask_carrier,
};

/* ---- days ---- */
enum { ROUND = MILESTONES + MOST_LEGS };
/* The leg at a place: milestones first, then those of the story's turn. */
static const Leg *leg_of(const Story *story, guint at) {
  return at < MILESTONES ? &path[at] : &turns[story->turn][at - MILESTONES];
}

typedef struct {
  gint64 time;  /* UTC seconds */
  guint story;
  guint leg;    /* see leg_of(), or ROUND */
} Moment;

static gint compare(gconstpointer a, gconstpointer b) {
  const Moment *left = a, *right = b;
  const gint64 by_time = left->time - right->time;
  return by_time                       ? (by_time < 0 ? -1 : 1)
         : left->story != right->story ? (gint)left->story - (gint)right->story
                                       : (gint)left->leg - (gint)right->leg;
}

/* The working day so many before a date. */
static gint64 days_before(gint64 date, gint64 count) {
  g_autoptr(Calendar) calendar = calendar_new();
  for (; count > 0; count -= calendar_is_working(calendar, date))
    date--;
  while (!calendar_is_working(calendar, date))
    date--;
  return date;
}

/* Moments of one story, from its last act backwards; acts of one day follow each other by minutes. */
static void add_moments(GArray *moments, guint index, gint64 today, int zone) {
  const Story *story = &stories[index];
  g_autoptr(GRand) chance = g_rand_new_with_seed(1000 + index);
  gint64 date = days_before(today, MAX(story->rest, 1));
  gint64 second = DESK_OPENS + g_rand_int_range(chance, 4 * 3600, DESK_HOURS * 3600);
  /* Nobody goes round, or reminds, where the works wait for a drawing or an answer. */
  if (rounds[story->done] && story->turn != REDRAWN && story->turn != HELD) {
    const Moment yesterday = {.time = days_before(today, 1) * DATE_SECONDS + second - zone, .story = index,
                              .leg = ROUND};
    g_array_append_val(moments, yesterday);
  }
  gint last = MILESTONES;
  while (last < MILESTONES + MOST_LEGS && leg_of(story, (guint)last)->reach)
    last++;
  for (gint at = last - 1; at >= 0; at--) {
    if (at < MILESTONES && at > (gint)story->done)
      continue;
    const Moment moment = {.time = date * DATE_SECONDS + second - zone, .story = index, .leg = (guint)at};
    g_array_append_val(moments, moment);
    const gint32 most = leg_of(story, (guint)at)->most;
    const gint32 days = at == TO_SIGN ? 0 : most ? g_rand_int_range(chance, 1, most + 1) : 0;
    date = days_before(date, days);
    second = days ? DESK_OPENS + g_rand_int_range(chance, 4 * 3600, DESK_HOURS * 3600)
                  : second - g_rand_int_range(chance, 300, 3000);
  }
}

gint64 demo_beginning(void) {
  return g_get_real_time() / G_USEC_PER_SEC - DAYS * (gint64)DATE_SECONDS;
}

static gboolean live_moment(Tale *tale, const Moment *moment, int zone, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  engine_set_clock(tale->demo->engine, moment->time);
  tale->today = date_of_time(moment->time, zone);
  return moment->leg == ROUND ? rounds[tale->story->done](tale, arena, error)
                              : leg_of(tale->story, moment->leg)->reach(tale, arena, error);
}

gboolean demo_live(Demo *demo, GError **error) {
  const int zone = engine_zone(demo->engine);
  const gint64 today = date_of_time(g_get_real_time() / G_USEC_PER_SEC, zone);
  g_autoptr(GArray) moments = g_array_new(FALSE, FALSE, sizeof(Moment));
  Tale tales[G_N_ELEMENTS(stories)];
  for (guint i = 0; i < G_N_ELEMENTS(stories); i++) {
    tales[i] = (Tale){.demo = demo, .story = &stories[i], .chance = g_rand_new_with_seed(i)};
    add_moments(moments, i, today, zone);
  }
  g_array_sort(moments, compare);
  gboolean fine = TRUE;
  for (guint i = 0; fine && i < moments->len; i++) {
    const Moment *moment = &g_array_index(moments, Moment, i);
    fine = live_moment(&tales[moment->story], moment, zone, error);
  }
  for (guint i = 0; i < G_N_ELEMENTS(tales); i++)
    g_rand_free(tales[i].chance);
  engine_set_clock(demo->engine, 0);
  return fine;
}
