/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers that are kept: a poem is drawn when its last signature is given, once; refusals, faults, other people's acts
   and repetitions in between. */
#include "bare.h"
#include <string.h>

typedef struct {
  Row row;
  FieldTEXT title;
  FieldFILE paper;
} Poem;
static const Field poem_fields[] = {DICT_FIELD(Poem, title, TEXT, .label = "Title", .most = 40)
                                      DICT_FIELD(Poem, paper, FILE, .label = "Poem as signed")};
static const Record poem_record = {
  .name = "poem", .label = "Poem", .plural = "Poems",
  .states = STATES({"draft", "Draft"}, {"proof", "Waits for signatures"}, {"printed", "Printed"}, {"held", "On hold"}),
  DICT_SIZE(Poem, poem_fields)};
typedef struct {
  Row row;
  FieldTEXT name;
} Person;
static const Field person_fields[] = {DICT_FIELD(Person, name, TEXT, .label = "Name")};
static const Record user_record = {.name = "user", .label = "User", .plural = "Users",
                                   DICT_SIZE(Person, person_fields)};
static const Record *const records[] = {&poem_record, &bare_file_record, &user_record};

/* What happens while a test's act is under way. */
static struct {
  guint drawn, run;        /* how often */
  void (*meanwhile)(void); /* once, when it is drawn or about to be run; NULL: nothing */
  gboolean out_of_ink;     /* drawing fails */
  gboolean stumbles, dies; /* the first run() meets a serialization failure, or a fault */
  char paper[200];         /* what was drawn last */
} now;
static House *house;

static void meanwhile(void) {
  void (*happens)(void) = g_steal_pointer(&now.meanwhile);
  if (happens)
    happens();
}

static const char *kept_at(const Record *record) {
  return record == &poem_record ? "printed" : NULL;
}

/* Title, state, and who has signed when. */
static GBytes *draw(Context *context, const char **name, GError **error) {
  const Poem *poem = context->row;
  const Signature *given = workflow_signatures(context->tx, context->arena, &poem_record, &poem->row, context, error);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text, "%s %s", poem->title, poem->row.state);
  for (; given && given->stage; given++)
    g_string_append_printf(text, ", %s at %" G_GINT64_FORMAT, given->name, given->at);
  now.drawn++;
  g_strlcpy(now.paper, text->str, sizeof now.paper);
  *name = "poem.pdf";
  meanwhile();
  if (!now.out_of_ink)
    return g_string_free_to_bytes(g_steal_pointer(&text));
  g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "there is no ink");
  return NULL;
}
static const Press press = {.kept_at = kept_at, .draw = draw};

static gboolean sign_run(Context *context, GError **error) {
  const gboolean first = !now.run++;
  if (now.stumbles && first)
    return db_exec(context->tx, "DO $do$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $do$", DB_NO_ARGS,
                   error) >= 0;
  return !now.dies || db_exec(context->tx, "INSERT INTO no_such_table VALUES (1)", DB_NO_ARGS, error) >= 0;
}
/* What happens after the act is prepared, and before it is run. */
static gboolean sign_prepare(Context *context, GError **error) {
  meanwhile();
  return TRUE;
}

static const Chain chain = CHAIN(NULL, {.from = "proof", .to = "printed", .roles = ROLE_CLERK | ROLE_GM,
                                        .label = "Sign"});
static const Command write_poem = {.name = "poem.write", .label = "Write", .record = "poem", .creates = TRUE,
                                   .to = "draft", .by = ROLE_SALES, .inputs = INPUTS({"title"})};
static const Command change_poem = {.name = "poem.change", .label = "Change", .record = "poem", .by = ROLE_SALES,
                                    .inputs = INPUTS({"title"})};
static const Command submit_poem = {.name = "poem.submit", .label = "Hand in", .record = "poem", .from = IN("draft"),
                                    .to = "proof", .by = ROLE_SALES, .submits = TRUE};
