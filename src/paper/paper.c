/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of papers, and how what the records hold is read on them. */
#include "paper/paper.h"
#include "base/date.h"
#include "base/money.h"
#include "base/reading.h"
#include "paper/paper-balance-notice.h"
#include "paper/paper-contract.h"
#include "paper/paper-delivery-note.h"
#include "paper/paper-delivery-notice.h"
#include "paper/paper-order-form.h"
#include "paper/paper-works-order.h"
#include "step/s02-order-form.h"
#include "step/s06-contract.h"
#include "step/s09-works-order.h"
#include "step/s12-balance.h"
#include "step/s13-shipping.h"
#include <string.h>

static const Paper papers[] = {
  {.name = "order_form", .label = N_("Order form"), .record = &order_form_record, .leaves = IN("submitted", "accepted"),
   .kept = "accepted", .write = paper_order_form},
  {.name = "contract", .label = N_("Supply contract"), .record = &contract_record,
   .leaves = IN("countersign", "check", "effective", "superseded", "ended"), .kept = "countersign",
   .write = paper_contract},
  {.name = "works_order", .label = N_("Works order"), .record = &works_order_record,
   .leaves = IN("released", "making", "made"), .kept = "released", .write = paper_works_order},
  {.name = "delivery_notice", .label = N_("Delivery notice"), .record = &delivery_notice_record,
   .leaves = IN("approved", "shipped"), .kept = "approved", .write = paper_delivery_notice},
  {.name = "balance_notice", .label = N_("Balance notice"), .record = &balance_notice_record, .leaves = IN("sent"),
   .write = paper_balance_notice},
  {.name = "delivery_note", .label = N_("Delivery note"), .record = &shipment_record,
   .leaves = IN("agreed", "shipped", "delivered"), .write = paper_delivery_note},
};

const Paper *paper_of(const Record *record) {
  for (guint i = 0; i < G_N_ELEMENTS(papers); i++)
    if (papers[i].record == record)
      return &papers[i];
  return NULL;
}

const Paper *paper_find(const Record *record, const char *name) {
  const Paper *paper = paper_of(record);
  return paper && !strcmp(paper->name, name) ? paper : NULL;
}

const char *paper_say(const PaperWork *work, const char *message) {
  return lang_text(work->viewer->language, message);
}

/* Takes the text over. */
static const char *keep(const PaperWork *work, char *text) {
  const char *kept = arena_strdup(work->arena, text);
  g_free(text);
  return kept;
}

const char *paper_money(const PaperWork *work, gint64 fen) {
  return keep(work, reading_money(fen));
}

const char *paper_number(const PaperWork *work, gint64 number) {
  return arena_printf(work->arena, "%" G_GINT64_FORMAT, number);
}

const char *paper_percent(const PaperWork *work, gint64 share) {
  return arena_printf(work->arena, "%s%%", keep(work, reading_decimal(share, PERCENT_PLACES)));
}

static const char *choice_text(const PaperWork *work, const Field *field, const void *row) {
  const Choice *choice = dict_choice(field->choices, *dict_text(field, row));
  return choice ? paper_say(work, choice->label) : NULL;
}

static const char *integer_text(const PaperWork *work, const Field *field, gint64 integer) {
  const char *language = work->viewer->language;
  switch (field->kind) {
  case KIND_MONEY: return paper_money(work, integer);
  case KIND_PERCENT: return paper_percent(work, integer);
  case KIND_LENGTH: return keep(work, reading_decimal(integer, LENGTH_PLACES));
  case KIND_DECIMAL: return keep(work, reading_decimal(integer, DECIMAL_PLACES));
  case KIND_DATE: return keep(work, reading_date(language, integer));
  case KIND_TIME: return keep(work, reading_time(language, integer, work->zone));
  case KIND_YESNO: return paper_say(work, integer ? N_("yes") : N_("no"));
  case KIND_NUMBER: return paper_number(work, integer);
  default: return NULL; /* of rows referred to, and files, a paper says what it needs itself */
  }
}

