/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One write() a line, so that lines of several threads do not mix. */
#include "serve/log.h"
#include <string.h>
#include <unistd.h>

static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static guint most = 2; /* set once, at start */

static guint rank(const char *level) {
  guint at = 0;
  while (levels[at] && strcmp(levels[at], level))
    at++;
  return at;
}

static gboolean is_seen(gunichar letter) {
  return g_unichar_isgraph(letter) && !g_unichar_isspace(letter);
}

/* Bare where that is readable, else quoted as in JSON. What a terminal would obey, or not show, is written out. */
static void add(GString *line, const char *name, const char *value) {
  g_autofree char *text = g_utf8_make_valid(value, -1);
  gboolean bare = *text != '\0';
  for (const char *p = text; *p; p = g_utf8_next_char(p))
    bare = bare && *p != '"' && *p != '=' && *p != '\\' && is_seen(g_utf8_get_char(p));
  g_string_append_printf(line, " %s=%s", name, bare ? text : "\"");
  for (const char *p = text; !bare && *p; p = g_utf8_next_char(p)) {
    const gunichar letter = g_utf8_get_char(p);
    if (letter != ' ' && !is_seen(letter))
      g_string_append_printf(line, "\\u%04x", letter);
    else if (letter == '"' || letter == '\\')
      g_string_append_printf(line, "\\%c", (char)letter);
    else
      g_string_append_unichar(line, letter);
  }
  if (!bare)
    g_string_append_c(line, '"');
}

static void add_number(GString *line, const char *name, gint64 value) {
  g_string_append_printf(line, " %s=%" G_GINT64_FORMAT, name, value);
}

/* The beginning of a line; NULL where it is not to be written. */
static GString *begin(const char *level, const char *event) {
  if (rank(level) > most)
    return NULL;
  g_autoptr(GDateTime) now = g_date_time_new_now_utc();
  g_autofree char *second = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S");
  GString *line = g_string_sized_new(256);
  g_string_printf(line, "time=%s.%03dZ level=%s event=%s", second, g_date_time_get_microsecond(now) / 1000, level,
                  event);
  return line;
}

static void end(GString *line) {
  g_string_append_c(line, '\n');
  if (write(STDERR_FILENO, line->str, line->len) < 0)
    most = 0; /* nobody reads it any more */
  g_string_free(line, TRUE);
}

static GLogWriterOutput take_message(GLogLevelFlags flags, const GLogField *fields, gsize count, gpointer data) {
  const char *level = flags & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)   ? "error"
                      : flags & G_LOG_LEVEL_WARNING                        ? "warning"
                      : flags & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO)   ? "info"
                                                                           : "debug";
  GString *line = begin(level, "message");
  if (!line)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < count; i++)
    if (!strcmp(fields[i].key, "MESSAGE"))
      add(line, "text", fields[i].value);
  end(line);
  return G_LOG_WRITER_HANDLED;
}

void log_start(const char *level) {
  most = MIN(rank(level), G_N_ELEMENTS(levels) - 2);
  g_log_set_writer_func(take_message, NULL, NULL);
}

static void add_request(GString *line, const Request *request) {
  add(line, "id", request->id);
  add(line, "method", request->method);
  add(line, "path", request->path);
  add(line, "address", request->address);
  if (request->user_id)
    add_number(line, "user", request->user_id);
}

void log_request(const char *level, const Request *request, const ServerOutcome *outcome) {
  GString *line = begin(outcome->status >= 500 ? "error" : level, "request");
  if (!line)
    return;
  add_request(line, request);
  add_number(line, "status", outcome->status);
  add_number(line, "us", outcome->microseconds);
  add_number(line, "bytes", (gint64)outcome->bytes);
  if (!outcome->complete)
    add(line, "complete", "no");
  end(line);
}

void log_fault(const Request *request, const char *message) {
  GString *line = begin("error", "fault");
  if (!line)
    return;
  add_request(line, request);
  add(line, "text", message);
  end(line);
}
