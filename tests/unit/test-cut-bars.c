/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars: the benchmark orders are proved optimal, equal orders give equal plans, nonsense is refused. */
#include "cut-check/bars-check.h"
#include "cut/cut.h"
#include "cut/knapsack.h"
#include "workshop/cut-read.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

#define WORK 300000000

static char *case_path(const char *name) {
  return g_build_filename(g_getenv("GENDAN_CASES"), "cutting", name, NULL);
}

/* Nothing to be cut from any number of that bar. */
static CutOrder order_of(const CutStock *bar) {
  CutOrder order = cut_order_default();
  order.stocks = bar;
  order.n_stocks = 1;
  return order;
}

/* The plan in the checker's language, written without the solver's help. */
static char *plan_json(const CutOrder *order, const CutBarPlan *plan) {
  GString *text = g_string_new("{\"patterns\":[");
  for (guint i = 0; i < plan->patterns->len; i++) {
    const CutPattern *pattern = plan->patterns->pdata[i];
    g_string_append_printf(text, "%s{\"count\":%" G_GINT64_FORMAT ",\"pieces\":[", i ? "," : "", pattern->count);
    gboolean first = TRUE;
    for (guint p = 0; p < pattern->parts->len; p++) {
      CutPart part = g_array_index(pattern->parts, CutPart, p);
      for (gint64 t = 0; t < part.times; t++, first = FALSE)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, first ? "" : ",", order->pieces[part.piece].length);
    }
    g_string_append(text, "]}");
  }
  g_string_append_printf(text, "],\"bars\":%" G_GINT64_FORMAT ",\"lower_bound\":%" G_GINT64_FORMAT ",\"optimal\":%s}",
                         plan->bars, plan->lower_bound, plan->bars == plan->lower_bound ? "true" : "false");
  return g_string_free(text, FALSE);
}

static void assert_case(const char *name, gint64 bound, gint64 optimum) {
  g_autofree char *file = g_strdup_printf("bars/%s.txt", name), *path = case_path(file), *text = NULL;
  g_autoptr(GError) error = NULL;
  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  CutStock bar = {.price = 1};
  CutOrder order = order_of(&bar);
  g_autofree CutPiece *pieces = cut_read_bars(path, NULL, &order.n_pieces, &bar.length, &error);
  g_assert_no_error(error);
  order.pieces = pieces;
  order.work = WORK;
  g_autoptr(CutBarPlan) plan = cut_bars(&order, &error);
  g_assert_no_error(error);
  g_test_message("%s: %" G_GINT64_FORMAT " bars, work %" G_GINT64_FORMAT, name, plan->bars, plan->work);
  g_assert_cmpint(plan->bars, ==, optimum);
  g_assert_cmpint(plan->lower_bound, ==, bound);
  g_autoptr(GString) faults = g_string_new(NULL);
  g_autofree char *json = plan_json(&order, plan);
  g_assert_true(bars_check(text, json, NULL, faults));
}

static void test_cases(void) {
  g_autofree char *path = case_path("bars.csv"), *text = NULL;
  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  int done = 0;
  for (int i = 1; lines[i] && *lines[i]; i++, done++) {
    g_auto(GStrv) cells = g_strsplit(lines[i], ",", -1);
    assert_case(cells[0], g_ascii_strtoll(cells[3], NULL, 10), g_ascii_strtoll(cells[4], NULL, 10));
  }
  g_assert_cmpint(done, ==, 15);
}

static void test_same_plan(void) {
  g_autofree char *path = case_path("bars/p_m200_n2000_mm_0.txt");
  CutStock bar = {.price = 1};
  CutOrder order = order_of(&bar);
  g_autofree CutPiece *pieces = cut_read_bars(path, NULL, &order.n_pieces, &bar.length, NULL);
  order.pieces = pieces;
  order.work = 3000000;
  g_autoptr(CutBarPlan) one = cut_bars(&order, NULL), two = cut_bars(&order, NULL);
  g_autofree char *first = plan_json(&order, one), *second = plan_json(&order, two);
  g_assert_cmpstr(first, ==, second);
  g_assert_cmpint(one->work, ==, two->work);
}