static const Command sign_poem = {.name = "poem.sign", .label = "Sign", .record = "poem", .chain = &chain,
                                  .run = sign_run};
static const Command approve_poem = {.name = "poem.approve", .label = "Approve", .record = "poem", .chain = &chain,
                                     .prepare = sign_prepare, .run = sign_run};
static const Command hold_poem = {.name = "poem.hold", .label = "Hold", .record = "poem", .from = IN("printed"),
                                  .to = "held", .by = ROLE_SALES};
static const Command resume_poem = {.name = "poem.resume", .label = "Resume", .record = "poem", .from = IN("held"),
                                    .to = "printed", .by = ROLE_SALES};
static const Command withdraw_poem = {.name = "poem.withdraw", .label = "Withdraw", .record = "poem",
                                      .from = IN("printed"), .to = "draft", .by = ROLE_SALES};
static const Command *const commands[] = {&write_poem,   &change_poem, &submit_poem, &sign_poem,
                                          &approve_poem, &hold_poem,   &resume_poem, &withdraw_poem};
static const Viewer sales = {.user_id = 3, .name = "Lin", .roles = ROLE_SALES, .language = "en"};
static const Viewer clerk = {.user_id = 1, .name = "Chen", .roles = ROLE_CLERK, .language = "en"};
static const Viewer gm = {.user_id = 2, .name = "Zhao", .roles = ROLE_GM, .language = "en"};

/* Its answer: 200, the refusal's status, or 500 for a fault. */
static int act_with(Refusal *refusal, const Viewer *viewer, const Command *command, gint64 id, const char *title,
                    const char *key, gint64 *made) {
  g_autoptr(GError) error = NULL;
  Done done = {0};
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  if (title)
    g_hash_table_insert(inputs, (gpointer) "title", (gpointer)title);
  const Act does = {.viewer = viewer, .command = command, .id = id, .inputs = inputs, .key = key};
  const gboolean fine = engine_run(house->engine, &does, &done, refusal, &error);
  if (made)
    *made = done.id;
  return fine ? 200 : error ? 500 : (int)refusal->status;
}
static int act(const Viewer *viewer, const Command *command, gint64 id) {
  now.drawn = now.run = 0;
  return act_with(house->refusal, viewer, command, id, NULL, NULL, NULL);
}

typedef struct {
  const char *sql;
  gint64 id;
  gint64 number;
  char text[100];
} Ask;
static gboolean ask(DbTx *tx, gpointer data, GError **error) {
  Ask *query = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *result = db_query(tx, arena, query->sql, DB_ARGS(DB_I(query->id)), error);
  const DbCell *cell = result && result->rows ? DB_CELL(result, 0, 0) : NULL;
  query->number = cell && cell->kind == DB_INTEGER ? cell->integer : 0;
  g_strlcpy(query->text, cell && cell->kind == DB_TEXT ? cell->text : "", sizeof query->text);
  return result != NULL;
}
static Ask look(const char *sql, gint64 id) {
  g_autoptr(GError) error = NULL;
  Ask query = {.sql = sql, .id = id};
  db_read(house->db, ask, &query, &error);
  g_assert_no_error(error);
  return query;
}
static gint64 files_known(void) {
  return look("SELECT COUNT(*) FROM file WHERE id > $1", 0).number;
}
static gint64 paper_of(gint64 id) {
  return look("SELECT paper FROM poem WHERE id = $1", id).number;
}
static gint64 signatures(gint64 id) {
  return look("SELECT COUNT(*) FROM approval WHERE row_id = $1 AND void = 0", id).number;
}

/* A poem that waits for signatures. */
static gint64 proof_of(const char *title) {
  gint64 id = 0;
  g_assert_cmpint(act_with(house->refusal, &sales, &write_poem, 0, title, NULL, &id), ==, 200);
  g_assert_cmpint(act(&sales, &submit_poem, id), ==, 200);
  return id;
}

