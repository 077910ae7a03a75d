/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms: one for every command, from its inputs. */
#include "base/date.h"
#include "base/json.h"
#include "base/money.h"
#include "base/reading.h"
#include "view/difference.h"
#include "party/party.h"
#include "view/form.h"
#include "view/order.h"
#include "workflow/import.h"
#include <string.h>

const char *form_typed(const View *view, const Field *field, const void *row) {
  if (!row || !dict_is_set(field, row))
    return NULL;
  if (dict_is_text(field))
    return *dict_text(field, row);
  const gint64 integer = *dict_integer(field, row);
  g_autofree char *text = field->kind == KIND_DATE   ? date_format(integer)
                          : field->kind == KIND_TIME ? date_time_format(integer)
                          : field->kind == KIND_MONEY ? money_format(integer, MONEY_PLACES, "")
                          : reading_decimal(integer, field->kind == KIND_PERCENT   ? PERCENT_PLACES
                                                     : field->kind == KIND_LENGTH  ? LENGTH_PLACES
                                                     : field->kind == KIND_DECIMAL ? DECIMAL_PLACES
                                                                                   : 0);
  return arena_strdup(view->arena, text);
}

void form_add_option(const View *view, Value *options, const char *code, const char *label, const char *value) {
  g_auto(GStrv) chosen = g_strsplit(value ? value : "", ",", -1);
  Value *option = value_append(view->arena, options, value_map(view->arena));
  value_set_text(view->arena, option, "value", code);
  value_set_text(view->arena, option, "label", label);
  value_set_bool(view->arena, option, "is_selected", g_strv_contains((const char *const *)chosen, code));
}

static const char *kind_flag(const Field *field) {
  static const char *const flags[] = {
    [KIND_REF] = "is_ref",       [KIND_TEXT] = "is_text",   [KIND_LONGTEXT] = "is_longtext",
    [KIND_NUMBER] = "is_number", [KIND_MONEY] = "is_money", [KIND_PERCENT] = "is_percent",
    [KIND_LENGTH] = "is_length", [KIND_DATE] = "is_date",   [KIND_TIME] = "is_time",
    [KIND_CHOICE] = "is_choice", [KIND_YESNO] = "is_yesno", [KIND_FILE] = "is_file",
    [KIND_SET] = "is_set",       [KIND_FILES] = "is_file",  [KIND_REFS] = "is_set",
    [KIND_DECIMAL] = "is_decimal"};
  return !strcmp(field->name, "signature") ? "is_signature" : flags[field->kind];
}

static const char *error_of(const Refusal *refusal, const char *name) {
  for (guint i = 0; refusal && i < refusal->reasons->len; i++) {
    const Reason *reason = refusal->reasons->pdata[i];
    if (reason->kind == REASON_FIELD && !g_strcmp0(reason->name, name))
      return reason->message;
  }
  return NULL;
}

/* What the field says: as sent before, else as stored; of a row yet to be made, what it begins with. */
static const char *said(const View *view, const ViewTyped *typed, const Field *field, const void *row) {
  return typed->inputs && g_hash_table_contains(typed->inputs, field->name)
           ? g_hash_table_lookup(typed->inputs, field->name)
           : row || !field->preset ? form_typed(view, field, row) : field->preset;
}

/* A time as the clock on the factory's wall shows it, which is how browsers ask for it. */
static const char *local_time(const View *view, const char *value) {
  gint64 seconds;
  if (!value || !date_time_parse(value, &seconds))
    return value;
  g_autofree char *local = date_time_format(seconds + engine_zone(view->engine));
  local[strlen("2026-03-01T08:30")] = '\0';
  return arena_strdup(view->arena, local);
}

