/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an order stands: what each step holds, what keeps it, and what this viewer does next. */
#include "base/date.h"
#include "party/party.h"
#include "step/s08-deposit.h"
#include "view/step.h"
#include <string.h>

static gboolean is_over(const Walk *walk) {
  return !g_strcmp0(walk->order->state, "cancelled");
}

/* The step in which it is done: once the down payment is whole, what comes in belongs to the balance. */
static int step_for(const Walk *walk, const Offer *offer) {
  const Command *command = offer->command;
  const gboolean money = command->creates && !strcmp(command->record, receipt_record.name);
  return money && walk->balance ? 12 : command->step;
}

/* What is done in another step than its row's: the button stands there. A dealer's page has no such cards. */
static gboolean is_lent(const Walk *walk, const Record *record, const Offer *offer) {
  return !view_is_dealer(walk->view) && offer->command->step && offer->command->step != record->step;
}

/* Whether it is the viewer's next act, among the offers on this row. */
static gboolean is_primary(const Walk *walk, const Row *row, const Offer *offer) {
  return walk->primary && walk->primary->command == offer->command && walk->primary_row == row->id;
}

/* Takes such offers out and puts them, as far as they say something, into their own step. */
static GPtrArray *lend(Walk *walk, const Record *record, const Row *row, const GPtrArray *offers) {
  g_autoptr(GPtrArray) own = g_ptr_array_new();
  for (guint i = 0; offers && i < offers->len; i++) {
    Offer *offer = offers->pdata[i];
    const gboolean lent = is_lent(walk, record, offer), possible = !*offer->unmet || !offer->command->creates;
    if (!lent)
      g_ptr_array_add(own, offer);
    else if (act_in_force(record, row) && possible)
      value_append(walk->view->arena, walk->steps[step_for(walk, offer) - 1].acts,
                   act_item(walk->view, record, row, offer, is_primary(walk, row, offer)));
  }
  return g_steal_pointer(&own);
}

/* One record as a section of its step's card. */
static Value *record_item(Walk *walk, const Record *record, void *data, GError **error) {
  const View *view = walk->view;
  const Row *row = data;
  Arena *arena = view->arena;
  Value *item = value_map(arena);
  value_set_bool(arena, item, "is_log", FALSE);
  const Owed *owed = owed_on(walk, record, row);
  g_autoptr(GPtrArray) all = owed ? g_ptr_array_ref(owed->offers) : act_offers(view, record, data, error);
  g_autoptr(GPtrArray) offers = lend(walk, record, row, all);
  Value *papers = view_papers(view, record, row, error);
  value_set_text(arena, item, "title", view_full_title(view, record, row));
  value_set_text(arena, item, "href", view_href(view, record, row->id));
  value_set_text(arena, item, "state_text", view_state(view, record, row, error));
  value_set_text(arena, item, "record_tone", view_tone(record, row->state));
  value_set_text(arena, item, "by_text", view_date(view, date_of_time(row->created_at, engine_zone(view->engine))));
  value_set_bool(arena, item, "is_past", !act_in_force(record, row));
  value_set_text(arena, item, "note_text", act_note(view, record, row));
  value_set(arena, item, "facts", view_facts(view, record, row, error));
  value_set_bool(arena, item, "has_papers", papers->count > 0);
  value_set(arena, item, "papers", papers);
  const Offer *primary = NULL;
  for (guint i = 0; i < offers->len && !primary; i++)
    primary = is_primary(walk, row, offers->pdata[i]) ? offers->pdata[i] : NULL;
  act_set_offers(view, item, record, row, offers, primary);
  Value *tables = view_lines(view, record, row, offers, error);
  if (!tables)
    return NULL;
  value_set(arena, item, "tables", tables);
  return item;
}

int step_home(const Walk *walk, const Record *record, const Row *row) {
  if (record != &receipt_record || walk->balance_from == DICT_UNSET)
    return record->step;
  return row->id >= walk->balance_from ? 12 : record->step;
}

typedef gboolean (*RowWork)(Walk *walk, const Record *record, Row *row, GError **error);

/* Whether the viewer, who sees no row of the record, is told how far its step is all the same. */
static gboolean is_kept(const View *view, const Record *record) {
  return workflow_audience(view->viewer) == WORKSHOP && !view_may_know(view, record);
}

