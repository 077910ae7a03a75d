/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads: bytes go into the content-addressed store before the act and outside of its transaction; what the act then
   refuses stays there without a name and harms nobody. */
#include "serve/upload.h"
#include "serve/visit.h"
#include <fcntl.h>
#include <magic.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define UNKNOWN_TYPE "application/octet-stream"

enum {
  TYPE_BYTES = 65536, /* the type is told from so many, at the start */
  DXF_BYTES = 4096,   /* and whether a text is a DXF from so many */
  NAME_MOST = 200     /* characters of a file's name */
};

void upload_allow(const App *app, Request *request) {
  const char *type = request_header(request, "Content-Type");
  if (!type || g_ascii_strncasecmp(type, "multipart/form-data", strlen("multipart/form-data")))
    return;
  Visit visit = {.app = app, .request = request, .language = "en", .api = g_str_has_prefix(request->path, "/api/")};
  if (db_read(engine_db(app->engine), visit_admit, &visit, NULL) && visit.session.viewer.user_id)
    request->body_limit = (guint64)app->config->upload_bytes;
}

/* A DXF in its binary form, or one that begins with comments or with other blanks than magic's list knows. */
static gboolean is_dxf(const char *bytes, gsize size) {
  static const char binary[] = "AutoCAD Binary DXF\r\n\x1a";
  if (size >= sizeof(binary) && !memcmp(bytes, binary, sizeof(binary)))
    return TRUE;
  g_autofree char *start = g_strndup(bytes, MIN(size, DXF_BYTES));
  static const char head[] = "\\A(\\s*999[ \\t]*\\r?\\n[^\\n]*\\n)*\\s*0[ \\t]*\\r?\\n[ \\t]*SECTION[ \\t]*\\r?\\n";
  return g_regex_match_simple(head, start, G_REGEX_RAW, 0);
}

/* The media type by the content, not by the name or type that the client gave. What looks into archives or programs is
   left out: a hostile file gets no more code to talk to than telling its kind needs. */
static const char *type_of(Arena *arena, const char *bytes, gsize size) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static magic_t magic; /* not thread-safe, and large: one for all, opened when first needed */
  pthread_mutex_lock(&mutex);
  if (!magic) {
    magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF);
    if (magic && magic_load(magic, NULL))
      g_warning("the types of files are not known: %s", magic_error(magic));
  }
  const char *type = magic ? magic_buffer(magic, bytes, size) : NULL;
  const gboolean vague = !type || !strcmp(type, UNKNOWN_TYPE) || g_str_has_prefix(type, "text/");
  type = arena_strdup(arena, vague && is_dxf(bytes, size) ? "image/vnd.dxf" : type ? type : UNKNOWN_TYPE);
  pthread_mutex_unlock(&mutex);
  return type;
}

/* A name to show and to save under: the last part of what may be a path, without characters that nobody sees, at most
   NAME_MOST long. */
static const char *plain_name(Arena *arena, const char *sent) {
  g_autoptr(GString) name = g_string_new(NULL);
  guint count = 0;
  for (const char *c = sent; *c && count < NAME_MOST; c = g_utf8_next_char(c)) {
    const gunichar letter = g_utf8_get_char(c);
    const GUnicodeType type = g_unichar_type(letter);
    if (letter == '/' || letter == '\\')
      g_string_truncate(name, count = 0);
    else if (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && ++count)
      g_string_append_unichar(name, letter);
  }
  return arena_strdup(arena, *g_strstrip(name->str) ? name->str : "file");
}

static gboolean fail(const char *path, GError **error) {
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s cannot be read", path);
  return FALSE;
}

/* The first bytes tell the type; the rest was hashed as it came in and is not read again. */
static gboolean keep_part(const App *app, Arena *arena, const RequestPart *part, ActFile *file, GError **error) {
  g_autofree char *start = g_malloc(TYPE_BYTES);
  const int descriptor = open(part->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  const gssize got = descriptor < 0 ? -1 : read(descriptor, start, TYPE_BYTES);
  if (descriptor >= 0)
    close(descriptor);
  if (got < 0)
    return fail(part->path, error);
  file->type = type_of(arena, start, (gsize)got);
  return files_adopt(app->files, part->path, part->sha256, error);
}

/* The PNG of a signature drawn in the browser, "data:image/png;base64,…"; NULL when there is none. */
static guchar *drawn(const Request *request, const char *field, gsize *size) {
  static const char start[] = "data:image/png;base64,";
  g_autofree char *name = g_strconcat(field, "_drawn", NULL);
  const char *text = request_field(request, name);
  return text && g_str_has_prefix(text, start) ? g_base64_decode(text + strlen(start), size) : NULL;
}

static gboolean keep_drawn(const App *app, Arena *arena, const void *bytes, gsize size, ActFile *file, GError **error) {
  g_autofree char *sha256 = files_keep(app->files, bytes, size, error);
  file->type = type_of(arena, bytes, size);
  file->sha256 = arena_strdup(arena, sha256);
  return sha256 != NULL;
}

/* The input of that name, where it takes files; else NULL. */
static const Field *wanted(const Command *command, const char *name) {
  const Field *field = NULL;
  for (const Input *input = command->inputs; input && input->field && !field; input++)
    if (!strcmp(input->field, name))
      field = dict_field(dict_find(command->record), name);
  return field && (field->kind == KIND_FILE || field->kind == KIND_FILES) ? field : NULL;
}

static gboolean has(const ActFile *files, const char *field) {
  for (; files->field; files++)
    if (!strcmp(files->field, field))
      return TRUE;
  return FALSE;
}

const ActFile *upload_take(const App *app, const Request *request, const Command *command, GError **error) {
  Arena *arena = request->arena;
  guint inputs = 0, count = 0;
  while (command->inputs && command->inputs[inputs].field)
    inputs++;
  ActFile *files = arena_new_of(arena, ActFile, request->parts->len + inputs + 1);
  for (guint i = 0; i < request->parts->len; i++) {
    const RequestPart *part = request->parts->pdata[i];
    const Field *field = wanted(command, part->field);
    if (!part->size || (field && field->kind == KIND_FILE && has(files, part->field)))
      continue; /* nothing chosen; or the second of two ways to give the same, chosen and photographed */
    files[count] = (ActFile){
      .field = part->field, .name = plain_name(arena, part->filename), .sha256 = part->sha256,
      .size = (gint64)part->size};
    if (field && !keep_part(app, arena, part, &files[count], error))
      return NULL;
    count++;
  }
  for (guint i = 0; i < inputs; i++) {
    const char *name = command->inputs[i].field;
    gsize size = 0;
    g_autofree guchar *png = wanted(command, name) && !has(files, name) ? drawn(request, name, &size) : NULL;
    if (!png || !size)
      continue;
    files[count] = (ActFile){.field = name, .name = arena_printf(arena, "%s.png", name), .size = (gint64)size};
    if (!keep_drawn(app, arena, png, size, &files[count++], error))
      return NULL;
  }
  return files;
}
