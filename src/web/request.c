/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoding and distrust of requests. The server library lets through heads that a proxy may read otherwise than we
   do (request smuggling); whatever of that can be seen from here is refused. */
#include "web/request.h"
#include "base/lang.h"
#include <string.h>

enum { PAIRS_LIMIT = 2000 };

void request_init(Request *request, Arena *arena) {
  request->arena = arena;
  request->query = g_array_new(FALSE, FALSE, sizeof(RequestPair));
  request->headers = g_array_new(FALSE, FALSE, sizeof(RequestPair));
  request->cookies = g_array_new(FALSE, FALSE, sizeof(RequestPair));
  request->fields = g_array_new(FALSE, FALSE, sizeof(RequestPair));
  request->parts = g_ptr_array_new();
  request->body = g_string_new(NULL);
}

void request_clear(Request *request) {
  g_array_unref(request->query);
  g_array_unref(request->headers);
  g_array_unref(request->cookies);
  g_array_unref(request->fields);
  g_ptr_array_unref(request->parts);
  g_string_free(request->body, TRUE);
}

static const char *find(const GArray *pairs, const char *name, int (*compare)(const char *, const char *)) {
  for (guint i = 0; i < pairs->len; i++) {
    const RequestPair *pair = &g_array_index(pairs, RequestPair, i);
    if (!compare(pair->name, name))
      return pair->value;
  }
  return NULL;
}

const char *request_header(const Request *request, const char *name) {
  return find(request->headers, name, g_ascii_strcasecmp);
}

const char *request_query(const Request *request, const char *name) {
  return find(request->query, name, g_strcmp0);
}

const char *request_cookie(const Request *request, const char *name) {
  return find(request->cookies, name, g_strcmp0);
}

const char *request_field(const Request *request, const char *name) {
  return find(request->fields, name, g_strcmp0);
}

const RequestPart *request_part(const Request *request, const char *field) {
  for (guint i = 0; i < request->parts->len; i++) {
    const RequestPart *part = request->parts->pdata[i];
    if (!strcmp(part->field, field))
      return part;
  }
  return NULL;
}

/* NULL when an escape is broken or stands for NUL, or when the outcome is not UTF-8. */
static char *decode(Arena *arena, const char *text, gsize length, gboolean plus) {
  char *out = arena_alloc(arena, length + 1), *to = out;
  for (gsize i = 0; i < length; i++) {
    char c = text[i];
    if (c == '+' && plus)
      c = ' ';
    if (text[i] == '%') {
      if (i + 2 >= length || !g_ascii_isxdigit(text[i + 1]) || !g_ascii_isxdigit(text[i + 2]))
        return NULL;
      c = (char)(g_ascii_xdigit_value(text[i + 1]) * 16 + g_ascii_xdigit_value(text[i + 2]));
      i += 2;
    }
    if (!c)
      return NULL;
    *to++ = c;
  }
  return g_utf8_validate(out, to - out, NULL) ? out : NULL;
}

static gboolean has_controls(const char *text) {
  for (; *text; text++)
    if ((guchar)*text < 0x20 || *text == 0x7f)
      return TRUE;
  return FALSE;
}

gboolean request_decode_pairs(Request *request, GArray *pairs, const char *text) {
  while (*text) {
    const gsize length = strcspn(text, "&");
    const char *equals = memchr(text, '=', length);
    const gsize name_length = equals ? (gsize)(equals - text) : length;
    const gsize value_length = equals ? length - name_length - 1 : 0;
    const RequestPair pair = { .name = decode(request->arena, text, name_length, TRUE),
                               .value = decode(request->arena, equals ? equals + 1 : "", value_length, TRUE) };
    if (!pair.name || !pair.value || pairs->len >= PAIRS_LIMIT)
      return FALSE;
    if (length)
      g_array_append_val(pairs, pair);
    text += length + (text[length] == '&');
  }
  return TRUE;
}

gboolean request_set_uri(Request *request, const char *uri) {
  request->uri = arena_strdup(request->arena, uri);
  const gsize length = strcspn(uri, "?");
  const char *path = decode(request->arena, uri, length, FALSE);
  if (!path || *path != '/' || has_controls(path) || has_controls(uri))
    return FALSE;
  request->path = path;
  return !uri[length] || request_decode_pairs(request, request->query, uri + length + 1);
}

static guint count(const Request *request, const char *name) {
  guint found = 0;
  for (guint i = 0; i < request->headers->len; i++)
    found += !g_ascii_strcasecmp(g_array_index(request->headers, RequestPair, i).name, name);
  return found;
}

static const char *check_framing(const Request *request, const char *version) {
  const char *length = request_header(request, "Content-Length");
  const char *encoding = request_header(request, "Transfer-Encoding");
  if (count(request, "Host") != 1 && !(count(request, "Host") == 0 && !strcmp(version, "HTTP/1.0")))
    return N_("exactly one Host is needed");
  if (count(request, "Content-Length") > 1 || count(request, "Transfer-Encoding") > 1)
    return N_("Content-Length or Transfer-Encoding stands twice");
  if (length && encoding)
    return N_("Content-Length and Transfer-Encoding exclude each other");
  if (length && (!*length || strspn(length, "0123456789") != strlen(length) || strlen(length) > 18))
    return N_("Content-Length is not a number");
  if (encoding && (g_ascii_strcasecmp(encoding, "chunked") || strcmp(version, "HTTP/1.1")))
    return N_("Transfer-Encoding is not chunked");
  return NULL;
}

const char *request_check_headers(const Request *request, const char *version, gsize header_size) {
  /* A folded line, or text hidden behind a NUL, makes the head longer than the sum of the fields that we were given. */
  gsize seen = strlen(request->method) + strlen(request->uri) + strlen(version) + strlen("  \r\n\r\n");
  for (guint i = 0; i < request->headers->len; i++) {
    const RequestPair *pair = &g_array_index(request->headers, RequestPair, i);
    if (!*pair->name || strcspn(pair->name, " \t\"(),/:;<=>?@[\\]{}") != strlen(pair->name) || has_controls(pair->name))
      return N_("a header's name is not well formed");
    for (const char *c = pair->value; *c; c++)
      if (((guchar)*c < 0x20 && *c != '\t') || *c == 0x7f)
        return N_("a header's value holds control characters");
    if (!g_utf8_validate(pair->name, -1, NULL) || !g_utf8_validate(pair->value, -1, NULL))
      return N_("a header is not UTF-8");
    seen += strlen(pair->name) + strlen(pair->value) + strlen(": \r\n");
  }
  if (header_size > seen)
    return N_("a header is folded, padded or holds NUL");
  return check_framing(request, version);
}

void request_set_cookies(Request *request) {
  for (guint i = 0; i < request->headers->len; i++) {
    const RequestPair *header = &g_array_index(request->headers, RequestPair, i);
    if (g_ascii_strcasecmp(header->name, "Cookie"))
      continue;
    for (const char *at = header->value; *at;) {
      at += strspn(at, "; ");
      const gsize length = strcspn(at, ";");
      const char *equals = memchr(at, '=', length);
      if (equals && request->cookies->len < 100) {
        const gsize name = (gsize)(equals - at);
        const RequestPair pair = { .name = arena_strndup(request->arena, at, name),
                                   .value = arena_strndup(request->arena, equals + 1, length - name - 1) };
        g_array_append_val(request->cookies, pair);
      }
      at += length;
    }
  }
}
