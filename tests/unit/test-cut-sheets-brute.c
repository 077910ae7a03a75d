/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets: tiny orders with random combinations of what an order can state, against trying every cut at every whole
 * number. Plans pass the checker, no bound is above the best price there is, and the best is nearly always found. */
#include "cut-check/sheets-check.h"
#include "cut/cut.h"
#include <string.h>

#define PIECES 5
#define KINDS 2
#define SIDE 9 /* longest usable side */
#define TRIALS 1200
#define WORK 300000

enum { NOT_KNOWN, NO, YES };

/* An order and where its arrays lie. */
typedef struct {
  CutItem items[PIECES];
  CutSheet sheets[KINDS];
  CutDefect defects[KINDS];
  CutSheetOrder order;
} Tiny;

/* One sheet of one kind: which sets of pieces can be cut from it. */
typedef struct {
  const CutSheetOrder *order;
  const CutSheet *sheet;
  int last;          /* stage; 0: any number */
  gboolean vertical; /* first cuts */
  int n;             /* pieces */
  int group;         /* the set of the matched ones; 0: none */
  guint8 *known;     /* by plate, set and stage */
} Brute;

typedef struct {
  int x, y, width, height;
} Plate;

static gboolean is_spoilt(const Brute *self, Plate plate) {
  for (gsize i = 0; i < self->sheet->n_defects; i++) {
    CutDefect d = self->sheet->defects[i];
    gint64 x = plate.x + self->order->rules.trim_left, y = plate.y + self->order->rules.trim_bottom;
    if (x < d.x + d.width && d.x < x + plate.width && y < d.y + d.height && d.y < y + plate.height)
      return TRUE;
  }
  return FALSE;
}

static gboolean turns(const Brute *self, int piece) {
  CutTurn turn = self->order->items[piece].turn;
  return turn == CUT_TURN_ASK_RULES ? self->order->rules.rotate : turn == CUT_TURN_MAY;
}

static gboolean is_piece(const Brute *self, int piece, Plate plate) {
  const CutItem *item = &self->order->items[piece];
  gboolean upright = plate.width == item->width && plate.height == item->height;
  gboolean lying = plate.width == item->height && plate.height == item->width;
  return !is_spoilt(self, plate) && (upright || (turns(self, piece) && lying));
}

static gboolean can(Brute *self, Plate plate, int set, int stage);
static gboolean is_sequence(const Brute *self, Plate plate, int set, int stage);

/* Distances between cuts of the first and second stage. */
static gboolean in_distance(const Brute *self, int stage, int width) {
  const CutRules *rules = &self->order->rules;
  gint64 least = stage == 1 ? rules->first_min : stage == 2 ? rules->second_min : 0;
  gint64 most = stage == 1 ? rules->first_max : stage == 2 ? rules->second_max : 0;
  return self->last == 0 || (width >= least && (most == 0 || width <= most));
}

/* Cuts the plate at every place, and gives either part every part of the set. */
static gboolean can_cut(Brute *self, Plate plate, int set, int stage, gboolean upright) {
  int kerf = (int)self->order->rules.kerf, side = upright ? plate.width : plate.height;
  for (int at = 1; at < side; at++) {
    Plate low = plate, high = plate;
    *(upright ? &low.width : &low.height) = at;
    *(upright ? &high.width : &high.height) = side - at - kerf;
    *(upright ? &high.x : &high.y) += at + kerf;
    for (int part = set;; part = (part - 1) & set) {
      int other = set & ~part, split = part & self->group;
      gboolean torn = split && split != self->group;
      int next = self->last == 0 ? 1 : stage + 1;
      gboolean trims = self->last > 0 && !self->order->rules.exact && stage == self->last;
      gboolean done = (!trims && is_sequence(self, low, part, stage)) ||
                      (in_distance(self, stage, at) && can(self, low, part, next));
      if (!torn && done && can(self, high, other, self->last == 0 ? 1 : stage))
        return TRUE;
      if (part == 0)
        break;
    }
  }
  return FALSE;
}

