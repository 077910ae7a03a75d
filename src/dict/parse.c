/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text into fields, with a sentence that names the remedy for each thing wrong. */
#include "base/date.h"
#include "base/lang.h"
#include "base/money.h"
#include "base/reading.h"
#include "dict/dict.h"
#include <string.h>

enum {
  TEXT_MOST = 200,
  LONGTEXT_MOST = 20000,
  FILES_MOST = 20,
  ZERO_WIDTH_NON_JOINER = 0x200c,
  ZERO_WIDTH_JOINER = 0x200d
};
#define NUMBER_MOST G_GINT64_CONSTANT(1000000000000000) /* what every JSON reader keeps exactly */

gint64 dict_most(const Field *field) {
  if (field->kind == KIND_TEXT || field->kind == KIND_LONGTEXT)
    return field->most ? field->most : field->kind == KIND_TEXT ? TEXT_MOST : LONGTEXT_MOST;
  return field->most > field->least ? field->most : NUMBER_MOST;
}

gint64 dict_least(const Field *field) {
  return field->most > field->least ? field->least : field->kind == KIND_NUMBER ? -NUMBER_MOST : 0;
}

static gboolean wrong(const Field *field, const char *language, Refusal *refusal, const char *message,
                      const char *detail) {
  const char *label = lang_text(language, field->label);
  g_autofree char *rest = g_strdup_printf(lang_text(language, message), detail ? detail : "");
  return refusal_addf(refusal, REFUSAL_INVALID, REASON_FIELD, field->name, lang_text(language, N_("%s: %s")), label,
                      rest);
}

/* Characters that nobody sees: they turn the direction of writing, or make two texts out of one. Phones and
   spreadsheets paste them along, so they are left out rather than refused. Joiners make other letters, and stay. */
static gboolean is_unseen(gunichar letter) {
  return g_unichar_type(letter) == G_UNICODE_FORMAT && letter != ZERO_WIDTH_JOINER && letter != ZERO_WIDTH_NON_JOINER;
}

static gboolean is_broken(gunichar letter, gboolean lines) {
  const GUnicodeType type = g_unichar_type(letter);
  return (type == G_UNICODE_CONTROL && letter != '\t' && !(lines && (letter == '\n' || letter == '\r'))) ||
         type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* Without blanks at both ends; NULL where nothing is to be seen. */
static const char *seen_text(Arena *arena, const char *text) {
  g_autoptr(GString) seen = g_string_new(NULL);
  gsize end = 0;
  gboolean any = FALSE;
  for (; *text; text = g_utf8_next_char(text)) {
    const gunichar letter = g_utf8_get_char(text);
    if (is_unseen(letter) || (g_unichar_isspace(letter) && !end))
      continue;
    g_string_append_unichar(seen, letter);
    if (!g_unichar_isspace(letter))
      end = seen->len;
    any = any || (g_unichar_isgraph(letter) && !g_unichar_iszerowidth(letter));
  }
  return any ? arena_strndup(arena, seen->str, end) : NULL;
}

static gboolean parse_text(Arena *arena, const Field *field, const char *text, const char *language, void *row,
                           Refusal *refusal) {
  const glong most = (glong)dict_most(field);
  if (!g_utf8_validate(text, -1, NULL))
    return wrong(field, language, refusal, N_("this is not valid UTF-8 text."), NULL);
  if (g_utf8_strlen(text, -1) > most) {
    g_autofree char *limit = g_strdup_printf("%ld", most);
    return wrong(field, language, refusal, N_("too long; at most %s characters."), limit);
  }
  for (const char *at = text; *at; at = g_utf8_next_char(at))
    if (is_broken(g_utf8_get_char(at), field->kind == KIND_LONGTEXT))
      return wrong(field, language, refusal, N_("line breaks and control characters are not possible here."), NULL);
  *dict_text(field, row) = seen_text(arena, text);
  return TRUE;
}

static gboolean wrong_choice(const Field *field, const char *language, Refusal *refusal, const char *message) {
  g_autoptr(GString) codes = g_string_new(NULL);
  for (const Choice *choice = field->choices; choice->code; choice++)
    g_string_append_printf(codes, "%s%s", codes->len ? ", " : "", choice->code);
  return wrong(field, language, refusal, message, codes->str);
}

static gboolean parse_choice(const Field *field, const char *text, const char *language, void *row, Refusal *refusal) {
  const Choice *choice = dict_choice(field->choices, text);
  if (!choice)
    return wrong_choice(field, language, refusal, N_("choose one of: %s."));
  *dict_text(field, row) = choice->code;
  return TRUE;
}

/* Kept in the order of the choices, so that equal sets are equal texts. */
static gboolean parse_set(Arena *arena, const Field *field, const char *text, const char *language, void *row,
                          Refusal *refusal) {
  g_auto(GStrv) codes = g_strsplit(text, ",", -1);
  for (char **code = codes; *code; code++)
    if (*g_strstrip(*code) && !dict_choice(field->choices, *code))
      return wrong_choice(field, language, refusal, N_("choose among: %s."));
  g_autoptr(GString) kept = g_string_new(NULL);
  for (const Choice *choice = field->choices; choice->code; choice++)
    if (g_strv_contains((const char *const *)codes, choice->code))
      g_string_append_printf(kept, "%s%s", kept->len ? "," : "", choice->code);
  *dict_text(field, row) = kept->len ? arena_strdup(arena, kept->str) : NULL;
  return TRUE;
}

static gboolean parse_files(Arena *arena, const Field *field, const char *text, const char *language, void *row,
                            Refusal *refusal) {
  g_auto(GStrv) ids = g_strsplit(text, ",", -1);
  g_autoptr(GString) kept = g_string_new(NULL);
  for (char **id = ids; *id; id++) {
    guint64 number;
    if (*g_strstrip(*id) && !g_ascii_string_to_unsigned(*id, 10, 1, G_MAXINT64, &number, NULL))
      return wrong(field, language, refusal, N_("choose an entry of the list."), NULL);
    if (**id)
      g_string_append_printf(kept, "%s%" G_GUINT64_FORMAT, kept->len ? "," : "", number);
  }
  if (g_strv_length(ids) > FILES_MOST) {
    g_autofree char *most = g_strdup_printf("%d", FILES_MOST);
    return wrong(field, language, refusal, N_("too many files; at most %s at once."), most);
  }
  *dict_text(field, row) = kept->len ? arena_strdup(arena, kept->str) : NULL;
  return TRUE;
}

/* Decimals that a form shows for a kind; JSON gives units. */
static int places(Kind kind) {
  return kind == KIND_MONEY     ? MONEY_PLACES
         : kind == KIND_PERCENT ? PERCENT_PLACES
         : kind == KIND_LENGTH  ? LENGTH_PLACES
         : kind == KIND_DECIMAL ? DECIMAL_PLACES
                                : 0;
}

/* A limit as people read it: "30,000", "0.1", "¥1,000.00". Caller frees. */
static char *bound_text(const Field *field, gint64 units) {
  if (field->kind == KIND_MONEY)
    return reading_money(units);
  gint64 whole = 1;
  for (int i = places(field->kind); i > 0; i--)
    whole *= 10;
  return units % whole ? money_format(units, places(field->kind), ",") : money_format(units / whole, 0, ",");
}

static gboolean parse_number(const Field *field, const char *text, InputStyle style, const char *language, void *row,
                             Refusal *refusal) {
  const int decimals = places(field->kind);
  gint64 units;
  if (style == INPUT_JSON ? !g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &units, NULL)
                          : !money_parse(text, decimals, &units))
    return decimals && style == INPUT_FORM
               ? wrong(field, language, refusal, N_("write a number such as %s."), decimals == 2 ? "1234.50" : "1234.5")
               : wrong(field, language, refusal, N_("write a whole number such as %s."), "12");
  const gint64 least = dict_least(field), most = dict_most(field);
  if (units < least || units > most) {
    g_autofree char *low = bound_text(field, least), *high = bound_text(field, most);
    g_autofree char *range = g_strdup_printf("%s – %s", low, high);
    return wrong(field, language, refusal, N_("out of range; possible is %s."), range);
  }
  *dict_integer(field, row) = units;
  return TRUE;
}