/* What hangs on the poem is what was drawn, and is there. */
static void assert_kept(gint64 id) {
  g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, now.paper, -1);
  g_autoptr(GError) error = NULL;
  g_assert_cmpstr(look("SELECT f.sha256 FROM poem p JOIN file f ON f.id = p.paper WHERE p.id = $1", id).text, ==,
                  sha256);
  g_assert_cmpint(look("SELECT f.size FROM poem p JOIN file f ON f.id = p.paper WHERE p.id = $1", id).number, ==,
                  (gint64)strlen(now.paper));
  g_assert_true(files_verify(house->files, sha256, &error));
  g_assert_no_error(error);
}

/* Nothing of the act is there: its poem waits as before. */
static void assert_untouched(gint64 id, gint64 given, gint64 files) {
  g_assert_cmpstr(look("SELECT state FROM poem WHERE id = $1", id).text, ==, "proof");
  g_assert_cmpint(signatures(id), ==, given);
  g_assert_cmpint(paper_of(id), ==, 0);
  g_assert_cmpint(files_known(), ==, files);
}

static void check_drawn_once(void) {
  const gint64 id = proof_of("spring"), files = files_known();
  g_assert_cmpint(act(&clerk, &sign_poem, id), ==, 200);
  g_assert_cmpuint(now.drawn, ==, 0);
  g_assert_cmpint(paper_of(id), ==, 0);
  g_assert_cmpint(act_with(house->refusal, &gm, &sign_poem, id, NULL, "seal", NULL), ==, 200);
  g_assert_cmpuint(now.drawn, ==, 1);
  const gint64 at = look("SELECT MAX(at) FROM approval WHERE row_id = $1", id).number;
  g_autofree char *expected =
    g_strdup_printf("spring printed, Chen at %" G_GINT64_FORMAT ", Zhao at %" G_GINT64_FORMAT,
                    look("SELECT MIN(at) FROM approval WHERE row_id = $1", id).number, at);
  g_assert_cmpstr(now.paper, ==, expected);
  assert_kept(id);
  g_assert_cmpint(files_known(), ==, files + 1);
  now.drawn = 0;
  g_assert_cmpint(act_with(house->refusal, &gm, &sign_poem, id, NULL, "seal", NULL), ==, 200); /* the same act */
  g_assert_cmpint(act(&sales, &hold_poem, id), ==, 200);
  g_assert_cmpint(act(&sales, &resume_poem, id), ==, 200); /* it comes by again */
  g_assert_cmpint(act_with(house->refusal, &sales, &change_poem, id, "autumn", NULL, NULL), ==, 200);
  g_assert_cmpuint(now.drawn, ==, 0);
  assert_kept(id);
  g_assert_cmpint(files_known(), ==, files + 1);
}

static void check_anew(void) {
  const gint64 id = proof_of("haiku");
  act(&clerk, &sign_poem, id);
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 200);
  const gint64 first = paper_of(id);
  g_assert_cmpint(act(&sales, &withdraw_poem, id), ==, 200);
  g_assert_cmpint(paper_of(id), ==, first);
  g_assert_cmpint(act(&sales, &submit_poem, id), ==, 200);
  g_assert_cmpint(paper_of(id), ==, 0);
  act(&clerk, &sign_poem, id);
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 200);
  g_assert_cmpuint(now.drawn, ==, 1);
  g_assert_cmpint(paper_of(id), >, first);
  assert_kept(id);
}

static void check_not_drawn(void) {
  const gint64 id = proof_of("ode"), files = files_known();
  g_assert_cmpint(act(&clerk, &sign_poem, id), ==, 200);
  g_assert_cmpint(act(&sales, &sign_poem, id), ==, 403);
  g_assert_cmpint(act(&clerk, &sign_poem, id), ==, 403); /* has signed */
  g_assert_cmpuint(now.drawn, ==, 0);
  now.out_of_ink = TRUE;
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 500);
  g_assert_cmpuint(now.run, ==, 0);
  assert_untouched(id, 1, files);
  now.out_of_ink = FALSE;
  now.dies = TRUE; /* after the paper was drawn, as a crash before the commit */
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 500);
  g_assert_cmpuint(now.run, >=, 1);
  assert_untouched(id, 1, files);
  now.dies = FALSE;
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 200);
  assert_kept(id);
  g_assert_cmpint(files_known(), ==, files + 1);
}

