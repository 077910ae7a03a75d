/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deliberately plain: counts what the plan cuts and compares. */
#include "cut-check/bars-check.h"
#include "base/lang.h"
#include <jansson.h>
#include <stdio.h>

typedef struct {
  const char *language;
  GString *faults;
} Check;

static void complain(const Check *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void complain(const Check *self, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_string_append_vprintf(self->faults, lang_text(self->language, format), arguments);
  va_end(arguments);
  g_string_append_c(self->faults, '\n');
}

/* length -> how many are still wanted */
static GHashTable *read_demand(const Check *self, const char *order, long long *bar) {
  GHashTable *wanted = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  long long kinds = 0, length, count;
  int used = 0;
  if (sscanf(order, "%lld %lld%n", &kinds, bar, &used) != 2)
    complain(self, N_("the order has no head"));
  const char *at = order + used;
  for (long long i = 0; i < kinds; i++, at += used) {
    if (sscanf(at, "%lld %lld%n", &length, &count, &used) != 2) {
      complain(self, N_("the order ends after %lld of %lld lengths"), i, kinds);
      break;
    }
    gint64 key = length;
    gint64 *sum = g_hash_table_lookup(wanted, &key);
    if (sum)
      *sum += count;
    else
      g_hash_table_insert(wanted, g_memdup2(&key, sizeof key), g_memdup2(&(gint64){count}, sizeof key));
  }
  return wanted;
}

static long long check_pattern(const Check *self, json_t *pattern, size_t number, long long bar, GHashTable *wanted) {
  json_t *pieces = json_object_get(pattern, "pieces"), *piece;
  long long count = json_integer_value(json_object_get(pattern, "count")), used = 0;
  size_t i;
  if (count < 1 || json_array_size(pieces) == 0)
    complain(self, N_("pattern %zu: no bars or no pieces"), number + 1);
  json_array_foreach(pieces, i, piece) {
    gint64 length = json_integer_value(piece);
    gint64 *left = g_hash_table_lookup(wanted, &length);
    if (left)
      *left -= count;
    else
      complain(self, N_("pattern %zu: %lld is not ordered"), number + 1, (long long)length);
    used += length;
  }
  if (used > bar)
    complain(self, N_("pattern %zu: %lld on a bar of %lld"), number + 1, used, bar);
  return count;
}

gboolean bars_check(const char *order, const char *plan, const char *language, GString *faults) {
  const Check check = {.language = language, .faults = faults}, *self = &check;
  long long bar = 0, bars = 0;
  json_error_t error;
  g_autoptr(GHashTable) wanted = read_demand(self, order, &bar);
  json_t *root = json_loads(plan, JSON_REJECT_DUPLICATES, &error), *pattern;
  size_t number;
  if (!root)
    complain(self, N_("the plan is not JSON: line %d, column %d"), error.line, error.column);
  json_array_foreach(json_object_get(root, "patterns"), number, pattern)
    bars += check_pattern(self, pattern, number, bar, wanted);
  GHashTableIter iter;
  gpointer length, left;
  g_hash_table_iter_init(&iter, wanted);
  while (g_hash_table_iter_next(&iter, &length, &left))
    if (*(gint64 *)left != 0)
      complain(self, *(gint64 *)left > 0 ? N_("length %lld: %lld missing") : N_("length %lld: %lld too many"),
               (long long)*(gint64 *)length, (long long)ABS(*(gint64 *)left));
  long long said = json_integer_value(json_object_get(root, "bars"));
  long long bound = json_integer_value(json_object_get(root, "lower_bound"));
  if (said != bars)
    complain(self, N_("the plan says %lld bars and has %lld"), said, bars);
  if (bound > bars || json_is_true(json_object_get(root, "optimal")) != (bound == bars))
    complain(self, N_("the bound %lld, the %lld bars and `optimal` do not agree"), bound, bars);
  json_decref(root);
  return faults->len == 0;
}