/* Files chosen before that the form still has. */
static void set_kept(const View *view, Value *item, const ViewKept *kept, const char *name) {
  Value *list = value_list(view->arena);
  for (; kept && kept->field; kept++) {
    if (strcmp(kept->field, name))
      continue;
    Value *file = value_append(view->arena, list, value_map(view->arena));
    value_set_text(view->arena, file, "file_name", kept->name);
    value_set_text(view->arena, file, "token", kept->token);
  }
  value_set_bool(view->arena, item, "has_kept", list->count > 0);
  value_set(view->arena, item, "kept", list);
}

/* "needed for “Submit for signature”": an act that comes later wants the field set, as its gates declare. */
static const char *needed_for(const View *view, const Command *command, const Field *field) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; command && i < count; i++)
    for (const Gate *const *gate = commands[i]->gates; gate && *gate; gate++)
      if (!strcmp(commands[i]->record, command->record) && (*gate)->fields &&
          g_strv_contains((*gate)->fields, field->name))
        return arena_printf(view->arena, view_text(view, N_("needed for “%s”")), view_text(view, commands[i]->label));
  return NULL;
}

Value *form_field(const View *view, const Input *input, const Field *field, const void *row, const Row *near,
                  const ViewTyped *typed, const char *name, GError **error) {
  Arena *arena = view->arena;
  Value *item = value_map(arena), *options = value_list(arena);
  const char *stated = said(view, typed, field, row), *value = !stated && input->own_name ? view->viewer->name : stated;
  for (const Choice *choice = field->choices; choice && choice->code; choice++)
    form_add_option(view, options, choice->code, view_text(view, choice->label), value);
  const char *flag = kind_flag(field);
  static const char *const flags[] = {"is_text", "is_longtext",  "is_number",   "is_money", "is_percent", "is_length",
                                      "is_date", "is_time",      "is_choice",   "is_set",   "is_yesno",   "is_file",
                                      "is_ref",  "is_signature", "is_password", "is_fixed", "is_wide",
                                      "is_decimal"};
  for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
    value_set_bool(arena, item, flags[i], !strcmp(flags[i], flag));
  value_set_text(arena, item, "name", name);
  const char *help = input->help ? input->help : field->help;
  value_set_text(arena, item, "label", view_text(view, input->label ? input->label : field->label));
  value_set_text(arena, item, "help", help ? view_text(view, help) : NULL);
  const char *error_text = error_of(typed->refusal, field->name);
  value_set_text(arena, item, "error", error_text ? error_text : typed->wrong);
  value_set_bool(arena, item, "required",
                 !input->optional && field->kind != KIND_YESNO && field->kind != KIND_FILE && field->kind != KIND_SET &&
                   field->kind != KIND_REFS);
  value_set_text(arena, item, "value", field->kind == KIND_TIME ? local_time(view, value) : value);
  if (field->kind != KIND_REF)
    value_set(arena, item, "options", options);
  value_set_text(arena, item, "sets", input->sets);
  value_set_text(arena, item, "unset_label", view_text(view, field->none ? field->none : N_("Choose …")));
  value_set_bool(arena, item, "is_checked", value && *value && strcmp(value, "0"));
  set_kept(view, item, typed->kept, field->name);
  value_set(arena, item, "current", value_null(arena));
  value_set_text(arena, item, "accept", field->kind == KIND_FILE && field->target ? ".csv,text/csv" : field->types);
  value_set_bool(arena, item, "is_rows", field->kind == KIND_REFS);
  value_set_bool(arena, item, "multiple", field->kind == KIND_FILES);
  if (field->kind == KIND_REF)
    return form_set_reference(view, item, field, near, typed, value, error) ? item : NULL;
  value_set_bool(arena, item, "is_lookup", FALSE);
  value_set_bool(arena, item, "is_narrowed", FALSE);
  return item;
}

static const Input *input_of(const Command *command, const char *name) {
  const Input *input = command->inputs;
  while (input && input->field && strcmp(input->field, name))
    input++;
  return input && input->field ? input : NULL;
}

