/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The timeline: what the journal says happened, one entry for each act, with comments and their files. A dealer sees
   only what was shown to dealers at that time. */
#include "base/json.h"
#include "party/party.h"
#include "view/difference.h"
#include "view/step.h"
#include <string.h>

enum {
  PAGE_ROWS = 30, /* of the journal; an act may have several */
  IN_SIGHT = 5    /* entries, on the newest page; the others are folded */
};

enum { KEY, AT, USER, COMMAND, RECORD, ROW, DETAIL, NAME, ID, REMARK }; /* columns of both statements */

static const DbResult *entries_of(const View *view, const Record *record, const Row *row, gint64 before,
                                  GError **error) {
  const gint64 below = before > 0 ? before : G_MAXINT64;
  if (!strcmp(record->name, "order"))
    return db_query(
      view->tx, view->arena,
      "SELECT j.seq, j.at, j.user_id, j.command, j.record, j.row_id, j.detail, u.name, j.id, j.comment"
      " FROM journal j LEFT JOIN \"user\" u ON u.id = j.user_id WHERE j.root = $1 AND j.seq < $2"
      " ORDER BY j.seq DESC LIMIT $3",
      DB_ARGS(DB_T(arena_printf(view->arena, "order:%" G_GINT64_FORMAT, row->id)), DB_I(below), DB_I(PAGE_ROWS + 1)),
      error);
  return db_query(view->tx, view->arena,
                  "SELECT j.id, j.at, j.user_id, j.command, j.record, j.row_id, j.detail, u.name, j.id, j.comment"
                  " FROM journal j LEFT JOIN \"user\" u ON u.id = j.user_id WHERE j.record = $1 AND j.row_id = $2"
                  " AND j.id < $3 ORDER BY j.id DESC LIMIT $4",
                  DB_ARGS(DB_T(record->name), DB_I(row->id), DB_I(below), DB_I(PAGE_ROWS + 1)), error);
}

/* The state that the row was in after the entry; NULL where it has none. */
static const char *state_then(const View *view, const Record *record, gint64 row, gint64 entry, GError **error) {
  const DbResult *found = dict_ask(view->tx, view->arena, record,
                                   "SELECT row_id, id, detail FROM journal WHERE record = $1"
                                   " AND detail LIKE '%\"state\":%' AND row_id = $2 ORDER BY id DESC",
                                   DB_ARGS(DB_T(record->name), DB_I(row)), error);
  guint i = 0;
  while (found && i < found->rows && DB_CELL(found, i, 1)->integer > entry)
    i++;
  json_t *detail = found && i < found->rows ? json_loads(DB_CELL(found, i, 2)->text, 0, NULL) : NULL;
  const char *state = json_string_value(json_object_get(json_object_get(detail, "state"), "after"));
  state = state ? arena_strdup(view->arena, state) : NULL;
  json_decref(detail);
  return state;
}

/* Whether the viewer may learn of the entry: a dealer where the row was in a state shown to dealers. Files speak
   through what they belong to. */
static gboolean may_see(const View *view, const Record *record, const DbCell *cell, GError **error) {
  if (!record || record == &file_record)
    return FALSE;
  const Audience audience = workflow_audience(view->viewer);
  if (audience != DEALER)
    return dict_knows(record, audience);
  const Row *row = dict_load(view->tx, view->arena, record, cell[ROW].integer, error);
  if (!row)
    return FALSE;
  const gint64 entry = cell[ID].integer;
  const Row then = {.dealer_id = row->dealer_id,
                    .state = record->states ? state_then(view, record, row->id, entry, error) : NULL};
  if (!context_may_see(view->viewer, record, &then))
    return FALSE;
  if (!record->parent) /* a line is as hidden as what it is a line of was */
    return TRUE;
  const Record *above = dict_find(record->parent);
  const Row parent_then = {.dealer_id = row->dealer_id,
                           .state = state_then(view, above, row->parent_id, entry, error)};
  return parent_then.state && context_may_see(view->viewer, above, &parent_then);
}

/* Adds what an entry changed, as far as the viewer may see it. */
static void add_changes(const View *view, Value *changes, const Record *record, json_t *detail) {
  static const char *const sides[] = {"before", "after"};
  Arena *arena = view->arena;
  json_t *change;
  const char *name, *state = json_string_value(json_object_get(json_object_get(detail, "state"), "after"));
  json_object_foreach(detail, name, change) {
    const Field *field = dict_field(record, name);
    const gboolean hidden = field && !view_shows(view, field);
    const gboolean plain = field && !dict_named(field);
    const json_t *before = json_object_get(change, "before"), *after = json_object_get(change, "after");
    if (!plain || hidden || (field->exceptional && !json_is_true(before) && !json_is_true(after)))
      continue;
    Value *item = value_append(arena, changes, value_map(arena));
    value_set_text(arena, item, "label", view_text(view, dict_label(record, field, state)));
    for (guint i = 0; i < G_N_ELEMENTS(sides); i++)
      value_set(arena, item, sides[i], difference_value(view, field, json_object_get(change, sides[i])));
  }
}

