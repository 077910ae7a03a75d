/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans of sheets as JSON: sheets that follow each other and are cut alike stand there once, with their number. */
#include "workshop/cut-lay.h"
#include "base/lang.h"
#include "workshop/cut-plan.h"

#define CUTS_MAX (16 * CUT_SHEET_PIECES_MAX) /* of a plan: of each piece on a sheet of its own, and the trims */

static gint64 area_of(const CutPlacement *at) {
  return at->width * at->height;
}

static void add_remnants(CutTotals *totals, const CutSheetPlan *plan) {
  for (guint i = 0; i < plan->remnants->len; i++) {
    const CutSheetRemnant *remnant = &g_array_index(plan->remnants, CutSheetRemnant, i);
    const gint64 area = remnant->width * remnant->height;
    totals->kept += area;
    totals->longest = MAX(totals->longest, area);
  }
  totals->remnants = plan->remnants->len;
}

CutTotals cut_plan_sheet_totals(const CutWork *work) {
  const CutSheetPlan *plan = work->sheets;
  const CutSheetOrder *order = &work->job->sheets;
  g_autoptr(GArray) runs = cut_lay_runs(plan);
  CutTotals totals = {.stocks = plan->sheets, .patterns = runs->len, .pieces = plan->placements->len,
                      .cuts = plan->cuts->len, .price = plan->price, .bound = plan->lower_bound};
  for (gint64 sheet = 0; sheet < plan->sheets; sheet++) {
    const CutSheet *kind = &order->sheets[g_array_index(plan->kinds, gint64, sheet)];
    totals.material += kind->width * kind->height;
  }
  for (guint i = 0; i < plan->placements->len; i++)
    totals.cut += area_of(&g_array_index(plan->placements, CutPlacement, i));
  add_remnants(&totals, plan);
  return totals;
}

static json_t *box(gint64 x, gint64 y, gint64 width, gint64 height) {
  return json_pack("{s:I,s:I,s:I,s:I}", "x", (json_int_t)x, "y", (json_int_t)y, "width", (json_int_t)width, "height",
                   (json_int_t)height);
}

static json_t *run_json(const CutSheetPlan *plan, const CutRun *run) {
  json_t *placements = json_array(), *cuts = json_array(), *remnants = json_array();
  for (guint i = 0; i < run->n_placements; i++) {
    const CutPlacement *at = &g_array_index(plan->placements, CutPlacement, run->placement + i);
    json_t *piece = box(at->x, at->y, at->width, at->height);
    json_object_set_new(piece, "piece", json_integer(at->item));
    json_array_append_new(placements, piece);
  }
  for (guint i = 0; i < run->n_cuts; i++) {
    const CutLine *cut = &g_array_index(plan->cuts, CutLine, run->cut + i);
    json_array_append_new(cuts, json_pack("{s:i,s:I,s:I,s:I,s:I}", "stage", cut->stage, "x1", (json_int_t)cut->x1,
                                          "y1", (json_int_t)cut->y1, "x2", (json_int_t)cut->x2, "y2",
                                          (json_int_t)cut->y2));
  }
  for (guint i = 0; i < run->n_remnants; i++) {
    const CutSheetRemnant *at = &g_array_index(plan->remnants, CutSheetRemnant, run->remnant + i);
    json_array_append_new(remnants, box(at->x, at->y, at->width, at->height));
  }
  return json_pack("{s:I,s:I,s:o,s:o,s:o}", "count", (json_int_t)run->count, "stock", (json_int_t)run->kind,
                   "placements", placements, "cuts", cuts, "remnants", remnants);
}

json_t *cut_plan_sheets_json(const CutWork *work) {
  const CutSheetPlan *plan = work->sheets;
  g_autoptr(GArray) runs = cut_lay_runs(plan);
  json_t *plans = json_array();
  for (guint i = 0; i < runs->len; i++)
    json_array_append_new(plans, run_json(plan, &g_array_index(runs, CutRun, i)));
  return json_pack("{s:s,s:I,s:I,s:I,s:I,s:b,s:o,s:O}", "cut", "sheets", "price", (json_int_t)plan->price, "sheets",
                   (json_int_t)plan->sheets, "lower_bound", (json_int_t)plan->lower_bound, "bound_sheets",
                   (json_int_t)plan->bound_sheets, "optimal", plan->optimal, "plans", plans, "order",
                   work->job->source);
}

