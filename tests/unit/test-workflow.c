/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine on a small dictionary of its own: the runner's order of checks, chains, versions, keys, journal,
   duties. */
#include "base/date.h"
#include "house.h"
#include <string.h>

typedef struct {
  Row row;
  FieldTEXT title;
  FieldMONEY amount;
  FieldDATE until;
} Paper;

static const Field paper_fields[] = {
  DICT_FIELD(Paper, title, TEXT, .label = "Title", .shown_to = DEALER, .most = 20)
  DICT_FIELD(Paper, amount, MONEY, .label = "Amount")
  DICT_FIELD(Paper, until, DATE, .label = "Until")
};
static const Record paper_record = {
  .name = "paper", .label = "Paper", .plural = "Papers", .prefix = "P", .shown_to = DEALER,
  .states = STATES({"draft", "Draft"}, {"asked", "Asked"}, {"reviewed", "Reviewed"}, {"signed", "Signed", DEALER}),
  DICT_SIZE(Paper, paper_fields),
};
static const Record *const records[] = {&paper_record};

static const char *needs_amount(Context *context, GError **error) {
  const Paper *paper = context->row;
  return paper->amount == DICT_UNSET ? context_sentence(context, "Enter the amount first; the clerk does.") : NULL;
}
static const Gate gate_amount = {.name = "amount", .check = needs_amount};

static const Command paper_write = {.name = "paper.write",
                                    .label = "Write",
                                    .record = "paper",
                                    .creates = TRUE,
                                    .to = "draft",
                                    .by = ROLE_CLERK,
                                    .inputs = INPUTS({"title"}, {"amount", TRUE}, {"until", TRUE})};
static const Command paper_edit = {.name = "paper.edit", .label = "Edit", .record = "paper", .from = IN("draft"),
                                   .by = ROLE_CLERK, .inputs = INPUTS({"title", TRUE}, {"amount", TRUE})};
static const Command paper_ask = {.name = "paper.ask",
                                  .label = "Submit",
                                  .record = "paper",
                                  .from = IN("draft"),
                                  .to = "asked",
                                  .by = ROLE_CLERK | ROLE_MANAGER,
                                  .submits = TRUE,
                                  .gates = GATES(&gate_amount)};
static const Chain chain = CHAIN(NULL, {"asked", "reviewed", ROLE_MANAGER | ROLE_REGIONAL, "Review"},
                                 {"reviewed", "signed", ROLE_GM, "Sign"});
static Command paper_sign = {.name = "paper.sign", .label = "Sign", .record = "paper"};
static const Command *const commands[] = {&paper_write, &paper_edit, &paper_ask, &paper_sign};
static const Duty duties[] = {
  {.name = "paper.review", .record = "paper", .state = "asked", .role = ROLE_MANAGER, .days = 2, .label = "Review"},
};

static const Viewer clerk = {.user_id = 1, .name = "Chen", .roles = ROLE_CLERK, .language = "en"};
static const Viewer manager = {.user_id = 2, .name = "Wang", .roles = ROLE_MANAGER, .language = "en"};
static const Viewer regional = {.user_id = 3, .name = "Liu", .roles = ROLE_REGIONAL, .language = "en"};
static const Viewer gm = {.user_id = 4, .name = "Zhao", .roles = ROLE_GM | ROLE_REGIONAL, .language = "en"};
static const Viewer dealer = {.user_id = 5, .name = "Sun", .roles = ROLE_DEALER, .dealer_id = 9, .language = "en"};

typedef struct {
  House *house;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data) {
  fixture->house = house_bare(NULL, 4);
  house_set_date(fixture->house, date_of(2026, 3, 20)); /* a Friday */
}

static void tear_down(Fixture *fixture, gconstpointer data) {
  house_free(fixture->house);
}

