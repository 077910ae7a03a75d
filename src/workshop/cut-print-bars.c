/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block a pattern: the bar's numbers and count at the left; above the bar the number of each piece and its angles, in
 * the bar lengths and places, below it where the saw cuts, from the bar's left end; then what the pieces are. */
#include "workshop/cut-print.h"
#include "base/lang.h"
#include "workshop/cut-lay.h"
#include <math.h>

#define SIDE 62.0        /* column at the left */
#define BAR_HEIGHT 30.0
#define TITLE 13.0       /* line of text over the bar */
#define ABOVE 9.0        /* numbers and angles */
#define BELOW 13.0       /* places of cuts, level */
#define BELOW_TURNED 34.0
#define LEGEND_LINE 11.0
#define LEGEND_COLUMNS 3
#define BLOCK_GAP 9.0

/* A bar being drawn. */
typedef struct {
  CutPage *page;
  const CutPattern *pattern;
  CutLay *lay;         /* owned */
  gint64 first;        /* number of the first bar cut this way, from 1 */
  double x, y;         /* the bar's upper left corner */
  double scale;        /* points per unit of length */
  gboolean turned;     /* places of cuts are written upwards */
} Bar;

static double at(const Bar *bar, gint64 place) {
  return bar->x + (double)place * bar->scale;
}

static const CutJob *job_of(const Bar *bar) {
  return bar->page->work->job;
}

static const CutStock *stock_of(const Bar *bar) {
  return &job_of(bar)->bars.stocks[bar->pattern->stock];
}

/* How far an end slants, in points; the far edge is drawn above. */
static double slant(const Bar *bar, int angle) {
  return (double)job_of(bar)->face * tan(ABS(angle) * G_PI / 1800) * bar->scale;
}

static void draw_outline(const Bar *bar, const CutLaid *laid) {
  const double left = at(bar, laid->from), right = at(bar, laid->to), top = bar->y, bottom = bar->y + BAR_HEIGHT;
  const double l = slant(bar, laid->left), r = slant(bar, laid->right);
  const double corners[] = {left + (laid->left > 0 ? l : 0), top, right - (laid->right > 0 ? r : 0), top,
                            right - (laid->right < 0 ? r : 0), bottom, left + (laid->left < 0 ? l : 0), bottom};
  cut_scene_polygon(bar->page->scene, (CutInk){.class = "piece", .fill = 0, .line = 0.9}, corners, 4);
}

/* Length, and below it where the piece goes; upwards where it is too narrow, the length alone. */
static void draw_texts(const Bar *bar, const CutLaid *laid) {
  CutScene *scene = bar->page->scene;
  const CutTag *tag = cut_job_tag(job_of(bar), laid->piece);
  const double inset = MAX(slant(bar, laid->left), slant(bar, laid->right));
  const double width = (double)(laid->to - laid->from) * bar->scale - 2 * inset - 4;
  const double middle = (at(bar, laid->from) + at(bar, laid->to)) / 2;
  g_autofree char *length = cut_job_length(job_of(bar), laid->to - laid->from);
  if (width < 22) {
    cut_scene_text(scene, (CutType){.class = "length", .size = 8, .align = CUT_ALIGN_CENTRE, .turned = TRUE,
                                    .width = BAR_HEIGHT - 2}, middle + 3, bar->y + BAR_HEIGHT / 2, length);
    return;
  }
  cut_scene_text(scene, (CutType){.class = "length", .size = 13, .align = CUT_ALIGN_CENTRE, .width = width}, middle,
                 bar->y + 14, length);
  g_autofree char *place = cut_page_tag(&(CutTag){.wall = tag->wall, .bay = tag->bay, .item = tag->item});
  cut_scene_short_text(scene, (CutType){.class = "tag", .size = 7.5, .align = CUT_ALIGN_CENTRE, .width = width}, middle,
                       bar->y + 24.5, place);
}

static void draw_angle(const Bar *bar, int angle, double x, CutAlign align) {
  g_autofree char *text = cut_page_angle(angle);
  if (*text)
    cut_scene_text(bar->page->scene, (CutType){.class = "angle", .size = 7.5, .align = align}, x, bar->y - 2, text);
}