static gint64 other;
static gpointer change_it(gpointer data) {
  g_autoptr(Refusal) own = refusal_new();
  g_assert_cmpint(act_with(own, &sales, &change_poem, other, "elegy", NULL, NULL), ==, 200);
  return NULL;
}
static gpointer sign_it(gpointer data) {
  g_autoptr(Refusal) own = refusal_new();
  g_assert_cmpint(act_with(own, &gm, &sign_poem, other, NULL, NULL, NULL), ==, 200);
  return NULL;
}
static void somebody_changes(void) {
  g_thread_join(g_thread_new("change", change_it, NULL));
}
static void the_other_signs(void) {
  g_thread_join(g_thread_new("sign", sign_it, NULL));
}

static void check_changed(void) {
  const gint64 id = other = proof_of("limerick"), files = files_known();
  g_assert_cmpint(act(&clerk, &sign_poem, id), ==, 200);
  now.meanwhile = somebody_changes;
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 412);
  g_assert_cmpuint(now.run, ==, 0);
  assert_untouched(id, 1, files);
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 200);
  g_assert_true(g_str_has_prefix(now.paper, "elegy printed"));
  assert_kept(id);
}

/* Each finds that the other has not signed, so neither draws it: whoever comes second is asked to look again. */
static void check_both_sign(void) {
  const gint64 id = other = proof_of("sonnet"), files = files_known();
  now.meanwhile = the_other_signs;
  g_assert_cmpint(act(&clerk, &approve_poem, id), ==, 412);
  assert_untouched(id, 1, files);
  g_assert_cmpint(act(&clerk, &approve_poem, id), ==, 200);
  g_assert_cmpuint(now.drawn, ==, 1);
  assert_kept(id);
}

/* On PostgreSQL run() is called again after a serialization failure; what was drawn serves again. */
static void check_repeated(void) {
  const gint64 id = proof_of("winter"), files = files_known();
  g_assert_cmpint(act(&clerk, &sign_poem, id), ==, 200);
  now.stumbles = TRUE;
  g_assert_cmpint(act(&gm, &sign_poem, id), ==, 200);
  now.stumbles = FALSE;
  g_assert_cmpuint(now.drawn, ==, 1);
  g_assert_cmpuint(now.run, ==, 2);
  assert_kept(id);
  g_assert_cmpint(files_known(), ==, files + 1);
}

static gboolean add_people(DbTx *tx, gpointer data, GError **error) {
  const Viewer *people[] = {&clerk, &gm, &sales};
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    if (db_exec(tx, "INSERT INTO \"user\" (id, version, name) VALUES ($1, 1, $2)",
                DB_ARGS(DB_I(people[i]->user_id), DB_T(people[i]->name)), error) < 0)
      return FALSE;
  return TRUE;
}

static void check_on(const char *url) {
  g_autoptr(GError) error = NULL;
  house = house_bare(url, 4);
  engine_set_press(house->engine, &press);
  db_write(house->db, add_people, NULL, &error);
  g_assert_no_error(error);
  check_drawn_once();
  check_anew();
  check_not_drawn();
  check_changed();
  check_both_sign();
  if (url)
    check_repeated();
  house_free(house);
}

int main(int argc, char **argv) {
  const Bare bare = {.name = "kept", .records = records, .records_count = G_N_ELEMENTS(records), .commands = commands,
                     .commands_count = G_N_ELEMENTS(commands), .check = check_on};
  return bare_main(argc, argv, &bare);
}
