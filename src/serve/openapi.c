/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The API's description: openapi.json holds what is the same for every record; the records, their fields and their
   commands are added from the tables, as far as the viewer may know of them. */
#include "serve/openapi.h"
#include "base/lang.h"
#include "paper/paper.h"
#include "view/receivables.h"
#include "view/table.h"
#include <gio/gio.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SKELETON "/gendan/openapi.json"
enum { CACHED_MOST = 64 }; /* descriptions kept: one for each set of roles and language in use */

typedef struct {
  const View *view;  /* arena, viewer and language */
  Audience shown;
  json_t *root;      /* owned */
  json_t *paths, *schemas, *tags; /* of the root */
} Doc;

static const char *text(const Doc *doc, const char *message) {
  return view_text(doc->view, message);
}

/* ---- fields ---- */
/* Codes with what they are called. */
static json_t *choices_schema(const Doc *doc, const Choice *list, gboolean own_only) {
  json_t *options = json_array();
  for (const Choice *choice = list; choice->code; choice++)
    if (!own_only || choice->shown_to == DEALER)
      json_array_append_new(options, json_pack("{s:s, s:s}", "const", choice->code, "title", text(doc, choice->label)));
  return json_pack("{s:s, s:o}", "type", "string", "oneOf", options);
}

static json_t *id_schema(const Doc *doc, const Record *target) {
  json_t *schema = json_pack("{s:s, s:s, s:i}", "type", "integer", "format", "int64", "minimum", 1);
  if (target)
    json_object_set_new(schema, "x-record", json_string(target->name));
  return schema;
}

static json_t *number_schema(const Field *field) {
  static const char *const units[] = {[KIND_MONEY] = "fen", [KIND_PERCENT] = "1/10000", [KIND_LENGTH] = "0.1 mm",
                                      [KIND_DECIMAL] = "1/100"};
  json_t *schema = json_pack("{s:s, s:s, s:I, s:I}", "type", "integer", "format", "int64", "minimum",
                             (json_int_t)dict_least(field), "maximum", (json_int_t)dict_most(field));
  if (field->kind != KIND_NUMBER)
    json_object_set_new(schema, "x-unit", json_string(units[field->kind]));
  return schema;
}

static json_t *list_schema(json_t *items) {
  return json_pack("{s:s, s:o}", "type", "array", "items", items);
}

/* The column of a list that is no field of the record. */
static gboolean is_state(const Field *field) {
  return !strcmp(field->name, "state");
}

static json_t *kind_schema(const Doc *doc, const Field *field) {
  switch (field->kind) {
  case KIND_TEXT:
  case KIND_LONGTEXT: return json_pack("{s:s, s:I}", "type", "string", "maxLength", (json_int_t)dict_most(field));
  case KIND_CHOICE: return choices_schema(doc, field->choices, doc->shown == DEALER && is_state(field));
  case KIND_DATE: return json_pack("{s:s, s:s}", "type", "string", "format", "date");
  case KIND_TIME: return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
  case KIND_YESNO: return json_pack("{s:s}", "type", "boolean");
  case KIND_REF: return id_schema(doc, dict_find(field->target));
  case KIND_FILE: return id_schema(doc, dict_find("file"));
  case KIND_SET: return list_schema(choices_schema(doc, field->choices, FALSE));
  case KIND_FILES:
  case KIND_REFS: return list_schema(id_schema(doc, dict_named(field)));
  case KIND_NUMBER:
  case KIND_MONEY:
  case KIND_PERCENT:
  case KIND_LENGTH:
  case KIND_DECIMAL: return number_schema(field);
  }
  g_return_val_if_reached(json_object());
}

static json_t *or_null(json_t *schema) {
  return json_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null");
}

static json_t *field_schema(const Doc *doc, const Field *field, gboolean nullable) {
  json_t *schema = kind_schema(doc, field);
  if (nullable)
    schema = or_null(schema);
  json_object_set_new(schema, "title", json_string(text(doc, field->label)));
  if (field->help)
    json_object_set_new(schema, "description", json_string(text(doc, field->help)));
  return schema;
}