static void draw_piece(const Bar *bar, guint index) {
  const CutLaid *laid = &g_array_index(bar->lay->laid, CutLaid, index);
  g_autofree char *number = g_strdup_printf("%u", index + 1);
  draw_outline(bar, laid);
  draw_texts(bar, laid);
  const double left = at(bar, laid->from), right = at(bar, laid->to);
  cut_scene_text(bar->page->scene, (CutType){.class = "number", .size = 8, .align = CUT_ALIGN_CENTRE,
                                             .width = right - left}, (left + right) / 2, bar->y - 2, number);
  if (right - left > 50) {
    draw_angle(bar, laid->left, left + 2, CUT_ALIGN_LEFT);
    draw_angle(bar, laid->right, right - 2, CUT_ALIGN_RIGHT);
  }
}

/* A tick where a cut ends a piece, and its place on the bar. */
static void draw_stop(const Bar *bar, gint64 place) {
  CutScene *scene = bar->page->scene;
  const double x = at(bar, place), foot = bar->y + BAR_HEIGHT;
  g_autofree char *text = cut_job_length(job_of(bar), place);
  cut_scene_line(scene, (CutInk){.class = "tick", .fill = -1, .line = 0.5}, x, foot, x, foot + 3);
  CutType type = {.class = "stop", .size = 9, .align = CUT_ALIGN_CENTRE};
  if (bar->turned) {
    type.turned = TRUE;
    type.align = CUT_ALIGN_RIGHT;
    cut_scene_text(scene, type, x + 3, foot + 4, text);
  } else {
    cut_scene_text(scene, type, x, foot + 11, text);
  }
}

static void draw_ends(const Bar *bar) {
  CutScene *scene = bar->page->scene;
  const CutOrder *order = &job_of(bar)->bars;
  const gint64 length = stock_of(bar)->length, end = MIN(bar->lay->end, length);
  const CutInk fine = {.class = "trim-line", .fill = -1, .line = 0.35}, wide = {.class = "left-line", .fill = -1,
                                                                                .line = 0.35};
  const gboolean kept = cut_plan_kept(job_of(bar), bar->pattern->leftover);
  cut_scene_hatch(scene, fine, bar->x, bar->y, (double)order->trim_left * bar->scale, BAR_HEIGHT, 2.2);
  if (end >= length)
    return;
  const double x = at(bar, end), width = (double)(length - end) * bar->scale;
  cut_scene_box(scene, (CutInk){.class = kept ? "remnant" : "waste", .fill = 0, .line = 0.5}, x, bar->y, width,
                BAR_HEIGHT);
  cut_scene_hatch(scene, kept ? wide : fine, x, bar->y, width, BAR_HEIGHT, kept ? 7 : 2.8);
  if (!kept || width < 24)
    return;
  g_autofree char *text = cut_job_length(job_of(bar), bar->pattern->leftover);
  const CutType type = {.class = "remnant-length", .size = 9, .align = CUT_ALIGN_CENTRE, .width = width - 6,
                        .halo = TRUE};
  cut_scene_text(scene, type, x + width / 2, bar->y + BAR_HEIGHT / 2 + 3, text);
}

static void draw_side(const Bar *bar) {
  CutScene *scene = bar->page->scene;
  const gint64 count = bar->pattern->count, last = bar->first + count - 1;
  g_autofree char *times = g_strdup_printf("× %" G_GINT64_FORMAT, count);
  g_autofree char *numbers = count == 1 ? g_strdup_printf("%" G_GINT64_FORMAT, bar->first)
                                        : g_strdup_printf("%" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, bar->first, last);
  const CutType large = {.class = "count", .size = 17, .width = SIDE - 8}, small = {.class = "bars", .size = 8.5,
                                                                                    .width = SIDE - 8};
  g_autofree char *bars = g_strdup_printf(cut_page_say(bar->page, N_("Bar %s")), numbers);
  cut_scene_text(scene, large, bar->page->left, bar->y + 15, times);
  cut_scene_text(scene, small, bar->page->left, bar->y + 28, bars);
}

