/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces are white on grey waste; cuts are heavier the earlier they are made, and carry their number at their end. The
 * panel at the right says for each cut how far from the plate's left or lower edge the saw is set. */
#include "workshop/cut-print.h"
#include "base/lang.h"
#include "workshop/cut-lay.h"

#define PANEL 148.0       /* width of the panel at the right */
#define EDGE 30.0         /* around the sheet, for dimension lines and numbers of first cuts */
#define SHIFTS 6          /* of a number out of the way of others */

/* Where the number of a cut stands: its left end and its baseline. */
typedef struct {
  double x, y, width, height;
} Number;

/* A sheet being drawn. */
typedef struct {
  CutPage *page;
  const CutRun *run;
  const CutSheetOrder *order;
  const CutSheetPlan *plan;
  double x, y;              /* upper left corner of the sheet */
  double scale;             /* points per unit of length */
  GArray *numbers;          /* of Number: of the cuts drawn so far */
} Sheet;

static const CutSheet *kind_of(const Sheet *sheet) {
  return &sheet->order->sheets[sheet->run->kind];
}

static double page_x(const Sheet *sheet, gint64 x) {
  return sheet->x + (double)x * sheet->scale;
}

/* Sheets are measured from below, pages from above. */
static double page_y(const Sheet *sheet, gint64 y) {
  return sheet->y + (double)(kind_of(sheet)->height - y) * sheet->scale;
}

static const CutJob *job_of(const Sheet *sheet) {
  return sheet->page->work->job;
}

static char *size_text(const Sheet *sheet, gint64 width, gint64 height) {
  g_autofree char *across = cut_job_length(job_of(sheet), width), *up = cut_job_length(job_of(sheet), height);
  return g_strdup_printf("%s × %s", across, up);
}

/* A box given by its lower left corner on the sheet. */
static void box(const Sheet *sheet, CutInk ink, gint64 x, gint64 y, gint64 width, gint64 height) {
  cut_scene_box(sheet->page->scene, ink, page_x(sheet, x), page_y(sheet, y + height), (double)width * sheet->scale,
                (double)height * sheet->scale);
}

static void hatch(const Sheet *sheet, const char *class, gint64 x, gint64 y, gint64 width, gint64 height, double gap) {
  const gint64 right = MIN(x + width, kind_of(sheet)->width), top = MIN(y + height, kind_of(sheet)->height);
  cut_scene_hatch(sheet->page->scene, (CutInk){.class = class, .fill = -1, .line = 0.35}, page_x(sheet, x),
                  page_y(sheet, top), (double)(right - x) * sheet->scale, (double)(top - y) * sheet->scale, gap);
}

#define NUMBERED 22.0 /* points: in what is narrower, the piece's number stands before its size */

/* Lines of text one below the other around the middle of a piece; upright pieces that are narrow read upwards. */
static void draw_texts(const Sheet *sheet, const CutPlacement *at, const char *number) {
  const CutTag *tag = cut_job_tag(job_of(sheet), at->item);
  const double width = (double)at->width * sheet->scale, height = (double)at->height * sheet->scale;
  const gboolean turned = width < 66 && height > width * 1.3;
  const double free = turned ? height : width; /* dimension lines run along the edges */
  const double along = free - (free > 60 ? 26 : 8), across = (turned ? width : height) - 4;
  const double x = page_x(sheet, at->x) + width / 2, y = page_y(sheet, at->y) - height / 2;
  g_autofree char *size = size_text(sheet, at->width, at->height);
  g_autofree char *place = cut_page_tag(&(CutTag){.wall = tag->wall, .bay = tag->bay, .item = tag->item});
  g_autofree char *numbered = g_strdup_printf("%s: %s", number, size);
  const char *texts[] = {MIN(width, height) > NUMBERED ? size : numbered, place, tag->order};
  const double large = MIN(across, CLAMP(MIN(width, height) / 7, 11, 20));
  const double sizes[] = {large, CLAMP(large * 0.7, 8, 12), CLAMP(large * 0.6, 7, 10)};
  double room = across, total = 0;
  int lines = 0;
  for (; lines < 3 && room >= sizes[lines] * (lines == 0 ? 0.8 : 1.25); lines++) {
    room -= sizes[lines] * 1.25;
    total += sizes[lines] * 1.25;
  }
  double line = -total / 2;
  for (int i = 0; i < lines; i++) {
    line += sizes[i] * 1.25;
    const double base = line - sizes[i] * 0.38;
    const CutType type = {.class = i == 0 ? "size" : "tag", .size = sizes[i], .align = CUT_ALIGN_CENTRE,
                          .turned = turned, .width = along};
    if (texts[i] && *texts[i])
      cut_scene_short_text(sheet->page->scene, type, turned ? x + base : x, turned ? y : y + base, texts[i]);
  }
}

