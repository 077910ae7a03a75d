/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every cut must run through one whole plate and makes two of it; in the end each placement must be a plate
 * by itself, and all other plates are waste or remnants. Nothing can overlap or be not guillotine after that. */
#include "cut-check/sheets-check.h"
#include "base/lang.h"

typedef struct {
  gint64 x1, y1, x2, y2;
  int stage;        /* of the cut that made it; 0: the whole sheet */
  gboolean taken;   /* a placement or a remnant is exactly this plate */
} Plate;

typedef struct {
  const CutSheetOrder *order;
  const CutSheetPlan *plan;
  GString *faults;
  gint64 *left;      /* per item: copies still missing */
  gint64 sheet;      /* being checked, behind the last: all together; and where its things lie in the plan's arrays */
  const CutSheet *kind;
  const CutPlacement *placements;
  const CutLine *cuts;
  guint n_placements, n_cuts;
  Plate usable;      /* the sheet when its edges are trimmed */
  GArray *plates;
  gboolean vertical; /* the first cuts run upwards */
} Check;

static void complain(Check *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void complain(Check *self, const char *format, ...) {
  const char *language = self->order->language;
  va_list arguments;
  if (self->sheet < (gint64)self->plan->kinds->len)
    g_string_append_printf(self->faults, lang_text(language, N_("sheet %lld: ")), (long long)self->sheet + 1);
  va_start(arguments, format);
  g_string_append_vprintf(self->faults, lang_text(language, format), arguments);
  va_end(arguments);
  g_string_append_c(self->faults, '\n');
}

static gboolean touches(const Plate *plate, const CutDefect *defect) {
  return plate->x1 < defect->x + defect->width && defect->x < plate->x2 && plate->y1 < defect->y + defect->height &&
         defect->y < plate->y2;
}

static gboolean is_spoilt(const Check *self, const Plate *plate) {
  for (gsize i = 0; i < self->kind->n_defects; i++)
    if (touches(plate, &self->kind->defects[i]))
      return TRUE;
  return FALSE;
}

static gboolean is_cut(const Check *self, const CutLine *wanted) {
  for (guint i = 0; i < self->n_cuts; i++) {
    const CutLine *cut = &self->cuts[i];
    if (cut->stage == 0 && cut->x1 == wanted->x1 && cut->y1 == wanted->y1 && cut->x2 == wanted->x2 &&
        cut->y2 == wanted->y2)
      return TRUE;
  }
  return FALSE;
}

/* Each edge that has a trim is cut off, left and right before below and above; nothing else is of stage 0. */
static void check_trims(Check *self) {
  const CutRules *rules = &self->order->rules;
  gint64 width = self->kind->width, height = self->kind->height, left = rules->trim_left, below = rules->trim_bottom;
  self->usable = (Plate){.x1 = left, .y1 = below, .x2 = width - rules->trim_right, .y2 = height - rules->trim_top};
  gint64 blade_x = left > rules->kerf ? left - rules->kerf : 0, blade_y = below > rules->kerf ? below - rules->kerf : 0;
  const Plate *in = &self->usable;
  const struct {
    gint64 trim;
    CutLine line;
  } edges[] = {{left, {.x1 = blade_x, .x2 = blade_x, .y2 = height}},
               {rules->trim_right, {.x1 = in->x2, .x2 = in->x2, .y2 = height}},
               {below, {.x1 = in->x1, .x2 = in->x2, .y1 = blade_y, .y2 = blade_y}},
               {rules->trim_top, {.x1 = in->x1, .x2 = in->x2, .y1 = in->y2, .y2 = in->y2}}};
  guint wanted = 0, found = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(edges); i++) {
    wanted += edges[i].trim > 0;
    if (edges[i].trim > 0 && !is_cut(self, &edges[i].line))
      complain(self, N_("an edge is not trimmed"));
  }
  for (guint i = 0; i < self->n_cuts; i++)
    found += self->cuts[i].stage == 0;
  if (found != wanted)
    complain(self, N_("%u cuts trim its edges, not %u"), found, wanted);
}

