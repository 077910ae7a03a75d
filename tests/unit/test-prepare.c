/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command prepares before its transaction: a poem is copied in fair hand (prepare() keeps the bytes), and run()
   hangs the copy on the row. Refusals, other people's changes and repetitions in between. */
#include "bare.h"
#include <string.h>

typedef struct {
  Row row;
  FieldTEXT title;
  FieldFILE copy;
} Poem;
static const Field poem_fields[] = {DICT_FIELD(Poem, title, TEXT, .label = "Title", .most = 40)
                                      DICT_FIELD(Poem, copy, FILE, .label = "Copy")};
static const Record poem_record = {.name = "poem", .label = "Poem", .plural = "Poems",
                                   .states = STATES({"draft", "Draft"}, {"copied", "Copied"}),
                                   DICT_SIZE(Poem, poem_fields)};
static const Record *const records[] = {&poem_record, &bare_file_record};

/* What happens while a test's command is under way. */
static struct {
  guint prepared, run;           /* how often */
  void (*meanwhile)(void);       /* between the two; NULL: nothing */
  gboolean stumbles;             /* the first run() meets a serialization failure */
  gconstpointer seen;            /* what run() found prepared */
} now;
static House *house;

static gboolean copy_prepare(Context *context, GError **error) {
  const Poem *poem = context->row;
  now.prepared++;
  if (!strcmp(poem->title, "blank"))
    return refusal_add(context->refusal, REFUSAL_INVALID, REASON_FIELD, "title", "A blank page cannot be copied.");
  g_autoptr(FilesWriter) writer = files_begin(context->files, error);
  ActFile *file = arena_new_of(context->arena, ActFile, 1);
  *file = (ActFile){.name = "copy.txt", .type = "text/plain"};
  g_autofree char *sha256 =
    writer && files_append(writer, poem->title, strlen(poem->title), error) ? files_finish(writer, &file->size, error)
                                                                            : NULL;
  file->sha256 = arena_strdup(context->arena, sha256);
  context->prepared = file;
  if (now.meanwhile)
    now.meanwhile();
  return sha256 != NULL;
}

static gboolean copy_run(Context *context, GError **error) {
  Poem *poem = context->row;
  const gboolean first = !now.run++;
  g_assert_true(first || now.seen == context->prepared);
  now.seen = context->prepared;
  poem->copy = context_attach(context, context->prepared, FALSE, error);
  if (!strcmp(poem->title, "smudged"))
    return refusal_add(context->refusal, REFUSAL_CONFLICT, REASON_OTHER, "ink", "The ink is not dry; wait.");
  if (now.stumbles && first)
    return db_exec(context->tx, "DO $do$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $do$", DB_NO_ARGS,
                   error) >= 0;
  return poem->copy > 0;
}

static const Command write_poem = {.name = "poem.write", .label = "Write", .record = "poem", .creates = TRUE,
                                   .to = "draft", .by = ROLE_CLERK, .inputs = INPUTS({"title"})};
static const Command change_poem = {.name = "poem.change", .label = "Change", .record = "poem", .by = ROLE_CLERK,
                                    .inputs = INPUTS({"title"})};
static const Command copy_poem = {.name = "poem.copy", .label = "Copy", .record = "poem", .from = IN("draft"),
                                  .to = "copied", .by = ROLE_CLERK, .inputs = INPUTS({"title", TRUE}),
                                  .prepare = copy_prepare, .run = copy_run};
static const Command *const commands[] = {&write_poem, &change_poem, &copy_poem};
static const Viewer clerk = {.user_id = 1, .name = "Chen", .roles = ROLE_CLERK, .language = "en"};
static const Viewer gm = {.user_id = 2, .name = "Zhao", .roles = ROLE_GM, .language = "en"};

/* Its answer: 200 or the refusal's status. */
static int act(const Viewer *viewer, const Command *command, gint64 id, const char *title, const char *key,
               Done *done) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  if (title)
    g_hash_table_insert(inputs, (gpointer) "title", (gpointer)title);
  const Act does = {.viewer = viewer, .command = command, .id = id, .inputs = inputs, .key = key};
  const gboolean fine = engine_run(house->engine, &does, done, house->refusal, &error);
  g_assert_no_error(error);
  return fine ? 200 : (int)house->refusal->status;
}

static int copy(gint64 id, const char *key, Done *done) {
  now.prepared = now.run = 0;
  return act(&clerk, &copy_poem, id, NULL, key, done);
}

static gint64 poem_of(const char *title) {
  Done done;
  g_assert_cmpint(act(&clerk, &write_poem, 0, title, NULL, &done), ==, 200);
  return done.id;
}

