/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order page: the strip of seventeen steps, what each holds, what may be done, the timeline. The page of any other
   record has the same parts without the strip. */
#include "base/date.h"
#include "step/procedure.h"
#include "view/view.h"
#include <string.h>

enum { STEPS = PROCEDURE_STEPS };

/* What is known of one step of an order. */
typedef struct {
  Value *records;  /* list of what it holds */
  Value *commands; /* list of what may be made in it */
  gboolean reached; /* the order has gone beyond it */
  gboolean current; /* the order stands at it */
  const char *waits_on, *since, *sentence; /* the first open duty; NULL: nothing is owed */
  gboolean overdue;
} Step;

static Value *lines_of(const View *view, const Record *record, gint64 id, GError **error) {
  Arena *arena = view->arena;
  Value *tables = value_list(arena);
  guint count;
  const Record *const *all = dict_all(&count);
  for (guint k = 0; k < count; k++) {
    const Record *line = all[k];
    if (g_strcmp0(line->parent, record->name) || !view_may_list(view, line))
      continue;
    g_autoptr(GPtrArray) rows = dict_load_by(view->tx, arena, line, "parent_id", DB_I(id), error);
    if (!rows || !rows->len)
      continue;
    Value *table = value_append(arena, tables, value_map(arena)), *columns = value_list(arena), *lines = value_list(arena);
    for (guint r = 0; r < rows->len; r++) {
      Value *item = value_append(arena, lines, value_map(arena)), *cells = value_list(arena);
      Value *facts = view_facts_all(view, line, rows->pdata[r], error);
      for (guint i = 0; i < facts->count; i++) {
        value_append(arena, cells, facts->items[i]);
        if (!r)
          value_append(arena, columns, facts->items[i]);
      }
      value_set(arena, item, "cells", cells);
      value_set_text(arena, item, "href", view_href(view, line, ((Row *)rows->pdata[r])->id));
      value_set_bool(arena, item, "has_tone", FALSE);
      value_set(arena, item, "tone", value_null(arena));
    }
    value_set_text(arena, table, "title", view_text(view, line->plural));
    value_set_bool(arena, table, "has_acts", TRUE);
    value_set(arena, table, "columns", columns);
    value_set(arena, table, "rows", lines);
    value_set(arena, table, "add_href", value_null(arena));
    value_set(arena, table, "total", value_null(arena));
  }
  return tables;
}

static void set_list(const View *view, Value *map, const char *has, const char *key, Value *list) {
  value_set_bool(view->arena, map, has, list && list->count > 0);
  value_set(view->arena, map, key, list ? list : value_list(view->arena));
}

/* One record as a section of its step's card. */
static Value *record_item(const View *view, const Record *record, void *data, GError **error) {
  const Row *row = data;
  Arena *arena = view->arena;
  Value *item = value_map(arena);
  const Choice *state = dict_choice(record->states, row->state);
  value_set_text(arena, item, "title", arena_printf(arena, "%s %s", view_text(view, record->label), view_title(view, record, row)));
  value_set_text(arena, item, "href", view_href(view, record, row->id));
  value_set_text(arena, item, "state_text", state ? view_text(view, state->label) : "");
  value_set_text(arena, item, "record_tone", view_tone(record, row->state));
  value_set(arena, item, "by_text", value_null(arena));
  value_set(arena, item, "facts", view_facts(view, record, row, error));
  set_list(view, item, "has_papers", "papers", view_papers(view, record, row, error));
  set_list(view, item, "has_commands", "commands", view_commands(view, record, data, error));
  value_set(arena, item, "tables", lines_of(view, record, row->id, error));
  return item;
}

static gboolean gather_records(const View *view, gint64 order_id, Step *steps, GError **error) {
  guint count;
  const Record *const *all = dict_all(&count);
  for (guint k = 0; k < count; k++) {
    const Record *record = all[k];
    if (!record->step || record->parent || !view_may_list(view, record))
      continue;
    g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, record, "order_id", DB_I(order_id), error);
    if (!rows)
      return FALSE;
    for (guint i = rows->len; i-- > 0;)
      if (view_may_see(view, record, rows->pdata[i]))
        value_append(view->arena, steps[record->step - 1].records, record_item(view, record, rows->pdata[i], error));
  }
  return TRUE;
}