static json_t *object_schema(json_t *properties, json_t *required) {
  return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required", required,
                   "additionalProperties", FALSE);
}

/* A row as GET gives it: everything is there, what is not set is null. */
static void add_schema(Doc *doc, const Record *record) {
  json_t *fields = json_pack("{s:o, s:o}", "id", id_schema(doc, record), "version", id_schema(doc, NULL));
  if (record->states)
    json_object_set_new(fields, "state", choices_schema(doc, record->states, doc->shown == DEALER));
  if (record->prefix)
    json_object_set_new(fields, "number", json_pack("{s:s}", "type", "string"));
  json_object_set_new(fields, "order_id", or_null(id_schema(doc, dict_root(DICT_ROOT(order_id)))));
  json_object_set_new(fields, "parent_id", or_null(id_schema(doc, NULL)));
  if (doc->shown != DEALER)
    json_object_set_new(fields, "dealer_id", or_null(id_schema(doc, dict_root(DICT_ROOT(dealer_id)))));
  json_object_set_new(fields, "created_at", json_pack("{s:s, s:s}", "type", "string", "format", "date-time"));
  for (guint i = 0; i < record->count; i++)
    if (dict_shows(&record->fields[i], doc->shown))
      json_object_set_new(fields, record->fields[i].name, field_schema(doc, &record->fields[i], TRUE));
  json_t *required = json_array(), *value;
  const char *name;
  json_object_foreach(fields, name, value)
    json_array_append_new(required, json_string(name));
  json_t *schema = object_schema(fields, required);
  json_object_set_new(schema, "title", json_string(text(doc, record->label)));
  json_object_set_new(doc->schemas, record->name, schema);
}

/* ---- operations ---- */
static json_t *reference(const char *part, const char *name) {
  g_autofree char *to = g_strdup_printf("#/components/%s/%s", part, name);
  return json_pack("{s:s}", "$ref", to);
}

static json_t *json_content(json_t *schema) {
  return json_pack("{s:{s:o}}", "application/json", "schema", schema);
}

/* What is answered where all is well, and the refusals that there may be. */
static json_t *responses(const Doc *doc, const char *status, const char *description, json_t *content,
                         const char *refusals) {
  json_t *all = json_pack("{s:{s:s, s:o}}", status, "description", text(doc, description), "content", content);
  g_auto(GStrv) codes = g_strsplit(refusals, " ", -1);
  for (char **code = codes; *code; code++)
    json_object_set_new(all, *code, reference("responses", *code));
  return all;
}

/* The operations of a path, made when first asked for. */
static json_t *path_item(Doc *doc, const char *path) {
  json_t *item = json_object_get(doc->paths, path);
  if (!item) {
    item = json_object();
    json_object_set_new(doc->paths, path, item);
  }
  return item;
}

static json_t *cookie_or_token(void) {
  return json_pack("[{s:[]}, {s:[]}]", "cookie", "token");
}

static json_t *query_parameter(const char *name, const char *description, json_t *schema) {
  return json_pack("{s:s, s:s, s:s, s:o}", "name", name, "in", "query", "description", description, "schema", schema);
}

static json_t *enumeration(json_t *names) {
  return json_pack("{s:s, s:o}", "type", "string", "enum", names);
}

/* One for each column that a list can be narrowed by; days and numbers may also be a span. */
static void add_filters(const Doc *doc, json_t *parameters, const Field *field) {
  static const char *const ends[] = {"-from", "-to"};
  const char *label = text(doc, field->label);
  json_array_append_new(parameters, query_parameter(field->name, label, field_schema(doc, field, FALSE)));
  const gboolean spans = field->kind == KIND_DATE || field->kind == KIND_NUMBER;
  for (guint i = 0; spans && i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *name = g_strconcat(field->name, ends[i], NULL);
    json_array_append_new(parameters, query_parameter(name, label, field_schema(doc, field, FALSE)));
  }
}

static json_t *duty_names(void) {
  guint count;
  const Duty *duties = workflow_duties(&count);
  json_t *names = json_array();
  for (guint i = 0; i < count; i++)
    json_array_append_new(names, json_string(duties[i].name));
  return names;
}

