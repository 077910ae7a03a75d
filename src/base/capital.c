/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numerals go in groups of four, each followed by its unit. */
#include "base/capital.h"

enum { GROUP = 10000 };

typedef struct {
  const char *digits[10], *places[4], *groups[5]; /* places: within a group; groups: behind one, yuan aside */
  const char *minus;
} Numerals;

static const Numerals scripts[] = {
  {.digits = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}, .places = {"", "拾", "佰", "仟"},
   .groups = {"", "万", "亿", "万", "亿"}, .minus = "负"},
  {.digits = {"零", "壹", "貳", "參", "肆", "伍", "陸", "柒", "捌", "玖"}, .places = {"", "拾", "佰", "仟"},
   .groups = {"", "萬", "億", "萬", "億"}, .minus = "負"},
};

/* Text under way; whether zeros were passed over since the last numeral, and whether there was one at all. */
typedef struct {
  const Numerals *numerals;
  GString *text;
  gboolean zeros, begun;
} Capital;

static void add_digit(Capital *capital, guint digit, const char *unit) {
  if (!digit) {
    capital->zeros = capital->begun;
    return;
  }
  g_string_append_printf(capital->text, "%s%s%s", capital->zeros ? capital->numerals->digits[0] : "",
                         capital->numerals->digits[digit], unit);
  capital->zeros = FALSE;
  capital->begun = TRUE;
}

/* A group's unit stands behind its numerals; 亿 also where only the 万 above it holds any ("壹万亿"). */
static void add_yuan(Capital *capital, guint64 yuan) {
  guint64 divisor = (guint64)GROUP * GROUP * GROUP * GROUP;
  gboolean above = FALSE;
  for (int group = 4; group >= 0; group--, divisor /= GROUP) {
    const guint part = (guint)(yuan / divisor % GROUP);
    for (guint place = 4, tens = 1000; place-- > 0; tens /= 10)
      add_digit(capital, part / tens % 10, capital->numerals->places[place]);
    if (part || (group == 2 && above))
      g_string_append(capital->text, capital->numerals->groups[group]);
    above = part || (above && group != 2);
  }
}

char *capital_money(gint64 fen, gboolean traditional) {
  const Numerals *numerals = &scripts[traditional ? 1 : 0];
  Capital capital = {.numerals = numerals, .text = g_string_new(fen < 0 ? numerals->minus : NULL)};
  const guint64 amount = fen < 0 ? 0 - (guint64)fen : (guint64)fen, yuan = amount / 100;
  const guint jiao = (guint)(amount / 10 % 10), least = (guint)(amount % 10);
  add_yuan(&capital, yuan);
  if (yuan || !amount)
    g_string_append_printf(capital.text, "%s元", yuan ? "" : numerals->digits[0]);
  add_digit(&capital, jiao, "角");
  add_digit(&capital, least, "分");
  if (!least)
    g_string_append(capital.text, "整");
  return g_string_free(capital.text, FALSE);
}
