/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines from a spreadsheet, all or none: prepared cell by cell, then stored as one act. */
#include "workflow/import.h"
#include "base/lang.h"
#include <string.h>

/* What import_prepare() leaves for import_run(). */
typedef struct {
  const Record *line;
  void **rows; /* ends with NULL; complete but for id and scope */
} Import;

const Field *import_field(const Command *command) {
  for (const Input *input = command->inputs; input && input->field; input++) {
    const Field *field = dict_field(dict_find(command->record), input->field);
    if (field->kind == KIND_FILE && field->target)
      return field;
  }
  return NULL;
}

SheetColumn *import_columns(Arena *arena, const Record *line, guint *count) {
  const Input *inputs = workflow_maker(line)->inputs;
  guint all = 0;
  while (inputs[all].field)
    all++;
  SheetColumn *columns = arena_new_of(arena, SheetColumn, all);
  *count = 0;
  for (guint i = 0; i < all; i++) {
    const Field *field = dict_field(line, inputs[i].field);
    if (!dict_named(field)) /* a cell names no row */
      columns[(*count)++] = (SheetColumn){.field = field, .needed = !inputs[i].optional};
  }
  return columns;
}

/* What is wrong in a row of the sheet, each with its cell. */
static void tell(Context *context, const Sheet *sheet, guint number, const Refusal *wrong) {
  for (guint i = 0; i < wrong->reasons->len && context->refusal->reasons->len < SHEET_REASONS; i++) {
    const Reason *reason = wrong->reasons->pdata[i];
    const char *cell = sheet_place(context->arena, sheet, reason->name, number);
    refusal_add(context->refusal, REFUSAL_INVALID, REASON_FIELD, cell,
                sheet_sentence(context->arena, context->viewer->language, cell, reason->message));
  }
}

static void *line_of(Context *context, const Record *line, const Sheet *sheet, const SheetRow *sent,
                     const SheetColumn *columns, guint count) {
  g_autoptr(Refusal) wrong = refusal_new();
  const char *language = context->viewer->language;
  void *row = dict_new_row(context->arena, line);
  for (guint i = 0; i < count; i++) {
    const Field *field = columns[i].field;
    const gboolean fine = dict_parse(context->arena, field, g_hash_table_lookup(sent->cells, field->name), INPUT_FORM,
                                     language, row, wrong);
    if (fine && columns[i].needed && !dict_is_set(field, row))
      refusal_add(wrong, REFUSAL_INVALID, REASON_FIELD, field->name,
                  context_sentence(context, N_("%s: this is needed."), lang_text(language, field->label)));
  }
  tell(context, sheet, sent->number, wrong);
  return row;
}

gboolean import_prepare(Context *context, GError **error) {
  const Field *field = import_field(context->command);
  /* the sheet of an earlier import is not meant */
  const gboolean given = *dict_integer(field, context->row) != *dict_integer(field, context->before);
  const ActFile *file = given ? context_file(context, field, error) : NULL;
  gsize size;
  guint count;
  if (!file)
    return (!error || !*error) &&
           refusal_add(context->refusal, REFUSAL_INVALID, REASON_FIELD, field->name,
                       context_sentence(context, N_("%s: this is needed."),
                                        lang_text(context->viewer->language, field->label)));
  g_autofree char *bytes = context_read(context, file, SHEET_BYTES + 1, &size, error);
  if (!bytes)
    return FALSE;
  const Record *line = dict_find(field->target);
  const SheetColumn *columns = import_columns(context->arena, line, &count);
  g_autoptr(Sheet) sheet = sheet_read(context->arena, bytes, size, columns, count, context->viewer->language,
                                      context->refusal);
  if (!sheet)
    return FALSE;
  Import *import = arena_new_of(context->arena, Import, 1);
  *import = (Import){.line = line, .rows = arena_new_of(context->arena, void *, sheet->rows->len + 1)};
  for (guint i = 0; i < sheet->rows->len; i++)
    import->rows[i] = line_of(context, line, sheet, &g_array_index(sheet->rows, SheetRow, i), columns, count);
  context->prepared = import;
  return !refusal_any(context->refusal);
}

static gboolean remove_all(Context *context, const Record *line, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(context->tx, context->arena, line, "parent_id",
                                           DB_I(((const Row *)context->row)->id), error);
  for (guint i = 0; rows && i < rows->len; i++) {
    const Row *before = rows->pdata[i];
    Row *after = dict_copy_row(context->arena, line, before);
    after->state = dict_choice(line->states, "removed")->code;
    if (g_strcmp0(before->state, after->state) && !context_save(context, line, before, after, error))
      return FALSE;
  }
  return rows != NULL;
}

gboolean import_run(Context *context, GError **error) {
  const Import *import = context->prepared;
  const Field *replace = dict_field(dict_find(context->command->record), "replaces");
  if (replace && *dict_integer(replace, context->row) == 1 && !remove_all(context, import->line, error))
    return FALSE;
  if (replace) /* it says what to do, not what the row is */
    *dict_integer(replace, context->row) = *dict_integer(replace, context->before);
  for (void *const *prepared = import->rows; *prepared; prepared++) {
    Row *row = dict_copy_row(context->arena, import->line, *prepared);
    row->parent_id = ((const Row *)context->row)->id;
    if (!context_create(context, import->line, row, error))
      return FALSE;
  }
  return TRUE;
}
