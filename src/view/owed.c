/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is owed in an order: by whom, since and until when, by which act it is done, and what keeps that from being
   done. */
#include "base/date.h"
#include "party/party.h"
#include "step/s08-deposit.h"
#include "view/step.h"
#include <string.h>

static void owed_free(gpointer data) {
  Owed *owed = data;
  g_clear_pointer(&owed->offers, g_ptr_array_unref);
}

/* An instalment is owed from the step that asks for it on; the contract itself is done by then. */
static int step_of(const Walk *walk, const Duty *duty, const Record *record, const Row *row) {
  if (record != &instalment_record)
    return duty->step ? duty->step : record == &comment_record ? ((const Order *)walk->order)->step
                                                               : step_home(walk, record, row);
  const int step = g_strcmp0(((const Instalment *)row)->kind, "deposit") ? 12 : 8;
  return ((const Order *)walk->order)->step >= step ? step : 0;
}

GPtrArray *owed_to_anybody(const View *view, const Record *record, Row *row, GError **error) {
  const Viewer anybody = {.user_id = -1, .name = "", .roles = ROLE_DEALER - 1, .language = view->viewer->language};
  return act_by_lines(workflow_offers(view->engine, view->tx, view->arena, &anybody, record, row, error));
}

/* What whoever owes it can make under the row in this step meanwhile: what is awaited again and again, else such as a
   line of a form that has none yet. */
static const Offer *beside(const GPtrArray *offers, const Owed *owed) {
  const char *const *awaited = owed->duty->renewed_by;
  const Offer *found = NULL;
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    if (act_place(offer) != ACT_BESIDE || !(offer->command->by & owed->role))
      continue;
    if (awaited && g_strv_contains(awaited, offer->command->record))
      return offer;
    found = !found && offer->command->step == owed->step ? offer : found;
  }
  return found;
}

/* The newest row in force of the order that the command acts on, or makes something under. */
static Row *host_of(const Walk *walk, const Owed *owed, const Record *host, GError **error) {
  const View *view = walk->view;
  if (host == owed->record)
    return owed->row;
  if (host == walk->record)
    return walk->order;
  if (owed->record->parent && !strcmp(owed->record->parent, host->name))
    return dict_load(view->tx, view->arena, host, owed->row->parent_id, error);
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, host, "order_id", DB_I(walk->order->id), error);
  for (guint i = rows ? rows->len : 0; i-- > 0;)
    if (act_in_force(host, rows->pdata[i]))
      return rows->pdata[i];
  return NULL;
}

/* The act that the duty names, where the viewer may see it; NULL: it names none. */
static const Offer *named(const Walk *walk, Owed *owed, const char *name, GError **error) {
  const Command *command = name ? workflow_find(name) : NULL;
  const Record *host = command ? dict_find(command->creates ? command->under : command->record) : NULL;
  Row *row = host ? host_of(walk, owed, host, error) : NULL;
  if (!row || !view_may_see(walk->view, host, row))
    return NULL;
  g_autoptr(GPtrArray) offers = row == owed->row && owed->offers ? g_ptr_array_ref(owed->offers)
                                                                 : act_offers(walk->view, host, row, error);
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    if (offer->command != command)
      continue;
    owed->host = host, owed->host_row = row;
    return offer;
  }
  return NULL;
}

static gboolean is_of(const Offer *offer, const Owed *owed) {
  return offer && (workflow_needs(offer->command) & owed->role);
}

static gboolean find_acts(const Walk *walk, Owed *owed, GError **error) {
  const View *view = walk->view;
  owed->offers = act_offers(view, owed->record, owed->row, error);
  const Offer *first = act_next(owed->offers), *next = is_of(first, owed) ? first : NULL;
  const gboolean free_to_go = next && !*next->unmet;
  const Offer *asked = named(walk, owed, owed->duty->act, error);
  const char *mending = next && next->mended_by ? next->mended_by : owed->duty->meanwhile;
  const Offer *completing = asked || free_to_go ? NULL : named(walk, owed, mending, error);
  if (completing && completing->extra)
    completing = NULL;
  const Offer *other = asked ? asked : free_to_go ? NULL : completing ? completing : beside(owed->offers, owed);
  const Offer *meant = asked ? asked : next;
  owed->submitted = meant && meant->submitted;
  owed->mine = owed->mine && !owed->submitted;
  owed->act = owed->submitted ? NULL : other ? other : next;
  owed->asked = owed->act == next || owed->act == asked || owed->act == completing;
  owed->blocked = act_sentences(view, meant);
  owed->stuck = owed->blocked->count && (!owed->act || owed->act == next || *owed->act->unmet);
  if (!owed->offers || first || asked || view_is_dealer(view)) /* what a gate tells the house is none of the dealer's
                                                             business */
    return owed->offers != NULL;
  g_autoptr(GPtrArray) anybody = owed_to_anybody(view, owed->record, owed->row, error);
  const Offer *meanwhile = beside(anybody, owed);
  const gboolean going = owed->duty->renewed_by && meanwhile && !*meanwhile->unmet;
  owed->blocked = act_sentences(view, going ? NULL : act_next(anybody));
  owed->stuck = owed->blocked->count && !meanwhile;
  return anybody != NULL;
}