typedef struct {
  const char *sql;
  gint64 number;
} Ask;
static gboolean ask(DbTx *tx, gpointer data, GError **error) {
  Ask *query = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *result = db_query(tx, arena, query->sql, DB_NO_ARGS, error);
  query->number = result && result->rows ? DB_CELL(result, 0, 0)->integer : -1;
  return result != NULL;
}
static gint64 files_known(void) {
  g_autoptr(GError) error = NULL;
  Ask query = {.sql = "SELECT COUNT(*) FROM file"};
  db_read(house->db, ask, &query, &error);
  g_assert_no_error(error);
  return query.number;
}

static const char *reason(void) {
  g_assert_cmpuint(house->refusal->reasons->len, ==, 1);
  return ((Reason *)house->refusal->reasons->pdata[0])->message;
}

static void check_done(void) {
  Done done, again;
  const gint64 id = poem_of("spring"), files = files_known();
  g_assert_cmpint(copy(id, "one", &done), ==, 200);
  g_assert_cmpint(done.version, ==, 2);
  g_assert_cmpint(files_known(), ==, files + 1);
  g_assert_cmpint(copy(id, "one", &again), ==, 200);
  g_assert_true(again.again && again.version == 2);
  g_assert_cmpuint(now.prepared, ==, 0); /* known by its key */
  g_assert_cmpint(copy(id, "two", &again), ==, 409); /* in another state by now */
  g_assert_cmpuint(now.prepared, ==, 0);
  g_assert_cmpint(files_known(), ==, files + 1);
}

static void check_refused(void) {
  Done done;
  const gint64 blank = poem_of("blank"), smudged = poem_of("smudged"), files = files_known();
  g_assert_cmpint(copy(blank, NULL, &done), ==, 422);
  g_assert_cmpstr(reason(), ==, "A blank page cannot be copied.");
  g_assert_cmpuint(now.run, ==, 0);
  g_assert_cmpint(act(&gm, &copy_poem, smudged, NULL, NULL, &done), ==, 403);
  g_assert_cmpint(copy(99999, NULL, &done), ==, 404);
  g_assert_cmpuint(now.prepared, ==, 0);
  g_assert_cmpint(copy(smudged, NULL, &done), ==, 409); /* after its copy was made */
  g_assert_cmpstr(reason(), ==, "The ink is not dry; wait.");
  g_assert_cmpuint(now.run, ==, 1);
  g_assert_cmpint(files_known(), ==, files);
}

static gint64 changed;
static gpointer change_it(gpointer data) {
  Done done;
  g_autoptr(Refusal) own = refusal_new();
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(inputs, (gpointer) "title", (gpointer) "autumn");
  const Act does = {.viewer = &clerk, .command = &change_poem, .id = changed, .inputs = inputs};
  g_assert_true(engine_run(house->engine, &does, &done, own, NULL));
  return NULL;
}
static void somebody_changes(void) {
  g_thread_join(g_thread_new("change", change_it, NULL));
}

static void check_changed(void) {
  Done done;
  const gint64 files = files_known();
  changed = poem_of("summer");
  now.meanwhile = somebody_changes;
  g_assert_cmpint(copy(changed, NULL, &done), ==, 412);
  g_assert_nonnull(strstr(reason(), "(Title)"));
  g_assert_cmpuint(now.run, ==, 0);
  g_assert_cmpint(files_known(), ==, files);
  now.meanwhile = NULL;
  g_assert_cmpint(copy(changed, NULL, &done), ==, 200);
}

/* On PostgreSQL run() is called again after a serialization failure, prepare() is not. */
static void check_repeated(void) {
  Done done;
  const gint64 id = poem_of("winter"), files = files_known();
  now.stumbles = TRUE;
  g_assert_cmpint(copy(id, NULL, &done), ==, 200);
  now.stumbles = FALSE;
  g_assert_cmpuint(now.prepared, ==, 1);
  g_assert_cmpuint(now.run, ==, 2);
  g_assert_cmpint(files_known(), ==, files + 1);
}

static void check_on(const char *url) {
  house = house_bare(url, 4);
  check_done();
  check_refused();
  check_changed();
  if (url)
    check_repeated();
  house_free(house);
}

int main(int argc, char **argv) {
  const Bare bare = {.name = "prepare", .records = records, .records_count = G_N_ELEMENTS(records),
                     .commands = commands, .commands_count = G_N_ELEMENTS(commands), .check = check_on};
  return bare_main(argc, argv, &bare);
}
