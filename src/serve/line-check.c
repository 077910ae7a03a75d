/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was found of each line, and the act that follows from it, made from one page. */
#include "serve/line-check.h"
#include "serve/lines.h"
#include "step/s02-order-form.h"
#include <string.h>

typedef struct {
  Visit *visit;
  const Command *command;
  gint64 id, order_id;  /* of the row */
  const char *key;      /* of the command; NULL: none */
  gboolean again;       /* it was done under that key already */
  GArray *acts;         /* Act; owned */
  GPtrArray *refusals;  /* Refusal*, one an act; owned */
  GPtrArray *sentences; /* char*: which line an act is about, NULL for the row's own */
} Batch;

static void batch_init(Batch *batch, Visit *visit, const Command *command) {
  *batch = (Batch){.visit = visit, .command = command, .acts = g_array_new(FALSE, FALSE, sizeof(Act)),
                   .refusals = g_ptr_array_new_with_free_func((GDestroyNotify)refusal_free),
                   .sentences = g_ptr_array_new()};
}

static void batch_clear(Batch *batch) {
  for (guint i = 0; i < batch->acts->len; i++)
    g_hash_table_unref(g_array_index(batch->acts, Act, i).inputs);
  g_array_unref(batch->acts);
  g_ptr_array_unref(batch->refusals);
  g_ptr_array_unref(batch->sentences);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

static void add_act(Batch *batch, const Command *command, gint64 id, gint64 version, GHashTable *inputs,
                    const char *line) {
  const Act act = {.viewer = &batch->visit->session.viewer, .admit = visit_admit, .admit_data = batch->visit,
                   .command = command, .id = id, .version = version, .inputs = inputs, .style = INPUT_FORM};
  g_array_append_val(batch->acts, act);
  g_ptr_array_add(batch->refusals, refusal_new());
  g_ptr_array_add(batch->sentences, (gpointer)line);
}

/* "l17.finding": what the page says of the line. */
static const char *said_of(const Batch *batch, const OrderFormLine *line, const char *what) {
  const Request *request = batch->visit->request;
  return request_field(request, arena_printf(request->arena, "l%" G_GINT64_FORMAT ".%s", line->row.id, what));
}

/* The act on a line of which the page says something new. */
static void plan_line(Batch *batch, guint number, const OrderFormLine *line) {
  const char *version = said_of(batch, line, "_version"), *question = said_of(batch, line, "question");
  const gboolean asks = question && *question, ticked = said_of(batch, line, "finding") != NULL && !asks;
  const gboolean asked = !g_strcmp0(line->finding, "question"), verified = !g_strcmp0(line->finding, "verified");
  if (!version || (asks ? asked && !strcmp(question, line->question) : ticked ? verified : !asked && !verified))
    return;
  GHashTable *inputs = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(inputs, (gpointer) "finding", (gpointer)(ticked ? "verified" : ""));
  g_hash_table_insert(inputs, (gpointer) "question", (gpointer)(asks ? question : ""));
  add_act(batch, workflow_find(batch->command->by_lines), line->row.id, g_ascii_strtoll(version, NULL, 10), inputs,
          arena_printf(batch->visit->request->arena, visit_text(batch->visit, N_("Line %u: %s")), number, "%s"));
}

/* Whether the same was sent before: what it says of the lines is then no longer new. FALSE and error on a fault. */
static gboolean find_again(DbTx *tx, Batch *batch, GError **error) {
  Arena *arena = batch->visit->request->arena;
  const DbResult *found = db_query(
    tx, arena, "SELECT order_id FROM idempotency WHERE user_id = $1 AND command = $2 AND key = $3",
    DB_ARGS(DB_I(batch->visit->session.viewer.user_id), DB_T(batch->command->name), DB_T(batch->key)), error);
  batch->again = found && found->rows;
  batch->order_id = batch->again ? DB_CELL(found, 0, 0)->integer : 0;
  return found != NULL;
}

static gboolean look_again(DbTx *tx, gpointer data, GError **error) {
  return find_again(tx, data, error);
}

static gboolean plan_lines(DbTx *tx, gpointer data, GError **error) {
  Batch *batch = data;
  if (!find_again(tx, batch, error))
    return FALSE;
  g_autoptr(GPtrArray) lines = dict_load_by(tx, batch->visit->request->arena, &order_form_line_record, "parent_id",
                                            DB_I(batch->id), error);
  guint number = 0;
  for (guint i = 0; lines && !batch->again && i < lines->len; i++)
    if (!strcmp(((const Row *)lines->pdata[i])->state, "active"))
      plan_line(batch, ++number, lines->pdata[i]);
  return lines != NULL;
}

/* What is typed for the other answer must not be lost without a word. */
static gboolean check_other(const Batch *batch) {
  Visit *visit = batch->visit;
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++)
    for (const Input *input = g_strcmp0(commands[i]->instead, batch->command->name) ? NULL : commands[i]->inputs;
         input && input->field; input++) {
      const char *typed = request_field(visit->request, input->field);
      if (typed && *typed && dict_is_text(dict_field(dict_find(commands[i]->record), input->field)))
        return refusal_addf(visit->refusal, REFUSAL_INVALID, REASON_FIELD, input->field,
                            visit_text(visit, N_("A remark goes with “%s”; press that, or empty the remark.")),
                            visit_text(visit, commands[i]->label));
    }
  return TRUE;
}