/* A parameter that takes one of these names, which it takes over; nothing where there are none. */
static void add_names(const Doc *doc, json_t *parameters, const char *name, const char *description, json_t *names) {
  if (json_array_size(names))
    json_array_insert_new(parameters, 0, query_parameter(name, text(doc, description), enumeration(names)));
  else
    json_decref(names);
}

static json_t *list_parameters(const Doc *doc, const Record *record) {
  json_t *parameters = json_array(), *filters = json_array(), *sorts = json_array(), *deadlines = json_array();
  guint count;
  const Field *columns = dict_columns(record, &count);
  for (const DictFilter *filter = record->filters; filter && filter->name; filter++)
    if (!filter->roles || (filter->roles & doc->view->viewer->roles))
      json_array_append_new(filters, json_string(filter->name));
  for (guint i = 0; i < count; i++) {
    if (!view_shows(doc->view, &columns[i]))
      continue;
    if (columns[i].filtered)
      add_filters(doc, parameters, &columns[i]);
    if (columns[i].sorted)
      json_array_append_new(sorts, json_string(columns[i].name));
    if (columns[i].sorted)
      json_array_append_new(sorts, json_sprintf("-%s", columns[i].name));
    if (columns[i].deadline)
      json_array_append_new(deadlines, json_string(columns[i].name));
  }
  json_array_insert_new(
    parameters, 0,
    query_parameter("sort", text(doc, N_("The column to sort by; with “-”, greatest first.")), enumeration(sorts)));
  add_names(doc, parameters, "filter", N_("A filter by name: stands for what the tab of that name shows."), filters);
  add_names(doc, parameters, "late", N_("Only rows that are late by this deadline."), deadlines);
  static const char *const shared[] = {"before", "after", "q", "waits"};
  const guint of_all = G_N_ELEMENTS(shared) - !!strcmp(record->name, "order");
  for (guint i = 0; i < of_all; i++)
    json_array_insert_new(parameters, 0, reference("parameters", shared[i]));
  if (view_owes(doc->view, record))
    json_array_append_new(parameters, query_parameter("duty", text(doc, N_("Only orders in which this is owed.")),
                                                      enumeration(duty_names())));
  return parameters;
}

static void add_list(Doc *doc, const Record *record, const char *plural) {
  Arena *arena = doc->view->arena;
  json_t *rows = json_pack("{s:s, s:o}", "type", "array", "items", reference("schemas", record->name));
  json_t *listed = responses(doc, "200", N_("A page of rows, newest first unless sorted otherwise."),
                             json_content(rows), "400 401 422");
  json_object_set_new(
    json_object_get(listed, "200"), "headers",
    json_pack("{s:o, s:o}", "Link", reference("headers", "Link"), "Total-Count", reference("headers", "Total-Count")));
  json_object_set_new(path_item(doc, arena_printf(arena, "/%s", plural)), "get",
                      json_pack("{s:s, s:[s], s:s, s:o, s:o, s:o}", "operationId",
                                arena_printf(arena, "%s.list", record->name), "tags", record->name, "summary",
                                text(doc, record->plural), "security", cookie_or_token(), "parameters",
                                list_parameters(doc, record), "responses", listed));
}

static void add_reads(Doc *doc, const Record *record, const char *plural) {
  Arena *arena = doc->view->arena;
  if (view_may_list(doc->view, record))
    add_list(doc, record, plural);
  json_t *shown = responses(doc, "200", N_("The row."), json_content(reference("schemas", record->name)), "401 404");
  json_object_set_new(json_object_get(shown, "200"), "headers",
                      json_pack("{s:o}", "ETag", reference("headers", "ETag")));
  json_object_set_new(path_item(doc, arena_printf(arena, "/%s/{id}", plural)), "get",
                      json_pack("{s:s, s:[s], s:s, s:o, s:[o], s:o}", "operationId",
                                arena_printf(arena, "%s.get", record->name), "tags", record->name, "summary",
                                text(doc, record->label), "security", cookie_or_token(), "parameters",
                                reference("parameters", "id"), "responses", shown));
}