static void check_stage(Check *self, const CutLine *cut) {
  const CutRules *rules = &self->order->rules;
  gboolean upright = cut->x1 == cut->x2;
  int last = rules->exact ? rules->stages : rules->stages + 1;
  if (upright == (cut->y1 == cut->y2) || cut->stage < 1)
    complain(self, N_("a cut of stage %d runs the wrong way"), cut->stage);
  else if (rules->stages != CUT_STAGES_FREE &&
           (cut->stage > last || upright != ((cut->stage % 2 == 1) == self->vertical)))
    complain(self, N_("a cut of stage %d runs the wrong way"), cut->stage);
}

/* Splits the plate that the cut runs through. */
static void saw(Check *self, const CutLine *cut) {
  gboolean upright = cut->x1 == cut->x2;
  gint64 kerf = self->order->rules.kerf;
  check_stage(self, cut);
  for (guint i = 0; i < self->plates->len; i++) {
    Plate plate = g_array_index(self->plates, Plate, i), low = plate, high = plate;
    gboolean through = upright ? plate.y1 == cut->y1 && plate.y2 == cut->y2 && plate.x1 < cut->x1 && cut->x1 < plate.x2
                               : plate.x1 == cut->x1 && plate.x2 == cut->x2 && plate.y1 < cut->y1 && cut->y1 < plate.y2;
    if (!through)
      continue;
    if (plate.stage > cut->stage)
      complain(self, N_("a cut of stage %d in a plate of stage %d"), cut->stage, plate.stage);
    low.stage = high.stage = cut->stage;
    if (upright) {
      low.x2 = cut->x1;
      high.x1 = MIN(plate.x2, cut->x1 + kerf);
    } else {
      low.y2 = cut->y1;
      high.y1 = MIN(plate.y2, cut->y1 + kerf);
    }
    g_array_index(self->plates, Plate, i) = low;
    if (high.x1 < high.x2 && high.y1 < high.y2)
      g_array_append_val(self->plates, high);
    return;
  }
  complain(self, N_("the cut %lld,%lld - %lld,%lld goes through no plate"), (long long)cut->x1, (long long)cut->y1,
           (long long)cut->x2, (long long)cut->y2);
}

static Plate *find_plate(Check *self, gint64 x, gint64 y, gint64 width, gint64 height) {
  for (guint i = 0; i < self->plates->len; i++) {
    Plate *plate = &g_array_index(self->plates, Plate, i);
    if (!plate->taken && plate->x1 == x && plate->y1 == y && plate->x2 == x + width && plate->y2 == y + height)
      return plate;
  }
  return NULL;
}

static gboolean may_turn(const Check *self, const CutItem *item) {
  return item->turn == CUT_TURN_ASK_RULES ? self->order->rules.rotate : item->turn == CUT_TURN_MAY;
}

static gboolean is_upright(const CutItem *item, const CutPlacement *at) {
  return at->width == item->width && at->height == item->height;
}

static gboolean is_lying(const CutItem *item, const CutPlacement *at) {
  return at->width == item->height && at->height == item->width;
}

static void take_piece(Check *self, const CutPlacement *at) {
  if (at->item < 0 || at->item >= (gint64)self->order->n_items) {
    complain(self, N_("a piece that is not ordered"));
    return;
  }
  const CutItem *item = &self->order->items[at->item];
  Plate *plate = find_plate(self, at->x, at->y, at->width, at->height);
  self->left[at->item]--;
  if (!is_upright(item, at) && !(may_turn(self, item) && is_lying(item, at)))
    complain(self, N_("item %lld has the wrong size or is turned"), (long long)item->id);
  if (!plate) {
    complain(self, N_("item %lld at %lld,%lld is not cut free"), (long long)item->id, (long long)at->x,
             (long long)at->y);
    return;
  }
  plate->taken = TRUE;
  if (is_spoilt(self, plate))
    complain(self, N_("item %lld at %lld,%lld touches a defect"), (long long)item->id, (long long)at->x,
             (long long)at->y);
}