/* Calls work for every row of the order that belongs to a step, newest first within a record: for those that the viewer
   may see, or of the records that are kept from the viewer. */
static gboolean each_row(Walk *walk, gboolean kept, RowWork work, GError **error) {
  const View *view = walk->view;
  guint count;
  const Record *const *all = dict_all(&count);
  for (guint k = 0; k < count; k++) {
    if (!all[k]->step || all[k]->parent || !(kept ? is_kept(view, all[k]) : view_may_list(view, all[k])))
      continue;
    g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, all[k], "order_id", DB_I(walk->order->id), error);
    if (!rows)
      return FALSE;
    for (guint i = rows->len; i-- > 0;)
      if ((kept || view_may_see(view, all[k], rows->pdata[i])) && !work(walk, all[k], rows->pdata[i], error))
        return FALSE;
  }
  return TRUE;
}

static gboolean add_record(Walk *walk, const Record *record, Row *row, GError **error) {
  Step *step = &walk->steps[step_home(walk, record, row) - 1];
  if (step_is_log(record))
    return step_log_add(walk->view, step, record, row, error);
  Value *item = record_item(walk, record, row, error);
  if (item)
    value_append(walk->view->arena, step->records, item);
  return item != NULL;
}

static gboolean note_live(Walk *walk, const Record *record, Row *row, GError **error) {
  Step *step = &walk->steps[step_home(walk, record, row) - 1];
  step->live |= act_in_force(record, row);
  step->kept |= is_kept(walk->view, record);
  if (act_in_force(record, row))
    g_hash_table_add(walk->live, (gpointer)record->name);
  return TRUE;
}

/* What anybody could make at the order's own step and cannot yet: why. */
static void find_blocked(Walk *walk) {
  for (guint i = 0; i < walk->offers->len; i++) {
    const Offer *offer = walk->offers->pdata[i];
    const int number = offer->command->step;
    Step *step = number ? &walk->steps[number - 1] : NULL;
    if (step && offer->command->creates && step->current && !step->live && !step->owed && *offer->unmet)
      step->blocked = act_sentences(walk->view, offer);
  }
}

/* Whether the next record may be made now: the order stands there, or what is owed leaves nothing else to do. */
static gboolean is_due(const Walk *walk, int number) {
  gboolean mine = FALSE;
  for (guint i = 0; i < walk->owed->len; i++)
    mine = mine || (((const Owed *)walk->owed->pdata[i])->mine && !((const Owed *)walk->owed->pdata[i])->rests);
  return number == ((const Order *)walk->order)->step || !walk->owed->len || mine;
}

/* The viewer's most urgent act that is possible; where there is none, the next record to be made. */
static void find_primary(Walk *walk) {
  for (guint i = 0; i < walk->owed->len && !walk->primary; i++) {
    const Owed *owed = walk->owed->pdata[i];
    if (owed->mine && !owed->rests && owed->act && !*owed->act->unmet)
      walk->primary = owed->act, walk->primary_row = owed->host_row->id;
  }
  const gint64 reached = ((const Order *)walk->order)->step;
  for (guint i = 0; i < walk->offers->len && !walk->primary; i++) {
    const Offer *offer = walk->offers->pdata[i];
    const int number = offer->command->step;
    if (offer->command->creates && number && number >= reached && !walk->steps[number - 1].live && !*offer->unmet &&
        is_due(walk, number) && workflow_may(walk->view->viewer, offer->command))
      walk->primary = offer, walk->primary_row = walk->order->id, walk->create_step = number;
  }
}

/* The first receipt after those with which the deposit was whole, by what was reported; DICT_UNSET: none. And whether
   there is no deposit to be paid. */