static const CutJsonField plan_fields[] = {
  CUT_JSON_PART("cut"),
  CUT_JSON_MEMBER(CutSheetPlan, price, 1, G_MAXINT64),
  CUT_JSON_MEMBER(CutSheetPlan, sheets, 1, CUT_SHEET_PIECES_MAX),
  CUT_JSON_MEMBER(CutSheetPlan, lower_bound, 0, G_MAXINT64),
  CUT_JSON_MEMBER(CutSheetPlan, bound_sheets, 0, CUT_SHEET_PIECES_MAX),
  {.name = "optimal", .kind = CUT_JSON_BOOLEAN, .at = G_STRUCT_OFFSET(CutSheetPlan, optimal), .needed = TRUE},
  CUT_JSON_PART("plans"),
  CUT_JSON_PART("order"),
  {0},
};

/* One of `plans`. */
typedef struct {
  gint64 count, stock;
} Run;

static const CutJsonField run_fields[] = {
  CUT_JSON_MEMBER(Run, count, 1, CUT_SHEET_PIECES_MAX),
  CUT_JSON_MEMBER(Run, stock, 0, CUT_SHEET_KINDS_MAX - 1),
  CUT_JSON_PART("placements"),
  CUT_JSON_PART("cuts"),
  CUT_JSON_PART("remnants"),
  {0},
};

static const CutJsonField placement_fields[] = {
  CUT_JSON_NEEDED(CutPlacement, "piece", item, 0, CUT_SHEET_PIECES_MAX),
  CUT_JSON_MEMBER(CutPlacement, x, 0, CUT_SHEET_MAX),
  CUT_JSON_MEMBER(CutPlacement, y, 0, CUT_SHEET_MAX),
  CUT_JSON_MEMBER(CutPlacement, width, 1, CUT_SHEET_MAX),
  CUT_JSON_MEMBER(CutPlacement, height, 1, CUT_SHEET_MAX),
  {0},
};

/* A cut as it is read: its stage is an int in the plan. */
typedef struct {
  CutLine line;
  gint64 stage;
} Cut;

static const CutJsonField cut_fields[] = {
  CUT_JSON_MEMBER(Cut, stage, 0, CUT_SHEET_PIECES_MAX),
  CUT_JSON_NEEDED(Cut, "x1", line.x1, 0, CUT_SHEET_MAX),
  CUT_JSON_NEEDED(Cut, "y1", line.y1, 0, CUT_SHEET_MAX),
  CUT_JSON_NEEDED(Cut, "x2", line.x2, 0, CUT_SHEET_MAX),
  CUT_JSON_NEEDED(Cut, "y2", line.y2, 0, CUT_SHEET_MAX),
  {0},
};

static const CutJsonField remnant_fields[] = {
  CUT_JSON_MEMBER(CutSheetRemnant, x, 0, CUT_SHEET_MAX),
  CUT_JSON_MEMBER(CutSheetRemnant, y, 0, CUT_SHEET_MAX),
  CUT_JSON_MEMBER(CutSheetRemnant, width, 1, CUT_SHEET_MAX),
  CUT_JSON_MEMBER(CutSheetRemnant, height, 1, CUT_SHEET_MAX),
  {0},
};

/* What is read of one run, to be put down once a sheet. */
typedef struct {
  CutWork *work;
  CutJsonReader *reader;
  const char *place;
  GArray *placements, *cuts, *remnants;
} Reading;

static void read_placement(Reading *self, json_t *json, const char *place) {
  CutPlacement at = {0};
  cut_json_read(self->reader, json, placement_fields, &at, place);
  if (at.item >= (gint64)self->work->job->sheets.n_items)
    cut_json_fault(self->reader, place, N_("the order has no such piece"));
  g_array_append_val(self->placements, at);
}