/* The same input as a part of a form: a file itself, all else as text. */
static json_t *part_schema(const Field *field) {
  json_t *file = json_pack("{s:s, s:s}", "type", "string", "contentMediaType",
                           field->target ? "text/csv" : "application/octet-stream");
  if (field->kind == KIND_FILE)
    return file;
  if (field->kind == KIND_FILES)
    return list_schema(file);
  json_decref(file);
  return json_pack("{s:s}", "type", "string");
}

/* The body that a command takes; NULL when it takes none. parent: its id is among the inputs. */
static json_t *body_of(const Doc *doc, const Command *command, const Record *parent) {
  const Record *record = dict_find(command->record);
  json_t *fields = json_object(), *required = json_array(), *parts = json_object();
  gboolean files = FALSE;
  if (parent) {
    json_object_set_new(parts, "parent_id", json_pack("{s:s}", "type", "string"));
    json_object_set_new(fields, "parent_id", id_schema(doc, parent));
    json_array_append_new(required, json_string("parent_id"));
  }
  for (const Input *input = command->inputs; input && input->field; input++) {
    const Field *field = dict_field(record, input->field);
    files = files || field->kind == KIND_FILE || field->kind == KIND_FILES;
    json_object_set_new(fields, field->name, field_schema(doc, field, input->optional));
    json_object_set_new(parts, field->name, part_schema(field));
    if (command->creates && !input->optional && field->kind != KIND_FILE) /* elsewhere it may be set already */
      json_array_append_new(required, json_string(field->name));
  }
  if (!json_object_size(fields)) {
    json_decref(fields);
    json_decref(required);
    json_decref(parts);
    return NULL;
  }
  const gboolean needed = json_array_size(required) > 0;
  json_t *content = json_content(object_schema(fields, required));
  if (files) /* a part of the field's name carries the file itself */
    json_object_set_new(content, "multipart/form-data",
                        json_pack("{s:o}", "schema", object_schema(json_incref(parts), json_deep_copy(required))));
  json_decref(parts);
  return json_pack("{s:b, s:o}", "required", needed, "content", content);
}

static json_t *roles_json(guint roles) {
  json_t *list = json_array();
  for (guint i = 0; workflow_roles[i].code; i++)
    if (roles & (1u << i))
      json_array_append_new(list, json_string(workflow_roles[i].code));
  return list;
}

/* The rule of the procedure behind a command, for programs. */
static json_t *rule_of(const Command *command) {
  json_t *rule = json_pack("{s:i, s:o}", "step", command->step, "roles", roles_json(workflow_needs(command)));
  if (command->from) {
    json_t *from = json_array();
    for (const char *const *state = command->from; *state; state++)
      json_array_append_new(from, json_string(*state));
    json_object_set_new(rule, "from", from);
  }
  if (command->to)
    json_object_set_new(rule, "to", json_string(command->to));
  json_t *gates = json_array(), *stages = json_array();
  for (const Gate *const *gate = command->gates; gate && *gate; gate++)
    json_array_append_new(gates, json_string((*gate)->name));
  for (guint i = 0; command->chain && i < command->chain->count; i++) {
    const Stage *stage = &command->chain->stages[i];
    json_array_append_new(stages, json_pack("{s:s, s:s, s:o}", "from", stage->from, "to", stage->to, "roles",
                                            roles_json(stage->roles)));
  }
  json_object_set_new(rule, "gates", gates);
  json_object_set_new(rule, "stages", stages);
  return rule;
}

