/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads: bytes into the content-addressed store first, then the row that names them. */
#include "serve/upload.h"
#include <string.h>
#include <fcntl.h>
#include <unistd.h>

typedef struct {
  Engine *engine;
  const Viewer *viewer;
  const Row *near;
  const char *name, *sha256, *type;
  gint64 size;
  gboolean for_dealer;
  gint64 id; /* of the row made */
} NewFile;

/* The type by the first bytes, not by the name that the client gave. */
static const char *type_of(const char *bytes, gsize size) {
  static const struct {
    const char *start;
    gsize length;
    const char *type;
  } known[] = {{"%PDF-", 5, "application/pdf"}, {"\x89PNG\r\n\x1a\n", 8, "image/png"}, {"\xff\xd8\xff", 3, "image/jpeg"},
               {"AC10", 4, "image/vnd.dwg"}};
  for (guint i = 0; i < G_N_ELEMENTS(known); i++)
    if (size >= known[i].length && !memcmp(bytes, known[i].start, known[i].length))
      return known[i].type;
  return "application/octet-stream";
}

static gboolean set_text(const Record *record, void *row, const char *name, const char *text) {
  const Field *field = dict_field(record, name);
  if (field)
    *dict_text(field, row) = text;
  return field != NULL;
}

static void set_integer(const Record *record, void *row, const char *name, gint64 integer) {
  const Field *field = dict_field(record, name);
  if (field)
    *dict_integer(field, row) = integer;
}

static gboolean insert(DbTx *tx, gpointer data, GError **error) {
  NewFile *file = data;
  g_autoptr(Arena) arena = arena_new();
  const Record *record = dict_find("file");
  Row *row = dict_new_row(arena, record);
  set_text(record, row, "name", file->name);
  set_text(record, row, "sha256", file->sha256);
  set_text(record, row, "type", file->type);
  set_integer(record, row, "size", file->size);
  set_integer(record, row, "for_dealer", file->for_dealer);
  row->order_id = file->near ? file->near->order_id : 0;
  row->dealer_id = file->near ? file->near->dealer_id : file->viewer->dealer_id;
  row->created_at = engine_now(file->engine);
  row->created_by = file->viewer->user_id;
  const gboolean fine = dict_insert(tx, arena, record, row, error);
  file->id = row->id;
  return fine;
}

/* Stores bytes and makes the row; 0 and error on failure. */
static gint64 keep(const App *app, NewFile *file, const char *bytes, gsize size, int descriptor, GError **error) {
  g_autoptr(FilesWriter) writer = files_begin(app->files, error);
  if (!writer)
    return 0;
  char block[65536];
  if (descriptor < 0) {
    file->type = type_of(bytes, size);
    if (!files_append(writer, bytes, size, error))
      return 0;
  } else {
    gssize got;
    while ((got = read(descriptor, block, sizeof block)) > 0) {
      if (!file->type)
        file->type = type_of(block, (gsize)got);
      if (!files_append(writer, block, (gsize)got, error))
        return 0;
    }
  }
  g_autofree char *sha256 = files_finish(writer, &file->size, error);
  if (!sha256)
    return 0;
  file->sha256 = sha256;
  file->type = file->type ? file->type : "application/octet-stream";
  const gboolean fine = db_write(engine_db(app->engine), insert, file, error);
  file->sha256 = NULL;
  return fine ? file->id : 0;
}

/* The PNG of a signature drawn in the browser, "data:image/png;base64,…"; NULL when there is none. */
static guchar *drawn(const Request *request, const char *field, gsize *size) {
  static const char start[] = "data:image/png;base64,";
  g_autofree char *name = g_strconcat(field, "_drawn", NULL);
  const char *text = request_field(request, name);
  return text && g_str_has_prefix(text, start) ? g_base64_decode(text + strlen(start), size) : NULL;
}

/* What the request sends for one field: the files of its parts that hold something, else a drawn picture. */
static gboolean take_field(const App *app, const Request *request, NewFile *file, const Field *field, GString *ids,
                           GError **error) {
  gsize size = 0;
  for (guint i = 0; i < request->parts->len; i++) { /* one field may have several inputs: chosen, or photographed */
    const RequestPart *part = request->parts->pdata[i];
    if (strcmp(part->field, field->name) || !part->size || (ids->len && field->kind == KIND_FILE))
      continue;
    const int descriptor = open(part->path, O_RDONLY | O_CLOEXEC);
    file->name = part->filename ? part->filename : field->name;
    file->type = NULL;
    const gint64 id = keep(app, file, NULL, 0, descriptor, error);
    close(descriptor);
    if (!id)
      return FALSE;
    g_string_append_printf(ids, "%s%" G_GINT64_FORMAT, ids->len ? "," : "", id);
  }
  g_autofree guchar *png = ids->len ? NULL : drawn(request, field->name, &size);
  if (!png || !size)
    return TRUE;
  file->name = field->name;
  const gint64 id = keep(app, file, (const char *)png, size, -1, error);
  g_string_append_printf(ids, "%" G_GINT64_FORMAT, id);
  return id > 0;
}

gboolean upload_take(const App *app, const Request *request, const Viewer *viewer, const Command *command, const Row *near,
                     GHashTable *inputs, GError **error) {
  const Record *record = dict_find(command->record);
  for (const Input *input = command->inputs; input && input->field; input++) {
    const Field *field = dict_field(record, input->field);
    if (field->kind != KIND_FILE && field->kind != KIND_FILES)
      continue;
    /* a command that takes several opens them to the dealer itself, where it does */
    NewFile file = {.engine = app->engine, .viewer = viewer, .near = near,
                    .for_dealer = field->kind == KIND_FILE && field->shown_to == DEALER};
    g_autoptr(GString) ids = g_string_new(NULL);
    if (!take_field(app, request, &file, field, ids, error))
      return FALSE;
    if (ids->len)
      g_hash_table_insert(inputs, (gpointer)field->name, arena_strdup(request->arena, ids->str));
  }
  return TRUE;
}