static gboolean parse_id(const Field *field, const char *text, const char *language, void *row, Refusal *refusal) {
  guint64 id;
  if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &id, NULL))
    return wrong(field, language, refusal, N_("choose an entry of the list."), NULL);
  *dict_integer(field, row) = (gint64)id;
  return TRUE;
}

static gboolean parse_yesno(const Field *field, const char *text, const char *language, void *row, Refusal *refusal) {
  static const char *const yes[] = {"1", "true", "yes", "on", NULL}, *const no[] = {"0", "false", "no", "off", NULL};
  if (!g_strv_contains(yes, text) && !g_strv_contains(no, text))
    return wrong(field, language, refusal, N_("answer yes or no."), NULL);
  *dict_integer(field, row) = g_strv_contains(yes, text);
  return TRUE;
}

gboolean dict_parse(Arena *arena, const Field *field, const char *text, InputStyle style, const char *language,
                    void *row, Refusal *refusal) {
  if (!text || !*text) {
    if (dict_is_text(field))
      *dict_text(field, row) = NULL;
    else
      *dict_integer(field, row) = DICT_UNSET;
    return TRUE;
  }
  switch (field->kind) {
  case KIND_TEXT:
  case KIND_LONGTEXT: return parse_text(arena, field, text, language, row, refusal);
  case KIND_CHOICE: return parse_choice(field, text, language, row, refusal);
  case KIND_SET: return parse_set(arena, field, text, language, row, refusal);
  case KIND_FILES:
  case KIND_REFS: return parse_files(arena, field, text, language, row, refusal);
  case KIND_REF:
  case KIND_FILE: return parse_id(field, text, language, row, refusal);
  case KIND_YESNO: return parse_yesno(field, text, language, row, refusal);
  case KIND_DATE:
    return date_parse(text, dict_integer(field, row)) ||
           wrong(field, language, refusal, N_("write a date such as %s."), "2026-11-24");
  case KIND_TIME:
    return date_time_parse(text, dict_integer(field, row)) ||
           wrong(field, language, refusal, N_("write a time such as %s."), "2026-11-24T09:30:00Z");
  default: return parse_number(field, text, style, language, row, refusal);
  }
}
