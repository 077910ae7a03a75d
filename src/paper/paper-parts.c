/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parties, goods, packages, money and drawing, each the same on every paper. */
#include "paper/paper-parts.h"
#include "base/capital.h"
#include "party/party.h"
#include "step/s02-order-form.h"
#include "step/s05-drawing.h"
#include "step/s11-production.h"
#include "step/s12-balance.h"
#include <string.h>

/* "Li Na, buyer, 138 0000 1234" of each person, a line each. */
static const char *contacts_of(const PaperWork *work, gint64 dealer, GError **error) {
  g_autoptr(GPtrArray) rows = paper_rows(work, &contact_record, "dealer_id", dealer, "closed", error);
  const char *all = NULL;
  for (guint i = 0; rows && i < rows->len && i < 3; i++) {
    static const char *const parts[] = {"name", "post", "phone"};
    const char *one = NULL;
    for (guint k = 0; k < G_N_ELEMENTS(parts); k++) {
      const char *part = paper_text(work, &contact_record, rows->pdata[i], parts[k]);
      one = !part ? one : one ? arena_printf(work->arena, "%s  %s", one, part) : part;
    }
    all = all && one ? arena_printf(work->arena, "%s\n%s", all, one) : one ? one : all;
  }
  return all;
}

static void add_fields(const PaperWork *work, guint side, const Record *record, const void *row,
                       const char *const *fields) {
  for (guint i = 0; fields[i]; i++)
    paper_fact(work, side, record, row, fields[i]);
}

static void add_dealer(const PaperWork *work, guint side, gint64 id, GError **error) {
  const Dealer *dealer = paper_row(work, &dealer_record, id, error);
  add_fields(work, side, &dealer_record, dealer, IN("name", "address", "phone", "tax_number"));
  folio_fact(work->folio, side, paper_say(work, contact_record.plural), contacts_of(work, id, error));
}

/* On one side, or begun there and ended on the last. */
static void add_project(const PaperWork *work, guint side, const Order *order, GError **error) {
  const Project *project = paper_row(work, &project_record, order->project, error);
  add_fields(work, side, &project_record, project, IN("name", "site_address"));
  add_fields(work, 1, &project_record, project, IN("owner", "main_contractor"));
  folio_fact(work->folio, 1, paper_say(work, order_record.label),
             arena_printf(work->arena, "%s  %s", order->row.number, order->name));
}

gboolean paper_parts_site(const PaperWork *work, guint side, const Row *row, GError **error) {
  const Order *order = paper_row(work, &order_record, row->order_id, error);
  const Project *project = order ? paper_row(work, &project_record, order->project, error) : NULL;
  const char *person = paper_text(work, &project_record, project, "site_person");
  const char *phone = paper_text(work, &project_record, project, "site_phone");
  folio_fact(work->folio, side, paper_say(work, dict_field(&project_record, "site_person")->label),
             person && phone ? arena_printf(work->arena, "%s  %s", person, phone) : person ? person : phone);
  return order != NULL;
}

gboolean paper_parts_parties(const PaperWork *work, const Row *row, GError **error) {
  const Order *order = paper_row(work, &order_record, row->order_id, error);
  const char *heads[] = {paper_say(work, N_("Dealer")), paper_say(work, N_("Project"))};
  folio_facts(work->folio, FOLIO_FACTS, 2, heads);
  add_dealer(work, 0, row->dealer_id, error);
  if (order)
    add_project(work, 1, order, error);
  return order != NULL;
}

gboolean paper_parts_sides(const PaperWork *work, const Row *row, GError **error) {
  const Order *order = paper_row(work, &order_record, row->order_id, error);
  const char *heads[] = {paper_say(work, N_("Supplier")), paper_say(work, N_("Purchaser"))};
  folio_facts(work->folio, FOLIO_FACTS, 2, heads);
  if (!work->house)
    folio_fact(work->folio, 0, paper_say(work, N_("Name")), folio_blank);
  add_fields(work, 0, &letterhead_record, work->house, IN("name", "address", "phone", "tax_number"));
  add_dealer(work, 1, row->dealer_id, error);
  folio_facts(work->folio, FOLIO_FACTS, 2, (const char *const[]){paper_say(work, N_("Project")), NULL});
  if (order)
    add_project(work, 0, order, error);
  return order != NULL;
}

