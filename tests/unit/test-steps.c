/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The procedure's declarations: an order taken through by the roles, and the gates that stand in the way. */
#include "base/date.h"
#include "postgres-fixture.h"
#include "step/procedure.h"
#include <string.h>

enum { NOON = 12 * 3600, ZONE = 8 * 3600 };

static const Viewer clerk = {.user_id = 1, .name = "Chen", .roles = ROLE_CLERK, .language = "en"};
static const Viewer manager = {.user_id = 2, .name = "Wang", .roles = ROLE_MANAGER, .language = "en"};
static const Viewer gm = {.user_id = 3, .name = "Zhao", .roles = ROLE_GM, .language = "en"};
static const Viewer finance = {.user_id = 4, .name = "Qian", .roles = ROLE_FINANCE, .language = "en"};
static const Viewer production = {.user_id = 5, .name = "Sun", .roles = ROLE_PRODUCTION, .language = "en"};
static const Viewer warehouse = {.user_id = 6, .name = "Li", .roles = ROLE_WAREHOUSE, .language = "en"};
static const Viewer regional = {.user_id = 7, .name = "Zhou", .roles = ROLE_REGIONAL, .language = "en"};

typedef struct {
  char *folder;
  Db *db;
  Engine *engine;
  Refusal *refusal;
  Viewer dealer;
  gint64 order, form, drawing, contract, receipt, works, notice, shipment;
} Fixture;

static gboolean add_file(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "INSERT INTO file (id, version, dealer_id, name, sha256) VALUES (1, 1, 1, 'plan.pdf', 'abc')",
                 DB_NO_ARGS, error) == 1;
}

static void set_up(Fixture *fixture, gconstpointer data) {
  GError *error = NULL;
  fixture->folder = g_dir_make_tmp("gendan-XXXXXX", NULL);
  g_autofree char *url = data ? postgres_fixture_url() : g_build_filename(fixture->folder, "test.db", NULL);
  fixture->db = db_open(url, 2, &error);
  g_assert_no_error(error);
  fixture->engine = engine_new(fixture->db, ZONE);
  engine_set_clock(fixture->engine, date_of(2026, 3, 20) * DATE_SECONDS + NOON - ZONE); /* a Friday */
  engine_migrate(fixture->engine, &error);
  g_assert_no_error(error);
  db_write(fixture->db, add_file, NULL, &error);
  g_assert_no_error(error);
  fixture->refusal = refusal_new();
}

static void tear_down(Fixture *fixture, gconstpointer data) {
  engine_free(fixture->engine);
  db_close(fixture->db);
  refusal_free(fixture->refusal);
  g_autofree char *remove = g_strdup_printf("rm -r '%s'", fixture->folder);
  g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
  g_free(fixture->folder);
}

/* Runs a command with inputs "a=1;b=2"; the id of the row, or minus the refusal's status. */
static gint64 act(Fixture *fixture, const Viewer *viewer, const char *command, gint64 id, const char *inputs) {
  GError *error = NULL;
  Done done;
  g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GStrv) pairs = g_strsplit(inputs, ";", -1);
  for (char **pair = pairs; *pair; pair++) {
    g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);
    g_hash_table_insert(table, g_strdup(parts[0]), g_strdup(parts[1]));
  }
  const Act does = {.viewer = viewer, .command = workflow_find(command), .id = id, .inputs = table};
  g_assert_nonnull(does.command);
  const gboolean fine = engine_run(fixture->engine, &does, &done, fixture->refusal, &error);
  g_assert_no_error(error);
  return fine ? done.id : -(gint64)fixture->refusal->status;
}

static gint64 must(Fixture *fixture, const Viewer *viewer, const char *command, gint64 id, const char *inputs) {
  const gint64 made = act(fixture, viewer, command, id, inputs);
  for (guint i = 0; made < 0 && i < fixture->refusal->reasons->len; i++)
    g_test_message("%s: %s", command, ((Reason *)fixture->refusal->reasons->pdata[i])->message);
  g_assert_cmpint(made, >, 0);
  return made;
}

