/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A factory for tests: see house.h. */
#include "house.h"
#include "base/date.h"
#include "paper/paper.h"
#include "party/party.h"
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

enum { NOON = 12 * 3600, ZONE = 8 * 3600, READERS = 2, OTHERS = 1000 /* user ids of people with several roles */ };

static void open_database(House *house) {
  g_autoptr(GError) error = NULL;
  house->db = db_open(house->url, house->readers, &error);
  g_assert_no_error(error);
  house->engine = engine_new(house->db, ZONE);
  engine_set_files(house->engine, house->files);
  engine_set_press(house->engine, &paper_press);
  engine_set_clock(house->engine, house->clock);
}

static void close_database(House *house) {
  g_clear_pointer(&house->engine, engine_free);
  g_clear_pointer(&house->db, db_close);
}

/* Each role has two people, whose user ids are 2 × its bit's place + 1 and + 2. */
static gboolean insert_people(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  for (guint i = 0; workflow_roles[i / 2].code; i++) {
    User *user = dict_new_row(arena, &user_record);
    user->roles = workflow_roles[i / 2].code;
    user->login = user->name = arena_printf(arena, "%s%s", user->roles, i % 2 ? "2" : "");
    user->language = "en";
    user->row.dealer_id = 1u << i / 2 == ROLE_DEALER ? 1 + i % 2 : 0;
    user->dealer = user->row.dealer_id ? user->row.dealer_id : DICT_UNSET;
    if (!dict_insert(tx, arena, &user_record, user, error))
      return FALSE;
  }
  return TRUE;
}

/* In memory where there is such a place: the tests are not about the disk. */
static char *make_folder(void) {
  char *folder = access("/dev/shm", W_OK) ? g_dir_make_tmp("gendan-XXXXXX", NULL)
                                          : g_mkdtemp(g_strdup("/dev/shm/gendan-XXXXXX"));
  g_assert_nonnull(folder);
  return folder;
}