const char *paper_text(const PaperWork *work, const Record *record, const void *row, const char *name) {
  const Field *field = dict_field(record, name);
  if (!row || (work->for_dealer && field->shown_to != DEALER) || !dict_is_set(field, row))
    return NULL;
  return field->kind == KIND_CHOICE ? choice_text(work, field, row)
         : dict_is_text(field)      ? *dict_text(field, row)
                                    : integer_text(work, field, *dict_integer(field, row));
}

void paper_fact(const PaperWork *work, guint side, const Record *record, const void *row, const char *name) {
  folio_fact(work->folio, side, paper_say(work, dict_field(record, name)->label), paper_text(work, record, row, name));
}

void *paper_row(const PaperWork *work, const Record *record, gint64 id, GError **error) {
  void *row = id > 0 ? dict_load(work->tx, work->arena, record, id, error) : NULL;
  return row && context_may_reach(work->tx, work->arena, work->viewer, record, row) ? row : NULL;
}

GPtrArray *paper_rows(const PaperWork *work, const Record *record, const char *column, gint64 id, const char *without,
                      GError **error) {
  GPtrArray *rows = dict_load_by(work->tx, work->arena, record, column, DB_I(id), error);
  guint kept = 0;
  for (guint i = 0; rows && i < rows->len; i++) {
    const Row *row = rows->pdata[i];
    if (context_may_see(work->viewer, record, row) && (!without || g_strcmp0(row->state, without)))
      rows->pdata[kept++] = rows->pdata[i];
  }
  if (rows)
    g_ptr_array_set_size(rows, (int)kept);
  return rows;
}

/* ---- signatures ---- */
static const Chain *chain_of(const Record *record) {
  for (const Command *command = record->commands; command && command->name; command++)
    if (command->chain)
      return command->chain;
  return NULL;
}

/* Who signed the stage in that role: "Zhao Min, 25 Nov 2026, 17:21". The names of those who sign for the house are for
   whoever may see what they signed. */
static const char *signature(const PaperWork *work, const Signature *given, const Stage *stage, guint role) {
  for (; given->stage; given++)
    if (!strcmp(given->stage, stage->from) && given->role == role) {
      const char *when = keep(work, reading_time(work->viewer->language, given->at, work->zone));
      return arena_printf(work->arena, "%s    %s", given->name, when);
    }
  return paper_say(work, N_("not signed yet"));
}

gboolean paper_signatures(const PaperWork *work, guint side, const Record *record, const Row *row, GError **error) {
  const Signature *given = workflow_signatures(work->tx, work->arena, record, row, work->act, error);
  const Chain *chain = chain_of(record);
  for (guint i = 0; given && i < chain->count; i++)
    for (guint k = 0; workflow_roles[k].code; k++)
      if (chain->stages[i].roles & (1u << k))
        folio_fact(work->folio, side, paper_say(work, workflow_roles[k].label),
                   signature(work, given, &chain->stages[i], 1u << k));
  return given != NULL;
}

static void room_to_sign(const PaperWork *work, guint side) {
  folio_fact(work->folio, side, paper_say(work, N_("Full name")), folio_blank);
  folio_fact(work->folio, side, paper_say(work, N_("Signature")), folio_blank);
  folio_fact(work->folio, side, paper_say(work, N_("Date")), folio_blank);
}

static void begin_signatures(const PaperWork *work, const char *const who[FOLIO_SIDES]) {
  const char *heads[FOLIO_SIDES];
  for (guint i = 0; i < FOLIO_SIDES; i++)
    heads[i] = paper_say(work, who[i]);
  folio_section(work->folio, paper_say(work, N_("Signatures")));
  folio_facts(work->folio, FOLIO_SIGNS, FOLIO_SIDES, heads);
}

gboolean paper_signed(const PaperWork *work, const Record *record, const Row *row, const char *receiver,
                      GError **error) {
  begin_signatures(work, (const char *const[]){N_("Approval"), receiver});
  room_to_sign(work, 1);
  return paper_signatures(work, 0, record, row, error);
}