static gboolean add_owed(Walk *walk, const DbCell *cell, GError **error) {
  const View *view = walk->view;
  const Duty *duty = workflow_duty(cell[0].text);
  const Record *record = dict_find(cell[1].text);
  Row *row = duty && record ? dict_load(view->tx, view->arena, record, cell[2].integer, error) : NULL;
  const int step = row && view_may_see(view, record, row) ? step_of(walk, duty, record, row) : 0;
  if (!step)
    return !error || !*error;
  Owed *owed = arena_new_of(view->arena, Owed, 1);
  *owed = (Owed){.duty = duty,
                 .record = record,
                 .row = row,
                 .host = record,
                 .host_row = row,
                 .step = step,
                 .role = (guint)cell[5].integer,
                 .person = cell[6].integer,
                 .since = cell[3].integer,
                 .due = cell[4].integer,
                 .overdue = cell[4].integer < walk->today,
                 .rests = cell[7].kind == DB_INTEGER && cell[4].integer > walk->today,
                 .renewed = cell[7].kind == DB_INTEGER,
                 .mine = ((guint)cell[5].integer & (view->viewer->roles | view->viewer->substitutes)) != 0};
  g_ptr_array_add(walk->owed, owed);
  return find_acts(walk, owed, error);
}

static int more_urgent(gconstpointer one, gconstpointer other) {
  const Owed *a = *(Owed *const *)one, *b = *(Owed *const *)other;
  const gboolean a_mine = a->mine && !a->rests, b_mine = b->mine && !b->rests;
  if (a_mine != b_mine)
    return a_mine ? -1 : 1;
  return a->due != b->due ? (a->due < b->due ? -1 : 1) : (a->step > b->step) - (a->step < b->step);
}

gboolean owed_gather(Walk *walk, GError **error) {
  const View *view = walk->view;
  walk->owed = g_ptr_array_new_with_free_func(owed_free);
  const DbResult *found = db_query(
    view->tx, view->arena,
    "SELECT name, record, row_id, since, due, role, person, renewed_at FROM duty WHERE order_id = $1"
    " AND closed_at IS NULL ORDER BY due, id",
    DB_ARGS(DB_I(walk->order->id)), error);
  for (guint i = 0; found && i < found->rows; i++)
    if (dict_find(DB_CELL(found, i, 1)->text))
      dict_foresee(view->tx, view->arena, dict_find(DB_CELL(found, i, 1)->text), DB_CELL(found, i, 2)->integer);
  for (guint i = 0; found && i < found->rows; i++)
    if (!add_owed(walk, DB_CELL(found, i, 0), error))
      return FALSE;
  g_ptr_array_sort(walk->owed, more_urgent);
  for (guint i = walk->owed->len; i-- > 0;) {
    const Owed *owed = walk->owed->pdata[i];
    walk->steps[owed->step - 1].owed = owed;
  }
  return found != NULL;
}

const Owed *owed_on(const Walk *walk, const Record *record, const Row *row) {
  for (guint i = 0; i < walk->owed->len; i++) {
    const Owed *owed = walk->owed->pdata[i];
    if (owed->record == record && owed->row->id == row->id)
      return owed;
  }
  return NULL;
}

const char *owed_by(const Walk *walk, const Owed *owed) {
  const View *view = walk->view;
  const char *role = "";
  for (guint i = 0; workflow_roles[i].code; i++)
    if (owed->role & (1u << i))
      role = view_text(view, workflow_roles[i].label);
  const gint64 person = owed->role != ROLE_DEALER && !view_is_dealer(view) ? owed->person : 0;
  const User *user = person ? dict_load(view->tx, view->arena, &user_record, person, NULL) : NULL;
  return user              ? arena_printf(view->arena, "%s %s", role, user->name)
         : owed->submitted ? arena_printf(view->arena, view_text(view, N_("%s, somebody other than you")), role)
                           : role;
}

const char *owed_since(const Walk *walk, const Owed *owed) {
  const gint64 date = date_of_time(owed->since, engine_zone(walk->view->engine));
  return arena_printf(walk->view->arena, view_text(walk->view, owed->renewed ? N_("last %s") : N_("since %s")),
                      view_date(walk->view, date));
}
