/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The code stands at the right, of upright labels below, as large as the label allows; the size, which people look for
 * first, is the largest text. */
#include "workshop/cut-label.h"
#include "base/lang.h"
#include <qrencode.h>
#include <string.h>

#define MARGIN 6.0
#define ECI_UTF8 26 /* the assigned number of UTF-8: readers guess without it, and take some Chinese for Big5 */
#define QUIET 4 /* modules of white around a code, as ISO/IEC 18004 asks */

/* A label being drawn. */
typedef struct {
  CutScene *scene;
  const CutWork *work;
  const CutStyle *style;
  const CutSawLine *line; /* the piece; of a remnant the last of its bar */
  gint64 bar;
  const char *kept;       /* size of a remnant; NULL: the label of a piece */
} Label;

static const CutTag no_tag;

/* A remnant belongs to no order yet. */
static const CutTag *tag_of(const Label *label) {
  return label->kept ? &no_tag : cut_job_tag(label->work->job, label->line->piece);
}

/* The piece's own size, not as it lay on its sheet. */
static char *size_text(const Label *label) {
  const CutJob *job = label->work->job;
  if (label->kept)
    return g_strdup(label->kept);
  if (job->kind == CUT_JOB_BARS)
    return cut_job_length(job, label->line->length);
  const CutItem *item = &job->sheets.items[label->line->piece];
  g_autofree char *width = cut_job_length(job, item->width), *height = cut_job_length(job, item->height);
  return g_strdup_printf("%s × %s", width, height);
}

/* "45° / 45°", or "" of a piece that is square; as the piece is, not as it lay. */
static char *angles_text(const Label *label) {
  if (label->kept || label->work->job->kind == CUT_JOB_SHEETS)
    return g_strdup("");
  const CutPiece *piece = &label->work->job->bars.pieces[label->line->piece];
  g_autofree char *left = cut_page_angle(piece->left), *right = cut_page_angle(piece->right);
  if (piece->left == 0 && piece->right == 0)
    return g_strdup("");
  return g_strdup_printf("%s / %s", *left ? left : "0°", *right ? right : "0°");
}

static char *number_text(const Label *label) {
  if (label->kept)
    return g_strdup_printf("%" G_GINT64_FORMAT "-R", label->bar);
  return g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, label->bar, label->line->place);
}

static char *code_text(const Label *label) {
  const CutTag *tag = tag_of(label);
  g_autofree char *number = number_text(label), *size = size_text(label), *angles = angles_text(label);
  const char *parts[] = {number, tag->order, tag->wall, tag->bay, tag->item, size, angles};
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    if (i > 0)
      g_string_append_c(text, ';');
    cut_saw_put(text, (CutCsv){.separator = ';'}, parts[i] ? parts[i] : "");
  }
  return g_string_free(text, FALSE);
}

/* NULL where the text is longer than the largest code holds. */
static QRcode *code_of(const char *text) {
  QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
  const int length = (int)strlen(text);
  const gboolean fits = (g_str_is_ascii(text) || QRinput_appendECIheader(input, ECI_UTF8) == 0) &&
                        QRinput_append(input, QR_MODE_8, length, (const unsigned char *)text) == 0;
  QRcode *code = fits ? QRcode_encodeInput(input) : NULL;
  QRinput_free(input);
  return code;
}

/* Runs of dark modules, a box each; side includes the white around. */
static void draw_code(const Label *label, double x, double y, double side) {
  g_autofree char *text = code_text(label);
  QRcode *code = code_of(text);
  if (!code) /* the label's text has it all */
    return;
  const double module = side / (code->width + 2 * QUIET);
  const CutInk dark = {.class = "code", .fill = 1, .line = 0};
  for (int row = 0; row < code->width; row++)
    for (int column = 0, end; column < code->width; column = end + 1) {
      for (end = column; end < code->width && code->data[row * code->width + end] & 1; end++)
        ;
      if (end > column)
        cut_scene_box(label->scene, dark, x + (QUIET + column) * module, y + (QUIET + row) * module,
                      (end - column) * module, module);
    }
  QRcode_free(code);
}