void paper_parts_drawing(const PaperWork *work, gint64 id, GError **error) {
  const Drawing *drawing = paper_row(work, &drawing_record, id, error);
  if (!drawing)
    return;
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  add_fields(work, 0, &drawing_record, drawing, IN("title", "signer_name"));
  add_fields(work, 1, &drawing_record, drawing, IN("revision", "signed_at"));
  folio_facts(work->folio, FOLIO_FACTS, 1, NULL);
  folio_fact(work->folio, 0, "SHA-256", paper_text(work, &drawing_record, drawing, "sha256"));
}

static const FolioColumn columns[] = {
  {N_("No."), 1.5, FOLIO_RIGHT},
  {N_("Area or location"), 3.6, FOLIO_LEFT},
  {N_("Style"), 3.6, FOLIO_LEFT},
  {N_("Thickness"), 2.6, FOLIO_RIGHT},
  {N_("Width"), 2.1, FOLIO_RIGHT},
  {N_("Height"), 2.1, FOLIO_RIGHT},
  {N_("Quantity"), 2.4, FOLIO_RIGHT},
  {N_("Frame colour"), 3.1, FOLIO_LEFT},
  {N_("Glass or panel"), 4.4, FOLIO_LEFT},
  {N_("Door, hardware, remarks"), 6.4, FOLIO_LEFT},
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

gboolean paper_parts_lines(const PaperWork *work, gint64 form, GError **error) {
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

gboolean paper_parts_goods(const PaperWork *work, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) forms = paper_rows(work, &order_form_record, "order_id", order_id, NULL, error);
  for (guint i = 0; forms && i < forms->len; i++) {
    const Row *form = forms->pdata[i];
    if (!g_strcmp0(form->state, "accepted"))
      return paper_parts_lines(work, form->id, error);
  }
  return forms != NULL;
}

static const FolioColumn package_columns[] = {
  {N_("No."), 1, FOLIO_RIGHT},           {N_("Number"), 2.2, FOLIO_LEFT},      {N_("Package"), 3, FOLIO_LEFT},
  {N_("Contents"), 6, FOLIO_LEFT},       {N_("Pieces in it"), 2, FOLIO_RIGHT}, {N_("Received on"), 2.8, FOLIO_LEFT},
  {N_("Place in store"), 2, FOLIO_LEFT},
  {0},
};

gboolean paper_parts_packages(const PaperWork *work, gint64 notice, gboolean in_store, GError **error) {
  g_autoptr(GPtrArray) lines = paper_rows(work, &delivery_line_record, "parent_id", notice, "removed", error);
  gint64 pieces = 0, packages = 0;
  folio_table(work->folio, package_columns);
  for (guint i = 0; lines && i < lines->len; i++) {
    const StoredGoods *goods = paper_row(work, &stored_goods_record, ((DeliveryLine *)lines->pdata[i])->goods, error);
    if (!goods)
      continue;
    const char *texts[] = {paper_number(work, ++packages), goods->row.number,
                           paper_text(work, &stored_goods_record, goods, "package"),
                           paper_text(work, &stored_goods_record, goods, "contents"),
                           paper_text(work, &stored_goods_record, goods, "quantity"),
                           in_store ? paper_text(work, &stored_goods_record, goods, "received_date") : NULL,
                           in_store ? paper_text(work, &stored_goods_record, goods, "place") : NULL};
    folio_row(work->folio, texts);
    pieces += MAX(0, goods->quantity);
  }
  const char *count = arena_printf(work->arena, paper_say(work, N_("Packages: %d")), (int)packages);
  const char *sum[] = {NULL, paper_say(work, N_("Sum")), count, NULL, paper_number(work, pieces), NULL, NULL};
  folio_total(work->folio, sum);
  return lines != NULL;
}

void paper_parts_in_words(const PaperWork *work, gint64 fen) {
  g_autofree char *capital = capital_money(fen, !g_strcmp0(work->viewer->language, "zh_TW"));
  folio_fact(work->folio, 0, paper_say(work, N_("In words (RMB)")), arena_strdup(work->arena, capital));
}

void paper_parts_account(const PaperWork *work) {
  add_fields(work, 0, &letterhead_record, work->house, IN("bank", "account"));
}