/* The command is refused by exactly this gate, with a sentence that contains the words. */
static void refused(Fixture *fixture, const Viewer *viewer, const char *command, gint64 id, const char *inputs,
                    const char *gate, const char *words) {
  g_assert_cmpint(act(fixture, viewer, command, id, inputs), ==, -REFUSAL_CONFLICT);
  const Reason *found = NULL;
  for (guint i = 0; i < fixture->refusal->reasons->len; i++) {
    const Reason *reason = fixture->refusal->reasons->pdata[i];
    if (!g_strcmp0(reason->name, gate))
      found = reason;
  }
  g_assert_nonnull(found);
  if (!strstr(found->message, words))
    g_error("“%s” lacks “%s”", found->message, words);
}

typedef struct {
  const char *sql;
  gint64 number;
} Ask;
static gboolean ask(DbTx *tx, gpointer data, GError **error) {
  Ask *query = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *result = db_query(tx, arena, query->sql, DB_NO_ARGS, error);
  query->number = result && result->rows && DB_CELL(result, 0, 0)->kind == DB_INTEGER ? DB_CELL(result, 0, 0)->integer
                                                                                      : -1;
  return result != NULL;
}
static gint64 number(Fixture *fixture, const char *sql) {
  Ask query = {.sql = sql};
  GError *error = NULL;
  db_read(fixture->db, ask, &query, &error);
  g_assert_no_error(error);
  return query.number;
}

/* ---- the path, in parts ---- */
#define LINE "area=Hall;style=A1;thickness=84;width=3000;height=2700;quantity=10"

static void take_form(Fixture *fixture) {
  const gint64 dealer = must(fixture, &clerk, "dealer.create", 0, "name=Dawn");
  fixture->dealer = (Viewer){.user_id = 9, .name = "Wu", .roles = ROLE_DEALER, .dealer_id = dealer, .language = "en"};
  const gint64 project = must(fixture, &clerk, "project.create", dealer, "name=Tower");
  fixture->order = must(fixture, &clerk, "order.create", project, "name=Floor 3");
  fixture->form = must(fixture, &fixture->dealer, "order_form.create", fixture->order, "remarks=soon");
  refused(fixture, &fixture->dealer, "order_form.submit", fixture->form, "", "order_form.filled", "no lines yet");
  must(fixture, &fixture->dealer, "order_form_line.add", fixture->form, LINE);
  must(fixture, &fixture->dealer, "order_form.submit", fixture->form, "");
  must(fixture, &clerk, "order_form.accept", fixture->form, "");
  refused(fixture, &clerk, "order_form_line.add", fixture->form, LINE, "order_form.editable", "is frozen");
}

static void sign_drawing(Fixture *fixture) {
  fixture->drawing = must(fixture, &clerk, "drawing.create", fixture->order, "title=Walls;file=1");
  refused(fixture, &clerk, "contract.create", fixture->order, "amount=1000", "drawing.signed",
          "Revision 1 of the drawing");
  must(fixture, &clerk, "drawing.issue", fixture->drawing, "");
  must(fixture, &fixture->dealer, "drawing.sign", fixture->drawing, "signer_name=Wu;signature=1");
}

static void draft_contract(Fixture *fixture, const char *percent) {
  g_autofree char *terms = g_strdup_printf(
    "amount=100000;deposit_percent=%s;lead_days=5;payment_terms=30/70;liability=usual", percent);
  fixture->contract = must(fixture, &clerk, "contract.create", fixture->order, terms);
  must(fixture, &clerk, "contract.submit", fixture->contract, "");
}

static void make_contract(Fixture *fixture) {
  draft_contract(fixture, "30");
  must(fixture, &manager, "contract.sign", fixture->contract, "");
  must(fixture, &gm, "contract.sign", fixture->contract, "");
  must(fixture, &finance, "contract.sign", fixture->contract, "");
  must(fixture, &fixture->dealer, "contract.countersign", fixture->contract, "countersigned=1");
}

static gint64 pay(Fixture *fixture, const char *amount, const char *date) {
  g_autofree char *inputs = g_strdup_printf("amount=%s;payer=Dawn", amount);
  g_autofree char *dated = g_strdup_printf("value_date=%s", date);
  const gint64 receipt = must(fixture, &fixture->dealer, "receipt.notice", fixture->contract, inputs);
  return must(fixture, &finance, "receipt.confirm", receipt, dated);
}