static const Duty *duty_of(const char *name) {
  guint count;
  const Duty *all = workflow_duties(&count);
  for (guint i = 0; i < count; i++)
    if (!strcmp(all[i].name, name))
      return &all[i];
  return NULL;
}

static gboolean gather_duties(const View *view, gint64 order_id, gint64 today, Step *steps, GError **error) {
  const DbResult *found = db_query(view->tx, view->arena,
                                   "SELECT name, record, since, due FROM duty WHERE order_id = $1 AND closed_at IS NULL ORDER BY due DESC",
                                   DB_ARGS(DB_I(order_id)), error);
  for (guint i = 0; found && i < found->rows; i++) {
    const Duty *duty = duty_of(DB_CELL(found, i, 0)->text);
    const Record *record = dict_find(DB_CELL(found, i, 1)->text);
    if (!duty || !record || !record->step || !view_may_list(view, record))
      continue;
    Step *step = &steps[record->step - 1];
    const char *since = view_date(view, date_of_time(DB_CELL(found, i, 2)->integer, engine_zone(view->engine)));
    for (guint r = 0; workflow_roles[r].code; r++)
      if (duty->role & (1u << r))
        step->waits_on = view_text(view, workflow_roles[r].label);
    step->since = arena_printf(view->arena, view_text(view, N_("since %s")), since);
    step->sentence = view_text(view, duty->label);
    step->overdue = step->overdue || DB_CELL(found, i, 3)->integer < today;
  }
  return found != NULL;
}

/* Shares out the order's own buttons: what belongs to a step goes to its card. */
static Value *share_commands(const View *view, Value *commands, Step *steps) {
  Value *own = value_list(view->arena);
  for (guint i = 0; i < commands->count; i++) {
    const char *href = value_get(commands->items[i], "href")->text;
    const Command *command = workflow_find(strrchr(href, '/') + 1);
    if (!strcmp(command->record, "comment")) /* its form stands at the timeline */
      continue;
    value_append(view->arena, command->step ? steps[command->step - 1].commands : own, commands->items[i]);
  }
  return own;
}

static const char *state_of(const View *view, guint number, const Step *step, const char **flag, const char **tone) {
  if (!procedure_steps[number - 1].exists)
    return *flag = "is_unbuilt", *tone = "calm", view_text(view, N_("not available yet"));
  if (step->waits_on)
    return *flag = "is_waiting", *tone = step->overdue ? "bad" : "warn", view_text(view, step->overdue ? N_("overdue") : N_("waiting"));
  if (step->reached && step->records->count)
    return *flag = "is_done", *tone = "good", view_text(view, N_("done"));
  if (step->records->count || step->current)
    return *flag = "is_current", *tone = "info", view_text(view, N_("under way"));
  return *flag = "is_later", *tone = "calm", view_text(view, N_("later"));
}

static Value *step_item(const View *view, guint number, const Step *step) {
  static const char *const flags[] = {"is_done", "is_current", "is_waiting", "is_blocked", "is_later", "is_absent", "is_unbuilt"};
  Arena *arena = view->arena;
  const char *flag, *tone, *text = state_of(view, number, step, &flag, &tone);
  Value *item = value_map(arena);
  value_set_integer(arena, item, "number", VALUE_NUMBER, number);
  value_set_text(arena, item, "title", view_text(view, procedure_steps[number - 1].title));
  value_set_text(arena, item, "state_text", text);
  value_set_text(arena, item, "tone", tone);
  for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
    value_set_bool(arena, item, flags[i], !strcmp(flags[i], flag));
  value_set_bool(arena, item, "is_open", step->waits_on || !strcmp(flag, "is_current"));
  value_set_text(arena, item, "waits_on", step->waits_on);
  value_set_text(arena, item, "since", step->since);
  value_set(arena, item, "reason", value_null(arena));
  set_list(view, item, "has_blocked", "blocked_by", NULL);
  set_list(view, item, "has_facts", "facts", NULL);
  set_list(view, item, "has_papers", "papers", NULL);
  set_list(view, item, "has_commands", "commands", step->commands);
  value_set(arena, item, "tables", value_list(arena));
  value_set(arena, item, "records", step->records);
  value_set(arena, item, "procedure", value_null(arena));
  return item;
}

