/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money, dates, the working calendar, values and the arena. */
#include "base/calendar.h"
#include "base/capital.h"
#include "base/date.h"
#include "base/money.h"
#include "base/reading.h"
#include "base/refusal.h"
#include "base/value.h"
#include <string.h>

static void test_money(void) {
  gint64 fen = 0;
  g_assert_true(money_parse("12,000.5", MONEY_PLACES, &fen));
  g_assert_cmpint(fen, ==, 1200050);
  g_assert_true(money_parse("1 234 567.89 ", MONEY_PLACES, &fen));
  g_assert_cmpint(fen, ==, 123456789);
  g_assert_true(money_parse(" -0.01 ", MONEY_PLACES, &fen));
  g_assert_cmpint(fen, ==, -1);
  static const char *const wrong[] = {"",    ".", "-", "1.234", "1.2.3", "abc", "1,,2", "1e3", "9999999999999999999",
                                      "1 x", ",1", "12,50", "1,2", "1234,567", "1,234 567", "1,2345", "1,234,", "4 2"};
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    g_assert_false(money_parse(wrong[i], MONEY_PLACES, &fen));
  g_autofree char *text = money_format(-123456789, MONEY_PLACES, " ");
  g_assert_cmpstr(text, ==, "-1 234 567.89");
  g_autofree char *least = money_format(G_MININT64, MONEY_PLACES, "");
  g_assert_cmpstr(least, ==, "-92233720368547758.08");
}

/* The first eight are examples of the rules themselves (those with a choice in the form with 零). */
static void test_capital(void) {
  static const struct {
    gint64 fen;
    const char *text;
  } cases[] = {
    {140950, "壹仟肆佰零玖元伍角整"},
    {600714, "陆仟零柒元壹角肆分"},
    {168032, "壹仟陆佰捌拾元零叁角贰分"},
    {10700053, "壹拾万零柒仟元零伍角叁分"},
    {1640902, "壹万陆仟肆佰零玖元零贰分"},
    {32504, "叁佰贰拾伍元零肆分"},
    {12800000, "壹拾贰万捌仟元整"},
    {1000000000, "壹仟万元整"},
    {0, "零元整"},
    {1, "壹分"},
    {10, "壹角整"},
    {99, "玖角玖分"},
    {100, "壹元整"},
    {101, "壹元零壹分"},
    {1000, "壹拾元整"},
    {10005, "壹佰元零伍分"},
    {100100, "壹仟零壹元整"},
    {1000100, "壹万零壹元整"},
    {10001000, "壹拾万零壹拾元整"},
    {12345678900, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元整"},
    {10000000100, "壹亿零壹元整"},
    {10001000000, "壹亿零壹万元整"},
    {100000000000000, "壹万亿元整"},
    {100000000000001, "壹万亿元零壹分"},
    {100010000000000, "壹万零壹亿元整"},
    {1000000000000000000, "壹亿亿元整"},
    {-12050, "负壹佰贰拾元零伍角整"},
    {G_MININT64, "负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = capital_money(cases[i].fen, FALSE);
    g_assert_cmpstr(text, ==, cases[i].text);
  }
  g_autofree char *traditional = capital_money(23600050, TRUE);
  g_assert_cmpstr(traditional, ==, "貳拾參萬陸仟元零伍角整");
}

static void assert_reads(char *text, const char *expected) {
  g_assert_cmpstr(text, ==, expected);
  g_free(text);
}

static void test_reading(void) {
  const gint64 day = date_of(2026, 11, 5), evening = day * DATE_SECONDS + 17 * 3600; /* past midnight in the factory */
  assert_reads(reading_date("zh_CN", day), "2026年11月5日");
  assert_reads(reading_date("zh_TW", day), "2026年11月5日");
  assert_reads(reading_date("en", day), "5 Nov 2026");
  assert_reads(reading_time("zh_CN", evening, 8 * 3600), "2026年11月6日 01:00");
  assert_reads(reading_time("en", evening, 8 * 3600), "6 Nov 2026, 01:00");
  assert_reads(reading_money(12800000), "¥128,000.00");
  assert_reads(reading_money(-5), "−¥0.05");
  assert_reads(reading_size(999), "999 B");
  assert_reads(reading_size(240400), "240 kB");
  assert_reads(reading_size(3449999), "3.4 MB");
}

static void test_date(void) {
  gint64 days, seconds;
  g_assert_true(date_parse("1970-01-01", &days));
  g_assert_cmpint(days, ==, 0);
  g_assert_cmpint(date_weekday(0), ==, 4);
  g_assert_cmpint(date_weekday(-4), ==, 7);
  g_assert_true(date_parse("2024-02-29", &days));
  g_autofree char *text = date_format(days);
  g_assert_cmpstr(text, ==, "2024-02-29");
  static const char *const wrong[] = {"2023-02-29", "2026-13-01", "2026-1-1", "2026-01-01x", "", "1066-10-14"};
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    g_assert_false(date_parse(wrong[i], &days));
  g_assert_true(date_time_parse("2026-11-24T23:30:05Z", &seconds));
  g_autofree char *moment = date_time_format(seconds);
  g_assert_cmpstr(moment, ==, "2026-11-24T23:30:05Z");
  g_assert_cmpint(date_of_time(seconds, 8 * 3600), ==, date_of(2026, 11, 25));
}

static void test_calendar(void) {
  g_autoptr(Calendar) calendar = calendar_new();
  const gint64 friday = date_of(2026, 2, 13), saturday = friday + 1, monday = friday + 3;
  g_assert_cmpint(calendar_add(calendar, friday, 1), ==, monday);
  calendar_set(calendar, saturday, TRUE); /* the make-up day before Spring Festival 2026 */
  calendar_set(calendar, monday, FALSE);
  g_assert_cmpint(calendar_add(calendar, friday, 1), ==, saturday);
  g_assert_cmpint(calendar_add(calendar, friday, 2), ==, monday + 1);
  g_assert_cmpint(calendar_add(calendar, friday, 0), ==, friday);
}

static void test_value(void) {
  g_autoptr(Arena) arena = arena_new();
  Value *list = value_list(arena);
  g_assert_false(value_truth(list));
  for (int i = 0; i < 1000; i++)
    value_append(arena, list, value_integer(arena, VALUE_NUMBER, i));
  g_assert_cmpuint(list->count, ==, 1000);
  g_assert_cmpint(list->items[999]->integer, ==, 999);
  Value *map = value_map(arena);
  value_set_text(arena, map, "name", "墙");
  g_assert_cmpstr(value_get(map, "name")->text, ==, "墙");
  g_assert_null(value_get(map, "none"));
  g_assert_null(value_get(list, "name"));
}

static void test_refusal(void) {
  g_autoptr(Refusal) refusal = refusal_new();
  g_assert_false(refusal_any(refusal));
  g_assert_false(refusal_addf(refusal, REFUSAL_INVALID, REASON_FIELD, "amount", "%d is too much", 7));
  refusal_add(refusal, REFUSAL_CONFLICT, REASON_GATE, "deposit", "no deposit");
  g_assert_cmpint(refusal->status, ==, REFUSAL_INVALID);
  g_assert_cmpuint(refusal->reasons->len, ==, 2);
  refusal_clear(refusal);
  g_assert_false(refusal_any(refusal));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base/money", test_money);
  g_test_add_func("/base/capital", test_capital);
  g_test_add_func("/base/date", test_date);
  g_test_add_func("/base/reading", test_reading);
  g_test_add_func("/base/calendar", test_calendar);
  g_test_add_func("/base/value", test_value);
  g_test_add_func("/base/refusal", test_refusal);
  return g_test_run();
}