static void draw_piece(const Sheet *sheet, guint index) {
  const CutPlacement *at = &g_array_index(sheet->plan->placements, CutPlacement, sheet->run->placement + index);
  const double width = (double)at->width * sheet->scale, height = (double)at->height * sheet->scale;
  g_autofree char *number = g_strdup_printf("%u", index + 1);
  box(sheet, (CutInk){.class = "piece", .fill = 0, .line = 0.4}, at->x, at->y, at->width, at->height);
  draw_texts(sheet, at, number);
  if (MIN(width, height) > NUMBERED)
    cut_scene_text(sheet->page->scene, (CutType){.class = "number", .size = 8, .align = CUT_ALIGN_RIGHT},
                   page_x(sheet, at->x + at->width) - 4, page_y(sheet, at->y) - 6, number);
}

static void draw_remnants(const Sheet *sheet) {
  for (guint i = 0; i < sheet->run->n_remnants; i++) {
    const CutSheetRemnant *at = &g_array_index(sheet->plan->remnants, CutSheetRemnant, sheet->run->remnant + i);
    g_autofree char *size = size_text(sheet, at->width, at->height);
    const double x = page_x(sheet, at->x + at->width / 2), y = page_y(sheet, at->y + at->height / 2);
    const gboolean turned = at->height > at->width;
    const CutType type = {.class = "remnant-size", .size = 10, .align = CUT_ALIGN_CENTRE, .turned = turned,
                          .halo = TRUE, .width = (double)MAX(at->width, at->height) * sheet->scale - 6};
    g_autofree char *text = g_strdup_printf("%s %s", cut_page_say(sheet->page, N_("Remnant")), size);
    box(sheet, (CutInk){.class = "remnant", .fill = 0, .line = 0.5}, at->x, at->y, at->width, at->height);
    hatch(sheet, "remnant-line", at->x, at->y, at->width, at->height, 9);
    cut_scene_short_text(sheet->page->scene, type, turned ? x + 3 : x, turned ? y : y + 3, text);
  }
}

static void draw_defects(const Sheet *sheet) {
  const CutSheet *kind = kind_of(sheet);
  for (gsize i = 0; i < kind->n_defects; i++) {
    const CutDefect *at = &kind->defects[i];
    box(sheet, (CutInk){.class = "defect", .fill = 0.5, .line = 0.9}, at->x, at->y, MIN(at->width, kind->width - at->x),
        MIN(at->height, kind->height - at->y));
    hatch(sheet, "defect-line", at->x, at->y, at->width, at->height, 2.5);
  }
}

static gboolean stands_free(const Sheet *sheet, Number number) {
  for (guint i = 0; i < sheet->numbers->len; i++) {
    const Number *other = &g_array_index(sheet->numbers, Number, i);
    if (number.x < other->x + other->width && other->x < number.x + number.width &&
        number.y < other->y + other->height && other->y < number.y + number.height)
      return FALSE;
  }
  return TRUE;
}

/* Writes a cut's number at a point, or as far along (dx, dy) as keeps it off those of its neighbours. */
static void put_number(const Sheet *sheet, CutType type, double x, double y, double dx, double dy, const char *text) {
  const double width = cut_scene_text_width(sheet->page->scene, type.size, text);
  const double left = type.align == CUT_ALIGN_LEFT ? x : type.align == CUT_ALIGN_RIGHT ? x - width : x - width / 2;
  Number number = {.x = left, .y = y, .width = width + 1, .height = type.size * 0.8};
  int shift = 0;
  while (shift < SHIFTS && !stands_free(sheet, number)) {
    shift++;
    number.x = left + dx * (width + 2) * shift;
    number.y = y + dy * type.size * shift;
  }
  g_array_append_val(sheet->numbers, number);
  cut_scene_text(sheet->page->scene, type, x + number.x - left, number.y, text);
}

