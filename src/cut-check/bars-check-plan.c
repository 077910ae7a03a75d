/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lays every bar out along a ruler, piece by piece and cut by cut, and counts. Nothing is taken from the solver. */
#include "cut-check/bars-check.h"
#include "base/lang.h"

typedef struct {
  const CutOrder *order;
  const CutBarPlan *plan;
  GString *faults;
  gint64 *cut;        /* per piece: how often it is cut */
  gint64 *taken;      /* per stock: bars */
  GHashTable *setups; /* what a bar looks like, as a text */
  GHashTable *kept;   /* "stock length" → bars, of remnants */
} Check;

static void complain(const Check *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void complain(const Check *self, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_string_append_vprintf(self->faults, lang_text(self->order->language, format), arguments);
  va_end(arguments);
  g_string_append_c(self->faults, '\n');
}

/* What can be laid nose to tail with what, as a text; angles matter to these only. */
static char *shape_of(const CutPiece *piece) {
  if (piece->nest == 0)
    return g_strdup_printf("%lld", (long long)piece->length);
  return g_strdup_printf("%lld-%lld/%d/%d", (long long)piece->length, (long long)piece->nest, piece->left,
                         piece->right);
}

/* Pieces and paired pieces of each shape in one bar. */
typedef struct {
  gint64 times, paired;
} Shape;

static gboolean part_is_sound(const Check *self, guint number, const CutPart *part) {
  if (part->piece < 0 || (gsize)part->piece >= self->order->n_pieces || part->times < 1) {
    complain(self, N_("pattern %u: %lld times piece %lld"), number + 1, (long long)part->times,
             (long long)part->piece + 1);
    return FALSE;
  }
  const CutPiece *piece = &self->order->pieces[part->piece];
  if (part->paired < 0 || part->paired > part->times || (part->paired > 0 && piece->nest == 0))
    complain(self, N_("pattern %u: %lld of %lld in pairs of piece %lld"), number + 1, (long long)part->paired,
             (long long)part->times, (long long)part->piece + 1);
  return TRUE;
}

/* The length that the pieces take with a kerf behind each. */
static gint64 measure(Check *self, guint number, const CutPattern *pattern) {
  g_autoptr(GHashTable) shapes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  gint64 used = 0, pieces = 0;
  for (guint p = 0; p < pattern->parts->len; p++) {
    const CutPart *part = &g_array_index(pattern->parts, CutPart, p);
    if (!part_is_sound(self, number, part))
      return 0;
    const CutPiece *piece = &self->order->pieces[part->piece];
    char *key = shape_of(piece);
    Shape *shape = g_hash_table_lookup(shapes, key);
    if (shape)
      g_free(key);
    else
      g_hash_table_insert(shapes, key, shape = g_new0(Shape, 1));
    shape->times += part->times;
    shape->paired += part->paired;
    pieces += part->times;
    used += part->times * (piece->length + self->order->kerf) * 2 - part->paired * piece->nest;
    self->cut[part->piece] += part->times * pattern->count;
  }
  GHashTableIter iter;
  gpointer key, value;
  g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(shapes), (GCompareFunc)strcmp);
  g_autoptr(GString) look = g_string_new(NULL);
  g_string_printf(look, "%lld:", (long long)pattern->stock);
  for (GList *at = names; at; at = at->next)
    g_string_append_printf(look, " %lld x %s", (long long)((Shape *)g_hash_table_lookup(shapes, at->data))->times,
                           (char *)at->data);
  g_hash_table_add(self->setups, g_strdup(look->str));
  g_hash_table_iter_init(&iter, shapes);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    const Shape *shape = value;
    if (strchr(key, '-') && shape->paired != shape->times / 2 * 2)
      complain(self, N_("pattern %u: %lld of %lld %s are in pairs"), number + 1, (long long)shape->paired,
               (long long)shape->times, (char *)key);
  }
  if (self->order->pieces_max > 0 && pieces > self->order->pieces_max)
    complain(self, N_("pattern %u: %lld pieces in a bar"), number + 1, (long long)pieces);
  return used / 2;
}