void paper_hands(const PaperWork *work, const char *const who[FOLIO_SIDES]) {
  begin_signatures(work, who);
  for (guint i = 0; i < FOLIO_SIDES; i++)
    room_to_sign(work, i);
}

/* ---- the whole ---- */
static const Field *kept_field(const Paper *paper) {
  return paper->kept ? dict_field(paper->record, KEPT_FIELD) : NULL;
}

gint64 paper_kept(const Paper *paper, const Viewer *viewer, const Row *row) {
  const Field *field = kept_field(paper);
  const gboolean hidden = field && !dict_shows(field, workflow_audience(viewer));
  return field && !hidden && dict_is_set(field, row) && g_strv_contains(paper->leaves, row->state)
           ? *dict_integer(field, row) : 0;
}

/* What counts no longer leaves the house as it was kept, or not at all. */
const char *paper_mark(const Paper *paper, const Row *row) {
  const Field *field = kept_field(paper);
  const Choice *state = dict_choice(paper->record->states, row->state);
  const gboolean leaves = g_strv_contains(paper->leaves, row->state), kept = field && dict_is_set(field, row);
  return leaves && (kept || state->kind != PAST) ? NULL : state->kind != ON ? state->label : N_("Draft");
}

/* The letterhead of now, NULL where none is stated; what is drawn for good is in the language that it says. */
static gboolean set_house(PaperWork *work, Viewer *reader, GError **error) {
  g_autoptr(GPtrArray) stated = dict_load_by(work->tx, work->arena, &letterhead_record, "state", DB_T("active"), error);
  const Letterhead *house = work->house = stated && stated->len ? stated->pdata[0] : NULL;
  *reader = *work->viewer;
  if (work->act && house && house->language)
    reader->language = house->language;
  work->viewer = reader;
  return stated != NULL;
}

static void write_heads(const PaperWork *work, const Paper *paper, const Row *row) {
  Folio *folio = work->folio;
  const Letterhead *house = work->house;
  const Choice *state = dict_choice(paper->record->states, row->state);
  g_autofree char *made = date_time_format(row->created_at);
  folio->title = paper_say(work, paper->label);
  folio->number = row->number;
  folio->note = state && !work->act ? paper_say(work, state->label) : NULL;
  const char *mark = paper_mark(paper, row);
  folio->mark = mark ? paper_say(work, mark) : NULL;
  folio->date = arena_strdup(work->arena, made);
  if (!house)
    return;
  folio->house = house->name;
  folio->address = house->address && house->phone
                     ? arena_printf(work->arena, "%s  %s", house->address, house->phone)
                     : house->address ? house->address : house->phone;
}

Folio *paper_folio(const Paper *paper, PaperWork work, const void *row, GError **error) {
  const Field *field = kept_field(paper);
  Viewer reader;
  GError *fault = NULL;
  work.for_dealer = (work.viewer->roles & ROLE_DEALER) || (work.act && field && field->shown_to == DEALER);
  if (!set_house(&work, &reader, error))
    return NULL;
  g_autoptr(Folio) folio = work.folio = folio_new(work.arena, reader.language);
  write_heads(&work, paper, row);
  if (paper->write(&work, row, &fault) && !fault)
    return g_steal_pointer(&folio);
  g_propagate_error(error, fault);
  return NULL;
}

/* ---- papers that are kept ---- */
static const char *kept_at(const Record *record) {
  const Paper *paper = paper_of(record);
  return paper ? paper->kept : NULL;
}

const char *paper_file_name(Arena *arena, const Folio *folio) {
  return arena_printf(arena, "%s %s.pdf", folio->number, folio->title);
}

static GBytes *draw(Context *context, const char **name, GError **error) {
  const PaperWork work = {.tx = context->tx, .arena = context->arena, .viewer = context->viewer,
                          .zone = context->zone, .act = context};
  g_autoptr(Folio) folio = paper_folio(paper_of(dict_find(context->command->record)), work, context->row, error);
  *name = folio ? paper_file_name(context->arena, folio) : NULL;
  return folio ? folio_pdf(folio, error) : NULL;
}

const Press paper_press = {.kept_at = kept_at, .draw = draw};