/* Whether what is `over` a member of the sequence can be trimmed off it by the next stage. */
static gboolean can_trim(const Brute *self, int over, int stage) {
  gint64 rest = over - self->order->rules.kerf;
  return over == 0 || (over > 0 && (self->last == 0 || stage + 1 <= self->last) &&
                       (rest <= 0 || rest >= self->order->rules.waste_min));
}

/* The plate is as long as the sequence with the cuts between its pieces, which are of this stage. */
static gboolean can_sequence(const Brute *self, Plate plate, int stage, gboolean lying) {
  int kerf = (int)self->order->rules.kerf, along = lying ? plate.y : plate.x;
  gboolean upright = (stage % 2 == 1) == self->vertical;
  if (self->last > 0 && (stage == 1 || upright == lying))
    return FALSE;
  for (int i = 0; i < self->n; i++) {
    const CutItem *item = &self->order->items[i];
    if (!(self->group >> i & 1))
      continue;
    Plate piece = {.x = lying ? plate.x : along, .y = lying ? along : plate.y};
    piece.width = (int)(lying ? item->height : item->width);
    piece.height = (int)(lying ? item->width : item->height);
    int over = lying ? plate.width - piece.width : plate.height - piece.height;
    if (is_spoilt(self, piece) || (lying && !turns(self, i)) || !can_trim(self, over, stage) ||
        !in_distance(self, stage, (int)item->width))
      return FALSE;
    along += (int)item->width + kerf;
  }
  return along - kerf == (lying ? plate.y + plate.height : plate.x + plate.width);
}

static gboolean is_sequence(const Brute *self, Plate plate, int set, int stage) {
  return self->group && set == self->group &&
         (can_sequence(self, plate, stage, FALSE) || can_sequence(self, plate, stage, TRUE));
}

static gboolean find(Brute *self, Plate plate, int set, int stage) {
  int side = (stage % 2 == 1) == self->vertical ? plate.width : plate.height;
  gint64 least = self->order->rules.waste_min;
  if (set == 0)
    return plate.width <= 0 || plate.height <= 0 || MIN(plate.width, plate.height) >= least;
  if (plate.width <= 0 || plate.height <= 0)
    return FALSE;
  if (self->last == 0) {
    for (int i = 0; i < self->n; i++)
      if (set == 1 << i && is_piece(self, i, plate))
        return TRUE;
    return is_sequence(self, plate, set, 1) || can_cut(self, plate, set, 1, TRUE) ||
           can_cut(self, plate, set, 1, FALSE);
  }
  if (stage > self->last) {
    for (int i = 0; i < self->n; i++)
      if (set == 1 << i && is_piece(self, i, plate))
        return TRUE;
    return FALSE;
  }
  /* What trims a piece does not cut two apart. */
  gboolean trims = !self->order->rules.exact && stage == self->last;
  if (!trims && is_sequence(self, plate, set, stage))
    return TRUE;
  if (in_distance(self, stage, side) && can(self, plate, set, stage + 1))
    return TRUE;
  return (!trims || (set & (set - 1)) == 0) && can_cut(self, plate, set, stage, (stage % 2 == 1) == self->vertical);
}

static gboolean can(Brute *self, Plate plate, int set, int stage) {
  if (plate.width <= 0 || plate.height <= 0)
    return set == 0;
  guint key = (guint)plate.x << 20 | (guint)plate.y << 16 | (guint)plate.width << 12 | (guint)plate.height << 8 |
              (guint)set << 3 | (guint)stage;
  if (self->known[key] == NOT_KNOWN)
    self->known[key] = find(self, plate, set, stage) ? YES : NO;
  return self->known[key] == YES;
}