static void add_operation(Doc *doc, const char *path, const char *method, const Command *command,
                          const Record *parent) {
  const gboolean patch = !strcmp(method, "patch"), on_row = strstr(path, "{id}") != NULL;
  json_t *parameters = json_array(), *body = body_of(doc, command, parent);
  if (on_row)
    json_array_append_new(parameters, reference("parameters", "id"));
  if (!command->creates)
    json_array_append_new(parameters, reference("parameters", patch ? "version_needed" : "version"));
  json_array_append_new(parameters, reference("parameters", "key"));
  json_t *answers = responses(doc, command->creates ? "201" : "200", N_("Done."),
                              json_content(reference("schemas", "done")),
                              patch             ? "400 401 403 404 409 412 413 415 422 428"
                              : command->creates ? "400 401 403 404 409 413 415 422"
                                                 : "400 401 403 404 409 412 413 415 422");
  json_t *operation = json_pack("{s:s, s:[s], s:s, s:o, s:o, s:o}", "operationId", command->name, "tags",
                                command->record, "summary", text(doc, command->label), "x-rule", rule_of(command),
                                "parameters", parameters, "responses", answers);
  if (command->help)
    json_object_set_new(operation, "description", json_string(text(doc, command->help)));
  if (body)
    json_object_set_new(operation, "requestBody", body);
  json_object_set_new(path_item(doc, path), method, operation);
}

/* Each command stands once: makers at POST /RECORDS, changes at PATCH, other makers under nothing at POST /new/COMMAND,
   all others at POST /RECORDS/ID/COMMAND. */
static void add_command(Doc *doc, const Command *command) {
  Arena *arena = doc->view->arena;
  const Record *record = dict_find(command->record);
  const Record *on = command->creates ? dict_find(command->under) : record;
  if (command == workflow_maker(record))
    add_operation(doc, arena_printf(arena, "/%s", view_plural(doc->view, record)), "post", command, on);
  else if (g_str_has_suffix(command->name, ".change"))
    add_operation(doc, arena_printf(arena, "/%s/{id}", view_plural(doc->view, record)), "patch", command, NULL);
  else if (on)
    add_operation(doc, arena_printf(arena, "/%s/{id}/%s", view_plural(doc->view, on),
                                    command->creates ? command->name : strchr(command->name, '.') + 1),
                  "post", command, NULL);
  else
    add_operation(doc, arena_printf(arena, "/new/%s", command->name), "post", command, NULL);
}

/* The paper that is printed from a row. */
static void add_paper(Doc *doc, const Record *record, const char *plural) {
  Arena *arena = doc->view->arena;
  const Paper *paper = paper_of(record);
  if (!paper)
    return;
  json_t *printed = responses(doc, "200", N_("The bytes."), json_pack("{s:{}}", "application/pdf"), "401 404");
  json_object_set_new(path_item(doc, arena_printf(arena, "/%s/{id}/%s.pdf", plural, paper->name)), "get",
                      json_pack("{s:s, s:[s], s:s, s:o, s:[o], s:o}", "operationId",
                                arena_printf(arena, "%s.paper", record->name), "tags", record->name, "summary",
                                text(doc, paper->label), "security", cookie_or_token(), "parameters",
                                reference("parameters", "id"), "responses", printed));
}

/* What is no record's and no command's. */
typedef struct {
  const char *path, *method, *id;
  const char *summary;  /* message id */
  const char *type;     /* of the answer */
  const char *refusals; /* statuses */
  const char *query[5]; /* names of its parameters; ends with NULL */
} Extra;

static json_t *add_extra(Doc *doc, const Extra *extra, const char *path, const char *tag) {
  json_t *parameters = json_array(), *operation;
  if (strstr(path, "{id}"))
    json_array_append_new(parameters, reference("parameters", "id"));
  for (const char *const *name = extra->query; *name; name++)
    json_array_append_new(parameters, query_parameter(*name, text(doc, extra->summary),
                                                      json_pack("{s:s}", "type", "string")));
  json_t *content = json_pack("{s:{s:{s:s}}}", extra->type, "schema", "type",
                              strstr(extra->type, "json") ? "object" : "string");
  operation = json_pack("{s:s, s:[s], s:s, s:o, s:o}", "operationId", extra->id, "tags", tag, "summary",
                        text(doc, extra->summary), "parameters", parameters, "responses",
                        responses(doc, "200", N_("Done."), content, extra->refusals));
  if (!strcmp(extra->method, "get"))
    json_object_set_new(operation, "security", cookie_or_token());
  json_object_set_new(path_item(doc, path), extra->method, operation);
  return operation;
}