static void take_remnants(Check *self) {
  for (guint i = 0; i < self->plan->remnants->len; i++) {
    const CutSheetRemnant *rest = &g_array_index(self->plan->remnants, CutSheetRemnant, i);
    if (rest->sheet != self->sheet)
      continue;
    gint64 least = self->order->rules.remnant_min, height = self->usable.y2 - self->usable.y1;
    gint64 width = self->usable.x2 - self->usable.x1;
    gboolean loose = self->order->rules.stages == CUT_STAGES_FREE;
    gboolean full = ((self->vertical || loose) && rest->height == height && rest->width >= least) ||
                    ((!self->vertical || loose) && rest->width == width && rest->height >= least);
    Plate *plate = find_plate(self, rest->x, rest->y, rest->width, rest->height);
    if (!plate || !full || least == 0 || is_spoilt(self, plate))
      complain(self, N_("the remnant at %lld,%lld is not a whole good rest of at least %lld"), (long long)rest->x,
               (long long)rest->y, (long long)least);
    else
      plate->taken = TRUE;
  }
}

static int compare_numbers(const void *a, const void *b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

/* Where cuts of the stage cross the band, sorted; upright cuts where `upright`. */
static GArray *edges_of(const Check *self, const Plate *band, int stage, gboolean upright) {
  GArray *edges = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; i < self->n_cuts; i++) {
    const CutLine *cut = &self->cuts[i];
    if (cut->stage == stage && cut->x1 >= band->x1 && cut->x2 <= band->x2 && cut->y1 >= band->y1 && cut->y2 <= band->y2)
      g_array_append_val(edges, *(upright ? &cut->x1 : &cut->y1));
  }
  g_array_sort(edges, compare_numbers);
  return edges;
}

static gboolean holds_piece(const Check *self, const Plate *band) {
  for (guint i = 0; i < self->n_placements; i++) {
    const CutPlacement *at = &self->placements[i];
    if (at->x >= band->x1 && at->x < band->x2 && at->y >= band->y1 && at->y < band->y2)
      return TRUE;
  }
  return FALSE;
}

/* Distances between cuts of the first stage in the sheet, and of the second in each strip. What is behind the last
 * cut counts where it holds pieces. */
static void check_distances(Check *self, const Plate *whole, int stage) {
  const CutRules *rules = &self->order->rules;
  gint64 least = stage == 1 ? rules->first_min : rules->second_min;
  gint64 most = stage == 1 ? rules->first_max : rules->second_max;
  gboolean upright = (stage == 1) == self->vertical;
  g_autoptr(GArray) edges = edges_of(self, whole, stage, upright);
  gint64 end = upright ? whole->x2 : whole->y2, last = upright ? whole->x1 : whole->y1;
  g_array_append_val(edges, end);
  for (guint i = 0; i < edges->len; i++) {
    gint64 edge = g_array_index(edges, gint64, i), width = edge - last;
    Plate band = *whole;
    *(upright ? &band.x1 : &band.y1) = last;
    *(upright ? &band.x2 : &band.y2) = edge;
    last = edge + rules->kerf;
    if (i + 1 == edges->len && !holds_piece(self, &band))
      return;
    if (width < least || (most > 0 && width > most))
      complain(self, N_("%lld between cuts of stage %d"), (long long)width, stage);
    if (stage == 1)
      check_distances(self, &band, 2);
  }
}

/* Distances of all stages. Where first cuts may go either way and no cut says which, as where a piece is as large as
 * the sheet, they are kept if they are in one of both ways. */
static void check_all_distances(Check *self, gboolean told) {
  const gsize before = self->faults->len;
  check_distances(self, &self->usable, 1);
  if (told || self->order->rules.first != CUT_FIRST_EITHER || self->faults->len == before)
    return;
  g_string_truncate(self->faults, before);
  self->vertical = !self->vertical;
  check_distances(self, &self->usable, 1);
}