static void draw_title(const Bar *bar) {
  const CutStock *stock = stock_of(bar);
  const CutTotals one = {.cut = bar->lay->pieces, .material = stock->length};
  g_autofree char *length = cut_job_length(job_of(bar), stock->length), *used = cut_page_percent(cut_plan_yield(&one));
  g_autofree char *leftover = cut_job_length(job_of(bar), bar->pattern->leftover);
  const gboolean kept = cut_plan_kept(job_of(bar), bar->pattern->leftover);
  g_autofree char *rest = g_strdup_printf(cut_page_say(bar->page, kept ? N_("remnant %s, back to the store")
                                                                       : N_("waste %s")), leftover);
  g_autofree char *text = g_strdup_printf("%s %s mm    %s %s    %s", stock->origin ? stock->origin : "", length,
                                          cut_page_say(bar->page, N_("Used")), used, rest);
  cut_scene_short_text(bar->page->scene, (CutType){.class = "stock", .size = 8.5, .width = bar->page->right - bar->x},
                       bar->x, bar->y - ABOVE - 4, g_strstrip(text));
}

/* "2 × 2750 45°/45° GD2511-007 W01/1 竖框", a part each, in columns under the bar. */
static void draw_legend(const Bar *bar, double y) {
  const double width = (bar->page->right - bar->x) / LEGEND_COLUMNS;
  for (guint p = 0; p < bar->pattern->parts->len; p++) {
    const CutPart part = g_array_index(bar->pattern->parts, CutPart, p);
    const CutPiece *piece = &job_of(bar)->bars.pieces[part.piece];
    g_autofree char *length = cut_job_length(job_of(bar), piece->length), *left = cut_page_angle(piece->left);
    g_autofree char *right = cut_page_angle(piece->right), *tag = cut_page_tag(cut_job_tag(job_of(bar), part.piece));
    const gboolean slanted = piece->left != 0 || piece->right != 0;
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT " × %s  %s%s%s%s%s", part.times, length,
                                            *left ? left : slanted ? "0°" : "", slanted ? "/" : "",
                                            *right ? right : slanted ? "0°" : "", slanted ? "  " : "", tag);
    cut_scene_short_text(bar->page->scene, (CutType){.class = "part", .size = 8.5, .width = width - 8},
                         bar->x + p % LEGEND_COLUMNS * width, y + (p / LEGEND_COLUMNS + 1) * LEGEND_LINE, text);
  }
}

/* Places written level would run into each other where pieces are narrow. */
static gboolean is_crowded(const Bar *bar) {
  for (guint i = 0; i < bar->lay->laid->len; i++) {
    const CutLaid *laid = &g_array_index(bar->lay->laid, CutLaid, i);
    if ((double)(laid->to - laid->from) * bar->scale < 44)
      return TRUE;
  }
  return FALSE;
}