static gboolean find_balance(Walk *walk, GError **error) {
  const View *view = walk->view;
  const DbResult *asked = db_query(view->tx, view->arena,
                                   "SELECT CAST(COALESCE(SUM(i.amount), 0) AS BIGINT), (SELECT COUNT(*) FROM contract f"
                                   " WHERE f.order_id = $1 AND f.state = 'effective' AND NOT EXISTS (SELECT 1 FROM"
                                   " instalment d WHERE d.parent_id = f.id AND d.kind = 'deposit' AND d.state <>"
                                   " 'removed')) FROM instalment i JOIN contract c ON c.id = i.parent_id WHERE"
                                   " c.order_id = $1 AND i.kind = 'deposit' AND i.state = 'active'",
                                   DB_ARGS(DB_I(walk->order->id)), error);
  const DbResult *paid = db_query(view->tx, view->arena,
                                  "SELECT id, amount FROM receipt WHERE order_id = $1 AND state IN ('noticed',"
                                  " 'confirmed') ORDER BY id", DB_ARGS(DB_I(walk->order->id)), error);
  const gint64 deposit = asked && asked->rows ? DB_CELL(asked, 0, 0)->integer : 0;
  gint64 left = deposit;
  walk->balance_from = DICT_UNSET;
  for (guint i = 0; paid && i < paid->rows && walk->balance_from == DICT_UNSET; i++) {
    if (left <= 0)
      walk->balance_from = DB_CELL(paid, i, 0)->integer;
    left -= DB_CELL(paid, i, 1)->integer;
  }
  walk->balance = deposit && left <= 0;
  walk->no_deposit = asked && asked->rows && DB_CELL(asked, 0, 1)->integer;
  return asked && paid;
}

gboolean step_walk(Walk *walk, const View *view, Row *order, GError **error) {
  const gint64 step = ((const Order *)order)->step, reached = step + !g_strcmp0(order->state, "closed");
  *walk = (Walk){.view = view, .record = &order_record, .order = order, .today = engine_today(view->engine),
                 .live = g_hash_table_new(g_str_hash, g_str_equal)};
  for (gint64 i = 0; i < PROCEDURE_STEPS; i++)
    walk->steps[i] = (Step){
      .records = value_list(view->arena), .acts = value_list(view->arena), .log = g_ptr_array_new(),
      .reached = i + 1 < reached, .current = i + 1 == step && !g_strcmp0(order->state, "open")};
  walk->offers = view_is_dealer(view) ? act_offers(view, &order_record, order, error)
                                 : owed_to_anybody(view, &order_record, order, error);
  if (!find_balance(walk, error) || !walk->offers || !owed_gather(walk, error) ||
      !each_row(walk, FALSE, note_live, error) || !each_row(walk, TRUE, note_live, error))
    return FALSE;
  find_blocked(walk);
  find_primary(walk);
  if (!each_row(walk, FALSE, add_record, error))
    return FALSE;
  for (guint i = 0; i < PROCEDURE_STEPS; i++)
    if (!step_log_append(walk, i + 1, error))
      return FALSE;
  return TRUE;
}

void step_walk_clear(Walk *walk) {
  g_clear_pointer(&walk->owed, g_ptr_array_unref);
  g_clear_pointer(&walk->offers, g_ptr_array_unref);
  g_clear_pointer(&walk->live, g_hash_table_unref);
  for (guint i = 0; i < PROCEDURE_STEPS; i++)
    g_clear_pointer(&walk->steps[i].log, g_ptr_array_unref);
}

static Value *blocked_of(const Walk *walk, const Step *step) {
  Value *blocked = step->owed && step->owed->blocked ? step->owed->blocked : step->blocked;
  return blocked ? blocked : value_list(walk->view->arena);
}

typedef struct {
  const char *flag, *tone, *text;
} StepState;

/* Why nothing is to be done in the step, as a message id; NULL: something is, or was. */
static const char *needless(const Walk *walk, guint i) {
  const Step *step = &walk->steps[i];
  const gboolean deposit = procedure_steps[i].number == receipt_record.step;
  return deposit && walk->no_deposit && !step->owed && !step->live ? N_("the contract asks for no down payment") : NULL;
}