/* The command itself; each line's act has moved its row on by a version. */
static void plan_command(Batch *batch) {
  Visit *visit = batch->visit;
  const char *version = request_field(visit->request, "_version");
  const gint64 seen = version ? g_ascii_strtoll(version, NULL, 10) : 0;
  visit->seen = seen;
  GHashTable *inputs = g_hash_table_new(g_str_hash, g_str_equal);
  for (const Input *input = batch->command->inputs; input && input->field; input++) {
    const char *typed = request_field(visit->request, input->field);
    const gboolean box = dict_field(dict_find(batch->command->record), input->field)->kind == KIND_YESNO;
    g_hash_table_insert(inputs, (gpointer)input->field, (gpointer)(typed ? typed : box ? "0" : ""));
  }
  add_act(batch, batch->command, batch->id, seen ? seen + batch->acts->len : 0, inputs, NULL);
  g_array_index(batch->acts, Act, batch->acts->len - 1).key = batch->key;
}

static void refuse(const Batch *batch) {
  Visit *visit = batch->visit;
  for (guint i = 0; i < batch->refusals->len; i++) {
    const Refusal *refusal = batch->refusals->pdata[i];
    const char *line = batch->sentences->pdata[i];
    for (guint k = 0; k < refusal->reasons->len; k++) {
      const Reason *reason = refusal->reasons->pdata[k];
      g_auto(GStrv) parts = g_strsplit(line ? line : "%s", "%s", 2);
      g_autofree char *message = g_strconcat(parts[0], reason->message, parts[1], NULL);
      refusal_add(visit->refusal, refusal->status, line ? REASON_OTHER : reason->kind, reason->name, message);
    }
  }
}

/* The page is shown again as it was sent. */
static void keep_typed(const Batch *batch) {
  Visit *visit = batch->visit;
  visit->typed = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < visit->request->fields->len; i++) {
    const RequestPair *pair = &g_array_index(visit->request->fields, RequestPair, i);
    if (*pair->name != '_')
      g_hash_table_insert(visit->typed, (gpointer)pair->name, (gpointer)pair->value);
  }
}

static void go_on(const Batch *batch, gboolean saved) {
  Visit *visit = batch->visit;
  Arena *arena = visit->request->arena;
  const View view = visit_view(visit, NULL);
  const Record *record = dict_find(batch->command->record);
  const char *flash = saved ? view_flash_lines(arena, record, batch->id)
                            : view_flash_name(arena, batch->command, batch->id);
  response_cookie(visit->response, FLASH_COOKIE, flash, FLASH_SECONDS, visit->request->secure);
  response_redirect(visit->response,
                    saved ? arena_printf(arena, "%s/%s", view_href(&view, record, batch->id), batch->command->name)
                          : arena_printf(arena, "/orders/%" G_GINT64_FORMAT, batch->order_id));
}

/* FALSE: refused, or error is set. */
static gboolean run(Batch *batch, GError **error) {
  Engine *engine = batch->visit->app->engine;
  if (batch->again || !batch->acts->len)
    return TRUE;
  g_autofree Done *dones = g_new0(Done, batch->acts->len);
  GError *fault = NULL;
  const Act *acts = (const Act *)batch->acts->data;
  Refusal *const *refusals = (Refusal *const *)batch->refusals->pdata;
  const guint count = batch->acts->len;
  /* a paper that is kept is drawn beforehand, of a row that lies still: what was found is stored first */
  const guint first = acts[count - 1].command == batch->command && !batch->command->instead ? count - 1 : 0;
  const gboolean fine = (!first || engine_run_all(engine, acts, first, dones, refusals, &fault)) &&
                        engine_run_all(engine, acts + first, count - first, dones + first, refusals + first, &fault);
  if (fault) {
    g_propagate_error(error, fault);
    return FALSE;
  }
  batch->order_id = dones[batch->acts->len - 1].order_id;
  if (fine)
    return TRUE;
  if (!db_read(engine_db(engine), look_again, batch, error)) /* the same may have been sent twice at once */
    return FALSE;
  if (!batch->again)
    refuse(batch);
  return batch->again;
}

gboolean line_check_run(Visit *visit, const Command *command, GError **error) {
  guint64 id;
  g_auto(Batch) batch;
  batch_init(&batch, visit, command);
  if (!workflow_may(&visit->session.viewer, command) ||
      !g_ascii_string_to_unsigned(visit_part(visit, 1), 10, 1, G_MAXINT64, &id, NULL))
    return visit_not_found(visit);
  batch.id = (gint64)id;
  const gboolean saves = !g_strcmp0(request_field(visit->request, "_then"), "save");
  batch.key = lines_key(visit);
  keep_typed(&batch);
  if (!db_read(engine_db(visit->app->engine), plan_lines, &batch, error))
    return FALSE;
  if (!batch.again && !saves && !check_other(&batch))
    return FALSE;
  if (!batch.again && !saves)
    plan_command(&batch);
  if (!run(&batch, error))
    return FALSE;
  go_on(&batch, saves);
  return TRUE;
}