/* The number stands at the cut's far end; of first cuts, which go through, outside the sheet, and of cuts that trim the
 * sheet outside at their near end, for first cuts may lie close to them. Where cuts lie so close that their numbers
 * would touch, the later one stands further out, or further in of those inside. */
static void draw_cut(const Sheet *sheet, guint index) {
  const CutLine *cut = &g_array_index(sheet->plan->cuts, CutLine, sheet->run->cut + index);
  const gboolean upright = cut->x1 == cut->x2;
  const double kerf = (double)sheet->order->rules.kerf * sheet->scale, half = kerf / 2;
  const double weight = MAX(kerf, MAX(0.5, 2.0 - 0.45 * MAX(cut->stage, 1)));
  const double x1 = page_x(sheet, cut->x1) + (upright ? half : 0), y1 = page_y(sheet, cut->y1) - (upright ? 0 : half);
  const double x2 = page_x(sheet, cut->x2) + (upright ? half : 0), y2 = page_y(sheet, cut->y2) - (upright ? 0 : half);
  const gboolean edge = cut->stage <= 1; /* these reach the edges, or the trims at them */
  const double top = cut->stage == 0 ? page_y(sheet, 0) + 8 : edge ? page_y(sheet, kind_of(sheet)->height) - 3 : y2 + 8;
  const double side = cut->stage == 0 ? page_x(sheet, 0) - 3 : edge ? page_x(sheet, kind_of(sheet)->width) + 3 : x2 - 2;
  g_autofree char *number = g_strdup_printf("%u", index + 1);
  cut_scene_line(sheet->page->scene, (CutInk){.class = "cut", .fill = -1, .line = weight}, x1, y1, x2, y2);
  const CutType type = {.class = "cut-number", .size = cut->stage <= 1 ? 9 : 7.5, .halo = !edge,
                        .align = upright            ? CUT_ALIGN_CENTRE
                                 : cut->stage == 1 ? CUT_ALIGN_LEFT
                                                   : CUT_ALIGN_RIGHT};
  const double out = cut->stage == 1 ? 1 : -1; /* to the right of the sheet, or above it */
  const gboolean narrow = !edge && !upright && x2 - x1 < 4 * type.size; /* beside it are the neighbours: go down */
  put_number(sheet, type, upright ? x2 : side, upright ? top : y2 + 2.5, upright || narrow ? 0 : out,
             narrow ? 1 : upright ? -out : 0, number);
}

/* A dimension line between two points, level or upright, with ticks and its measure. */
static void dimension(const Sheet *sheet, gint64 from, gint64 to, double at, gboolean upright) {
  CutScene *scene = sheet->page->scene;
  const CutInk thin = {.class = "dimension", .fill = -1, .line = 0.35};
  const double a = upright ? page_y(sheet, from) : page_x(sheet, from);
  const double b = upright ? page_y(sheet, to) : page_x(sheet, to), middle = (a + b) / 2;
  g_autofree char *text = cut_job_length(job_of(sheet), to - from);
  const CutType type = {.class = "measure", .size = 9, .align = CUT_ALIGN_CENTRE, .turned = upright, .halo = TRUE,
                        .width = ABS(b - a) - 4};
  if (to <= from || ABS(b - a) < 12)
    return;
  if (upright) {
    cut_scene_line(scene, thin, at, a, at, b);
    cut_scene_line(scene, thin, at - 2, a, at + 2, a);
    cut_scene_line(scene, thin, at - 2, b, at + 2, b);
    cut_scene_text(scene, type, at + 2.5, middle, text);
  } else {
    cut_scene_line(scene, thin, a, at, b, at);
    cut_scene_line(scene, thin, a, at - 2, a, at + 2);
    cut_scene_line(scene, thin, b, at - 2, b, at + 2);
    cut_scene_text(scene, type, middle, at + 2.5, text);
  }
}

static int by_place(gconstpointer a, gconstpointer b) {
  const gint64 one = *(const gint64 *)a, two = *(const gint64 *)b;
  return (one > two) - (one < two);
}