/* Which sets of pieces go on one sheet of the kind. */
static void find_sets(const CutSheetOrder *order, gsize kind, gboolean *fits) {
  const CutRules *rules = &order->rules;
  g_autofree guint8 *known = g_malloc(1 << 24);
  Brute self = {.order = order, .sheet = &order->sheets[kind], .n = (int)order->n_items, .known = known,
                .last = rules->stages == CUT_STAGES_FREE ? 0 : rules->stages + !rules->exact};
  for (int i = 0; i < self.n; i++)
    self.group |= order->items[i].matched ? 1 << i : 0;
  Plate plate = {.width = (int)(self.sheet->width - rules->trim_left - rules->trim_right),
                 .height = (int)(self.sheet->height - rules->trim_bottom - rules->trim_top)};
  for (int turned = 0; turned < 2; turned++) {
    if (rules->first == (turned ? CUT_FIRST_VERTICAL : CUT_FIRST_HORIZONTAL) && self.last > 0)
      continue;
    memset(known, 0, 1 << 24);
    self.vertical = !turned;
    for (int set = 1; set < 1 << self.n; set++) {
      int part = set & self.group;
      fits[set] = fits[set] || ((part == 0 || part == self.group) && can(&self, plate, set, 1));
    }
  }
}

/* Everything after `done`; G_MAXINT64 where the stock does not suffice. */
static gint64 cheapest(const Tiny *tiny, gboolean fits[KINDS][1 << PIECES], int done, gint64 *stock) {
  const CutSheetOrder *order = &tiny->order;
  int all = (1 << order->n_items) - 1, rest = all & ~done;
  gint64 best = G_MAXINT64, highest = G_MININT64;
  if (rest == 0)
    return 0;
  for (gsize i = 0; i < order->n_items; i++)
    if (done >> i & 1)
      highest = MAX(highest, order->items[i].priority);
  for (int set = rest; set > 0; set = (set - 1) & rest) {
    gboolean late = FALSE;
    for (gsize i = 0; i < order->n_items; i++)
      late = late || ((set >> i & 1) && order->items[i].priority < highest);
    for (gsize k = 0; k < order->n_sheets && !late; k++) {
      if (!fits[k][set] || stock[k] == 0)
        continue;
      stock[k]--;
      gint64 price = cheapest(tiny, fits, done | set, stock);
      stock[k]++;
      best = price == G_MAXINT64 ? best : MIN(best, price + order->sheets[k].price);
    }
  }
  return best;
}

static void make_rules(CutRules *rules, GRand *random) {
  static const int stages[] = {2, 3, 3, CUT_STAGES_FREE};
  rules->stages = stages[g_rand_int_range(random, 0, 4)];
  gboolean free = rules->stages == CUT_STAGES_FREE;
  rules->exact = !free && g_rand_boolean(random);
  rules->rotate = g_rand_boolean(random);
  rules->first = (CutFirst)g_rand_int_range(random, 0, 3);
  rules->kerf = g_rand_int_range(random, 0, 2);
  if (g_rand_boolean(random)) {
    rules->trim_left = g_rand_int_range(random, 0, 3);
    rules->trim_top = g_rand_int_range(random, 0, 3);
    rules->trim_right = g_rand_int_range(random, 0, 2);
    rules->trim_bottom = g_rand_int_range(random, 0, 2);
  }
  if (!free && g_rand_int_range(random, 0, 3) == 0) {
    rules->first_min = g_rand_int_range(random, 0, 4);
    rules->first_max = g_rand_boolean(random) ? g_rand_int_range(random, 4, 9) : 0;
  }
  if (!free && g_rand_int_range(random, 0, 3) == 0) {
    rules->second_min = g_rand_int_range(random, 0, 3);
    rules->second_max = g_rand_boolean(random) ? g_rand_int_range(random, 3, 9) : 0;
  }
  rules->waste_min = rules->exact ? g_rand_int_range(random, 0, 3) : 0;
  rules->remnant_min = g_rand_int_range(random, 0, 4);
}

