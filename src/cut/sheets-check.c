/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every cut must run through one whole plate and makes two of it; in the end each placement must be a plate
 * by itself, and all other plates are waste. Nothing can overlap or be not guillotine after that. */
#include "cut/sheets-check.h"
#include <jansson.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  long long x1, y1, x2, y2;
  int stage;        /* of the cut that made it; 0: the whole sheet */
  gboolean piece;   /* a placement is exactly this plate */
} Plate;

typedef struct {
  int last_stage;   /* highest stage allowed, trimming included */
  int first;        /* 0 either, 1 vertical, 2 horizontal */
  long long kerf, first_min, first_max, waste_min;
  gboolean rotate;
} Law;

typedef struct {
  Law law;
  long long width, height, bin;
  GHashTable *left;   /* item id -> copies still missing */
  GHashTable *sides;  /* item id -> Plate with x2, y2 its sides */
  GString *faults;
  size_t sheet;       /* being checked */
} Check;

static void complain(Check *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void complain(Check *self, const char *format, ...) {
  va_list arguments;
  g_string_append_printf(self->faults, "sheet %zu: ", self->sheet + 1);
  va_start(arguments, format);
  g_string_append_vprintf(self->faults, format, arguments);
  va_end(arguments);
  g_string_append_c(self->faults, '\n');
}

static gboolean find_law(const char *name, Law *law) {
  static const char *const names[] = {"glass3x", "board3n", "board2n", "classic"};
  static const Law laws[] = {
    {3, 1, 0, 100, 3500, 20, TRUE}, {4, 0, 4, 0, 0, 0, FALSE}, {3, 0, 4, 0, 0, 0, FALSE}, {4, 2, 0, 0, 0, 0, TRUE}};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(name, names[i]) == 0) {
      *law = laws[i];
      return TRUE;
    }
  return FALSE;
}

static void read_files(Check *self, const char *items, const char *bins) {
  const char *at = strchr(bins, '\n');
  if (!at || sscanf(at, "%lld,%lld,%lld", &self->bin, &self->width, &self->height) != 3)
    complain(self, "no sheet is given");
  for (at = strchr(items, '\n'); at && at[1]; at = strchr(at + 1, '\n')) {
    long long id, width, height, copies = 1;
    if (sscanf(at, "%lld,%lld,%lld,%lld", &id, &width, &height, &copies) < 3)
      continue;
    Plate sides = {.x2 = width, .y2 = height};
    g_hash_table_insert(self->left, g_memdup2(&(gint64){id}, sizeof(gint64)),
                        g_memdup2(&(gint64){copies}, sizeof(gint64)));
    g_hash_table_insert(self->sides, g_memdup2(&(gint64){id}, sizeof(gint64)), g_memdup2(&sides, sizeof sides));
  }
}

static long long number(json_t *object, const char *name) {
  return json_integer_value(json_object_get(object, name));
}

/* Splits the plate that the cut runs through. */
static void saw(Check *self, GArray *plates, json_t *cut, int *direction) {
  long long x1 = number(cut, "x1"), y1 = number(cut, "y1"), x2 = number(cut, "x2"), y2 = number(cut, "y2");
  int stage = (int)number(cut, "stage");
  gboolean vertical = x1 == x2;
  if (*direction == 0)
    *direction = vertical == (stage % 2 == 1) ? 1 : 2;
  if (vertical == (y1 == y2) || stage < 1 || stage > self->law.last_stage ||
      vertical != ((stage % 2 == 1) == (*direction == 1)))
    complain(self, "a cut of stage %d runs the wrong way", stage);
  for (guint i = 0; i < plates->len; i++) {
    Plate plate = g_array_index(plates, Plate, i), low = plate, high = plate;
    gboolean through = vertical ? plate.y1 == y1 && plate.y2 == y2 && plate.x1 < x1 && x1 < plate.x2
                                : plate.x1 == x1 && plate.x2 == x2 && plate.y1 < y1 && y1 < plate.y2;
    if (!through)
      continue;
    if (plate.stage > stage)
      complain(self, "a cut of stage %d in a plate of stage %d", stage, plate.stage);
    low.stage = high.stage = stage;
    if (vertical) {
      low.x2 = x1;
      high.x1 = MIN(plate.x2, x1 + self->law.kerf);
    } else {
      low.y2 = y1;
      high.y1 = MIN(plate.y2, y1 + self->law.kerf);
    }
    g_array_index(plates, Plate, i) = low;
    if (high.x1 < high.x2 && high.y1 < high.y2)
      g_array_append_val(plates, high);
    return;
  }
  complain(self, "the cut %lld,%lld - %lld,%lld goes through no plate", x1, y1, x2, y2);
}

