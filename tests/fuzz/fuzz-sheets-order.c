/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes are an order for sheets with all that it can state: it is cut by a plan which the independent checker
   passes, or is refused with a reason; twice the same. */
#include "bytes.h"
#include "cut-check/sheets-check.h"
#include "cut/cut.h"
#include "fuzz.h"

#define LINES_MAX 12
#define DEFECTS_MAX 4
#define WORK 20000

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  return 0;
}

static gint64 next_number(Bytes *bytes) {
  static const gint64 odd[8] = {-1, 1000000, 1000001, G_MAXINT64, G_MININT64, 20000, 0, 1};
  return bytes_number(bytes, 1024, odd);
}

/* Which rules are stated, then each of these; the rest is plain. */
static CutRules next_rules(Bytes *bytes) {
  static const int stages[] = {3, 2, CUT_STAGES_FREE, 3};
  CutRules rules = {0};
  gint64 kind = bytes_next(bytes), stated = bytes_next(bytes) | bytes_next(bytes) << 8;
  gint64 *const lengths[] = {&rules.kerf, &rules.first_min, &rules.first_max, &rules.second_min, &rules.second_max,
                             &rules.waste_min, &rules.trim_left, &rules.trim_right, &rules.trim_bottom,
                             &rules.trim_top, &rules.remnant_min};
  rules.stages = kind >> 7 ? (int)next_number(bytes) : stages[kind & 3];
  rules.exact = kind >> 2 & 1;
  rules.rotate = kind >> 3 & 1;
  rules.first = (CutFirst)(kind >> 4 & 3);
  for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
    *lengths[i] = stated >> i & 1 ? next_number(bytes) : 0;
  return rules;
}

static CutSheetOrder next_order(Bytes *bytes, CutItem *items, CutSheet *sheets, CutDefect *defects) {
  CutSheetOrder order = cut_sheet_order_default();
  order.rules = next_rules(bytes);
  order.items = items;
  order.sheets = sheets;
  order.n_items = (gsize)bytes_next(bytes) % LINES_MAX;
  order.n_sheets = (gsize)bytes_next(bytes) % LINES_MAX;
  order.offcuts_first = bytes_next(bytes) & 1;
  order.seed = (guint64)bytes_next(bytes);
  order.work = WORK;
  for (gsize s = 0; s < order.n_sheets; s++) {
    gint64 spoilt = bytes_next(bytes) % (2 * DEFECTS_MAX);
    sheets[s] = (CutSheet){.id = (gint64)s, .width = next_number(bytes), .height = next_number(bytes),
                           .price = next_number(bytes), .count = next_number(bytes), .offcut = s & 1,
                           .defects = defects, .n_defects = spoilt < DEFECTS_MAX ? (gsize)spoilt : 0};
  }
  for (gsize d = 0; d < DEFECTS_MAX; d++)
    defects[d] = (CutDefect){.x = next_number(bytes), .y = next_number(bytes), .width = next_number(bytes),
                             .height = next_number(bytes)};
  for (gsize i = 0; i < order.n_items; i++) {
    gint64 kind = bytes_next(bytes);
    items[i] = (CutItem){.id = (gint64)i, .width = next_number(bytes), .height = next_number(bytes),
                         .copies = next_number(bytes), .turn = (CutTurn)(kind & 3), .priority = kind >> 2 & 3,
                         .matched = kind >> 4 & 3};
  }
  return order;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size) {
  Bytes bytes = {.at = at, .end = at + size};
  CutItem items[LINES_MAX];
  CutSheet sheets[LINES_MAX];
  CutDefect defects[DEFECTS_MAX];
  const CutSheetOrder order = next_order(&bytes, items, sheets, defects);
  g_autoptr(GError) error = NULL;
  g_autoptr(CutSheetPlan) plan = cut_sheets(&order, &error), again = cut_sheets(&order, NULL);
  g_autoptr(GString) faults = g_string_new(NULL);
  g_assert(!plan == !again && !plan == (error != NULL));
  if (plan && !sheets_check_plan(&order, plan, faults))
    g_error("%s", faults->str);
  if (plan && (plan->work != again->work || plan->price != again->price))
    g_error("two plans for one order");
  return 0;
}
