/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that are looked at one by one before an act on their row: which are still to be looked at, what was changed and
   answered since the last look, and for each a tick or a remark. */
#include "step/s02-order-form.h"
#include "view/difference.h"
#include "view/form.h"
#include "view/order.h"
#include <string.h>

/* What a row of the table is made from. */
typedef struct {
  const View *view;
  const Command *check;     /* of the lines */
  const GPtrArray *columns; /* Field* */
  const ViewTyped *typed;
  gboolean looked_before;   /* the lines were looked at before: one that was not is new */
} Check;

/* The line's version when it was last looked at, or copied from one that was; 0: never. */
static gint64 version_seen(const View *view, const Check *check, gint64 id, GError **error) {
  const DbResult *found = db_query(
    view->tx, view->arena,
    "SELECT MAX(row_version) FROM journal WHERE record = $1 AND row_id = $2 AND command <> $3 AND command <> $4 AND "
    "command <> $5",
    DB_ARGS(DB_T(check->check->record), DB_I(id), DB_T("order_form_line.add"), DB_T("order_form_line.change"),
            DB_T("order_form.import")), error);
  return found && found->rows && DB_CELL(found, 0, 0)->kind == DB_INTEGER ? DB_CELL(found, 0, 0)->integer : 0;
}

static const Value *change_of(const Value *changes, const Field *field) {
  for (guint i = 0; i < changes->count; i++)
    if (!strcmp(value_get(changes->items[i], "name")->text, field->name))
      return changes->items[i];
  return NULL;
}

/* The line as it is now and, where a cell was changed, as it was. */
static Value *cells_of(const Check *check, const void *line, const Value *changes, GError **error) {
  const View *view = check->view;
  Value *cells = value_list(view->arena);
  for (guint i = 0; i < check->columns->len; i++) {
    const Field *field = check->columns->pdata[i];
    const Value *change = change_of(changes, field);
    Value *cell = value_append(view->arena, cells, lines_cell(view, &order_form_line_record, field, line, error));
    const Value *was = change ? value_get(change, "before") : NULL;
    const gboolean empty = was && was->kind == VALUE_TEXT && !*was->text;
    value_set_bool(view->arena, cell, "is_changed", change != NULL);
    value_set(view->arena, cell, "was", was && !empty ? (Value *)was : value_null(view->arena));
  }
  return cells;
}

static const char *typed_of(const Check *check, const char *name) {
  return check->typed->inputs ? g_hash_table_lookup(check->typed->inputs, name) : NULL;
}

static void set_status(const Check *check, Value *item, const OrderFormLine *line, gint64 seen) {
  static const struct {
    const char *finding, *tone;
  } tones[] = {{"verified", "good"}, {"question", "bad"}, {"changed", "warn"}};
  const Choice *choice = line->finding ? dict_choice(dict_field(&order_form_line_record, "finding")->choices,
                                                     line->finding) : NULL;
  const char *tone = "info", *text = choice ? choice->label : check->looked_before && !seen ? N_("New line") : NULL;
  for (guint i = 0; choice && i < G_N_ELEMENTS(tones); i++)
    if (!strcmp(tones[i].finding, line->finding))
      tone = tones[i].tone;
  value_set_text(check->view->arena, item, "status_text", text ? view_text(check->view, text) : NULL);
  value_set_text(check->view->arena, item, "tone", tone);
}

static Value *row_of(const Check *check, guint number, const OrderFormLine *line, GError **error) {
  const View *view = check->view;
  Arena *arena = view->arena;
  const char *by, *name = arena_printf(arena, "l%" G_GINT64_FORMAT, line->row.id);
  const gint64 seen = version_seen(view, check, line->row.id, error);
  Value *item = value_map(arena);
  const Value *changes = seen ? difference_since(view, &order_form_line_record, line, seen, &by, error)
                              : value_list(arena);
  const gboolean asks = !g_strcmp0(line->finding, "question");
  const char *ticked = arena_printf(arena, "%s.finding", name), *remark = arena_printf(arena, "%s.question", name);
  const char *version = arena_printf(arena, "%s._version", name), *typed = typed_of(check, remark);
  const gboolean sent = typed_of(check, version) != NULL;
  value_set_integer(arena, item, "number", VALUE_NUMBER, number);
  value_set(arena, item, "cells", cells_of(check, line, changes, error));
  value_set_integer(arena, item, "span", VALUE_NUMBER, check->columns->len);
  set_status(check, item, line, seen);
  value_set_text(arena, item, "asked", asks ? NULL : line->question);
  value_set_text(arena, item, "answered", line->answer);
  value_set_text(arena, item, "finding_name", ticked);
  value_set_bool(arena, item, "is_verified",
                 sent ? typed_of(check, ticked) != NULL : !g_strcmp0(line->finding, "verified"));
  value_set_text(arena, item, "question_name", remark);
  value_set_text(arena, item, "question", sent ? typed : asks ? line->question : NULL);
  value_set_text(arena, item, "version_name", version);
  value_set_integer(arena, item, "version", VALUE_NUMBER, line->row.version);
  return item;
}