static void take_piece(Check *self, GArray *plates, json_t *placement, long long count) {
  gint64 id = number(placement, "item");
  long long x = number(placement, "x"), y = number(placement, "y");
  long long width = number(placement, "width"), height = number(placement, "height");
  const Plate *sides = g_hash_table_lookup(self->sides, &id);
  if (!sides) {
    complain(self, "item %lld is not ordered", (long long)id);
    return;
  }
  if (!(width == sides->x2 && height == sides->y2) && !(self->law.rotate && width == sides->y2 && height == sides->x2))
    complain(self, "item %lld has the wrong size or is turned", (long long)id);
  *(gint64 *)g_hash_table_lookup(self->left, &id) -= count;
  for (guint i = 0; i < plates->len; i++) {
    Plate *plate = &g_array_index(plates, Plate, i);
    if (plate->piece || plate->x1 != x || plate->y1 != y || plate->x2 != x + width || plate->y2 != y + height)
      continue;
    plate->piece = TRUE;
    return;
  }
  complain(self, "item %lld at %lld,%lld is not cut free", (long long)id, x, y);
}

/* Distances between first-stage cuts, from the sheet's edge on. */
static void check_first(Check *self, json_t *cuts, const GArray *plates) {
  json_t *cut;
  size_t i;
  long long last = 0;
  json_array_foreach(cuts, i, cut) {
    if (number(cut, "stage") != 1)
      continue;
    long long at = number(cut, "x1") == number(cut, "x2") ? number(cut, "x1") : number(cut, "y1");
    if (at - last < self->law.first_min || (self->law.first_max > 0 && at - last > self->law.first_max))
      complain(self, "%lld between first cuts", at - last);
    last = at;
  }
  gboolean used = FALSE;
  for (guint p = 0; p < plates->len; p++)
    used |= g_array_index(plates, Plate, p).piece && g_array_index(plates, Plate, p).x2 > last;
  if (used && self->law.first_max > 0 && self->width - last > self->law.first_max)
    complain(self, "%lld after the last first cut", self->width - last);
}

static long long check_sheet(Check *self, json_t *plan) {
  json_t *cuts = json_object_get(plan, "cuts"), *placements = json_object_get(plan, "placements"), *item;
  long long count = number(plan, "count");
  int direction = self->law.first;
  size_t i;
  g_autoptr(GArray) plates = g_array_new(FALSE, FALSE, sizeof(Plate));
  Plate whole = {.x2 = self->width, .y2 = self->height};
  g_array_append_val(plates, whole);
  if (count < 1 || json_array_size(placements) == 0 || number(plan, "bin") != self->bin)
    complain(self, "no sheets, no pieces, or an unknown bin");
  json_array_foreach(cuts, i, item)
    saw(self, plates, item, &direction);
  json_array_foreach(placements, i, item)
    take_piece(self, plates, item, count);
  check_first(self, cuts, plates);
  for (guint p = 0; p < plates->len; p++) {
    const Plate *plate = &g_array_index(plates, Plate, p);
    if (!plate->piece && MIN(plate->x2 - plate->x1, plate->y2 - plate->y1) < self->law.waste_min)
      complain(self, "a strip of waste narrower than %lld at %lld,%lld", self->law.waste_min, plate->x1, plate->y1);
  }
  return count;
}

gboolean sheets_check(const char *items, const char *bins, const char *rules, const char *plan, GString *faults) {
  Check self = {.faults = faults};
  g_autoptr(GHashTable) left = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr(GHashTable) sides = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  self.left = left;
  self.sides = sides;
  if (!find_law(rules, &self.law))
    g_string_append_printf(faults, "unknown rules %s\n", rules);
  read_files(&self, items, bins);
  json_error_t error;
  json_t *root = json_loads(plan, JSON_REJECT_DUPLICATES, &error), *sheet;
  if (!root)
    g_string_append_printf(faults, "the plan is not JSON: line %d: %s\n", error.line, error.text);
  long long sheets = 0;
  json_array_foreach(json_object_get(root, "plans"), self.sheet, sheet)
    sheets += check_sheet(&self, sheet);
  GHashTableIter iter;
  gpointer id, copies;
  g_hash_table_iter_init(&iter, left);
  while (g_hash_table_iter_next(&iter, &id, &copies))
    if (*(gint64 *)copies != 0)
      g_string_append_printf(faults, "item %lld: %lld %s\n", (long long)*(gint64 *)id,
                             (long long)ABS(*(gint64 *)copies), *(gint64 *)copies > 0 ? "missing" : "too many");
  if (number(root, "sheets") != sheets || number(root, "lower_bound") > sheets)
    g_string_append_printf(faults, "the plan says %lld sheets, bound %lld, and has %lld\n", number(root, "sheets"),
                           number(root, "lower_bound"), sheets);
  json_decref(root);
  return faults->len == 0;
}