static Value *now_item(const View *view, guint number, const Step *step) {
  Value *item = value_map(view->arena);
  value_set_integer(view->arena, item, "number", VALUE_NUMBER, number);
  value_set_text(view->arena, item, "title", view_text(view, procedure_steps[number - 1].title));
  value_set_text(view->arena, item, "sentence", step->sentence);
  value_set_text(view->arena, item, "waits_on", step->waits_on);
  value_set_text(view->arena, item, "since", step->since);
  value_set_text(view->arena, item, "due", step->overdue ? view_text(view, N_("overdue")) : NULL);
  value_set_text(view->arena, item, "tone", step->overdue ? "bad" : "warn");
  set_list(view, item, "has_blocked", "blocked_by", NULL);
  return item;
}

static void head_of(const View *view, const Record *record, const void *data, Value *order) {
  const Row *row = data;
  Arena *arena = view->arena;
  const Record *dealer_record = dict_find("dealer"), *project_record = dict_find("project");
  const void *dealer = row->dealer_id && dealer_record ? dict_load(view->tx, arena, dealer_record, row->dealer_id, NULL) : NULL;
  const Field *project_field = dict_field(record, "project"), *due_field = dict_field(record, "due_date");
  const void *project = project_field && dict_is_set(project_field, data) ? dict_load(view->tx, arena, project_record, *dict_integer(project_field, data), NULL) : NULL;
  const Choice *state = dict_choice(record->states, row->state);
  const char *list = arena_printf(arena, "/%s", view_plural(view, record));
  value_set_text(arena, order, "number", view_title(view, record, data));
  value_set_text(arena, order, "title", view_text(view, record->label));
  value_set_text(arena, order, "dealer_text", dealer ? view_title(view, dealer_record, dealer) : view_text(view, record->plural));
  value_set_text(arena, order, "dealer_href", dealer ? view_href(view, dealer_record, row->dealer_id) : list);
  value_set_text(arena, order, "project_text", project ? view_title(view, project_record, project) : row->number ? row->number : "");
  value_set_text(arena, order, "project_href", project ? view_href(view, project_record, ((const Row *)project)->id) : view_href(view, record, row->id));
  value_set_text(arena, order, "kind_text", state ? view_text(view, state->label) : "");
  value_set_text(arena, order, "state_text", state ? view_text(view, state->label) : "");
  value_set_text(arena, order, "tone", view_tone(record, row->state));
  const char *due = due_field && dict_is_set(due_field, data) ? view_date(view, *dict_integer(due_field, data)) : NULL;
  value_set_text(arena, order, "due_text", due ? arena_printf(arena, view_text(view, N_("due %s")), due) : NULL);
  value_set_text(arena, order, "due_tone", "info");
}

Value *view_order(const View *view, const Record *record, void *data, GError **error) {
  const Row *row = data;
  Arena *arena = view->arena;
  Step steps[STEPS] = {0};
  const gboolean whole = !strcmp(record->name, "order");
  const Field *step_field = dict_field(record, "step");
  const gint64 reached = step_field && dict_is_set(step_field, data) ? *dict_integer(step_field, data) : 0;
  for (guint i = 0; i < STEPS; i++)
    steps[i] = (Step){.records = value_list(arena), .commands = value_list(arena), .reached = (gint64)i + 1 < reached, .current = (gint64)i + 1 == reached};
  const gint64 today = engine_today(view->engine);
  if (whole && (!gather_records(view, row->id, steps, error) || !gather_duties(view, row->id, today, steps, error)))
    return NULL;
  Value *order = value_map(arena), *items = value_list(arena), *now = value_list(arena);
  Value *own = share_commands(view, view_commands(view, record, data, error), steps);
  for (guint i = 0; whole && i < STEPS; i++) {
    value_append(arena, items, step_item(view, i + 1, &steps[i]));
    if (steps[i].waits_on)
      value_append(arena, now, now_item(view, i + 1, &steps[i]));
  }
  for (guint i = 0; !whole && i < STEPS; i++)
    for (guint k = 0; k < steps[i].commands->count; k++)
      value_append(arena, own, steps[i].commands->items[k]);
  head_of(view, record, data, order);
  value_set(arena, order, "facts", view_facts(view, record, data, error));
  set_list(view, order, "has_commands", "commands", own);
  value_set_integer(arena, order, "progress", VALUE_NUMBER, reached);
  set_list(view, order, "has_now", "now", now);
  value_set(arena, order, "steps", items);
  value_set(arena, order, "tables", whole ? value_list(arena) : lines_of(view, record, row->id, error));
  set_list(view, order, "has_papers", "papers", view_papers(view, record, data, error));
  return order;
}
