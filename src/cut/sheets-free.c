/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One sheet with any number of stages: the worthiest piece that fits goes into a corner of the rest that it fits best,
 * and two cuts free it. */
#include "cut/sheets.h"
#include <stdlib.h>

/* A plate: still whole, cut in two, or a piece. */
typedef struct {
  gint64 x, y, width, height; /* no kerf around it, edges trimmed */
  int stage;                  /* of the cut that made it */
  gboolean upright;           /* so was that cut */
  gboolean cut_upright;       /* how it is cut itself */
  gint64 at;                  /* where: x or y */
  gint32 low, high;           /* what that makes of it: indices; -1: nothing. Both -1: still whole */
  int line;                   /* of the order, that it is; -1: none */
  int item;                   /* of the task, whose first or only member it is; -1: none */
} Plate;

typedef struct {
  const SheetSearch *search;
  const SheetForm *form;      /* best so far */
  gint32 plate;               /* where it fits best; -1: nowhere */
  gint64 x, y;
  gint64 slack;               /* what it leaves beside it, the less the better */
} Fit;

/* Cuts the plate in two; the index of the part below `at`. */
static gint32 split(GArray *plates, gint32 index, gboolean upright, gint64 at, gint64 kerf) {
  Plate *plate = &g_array_index(plates, Plate, index), low = *plate, high = *plate;
  int stage = plate->stage == 0 ? 1 : plate->stage + (plate->upright != upright);
  low.stage = high.stage = stage;
  low.upright = high.upright = upright;
  plate->cut_upright = upright;
  plate->at = at;
  plate->low = (gint32)plates->len;
  gint64 end = upright ? plate->x + plate->width : plate->y + plate->height, from = at + kerf;
  if (from < end)
    plate->high = plate->low + 1;
  gint32 first = plate->low;
  gboolean two = plate->high >= 0;
  *(upright ? &low.width : &low.height) = at - (upright ? low.x : low.y);
  *(upright ? &high.width : &high.height) = end - from;
  *(upright ? &high.x : &high.y) = from;
  g_array_append_val(plates, low);
  if (two)
    g_array_append_val(plates, high);
  return first;
}

/* The part above `at`. */
static gint32 split_high(GArray *plates, gint32 index, gboolean upright, gint64 at, gint64 kerf) {
  split(plates, index, upright, at, kerf);
  return g_array_index(plates, Plate, index).high;
}

/* The first place clear of defects, right of or above the corner; waste before it is wider than a cut. */
static gint64 clear_place(const SheetSearch *search, gint64 x, gint64 y, gint64 width, gint64 height, gboolean up) {
  gint64 from = up ? y : x, at = from;
  for (int i = 0; i < search->n_defects; i++) {
    const SheetDefect *defect = &search->defects[i];
    gint64 left = up ? x : at, low = up ? at : y;
    if (defect->x1 >= left + width || defect->x2 <= left || defect->y1 >= low + height || defect->y2 <= low)
      continue;
    at = MAX(from + search->rules->kerf + 1, up ? defect->y2 : defect->x2);
    i = -1;
  }
  return at;
}

/* Whether the form fits the plate, better than what is known. */
static void try_plate(Fit *fit, const GArray *plates, gint32 index, const SheetForm *form) {
  const Plate *plate = &g_array_index(plates, Plate, index);
  gint64 kerf = fit->search->rules->kerf, width = form->width - kerf, height = form->height - kerf;
  if (plate->low >= 0 || plate->line >= 0 || width > plate->width || height > plate->height)
    return;
  for (int up = 0; up < 2; up++) {
    gint64 at = clear_place(fit->search, plate->x, plate->y, width, height, up);
    gint64 x = up ? plate->x : at, y = up ? at : plate->y;
    gint64 beside = plate->x + plate->width - x - width, above = plate->y + plate->height - y - height;
    if (beside >= 0 && above >= 0 && MIN(beside, above) < fit->slack) {
      *fit = (Fit){.search = fit->search, .form = form, .plate = index, .x = x, .y = y, .slack = MIN(beside, above)};
    }
  }
}