static void make(Tiny *self, GRand *random) {
  *self = (Tiny){.order = cut_sheet_order_default()};
  CutSheetOrder *order = &self->order;
  CutRules *rules = &order->rules;
  make_rules(rules, random);
  order->n_items = (gsize)g_rand_int_range(random, 2, PIECES + 1);
  gboolean priorities = g_rand_int_range(random, 0, 3) == 0;
  for (gsize i = 0; i < order->n_items; i++)
    self->items[i] = (CutItem){.id = (gint64)i, .width = g_rand_int_range(random, 1, 6),
                               .height = g_rand_int_range(random, 1, 6), .copies = 1,
                               .turn = (CutTurn)g_rand_int_range(random, 0, 3),
                               .priority = priorities ? g_rand_int_range(random, 0, 3) : 0};
  if (g_rand_int_range(random, 0, 3) == 0)
    for (gsize i = 0; i < 2; i++) {
      CutItem *item = &self->items[i ? order->n_items - 1 : 0];
      *item = (CutItem){.id = item->id, .width = g_rand_int_range(random, 1, 4), .height = self->items[0].height,
                        .copies = 1, .matched = 7, .turn = self->items[0].turn};
    }
  for (gsize i = 0; i < order->n_items; i++) {
    self->items[i].width = MAX(self->items[i].width, rules->waste_min);
    self->items[i].height = MAX(self->items[i].height, rules->waste_min);
  }
  order->n_sheets = (gsize)g_rand_int_range(random, 1, KINDS + 1);
  for (gsize s = 0; s < order->n_sheets; s++) {
    CutSheet *sheet = &self->sheets[s];
    *sheet = (CutSheet){.id = 10 + (gint64)s, .price = g_rand_int_range(random, 1, 20),
                        .width = g_rand_int_range(random, 5, SIDE + 1) + rules->trim_left + rules->trim_right,
                        .height = g_rand_int_range(random, 5, SIDE + 1) + rules->trim_bottom + rules->trim_top,
                        .count = g_rand_boolean(random) ? g_rand_int_range(random, 1, 4) : CUT_UNLIMITED};
    self->defects[s] = (CutDefect){.x = g_rand_int_range(random, -1, SIDE), .y = g_rand_int_range(random, 0, SIDE),
                                   .width = g_rand_int_range(random, 1, 3), .height = g_rand_int_range(random, 1, 3)};
    sheet->defects = &self->defects[s];
    sheet->n_defects = g_rand_int_range(random, 0, 3) == 0;
  }
  order->items = self->items;
  order->sheets = self->sheets;
  order->work = WORK;
}

/* The order in the test's log: what failed can be made again. */
static void tell(const CutSheetOrder *order) {
  const CutRules *r = &order->rules;
  g_test_message("  stages %d exact %d rotate %d first %d kerf %d, first cuts %d..%d, second %d..%d, waste %d",
                 r->stages, r->exact, r->rotate, (int)r->first, (int)r->kerf, (int)r->first_min, (int)r->first_max,
                 (int)r->second_min, (int)r->second_max, (int)r->waste_min);
  g_test_message("  trims %d %d %d %d", (int)r->trim_left, (int)r->trim_right, (int)r->trim_bottom, (int)r->trim_top);
  for (gsize i = 0; i < order->n_items; i++)
    g_test_message("  item %d x %d turn %d priority %d matched %d", (int)order->items[i].width,
                   (int)order->items[i].height, (int)order->items[i].turn, (int)order->items[i].priority,
                   (int)order->items[i].matched);
  for (gsize s = 0; s < order->n_sheets; s++) {
    const CutSheet *sheet = &order->sheets[s];
    g_test_message("  sheet %d x %d for %d, %d of them; %d defects: %d,%d %d x %d", (int)sheet->width,
                   (int)sheet->height, (int)sheet->price, (int)sheet->count, (int)sheet->n_defects,
                   (int)sheet->defects->x, (int)sheet->defects->y, (int)sheet->defects->width,
                   (int)sheet->defects->height);
  }
}