#define WORKS "floor=level;ceiling=gypsum;others=none;glass=us;panel=us;door=customer;hardware=none"
static void release(Fixture *fixture) {
  fixture->works = must(fixture, &clerk, "works_order.create", fixture->order, "style=A1");
  refused(fixture, &clerk, "works_order.submit", fixture->works, "", "works_order.supply", "all four");
  refused(fixture, &clerk, "works_order.submit", fixture->works, "", "works_order.site", "floor, ceiling");
  must(fixture, &clerk, "works_order.change", fixture->works, WORKS);
  must(fixture, &clerk, "works_order.submit", fixture->works, "");
  must(fixture, &manager, "works_order.sign", fixture->works, "");
  must(fixture, &gm, "works_order.sign", fixture->works, "");
  refused(fixture, &production, "progress.report", fixture->works, "stage=cut;quantity=1", "works_order.making",
          "not in production");
  must(fixture, &production, "works_order.confirm", fixture->works, "");
}

static gint64 make_goods(Fixture *fixture) {
  refused(fixture, &production, "progress.report", fixture->works, "stage=cut;quantity=11", "progress.flow",
          "At most 10 more");
  must(fixture, &production, "progress.report", fixture->works, "stage=cut;quantity=10");
  must(fixture, &production, "progress.report", fixture->works, "stage=machined;quantity=10");
  must(fixture, &production, "progress.report", fixture->works, "stage=assembled;quantity=10");
  must(fixture, &production, "progress.report", fixture->works, "stage=packed;quantity=10");
  const gint64 goods = must(fixture, &warehouse, "stored_goods.receive", fixture->works, "package=1;quantity=10");
  must(fixture, &production, "works_order.finish", fixture->works, "");
  return goods;
}

static void take_to_store(Fixture *fixture) {
  take_form(fixture);
  sign_drawing(fixture);
  make_contract(fixture);
  fixture->receipt = pay(fixture, "30000", "2026-03-19");
  release(fixture);
}

/* ---- tests ---- */
static void test_whole_path(Fixture *fixture, gconstpointer data) {
  take_to_store(fixture);
  g_autofree char *line = g_strdup_printf("goods=%" G_GINT64_FORMAT, make_goods(fixture));
  const gint64 early = must(fixture, &clerk, "balance_notice.create", fixture->order, "planned_date=2026-03-22");
  refused(fixture, &clerk, "balance_notice.send", early, "", "balance_notice.three_days", "70 000.00 is not in");
  must(fixture, &clerk, "balance_notice.change", early, "planned_date=2026-03-23");
  must(fixture, &clerk, "balance_notice.send", early, "");
  refused(fixture, &clerk, "delivery_notice.create", fixture->order, "planned_date=2026-03-23",
          "receipt.before_delivery", "30 000.00 of 100 000.00 is confirmed");
  pay(fixture, "70000", "2026-03-20");
  fixture->notice = must(fixture, &clerk, "delivery_notice.create", fixture->order, "planned_date=2026-03-23");
  refused(fixture, &clerk, "delivery_notice.submit", fixture->notice, "", "delivery_notice.in_store",
          "lists nothing yet");
  must(fixture, &clerk, "delivery_line.add", fixture->notice, line);
  must(fixture, &clerk, "delivery_notice.submit", fixture->notice, "");
  fixture->shipment = must(fixture, &clerk, "shipment.plan", fixture->notice, "carrier=Deppon");
  const char *const ship = "waybill=1;expected_date=2026-03-25";
  refused(fixture, &warehouse, "shipment.ship", fixture->shipment, ship, "delivery_notice.approved", "is not approved");
  must(fixture, &finance, "delivery_notice.sign", fixture->notice, "");
  g_assert_cmpint(act(fixture, &gm, "delivery_notice.sign", fixture->notice, ""), ==, -REFUSAL_FORBIDDEN);
  must(fixture, &regional, "delivery_notice.sign", fixture->notice, "");
  must(fixture, &gm, "delivery_notice.sign", fixture->notice, "");
  refused(fixture, &warehouse, "shipment.ship", fixture->shipment, ship, "shipment.carrier_agreed", "not agreed");
  must(fixture, &fixture->dealer, "shipment.agree", fixture->shipment, "");
  must(fixture, &warehouse, "shipment.ship", fixture->shipment, ship);
  must(fixture, &warehouse, "tracking.add", fixture->shipment, "event=left");
  must(fixture, &fixture->dealer, "shipment.sign_for", fixture->shipment, "signed_by=Wu");
  g_assert_cmpint(number(fixture, "SELECT count(*) FROM stored_goods WHERE state = 'shipped'"), ==, 1);
  g_assert_cmpint(number(fixture, "SELECT step FROM \"order\""), ==, 13);
}