/* What was signed, by the names of the stages ("review:manager gm:gm:substitute" in the journal); NULL: nothing. */
static const char *signed_as(const View *view, const Command *command, const json_t *detail) {
  const char *given = json_string_value(json_object_get(detail, "signed"));
  g_auto(GStrv) signs = g_strsplit(given ? given : "", " ", -1);
  g_autoptr(GString) text = g_string_new(NULL);
  for (char **sign = signs; command && *sign; sign++) {
    g_auto(GStrv) parts = g_strsplit(*sign, ":", 2);
    const Stage *stage = parts[0] ? workflow_stage(command->chain, parts[0]) : NULL;
    if (stage && stage->label)
      g_string_append_printf(text, "%s%s", text->len ? " · " : "", view_text(view, stage->label));
  }
  return text->len ? arena_strdup(view->arena, text->str) : NULL;
}

/* How many lines one act of theirs was done on: of a table that was saved. */
static guint lines_of(const DbResult *found, guint first, guint count, const Record *record, const Command *command) {
  guint lines = 0;
  for (guint i = first; record->parent && command && !strcmp(command->record, record->name) && i < first + count; i++)
    lines += !strcmp(DB_CELL(found, i, RECORD)->text, record->name);
  return lines;
}

static const char *title_of(const View *view, const Record *record, const Command *command, const DbCell *cell,
                            const json_t *detail, guint lines) {
  if (lines > 1)
    return arena_printf(view->arena,
                        view_text(view, command->creates ? N_("%1$s: %2$u added") : N_("%1$s: %3$s (%2$u lines)")),
                        view_text(view, record->plural), lines, view_text(view, command->label));
  const char *number = dict_number(view->arena, record, cell[ROW].integer);
  const char *given = signed_as(view, command, detail);
  const char *label = given                 ? given
                      : command             ? view_text(view, command->label)
                      : cell[USER].integer ? cell[COMMAND].text
                                           : view_text(view, N_("Brought up to date by the program"));
  return number ? arena_printf(view->arena, view_text(view, N_("%s %s: %s")), view_text(view, record->label), number,
                               label)
                : arena_printf(view->arena, view_text(view, N_("%s: %s")), view_text(view, record->label), label);
}

static Value *new_item(const View *view, const DbCell *cell) {
  Arena *arena = view->arena;
  Value *item = value_map(arena);
  value_set_text(arena, item, "who", cell[NAME].kind == DB_TEXT ? cell[NAME].text : "");
  value_set_integer(arena, item, "when", VALUE_TIME, cell[AT].integer);
  return item;
}

static void finish_item(const View *view, Value *item, const char *remark, Value *papers, Value *changes) {
  value_set_text(view->arena, item, "remark", remark);
  value_set_bool(view->arena, item, "has_papers", papers->count > 0);
  value_set(view->arena, item, "papers", papers);
  value_set_bool(view->arena, item, "has_changes", changes->count > 0);
  value_set(view->arena, item, "changes", changes);
}

/* A comment is shown as it reads now, once: where it was said. */
static void add_comment(const View *view, Value *entries, const DbCell *cell, const json_t *detail,
                        GError **error) {
  Arena *arena = view->arena;
  const Comment *comment = dict_load(view->tx, arena, &comment_record, cell[ROW].integer, error);
  const gboolean said = json_is_null(json_object_get(json_object_get(detail, "text"), "before"));
  if (!comment || !said || !context_may_see(view->viewer, &comment_record, &comment->row))
    return;
  const gboolean replaced = !strcmp(comment->row.state, "superseded"), shared = comment->shared == TRUE;
  const gboolean own = comment->row.created_by == view->viewer->user_id && !replaced;
  Value *item = value_append(arena, entries, new_item(view, cell));
  value_set_text(arena, item, "text", comment->text);
  value_set_text(arena, item, "icon", "message");
  value_set_text(arena, item, "tone", replaced ? "calm" : shared ? "good" : "info");
  value_set_bool(arena, item, "is_comment", !replaced);
  value_set_bool(arena, item, "is_replaced", replaced);
  const Choice *state = dict_choice(comment_record.states, comment->row.state);
  value_set_text(arena, item, "tag", view_is_dealer(view) ? NULL : view_text(view, state->label));
  value_set_text(arena, item, "correct_href",
                 own ? arena_printf(arena, "%s/comment.replace", view_href(view, &comment_record, comment->row.id))
                     : NULL);
  finish_item(view, item, NULL, view_papers(view, &comment_record, comment, error), value_list(arena));
}

static gboolean same_act(const DbCell *one, const DbCell *other) {
  return one[AT].integer == other[AT].integer && one[USER].integer == other[USER].integer &&
         !strcmp(one[COMMAND].text, other[COMMAND].text);
}