/* What is wrong, but for the cells of a spreadsheet, which form_set_sheet() tells. */
static Value *errors_of(const View *view, const Command *command, const Refusal *refusal) {
  Value *errors = value_list(view->arena);
  for (guint i = 0; refusal && refusal->status != REFUSAL_CHANGED && i < refusal->reasons->len; i++) {
    const Reason *reason = refusal->reasons->pdata[i];
    const gboolean of_field = reason->kind == REASON_FIELD, of_input = of_field && input_of(command, reason->name);
    if (of_field && !of_input && import_field(command))
      continue;
    Value *item = value_append(view->arena, errors, value_map(view->arena));
    value_set_text(view->arena, item, "name", arena_strdup(view->arena, reason->name));
    value_set_bool(view->arena, item, "is_field", of_input);
    value_set_text(view->arena, item, "message", arena_strdup(view->arena, reason->message));
  }
  return errors;
}

/* The newest row of the record that is of the same dealer, which a form for the next one begins with; NULL: none, or it
   counts no longer. */
static const Row *find_recalled(const View *view, const Record *record, const Row *near, GError **error) {
  const DictCondition same = {.field = dict_column(record, "dealer_id"), .op = DICT_IS, .cell = DB_I(near->dealer_id)};
  const DictPage page = {.dealer_id = view->viewer->dealer_id, .where = &same,
                         .conditions = !view->viewer->dealer_id, .most = 1};
  g_autoptr(GPtrArray) rows = dict_load_page(view->tx, view->arena, record, &page, NULL, error);
  const Row *newest = rows && rows->len ? rows->pdata[0] : NULL;
  return newest && dict_choice(record->states, newest->state)->kind == ON ? newest : NULL;
}

static gboolean recalls(const Command *command, const Record *record) {
  for (const Input *input = command->inputs; input && input->field; input++)
    if (dict_field(record, input->field)->recalled)
      return command->creates;
  return FALSE;
}

/* Where the value comes from: what the form begins with, else what is recalled, or the row acted on. */
static const void *source_of(const Command *command, const Field *field, const void *row, const void *begun,
                             const Row *recalled) {
  return begun && dict_is_set(field, begun) ? begun : command->creates ? recalled : row;
}

void form_set_plain(const View *view, Value *item, const Field *field) {
  static const char *const said[] = {"needed", "earliest", "latest", "day_off"};
  for (guint i = 0; i < G_N_ELEMENTS(said); i++)
    value_set(view->arena, item, said[i], value_null(view->arena));
  value_set_bool(view->arena, item, "is_workday", FALSE);
  form_set_suggests(view, item, field, NULL);
}

/* Said where a day off is chosen; nothing is refused for it. */
static gboolean set_day_off(const View *view, Value *item, const Field *field, GError **error) {
  const Value *value = value_get(item, "value");
  gint64 day;
  gboolean off = FALSE;
  if (field->workday && value->text && date_parse(value->text, &day) &&
      !workflow_day_off(view->tx, view->arena, day, &off, error))
    return FALSE;
  value_set_bool(view->arena, item, "is_workday", field->workday);
  value_set_text(view->arena, item, "day_off",
                 off ? arena_printf(view->arena,
                                    view_text(view, N_("%s is a day off in the factory's calendar; make sure that "
                                                       "somebody loads the goods and somebody takes them in.")),
                                    view_date(view, day)) : NULL);
  return TRUE;
}

/* The days between which a date or a moment lies, for the browser to look at beforehand. */
static gboolean set_span(const View *view, Value *item, const Command *command, const Input *input, const void *row,
                         GError **error) {
  WorkflowSpan span;
  if (!workflow_span(view->engine, view->tx, view->arena, command, input, row, &span, error))
    return FALSE;
  const gboolean moment = dict_field(dict_find(command->record), input->field)->kind == KIND_TIME;
  const gint64 edges[] = {span.earliest, span.latest};
  for (guint i = 0; i < G_N_ELEMENTS(edges); i++) {
    g_autofree char *day = edges[i] == DICT_UNSET ? NULL : date_format(edges[i]);
    value_set_text(view->arena, item, i ? "latest" : "earliest",
                   day ? arena_printf(view->arena, "%s%s", day, !moment ? "" : i ? "T23:59" : "T00:00") : NULL);
  }
  return TRUE;
}