/* A piece of exactly the usable length fits; two need a kerf between them; equal lengths keep their origins. */
static void test_kerf(void) {
  const CutPiece pieces[] = {{1000, 1, "a"}, {498, 2, "b"}, {498, 2, "c"}};
  const CutStock bar = {.length = 1010, .price = 1};
  CutOrder order = order_of(&bar);
  order.pieces = pieces;
  order.n_pieces = G_N_ELEMENTS(pieces);
  order.trim_left = 7;
  order.trim_right = 3;
  order.kerf = 4;
  g_autoptr(CutBarPlan) plan = cut_bars(&order, NULL);
  g_assert_cmpint(plan->bars, ==, 3);
  g_assert_cmpint(plan->lower_bound, ==, 3);
  order.kerf = 5;
  g_autoptr(CutBarPlan) wider = cut_bars(&order, NULL);
  g_assert_cmpint(wider->bars, ==, 5);
  gint64 cut[3] = {0};
  for (guint i = 0; i < plan->patterns->len; i++) {
    const CutPattern *pattern = plan->patterns->pdata[i];
    for (guint p = 0; p < pattern->parts->len; p++)
      cut[g_array_index(pattern->parts, CutPart, p).piece] += pattern->count *
                                                              g_array_index(pattern->parts, CutPart, p).times;
  }
  for (int i = 0; i < 3; i++)
    g_assert_cmpint(cut[i], ==, pieces[i].count);
}