/* One line of text of that height under the last; y moves down. */
static void put(const Label *label, const char *class, double size, double width, double *y, const char *text) {
  if (!text || !*text)
    return;
  *y += size * 1.18;
  cut_scene_short_text(label->scene, (CutType){.class = class, .size = size, .width = width}, MARGIN, *y - size * 0.15,
                       text);
}

static void draw_label(const Label *label) {
  const CutJob *job = label->work->job;
  const CutTag *tag = tag_of(label);
  const double width = label->style->width, height = label->style->height;
  const gboolean upright = height > width;
  const double side = MIN(height * (upright ? 0.45 : 1) - 2 * MARGIN, width * (upright ? 1 : 0.46));
  const double unit = ((upright ? height - side : height) - 2 * MARGIN) / 6.9;
  const double room = upright ? width - 2 * MARGIN : width - side - 2 * MARGIN;
  g_autofree char *size = size_text(label), *angles = angles_text(label), *number = number_text(label);
  g_autofree char *place = tag->wall && tag->bay ? g_strdup_printf("%s / %s", tag->wall, tag->bay)
                                                 : g_strdup(tag->wall ? tag->wall : tag->bay);
  g_autofree char *material = g_strjoin(" ", job->material ? job->material : "", job->colour, NULL);
  double y = MARGIN;
  cut_scene_page(label->scene);
  put(label, "order", unit * 0.85, upright ? room * 0.66 : room, &y, tag->order);
  put(label, "place", unit * 1.05, room, &y, place);
  put(label, "item", unit * 0.85, room, &y, label->kept ? lang_text(label->style->language, N_("Remnant")) : tag->item);
  put(label, "size", unit * 1.45, room, &y, size);
  put(label, "angles", unit * 0.75, room, &y, angles);
  put(label, "material", unit * 0.6, room, &y, g_strstrip(material));
  const CutType type = {.class = "number", .size = unit * 0.8, .align = CUT_ALIGN_RIGHT, .width = width / 3};
  cut_scene_text(label->scene, type, width - MARGIN, upright ? MARGIN + unit * 0.7 : height - MARGIN + unit * 0.2,
                 number);
  draw_code(label, upright ? (width - side) / 2 : width - MARGIN - side + 4, upright ? height - side : MARGIN - 4,
            side);
}

/* By bar or sheet: the size of what goes back to the store; NULL where nothing does. */
static GPtrArray *remnants_of(const CutWork *work) {
  const CutJob *job = work->job;
  GPtrArray *sizes = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; work->bars && i < work->bars->patterns->len; i++) {
    const CutPattern *pattern = work->bars->patterns->pdata[i];
    for (gint64 bar = 0; bar < pattern->count; bar++)
      g_ptr_array_add(sizes, cut_plan_kept(job, pattern->leftover) ? cut_job_length(job, pattern->leftover) : NULL);
  }
  if (work->sheets)
    g_ptr_array_set_size(sizes, (int)work->sheets->sheets);
  for (guint i = 0; work->sheets && i < work->sheets->remnants->len; i++) {
    const CutSheetRemnant *at = &g_array_index(work->sheets->remnants, CutSheetRemnant, i);
    g_autofree char *width = cut_job_length(job, at->width), *height = cut_job_length(job, at->height);
    sizes->pdata[at->sheet] = g_strdup_printf("%s × %s", width, height);
  }
  return sizes;
}

CutScene *cut_label_print(const CutWork *work, const CutStyle *style, GError **error) {
  if (!cut_plan_may_be_printed(work, TRUE, error))
    return NULL;
  g_autoptr(GArray) lines = cut_saw_lines(work);
  g_autoptr(GPtrArray) kept = remnants_of(work);
  CutScene *scene = cut_scene_new(style->width, style->height);
  for (guint from = 0, end; from < lines->len; from = end) {
    const CutSawLine *first = &g_array_index(lines, CutSawLine, from);
    for (end = from; end < lines->len && g_array_index(lines, CutSawLine, end).first == first->first; end++)
      ;
    for (gint64 bar = first->first; bar <= first->last; bar++) {
      Label label = {.scene = scene, .work = work, .style = style, .bar = bar};
      for (guint i = from; i < end; i++) {
        label.line = &g_array_index(lines, CutSawLine, i);
        draw_label(&label);
      }
      if ((label.kept = kept->pdata[bar - 1]))
        draw_label(&label);
    }
  }
  return scene;
}