/* Cuts the piece, or each of its sequence, free from the plate that it fills. */
static void take(GArray *plates, gint32 index, const SheetTask *task, const SheetForm *form) {
  const SheetItem *item = &task->items[form->item];
  for (guint i = 0; i < item->n_members; i++) {
    int line = task->members[item->first_member + i];
    const Plate *plate = &g_array_index(plates, Plate, index);
    gint64 along = task->order->items[line].width;
    gint32 rest = -1, one = index;
    if (i + 1 < item->n_members) {
      one = split(plates, index, !form->tower, (form->tower ? plate->y : plate->x) + along, task->rules.kerf);
      rest = g_array_index(plates, Plate, index).high;
    }
    g_array_index(plates, Plate, one).line = line;
    g_array_index(plates, Plate, one).item = i == 0 ? form->item : -1;
    index = rest;
  }
}

static void put(const Fit *fit, GArray *plates, guint how) {
  gint64 kerf = fit->search->rules->kerf, width = fit->form->width - kerf, height = fit->form->height - kerf;
  gint32 index = fit->plate;
  if (fit->x > g_array_index(plates, Plate, index).x)
    index = split_high(plates, index, TRUE, fit->x - kerf, kerf);
  if (fit->y > g_array_index(plates, Plate, index).y)
    index = split_high(plates, index, FALSE, fit->y - kerf, kerf);
  Plate plate = g_array_index(plates, Plate, index);
  gint64 beside = plate.width - width, above = plate.height - height;
  gboolean upright = how == 0 ? beside > above : how == 1 ? beside * plate.height > above * plate.width
                     : how == 2 ? TRUE : FALSE;
  for (int i = 0; i < 2; i++, upright = !upright) {
    plate = g_array_index(plates, Plate, index);
    if (upright ? plate.width > width : plate.height > height)
      index = split(plates, index, upright, upright ? fit->x + width : fit->y + height, kerf);
  }
  take(plates, index, fit->search->task, fit->form);
}

typedef struct {
  double rank;
  int form;
} Rank;

static int compare_ranks(const void *a, const void *b) {
  const Rank *x = a, *y = b;
  if (x->rank != y->rank)
    return x->rank > y->rank ? -1 : 1;
  return x->form - y->form;
}

/* The forms, worthiest first. */
static Rank *rank_forms(const SheetSearch *search, guint how) {
  Rank *ranks = g_new(Rank, search->n_forms + 1);
  for (int f = 0; f < search->n_forms; f++) {
    const SheetForm *form = &search->forms[f];
    double side = (double)(how / 4 % 3 == 0 ? 1 : how / 4 % 3 == 1 ? form->width : form->height);
    ranks[f] = (Rank){.rank = (double)form->area * side, .form = f};
  }
  qsort(ranks, (gsize)search->n_forms, sizeof *ranks, compare_ranks);
  return ranks;
}

static gint64 lowest_priority(const SheetSearch *search, const guint16 *left) {
  gint64 lowest = G_MAXINT64;
  for (int i = 0; i < search->n_items && search->priorities; i++)
    if (left[i] > 0)
      lowest = MIN(lowest, search->task->items[i].priority);
  return lowest;
}