/* Runs "name=text" inputs; the answer is 200 or the refusal's status. */
static int act(Fixture *fixture, const Viewer *viewer, const char *command, gint64 id, gint64 version, const char *key,
               const char *const *inputs) {
  g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (; inputs && *inputs; inputs++) {
    g_auto(GStrv) parts = g_strsplit(*inputs, "=", 2);
    g_hash_table_insert(table, g_strdup(parts[0]), g_strdup(parts[1]));
  }
  const Act does = {
    .viewer = viewer, .command = workflow_find(command), .id = id, .version = version, .inputs = table, .key = key};
  return house_act(fixture->house, &does) ? 200 : (int)fixture->house->refusal->status;
}

static const char *reason(Fixture *fixture, guint i) {
  g_assert_cmpuint(i, <, fixture->house->refusal->reasons->len);
  return ((Reason *)fixture->house->refusal->reasons->pdata[i])->message;
}

static gint64 make_paper(Fixture *fixture) {
  g_assert_cmpint(
    act(fixture, &clerk, "paper.write", 0, 0, NULL, (const char *const[]){"title=wall", "amount=12.50", NULL}), ==,
    200);
  return fixture->house->done.id;
}

static void test_inputs(Fixture *fixture, gconstpointer data) {
  const char *const wrong[] = {"title=a title that is longer than it may be", "amount=1.234", "until=2026-02-30",
                               "color=red", NULL};
  g_assert_cmpint(act(fixture, &clerk, "paper.write", 0, 0, NULL, wrong), ==, 422);
  g_assert_cmpuint(fixture->house->refusal->reasons->len, ==, 4); /* all at once */
  g_assert_cmpstr(reason(fixture, 0), ==, "“color” is not an input of this act.");
  g_assert_cmpint(house_number(fixture->house, "SELECT count(*) FROM paper"), ==, 0);
  g_assert_cmpint(act(fixture, &manager, "paper.write", 0, 0, NULL, (const char *const[]){"title=x", NULL}), ==, 403);
  g_assert_cmpstr(reason(fixture, 0), ==, "“Write” can be done by: Order clerk.");
}

static void test_gate_and_state(Fixture *fixture, gconstpointer data) {
  g_assert_cmpint(act(fixture, &clerk, "paper.write", 0, 0, NULL, (const char *const[]){"title=x", NULL}), ==, 200);
  const gint64 id = fixture->house->done.id;
  g_assert_cmpint(act(fixture, &clerk, "paper.ask", id, 1, NULL, NULL), ==, 409);
  g_assert_cmpstr(reason(fixture, 0), ==, "Enter the amount first; the clerk does.");
  g_assert_cmpint(house_number(fixture->house, "SELECT version FROM paper"), ==, 1);
  g_assert_cmpint(act(fixture, &manager, "paper.sign", id, 1, NULL, NULL), ==, 409);
  g_assert_nonnull(strstr(reason(fixture, 0), "is in state “Draft”; “Sign” is possible in: Asked, Reviewed."));
  g_assert_cmpint(act(fixture, &clerk, "paper.ask", 99, 0, NULL, NULL), ==, 404);
}

static void test_versions(Fixture *fixture, gconstpointer data) {
  const gint64 id = make_paper(fixture);
  g_assert_cmpint(act(fixture, &clerk, "paper.edit", id, 1, NULL, (const char *const[]){"amount=13", NULL}), ==, 200);
  g_assert_cmpint(fixture->house->done.version, ==, 2);
  g_assert_cmpint(act(fixture, &clerk, "paper.edit", id, 1, NULL, (const char *const[]){"amount=14", NULL}), ==, 412);
  g_assert_nonnull(strstr(reason(fixture, 0), "(Amount)"));
  g_assert_cmpint(house_number(fixture->house, "SELECT amount FROM paper"), ==, 1300);
}