static Value *sections_of(const View *view, const Command *command, const void *row, const void *begun,
                          const ViewTyped *typed, GError **error) {
  const Record *record = dict_find(command->record);
  Value *sections = value_list(view->arena), *section = value_append(view->arena, sections, value_map(view->arena));
  value_set(view->arena, section, "title", value_null(view->arena));
  Value *fields = value_set(view->arena, section, "fields", value_list(view->arena));
  GError *fault = NULL;
  const Row *near = row, *last = row && recalls(command, record) ? find_recalled(view, record, row, &fault) : NULL;
  if (fault) {
    g_propagate_error(error, fault);
    return NULL;
  }
  for (const Input *input = command->inputs; input && input->field; input++) {
    const Field *field = dict_field(record, input->field);
    const Row *recalled = last && field->recalled && dict_is_set(field, last) ? last : NULL;
    Input asked = *input;
    if (recalled && !asked.help && !field->help)
      asked.help = arena_printf(view->arena,
                                view_text(view, N_("As in %s, the dealer's last; change what differs.")), last->number);
    Value *item = form_field(view, &asked, field, source_of(command, field, row, begun, recalled), row, typed,
                             input->field, error);
    if (item && input->among && near && !form_set_several(view, item, input, field, command, near, error))
      return NULL;
    if (item && input->among && !value_get(item, "options")->count)
      continue;
    if (!item || !set_span(view, item, command, input, row, error) || !set_day_off(view, item, field, error))
      return NULL;
    if (!form_suggest(view, item, record, field, error))
      return NULL;
    value_set_text(view->arena, item, "needed", input->optional ? needed_for(view, command, field) : NULL);
    value_append(view->arena, fields, item);
  }
  return sections;
}

/* Why it cannot be done whatever is typed; else the gates that are unmet before anything is. */
static Value *unmet_of(const View *view, const Command *command, const Record *on, void *row, gboolean *closed,
                       GError **error) {
  GError *fault = NULL;
  Value *list = value_list(view->arena);
  *closed = FALSE;
  if (!row)
    return list;
  const char *why = workflow_closed(view->engine, view->tx, view->arena, view->viewer, command, row, &fault);
  if (fault) {
    g_propagate_error(error, fault);
    return NULL;
  }
  if (why) {
    *closed = TRUE;
    value_set_text(view->arena, value_append(view->arena, list, value_map(view->arena)), "sentence", why);
    return list;
  }
  g_autoptr(GPtrArray) offers = workflow_offers(view->engine, view->tx, view->arena, view->viewer, on, row, error);
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    for (const char **sentence = offer->unmet; offer->command == command && *sentence; sentence++)
      value_set_text(view->arena, value_append(view->arena, list, value_map(view->arena)), "sentence", *sentence);
  }
  return list;
}

/* What is typed may meet a gate that the empty form does not: the button stays on where there are inputs. */
static void set_unmet(const View *view, Value *form, const Command *command, const ViewTyped *typed, Value *unmet,
                      gboolean closed) {
  const gboolean off = closed || (unmet->count > 0 && !command->inputs && !command->by_lines);
  const gboolean refused = typed->refusal && refusal_any(typed->refusal); /* that says it already */
  value_set_bool(view->arena, form, "is_closed", closed);
  value_set_bool(view->arena, form, "is_off", off);
  value_set_bool(view->arena, form, "has_unmet", off || (unmet->count > 0 && !refused));
  value_set(view->arena, form, "unmet", unmet);
}

/* Once what was sent came too late nothing typed can mend it: only why, and the way on. */
static void set_gone(const View *view, Value *form, const Row *row, gboolean gone) {
  Value *back = value_set(view->arena, form, "gone", gone ? value_map(view->arena) : value_null(view->arena));
  const gboolean order = row && row->order_id > 0;
  if (!gone)
    return;
  value_set_text(view->arena, back, "href", order ? view_href(view, &order_record, row->order_id)
                                                  : value_get(form, "cancel_href")->text);
  value_set_text(view->arena, back, "label", view_text(view, order ? N_("Back to the order") : N_("Back")));
}