static void test_clock(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  sign_drawing(fixture);
  make_contract(fixture);
  pay(fixture, "10000", "2026-03-18");
  g_assert_cmpint(number(fixture, "SELECT clock_date FROM \"order\""), ==, -1);
  const gint64 works = must(fixture, &clerk, "works_order.create", fixture->order, WORKS);
  refused(fixture, &clerk, "works_order.submit", works, "", "receipt.deposit_in",
          "10 000.00 of 30 000.00 is confirmed");
  pay(fixture, "20000", "2026-03-19");
  g_assert_cmpint(number(fixture, "SELECT clock_date FROM \"order\""), ==, date_of(2026, 3, 19));
  g_assert_cmpint(number(fixture, "SELECT due_date FROM \"order\""), ==, date_of(2026, 3, 26)); /* five working days */
}

static void test_calendar(Fixture *fixture, gconstpointer data) {
  const Viewer admin = {.user_id = 8, .name = "Root", .roles = ROLE_ADMIN, .language = "en"};
  must(fixture, &admin, "holiday.add", 0, "date=2026-03-23;working=0;name=Festival");
  must(fixture, &admin, "holiday.add", 0, "date=2026-03-22;working=1;name=Make-up day");
  const gint64 wrong = must(fixture, &admin, "holiday.add", 0, "date=2026-03-24;working=0;name=Mistake");
  refused(fixture, &admin, "holiday.add", 0, "date=2026-03-24;working=0;name=Twice", "holiday.date_free",
          "already has");
  must(fixture, &admin, "holiday.remove", wrong, "");
  take_form(fixture);
  sign_drawing(fixture);
  make_contract(fixture);
  pay(fixture, "30000", "2026-03-20"); /* Friday; Sunday is worked, Monday not */
  g_assert_cmpint(number(fixture, "SELECT due_date FROM \"order\""), ==, date_of(2026, 3, 27));
}

static void test_reversal(Fixture *fixture, gconstpointer data) {
  take_to_store(fixture);
  must(fixture, &finance, "receipt.reverse", fixture->receipt, "reason=bounced");
  g_assert_cmpint(number(fixture, "SELECT clock_date FROM \"order\""), ==, -1);
  g_assert_cmpint(number(fixture, "SELECT count(*) FROM works_order WHERE state = 'held'"), ==, 1);
  refused(fixture, &production, "progress.report", fixture->works, "stage=cut;quantity=1", "works_order.making",
          "is on hold");
  refused(fixture, &manager, "works_order.resume", fixture->works, "", "receipt.deposit_in", "0.00 of 30 000.00");
  pay(fixture, "30000", "2026-03-20");
  must(fixture, &manager, "works_order.resume", fixture->works, "");
}

static void test_new_revision_voids(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  sign_drawing(fixture);
  draft_contract(fixture, "30");
  must(fixture, &clerk, "drawing.create", fixture->order, "title=Walls again;file=1");
  refused(fixture, &manager, "contract.sign", fixture->contract, "", "drawing.signed",
          "Revision 2 of the drawing is not signed");
  g_assert_cmpint(number(fixture, "SELECT count(*) FROM drawing WHERE state = 'signed'"), ==, 0);
}

static void test_change_in_production(Fixture *fixture, gconstpointer data) {
  take_to_store(fixture);
  const gint64 drawing = must(fixture, &clerk, "drawing.create", fixture->order, "title=Door moved;file=1");
  refused(fixture, &production, "progress.report", fixture->works, "stage=cut;quantity=1", "works_order.making",
          "being changed");
  must(fixture, &clerk, "drawing.issue", drawing, "");
  must(fixture, &fixture->dealer, "drawing.sign", drawing, "signer_name=Wu;signature=1");
  refused(fixture, &manager, "works_order.resume", fixture->works, "", "works_order.drawing", "another drawing");
  must(fixture, &manager, "works_order.withdraw", fixture->works, "reason=door moved");
  must(fixture, &clerk, "works_order.change", fixture->works, "style=A1");
  must(fixture, &clerk, "works_order.submit", fixture->works, "");
}