static void test_refused(void) {
  const CutPiece pieces[] = {{0, 1}, {-5, 1}, {1001, 1}, {10, 0}, {10, -1}, {G_MAXINT64, G_MAXINT64}, {10, 10}};
  const CutStock bar = {.length = 1000, .price = 1};
  CutOrder order = order_of(&bar);
  order.pieces = pieces;
  order.n_pieces = G_N_ELEMENTS(pieces);
  order.kerf = -1;
  g_autoptr(GError) error = NULL;
  g_assert_null(cut_bars(&order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_ORDER);
  static const char *const told[] = {
    "kerf", "piece 1:", "piece 2:", "piece 3:", "piece 4:", "piece 5:", "piece 6: length", "piece 6: count"};
  for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
    g_assert_nonnull(strstr(error->message, told[i]));
  g_assert_null(strstr(error->message, "piece 7"));
  CutOrder empty = cut_order_default();
  g_assert_false(cut_bars_validate(&empty, NULL));
}

static void test_malformed_file(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp("bars-XXXXXX", &path, NULL);
  g_assert_cmpint(fd, >=, 0);
  g_assert_true(g_close(fd, NULL));
  g_assert_true(g_file_set_contents(path, "3\n1000\n10 2\n10\nten 3\n", -1, NULL));
  gsize n;
  gint64 bar;
  g_assert_null(cut_read_bars(path, NULL, &n, &bar, &error));
  g_assert_nonnull(strstr(error->message, "line 4"));
  g_assert_nonnull(strstr(error->message, "line 5"));
  g_remove(path);
}

static void test_checker_objects(void) {
  static const char order[] = "2\n100\n60 1\n40 2\n";
  static const char *const wrong[] = {
    "{",
    "{}",
    "{\"bars\":1,\"lower_bound\":1,\"optimal\":true,\"patterns\":[{\"count\":1,\"pieces\":[60,40,40]}]}",
    "{\"bars\":2,\"lower_bound\":2,\"optimal\":true,\"patterns\":[{\"count\":2,\"pieces\":[60,40]}]}",
    "{\"bars\":2,\"lower_bound\":2,\"optimal\":true,\"patterns\":[{\"count\":1,\"pieces\":[60,40]},{\"count\":1,"
    "\"pieces\":[41]}]}",
    "{\"bars\":3,\"lower_bound\":2,\"optimal\":false,\"patterns\":[{\"count\":1,\"pieces\":[60,40]},{\"count\":1,"
    "\"pieces\":[40]}]}",
    "{\"bars\":2,\"lower_bound\":1,\"optimal\":true,\"patterns\":[{\"count\":1,\"pieces\":[60,40]},{\"count\":1,"
    "\"pieces\":[40]}]}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GString) faults = g_string_new(NULL);
    g_assert_false(bars_check(order, wrong[i], NULL, faults));
    g_assert_cmpuint(faults->len, >, 0);
  }
  g_autoptr(GString) faults = g_string_new(NULL);
  g_assert_true(bars_check(order, "{\"bars\":2,\"lower_bound\":2,\"optimal\":true,\"patterns\":"
                           "[{\"count\":1,\"pieces\":[60,40]},{\"count\":1,\"pieces\":[40]}]}", NULL, faults));
}

/* Against trying everything: the best value, -1 where no filling is allowed. */
static gint64 brute(const KnapsackItem *items, int n, const KnapsackBin *bin, gint64 room, gint64 slots) {
  if (n == 0)
    return room >= bin->bad_from && room < bin->bad_end ? -1 : 0;
  gint64 best = -1;
  for (gint64 t = 0; t <= MIN(items->most, slots); t++) {
    gint64 rest = room - t / 2 * items->pair - t % 2 * items->length;
    gint64 value = rest < 0 ? -1 : brute(items + 1, n - 1, bin, rest, slots - t);
    best = MAX(best, value < 0 ? -1 : value + t * items->value);
  }
  return best;
}

static void test_knapsack(void) {
  g_autoptr(Knapsack) knapsack = knapsack_new(6);
  g_autoptr(GRand) random = g_rand_new_with_seed(7);
  for (int trial = 0; trial < 1000; trial++) {
    KnapsackItem items[6];
    KnapsackBin bin = {.capacity = g_rand_int_range(random, 1, 60), .pieces = G_MAXINT64};
    gint64 take[6], value = 0, used = 0, pieces = 0;
    for (int k = 0; k < 6; k++) {
      gint64 length = g_rand_int_range(random, 1, 30);
      items[k] = (KnapsackItem){.length = length, .pair = 2 * length, .value = g_rand_int_range(random, 0, 50),
                                .most = g_rand_int_range(random, 1, 4), .kind = k};
      if (trial % 2)
        items[k].pair -= g_rand_int_range(random, 0, (gint32)length + 1);
    }
    if (trial % 4 < 2)
      bin.pieces = g_rand_int_range(random, 1, 5);
    if (trial % 8 < 4)
      bin.bad_from = g_rand_int_range(random, 0, 5), bin.bad_end = bin.bad_from + g_rand_int_range(random, 0, 9);
    KnapsackAnswer answer = knapsack_solve(knapsack, items, 6, &bin, 1000000, FALSE, take);
    g_assert_cmpint(answer.value, ==, MAX(0, brute(items, 6, &bin, bin.capacity, MIN(bin.pieces, 100))));
    g_assert_cmpint(answer.ceiling, ==, answer.value);
    for (int k = 0; k < 6; k++) {
      value += take[k] * items[k].value;
      used += take[k] / 2 * items[k].pair + take[k] % 2 * items[k].length;
      pieces += take[k];
      g_assert_cmpint(take[k], <=, items[k].most);
    }
    g_assert_cmpint(value, ==, answer.value);
    g_assert_cmpint(used, <=, bin.capacity);
    g_assert_cmpint(pieces, <=, bin.pieces);
    g_assert_true(value == 0 || bin.capacity - used < bin.bad_from || bin.capacity - used >= bin.bad_end);
    KnapsackAnswer hasty = knapsack_solve(knapsack, items, 6, &bin, 2, TRUE, take);
    g_assert_cmpint(hasty.ceiling, >=, answer.value);
  }
}

static gboolean stop_with_a_plan(gint64 bound, gint64 best, void *data) {
  (void)bound;
  (void)data;
  return best == G_MAXINT64;
}

/* Who stops the search at its first plan gets it at once, however large the order: a hundredth of a second's work. */
static void test_stopped(void) {
  static const gint64 bars[] = {60000, 20000000}; /* of a few pieces, and of some hundred different ones */
  enum { LINES = 20000 };
  g_autofree CutPiece *pieces = g_new0(CutPiece, LINES);
  for (int i = 0; i < LINES; i++)
    pieces[i] = (CutPiece){.length = 3000 + i, .count = 1};
  for (gsize b = 0; b < G_N_ELEMENTS(bars); b++) {
    const CutStock stock = {.length = bars[b], .price = 1};
    CutOrder order = cut_order_default();
    order.pieces = pieces;
    order.n_pieces = LINES;
    order.stocks = &stock;
    order.n_stocks = 1;
    order.progress = stop_with_a_plan;
    g_autoptr(CutBarPlan) plan = cut_bars(&order, NULL);
    g_autoptr(GString) faults = g_string_new(NULL);
    g_assert_nonnull(plan);
    g_assert_true(bars_check_plan(&order, plan, faults));
    g_test_message("%d bars, %d work", (int)plan->bars, (int)plan->work);
    g_assert_cmpint(plan->work, <=, 2500000);
  }
}

static gint64 peak_kilobytes(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/* A million different lengths are planned in bounded memory; one line more, or too many pieces, are refused. */
static void test_million(void) {
  enum { PIECES = 64 << 10, CORE = 300 << 10 }; /* kB: the order's own, and what planning takes */
  const gint64 before = peak_kilobytes();
  g_autofree CutPiece *pieces = g_new0(CutPiece, CUT_PIECES_MAX + 1);
  for (gint64 i = 0; i <= CUT_PIECES_MAX; i++)
    pieces[i] = (CutPiece){.length = 1000000 + i, .count = 1};
  const CutStock stock = {.length = 60000000, .price = 1};
  CutOrder order = order_of(&stock);
  order.pieces = pieces;
  order.n_pieces = CUT_PIECES_MAX + 1;
  order.work = 1000000;
  g_autoptr(GError) error = NULL;
  g_assert_null(cut_bars(&order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_ORDER);
  order.n_pieces = CUT_PIECES_MAX;
  g_autoptr(CutBarPlan) plan = cut_bars(&order, NULL);
  g_assert_nonnull(plan);
  gint64 cut = 0;
  for (guint i = 0; i < plan->patterns->len; i++) {
    const CutPattern *pattern = plan->patterns->pdata[i];
    for (guint p = 0; p < pattern->parts->len; p++)
      cut += pattern->count * g_array_index(pattern->parts, CutPart, p).times;
  }
  g_assert_cmpint(cut, ==, CUT_PIECES_MAX);
  g_test_message("%d kB", (int)(peak_kilobytes() - before));
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint(peak_kilobytes() - before, <=, CORE + PIECES);
#endif
}

/* Lines by falling and rising length, and equal ones far apart: sorted by length, alike or not, each is cut. */
static void test_sorted(void) {
  enum { LINES = 5000 };
  g_autofree CutPiece *pieces = g_new0(CutPiece, LINES);
  for (int i = 0; i < LINES; i++)
    pieces[i] = (CutPiece){.length = i % 3 ? 1 + (gint64)i * 199999 % CUT_LENGTH_MAX : CUT_LENGTH_MAX - i % 7,
                           .count = 1 + i % 2,
                           .nest = i % 6 ? 0 : 1 + i % 2, .left = i % 6 ? 0 : 450, .right = 450 * (i % 12 == 0)};
  const CutStock stock = {.length = CUT_LENGTH_MAX, .price = 7};
  CutOrder order = cut_order_default();
  order.pieces = pieces;
  order.n_pieces = LINES;
  order.stocks = &stock;
  order.n_stocks = 1;
  order.work = 100000;
  g_autoptr(CutBarPlan) plan = cut_bars(&order, NULL);
  g_autoptr(GString) faults = g_string_new(NULL);
  g_assert_nonnull(plan);
  if (!bars_check_plan(&order, plan, faults))
    g_error("%s", faults->str);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cut/bars/knapsack", test_knapsack);
  g_test_add_func("/cut/bars/kerf", test_kerf);
  g_test_add_func("/cut/bars/refused", test_refused);
  g_test_add_func("/cut/bars/malformed-file", test_malformed_file);
  g_test_add_func("/cut/bars/checker-objects", test_checker_objects);
  g_test_add_func("/cut/bars/same-plan", test_same_plan);
  g_test_add_func("/cut/bars/cases", test_cases);
  g_test_add_func("/cut/bars/stopped", test_stopped);
  g_test_add_func("/cut/bars/sorted", test_sorted);
  g_test_add_func("/cut/bars/million", test_million);
  return g_test_run();
}