static void set_changes(const View *view, Value *form, Value *changes, const char *by) {
  Arena *arena = view->arena;
  gboolean conflict = FALSE;
  for (guint i = 0; changes && i < changes->count; i++)
    conflict = conflict || value_truth(value_get(changes->items[i], "is_conflict"));
  value_set_bool(arena, form, "has_changed", changes != NULL);
  value_set_bool(arena, form, "has_conflict", conflict);
  value_set(arena, form, "changed", changes ? changes : value_list(arena));
  value_set_text(arena, form, "changed_by",
                 by        ? by
                 : changes ? view_text(view, N_("Something that belongs to this was changed in the meantime."))
                           : NULL);
}

static void set_errors(const View *view, Value *form, const Command *command, const Refusal *refusal) {
  Value *errors = errors_of(view, command, refusal);
  value_set_bool(view->arena, form, "has_errors", errors->count > 0);
  value_set(view->arena, form, "errors", errors);
}

/* The paper that is looked at before, and where it is signed the SHA-256 that the signature is bound to. */
static void set_preview(const View *view, Value *form, const Command *command, const Record *record, const void *row,
                        GError **error) {
  Arena *arena = view->arena;
  const Field *paper = command->shows && row ? dict_field(record, command->shows) : NULL;
  const File *file = paper && dict_is_set(paper, row)
                       ? dict_load(view->tx, arena, &file_record, *dict_integer(paper, row), error) : NULL;
  Value *preview = file ? view_paper(view, file->row.id, NULL, error) : NULL;
  if (preview) {
    value_set_bool(arena, preview, "is_pdf", !g_strcmp0(file->type, "application/pdf"));
    value_set_text(arena, preview, "pages_href",
                   arena_printf(arena, "/files/%" G_GINT64_FORMAT "/pages", file->row.id));
    value_set_bool(arena, preview, "is_signed", input_of(command, "signature") != NULL);
    value_set_text(arena, preview, "sha256", file->sha256);
  }
  value_set(arena, form, "preview", preview ? preview : value_null(arena));
}

/* What pressing does: an act that only changes the row stores what is typed. */
static const char *submit_text(const View *view, const Command *command, const Stage *stage) {
  return stage && stage->act                                      ? stage->act
       : command->by_lines                                        ? N_("All lines are in order: accept")
       : g_str_has_suffix(command->name, ".change") && !command->to ? N_("Save the changes")
                                                                    : workflow_label(view->viewer, command);
}

static const char *title_text(const View *view, const Command *command, const Stage *stage) {
  return stage && stage->label ? stage->label
         : command->by_lines   ? ACT_BY_LINES
                               : workflow_label(view->viewer, command);
}

/* The page that the form was opened from; of an order's, the card that the form belongs to. */
static const char *back_to(const View *view, const Record *record, const char *from) {
  const gboolean card = record->step && g_str_has_prefix(from, "/orders/") && !strchr(from, '#');
  return card ? arena_printf(view->arena, "%s#s%d", from, record->step) : from;
}

/* Whether it takes a remark; and what is ordered, where something is made of it, changed or received. The page of a
   signature shows that among the rest. */
static gboolean set_goods(const View *view, Value *form, const Command *command, const Stage *stage, const Row *row,
                          GError **error) {
  const Record *record = dict_find(command->record);
  Value *tables = value_list(view->arena);
  const gboolean terms = row && !stage && !command->forbidden_look &&
                         (command->creates || !command->to || command->remarked);
  if (terms && !view_add_goods(view, record, command->creates ? NULL : row, row->order_id, tables, error))
    return FALSE;
  Value *goods = value_set(view->arena, form, "goods", value_map(view->arena));
  value_set_bool(view->arena, form, "is_remarked", stage || command->remarked);
  value_set_bool(view->arena, form, "has_goods", tables->count > 0);
  value_set(view->arena, goods, "tables", tables);
  return TRUE;
}

