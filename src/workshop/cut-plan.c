/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members have the names of cut.h. Reading trusts nothing: indices are within the order, pieces fit their bar. */
#include "workshop/cut-plan.h"
#include "base/lang.h"
#include "workshop/cut-lay.h"

#define PLAN_FILE_MAX (8 * CUT_JOB_FILE_MAX)

static const CutPattern *pattern_at(const CutBarPlan *plan, guint i) {
  return plan->patterns->pdata[i];
}

gboolean cut_plan_kept(const CutJob *job, gint64 leftover) {
  return job->bars.remnant_min > 0 && leftover >= job->bars.remnant_min;
}

CutTotals cut_plan_totals(const CutWork *work) {
  if (work->job->kind == CUT_JOB_SHEETS)
    return cut_plan_sheet_totals(work);
  const CutOrder *order = &work->job->bars;
  CutTotals totals = {.price = work->bars->price, .bound = work->bars->lower_bound,
                      .patterns = work->bars->patterns->len};
  for (guint i = 0; i < work->bars->patterns->len; i++) {
    const CutPattern *pattern = pattern_at(work->bars, i);
    g_autoptr(CutLay) lay = cut_lay_pattern(order, pattern);
    totals.stocks += pattern->count;
    totals.pieces += pattern->count * lay->laid->len;
    totals.cuts += pattern->count * lay->cuts;
    totals.material += pattern->count * order->stocks[pattern->stock].length;
    totals.cut += pattern->count * lay->pieces;
    if (!cut_plan_kept(work->job, lay->leftover))
      continue;
    totals.kept += pattern->count * lay->leftover;
    totals.remnants += pattern->count;
    totals.longest = MAX(totals.longest, lay->leftover);
  }
  return totals;
}

/* Pieces in different places. */
static gint64 places_of(const CutWork *work) {
  gint64 pieces = 0;
  for (guint i = 0; work->bars && i < work->bars->patterns->len; i++) {
    const CutPattern *pattern = pattern_at(work->bars, i);
    for (guint p = 0; p < pattern->parts->len; p++)
      pieces += g_array_index(pattern->parts, CutPart, p).times;
  }
  g_autoptr(GArray) runs = work->job->kind == CUT_JOB_SHEETS ? cut_lay_runs(work->sheets) : NULL;
  for (guint i = 0; runs && i < runs->len; i++)
    pieces += g_array_index(runs, CutRun, i).n_placements;
  return pieces;
}

gboolean cut_plan_may_be_printed(const CutWork *work, gboolean each, GError **error) {
  const CutTotals totals = cut_plan_totals(work);
  const gint64 pieces = each ? totals.pieces + totals.remnants : places_of(work);
  if (pieces > CUT_PLAN_PRINTED_MAX)
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER,
                lang_text(cut_job_language(work->job),
                          N_("%lld pieces are more than the %d that are printed; a saw list in CSV has no limit")),
                (long long)pieces, CUT_PLAN_PRINTED_MAX);
  return pieces <= CUT_PLAN_PRINTED_MAX;
}

gint64 cut_plan_yield(const CutTotals *totals) {
  return totals->material > 0 ? (gint64)((__int128)totals->cut * 10000 / totals->material) : 0;
}

static json_t *parts_json(const CutPattern *pattern) {
  json_t *parts = json_array();
  for (guint p = 0; p < pattern->parts->len; p++) {
    const CutPart part = g_array_index(pattern->parts, CutPart, p);
    json_array_append_new(parts, json_pack("{s:I,s:I,s:I}", "piece", (json_int_t)part.piece, "times",
                                           (json_int_t)part.times, "paired", (json_int_t)part.paired));
  }
  return parts;
}

static json_t *pattern_json(const CutOrder *order, const CutPattern *pattern) {
  g_autoptr(CutLay) lay = cut_lay_pattern(order, pattern);
  json_t *pieces = json_array();
  for (guint i = 0; i < lay->laid->len; i++)
    json_array_append_new(pieces, json_integer(order->pieces[g_array_index(lay->laid, CutLaid, i).piece].length));
  return json_pack("{s:I,s:I,s:I,s:o,s:o}", "stock", (json_int_t)pattern->stock, "count", (json_int_t)pattern->count,
                   "leftover", (json_int_t)pattern->leftover, "parts", parts_json(pattern), "pieces", pieces);
}

