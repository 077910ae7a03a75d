/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order.json for sheets. It may begin with named rules, whose lengths are millimetres, and states what differs. */
#include "workshop/cut-job.h"
#include "base/lang.h"

static const char *const rule_names[] = {"board3n", "board2n", "glass3x", "classic", NULL};
static const char *const firsts[] = {"either", "vertical", "horizontal", NULL};
static const char *const turns[] = {"rules", "may", "never", NULL};

#define RULE(key) CUT_JSON_RANGE(CutJob, #key, sheets.rules.key, 0, CUT_SHEET_MAX)
#define SIDE(type, key, side) CUT_JSON_NEEDED(type, key, side, 1, CUT_SHEET_MAX)

static const CutJsonField rules_field[] = {CUT_JOB_CHOICE(CutJob, "rules", rules, rule_names), {0}};

static const CutJsonField head_fields[] = {
  CUT_JOB_HEAD_FIELDS,
  CUT_JOB_CHOICE(CutJob, "rules", rules, rule_names),
  CUT_JSON_RANGE(CutJob, "stages", stages, 0, 3),
  CUT_JOB_FLAG("exact", sheets.rules.exact),
  CUT_JOB_FLAG("rotate", sheets.rules.rotate),
  CUT_JOB_CHOICE(CutJob, "first", sheets.rules.first, firsts),
  RULE(kerf),
  RULE(first_min),
  RULE(first_max),
  RULE(second_min),
  RULE(second_max),
  RULE(waste_min),
  RULE(trim_left),
  RULE(trim_right),
  RULE(trim_bottom),
  RULE(trim_top),
  RULE(remnant_min),
  CUT_JOB_FLAG("offcuts_first", sheets.offcuts_first),
  CUT_JSON_RANGE(CutJob, "seed", sheets.seed, 0, G_MAXINT64),
  {0},
};

static const CutJsonField stock_fields[] = {
  CUT_JOB_NAME(CutSheet, "name", origin),
  SIDE(CutSheet, "width", width),
  SIDE(CutSheet, "height", height),
  CUT_JSON_RANGE(CutSheet, "price", price, 1, CUT_PRICE_MAX),
  CUT_JSON_RANGE(CutSheet, "count", count, 1, CUT_SHEET_PIECES_MAX),
  CUT_JOB_LIST("defects"),
  {0},
};

static const CutJsonField defect_fields[] = {
  CUT_JSON_RANGE(CutDefect, "x", x, 0, CUT_SHEET_MAX),
  CUT_JSON_RANGE(CutDefect, "y", y, 0, CUT_SHEET_MAX),
  SIDE(CutDefect, "width", width),
  SIDE(CutDefect, "height", height),
  {0},
};

/* One of `pieces`. */
typedef struct {
  CutItem item;
  CutTag tag;
  int turn; /* index into turns: a CutTurn */
} Line;

static const CutJsonField piece_fields[] = {
  CUT_JOB_TAG_FIELDS(Line),
  SIDE(Line, "width", item.width),
  SIDE(Line, "height", item.height),
  CUT_JSON_RANGE(Line, "count", item.copies, 1, CUT_SHEET_PIECES_MAX),
  CUT_JOB_CHOICE(Line, "turn", turn, turns),
  CUT_JSON_RANGE(Line, "priority", item.priority, 0, CUT_PRIORITY_MAX),
  CUT_JSON_RANGE(Line, "matched", item.matched, 0, CUT_SHEET_PIECES_MAX),
  {0},
};

static void read_defects(CutJsonReader *reader, json_t *list, GArray *defects, const char *place) {
  json_t *json;
  size_t i;
  if (list && (!json_is_array(list) || json_array_size(list) > CUT_DEFECTS_MAX))
    cut_json_fault(reader, place, N_("its defects are no list, or more than %d"), CUT_DEFECTS_MAX);
  json_array_foreach(list, i, json) {
    CutDefect defect = {0};
    g_autofree char *here = g_strdup_printf("%s.defects[%zu]", place, i);
    if (i >= CUT_DEFECTS_MAX)
      break;
    cut_json_read(reader, json, defect_fields, &defect, here);
    g_array_append_val(defects, defect);
  }
}

static void read_sheet(CutJob *job, CutJsonReader *reader, json_t *json, const char *place, CutSheet sheet) {
  GArray *defects = g_array_new(FALSE, FALSE, sizeof(CutDefect));
  cut_json_read(reader, json, stock_fields, &sheet, place);
  read_defects(reader, json_object_get(json, "defects"), defects, place);
  g_ptr_array_add(job->defects, defects);
  sheet.id = job->stocks->len;
  sheet.defects = (const CutDefect *)(const void *)defects->data;
  sheet.n_defects = defects->len;
  g_array_append_val(job->stocks, sheet);
}