static Value *act_item_of(const View *view, Value *entries, const DbCell *cell, const char *text) {
  const Command *command = workflow_find(cell[COMMAND].text);
  Arena *arena = view->arena;
  Value *item = value_append(arena, entries, new_item(view, cell));
  value_set_text(arena, item, "text", text);
  value_set_text(arena, item, "icon", command && command->chain ? "signature" : "check");
  value_set_text(arena, item, "tone", command && command->forbidden_look ? "bad" : "info");
  value_set_bool(arena, item, "is_comment", FALSE);
  value_set_bool(arena, item, "is_replaced", FALSE);
  value_set(arena, item, "tag", value_null(arena));
  value_set(arena, item, "correct_href", value_null(arena));
  return item;
}

/* What was reported says more than that it was. */
static void add_report(const View *view, Value *entries, const Record *record, const DbCell *cell, GError **error) {
  const Row *row = dict_load(view->tx, view->arena, record, cell[ROW].integer, error);
  const char *said = row ? step_log_text(view, record, row, error) : "";
  const char *label = view_text(view, record->label);
  const char *text = *said ? arena_printf(view->arena, view_text(view, N_("%s: %s")), label, said) : label;
  Value *none = value_list(view->arena);
  finish_item(view, act_item_of(view, entries, cell, text), NULL, none, none);
}

/* One entry for all that one act did; the row that the command acted on is named, and stands last in the journal. */
static void add_act(const View *view, Value *entries, const DbResult *found, guint first, guint count, GError **error) {
  Arena *arena = view->arena;
  const Command *command = workflow_find(DB_CELL(found, first, COMMAND)->text);
  Value *changes = value_list(arena), *item = NULL;
  const char *remark = NULL;
  for (guint i = first; i < first + count; i++) {
    const DbCell *cell = DB_CELL(found, i, 0);
    const Record *record = dict_find(cell[RECORD].text);
    if (!may_see(view, record, cell, error))
      continue;
    json_auto_t *detail = json_loads(cell[DETAIL].text, 0, NULL);
    if (record == &comment_record) {
      add_comment(view, entries, cell, detail, error);
      continue;
    }
    if (record->step && step_is_log(record)) {
      add_report(view, entries, record, cell, error);
      continue;
    }
    const guint lines = lines_of(found, first, count, record, command);
    item = item ? item : act_item_of(view, entries, cell, title_of(view, record, command, cell, detail, lines));
    add_changes(view, changes, record, detail);
    if (cell[REMARK].kind == DB_TEXT && *cell[REMARK].text && !view_is_dealer(view))
      remark = cell[REMARK].text;
  }
  if (item)
    finish_item(view, item, remark, value_list(arena), changes);
}

/* Parts the entries in those in sight and the rest; whoever asked for older ones sees them all. */
static void set_entries(const View *view, Value *timeline, const Value *entries, gboolean older) {
  Arena *arena = view->arena;
  Value *sight = value_set(arena, timeline, "entries", value_list(arena));
  Value *rest = value_set(arena, timeline, "rest", value_list(arena));
  for (guint i = 0; i < entries->count; i++)
    value_append(arena, older || i < IN_SIGHT ? sight : rest, entries->items[i]);
  value_set_bool(arena, timeline, "has_rest", rest->count > 0);
  value_set_text(arena, timeline, "rest_text",
                 arena_printf(arena, view_text(view, N_("Show earlier entries (%u)")), rest->count));
}

Value *view_timeline(const View *view, const Record *record, const Row *row, gint64 before, GError **error) {
  Arena *arena = view->arena;
  const DbResult *found = entries_of(view, record, row, before, error);
  if (!found)
    return NULL;
  Value *timeline = value_map(arena), *entries = value_list(arena);
  const guint shown = MIN(found->rows, (guint)PAGE_ROWS);
  for (guint first = 0, count; first < shown; first += count) {
    for (count = 1; first + count < shown && same_act(DB_CELL(found, first, 0), DB_CELL(found, first + count, 0));)
      count++;
    add_act(view, entries, found, first, count, error);
  }
  const gboolean order = !strcmp(record->name, "order");
  const char *path = view_href(view, record, row->id);
  value_set_text(arena, timeline, "action", order ? arena_printf(arena, "%s/comment.add", path) : NULL);
  value_set_text(arena, timeline, "key", view_key(view));
  const gboolean may_share = order && !view_is_dealer(view);
  const DbResult *asked = may_share ? db_query(view->tx, arena, "SELECT id FROM comment WHERE order_id = $1 AND "
                                               "state = 'asked' LIMIT 1", DB_ARGS(DB_I(row->id)), error) : NULL;
  if (may_share && !asked)
    return NULL;
  value_set_bool(arena, timeline, "may_share", may_share);
  value_set_bool(arena, timeline, "is_answer", asked && asked->rows);
  const gint64 last = shown ? DB_CELL(found, shown - 1, KEY)->integer : 0;
  value_set_text(arena, timeline, "more_href",
                 found->rows > shown ? arena_printf(arena, "%s?before=%" G_GINT64_FORMAT "#timeline", path, last)
                                     : NULL);
  value_set_text(arena, timeline, "newest_href", before > 0 ? arena_printf(arena, "%s#timeline", path) : NULL);
  set_entries(view, timeline, entries, before > 0);
  return timeline;
}