static json_t *remnants_json(const CutBarPlan *plan) {
  json_t *list = json_array();
  for (guint i = 0; i < plan->remnants->len; i++) {
    const CutRemnant remnant = g_array_index(plan->remnants, CutRemnant, i);
    json_array_append_new(list, json_pack("{s:I,s:I,s:I}", "stock", (json_int_t)remnant.stock, "length",
                                          (json_int_t)remnant.length, "count", (json_int_t)remnant.count));
  }
  return list;
}

json_t *cut_plan_json(const CutWork *work) {
  if (work->job->kind == CUT_JOB_SHEETS)
    return cut_plan_sheets_json(work);
  const CutBarPlan *plan = work->bars;
  json_t *patterns = json_array();
  for (guint i = 0; i < plan->patterns->len; i++)
    json_array_append_new(patterns, pattern_json(&work->job->bars, pattern_at(plan, i)));
  return json_pack("{s:s,s:I,s:I,s:I,s:I,s:b,s:I,s:I,s:o,s:o,s:O}", "cut", "bars", "price", (json_int_t)plan->price,
                   "bars", (json_int_t)plan->bars, "lower_bound", (json_int_t)plan->lower_bound, "bound_bars",
                   (json_int_t)plan->bound_bars, "optimal", plan->optimal, "setups", (json_int_t)plan->setups,
                   "setups_first", (json_int_t)plan->setups_first, "patterns", patterns, "remnants",
                   remnants_json(plan), "order", work->job->source);
}

static const CutJsonField plan_fields[] = {
  CUT_JSON_PART("cut"),
  CUT_JSON_MEMBER(CutBarPlan, price, 1, G_MAXINT64),
  CUT_JSON_MEMBER(CutBarPlan, bars, 1, CUT_LENGTH_MAX),
  CUT_JSON_MEMBER(CutBarPlan, lower_bound, 0, G_MAXINT64),
  CUT_JSON_MEMBER(CutBarPlan, bound_bars, 0, CUT_LENGTH_MAX),
  {.name = "optimal", .kind = CUT_JSON_BOOLEAN, .at = G_STRUCT_OFFSET(CutBarPlan, optimal), .needed = TRUE},
  CUT_JSON_MEMBER(CutBarPlan, setups, 1, CUT_PIECES_MAX),
  CUT_JSON_MEMBER(CutBarPlan, setups_first, 1, CUT_PIECES_MAX),
  CUT_JSON_PART("patterns"),
  CUT_JSON_PART("remnants"),
  CUT_JSON_PART("order"),
  {0},
};

static const CutJsonField pattern_fields[] = {
  CUT_JSON_MEMBER(CutPattern, stock, 0, CUT_STOCKS_MAX - 1),
  CUT_JSON_MEMBER(CutPattern, count, 1, CUT_LENGTH_MAX),
  CUT_JSON_MEMBER(CutPattern, leftover, 0, CUT_LENGTH_MAX),
  CUT_JSON_PART("parts"),
  CUT_JSON_PART("pieces"),
  {0},
};

static const CutJsonField part_fields[] = {
  CUT_JSON_MEMBER(CutPart, piece, 0, CUT_PIECES_MAX - 1),
  CUT_JSON_MEMBER(CutPart, times, 1, CUT_LENGTH_MAX),
  CUT_JSON_MEMBER(CutPart, paired, 0, CUT_LENGTH_MAX),
  {0},
};

static const CutJsonField remnant_fields[] = {
  CUT_JSON_MEMBER(CutRemnant, stock, 0, CUT_STOCKS_MAX - 1),
  CUT_JSON_MEMBER(CutRemnant, length, 1, CUT_LENGTH_MAX),
  CUT_JSON_MEMBER(CutRemnant, count, 1, CUT_LENGTH_MAX),
  {0},
};

static gint64 read_part(CutPattern *pattern, const CutOrder *order, CutJsonReader *reader, json_t *json,
                        const char *place) {
  CutPart part = {0};
  const guint before = reader->count;
  cut_json_read(reader, json, part_fields, &part, place);
  if (part.piece >= (gint64)order->n_pieces || part.paired > part.times)
    cut_json_fault(reader, place, N_("the order has no such piece, or more are paired than there are"));
  if (reader->count == before)
    g_array_append_val(pattern->parts, part);
  return part.times;
}