static void add_extras(Doc *doc) {
  static const Extra inbox = {"/inbox", "get", "inbox", N_("Inbox"), "application/json", "400 401", {"group"}},
                     events = {"/events", "get", "events", N_("A stream of what changes: ids of orders."),
                               "text/event-stream", "401", {0}},
                     sheet = {"/calendar.csv", "get", "holiday.sheet", N_("Calendar"), "text/csv", "401", {"year"}},
                     import = {"/calendar", "post", "holiday.import", N_("Add a calendar exception"),
                               "application/json", "401 403 409 413 422", {0}},
                     owed = {"/receivables", "get", "receivables", N_("Receivables by age"), "application/json",
                             "401", {"dealer", "age", "sort", "after"}},
                     owed_sheet = {"/receivables.csv", "get", "receivables.sheet", N_("Receivables by age"), "text/csv",
                                   "401", {"dealer", "age", "sort"}};
  add_extra(doc, &inbox, inbox.path, "session");
  add_extra(doc, &events, events.path, "session");
  if (doc->shown == DEALER)
    return;
  add_extra(doc, &sheet, sheet.path, "holiday");
  if (receivables_may(doc->view->viewer)) {
    add_extra(doc, &owed, owed.path, "instalment");
    add_extra(doc, &owed_sheet, owed_sheet.path, "instalment");
  }
  if (!workflow_may(doc->view->viewer, workflow_maker(dict_find("holiday"))))
    return;
  json_t *operation = add_extra(doc, &import, import.path, "holiday");
  json_object_set_new(operation, "requestBody",
                      json_pack("{s:b, s:{s:{s:{s:s, s:[s], s:{s:{s:s, s:s}}}}}}", "required", TRUE, "content",
                                "multipart/form-data", "schema", "type", "object", "required", "sheet", "properties",
                                "sheet", "type", "string", "contentMediaType", "text/csv"));
}

/* The lines of a row as a spreadsheet, and an empty one to fill. */
static void add_sheets(Doc *doc, const Record *record, const char *plural) {
  Arena *arena = doc->view->arena;
  TableOf of;
  if (!table_of(record, NULL, NULL, &of) || !workflow_may(doc->view->viewer, of.add))
    return;
  const Extra lines = {.method = "get", .id = arena_printf(arena, "%s.lines", record->name),
                       .summary = of.line->plural, .type = "text/csv", .refusals = "401 403 404"};
  const Extra empty = {.method = "get", .id = arena_printf(arena, "%s.template", record->name),
                       .summary = N_("Empty template"), .type = "text/csv", .refusals = "401 403 404"};
  add_extra(doc, &lines, arena_printf(arena, "/%s/{id}/lines.csv", plural), record->name);
  add_extra(doc, &empty, arena_printf(arena, "/%s/{id}/template.csv", plural), record->name);
}

static void add_record(Doc *doc, const Record *record) {
  json_array_append_new(doc->tags,
                        json_pack("{s:s, s:s}", "name", record->name, "description", text(doc, record->plural)));
  add_schema(doc, record);
  add_reads(doc, record, view_plural(doc->view, record));
  add_paper(doc, record, view_plural(doc->view, record));
  add_sheets(doc, record, view_plural(doc->view, record));
}

static void add_content(Doc *doc) {
  json_object_set_new(path_item(doc, "/files/{id}/content"), "get",
                      json_pack("{s:s, s:[s], s:s, s:o, s:[o], s:o}", "operationId", "file.content", "tags", "file",
                                "summary", text(doc, N_("File")), "security", cookie_or_token(), "parameters",
                                reference("parameters", "id"), "responses",
                                responses(doc, "200", N_("The bytes."), json_pack("{s:{}}", "*/*"), "401 404")));
}