Value *view_form(const View *view, const Command *command, void *row, const ViewTyped *typed, GError **error) {
  Arena *arena = view->arena;
  const Record *record = dict_find(command->record), *on = command->creates ? dict_find(command->under) : record;
  const gboolean changed = typed->refusal && typed->refusal->status == REFUSAL_CHANGED && typed->inputs &&
                           !command->creates;
  const char *by = NULL;
  Value *changes = changed ? difference_join(view, command, row, typed->version, typed->inputs, &by, error) : NULL;
  const Stage *stage = row ? workflow_stage(command->chain, ((Row *)row)->state) : NULL;
  Beforehand said;
  if (!workflow_beforehand(view->engine, view->tx, arena, view->viewer, command, row, typed->inputs, &said,
                           error))
    return NULL;
  Value *form = value_map(arena), *sections = sections_of(view, command, row, said.begun, typed, error);
  gboolean closed;
  Value *unmet = sections ? unmet_of(view, command, on, row, &closed, error) : NULL;
  if (!unmet)
    return NULL;
  const char *base = row ? view_href(view, on, ((Row *)row)->id) : "/new";
  value_set_text(arena, form, "title", view_text(view, title_text(view, command, stage)));
  value_set_text(arena, form, "subtitle", row ? view_full_title(view, on, row) : NULL);
  value_set_text(arena, form, "action", arena_printf(arena, "%s/%s", base, command->name));
  value_set_text(arena, form, "key", view_key(view));
  value_set(arena, form, "version",
            row && !command->creates ? value_integer(arena, VALUE_NUMBER, ((Row *)row)->version) : value_null(arena));
  value_set_text(arena, form, "submit", view_text(view, submit_text(view, command, stage)));
  value_set_bool(arena, form, "is_danger", command->forbidden_look);
  value_set_text(arena, form, "warning", said.warning);
  value_set_text(arena, form, "telling", said.telling);
  value_set_text(arena, form, "from", typed->from);
  value_set_text(arena, form, "cancel_href",
                 typed->from ? back_to(view, record, typed->from)
                 : row       ? base
                             : arena_printf(arena, "/%s", view_plural(view, record)));
  value_set_text(arena, form, "help", command->help ? view_text(view, command->help) : NULL);
  value_set(arena, form, "procedure", value_null(arena));
  set_unmet(view, form, command, typed, unmet, closed);
  set_gone(view, form, row, closed && typed->refusal);
  set_errors(view, form, command, typed->refusal);
  form_set_sheet(view, form, command, base, typed->refusal);
  set_changes(view, form, changes, by);
  value_set(arena, form, "sections", sections);
  set_preview(view, form, command, record, command->creates ? NULL : row, error);
  Value *tables = value_set(arena, form, "tables", value_list(arena));
  const gint64 under = !row ? 0 : command->creates ? ((Row *)row)->id : ((Row *)row)->parent_id;
  if (row && (!view_add_also(view, record, under, tables, error) ||
              !form_add_carriers(view, command, row, value_get(form, "action")->text, tables, error)))
    return NULL;
  if (!form_set_signing(view, form, command, stage, row, error) || !form_set_whose(view, form, on, row, error) ||
      !form_set_answers(view, form, command, row, error) || !set_goods(view, form, command, stage, row, error) ||
      !form_set_check(view, form, command, row, typed, error))
    return NULL;
  /* what an order says of itself stands in whose order it is */
  const gboolean told = on == &order_record && !view_is_dealer(view);
  Value *facts = row && !told ? view_facts(view, on, row, error) : value_list(arena);
  value_set_bool(arena, form, "has_facts", facts->count > 0);
  value_set_bool(arena, form, "is_judged", command->by_other && !stage);
  value_set(arena, form, "facts", facts);
  return form;
}
