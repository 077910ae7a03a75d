/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies. Uploads go to disk and through SHA-256 piece by piece, so that memory stays flat whatever their size. */
#include "web/body.h"
#include "base/lang.h"
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
  FIELDS_LIMIT = 2000,
  PARTS_LIMIT = 64,
  POST_BUFFER = 65536,
  DISCARD_LIMIT = 8 << 20,
  RESERVE = 256 << 20, /* bytes of the disk that uploads leave free, on a small one a twentieth of it */
};
#define NO_ROOM N_("the server cannot store the upload: its disk is full; nothing was changed")

static void refuse(Body *body, guint status, const char *reason) {
  if (body->status)
    return;
  body->status = status;
  body->reason = reason;
}

static void close_file(Body *body) {
  if (body->file < 0)
    return;
  close(body->file);
  body->file = -1;
  body->part->sha256 = arena_strdup(body->request->arena, g_checksum_get_string(body->checksum));
  g_clear_pointer(&body->checksum, g_checksum_free);
  body->part = NULL;
}

static void close_field(Body *body) {
  if (!body->field)
    return;
  Request *request = body->request;
  const gsize length = body->field->len;
  if (!g_utf8_validate(body->field->str, (gssize)length, NULL))
    refuse(body, 400, N_("a form field is not UTF-8"));
  const RequestPair pair
      = { .name = body->field_name, .value = arena_strndup(request->arena, body->field->str, length) };
  g_array_append_val(request->fields, pair);
  g_string_free(g_steal_pointer(&body->field), TRUE);
}

static void open_file(Body *body, const char *name, const char *filename, const char *type) {
  Request *request = body->request;
  char *path = arena_printf(request->arena, "%s/upload-XXXXXX", body->folder);
  body->file = mkostemp(path, O_CLOEXEC);
  if (body->file < 0) {
    refuse(body, 507, NO_ROOM);
    return;
  }
  RequestPart *part = arena_new_of(request->arena, RequestPart, 1);
  *part = (RequestPart){.field = arena_strdup(request->arena, name),
                        .filename = arena_strdup(request->arena, filename),
                        .type = arena_strdup(request->arena, type),
                        .path = path};
  g_ptr_array_add(request->parts, part);
  body->part = part;
  body->checksum = g_checksum_new(G_CHECKSUM_SHA256);
}

static void begin_item(Body *body, const char *name, const char *filename, const char *type) {
  close_field(body);
  close_file(body);
  if (!name || !g_utf8_validate(name, -1, NULL) || (filename && !g_utf8_validate(filename, -1, NULL)))
    refuse(body, 400, N_("a form field's name is not UTF-8"));
  else if (body->request->fields->len >= FIELDS_LIMIT || body->request->parts->len >= PARTS_LIMIT)
    refuse(body, 413, N_("the form has too many fields"));
  else if (filename && *filename)
    open_file(body, name, filename, type);
  else if (!filename) {
    body->field = g_string_new(NULL);
    body->field_name = arena_strdup(body->request->arena, name);
  }
}

/* Where a packet ends before an item's first byte, the library announces the item without any and then again. */
static gboolean is_announced(const Body *body, const char *name, const char *filename) {
  if (body->file >= 0)
    return !body->part->size && name && !strcmp(body->part->field, name) && !g_strcmp0(body->part->filename, filename);
  return body->field && !body->field->len && !filename && name && !strcmp(body->field_name, name);
}

/* The last of the disk is the database's, so that people can still act when somebody's uploads have filled it. */
static gboolean has_room(int file) {
  struct statvfs disk;
  return fstatvfs(file, &disk)
         || (guint64)disk.f_bavail * disk.f_frsize > MIN((guint64)RESERVE, (guint64)disk.f_blocks * disk.f_frsize / 20);
}

static void write_file(Body *body, const char *data, gsize size) {
  g_checksum_update(body->checksum, (const guchar *)data, (gssize)size);
  body->part->size += size;
  if (!has_room(body->file))
    refuse(body, 507, NO_ROOM);
  while (size && !body->status) {
    const ssize_t written = write(body->file, data, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      refuse(body, 507, NO_ROOM);
      return;
    }
    data += written;
    size -= (gsize)written;
  }
}

static enum MHD_Result take_item(void *data, enum MHD_ValueKind kind, const char *name, const char *filename,
                                 const char *type, const char *encoding, const char *bytes, uint64_t offset,
                                 size_t size) {
  Body *body = data;
  if (body->status)
    return MHD_YES;
  if (!offset && !is_announced(body, name, filename))
    begin_item(body, name, filename, type);
  if (body->status)
    return MHD_YES;
  if (body->file >= 0)
    write_file(body, bytes, size);
  else if (body->field && (body->kept += size) > body->memory_limit)
    refuse(body, 413, N_("the form is too large"));
  else if (body->field && memchr(bytes, 0, size))
    refuse(body, 400, N_("a form field holds NUL"));
  else if (body->field)
    g_string_append_len(body->field, bytes, (gssize)size);
  return MHD_YES;
}

static gboolean is_type(const Request *request, const char *type) {
  const char *header = request_header(request, "Content-Type");
  const gsize length = strlen(type);
  return header && !g_ascii_strncasecmp(header, type, length) && strchr("; \t", header[length]);
}

gboolean body_begin(Body *body, Request *request, const char *folder, gsize memory_limit) {
  *body = (Body){ .request = request, .folder = folder, .memory_limit = memory_limit, .file = -1 };
  if (!is_type(request, "multipart/form-data"))
    return TRUE;
  body->post = MHD_create_post_processor(request->connection, POST_BUFFER, take_item, body);
  if (!body->post)
    refuse(body, 400, N_("the form has no boundary"));
  return body->post != NULL;
}

gboolean body_take(Body *body, const char *data, gsize size) {
  body->received += size;
  if (body->received > body->request->body_limit)
    refuse(body, 413, N_("the body is too large"));
  if (body->received > body->request->body_limit + DISCARD_LIMIT)
    return FALSE;
  if (body->status)
    return TRUE;
  if (body->post) {
    if (MHD_post_process(body->post, data, size) != MHD_YES)
      refuse(body, 400, N_("the form is not well formed"));
  } else if (body->request->body->len + size > body->memory_limit)
    refuse(body, 413, N_("the body is too large"));
  else
    g_string_append_len(body->request->body, data, (gssize)size);
  return TRUE;
}

void body_end(Body *body) {
  Request *request = body->request;
  if (body->post) {
    if (MHD_destroy_post_processor(g_steal_pointer(&body->post)) != MHD_YES)
      refuse(body, 400, N_("the form ends too early"));
    close_field(body);
    close_file(body);
    return;
  }
  if (is_type(request, "application/x-www-form-urlencoded")
      && (strlen(request->body->str) != request->body->len
          || !request_decode_pairs(request, request->fields, request->body->str)))
    refuse(body, 400, N_("the form is not well formed"));
}

void body_clear(Body *body) {
  if (!body->request)
    return;
  if (body->post)
    MHD_destroy_post_processor(body->post);
  close_file(body);
  if (body->field)
    g_string_free(body->field, TRUE);
  for (guint i = 0; i < body->request->parts->len; i++)
    unlink(((RequestPart *)body->request->parts->pdata[i])->path);
}