/* The other answer, which is given from the same page: its inputs stand beside its button. */
static gboolean set_other(const View *view, Value *form, const Command *command, const void *row,
                          const ViewTyped *typed, GError **error) {
  guint count;
  const Command *other = NULL, *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count && !other; i++)
    other = !g_strcmp0(commands[i]->instead, command->name) ? commands[i] : NULL;
  Value *fields = value_set(view->arena, form, "other_fields", value_list(view->arena));
  const Record *record = dict_find(command->record);
  for (const Input *input = other ? other->inputs : NULL; input && input->field; input++) {
    Value *field = form_field(view, input, dict_field(record, input->field), NULL, row, typed, input->field, error);
    if (!field)
      return FALSE;
    form_set_plain(view, field, dict_field(record, input->field));
    value_append(view->arena, fields, field);
  }
  value_set_text(view->arena, form, "other_label", other ? view_text(view, other->label) : NULL);
  value_set_text(view->arena, form, "other_action",
                 other ? arena_printf(view->arena, "%s/%s", view_href(view, record, ((const Row *)row)->id),
                                      other->name) : NULL);
  return TRUE;
}

/* "12 of 30 lines are in order; 3 were changed or answered since." */
static const char *summary_of(const View *view, const GPtrArray *lines) {
  guint verified = 0, changed = 0;
  for (guint i = 0; i < lines->len; i++) {
    const char *finding = ((const OrderFormLine *)lines->pdata[i])->finding;
    verified += !g_strcmp0(finding, "verified");
    changed += !g_strcmp0(finding, "changed");
  }
  return verified + changed
           ? arena_printf(view->arena, view_text(view, N_("%u of %u lines were found in order; %u were changed or "
                                                          "answered since they were looked at.")),
                          verified, lines->len, changed)
           : NULL;
}

static GPtrArray *active_lines(const View *view, gint64 form_id, GError **error) {
  GPtrArray *lines = dict_load_by(view->tx, view->arena, &order_form_line_record, "parent_id", DB_I(form_id), error);
  for (guint i = lines ? lines->len : 0; i-- > 0;)
    if (strcmp(((const Row *)lines->pdata[i])->state, "active"))
      g_ptr_array_remove_index(lines, i);
  return lines;
}

gboolean form_set_check(const View *view, Value *form, const Command *command, const void *row, const ViewTyped *typed,
                        GError **error) {
  Arena *arena = view->arena;
  if (!command->by_lines || !row) {
    value_set(arena, form, "check", value_null(arena));
    return TRUE;
  }
  const OrderForm *of = row;
  g_autoptr(GPtrArray) lines = active_lines(view, of->row.id, error);
  if (!lines)
    return FALSE;
  g_autoptr(GPtrArray) columns = lines_columns(view, &order_form_line_record, lines, TRUE);
  const Check check = {.view = view, .check = workflow_find(command->by_lines), .columns = columns, .typed = typed,
                       .looked_before = of->follows != DICT_UNSET || summary_of(view, lines) != NULL};
  Value *made = value_set(arena, form, "check", value_map(arena)), *heads = value_list(arena);
  Value *open = value_list(arena), *done = value_list(arena);
  for (guint i = 0; i < columns->len; i++)
    lines_head(view, heads, columns->pdata[i]);
  for (guint i = 0; i < lines->len; i++) {
    const OrderFormLine *line = lines->pdata[i];
    value_append(arena, g_strcmp0(line->finding, "verified") ? open : done, row_of(&check, i + 1, line, error));
  }
  Value *papers = value_set(arena, made, "papers", view_papers(view, dict_find(command->record), row, error));
  value_set_bool(arena, made, "has_papers", papers->count > 0);
  value_set_text(arena, made, "summary", summary_of(view, lines));
  value_set(arena, made, "columns", heads);
  value_set_bool(arena, made, "has_open", open->count > 0);
  value_set(arena, value_set(arena, made, "open", value_map(arena)), "rows", open);
  value_set_bool(arena, made, "has_done", done->count > 0);
  value_set(arena, value_set(arena, made, "done", value_map(arena)), "rows", done);
  value_set_text(arena, made, "done_text",
                 arena_printf(arena, view_text(view, N_("Lines found in order: %u")), done->count));
  return set_other(view, made, command, row, typed, error);
}