static void read_stock(CutJob *job, CutJsonReader *reader, json_t *json, const char *place) {
  read_sheet(job, reader, json, place, (CutSheet){.count = CUT_UNLIMITED});
}

static void read_offcut(CutJob *job, CutJsonReader *reader, json_t *json, const char *place) {
  read_sheet(job, reader, json, place, (CutSheet){.count = 1, .offcut = TRUE});
}

static void read_piece(CutJob *job, CutJsonReader *reader, json_t *json, const char *place) {
  Line line = {.item = {.copies = 1, .id = job->pieces->len}};
  cut_json_read(reader, json, piece_fields, &line, place);
  line.item.turn = (CutTurn)line.turn;
  g_array_append_val(job->pieces, line.item);
  g_array_append_val(job->tags, line.tag);
}

/* The named rules in the order's unit; what the head states comes over them. */
static void begin_rules(CutJob *job) {
  CutRules *rules = &job->sheets.rules;
  gint64 *const lengths[] = {&rules->kerf, &rules->first_min, &rules->first_max, &rules->waste_min};
  if (!json_object_get(job->source, "rules") || !cut_rules_by_name(rule_names[job->rules], rules))
    return;
  for (gsize i = 0; job->unit == 0 && i < G_N_ELEMENTS(lengths); i++)
    *lengths[i] *= 10;
}

static gint64 area(const CutSheet *sheet) {
  return sheet->width * sheet->height;
}

/* As of bars, by area; where nobody stated prices, a new sheet's is its area in ten-thousandths of the largest. */
static void complete_prices(CutJob *job) {
  const CutSheet *cheap = NULL;
  gint64 largest = 1;
  for (guint i = 0; i < job->stocks->len; i++)
    largest = MAX(largest, area(&g_array_index(job->stocks, CutSheet, i)));
  for (guint i = 0; i < job->stocks->len; i++) {
    CutSheet *sheet = &g_array_index(job->stocks, CutSheet, i);
    if (sheet->offcut)
      continue;
    sheet->price = sheet->price > 0 ? sheet->price : cut_job_worth(area(sheet), 100, 10000, largest);
    if (!cheap || (__int128)sheet->price * area(cheap) < (__int128)cheap->price * area(sheet))
      cheap = sheet;
  }
  const CutSheet least = cheap ? *cheap : (CutSheet){.width = largest, .height = 1, .price = 10000};
  for (guint i = 0; i < job->stocks->len; i++) {
    CutSheet *sheet = &g_array_index(job->stocks, CutSheet, i);
    if (sheet->offcut && sheet->price == 0)
      sheet->price = cut_job_worth(area(sheet), job->offcut_percent, least.price, MAX(1, area(&least)));
  }
}

void cut_job_read_sheets(CutJob *job, CutJsonReader *reader) {
  static const CutJsonField unit_field[] = {CUT_JOB_CHOICE(CutJob, "unit", unit, cut_job_units), {0}};
  g_autoptr(GString) ignored = g_string_new(NULL); /* the whole head is read below, and its faults are told then */
  CutJsonReader first = {.faults = ignored};
  job->sheets = cut_sheet_order_default();
  job->sheets.language = reader->language;
  job->pieces = g_array_new(FALSE, TRUE, sizeof(CutItem));
  job->stocks = g_array_new(FALSE, TRUE, sizeof(CutSheet));
  job->defects = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  cut_json_read(&first, job->source, unit_field, job, "");
  cut_json_read(&first, job->source, rules_field, job, "");
  begin_rules(job);
  job->stages = job->sheets.rules.stages;
  cut_json_read(reader, job->source, head_fields, job, "");
  cut_job_read_lists(job, reader, read_stock, read_offcut, read_piece);
  complete_prices(job);
  job->kerf = job->sheets.rules.kerf;
  job->sheets.rules.stages = (int)job->stages;
  job->sheets.items = (const CutItem *)(const void *)job->pieces->data;
  job->sheets.n_items = job->pieces->len;
  job->sheets.sheets = (const CutSheet *)(const void *)job->stocks->data;
  job->sheets.n_sheets = job->stocks->len;
  g_autoptr(GError) error = NULL;
  if (reader->count == 0 && !cut_sheets_validate(&job->sheets, &error))
    cut_json_fault(reader, "", "%s", error->message);
}