static void read_pattern(CutBarPlan *plan, const CutOrder *order, CutJsonReader *reader, json_t *json,
                         const char *place) {
  CutPattern *pattern = g_new0(CutPattern, 1);
  json_t *part;
  size_t i;
  gint64 times = 0;
  const guint before = reader->count;
  pattern->parts = g_array_new(FALSE, FALSE, sizeof(CutPart));
  g_ptr_array_add(plan->patterns, pattern);
  cut_json_read(reader, json, pattern_fields, pattern, place);
  if (pattern->stock >= (gint64)order->n_stocks)
    cut_json_fault(reader, place, N_("the order has no such stock"));
  json_array_foreach(json_object_get(json, "parts"), i, part) {
    g_autofree char *here = g_strdup_printf("%s.parts[%zu]", place, i);
    times += read_part(pattern, order, reader, part, here);
  }
  if (times < 1 || times > CUT_PIECES_MAX)
    cut_json_fault(reader, place, N_("no pieces, or more than %d"), CUT_PIECES_MAX);
  if (reader->count > before)
    return;
  g_autoptr(CutLay) lay = cut_lay_pattern(order, pattern);
  if (lay->leftover < 0)
    cut_json_fault(reader, place, N_("the pieces are longer than the bar by %lld"), (long long)-lay->leftover);
}

static void read_remnant(CutBarPlan *plan, const CutOrder *order, CutJsonReader *reader, json_t *json,
                         const char *place) {
  CutRemnant remnant = {0};
  cut_json_read(reader, json, remnant_fields, &remnant, place);
  if (remnant.stock >= (gint64)order->n_stocks)
    cut_json_fault(reader, place, N_("the order has no such stock"));
  g_array_append_val(plan->remnants, remnant);
}

static void pattern_free(gpointer pattern) {
  g_array_unref(((CutPattern *)pattern)->parts);
  g_free(pattern);
}

static void read_bars(json_t *root, CutWork *work, CutJsonReader *reader) {
  json_t *pattern, *remnant;
  size_t i;
  work->bars = g_new0(CutBarPlan, 1);
  work->bars->patterns = g_ptr_array_new_with_free_func(pattern_free);
  work->bars->remnants = g_array_new(FALSE, FALSE, sizeof(CutRemnant));
  cut_json_read(reader, root, plan_fields, work->bars, "");
  json_array_foreach(json_object_get(root, "patterns"), i, pattern) {
    g_autofree char *place = g_strdup_printf("patterns[%zu]", i);
    read_pattern(work->bars, &work->job->bars, reader, pattern, place);
  }
  json_array_foreach(json_object_get(root, "remnants"), i, remnant) {
    g_autofree char *place = g_strdup_printf("remnants[%zu]", i);
    read_remnant(work->bars, &work->job->bars, reader, remnant, place);
  }
  if (reader->count == 0 && work->bars->patterns->len == 0)
    cut_json_fault(reader, "patterns", N_("empty"));
}

static gboolean read_plan(json_t *root, const char *language, CutWork *work, GError **error) {
  g_autoptr(GString) faults = g_string_new(NULL);
  CutJsonReader reader = {.faults = faults, .language = language};
  (work->job->kind == CUT_JOB_BARS ? read_bars : cut_plan_read_sheets)(root, work, &reader);
  if (reader.count > 0)
    g_set_error_literal(error, CUT_ERROR, CUT_ERROR_PLAN, faults->str);
  return reader.count == 0;
}

gboolean cut_plan_load(const char *path, const char *language, CutWork *work, GError **error) {
  json_t *root = cut_json_load(path, PLAN_FILE_MAX, language, error);
  if (!root)
    return FALSE;
  work->job = cut_job_read(json_object_get(root, "order"), language, error);
  const gboolean good = work->job && read_plan(root, language, work, error);
  if (!good && error && *error)
    g_prefix_error(error, "%s: ", path);
  json_decref(root);
  return good;
}

void cut_plan_clear(CutWork *work) {
  g_clear_pointer(&work->job, cut_job_free);
  g_clear_pointer(&work->bars, cut_bar_plan_free);
  g_clear_pointer(&work->sheets, cut_sheet_plan_free);
}