/* Chain along the sheet's lower or left edge between its first-stage cuts. */
static void dimension_first(const Sheet *sheet) {
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(gint64));
  const CutSheet *kind = kind_of(sheet);
  gboolean upright = TRUE;
  for (guint i = 0; i < sheet->run->n_cuts; i++) {
    const CutLine *cut = &g_array_index(sheet->plan->cuts, CutLine, sheet->run->cut + i);
    if (cut->stage == 1) {
      upright = cut->x1 == cut->x2;
      g_array_append_val(places, *(upright ? &cut->x1 : &cut->y1));
    }
  }
  const CutRules *rules = &sheet->order->rules;
  const gint64 end = upright ? kind->width - rules->trim_right : kind->height - rules->trim_top;
  gint64 from = upright ? rules->trim_left : rules->trim_bottom;
  g_array_append_val(places, end);
  g_array_sort(places, by_place);
  for (guint i = 0; i < places->len; i++) {
    const gint64 to = g_array_index(places, gint64, i);
    dimension(sheet, from, to, upright ? page_y(sheet, 0) + 15 : page_x(sheet, 0) - 15, !upright);
    from = to + rules->kerf;
  }
  dimension(sheet, 0, upright ? kind->width : kind->height,
            upright ? page_y(sheet, 0) + 25 : page_x(sheet, 0) - 25, !upright);
}

/* Whether a dimension line there keeps clear of the texts in the pieces: none narrow lies within its reach. */
static gboolean is_free(const Sheet *sheet, double at, gint64 from, gint64 to, gboolean upright) {
  for (guint i = 0; i < sheet->run->n_placements; i++) {
    const CutPlacement *piece = &g_array_index(sheet->plan->placements, CutPlacement, sheet->run->placement + i);
    const gint64 low = upright ? piece->y : piece->x, high = low + (upright ? piece->height : piece->width);
    const double a = upright ? page_x(sheet, piece->x) : page_y(sheet, piece->y + piece->height);
    const double side = (double)(upright ? piece->width : piece->height) * sheet->scale;
    if (low < to && high > from && at > a && at < a + side && side < 40)
      return FALSE;
  }
  return TRUE;
}

/* Each second-stage cut's distance from its plate's edge, at the beginning of the strip or else at its end; the panel
 * has those too for which there is no room. */
static void dimension_second(const Sheet *sheet, const gint64 *distances) {
  for (guint i = 0; i < sheet->run->n_cuts; i++) {
    const CutLine *cut = &g_array_index(sheet->plan->cuts, CutLine, sheet->run->cut + i);
    const gboolean upright = cut->x1 == cut->x2;
    if (cut->stage != 2 || distances[i] < 0)
      continue;
    const gint64 to = upright ? cut->x1 : cut->y1, from = to - distances[i];
    const double places[] = {upright ? page_y(sheet, cut->y1) - 6 : page_x(sheet, cut->x1) + 6,
                             upright ? page_y(sheet, cut->y2) + 12 : page_x(sheet, cut->x2) - 12};
    for (gsize p = 0; p < G_N_ELEMENTS(places); p++)
      if (is_free(sheet, places[p], from, to, !upright)) {
        dimension(sheet, from, to, places[p], !upright);
        break;
      }
  }
}

static void panel_text(const Sheet *sheet, double *y, double size, const char *text) {
  *y += size * 1.35;
  cut_scene_short_text(sheet->page->scene, (CutType){.class = "panel", .size = size, .width = PANEL - 8},
                       sheet->page->right - PANEL + 8, *y, text);
}

/* The largest type in which so many cuts find room in two columns. */
static double sequence_size(guint cuts, double height) {
  double size = 12;
  while (size > 8 && (cuts + 1) / 2 * size * 1.3 > height)
    size -= 0.5;
  return size;
}

/* Number, direction and distance of every cut, in as many columns as are needed. */
static void draw_sequence(const Sheet *sheet, double top, const gint64 *distances) {
  const double size = sequence_size(sheet->run->n_cuts, sheet->page->bottom - top), leading = size * 1.3;
  const guint lines = (guint)MAX(1, (sheet->page->bottom - top) / leading);
  const guint columns = CLAMP((sheet->run->n_cuts + lines - 1) / lines, 2, 4);
  const double width = (PANEL - 8) / columns;
  for (guint i = 0; i < sheet->run->n_cuts; i++) {
    const CutLine *cut = &g_array_index(sheet->plan->cuts, CutLine, sheet->run->cut + i);
    g_autofree char *measure = cut_job_length(job_of(sheet), distances[i]);
    g_autofree char *text = i == columns * lines - 1 && sheet->run->n_cuts > columns * lines
                              ? g_strdup("…")
                              : g_strdup_printf("%u. %s %s", i + 1, cut->x1 == cut->x2 ? "↕" : "↔", measure);
    if (i >= columns * lines)
      break;
    cut_scene_short_text(sheet->page->scene, (CutType){.class = "sequence", .size = size, .width = width - 4},
                         sheet->page->right - PANEL + 8 + i / lines * width, top + (i % lines + 1) * leading, text);
  }
}