static void test_key(Fixture *fixture, gconstpointer data) {
  const char *const inputs[] = {"title=once", NULL};
  g_assert_cmpint(act(fixture, &clerk, "paper.write", 0, 0, "k1", inputs), ==, 200);
  const Done first = fixture->house->done;
  g_assert_cmpint(act(fixture, &clerk, "paper.write", 0, 0, "k1", inputs), ==, 200);
  g_assert_true(fixture->house->done.again && fixture->house->done.id == first.id);
  g_assert_cmpint(act(fixture, &clerk, "paper.write", 0, 0, "k1", (const char *const[]){"title=other", NULL}), ==, 422);
  g_assert_cmpint(house_number(fixture->house, "SELECT count(*) FROM paper"), ==, 1);
}

static void test_chain(Fixture *fixture, gconstpointer data) {
  const gint64 id = make_paper(fixture);
  g_assert_cmpint(act(fixture, &manager, "paper.ask", id, 0, NULL, NULL), ==, 200);
  g_assert_cmpint(act(fixture, &manager, "paper.sign", id, 0, NULL, NULL), ==, 403);
  g_assert_cmpstr(reason(fixture, 0), ==, "You submitted this yourself; somebody else must approve it.");
  Viewer other = manager;
  other.user_id = 8;
  g_assert_cmpint(act(fixture, &other, "paper.sign", id, 0, NULL, NULL), ==, 200);
  g_assert_cmpint(act(fixture, &other, "paper.sign", id, 0, NULL, NULL), ==,
                  403); /* has signed; the regional manager has not */
  g_assert_cmpint(house_number(fixture->house, "SELECT count(*) FROM paper WHERE state = 'asked'"), ==, 1);
  g_assert_cmpint(act(fixture, &gm, "paper.sign", id, 0, NULL, NULL), ==, 200); /* holds both that are left */
  g_assert_cmpint(house_number(fixture->house, "SELECT count(*) FROM paper WHERE state = 'signed'"), ==, 1);
  g_assert_cmpint(house_number(fixture->house, "SELECT count(*) FROM approval WHERE void = 0"), ==, 3);
  g_assert_cmpint(act(fixture, &regional, "paper.sign", id, 0, NULL, NULL), ==, 409);
}

static void test_journal_and_duties(Fixture *fixture, gconstpointer data) {
  const gint64 id = make_paper(fixture);
  g_assert_cmpint(act(fixture, &clerk, "paper.ask", id, 0, NULL, NULL), ==, 200);
  g_assert_cmpint(house_number(fixture->house, "SELECT count(*) FROM journal"), ==, 2);
  g_assert_cmpint(house_number(fixture->house, "SELECT seq FROM chain_head"), ==, 2);
  /* asked on Friday 2026-03-20, two working days: Tuesday the 24th */
  g_assert_cmpint(house_number(fixture->house, "SELECT due FROM duty WHERE closed_at IS NULL"), ==, 20536);
  g_assert_cmpint(act(fixture, &manager, "paper.sign", id, 0, NULL, NULL), ==, 200);
  g_assert_cmpint(act(fixture, &regional, "paper.sign", id, 0, NULL, NULL), ==, 200);
  g_assert_cmpint(house_number(fixture->house, "SELECT count(*) FROM duty WHERE closed_at IS NULL"), ==, 0);
}

static void test_dealer(Fixture *fixture, gconstpointer data) {
  make_paper(fixture);
  Viewer both = dealer;
  both.roles |= ROLE_CLERK; /* a dealer's account stays a dealer's, whatever else it holds */
  const gint64 paper = fixture->house->done.id;
  g_assert_cmpint(act(fixture, &both, "paper.edit", paper, 0, NULL, (const char *const[]){"title=mine", NULL}), ==,
                  404);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  paper_sign.chain = &chain;
  dict_register(records, 1, &error);
  g_assert_no_error(error);
  workflow_register(commands, G_N_ELEMENTS(commands), duties, 1, &error);
  g_assert_no_error(error);
#define ADD(name) g_test_add("/workflow/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  ADD(inputs);
  ADD(gate_and_state);
  ADD(versions);
  ADD(key);
  ADD(chain);
  ADD(journal_and_duties);
  ADD(dealer);
  return g_test_run();
}