static void tell_plan(const CutSheetOrder *order, const CutSheetPlan *plan) {
  tell(order);
  for (guint i = 0; i < plan->placements->len; i++) {
    const CutPlacement *at = &g_array_index(plan->placements, CutPlacement, i);
    g_test_message("  sheet %d: item %d at %d,%d %d x %d", (int)at->sheet, (int)at->item, (int)at->x, (int)at->y,
                   (int)at->width, (int)at->height);
  }
  for (guint i = 0; i < plan->cuts->len; i++) {
    const CutLine *at = &g_array_index(plan->cuts, CutLine, i);
    g_test_message("  sheet %d: stage %d cut %d,%d - %d,%d", (int)at->sheet, at->stage, (int)at->x1, (int)at->y1,
                   (int)at->x2, (int)at->y2);
  }
}

/* Of all trials together. */
typedef struct {
  int plans, best, proved, refused, missed;
} Sums;

static void compare(const Tiny *tiny, const CutSheetPlan *plan, gint64 best, Sums *sums) {
  g_autoptr(GString) faults = g_string_new(NULL);
  if (!sheets_check_plan(&tiny->order, plan, faults))
    tell_plan(&tiny->order, plan);
  g_assert_cmpstr(faults->str, ==, "");
  g_assert_cmpint(plan->price, >=, best);
  g_assert_cmpint(plan->lower_bound, <=, best);
  sums->plans++;
  sums->best += plan->price == best;
  sums->proved += plan->optimal;
  if (plan->price > best)
    g_test_message("  %d, best is %d, bound %d", (int)plan->price, (int)best, (int)plan->lower_bound);
}

static void test_tiny(void) {
  g_autoptr(GRand) random = g_rand_new_with_seed(31);
  Sums sums = {0};
  for (int trial = 0; trial < TRIALS; trial++) {
    Tiny tiny;
    gboolean fits[KINDS][1 << PIECES] = {{0}};
    gint64 stock[KINDS];
    make(&tiny, random);
    for (gsize k = 0; k < tiny.order.n_sheets; k++) {
      stock[k] = tiny.sheets[k].count == CUT_UNLIMITED ? PIECES : tiny.sheets[k].count;
      find_sets(&tiny.order, k, fits[k]);
    }
    gint64 best = cheapest(&tiny, fits, 0, stock);
    g_autoptr(GError) error = NULL;
    g_autoptr(CutSheetPlan) plan = cut_sheets(&tiny.order, &error);
    g_test_message("trial %d: %s", trial, plan ? "planned" : error->message);
    if (best == G_MAXINT64 ? plan != NULL : !plan || plan->price > best)
      tell(&tiny.order);
    if (plan) {
      g_assert_cmpint(best, <, G_MAXINT64);
      compare(&tiny, plan, best, &sums);
    } else {
      sums.refused++;
      sums.missed += best < G_MAXINT64;
      if (best < G_MAXINT64)
        g_test_message("  missed: there is a plan of %d", (int)best);
    }
  }
  g_test_message("%d plans, %d of the best price, %d proved; %d refused, %d of them wrongly", sums.plans, sums.best,
                 sums.proved, sums.refused, sums.missed);
  /* Same seed, same work: the same on every machine. What is not found has a defect, priorities or a sequence in its
   * way. The one that is refused has a single sheet, and a flaw less than a cut behind a strip: the strip before would
   * have to be cut wider than its pieces, and the search lets waste of no less than a cut stand before a flaw. */
  g_assert_cmpint(sums.plans - sums.best, <=, 5);
  g_assert_cmpint(sums.missed, <=, 1);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cut/sheets-brute/tiny", test_tiny);
  return g_test_run();
}