static StepState state_of(const Walk *walk, guint i) {
  const Step *step = &walk->steps[i];
  if (!procedure_steps[i].exists)
    return (StepState){"is_unbuilt", "calm", N_("not available yet")};
  if (step->owed ? step->owed->stuck : blocked_of(walk, step)->count > 0)
    return (StepState){"is_blocked", "bad", N_("blocked")};
  if (step->owed && step->owed->mine && !step->owed->rests)
    return (StepState){"is_current", step->owed->overdue ? "bad" : "info",
                       step->owed->overdue ? N_("overdue") : N_("your turn")};
  if (step->owed && !(step->owed->mine && step->owed->rests))
    return (StepState){"is_waiting", step->owed->overdue ? "bad" : "warn",
                       step->owed->overdue ? N_("overdue") : N_("waiting")};
  if (is_over(walk) && !(step->reached && step->live))
    return (StepState){"is_absent", "calm", N_("cancelled")};
  if (needless(walk, i))
    return (StepState){"is_absent", "calm", N_("not needed")};
  if (walk->create_step == procedure_steps[i].number)
    return (StepState){"is_current", "info", N_("your turn")};
  if (step->reached && step->live)
    return (StepState){"is_done", "good", N_("done")};
  if (step->live || step->current)
    return (StepState){"is_current", "info", N_("under way")};
  return (StepState){"is_later", "calm", N_("later")};
}

/* The step's own buttons: what can be made in it. The one that comes next stands in sight, the others in the menu. */
static void set_commands(const Walk *walk, Value *item, guint i) {
  const View *view = walk->view;
  const Step *step = &walk->steps[i];
  Value *commands = value_list(view->arena), *more = value_list(view->arena);
  for (guint k = 0; k < walk->offers->len; k++) {
    const Offer *offer = walk->offers->pdata[k];
    const gboolean there = g_hash_table_contains(walk->live, offer->command->record), met = !*offer->unmet;
    if (offer->command->step != (int)i + 1 || !workflow_may(view->viewer, offer->command) || (there && !met))
      continue; /* of what is there already, a second one that cannot be made is no news */
    const gboolean in_sight = !there && (met || step->current);
    const gboolean primary = walk->primary && offer->command == walk->primary->command;
    value_append(view->arena, in_sight ? commands : more, act_item(view, walk->record, walk->order, offer, primary));
  }
  for (guint k = 0; k < step->acts->count; k++)
    value_append(view->arena, commands, step->acts->items[k]);
  act_set(view, item, commands, more);
}

static Value *step_item(const Walk *walk, guint i) {
  static const char *const flags[] = {"is_done",  "is_current", "is_waiting", "is_blocked",
                                      "is_later", "is_absent",  "is_unbuilt"};
  const View *view = walk->view;
  Arena *arena = view->arena;
  const Step *step = &walk->steps[i];
  const StepState state = state_of(walk, i);
  Value *item = value_map(arena), *blocked = blocked_of(walk, step);
  value_set_integer(arena, item, "number", VALUE_NUMBER, procedure_steps[i].number);
  value_set_text(arena, item, "title", view_text(view, procedure_steps[i].title));
  value_set_text(arena, item, "state_text", view_text(view, state.text));
  value_set_text(arena, item, "tone", state.tone);
  for (guint k = 0; k < G_N_ELEMENTS(flags); k++)
    value_set_bool(arena, item, flags[k], !strcmp(flags[k], state.flag));
  value_set_bool(arena, item, "is_open", step->owed || blocked->count || !strcmp(state.flag, "is_current"));
  value_set_text(arena, item, "waits_on", step->owed ? owed_by(walk, step->owed) : NULL);
  value_set_text(arena, item, "since", step->owed ? owed_since(walk, step->owed) : NULL);
  const char *reason = !strcmp(state.flag, "is_absent")      ? needless(walk, i)
                       : step->kept && !step->records->count ? N_("kept by the office")
                                                             : NULL;
  value_set_text(arena, item, "reason", reason ? view_text(view, reason) : NULL);
  value_set_bool(arena, item, "has_blocked", blocked->count > 0);
  value_set(arena, item, "blocked_by", blocked);
  set_commands(walk, item, i);
  value_set(arena, item, "records", step->records);
  value_set(arena, item, "procedure", value_null(arena));
  return item;
}

Value *step_items(const Walk *walk, GError **error) {
  Value *items = value_list(walk->view->arena);
  for (guint i = 0; i < PROCEDURE_STEPS; i++)
    value_append(walk->view->arena, items, step_item(walk, i));
  return items;
}