static void check_pattern(Check *self, guint number, const CutPattern *pattern) {
  const CutOrder *order = self->order;
  if (pattern->stock < 0 || (gsize)pattern->stock >= order->n_stocks || pattern->count < 1 ||
      pattern->parts->len == 0) {
    complain(self, N_("pattern %u: no such stock, no bars or no pieces"), number + 1);
    return;
  }
  gint64 used = measure(self, number, pattern);
  gint64 rest = order->stocks[pattern->stock].length - order->trim_left - order->trim_right - (used - order->kerf);
  gint64 leftover = rest > order->kerf ? rest - order->kerf : 0;
  self->taken[pattern->stock] += pattern->count;
  if (rest < 0)
    complain(self, N_("pattern %u: the bar is too short by %lld"), number + 1, (long long)-rest);
  if (leftover != pattern->leftover)
    complain(self, N_("pattern %u: %lld is left over, not %lld"), number + 1, (long long)leftover,
             (long long)pattern->leftover);
  if (order->waste_max > 0 && leftover > order->waste_max && leftover < order->remnant_min)
    complain(self, N_("pattern %u: a leftover of %lld is not allowed"), number + 1, (long long)leftover);
  if (order->remnant_min > 0 && leftover >= order->remnant_min) {
    char *key = g_strdup_printf("%lld %lld", (long long)pattern->stock, (long long)leftover);
    gint64 bars = GPOINTER_TO_SIZE(g_hash_table_lookup(self->kept, key));
    g_hash_table_replace(self->kept, key, GSIZE_TO_POINTER((gsize)(bars + pattern->count)));
  }
}

static void check_remnants(const Check *self) {
  guint found = 0;
  for (guint i = 0; i < self->plan->remnants->len; i++) {
    const CutRemnant *remnant = &g_array_index(self->plan->remnants, CutRemnant, i);
    g_autofree char *key = g_strdup_printf("%lld %lld", (long long)remnant->stock, (long long)remnant->length);
    found += remnant->count > 0 && GPOINTER_TO_SIZE(g_hash_table_lookup(self->kept, key)) == (gsize)remnant->count;
  }
  if (found != self->plan->remnants->len || found != g_hash_table_size(self->kept))
    complain(self, N_("the remnants are not what is left over"));
}

static void check_totals(const Check *self) {
  const CutOrder *order = self->order;
  const CutBarPlan *plan = self->plan;
  gint64 bars = 0, price = 0;
  for (gsize s = 0; s < order->n_stocks; s++) {
    bars += self->taken[s];
    price += self->taken[s] * order->stocks[s].price;
    if (order->stocks[s].count != CUT_UNLIMITED && self->taken[s] > order->stocks[s].count)
      complain(self, N_("stock %zu: %lld bars of %lld"), s + 1, (long long)self->taken[s],
               (long long)order->stocks[s].count);
  }
  for (gsize i = 0; i < order->n_pieces; i++)
    if (self->cut[i] != order->pieces[i].count)
      complain(self, N_("piece %zu: cut %lld times, not %lld"), i + 1, (long long)self->cut[i],
               (long long)order->pieces[i].count);
  if (bars != plan->bars || price != plan->price)
    complain(self, N_("the plan says %lld bars for %lld and has %lld for %lld"), (long long)plan->bars,
             (long long)plan->price, (long long)bars, (long long)price);
  if (!order->offcuts_first && (plan->lower_bound > price || plan->optimal != (plan->lower_bound == price)))
    complain(self, N_("the bound %lld, the price %lld and `optimal` do not agree"), (long long)plan->lower_bound,
             (long long)price);
  if (order->n_stocks == 1 ? plan->bound_bars > bars : plan->bound_bars != 0)
    complain(self, N_("a bound of %lld bars, and %lld of them"), (long long)plan->bound_bars, (long long)bars);
  if (plan->setups != (gint64)g_hash_table_size(self->setups) || plan->setups > plan->setups_first)
    complain(self, N_("the plan says %lld different patterns and has %u"), (long long)plan->setups,
             g_hash_table_size(self->setups));
}

gboolean bars_check_plan(const CutOrder *order, const CutBarPlan *plan, GString *faults) {
  g_autofree gint64 *cut = g_new0(gint64, order->n_pieces), *taken = g_new0(gint64, order->n_stocks);
  g_autoptr(GHashTable) setups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Check check = {.order = order, .plan = plan, .faults = faults, .cut = cut, .taken = taken, .setups = setups,
                 .kept = kept};
  gsize before = faults->len;
  for (guint i = 0; i < plan->patterns->len; i++)
    check_pattern(&check, i, plan->patterns->pdata[i]);
  check_remnants(&check);
  check_totals(&check);
  return faults->len == before;
}
