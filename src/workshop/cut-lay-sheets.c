/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan of sheets taken apart sheet by sheet, and sawn once more to tell what the operator sets at each cut. */
#include "workshop/cut-lay.h"
#include <string.h>

/* Counts the elements from `from` on that belong to the sheet; the sheet is every element's first member. */
static guint count_of(const GArray *array, gsize size, guint from, gint64 sheet) {
  guint end = from;
  while (end < array->len && *(const gint64 *)(const void *)(array->data + end * size) == sheet)
    end++;
  return end - from;
}

static gboolean same_placements(const CutSheetPlan *plan, const CutRun *a, const CutRun *b) {
  for (guint i = 0; a->n_placements == b->n_placements && i < a->n_placements; i++) {
    const CutPlacement *one = &g_array_index(plan->placements, CutPlacement, a->placement + i);
    const CutPlacement *two = &g_array_index(plan->placements, CutPlacement, b->placement + i);
    if (one->item != two->item || one->x != two->x || one->y != two->y || one->width != two->width ||
        one->height != two->height)
      return FALSE;
  }
  return a->n_placements == b->n_placements;
}

static gboolean same_cuts(const CutSheetPlan *plan, const CutRun *a, const CutRun *b) {
  for (guint i = 0; a->n_cuts == b->n_cuts && i < a->n_cuts; i++) {
    const CutLine *one = &g_array_index(plan->cuts, CutLine, a->cut + i);
    const CutLine *two = &g_array_index(plan->cuts, CutLine, b->cut + i);
    if (one->stage != two->stage || one->x1 != two->x1 || one->y1 != two->y1 || one->x2 != two->x2 ||
        one->y2 != two->y2)
      return FALSE;
  }
  return a->n_cuts == b->n_cuts;
}

GArray *cut_lay_runs(const CutSheetPlan *plan) {
  GArray *runs = g_array_new(FALSE, FALSE, sizeof(CutRun));
  CutRun run = {0};
  for (gint64 sheet = 0; sheet < plan->sheets; sheet++) {
    run = (CutRun){.first = sheet, .count = 1, .kind = g_array_index(plan->kinds, gint64, sheet),
                   .placement = run.placement + run.n_placements, .cut = run.cut + run.n_cuts,
                   .remnant = run.remnant + run.n_remnants};
    run.n_placements = count_of(plan->placements, sizeof(CutPlacement), run.placement, sheet);
    run.n_cuts = count_of(plan->cuts, sizeof(CutLine), run.cut, sheet);
    run.n_remnants = count_of(plan->remnants, sizeof(CutSheetRemnant), run.remnant, sheet);
    CutRun *last = runs->len > 0 ? &g_array_index(runs, CutRun, runs->len - 1) : NULL;
    if (last && last->kind == run.kind && last->n_remnants == run.n_remnants && same_placements(plan, last, &run) &&
        same_cuts(plan, last, &run))
      last->count++;
    else
      g_array_append_val(runs, run);
  }
  return runs;
}

/* What is left of the sheet while it is sawn. */
typedef struct {
  gint64 x1, y1, x2, y2;
} Plate;

/* Splits the plate that the cut runs through; its distance from the plate's left or lower edge, -1 of no plate. */
static gint64 saw(GArray *plates, const CutLine *cut, gint64 kerf) {
  const gboolean upright = cut->x1 == cut->x2;
  for (guint i = 0; i < plates->len; i++) {
    Plate plate = g_array_index(plates, Plate, i), rest = plate;
    const gboolean through = upright ? plate.x1 < cut->x1 && cut->x1 < plate.x2 && cut->y1 >= plate.y1 &&
                                         cut->y2 <= plate.y2
                                     : plate.y1 < cut->y1 && cut->y1 < plate.y2 && cut->x1 >= plate.x1 &&
                                         cut->x2 <= plate.x2;
    if (!through)
      continue;
    const gint64 distance = upright ? cut->x1 - plate.x1 : cut->y1 - plate.y1;
    *(upright ? &plate.x2 : &plate.y2) = upright ? cut->x1 : cut->y1;
    *(upright ? &rest.x1 : &rest.y1) = (upright ? cut->x1 : cut->y1) + kerf;
    g_array_index(plates, Plate, i) = plate;
    g_array_append_val(plates, rest);
    return distance;
  }
  return -1;
}

gint64 *cut_lay_distances(const CutSheetOrder *order, const CutSheetPlan *plan, const CutRun *run) {
  g_autoptr(GArray) plates = g_array_new(FALSE, FALSE, sizeof(Plate));
  const CutSheet *sheet = &order->sheets[run->kind];
  const Plate whole = {.x2 = sheet->width, .y2 = sheet->height};
  gint64 *distances = g_new(gint64, run->n_cuts + 1);
  g_array_append_val(plates, whole);
  for (guint i = 0; i < run->n_cuts; i++)
    distances[i] = saw(plates, &g_array_index(plan->cuts, CutLine, run->cut + i), order->rules.kerf);
  return distances;
}
