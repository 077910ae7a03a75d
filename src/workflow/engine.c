/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine: database, clock and calendar, and the workflow's own tables. */
#include "workflow/engine.h"
#include "base/date.h"

enum { KEYS_KEPT = 90 /* days that an idempotency key is remembered */ };

static const char *const tables[] = {
  "CREATE TABLE IF NOT EXISTS journal (id BIGINT PRIMARY KEY, root TEXT, seq BIGINT, at BIGINT, user_id BIGINT, "
  "command TEXT,"
  " record TEXT, row_id BIGINT, row_version BIGINT, order_id BIGINT, dealer_id BIGINT, parent_id BIGINT, submits "
  "BIGINT,"
  " detail TEXT, comment TEXT, hash TEXT)",
  "CREATE INDEX IF NOT EXISTS journal_row ON journal (record, row_id)",
  "CREATE INDEX IF NOT EXISTS journal_order ON journal (order_id)",
  "CREATE UNIQUE INDEX IF NOT EXISTS journal_root ON journal (root, seq)",
  "CREATE TABLE IF NOT EXISTS chain_head (root TEXT PRIMARY KEY, seq BIGINT, hash TEXT, sealed BIGINT)",
  "CREATE INDEX IF NOT EXISTS chain_head_unsealed ON chain_head (root) WHERE sealed < seq",
  "CREATE TABLE IF NOT EXISTS seal (id BIGINT PRIMARY KEY, at BIGINT, heads TEXT, hash TEXT)",
  "CREATE TABLE IF NOT EXISTS idempotency (user_id BIGINT, command TEXT, key TEXT, hash TEXT, row_id BIGINT,"
  " row_version BIGINT, order_id BIGINT, at BIGINT, PRIMARY KEY (user_id, command, key))",
  "CREATE INDEX IF NOT EXISTS idempotency_at ON idempotency (at)",
  "CREATE TABLE IF NOT EXISTS approval (id BIGINT PRIMARY KEY, record TEXT, row_id BIGINT, row_version BIGINT, stage "
  "TEXT,"
  " role BIGINT, user_id BIGINT, substitute BIGINT, at BIGINT, void BIGINT)",
  "CREATE INDEX IF NOT EXISTS approval_row ON approval (record, row_id)",
  "CREATE TABLE IF NOT EXISTS duty (id BIGINT PRIMARY KEY, name TEXT, record TEXT, row_id BIGINT, order_id BIGINT,"
  " dealer_id BIGINT, role BIGINT, person BIGINT, told_role BIGINT, told_person BIGINT, since BIGINT, due BIGINT,"
  " escalated_at BIGINT, closed_at BIGINT, renewed_at BIGINT)",
  "CREATE INDEX IF NOT EXISTS duty_row ON duty (row_id, name)",
  /* they hold what they are narrowed by, too: SQLite then counts without looking at the rows */
  "CREATE INDEX IF NOT EXISTS duty_waits ON duty (role, person, due, id, closed_at) WHERE closed_at IS NULL",
  "CREATE INDEX IF NOT EXISTS duty_told ON duty (told_role, told_person, due, id, closed_at, escalated_at)"
  " WHERE closed_at IS NULL AND escalated_at IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS duty_late ON duty (due) WHERE closed_at IS NULL AND escalated_at IS NULL",
  "CREATE INDEX IF NOT EXISTS duty_order ON duty (order_id, closed_at)",
  "CREATE INDEX IF NOT EXISTS duty_named ON duty (name, order_id, id, closed_at) WHERE closed_at IS NULL",
  "CREATE TABLE IF NOT EXISTS event (tx BIGINT, server BIGINT, order_id BIGINT, dealer_id BIGINT, at BIGINT,"
  " user_id BIGINT)",
  "CREATE INDEX IF NOT EXISTS event_tx ON event (tx)",
};

Engine *engine_new(Db *db, int zone) {
  Engine *engine = g_new0(Engine, 1);
  engine->db = db;
  engine->zone = zone;
  return engine;
}

void engine_free(Engine *engine) {
  engine_unwatch(engine);
  g_free(engine);
}

void engine_set_files(Engine *engine, Files *files) {
  engine->files = files;
}

void engine_set_press(Engine *engine, const Press *press) {
  engine->press = press;
}

Db *engine_db(Engine *engine) {
  return engine->db;
}

