/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In SQLite "$1" is a parameter's name, numbered by its first appearance, so "$2, $1" would be bound the wrong way
   round. A small lexer finds the real placeholders; it follows SQLite's rules, for SQLite reads the outcome. */
#include "db/placeholder.h"
#include <string.h>

/* A character that continues a name: "a$1" is a name, not a placeholder. */
static gboolean is_name(char c) { return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80; }

/* Where the quoted text that begins at `at` ends; a doubled quote needs no care, for it ends one and begins another. */
static const char *quoted_end(const char *at, char quote) {
  const char *end = strchr(at + 1, quote);
  return end ? end + 1 : at + strlen(at);
}

static const char *comment_end(const char *at) {
  const char *end = at[0] == '-' ? strchr(at, '\n') : strstr(at + 2, "*/");
  if (!end)
    return at + strlen(at);
  return at[0] == '-' ? end + 1 : end + 2;
}

/* The end of what must be copied as it stands: text in quotes, a comment, a word, or one other character. */
static const char *token_end(const char *at) {
  if (*at == '\'' || *at == '"' || *at == '`')
    return quoted_end(at, *at);
  if (*at == '[')
    return quoted_end(at, ']');
  if ((at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*'))
    return comment_end(at);
  const char *end = at;
  while (is_name(*end))
    end++;
  return end > at ? end : at + 1;
}

char *placeholder_rewrite(const char *sql) {
  GString *out = g_string_sized_new(strlen(sql) + 1);
  for (const char *at = sql, *end; *at; at = end) {
    end = token_end(at);
    gboolean number = *at == '$' && end - at > 1;
    for (const char *digit = at + 1; number && digit < end; digit++)
      number = g_ascii_isdigit(*digit);
    g_string_append_c(out, number ? '?' : *at);
    g_string_append_len(out, at + 1, end - at - 1);
  }
  return g_string_free(out, FALSE);
}