/* The placement of that item with its lower left corner there; NULL where there is none. */
static const CutPlacement *placed_at(const Check *self, gint64 item, gint64 x, gint64 y) {
  for (guint i = 0; i < self->n_placements; i++)
    if (self->placements[i].item == item && self->placements[i].x == x && self->placements[i].y == y)
      return &self->placements[i];
  return NULL;
}

/* Whether the rest of the sequence follows its first piece: to the right, or above it where turned. */
static gboolean sequence_follows(const Check *self, const CutPlacement *first, gboolean lying) {
  const CutItem *items = self->order->items;
  const CutPlacement *before = NULL;
  for (gsize i = (gsize)first->item; i < self->order->n_items; i++) {
    if (items[i].matched != items[first->item].matched)
      continue;
    const CutPlacement *at = first;
    if (before)
      at = placed_at(self, (gint64)i, lying ? first->x : before->x + before->width + self->order->rules.kerf,
                     lying ? before->y + before->height + self->order->rules.kerf : first->y);
    if (!at || !(lying ? is_lying(&items[i], at) : is_upright(&items[i], at)))
      return FALSE;
    before = at;
  }
  return TRUE;
}

/* Copies are counted elsewhere: where each first piece has its followers, no follower is without its first. */
static void check_sequences(Check *self) {
  const CutItem *items = self->order->items;
  for (guint p = 0; p < self->n_placements; p++) {
    const CutPlacement *at = &self->placements[p];
    gboolean is_first = at->item >= 0 && at->item < (gint64)self->order->n_items && items[at->item].matched != 0;
    for (gint64 i = 0; is_first && i < at->item; i++)
      is_first = items[i].matched != items[at->item].matched;
    if (is_first && !sequence_follows(self, at, FALSE) && !sequence_follows(self, at, TRUE))
      complain(self, N_("the sequence %lld is not side by side in its order"), (long long)items[at->item].matched);
  }
}

static void check_sheet(Check *self) {
  const CutRules *rules = &self->order->rules;
  g_autoptr(GArray) plates = g_array_new(FALSE, FALSE, sizeof(Plate));
  self->plates = plates;
  check_trims(self);
  g_array_append_val(plates, self->usable);
  self->vertical = rules->first != CUT_FIRST_HORIZONTAL;
  gboolean told = FALSE;
  for (guint i = self->n_cuts; rules->first == CUT_FIRST_EITHER && i-- > 0;)
    if (self->cuts[i].stage > 0) {
      told = TRUE;
      self->vertical = (self->cuts[i].x1 == self->cuts[i].x2) == (self->cuts[i].stage % 2 == 1);
    }
  if (self->n_placements == 0)
    complain(self, N_("no pieces"));
  for (guint i = 0; i < self->n_cuts; i++)
    if (self->cuts[i].stage != 0)
      saw(self, &self->cuts[i]);
  for (guint i = 0; i < self->n_placements; i++)
    take_piece(self, &self->placements[i]);
  take_remnants(self);
  check_sequences(self);
  if (rules->first_min || rules->first_max || rules->second_min || rules->second_max)
    check_all_distances(self, told);
  for (guint p = 0; p < plates->len; p++) {
    const Plate *plate = &g_array_index(plates, Plate, p);
    if (!plate->taken && MIN(plate->x2 - plate->x1, plate->y2 - plate->y1) < rules->waste_min)
      complain(self, N_("a strip of waste narrower than %lld at %lld,%lld"), (long long)rules->waste_min,
               (long long)plate->x1, (long long)plate->y1);
  }
}

/* No piece lies on a later sheet than one with a higher number. */
static void check_priorities(Check *self, gint64 *highest) {
  gint64 high = *highest;
  for (guint i = 0; i < self->n_placements; i++) {
    gint64 item = self->placements[i].item;
    if (item < 0 || item >= (gint64)self->order->n_items)
      continue;
    if (self->order->items[item].priority < *highest)
      complain(self, N_("item %lld comes after one of a higher number"), (long long)self->order->items[item].id);
    high = MAX(high, self->order->items[item].priority);
  }
  *highest = high;
}

