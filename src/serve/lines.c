/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines in numbers: the acts that add, change and remove them, made from a table and run as one; and lines as a
   spreadsheet to take along. */
#include "serve/lines.h"
#include "dict/sheet.h"
#include "serve/pages.h"
#include "view/table.h"
#include <string.h>

enum { TABLE_ROWS = 500 };

/* Acts to be run as one, and where each came from. */
typedef struct {
  Visit *visit;
  TableOf of;
  SheetColumn *columns;
  guint count;          /* of columns */
  guint all;            /* of these and, behind them, what only a stored line is asked for */
  GArray *acts;         /* Act */
  GPtrArray *refusals;  /* Refusal*, one an act */
  TableSent sent;       /* a table as it was sent */
  GArray *places;       /* gint: for each act, index of its row in sent */
} Batch;

static void batch_init(Batch *batch, Visit *visit) {
  *batch = (Batch){.visit = visit, .acts = g_array_new(FALSE, FALSE, sizeof(Act)),
                   .sent = {.rows = g_ptr_array_new()},
                   .refusals = g_ptr_array_new_with_free_func((GDestroyNotify)refusal_free),
                   .places = g_array_new(FALSE, FALSE, sizeof(gint))};
}

static void batch_clear(Batch *batch) {
  g_array_unref(batch->acts);
  g_array_unref(batch->places);
  g_ptr_array_unref(batch->refusals);
  for (guint i = 0; i < batch->sent.rows->len; i++)
    g_hash_table_unref(((TableRow *)batch->sent.rows->pdata[i])->inputs);
  g_ptr_array_unref(batch->sent.rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

/* The row that the path names and the commands on its lines; FALSE: refused. */
static gboolean find(Batch *batch, const View *view, GError **error) {
  const Record *record;
  Visit *visit = batch->visit;
  Row *row = pages_row_of_path(visit, view, &record, error);
  if (!row)
    return FALSE;
  if (!table_of(record, row, request_query(visit->request, "of"), &batch->of))
    return visit_not_found(visit);
  if (!workflow_may(view->viewer, batch->of.add))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role",
                       visit_text(visit, N_("This is not among your tasks; ask the person whose role it is.")));
  guint inputs = 0;
  while (batch->of.add->inputs[inputs].field)
    inputs++;
  const Command *change = batch->of.change;
  guint more = 0;
  while (change && change->inputs[more].field)
    more++;
  batch->columns = arena_new_of(view->arena, SheetColumn, inputs + more);
  for (batch->count = 0; batch->count < inputs; batch->count++) {
    const Input *input = &batch->of.add->inputs[batch->count];
    const Field *field = dict_field(batch->of.line, input->field);
    batch->columns[batch->count] = (SheetColumn){.field = field, .needed = !input->optional};
  }
  batch->all = batch->count;
  for (guint i = 0; i < more; i++) {
    const Field *field = dict_field(batch->of.line, change->inputs[i].field);
    if (field->answers)
      batch->columns[batch->all++] = (SheetColumn){.field = field};
  }
  return TRUE;
}

static void add_act(Batch *batch, const Command *command, gint64 id, gint64 version, GHashTable *inputs, gint place) {
  const Act act = {.viewer = &batch->visit->session.viewer, .admit = visit_admit, .admit_data = batch->visit,
                   .command = command, .id = id, .version = version, .inputs = inputs};
  g_array_append_val(batch->acts, act);
  g_array_append_val(batch->places, place);
  g_ptr_array_add(batch->refusals, refusal_new());
}

const char *lines_key(const Visit *visit) {
  const Request *request = visit->request;
  const char *key = visit->api ? request_header(request, "Idempotency-Key") : request_field(request, "_key");
  if (!key || !*key)
    return NULL;
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (guint i = 0; i < request->fields->len; i++) {
    const RequestPair *pair = &g_array_index(request->fields, RequestPair, i);
    g_checksum_update(sum, (const guchar *)pair->name, (gssize)strlen(pair->name) + 1);
    g_checksum_update(sum, (const guchar *)pair->value, (gssize)strlen(pair->value) + 1);
  }
  for (guint i = 0; i < request->parts->len; i++)
    g_checksum_update(sum, (const guchar *)((RequestPart *)request->parts->pdata[i])->sha256, -1);
  g_checksum_update(sum, (const guchar *)request->body->str, (gssize)request->body->len);
  return arena_printf(request->arena, "%s %.16s", key, g_checksum_get_string(sum));
}

/* Runs the acts; TRUE: all are done. FALSE: refusals say what is wrong, or error is set. */
static gboolean run(Batch *batch, GError **error) {
  if (!batch->acts->len)
    return TRUE;
  g_autofree Done *dones = g_new0(Done, batch->acts->len);
  g_array_index(batch->acts, Act, 0).key = lines_key(batch->visit);
  return engine_run_all(batch->visit->app->engine, (const Act *)batch->acts->data, batch->acts->len, dones,
                        (Refusal *const *)batch->refusals->pdata, error);
}

static void go_on(const Batch *batch) {
  Visit *visit = batch->visit;
  const TableOf *of = &batch->of;
  const View view = visit_view(visit, NULL);
  const char *base = view_href(&view, of->record, of->row->id);
  const gboolean more = !g_strcmp0(request_field(visit->request, "_then"), "more");
  const gboolean in_order = of->row->order_id && of->record->step;
  if (batch->acts->len)
    response_cookie(visit->response, FLASH_COOKIE, view_flash_lines(visit->request->arena, of->record, of->row->id),
                    FLASH_SECONDS, visit->request->secure);
  response_redirect(visit->response, more ? table_address(&view, of->record, of->row->id, of->line->name)
                                     : in_order
                                       ? arena_printf(visit->request->arena, "/orders/%" G_GINT64_FORMAT,
                                                      of->row->order_id)
                                       : base);
}

/* ---- the table ---- */
gboolean lines_table(Visit *visit, const View *view, GError **error) {
  g_auto(Batch) batch;
  batch_init(&batch, visit);
  if (!find(&batch, view, error))
    return FALSE;
  const char *after = request_query(visit->request, "after");
  Value *root = view_page(view, view_text(view, batch.of.line->plural));
  Value *table = view_table(view, &batch.of, NULL, after ? g_ascii_strtoll(after, NULL, 10) : 0, error);
  if (!table)
    return FALSE;
  value_set(view->arena, root, "table", table);
  visit_send_page(visit, 200, "table", root);
  return TRUE;
}

static TableRow *row_at(Batch *batch, guint i) {
  GPtrArray *rows = batch->sent.rows;
  while (rows->len <= i) {
    TableRow *row = arena_new_of(batch->visit->request->arena, TableRow, 1);
    row->inputs = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(rows, row);
  }
  return rows->pdata[i];
}

static gboolean refuse_cell(Visit *visit, const char *name, const char *message) {
  return refusal_addf(visit->refusal, REFUSAL_INVALID, REASON_FIELD, name, visit_text(visit, message), name);
}

static gboolean is_column(const Batch *batch, const char *name) {
  for (guint i = 0; i < batch->all; i++)
    if (!strcmp(batch->columns[i].field->name, name))
      return TRUE;
  return FALSE;
}

/* A row's _id or _version, 0 or empty for a new one. */
static gboolean take_count(Visit *visit, const RequestPair *pair, gint64 *count) {
  guint64 number = 0;
  if (*pair->value && !g_ascii_string_to_unsigned(pair->value, 10, 0, G_MAXINT64, &number, NULL))
    return refuse_cell(visit, pair->name, N_("“%s” is not an input of this act."));
  if (*count && number)
    return refuse_cell(visit, pair->name, N_("%s: this came twice; send it once."));
  *count = number ? (gint64)number : *count;
  return TRUE;
}

/* "r12.area" into its row. What begins with "_" is not of the table. */
static gboolean take_cell(Batch *batch, const RequestPair *pair) {
  Visit *visit = batch->visit;
  char *dot = NULL;
  const guint64 number = *pair->name == 'r' ? g_ascii_strtoull(pair->name + 1, &dot, 10) : TABLE_ROWS;
  if (*pair->name == '_')
    return TRUE;
  TableRow *row = number < TABLE_ROWS && dot && *dot == '.' ? row_at(batch, (guint)number) : NULL;
  const char *column = row ? dot + 1 : "";
  if (!strcmp(column, "_id"))
    return take_count(visit, pair, &row->id);
  if (!strcmp(column, "_version"))
    return take_count(visit, pair, &row->version);
  if (!strcmp(column, "_remove"))
    return row->remove = TRUE;
  if (!strcmp(column, "_take")) /* complete_rows() */
    return TRUE;
  if (!is_column(batch, column))
    return refuse_cell(visit, pair->name, N_("“%s” is not an input of this act."));
  return g_hash_table_insert(row->inputs, (gpointer)column, (gpointer)pair->value) ||
         refuse_cell(visit, pair->name, N_("%s: this came twice; send it once."));
}

/* Browsers send no box that is not ticked; where two edited, one may leave what the other wrote. */
static void complete_rows(Batch *batch) {
  const GArray *fields = batch->visit->request->fields;
  for (guint i = 0; i < batch->sent.rows->len; i++) {
    TableRow *row = batch->sent.rows->pdata[i];
    row->gone = row->remove && !row->id;
    const char *taken = arena_printf(batch->visit->request->arena, "r%u._take", i);
    for (guint k = 0; k < batch->count; k++)
      if (batch->columns[k].field->kind == KIND_YESNO &&
          !g_hash_table_contains(row->inputs, batch->columns[k].field->name))
        g_hash_table_insert(row->inputs, (gpointer)batch->columns[k].field->name, (gpointer) "0");
    for (guint k = 0; k < fields->len; k++)
      if (!strcmp(g_array_index(fields, RequestPair, k).name, taken))
        g_hash_table_remove(row->inputs, g_array_index(fields, RequestPair, k).value);
  }
}

static gboolean take_rows(Batch *batch) {
  const GArray *fields = batch->visit->request->fields;
  const char *seen = request_field(batch->visit->request, "_seen");
  batch->sent.seen = seen ? g_ascii_strtoll(seen, NULL, 10) : 0;
  for (guint i = 0; i < fields->len; i++)
    take_cell(batch, &g_array_index(fields, RequestPair, i));
  complete_rows(batch);
  return !refusal_any(batch->visit->refusal);
}

/* Whether something is typed; a ticked box alone is nothing. */
static gboolean is_typed(const Batch *batch, const TableRow *row) {
  for (guint i = 0; i < batch->count; i++) {
    const Field *field = batch->columns[i].field;
    const char *text = g_hash_table_lookup(row->inputs, field->name);
    if (text && *text && field->kind != KIND_YESNO)
      return TRUE;
  }
  return FALSE;
}

/* The acts that the table asks for: only where something is new or different. */
static gboolean plan_rows(Batch *batch, DbTx *tx, GError **error) {
  const TableOf *of = &batch->of;
  for (guint i = 0; i < batch->sent.rows->len; i++) {
    TableRow *row = batch->sent.rows->pdata[i];
    const Row *stored = row->id ? dict_load(tx, batch->visit->request->arena, of->line, row->id, error) : NULL;
    if (row->id && (!stored || stored->parent_id != of->row->id))
      return visit_not_found(batch->visit);
    if (!row->id && !row->remove && is_typed(batch, row))
      add_act(batch, of->add, of->row->id, 0, row->inputs, (gint)i);
    else if (row->id && row->remove && of->remove)
      add_act(batch, of->remove, row->id, row->version, NULL, (gint)i);
    else if (row->id && of->change && table_differs(batch->visit->request->arena, of, stored, row))
      add_act(batch, of->change, row->id, row->version, row->inputs, (gint)i);
  }
  return TRUE;
}

static gboolean plan_table(DbTx *tx, gpointer data, GError **error) {
  Batch *batch = data;
  const View view = visit_view(batch->visit, tx);
  if (!find(batch, &view, error))
    return FALSE;
  return take_rows(batch) && table_join(&view, &batch->of, &batch->sent, error) &&
         (batch->sent.changed->count || plan_rows(batch, tx, error));
}

static gboolean show_again(DbTx *tx, gpointer data, GError **error) {
  Batch *batch = data;
  const View view = visit_view(batch->visit, tx);
  TableSent *sent = &batch->sent;
  if (!sent->changed->count && !table_join(&view, &batch->of, sent, error)) /* while the acts waited for their turn */
    return FALSE;
  Value *root = view_page(&view, view_text(&view, batch->of.line->plural));
  Value *table = view_table(&view, &batch->of, sent, 0, error);
  if (!table)
    return FALSE;
  value_set(view.arena, root, "table", table);
  visit_send_page(batch->visit, sent->changed->count ? REFUSAL_CHANGED : REFUSAL_INVALID, "table", root);
  return TRUE;
}

gboolean lines_save(Visit *visit, GError **error) {
  if (visit->api)
    return visit_not_found(visit);
  g_auto(Batch) batch;
  batch_init(&batch, visit);
  if (!db_read(engine_db(visit->app->engine), plan_table, &batch, error))
    return FALSE;
  GError *fault = NULL;
  if (!batch.sent.changed->count && run(&batch, &fault)) {
    go_on(&batch);
    return TRUE;
  }
  if (fault) {
    g_propagate_error(error, fault);
    return FALSE;
  }
  for (guint i = 0; i < batch.acts->len; i++) {
    TableRow *row = batch.sent.rows->pdata[g_array_index(batch.places, gint, i)];
    row->refusal = refusal_any(batch.refusals->pdata[i]) ? batch.refusals->pdata[i] : NULL;
  }
  return db_read(engine_db(visit->app->engine), show_again, &batch, error);
}

/* ---- spreadsheets ---- */
static gboolean send_csv(Visit *visit, const View *view, gboolean with_lines, GError **error) {
  g_auto(Batch) batch;
  batch_init(&batch, visit);
  if (!find(&batch, view, error))
    return FALSE;
  const TableOf *of = &batch.of;
  GString *out = g_string_set_size(visit->response->body, 0);
  sheet_write_header(out, batch.columns, batch.count, view->viewer->language);
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, of->line, "parent_id", DB_I(of->row->id), error);
  for (guint i = 0; rows && with_lines && i < rows->len; i++)
    if (g_strcmp0(((const Row *)rows->pdata[i])->state, "removed"))
      sheet_write_row(out, batch.columns, batch.count, rows->pdata[i], view->viewer->language);
  const char *name = with_lines && of->row->number ? of->row->number : of->line->name;
  visit->response->type = "text/csv; charset=utf-8";
  response_header(visit->response, "Content-Disposition",
                  arena_printf(view->arena, "attachment; filename=\"%s.csv\"", name));
  return rows != NULL;
}

gboolean lines_csv(Visit *visit, const View *view, GError **error) {
  return send_csv(visit, view, TRUE, error);
}

gboolean lines_template(Visit *visit, const View *view, GError **error) {
  return send_csv(visit, view, FALSE, error);
}