/* sent_back: why it was, or NULL. */
static Value *now_item(const View *view, int number, const char *sentence, const char *sent_back, const char *tone,
                       Value *blocked) {
  Value *item = value_map(view->arena);
  value_set_integer(view->arena, item, "number", VALUE_NUMBER, number);
  value_set_text(view->arena, item, "title", view_text(view, procedure_steps[number - 1].title));
  value_set_text(view->arena, item, "sentence", sentence);
  value_set_text(view->arena, item, "tone", tone);
  value_set_text(view->arena, item, "sent_back", sent_back);
  value_set_bool(view->arena, item, "has_blocked", blocked && blocked->count);
  value_set(view->arena, item, "blocked_by", blocked ? blocked : value_list(view->arena));
  return item;
}

static void set_who(const View *view, Value *item, const char *who, const char *since, const char *due, Value *act) {
  Value *commands = value_list(view->arena);
  if (act)
    value_append(view->arena, commands, act);
  value_set_text(view->arena, item, "waits_on", who);
  value_set_text(view->arena, item, "since", since);
  value_set_text(view->arena, item, "due", due);
  act_set(view, item, commands, value_list(view->arena));
}

/* Whether something more urgent asks for the same act. */
static gboolean is_said(const Walk *walk, const Owed *owed) {
  for (guint i = 0; i < walk->owed->len && walk->owed->pdata[i] != owed; i++) {
    const Owed *other = walk->owed->pdata[i];
    if (other->act && other->act->command == owed->act->command && other->host_row->id == owed->host_row->id)
      return TRUE;
  }
  return FALSE;
}

static void add_owed_item(const Walk *walk, Value *now, const Owed *owed) {
  const View *view = walk->view;
  const char *tone = owed->overdue ? "bad" : owed->rests ? "calm" : owed->mine ? "info" : "warn";
  Value *item = value_append(view->arena, now,
                             now_item(view, owed->step, view_text(view, owed->duty->label),
                                      owed->mine ? view_sent_back(view, owed->duty, owed->row) : NULL, tone,
                                      owed->blocked));
  Value *act = (owed->mine || owed->asked) && owed->act && !*owed->act->unmet && !is_said(walk, owed)
                 ? act_item(view, owed->host, owed->host_row, owed->act, is_primary(walk, owed->host_row, owed->act))
                 : NULL;
  const char *due = view_date(view, owed->due);
  set_who(view, item, owed->mine ? view_text(view, N_("You")) : owed_by(walk, owed), owed_since(walk, owed),
          arena_printf(view->arena, view_text(view, owed->overdue ? N_("was due %s") : owed->renewed ? N_("next %s")
                                                                                           : N_("due %s")), due), act);
}

/* Whether what comes next is in the list already, asked of somebody else. */
static gboolean is_owed_elsewhere(const Walk *walk) {
  for (guint i = 0; i < walk->owed->len; i++) {
    const Owed *owed = walk->owed->pdata[i];
    if (!owed->mine && owed->asked && owed->act && owed->act->command == walk->primary->command)
      return TRUE;
  }
  return FALSE;
}

Value *step_now(const Walk *walk) {
  const View *view = walk->view;
  Value *now = value_list(view->arena);
  if (walk->create_step && !is_owed_elsewhere(walk)) {
    const char *sentence = view_text(view, walk->primary->command->label);
    Value *item = value_append(view->arena, now, now_item(view, walk->create_step, sentence, NULL, "info", NULL));
    set_who(view, item, view_text(view, N_("You")), NULL, NULL,
            act_item(view, walk->record, walk->order, walk->primary, TRUE));
  }
  for (guint i = 0; i < walk->owed->len; i++)
    add_owed_item(walk, now, walk->owed->pdata[i]);
  for (guint i = 0; i < PROCEDURE_STEPS; i++)
    if (walk->steps[i].blocked) {
      const char *title = view_text(view, procedure_steps[i].title);
      const char *sentence = arena_printf(view->arena, view_text(view, N_("%s cannot begin yet")), title);
      Value *item = value_append(view->arena, now,
                                 now_item(view, (int)i + 1, sentence, NULL, "bad", walk->steps[i].blocked));
      set_who(view, item, NULL, NULL, NULL, NULL);
    }
  return now;
}