GArray *sheets_free_fill(SheetSearch *search, guint how, gint64 *value) {
  GArray *plates = g_array_new(FALSE, FALSE, sizeof(Plate));
  g_autofree guint16 *left = g_memdup2(search->copies, sizeof(guint16) * (gsize)search->n_items);
  g_autofree Rank *ranks = rank_forms(search, how);
  Plate whole = {.width = search->width - search->rules->kerf, .height = search->height - search->rules->kerf,
                 .low = -1, .high = -1, .line = -1, .item = -1};
  gint64 lowest = lowest_priority(search, left);
  g_array_append_val(plates, whole);
  *value = 0;
  for (int r = 0; r < search->n_forms; r++) {
    const SheetForm *form = &search->forms[ranks[r].form];
    Fit fit = {.search = search, .plate = -1, .slack = G_MAXINT64};
    if (left[form->item] == 0 || search->task->items[form->item].priority > lowest)
      continue;
    for (gint32 p = 0; p < (gint32)plates->len; p++)
      try_plate(&fit, plates, p, form);
    search->work += plates->len;
    if (fit.plate < 0)
      continue;
    put(&fit, plates, how % 4);
    *value += form->area;
    if (--left[form->item] == 0)
      lowest = lowest_priority(search, left);
    r = search->priorities && left[form->item] == 0 ? -1 : r - 1; /* the next in rank may come now, or this one again */
  }
  return plates;
}

void sheets_free_count(const GArray *plates, guint16 *taken) {
  for (guint i = 0; i < plates->len; i++)
    if (g_array_index(plates, Plate, i).item >= 0)
      taken[g_array_index(plates, Plate, i).item]++;
}

static void draw_plate(const CutRules *rules, const GArray *plates, const Plate *plate, gint64 sheet,
                       CutSheetPlan *plan) {
  gint64 x = plate->x + rules->trim_left, y = plate->y + rules->trim_bottom;
  if (plate->line >= 0) {
    CutPlacement at = {.sheet = sheet, .item = plate->line, .x = x, .y = y, .width = plate->width,
                       .height = plate->height};
    g_array_append_val(plan->placements, at);
  }
  if (plate->low < 0)
    return;
  CutLine line = {.sheet = sheet, .stage = g_array_index(plates, Plate, plate->low).stage};
  line.x1 = plate->cut_upright ? plate->at + rules->trim_left : x;
  line.x2 = plate->cut_upright ? line.x1 : x + plate->width;
  line.y1 = plate->cut_upright ? y : plate->at + rules->trim_bottom;
  line.y2 = plate->cut_upright ? y + plate->height : line.y1;
  g_array_append_val(plan->cuts, line);
}

/* What is behind the last of the first cuts goes back to the store, where it is wide enough and free of defects. */
static void keep_remnant(const SheetSearch *search, const GArray *plates, gint64 sheet, CutSheetPlan *plan) {
  const CutRules *rules = search->rules;
  const Plate *root = &g_array_index(plates, Plate, 0), *plate = root;
  while (plate->low >= 0 && plate->cut_upright == root->cut_upright && plate->high >= 0)
    plate = &g_array_index(plates, Plate, plate->high);
  gint64 width = root->cut_upright ? plate->width : plate->height;
  if (plate == root || plate->low >= 0 || plate->line >= 0 || rules->remnant_min == 0 || width < rules->remnant_min)
    return;
  for (int i = 0; i < search->n_defects; i++) {
    const SheetDefect *defect = &search->defects[i];
    if (root->cut_upright ? defect->x2 > plate->x : defect->y2 > plate->y)
      return;
  }
  CutSheetRemnant rest = {.sheet = sheet, .x = plate->x + rules->trim_left, .y = plate->y + rules->trim_bottom,
                          .width = plate->width, .height = plate->height};
  g_array_append_val(plan->remnants, rest);
}

void sheets_free_draw(const SheetSearch *search, const GArray *plates, gint64 sheet, CutSheetPlan *plan) {
  gint64 kind = (gint64)search->task->kind;
  g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(gint32));
  gint32 index = 0;
  g_array_append_val(plan->kinds, kind);
  sheets_draw_trims(search->task, sheet, plan);
  keep_remnant(search, plates, sheet, plan);
  g_array_append_val(open, index);
  while (open->len > 0) {
    const Plate *plate = &g_array_index(plates, Plate, g_array_index(open, gint32, open->len - 1));
    g_array_set_size(open, open->len - 1);
    draw_plate(search->rules, plates, plate, sheet, plan);
    if (plate->high >= 0)
      g_array_append_val(open, plate->high);
    if (plate->low >= 0)
      g_array_append_val(open, plate->low);
  }
}