static void draw_bar(Bar *bar) {
  CutPage *page = bar->page;
  const guint lines = (bar->pattern->parts->len + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
  const double below = bar->turned ? BELOW_TURNED : BELOW;
  const double height = TITLE + ABOVE + BAR_HEIGHT + below + lines * LEGEND_LINE + BLOCK_GAP;
  cut_page_need(page, height);
  bar->y = page->y + TITLE + ABOVE;
  cut_scene_box(page->scene, (CutInk){.class = "bar", .fill = 0.22, .line = 0.9}, bar->x, bar->y,
                (double)stock_of(bar)->length * bar->scale, BAR_HEIGHT);
  draw_title(bar);
  draw_side(bar);
  draw_ends(bar);
  for (guint i = 0; i < bar->lay->laid->len; i++)
    draw_piece(bar, i);
  if (job_of(bar)->bars.trim_left > 0)
    draw_stop(bar, job_of(bar)->bars.trim_left);
  for (guint i = 0; i < bar->lay->laid->len; i++)
    draw_stop(bar, g_array_index(bar->lay->laid, CutLaid, i).to);
  draw_legend(bar, bar->y + BAR_HEIGHT + below);
  page->y += height;
  cut_scene_line(page->scene, (CutInk){.class = "rule", .fill = -1, .line = 0.25}, page->left, page->y - 6, page->right,
                 page->y - 6);
}

static void print_stocks(CutPage *page) {
  static const CutColumn columns[] = {
    {N_("From the store"), 30, CUT_ALIGN_LEFT}, {N_("Length (mm)"), 12, CUT_ALIGN_RIGHT},
    {N_("Bars"), 10, CUT_ALIGN_RIGHT},          {N_("Patterns"), 10, CUT_ALIGN_RIGHT},
    {N_("Pieces"), 10, CUT_ALIGN_RIGHT},        {N_("Used"), 12, CUT_ALIGN_RIGHT},
    {NULL},
  };
  const CutJob *job = page->work->job;
  cut_page_table(page, columns);
  for (gsize s = 0; s < job->bars.n_stocks; s++) {
    const CutStock *stock = &job->bars.stocks[s];
    CutTotals sum = {0};
    for (guint i = 0; i < page->work->bars->patterns->len; i++) {
      const CutPattern *pattern = page->work->bars->patterns->pdata[i];
      if (pattern->stock != (gint64)s)
        continue;
      g_autoptr(CutLay) lay = cut_lay_pattern(&job->bars, pattern);
      sum.stocks += pattern->count;
      sum.patterns++;
      sum.pieces += pattern->count * lay->laid->len;
      sum.cut += pattern->count * lay->pieces;
      sum.material += pattern->count * stock->length;
    }
    if (sum.stocks == 0)
      continue;
    g_autofree char *length = cut_job_length(job, stock->length), *used = cut_page_percent(cut_plan_yield(&sum));
    g_autofree char *bars = g_strdup_printf("%" G_GINT64_FORMAT, sum.stocks);
    g_autofree char *patterns = g_strdup_printf("%" G_GINT64_FORMAT, sum.patterns);
    g_autofree char *pieces = g_strdup_printf("%" G_GINT64_FORMAT, sum.pieces);
    const char *name = stock->origin ? stock->origin : cut_page_say(page, stock->offcut ? N_("Offcut") : N_("New bar"));
    cut_page_row(page, columns, (const char *const[]){name, length, bars, patterns, pieces, used});
  }
  page->y += 8;
}

static void print_remnants(CutPage *page) {
  static const CutColumn columns[] = {
    {N_("Back to the store"), 30, CUT_ALIGN_LEFT}, {N_("Length (mm)"), 12, CUT_ALIGN_RIGHT},
    {N_("Bars"), 10, CUT_ALIGN_RIGHT},             {N_("Bar"), 14, CUT_ALIGN_RIGHT},
    {N_("Remark"), 28, CUT_ALIGN_LEFT},            {NULL},
  };
  const CutJob *job = page->work->job;
  const GPtrArray *patterns = page->work->bars->patterns;
  gint64 first = 1;
  if (page->work->bars->remnants->len == 0)
    return;
  cut_page_table(page, columns);
  for (guint i = 0; i < patterns->len; i++) {
    const CutPattern *pattern = patterns->pdata[i];
    const char *name = job->bars.stocks[pattern->stock].origin;
    g_autofree char *length = cut_job_length(job, pattern->leftover);
    g_autofree char *count = g_strdup_printf("%" G_GINT64_FORMAT, pattern->count);
    g_autofree char *bars = cut_page_range(first, first + pattern->count - 1);
    if (pattern->leftover >= job->bars.remnant_min)
      cut_page_row(page, columns, (const char *const[]){name ? name : "", length, count, bars, ""});
    first += pattern->count;
  }
  page->y += 8;
}

CutScene *cut_print_bars(const CutWork *work, const CutStyle *style) {
  CutPage page;
  gint64 longest = 1, first = 1;
  cut_page_begin(&page, work, style, N_("Cutting plan"));
  print_stocks(&page);
  print_remnants(&page);
  for (guint i = 0; i < work->bars->patterns->len; i++)
    longest = MAX(longest, work->job->bars.stocks[((CutPattern *)work->bars->patterns->pdata[i])->stock].length);
  for (guint i = 0; i < work->bars->patterns->len; i++) {
    const CutPattern *pattern = work->bars->patterns->pdata[i];
    Bar bar = {.page = &page, .pattern = pattern, .lay = cut_lay_pattern(&work->job->bars, pattern), .first = first,
               .x = page.left + SIDE, .scale = (page.right - page.left - SIDE) / (double)longest};
    bar.turned = is_crowded(&bar);
    draw_bar(&bar);
    cut_lay_free(bar.lay);
    first += pattern->count;
  }
  return cut_page_end(&page,
                      N_("Close hatching: waste. Wide hatching: remnant, label it and keep it. Below a bar: where each "
                         "cut ends, from the left end. Angles: + far edge shorter, − near edge."));
}
