/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text is an address, a query, a form or a cookie, or is refused; what is let in is decoded, valid UTF-8. */
#include "fuzz.h"
#include "web/request.h"
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) { return 0; }

static void check_pairs(const GArray *pairs) {
  for (guint i = 0; i < pairs->len; i++) {
    const RequestPair *pair = &g_array_index(pairs, RequestPair, i);
    g_assert(g_utf8_validate(pair->name, -1, NULL) && g_utf8_validate(pair->value, -1, NULL));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  g_autoptr(Arena) arena = arena_new();
  const char *text = arena_strndup(arena, (const char *)bytes, size);
  Request request = {0};
  request_init(&request, arena);
  request.method = "GET";
  request.uri = text;
  if (request_set_uri(&request, text)) {
    g_assert(*request.path == '/' && g_utf8_validate(request.path, -1, NULL));
    for (const char *at = request.path; *at; at++)
      g_assert((guchar)*at >= ' ' && *at != 0x7f);
    check_pairs(request.query);
  }
  if (request_decode_pairs(&request, request.fields, text))
    check_pairs(request.fields);
  const RequestPair header = {.name = "Cookie", .value = text}, other = {.name = text, .value = text};
  g_array_append_val(request.headers, header);
  g_array_append_val(request.headers, other);
  request_check_headers(&request, "HTTP/1.1", size);
  request_set_cookies(&request);
  request_clear(&request);
  return 0;
}