static void test_low_deposit(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  sign_drawing(fixture);
  draft_contract(fixture, "20");
  Viewer both = gm;
  both.roles |= ROLE_MANAGER;
  refused(fixture, &both, "contract.sign", fixture->contract, "", "contract.credit", "less than 30 %");
  must(fixture, &manager, "contract.sign", fixture->contract, "");
  refused(fixture, &gm, "contract.sign", fixture->contract, "", "contract.credit", "20 000.00");
  must(fixture, &gm, "contract.allow_terms", fixture->contract, "gm_reason=old customer");
  must(fixture, &gm, "contract.sign", fixture->contract, "");
}

static void test_instalments(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  sign_drawing(fixture);
  fixture->contract = must(fixture, &clerk, "contract.create", fixture->order,
                           "amount=1000;lead_days=5;payment_terms=x;liability=y");
  must(fixture, &clerk, "instalment.add", fixture->contract, "kind=retention;amount=50;before_delivery=0");
  refused(fixture, &clerk, "contract.submit", fixture->contract, "", "contract.sum", "1 050.00");
}

static void test_allocation(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  sign_drawing(fixture);
  make_contract(fixture);
  const gint64 receipt = must(fixture, &fixture->dealer, "receipt.notice", fixture->contract, "amount=100");
  g_autofree char *half = g_strdup_printf("contract=%" G_GINT64_FORMAT ";amount=50", fixture->contract);
  must(fixture, &finance, "allocation.change", number(fixture, "SELECT id FROM allocation"), half);
  refused(fixture, &finance, "receipt.confirm", receipt, "value_date=2026-03-20", "receipt.allocated",
          "50.00 of this receipt's 100.00");
  must(fixture, &finance, "allocation.add", receipt, half);
  refused(fixture, &finance, "receipt.confirm", receipt, "value_date=2026-03-21", "receipt.value_date",
          "in the future");
  must(fixture, &finance, "receipt.confirm", receipt, "value_date=2026-03-20");
}

static void test_write_off(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  sign_drawing(fixture);
  make_contract(fixture);
  pay(fixture, "29950", "2026-03-19");
  refused(fixture, &finance, "receipt.write_off", fixture->contract, "amount=100.01;reason=fees", "receipt.remainder",
          "At most 100.00");
  must(fixture, &finance, "receipt.write_off", fixture->contract, "amount=50;reason=fees");
  g_assert_cmpint(number(fixture, "SELECT clock_date FROM \"order\""), ==, date_of(2026, 3, 20));
  refused(fixture, &finance, "receipt.write_off", fixture->contract, "amount=51;reason=fees", "receipt.remainder",
          "At most 50.00");
}

static void test_form_editions(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  must(fixture, &fixture->dealer, "order_form.revise", fixture->form, "");
  const gint64 second = number(fixture, "SELECT id FROM order_form WHERE edition = 2 AND state = 'draft'");
  must(fixture, &fixture->dealer, "order_form_line.add", second, LINE);
  must(fixture, &fixture->dealer, "order_form.submit", second, "");
  must(fixture, &clerk, "order_form.accept", second, "");
  g_assert_cmpint(number(fixture, "SELECT count(*) FROM order_form WHERE state = 'superseded'"), ==, 1);
  g_assert_cmpint(number(fixture, "SELECT count(*) FROM order_form_line"), ==, 3);
}

static void test_other_dealer(Fixture *fixture, gconstpointer data) {
  take_form(fixture);
  sign_drawing(fixture);
  make_contract(fixture);
  Viewer other = fixture->dealer;
  other.dealer_id = must(fixture, &clerk, "dealer.create", 0, "name=Dusk");
  g_assert_cmpint(act(fixture, &other, "receipt.notice", fixture->contract, "amount=1"), ==, -REFUSAL_NOT_FOUND);
  g_assert_cmpint(act(fixture, &other, "order_form.revise", fixture->form, ""), ==, -REFUSAL_NOT_FOUND);
}

/* Each on both databases. */
#define TEST(name)                                                                                                   \
  g_test_add("/steps/sqlite/" #name, Fixture, NULL, set_up, test_##name, tear_down);                                 \
  g_test_add("/steps/postgres/" #name, Fixture, "postgres", set_up, test_##name, tear_down)
int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  TEST(whole_path);
  TEST(clock);
  TEST(calendar);
  TEST(reversal);
  TEST(new_revision_voids);
  TEST(change_in_production);
  TEST(low_deposit);
  TEST(instalments);
  TEST(allocation);
  TEST(write_off);
  TEST(form_editions);
  TEST(other_dealer);
  return g_test_run();
}