static void draw_panel(const Sheet *sheet, const gint64 *distances) {
  const CutSheet *kind = kind_of(sheet);
  const CutRun *run = sheet->run;
  CutTotals one = {.material = kind->width * kind->height};
  for (guint i = 0; i < run->n_placements; i++) {
    const CutPlacement *at = &g_array_index(sheet->plan->placements, CutPlacement, run->placement + i);
    one.cut += at->width * at->height;
  }
  g_autofree char *used = cut_page_percent(cut_plan_yield(&one)), *size = size_text(sheet, kind->width, kind->height);
  g_autofree char *numbers = run->count == 1 ? g_strdup_printf("%" G_GINT64_FORMAT, run->first + 1)
                                             : g_strdup_printf("%" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, run->first + 1,
                                                               run->first + run->count);
  g_autofree char *count = g_strdup_printf("× %" G_GINT64_FORMAT, run->count);
  g_autofree char *which = g_strdup_printf(cut_page_say(sheet->page, N_("Sheet %s")), numbers);
  g_autofree char *yield = g_strdup_printf("%s %s", cut_page_say(sheet->page, N_("Used")), used);
  double y = sheet->page->y;
  panel_text(sheet, &y, 17, count);
  panel_text(sheet, &y, 11, which);
  panel_text(sheet, &y, 9, kind->origin ? kind->origin : "");
  panel_text(sheet, &y, 9, size);
  panel_text(sheet, &y, 9, yield);
  y += 6;
  panel_text(sheet, &y, 8.5, cut_page_say(sheet->page, N_("Cuts, from the left or lower edge (mm)")));
  draw_sequence(sheet, y, distances);
}

static void draw_sheet(CutPage *page, const CutRun *run) {
  Sheet sheet = {.page = page, .run = run, .order = &page->work->job->sheets, .plan = page->work->sheets};
  const CutSheet *kind = kind_of(&sheet);
  cut_page_need(page, page->bottom);
  const double width = page->right - page->left - PANEL - 2 * EDGE, height = page->bottom - page->y - 2 * EDGE;
  sheet.scale = MIN(width / (double)kind->width, height / (double)kind->height);
  sheet.x = page->left + EDGE;
  sheet.y = page->y + EDGE - 10;
  g_autofree gint64 *distances = cut_lay_distances(sheet.order, sheet.plan, run);
  box(&sheet, (CutInk){.class = "sheet", .fill = 0.2, .line = 1.2}, 0, 0, kind->width, kind->height);
  hatch(&sheet, "waste-line", 0, 0, kind->width, kind->height, 4);
  draw_remnants(&sheet);
  for (guint i = 0; i < run->n_placements; i++)
    draw_piece(&sheet, i);
  draw_defects(&sheet);
  g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(Number));
  sheet.numbers = numbers;
  for (guint i = run->n_cuts; i-- > 0;)
    draw_cut(&sheet, i);
  dimension_first(&sheet);
  dimension_second(&sheet, distances);
  draw_panel(&sheet, distances);
}