static void check_totals(Check *self, const gint64 *used) {
  const CutSheetOrder *order = self->order;
  const CutSheetPlan *plan = self->plan;
  gint64 price = 0;
  for (gsize i = 0; i < order->n_items; i++)
    if (self->left[i] != 0)
      complain(self, self->left[i] > 0 ? N_("item %lld: %lld missing") : N_("item %lld: %lld too many"),
               (long long)order->items[i].id, (long long)ABS(self->left[i]));
  for (gsize s = 0; s < order->n_sheets; s++) {
    price += used[s] * order->sheets[s].price;
    if (order->sheets[s].count != CUT_UNLIMITED && used[s] > order->sheets[s].count)
      complain(self, N_("of %lld sheets %lld there are %lld"), (long long)used[s], (long long)order->sheets[s].id,
               (long long)order->sheets[s].count);
  }
  if (plan->sheets != (gint64)plan->kinds->len || plan->price != price || plan->lower_bound > price ||
      plan->bound_sheets > plan->sheets || (plan->optimal && plan->lower_bound != price))
    complain(self, N_("the plan says %lld sheets for %lld, bounds %lld and %lld, and has %u for %lld"),
             (long long)plan->sheets, (long long)plan->price, (long long)plan->bound_sheets,
             (long long)plan->lower_bound, plan->kinds->len, (long long)price);
}

/* Sheet by sheet; used: per kind, how many. */
static void check_sheets(Check *self, gint64 *used) {
  const CutSheetPlan *plan = self->plan;
  guint placement = 0, cut = 0;
  gint64 highest = G_MININT64;
  for (self->sheet = 0; self->sheet < (gint64)plan->kinds->len; self->sheet++) {
    gint64 kind = g_array_index(plan->kinds, gint64, self->sheet);
    self->placements = plan->placements->len > 0 ? &g_array_index(plan->placements, CutPlacement, placement) : NULL;
    self->cuts = plan->cuts->len > 0 ? &g_array_index(plan->cuts, CutLine, cut) : NULL;
    self->n_placements = self->n_cuts = 0;
    for (; placement < plan->placements->len &&
           g_array_index(plan->placements, CutPlacement, placement).sheet == self->sheet; placement++)
      self->n_placements++;
    for (; cut < plan->cuts->len && g_array_index(plan->cuts, CutLine, cut).sheet == self->sheet; cut++)
      self->n_cuts++;
    if (kind < 0 || kind >= (gint64)self->order->n_sheets) {
      complain(self, N_("an unknown kind of sheet"));
      continue;
    }
    used[kind]++;
    self->kind = &self->order->sheets[kind];
    check_sheet(self);
    check_priorities(self, &highest);
  }
  if (placement != plan->placements->len || cut != plan->cuts->len)
    complain(self, N_("placements or cuts are not listed by sheet"));
}

gboolean sheets_check_plan(const CutSheetOrder *order, const CutSheetPlan *plan, GString *faults) {
  g_autofree gint64 *left = g_new0(gint64, order->n_items + 1), *used = g_new0(gint64, order->n_sheets + 1);
  Check self = {.order = order, .plan = plan, .faults = faults, .left = left};
  for (gsize i = 0; i < order->n_items; i++)
    left[i] = order->items[i].copies;
  check_sheets(&self, used);
  for (guint i = 0; i < plan->remnants->len; i++) {
    gint64 sheet = g_array_index(plan->remnants, CutSheetRemnant, i).sheet;
    if (sheet < 0 || sheet >= (gint64)plan->kinds->len)
      complain(&self, N_("a remnant of a sheet that is not cut"));
  }
  check_totals(&self, used);
  return faults->len == 0;
}