static void read_cut(Reading *self, json_t *json, const char *place) {
  Cut cut = {0};
  cut_json_read(self->reader, json, cut_fields, &cut, place);
  cut.line.stage = (int)cut.stage;
  g_array_append_val(self->cuts, cut.line);
}

static void read_remnant(Reading *self, json_t *json, const char *place) {
  CutSheetRemnant at = {0};
  cut_json_read(self->reader, json, remnant_fields, &at, place);
  g_array_append_val(self->remnants, at);
}

static void read_list(Reading *self, json_t *run, const char *name, void (*read)(Reading *, json_t *, const char *)) {
  json_t *json;
  size_t i;
  json_array_foreach(json_object_get(run, name), i, json) {
    g_autofree char *here = g_strdup_printf("%s.%s[%zu]", self->place, name, i);
    read(self, json, here);
  }
}

/* The sheet is the first member of each element. */
static void put(GArray *into, const GArray *from, gsize size, gint64 sheet) {
  for (guint i = 0; i < from->len; i++) {
    g_array_append_vals(into, from->data + i * size, 1);
    *(gint64 *)(void *)(into->data + (into->len - 1) * size) = sheet;
  }
}

static void read_run(CutWork *work, CutJsonReader *reader, json_t *json, const char *place) {
  g_autoptr(GArray) placements = g_array_new(FALSE, FALSE, sizeof(CutPlacement));
  g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(CutLine));
  g_autoptr(GArray) remnants = g_array_new(FALSE, FALSE, sizeof(CutSheetRemnant));
  Reading self = {.work = work, .reader = reader, .place = place, .placements = placements, .cuts = cuts,
                  .remnants = remnants};
  Run run = {0};
  cut_json_read(reader, json, run_fields, &run, place);
  if (run.stock >= (gint64)work->job->sheets.n_sheets)
    cut_json_fault(reader, place, N_("the order has no such stock"));
  read_list(&self, json, "placements", read_placement);
  read_list(&self, json, "cuts", read_cut);
  read_list(&self, json, "remnants", read_remnant);
  if (placements->len == 0)
    cut_json_fault(reader, place, N_("no pieces"));
  if (work->sheets->placements->len + placements->len * run.count > CUT_SHEET_PIECES_MAX ||
      work->sheets->cuts->len + cuts->len * run.count > CUTS_MAX ||
      work->sheets->remnants->len + remnants->len * run.count > CUT_SHEET_PIECES_MAX)
    cut_json_fault(reader, place, N_("the plan has more than %d pieces or remnants, or %d cuts"), CUT_SHEET_PIECES_MAX,
                   CUTS_MAX);
  for (gint64 i = 0; reader->count == 0 && i < run.count; i++) {
    const gint64 sheet = work->sheets->kinds->len;
    g_array_append_val(work->sheets->kinds, run.stock);
    put(work->sheets->placements, placements, sizeof(CutPlacement), sheet);
    put(work->sheets->cuts, cuts, sizeof(CutLine), sheet);
    put(work->sheets->remnants, remnants, sizeof(CutSheetRemnant), sheet);
  }
}

void cut_plan_read_sheets(json_t *root, CutWork *work, CutJsonReader *reader) {
  json_t *run;
  size_t i;
  work->sheets = g_new0(CutSheetPlan, 1);
  *work->sheets = (CutSheetPlan){.kinds = g_array_new(FALSE, FALSE, sizeof(gint64)),
                                 .placements = g_array_new(FALSE, FALSE, sizeof(CutPlacement)),
                                 .cuts = g_array_new(FALSE, FALSE, sizeof(CutLine)),
                                 .remnants = g_array_new(FALSE, FALSE, sizeof(CutSheetRemnant))};
  cut_json_read(reader, root, plan_fields, work->sheets, "");
  json_array_foreach(json_object_get(root, "plans"), i, run) {
    g_autofree char *place = g_strdup_printf("plans[%zu]", i);
    read_run(work, reader, run, place);
  }
  if (reader->count == 0 && work->sheets->sheets != (gint64)work->sheets->kinds->len)
    cut_json_fault(reader, "sheets", N_("the plan has %u"), work->sheets->kinds->len);
}
