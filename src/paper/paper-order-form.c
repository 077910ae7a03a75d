/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order form on paper: what the dealer asks for, to be checked line by line and signed. */
#include "paper/paper-order-form.h"
#include "paper/paper-parts.h"
#include "step/s02-order-form.h"

static void add_file(const PaperWork *work, GString *names, gint64 id, GError **error) {
  const File *file = paper_row(work, &file_record, id, error);
  if (file)
    g_string_append_printf(names, "%s%s", names->len ? " · " : "", file->name);
}

/* By their names: what was handed in with the form, and what was not. */
static void add_drawings(const PaperWork *work, const OrderForm *form, GError **error) {
  g_autoptr(GString) names = g_string_new(NULL);
  guint count = 0;
  const gint64 *ids = form->drawings ? dict_ids(work->arena, form->drawings, &count) : NULL;
  if (form->plan != DICT_UNSET)
    add_file(work, names, form->plan, error);
  for (guint i = 0; i < count; i++)
    add_file(work, names, ids[i], error);
  folio_fact(work->folio, 1, paper_say(work, N_("Plan and elevations")), arena_strdup(work->arena, names->str));
}

gboolean paper_order_form(const PaperWork *work, const void *row, GError **error) {
  const OrderForm *form = row;
  if (!paper_parts_parties(work, &form->row, error))
    return FALSE;
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  paper_fact(work, 0, &order_form_record, form, "edition");
  add_drawings(work, form, error);
  folio_section(work->folio, paper_say(work, N_("Goods")));
  if (!paper_parts_lines(work, form->row.id, error))
    return FALSE;
  folio_text(work->folio, paper_text(work, &order_form_record, form, "remarks"));
  paper_hands(work, (const char *const[]){N_("Dealer"), N_("Order clerk")});
  return TRUE;
}