/* A table of duties made before they named persons, or before they said when they were last renewed. */
static const char *const persons[] = {
  "ALTER TABLE duty ADD COLUMN person BIGINT",
  "ALTER TABLE duty ADD COLUMN told_role BIGINT",
  "ALTER TABLE duty ADD COLUMN told_person BIGINT",
  ("UPDATE duty SET told_role = 0, told_person = 0, person = CASE role WHEN 16384 THEN dealer_id"
   " WHEN 1 THEN COALESCE((SELECT clerk FROM \"order\" o WHERE o.id = duty.order_id), 0) ELSE 0 END"),
};

static gboolean complete_duties(DbTx *tx, GError **error) {
  g_autoptr(GHashTable) there = db_columns(tx, "duty", error);
  if (!there || !g_hash_table_size(there))
    return there != NULL;
  for (guint i = 0; !g_hash_table_contains(there, "person") && i < G_N_ELEMENTS(persons); i++)
    if (db_exec(tx, persons[i], DB_NO_ARGS, error) < 0)
      return FALSE;
  return g_hash_table_contains(there, "renewed_at") ||
         db_exec(tx, "ALTER TABLE duty ADD COLUMN renewed_at BIGINT", DB_NO_ARGS, error) >= 0;
}

/* A table of events made before they named users. */
static gboolean complete_events(DbTx *tx, GError **error) {
  g_autoptr(GHashTable) there = db_columns(tx, "event", error);
  return there && (!g_hash_table_size(there) || g_hash_table_contains(there, "user_id") ||
                   db_exec(tx, "ALTER TABLE event ADD COLUMN user_id BIGINT", DB_NO_ARGS, error) >= 0);
}

static gboolean migrate(DbTx *tx, gpointer data, GError **error) {
  if (!complete_duties(tx, error) || !complete_events(tx, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (db_exec(tx, tables[i], DB_NO_ARGS, error) < 0)
      return FALSE;
  return dict_migrate(tx, error);
}

gboolean engine_migrate(Engine *engine, GError **error) {
  return db_write_alone(engine->db, migrate, NULL, error);
}

static gboolean forget(DbTx *tx, gpointer data, GError **error) {
  const gint64 before = engine_now(data) - KEYS_KEPT * DATE_SECONDS;
  return db_exec(tx, "DELETE FROM idempotency WHERE at < $1", DB_ARGS(DB_I(before)), error) >= 0;
}

gboolean engine_forget(Engine *engine, GError **error) {
  return db_write(engine->db, forget, engine, error);
}

void engine_set_clock(Engine *engine, gint64 now) {
  __atomic_store_n(&engine->clock, now, __ATOMIC_RELAXED);
}

int engine_zone(const Engine *engine) {
  return engine->zone;
}

gint64 engine_today(Engine *engine) {
  return date_of_time(engine_now(engine), engine->zone);
}

gint64 engine_now(Engine *engine) {
  const gint64 now = __atomic_load_n(&engine->clock, __ATOMIC_RELAXED);
  return now ? now : g_get_real_time() / G_USEC_PER_SEC;
}

/* The working calendar from the rows of the record "holiday", read for each act: it is small, and another server may
   have changed it. */
static Calendar *read_calendar(DbTx *tx, Arena *arena, GError **error) {
  g_autoptr(Calendar) calendar = calendar_new();
  const Record *holiday = dict_find("holiday");
  if (!holiday)
    return g_steal_pointer(&calendar);
  const DbResult *found = db_query(tx, arena, "SELECT date, working FROM holiday WHERE state = 'active'", DB_NO_ARGS,
                                   error);
  if (!found)
    return NULL;
  for (guint i = 0; i < found->rows; i++)
    calendar_set(calendar, DB_CELL(found, i, 0)->integer, DB_CELL(found, i, 1)->integer == 1);
  return g_steal_pointer(&calendar);
}

gboolean workflow_day_off(DbTx *tx, Arena *arena, gint64 day, gboolean *off, GError **error) {
  g_autoptr(Calendar) calendar = read_calendar(tx, arena, error);
  *off = calendar && !calendar_is_working(calendar, day);
  return calendar != NULL;
}

gboolean context_init(Context *context, Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, GError **error) {
  context->tx = tx;
  context->arena = arena;
  context->viewer = viewer;
  context->files = engine->files;
  context->zone = engine->zone;
  context->now = engine_now(engine);
  context->today = date_of_time(context->now, engine->zone);
  context->calendar = read_calendar(tx, arena, error);
  return context->calendar != NULL;
}

void context_clear(Context *context) {
  calendar_free((Calendar *)context->calendar);
}
