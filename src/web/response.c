/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers, with the security headers that every one of them carries. */
#include "web/response.h"
#include "web/request.h"
#include <microhttpd.h>
#include <string.h>
#include <unistd.h>

static const RequestPair defaults[] = {
  { "Content-Security-Policy", "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                               "frame-ancestors 'none'; base-uri 'none'; form-action 'self'" },
  { "X-Content-Type-Options", "nosniff" },
  { "Referrer-Policy", "same-origin" },
  { "Cross-Origin-Opener-Policy", "same-origin" },
  { "Cache-Control", "no-store" },
};

void response_init(Response *response, Arena *arena) {
  *response = (Response){ .arena = arena,
                          .status = 200,
                          .type = "text/html; charset=utf-8",
                          .body = g_string_new(NULL),
                          .file = -1,
                          .headers = g_array_new(FALSE, FALSE, sizeof(RequestPair)) };
}

void response_clear(Response *response) {
  if (response->body)
    g_string_free(response->body, TRUE);
  g_clear_pointer(&response->bytes, g_bytes_unref);
  if (response->file >= 0)
    close(response->file);
  if (response->reader && response->reader_free)
    response->reader_free(response->reader_data);
  g_array_unref(response->headers);
}

void response_header(Response *response, const char *name, const char *value) {
  char *copy = arena_strdup(response->arena, value);
  for (char *c = copy; *c; c++)
    if ((guchar)*c < 0x20 || *c == 0x7f)
      *c = ' ';
  g_array_append_val(response->headers, ((RequestPair){ .name = name, .value = copy }));
}

void response_cookie(Response *response, const char *name, const char *value, int seconds, gboolean secure) {
  const char *age = seconds < 0 ? "" : arena_printf(response->arena, "; Max-Age=%d", seconds);
  response_header(response, "Set-Cookie",
                  arena_printf(response->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name, value, age,
                               secure ? "; Secure" : ""));
}

void response_redirect(Response *response, const char *location) {
  response->status = 303;
  response->type = NULL;
  response_header(response, "Location", location);
}

void response_text(Response *response, guint status, const char *text) {
  response->status = status;
  response->type = "text/plain; charset=utf-8";
  g_string_assign(response->body, text);
}

static void free_string(void *string) {
  g_string_free(string, TRUE);
}

guint64 response_size(const Response *response) {
  if (response->reader)
    return 0;
  if (response->file >= 0)
    return response->file_size;
  return response->bytes ? g_bytes_get_size(response->bytes) : response->body->len;
}

static void free_bytes(void *bytes) {
  g_bytes_unref(bytes);
}

static struct MHD_Response *make_source(Response *r) {
  if (r->reader) {
    struct MHD_Response *made
        = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, r->reader, r->reader_data, r->reader_free);
    r->reader = NULL;
    return made;
  }
  if (r->file >= 0) {
    struct MHD_Response *made = MHD_create_response_from_fd64(r->file_size, r->file);
    r->file = -1;
    return made;
  }
  if (r->bytes) {
    gsize size;
    const void *data = g_bytes_get_data(r->bytes, &size);
    return MHD_create_response_from_buffer_with_free_callback_cls(size, (void *)data, free_bytes,
                                                                  g_steal_pointer(&r->bytes));
  }
  GString *body = g_steal_pointer(&r->body);
  return MHD_create_response_from_buffer_with_free_callback_cls(body->len, body->str, free_string, body);
}

static gboolean is_set(const Response *response, const char *name) {
  for (guint i = 0; i < response->headers->len; i++)
    if (!g_ascii_strcasecmp(g_array_index(response->headers, RequestPair, i).name, name))
      return TRUE;
  return FALSE;
}

struct MHD_Response *response_make(Response *response, const char *request_id, gboolean secure) {
  struct MHD_Response *made = make_source(response);
  if (!made)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(defaults); i++)
    if (!is_set(response, defaults[i].name))
      MHD_add_response_header(made, defaults[i].name, defaults[i].value);
  for (guint i = 0; i < response->headers->len; i++) {
    const RequestPair *pair = &g_array_index(response->headers, RequestPair, i);
    MHD_add_response_header(made, pair->name, pair->value);
  }
  if (response->type)
    MHD_add_response_header(made, "Content-Type", response->type);
  if (secure)
    MHD_add_response_header(made, "Strict-Transport-Security", "max-age=31536000");
  MHD_add_response_header(made, "X-Request-Id", request_id);
  return made;
}
