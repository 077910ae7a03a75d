/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of an order form as a table: what they measure in columns, what they are made of in words. */
#include "paper/paper-lines.h"
#include "step/s02-order-form.h"
#include <string.h>

static const FolioColumn columns[] = {
  {N_("No."), 1.5, FOLIO_RIGHT},
  {N_("Area or location"), 3.8, FOLIO_LEFT},
  {N_("Style"), 3.6, FOLIO_LEFT},
  {N_("Thickness"), 3, FOLIO_RIGHT},
  {N_("Width"), 2.5, FOLIO_RIGHT},
  {N_("Height"), 2.5, FOLIO_RIGHT},
  {N_("Quantity"), 2.8, FOLIO_RIGHT},
  {N_("Frame colour"), 3.1, FOLIO_LEFT},
  {N_("Glass or panel"), 3.8, FOLIO_LEFT},
  {N_("Door, hardware, remarks"), 5.2, FOLIO_LEFT},
  {0},
};

/* What else is said of the line, parted by a middle dot. */
static const char *details(const PaperWork *work, const OrderFormLine *line) {
  static const char *const parts[] = {"door_type", "door_opening", "hardware", "remarks"};
  const char *all = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    const char *part = paper_text(work, &order_form_line_record, line, parts[i]);
    all = !part ? all : all ? arena_printf(work->arena, "%s · %s", all, part) : part;
  }
  return all;
}

gboolean paper_form_lines(const PaperWork *work, gint64 form, GError **error) {
  static const char *const fields[] = {"area", "style", "thickness", "width", "height", "quantity", "frame_colour",
                                       "filling"};
  g_autoptr(GPtrArray) rows = paper_rows(work, &order_form_line_record, "parent_id", form, "removed", error);
  gint64 pieces = 0;
  folio_table(work->folio, columns);
  for (guint i = 0; rows && i < rows->len; i++) {
    const OrderFormLine *line = rows->pdata[i];
    const char *texts[G_N_ELEMENTS(columns) - 1] = {paper_number(work, (gint64)i + 1)};
    for (guint k = 0; k < G_N_ELEMENTS(fields); k++)
      texts[k + 1] = paper_text(work, &order_form_line_record, line, fields[k]);
    texts[G_N_ELEMENTS(fields) + 1] = details(work, line);
    folio_row(work->folio, texts);
    pieces += MAX(0, line->quantity);
  }
  const char *sum[G_N_ELEMENTS(columns) - 1] = {[1] = paper_say(work, N_("Sum")), [6] = paper_number(work, pieces),
                                                  [9] = paper_say(work, N_("lengths in mm"))};
  folio_total(work->folio, sum);
  return rows != NULL;
}

gboolean paper_lines(const PaperWork *work, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) forms = paper_rows(work, &order_form_record, "order_id", order_id, NULL, error);
  for (guint i = 0; forms && i < forms->len; i++) {
    const Row *form = forms->pdata[i];
    if (!g_strcmp0(form->state, "accepted"))
      return paper_form_lines(work, form->id, error);
  }
  return forms != NULL;
}