/* Everything that the viewer may know of; strangers only how to log in. */
static void add_all(Doc *doc) {
  const Viewer *viewer = doc->view->viewer;
  guint records_count, commands_count;
  const Record *const *records = dict_all(&records_count);
  const Command *const *commands = workflow_commands(&commands_count);
  for (guint i = 0; viewer->user_id && i < records_count; i++)
    if (view_may_know(doc->view, records[i]))
      add_record(doc, records[i]);
  for (guint i = 0; viewer->user_id && i < commands_count; i++)
    if (view_may_know(doc->view, dict_find(commands[i]->record)) &&
        (doc->shown != DEALER || workflow_may(viewer, commands[i])))
      add_command(doc, commands[i]);
  if (viewer->user_id) {
    add_content(doc);
    add_extras(doc);
  }
}

/* Translates the skeleton's own prose. */
static void translate(const Doc *doc, json_t *json) {
  static const char *const prose[] = {"description", "summary", NULL};
  json_t *value;
  const char *key;
  gsize index;
  if (json_is_array(json))
    json_array_foreach(json, index, value) translate(doc, value);
  json_object_foreach(json, key, value) {
    if (json_is_string(value) && g_strv_contains(prose, key))
      json_string_set(value, text(doc, json_string_value(value)));
    else
      translate(doc, value);
  }
}

static void add_problem_bodies(json_t *components) {
  const char *code;
  json_t *response;
  json_object_foreach(json_object_get(components, "responses"), code, response)
    json_object_set_new(response, "content",
                        json_pack("{s:{s:o}}", "application/problem+json", "schema", reference("schemas", "problem")));
}

static char *describe(const View *view, GError **error) {
  g_autoptr(GBytes) skeleton = g_resources_lookup_data(SKELETON, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (!skeleton)
    return NULL;
  json_error_t where;
  Doc doc = {.view = view, .shown = workflow_audience(view->viewer),
             .root = json_loadb(g_bytes_get_data(skeleton, NULL), g_bytes_get_size(skeleton), 0, &where)};
  if (!doc.root) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "openapi.json:%d: %s", where.line, where.text);
    return NULL;
  }
  translate(&doc, doc.root);
  json_t *components = json_object_get(doc.root, "components");
  add_problem_bodies(components);
  doc.paths = json_object_get(doc.root, "paths");
  doc.schemas = json_object_get(components, "schemas");
  doc.tags = json_array();
  json_object_set_new(doc.root, "tags", doc.tags);
  json_array_append_new(doc.tags, json_pack("{s:s, s:s}", "name", "session", "description", text(&doc, N_("Log in"))));
  add_all(&doc);
  char *dumped = json_dumps(doc.root, JSON_COMPACT), *copy = g_strdup(dumped);
  free(dumped);
  json_decref(doc.root);
  return copy;
}

/* ---- answering ---- */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *cache; /* "roles language" → GBytes */

static GBytes *cached(const View *view, GError **error) {
  const Viewer *viewer = view->viewer;
  g_autofree char *key = g_strdup_printf("%x %x %d %s", viewer->roles, viewer->substitutes, viewer->user_id != 0,
                                         viewer->language);
  pthread_mutex_lock(&lock);
  if (!cache)
    cache = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  if (g_hash_table_size(cache) >= CACHED_MOST)
    g_hash_table_remove_all(cache);
  GBytes *bytes = g_hash_table_lookup(cache, key);
  char *made = bytes ? NULL : describe(view, error);
  if (made) {
    bytes = g_bytes_new_take(made, strlen(made));
    g_hash_table_insert(cache, g_steal_pointer(&key), bytes);
  }
  GBytes *answer = bytes ? g_bytes_ref(bytes) : NULL;
  pthread_mutex_unlock(&lock);
  return answer;
}

gboolean openapi_answer(Visit *visit, const View *view, GError **error) {
  g_autoptr(GBytes) bytes = cached(view, error);
  if (!bytes)
    return FALSE;
  g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
  const char *etag = arena_printf(view->arena, "\"%.32s\"", sum);
  const char *known = request_header(visit->request, "If-None-Match");
  visit->response->type = "application/json";
  response_header(visit->response, "ETag", etag);
  response_header(visit->response, "Cache-Control", "private, no-cache");
  if (known && strstr(known, etag))
    visit->response->status = 304;
  else
    visit->response->bytes = g_steal_pointer(&bytes);
  return TRUE;
}
