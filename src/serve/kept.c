/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token is "MAC EXPIRES SIZE SHA256 FIELD TYPE NAME"; the MAC is over the rest and what it is good for. */
#include "serve/kept.h"
#include <sodium.h>
#include <string.h>

enum { KEPT_SECONDS = 3600, MAC_CHARACTERS = crypto_auth_BYTES * 2, PARTS = 7, SHOWN = 32 /* files of one form */ };

typedef struct {
  unsigned char bytes[crypto_auth_KEYBYTES];
} Key;

static gboolean migrate(DbTx *tx, gpointer data, GError **error) {
  unsigned char bytes[crypto_auth_KEYBYTES];
  char hexadecimal[sizeof bytes * 2 + 1];
  crypto_auth_keygen(bytes);
  const char *text = sodium_bin2hex(hexadecimal, sizeof hexadecimal, bytes, sizeof bytes);
  static const char table[] = "CREATE TABLE IF NOT EXISTS kept_key (id BIGINT PRIMARY KEY, value TEXT)";
  return db_exec(tx, table, DB_NO_ARGS, error) >= 0 &&
         db_exec(tx, "INSERT INTO kept_key (id, value) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", DB_ARGS(DB_T(text)),
                 error) >= 0;
}

gboolean kept_migrate(Db *db, GError **error) {
  return db_write_alone(db, migrate, NULL, error);
}

static gboolean read_key(DbTx *tx, gpointer data, GError **error) {
  Key *key = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena, "SELECT value FROM kept_key WHERE id = 1", DB_NO_ARGS, error);
  if (found && found->rows && !sodium_hex2bin(key->bytes, sizeof key->bytes, DB_CELL(found, 0, 0)->text,
                                              DB_CELL(found, 0, 0)->length, NULL, NULL, NULL))
    return TRUE;
  if (found)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "there is no key for kept files");
  return FALSE;
}

/* In hexadecimal, of what a token says, for this user, command and row. */
static const char *mac_of(const Visit *visit, const Command *command, const Key *key, const char *said) {
  unsigned char mac[crypto_auth_BYTES];
  Arena *arena = visit->request->arena;
  const char *whole = arena_printf(arena, "%" G_GINT64_FORMAT " %s %s %s", visit->session.viewer.user_id, command->name,
                                   visit_part(visit, 1), said);
  crypto_auth(mac, (const unsigned char *)whole, strlen(whole), key->bytes);
  return sodium_bin2hex(arena_alloc(arena, MAC_CHARACTERS + 1), MAC_CHARACTERS + 1, mac, sizeof mac);
}

static gboolean is_refused(const Refusal *refusal, const char *field) {
  for (guint i = 0; i < refusal->reasons->len; i++)
    if (!g_strcmp0(((const Reason *)refusal->reasons->pdata[i])->name, field))
      return TRUE;
  return FALSE;
}

const ViewKept *kept_offer(const Visit *visit, DbTx *tx, const Command *command, GError **error) {
  Arena *arena = visit->request->arena;
  ViewKept *kept = arena_new_of(arena, ViewKept, SHOWN + 1);
  const gint64 expires = engine_now(visit->app->engine) + KEPT_SECONDS;
  guint count = 0;
  Key key;
  if (!visit->files || !visit->files->field)
    return kept;
  if (!read_key(tx, &key, error))
    return NULL;
  for (const ActFile *file = visit->files; file->field && count < SHOWN; file++) {
    const Field *field = dict_field(dict_find(command->record), file->field);
    if (!field || field->target || !file->type || is_refused(visit->refusal, file->field))
      continue;
    const char *said = arena_printf(arena, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %s %s", expires, file->size,
                                    file->sha256, file->field, file->type, file->name);
    kept[count++] = (ViewKept){.field = file->field, .name = file->name,
                               .token = arena_printf(arena, "%s %s", mac_of(visit, command, &key, said), said)};
  }
  return kept;
}

/* Reads a token into *file; FALSE when it is not good. */
static gboolean take_token(const Visit *visit, const Command *command, const Key *key, const char *token,
                           ActFile *file) {
  Arena *arena = visit->request->arena;
  g_auto(GStrv) parts = g_strsplit(token, " ", PARTS);
  if (g_strv_length(parts) != PARTS || strlen(parts[0]) != MAC_CHARACTERS)
    return FALSE;
  const char *mac = mac_of(visit, command, key, token + MAC_CHARACTERS + 1);
  *file = (ActFile){.field = arena_strdup(arena, parts[4]), .name = arena_strdup(arena, parts[6]),
                    .type = arena_strdup(arena, parts[5]), .sha256 = arena_strdup(arena, parts[3]),
                    .size = g_ascii_strtoll(parts[2], NULL, 10)};
  return !sodium_memcmp(mac, parts[0], MAC_CHARACTERS) &&
         g_ascii_strtoll(parts[1], NULL, 10) > engine_now(visit->app->engine);
}

static gboolean is_chosen(const ActFile *files, const char *field) {
  for (; files->field; files++)
    if (!strcmp(files->field, field))
      return TRUE;
  return FALSE;
}

const ActFile *kept_take(Visit *visit, const Command *command, const ActFile *chosen, GError **error) {
  const Request *request = visit->request;
  guint count = 0;
  Key key;
  if (visit->api || !request_field(request, KEPT_INPUT))
    return chosen;
  if (!db_read(engine_db(visit->app->engine), read_key, &key, error))
    return NULL;
  while (chosen[count].field)
    count++;
  ActFile *files = arena_new_of(request->arena, ActFile, count + request->fields->len + 1);
  memcpy(files, chosen, sizeof(ActFile) * count);
  for (guint i = 0; i < request->fields->len; i++) {
    const RequestPair *pair = &g_array_index(request->fields, RequestPair, i);
    ActFile file;
    if (strcmp(pair->name, KEPT_INPUT))
      continue;
    if (!take_token(visit, command, &key, pair->value, &file)) {
      refusal_add(visit->refusal, REFUSAL_INVALID, REASON_OTHER, KEPT_INPUT,
                  visit_text(visit, N_("A file chosen before is no longer at hand; choose it again.")));
      return NULL;
    }
    if (!is_chosen(chosen, file.field))
      files[count++] = file;
  }
  return files;
}
