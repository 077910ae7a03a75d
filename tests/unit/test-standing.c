/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The day that a dealer is told: the one that matters now, and honestly late where it is late. */
#include "script.h"
#include "step/procedure.h"
#include "view/standing.h"

typedef struct {
  House *house;
  gboolean now; /* what happens now, instead of the day */
  gboolean word; /* what the house wrote, instead of either; "" for nothing */
  char *said; /* "TONE day", or the sentence; owned */
} Told;

static gboolean tell(DbTx *tx, gpointer data, GError **error) {
  Told *told = data;
  g_autoptr(Arena) arena = arena_new();
  const Viewer dealer = {.user_id = 1, .name = "Wu", .roles = ROLE_DEALER, .dealer_id = 1, .language = "en"};
  const View view = {.engine = told->house->engine, .tx = tx, .arena = arena, .viewer = &dealer};
  const Order *order = dict_load(tx, arena, &order_record, 1, error);
  Standing standing;
  const char *tone;
  if (!order || !standing_load(&standing, &view, order, error))
    return FALSE;
  const char *day = standing_day(&view, &standing, &tone);
  g_free(told->said);
  told->said = told->word ? g_strdup(standing.said ? standing.said : "")
             : told->now ? g_strdup(standing_sentence(&view, &standing))
                         : g_strdup_printf("%s %s", tone, day ? day : "");
  return TRUE;
}

/* A script's lines, then what the dealer of the order is told. */
static void expect_as(const char *mark, const char *const *lines, Told told, const char *meant) {
  g_autoptr(House) house = house_new(NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *wrong = script_start(house, mark);
  g_assert_cmpstr(wrong, ==, NULL);
  for (; *lines; lines++) {
    g_auto(GStrv) words = g_strsplit(*lines, " ", -1);
    const ScriptLine line = {.file = "here", .number = 1, .words = words, .count = g_strv_length(words)};
    ScriptLine *const all[] = {(ScriptLine *)&line};
    g_autofree char *said = script_run(house, all, 1);
    g_assert_cmpstr(said, ==, NULL);
  }
  told.house = house;
  db_read(house->db, tell, &told, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(told.said, ==, meant);
  g_free(told.said);
}

static void expect_of(const char *mark, const char *const *lines, gboolean now, const char *meant) {
  expect_as(mark, lines, (Told){.now = now}, meant);
}
static void expect_word(const char *mark, const char *const *lines, const char *meant) {
  expect_as(mark, lines, (Told){.word = TRUE}, meant);
}
static void expect_told(const char *mark, const char *const *lines, const char *meant) {
  expect_of(mark, lines, FALSE, meant);
}

#define LINES(...) (const char *const[]){__VA_ARGS__, NULL}

static void test_made(void) {
  expect_told("in production", LINES(NULL), "info agreed for 1 Apr 2026");
  expect_told("in production", LINES("production forecast.report W1 expected_date=2026-03-30"),
              "info expected to ship on 30 Mar 2026");
  expect_told("in production", LINES("production forecast.report W1 expected_date=2026-04-20"),
              "warn later than agreed: expected to ship on 20 Apr 2026");
  expect_told("in production", LINES("production forecast.report W1 expected_date=2026-04-20", "clock 2026-04-02"),
              "bad later than agreed: expected to ship on 20 Apr 2026");
  expect_told("in production", LINES("clock 2026-04-02"),
              "bad late: it was agreed for 1 Apr 2026; we tell you the new day as soon as we know it");
  expect_told("in production", LINES("production forecast.report W1 expected_date=2026-03-30", "clock 2026-04-02"),
              "bad late: it was agreed for 1 Apr 2026; we tell you the new day as soon as we know it");
}

static void test_under_way(void) {
  expect_told("shipped", LINES(NULL), "info expected to arrive on 23 Mar 2026");
  expect_told("shipped", LINES("clock 2026-03-24"),
              "warn was expected to arrive on 23 Mar 2026; not signed for yet");
}

/* Nobody thanks for a down payment that was never asked for. */
static void test_free(void) {
  expect_of("deposit in", LINES(NULL), TRUE, "Your down payment is in; we are preparing the production.");
  expect_of("drawing signed",
            LINES("clerk contract.create O1 amount=0 lead_days=20 payment_terms=none liability=usual",
                  "clerk contract.submit C1", "manager contract.sign C1",
                  "gm contract.allow_terms C1 gm_reason=Ours",
                  "gm contract.sign C1", "finance contract.sign C1",
                  "clerk contract.file_copy C1 countersigned=file:1"),
            TRUE, "Nothing is to be paid; we are preparing the production.");
}

/* What was written stays in sight until money comes in, the goods leave or are signed for, and a week at most. */
static void test_word(void) {
#define SAID "clerk comment.add O1 text=Pay! shared=1"
  expect_word("balance noticed", LINES("dealer receipt.notice C1 amount=70000", "clock 2026-03-18", SAID), "Pay!");
  expect_word("balance noticed",
              LINES("dealer receipt.notice C1 amount=70000", SAID, "clock 2026-03-18",
                    "finance receipt.confirm R2 value_date=2026-03-18"), "");
  expect_word("balance noticed",
              LINES("dealer receipt.notice C1 amount=70000", "clock 2026-03-18",
                    "finance receipt.confirm R2 value_date=2026-03-18", "clock 2026-03-19", SAID), "Pay!");
  expect_word("carrier agreed", LINES(SAID, "clock 2026-03-19"), "Pay!");
  expect_word("carrier agreed",
              LINES(SAID, "clock 2026-03-20", "warehouse shipment.ship S1 waybill=DP1 expected_date=2026-03-23"), "");
  expect_word("shipped", LINES(SAID, "clock 2026-03-23", "dealer shipment.sign_for S1 signed_by=Sun"),
              "");
  expect_word("balance noticed", LINES(SAID, "clock 2026-03-23"), "Pay!");
  expect_word("balance noticed", LINES(SAID, "clock 2026-03-24"), "");
#undef SAID
}

/* Nor says that everything is paid where nothing was. */
static void test_over(void) {
  g_autoptr(Arena) arena = arena_new();
  const Viewer dealer = {.user_id = 1, .name = "Wu", .roles = ROLE_DEALER, .dealer_id = 1, .language = "en"};
  const View view = {.arena = arena, .viewer = &dealer};
  const Order order = {.row = {.state = "closed"}, .delivered_date = 20500, .step = 17};
  Standing standing = {.order = &order, .begun = TRUE, .money = {.in_force = TRUE, .contract = 100, .received = 100}};
  g_assert_cmpstr(standing_sentence(&view, &standing), ==, "Your goods have arrived, and everything is paid.");
  standing.money = (OrderMoney){.in_force = TRUE};
  g_assert_cmpstr(standing_sentence(&view, &standing), ==, "Your goods have arrived.");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  g_test_add_func("/standing/made", test_made);
  g_test_add_func("/standing/under_way", test_under_way);
  g_test_add_func("/standing/free", test_free);
  g_test_add_func("/standing/word", test_word);
  g_test_add_func("/standing/over", test_over);
  return g_test_run();
}