static void remove_folder(char *folder) {
  const char *const remove[] = {"rm", "-r", folder, NULL};
  g_assert_true(g_spawn_sync(NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free(folder);
}

House *house_bare(const char *url, guint readers) {
  g_autoptr(GError) error = NULL;
  House *house = g_new0(House, 1);
  house->readers = readers;
  house->folder = url ? NULL : make_folder();
  house->store = make_folder();
  house->files = files_open(house->store, &error);
  g_assert_no_error(error);
  house->url = url ? g_strdup(url) : g_build_filename(house->folder, "test.db", NULL);
  house->refusal = refusal_new();
  house_set_date(house, date_of(2026, 3, 2));
  open_database(house);
  engine_migrate(house->engine, &error);
  g_assert_no_error(error);
  return house;
}

House *house_new(const char *url) {
  g_autoptr(GError) error = NULL;
  House *house = house_bare(url, READERS);
  db_write(house->db, insert_people, NULL, &error);
  g_assert_no_error(error);
  return house;
}

void house_free(House *house) {
  if (!house)
    return;
  close_database(house);
  refusal_free(house->refusal);
  files_close(house->files);
  remove_folder(house->store);
  if (house->folder)
    remove_folder(house->folder);
  g_free(house->url);
  g_free(house);
}

void house_set_date(House *house, gint64 date) {
  house->clock = date * DATE_SECONDS + NOON - ZONE;
  if (house->engine)
    engine_set_clock(house->engine, house->clock);
}

void house_read(House *house, DbWork work, gpointer data) {
  g_autoptr(GError) error = NULL;
  db_read(house->db, work, data, &error);
  g_assert_no_error(error);
}

typedef struct {
  House *house;
  Viewer *viewer;
} Stand;
static gboolean read_substitutes(DbTx *tx, gpointer data, GError **error) {
  Stand *stand = data;
  return party_substitutes(tx, stand->viewer->user_id, date_of_time(stand->house->clock, ZONE),
                           &stand->viewer->substitutes, error);
}

Viewer house_person(House *house, const char *who) {
  Viewer viewer = {.name = who, .language = "en"};
  g_auto(GStrv) codes = g_strsplit(who, "+", -1);
  gboolean second = FALSE;
  for (char **code = codes; *code; code++) {
    const gsize length = strlen(*code);
    second = length && (*code)[length - 1] == '2';
    if (second)
      (*code)[length - 1] = 0;
    const guint role = workflow_role(*code);
    if (!role)
      g_error("there is no role “%s”", *code);
    viewer.roles |= role;
    viewer.user_id = 2 * g_bit_nth_lsf(role, -1) + 1 + second;
  }
  if (codes[0] && codes[1])
    viewer.user_id = OTHERS + 2 * viewer.roles + second;
  viewer.dealer_id = viewer.roles & ROLE_DEALER ? 1 + second : 0;
  house_read(house, read_substitutes, &(Stand){house, &viewer});
  return viewer;
}

typedef struct {
  const char *name, *sha256;
  gint64 size, dealer_id, id;
} NewFile;
static gboolean insert_file(DbTx *tx, gpointer data, GError **error) {
  NewFile *made = data;
  g_autoptr(Arena) arena = arena_new();
  File *file = dict_new_row(arena, &file_record);
  file->row.dealer_id = made->dealer_id;
  file->name = made->name;
  file->sha256 = made->sha256;
  file->size = made->size;
  file->type = g_str_has_suffix(made->name, ".txt") ? "text/plain" : "application/pdf";
  file->for_dealer = made->dealer_id != 0;
  const gboolean fine = dict_insert(tx, arena, &file_record, file, error);
  made->id = file->row.id;
  return fine;
}
gint64 house_add_file(House *house, const char *name, const char *content, gint64 dealer_id) {
  g_autoptr(GError) error = NULL;
  const char *bytes = content ? content : name;
  NewFile made = {.name = name, .dealer_id = dealer_id, .size = (gint64)strlen(bytes)};
  g_autofree char *sha256 = files_keep(house->files, bytes, strlen(bytes), &error);
  g_assert_no_error(error);
  made.sha256 = sha256;
  db_write(house->db, insert_file, &made, &error);
  g_assert_no_error(error);
  return made.id;
}

gboolean house_act(House *house, const Act *act) {
  g_autoptr(GError) error = NULL;
  const gboolean fine = engine_run(house->engine, act, &house->done, house->refusal, &error);
  g_assert_no_error(error);
  return fine;
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
                                                                                     : G_MININT64;
  return result != NULL;
}
gint64 house_number(House *house, const char *sql) {
  Ask query = {.sql = g_intern_string(sql)};
  house_read(house, ask, &query);
  return query.number;
}

/* ---- snapshots ---- */
static char *snapshot_path(const House *house, const char *name) {
  g_autofree char *plain = g_strconcat(name, ".snapshot", NULL);
  return g_build_filename(house->folder, g_strdelimit(plain, "/ ", '-'), NULL);
}

static void copy_file(const char *from, const char *to) {
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize size;
  g_file_get_contents(from, &bytes, &size, &error);
  g_assert_no_error(error);
  g_file_set_contents_full(to, bytes, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error(error);
}

void house_snapshot(House *house, const char *name) {
  g_assert_nonnull(house->folder);
  g_autofree char *path = snapshot_path(house, name), *dated = g_strconcat(path, ".clock", NULL);
  close_database(house); /* the log is folded into the file */
  copy_file(house->url, path);
  g_autofree char *clock = g_strdup_printf("%" G_GINT64_FORMAT, house->clock);
  g_assert_true(g_file_set_contents(dated, clock, -1, NULL));
  open_database(house);
}

gboolean house_has(const House *house, const char *name) {
  g_autofree char *path = house->folder ? snapshot_path(house, name) : NULL;
  return path && g_file_test(path, G_FILE_TEST_EXISTS);
}

void house_restore(House *house, const char *name) {
  g_autofree char *path = snapshot_path(house, name), *dated = g_strconcat(path, ".clock", NULL), *clock = NULL;
  close_database(house);
  copy_file(path, house->url);
  g_assert_true(g_file_get_contents(dated, &clock, NULL, NULL));
  house->clock = g_ascii_strtoll(clock, NULL, 10);
  open_database(house);
}