static void print_stocks(CutPage *page, const GArray *runs) {
  static const CutColumn columns[] = {
    {N_("From the store"), 40, CUT_ALIGN_LEFT}, {N_("Size (mm)"), 24, CUT_ALIGN_RIGHT},
    {N_("Sheets"), 12, CUT_ALIGN_RIGHT},        {N_("Patterns"), 12, CUT_ALIGN_RIGHT},
    {N_("Pieces"), 12, CUT_ALIGN_RIGHT},        {NULL},
  };
  const CutJob *job = page->work->job;
  cut_page_table(page, columns);
  for (gint64 kind = 0; kind < (gint64)job->sheets.n_sheets; kind++) {
    CutTotals sum = {0};
    for (guint i = 0; i < runs->len; i++) {
      const CutRun *run = &g_array_index(runs, CutRun, i);
      sum.stocks += run->kind == kind ? run->count : 0;
      sum.patterns += run->kind == kind;
      sum.pieces += run->kind == kind ? run->count * run->n_placements : 0;
    }
    if (sum.stocks == 0)
      continue;
    g_autofree char *size = cut_job_stock_size(job, kind), *sheets = g_strdup_printf("%" G_GINT64_FORMAT, sum.stocks);
    g_autofree char *patterns = g_strdup_printf("%" G_GINT64_FORMAT, sum.patterns);
    g_autofree char *pieces = g_strdup_printf("%" G_GINT64_FORMAT, sum.pieces);
    const char *name = cut_job_stock_name(job, kind);
    const char *kinds = job->sheets.sheets[kind].offcut ? N_("Offcut") : N_("New sheet");
    cut_page_row(page, columns,
                 (const char *const[]){name ? name : cut_page_say(page, kinds), size, sheets, patterns, pieces});
  }
  page->y += 8;
}

static void print_remnants(CutPage *page) {
  static const CutColumn columns[] = {{N_("Back to the store"), 40, CUT_ALIGN_LEFT},
                                      {N_("Size (mm)"), 24, CUT_ALIGN_RIGHT},
                                      {N_("Sheet"), 12, CUT_ALIGN_RIGHT},
                                      {N_("Remark"), 24, CUT_ALIGN_LEFT},
                                      {NULL}};
  const CutJob *job = page->work->job;
  const CutSheetPlan *plan = page->work->sheets;
  if (plan->remnants->len > 0)
    cut_page_table(page, columns);
  for (guint i = 0; i < plan->remnants->len; i++) {
    const CutSheetRemnant *at = &g_array_index(plan->remnants, CutSheetRemnant, i);
    g_autofree char *width = cut_job_length(job, at->width), *height = cut_job_length(job, at->height);
    g_autofree char *size = g_strdup_printf("%s × %s", width, height);
    g_autofree char *sheet = g_strdup_printf("%" G_GINT64_FORMAT, at->sheet + 1);
    const char *name = cut_job_stock_name(job, g_array_index(plan->kinds, gint64, at->sheet));
    cut_page_row(page, columns, (const char *const[]){name ? name : "", size, sheet, ""});
  }
  page->y += 8;
}

static void print_pieces(CutPage *page) {
  static const CutColumn columns[] = {
    {N_("Item"), 20, CUT_ALIGN_LEFT}, {N_("Size (mm)"), 24, CUT_ALIGN_RIGHT}, {N_("Pieces"), 12, CUT_ALIGN_RIGHT},
    {N_("Order"), 24, CUT_ALIGN_LEFT}, {N_("Wall"), 10, CUT_ALIGN_LEFT},      {N_("Bay"), 10, CUT_ALIGN_LEFT},
    {NULL},
  };
  const CutJob *job = page->work->job;
  cut_page_table(page, columns);
  for (gsize i = 0; i < job->sheets.n_items; i++) {
    const CutItem *item = &job->sheets.items[i];
    const CutTag *tag = cut_job_tag(job, (gint64)i);
    g_autofree char *width = cut_job_length(job, item->width), *height = cut_job_length(job, item->height);
    g_autofree char *size = g_strdup_printf("%s × %s", width, height);
    g_autofree char *copies = g_strdup_printf("%" G_GINT64_FORMAT, item->copies);
    cut_page_row(page, columns, (const char *const[]){tag->item, size, copies, tag->order, tag->wall, tag->bay});
  }
}

CutScene *cut_print_sheets(const CutWork *work, const CutStyle *style) {
  CutPage page;
  g_autoptr(GArray) runs = cut_lay_runs(work->sheets);
  cut_page_begin(&page, work, style, N_("Cutting plan"));
  print_stocks(&page, runs);
  print_remnants(&page);
  print_pieces(&page);
  for (guint i = 0; i < runs->len; i++)
    draw_sheet(&page, &g_array_index(runs, CutRun, i));
  return cut_page_end(&page,
                      N_("Close hatching: waste. Wide hatching: remnant, label it and keep it. Dark: flaw. Numbers at "
                         "lines: order of the cuts. ↕ from the plate's left edge, ↔ from its lower edge."));
}
