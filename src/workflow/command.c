/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only runner: who (by now) → seen before? → load and lock → version → state → inputs → gates → run → write →
   journal → duties → commit. Role, state, version, idempotency and inputs are checked here and nowhere else. What a
   command prepares comes first: the same checks against a snapshot, then its prepare(). */
#include "workflow/check.h"
#include "base/date.h"
#include "base/lang.h"
#include <string.h>

enum {
  NAME_SHOWN = 64, /* bytes of an unknown input's name in a sentence */
  KEY_MOST = 200   /* bytes of an idempotency key; it is indexed */
};

typedef struct {
  Engine *engine;
  const Act *act;
  Done *done;
  Refusal *refusal;
  GArray *changes; /* EngineChange; NULL while the act is prepared */
  Arena *arena;    /* of what is prepared; outlives the transaction */
  gboolean ready;  /* it is prepared */
  gconstpointer prepared; /* by prepare(), for run() */
  const ActFile *kept;    /* the paper drawn for the row; NULL: none is due */
  gint64 seen;     /* version of the row that it was prepared for */
  gint64 now;      /* UTC seconds when it was prepared: what its paper says is when it is done */
} Job;

static gboolean refuse(Context *context, RefusalStatus status, const char *name, const char *sentence) {
  return refusal_add(context->refusal, status, REASON_OTHER, name, sentence);
}

/* SHA-256 over everything that makes the act what it is. */
static char *act_hash(const Act *act) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *head = g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d\n", act->id, act->version,
                                          act->style);
  g_checksum_update(sum, (const guchar *)head, -1);
  g_autoptr(GList) names = act->inputs ? g_hash_table_get_keys(act->inputs) : NULL;
  names = g_list_sort(names, (GCompareFunc)strcmp);
  for (GList *name = names; name; name = name->next) {
    const char *text = g_hash_table_lookup(act->inputs, name->data);
    g_autofree char *line = g_strdup_printf("%s=%" G_GSIZE_FORMAT ":%s\n", (char *)name->data, strlen(text), text);
    g_checksum_update(sum, (const guchar *)line, -1);
  }
  for (const ActFile *file = act->files; file && file->field; file++) {
    g_autofree char *line = g_strdup_printf("%s=file %s %s\n", file->field, file->sha256, file->name);
    g_checksum_update(sum, (const guchar *)line, -1);
  }
  return g_strdup(g_checksum_get_string(sum));
}

/* What was done under the act's key before: no row, where nothing was. */
static const DbResult *find_answer(Context *context, const Job *job, GError **error) {
  return db_query(
    context->tx, context->arena,
    "SELECT hash, row_id, row_version, order_id FROM idempotency WHERE user_id = $1 AND command = $2 AND key = $3",
    DB_ARGS(DB_I(context->viewer->user_id), DB_T(context->command->name), DB_T(job->act->key)), error);
}

/* Takes the key for this act, or finds what was done under it before: TRUE with done->again. Whoever sends the same key
   at the same moment, to this server or another, waits here for what becomes of the first. */
static gboolean seen_before(Context *context, const Job *job, const char *hash, GError **error) {
  const gint64 taken = db_exec(context->tx,
                               "INSERT INTO idempotency (user_id, command, key, hash, at) VALUES ($1,$2,$3,$4,$5)"
                               " ON CONFLICT (user_id, command, key) DO NOTHING",
                               DB_ARGS(DB_I(context->viewer->user_id), DB_T(context->command->name),
                                       DB_T(job->act->key), DB_T(hash), DB_I(context->now)),
                               error);
  if (taken)
    return taken > 0;
  const DbResult *found = find_answer(context, job, error);
  if (!found || !found->rows)
    return FALSE;
  if (strcmp(DB_CELL(found, 0, 0)->text, hash))
    return refuse(context, REFUSAL_INVALID, "key",
                  context_sentence(context, N_("This idempotency key was used for another act; use a new one.")));
  *job->done = (Done){.id = DB_CELL(found, 0, 1)->integer, .version = DB_CELL(found, 0, 2)->integer,
                      .order_id = DB_CELL(found, 0, 3)->integer, .again = TRUE};
  return TRUE;
}

static gboolean remember(Context *context, const Job *job, GError **error) {
  return db_exec(
           context->tx,
           "UPDATE idempotency SET row_id = $4, row_version = $5, order_id = $6 WHERE user_id = $1 AND command = $2"
           " AND key = $3",
           DB_ARGS(DB_I(context->viewer->user_id), DB_T(context->command->name), DB_T(job->act->key),
                   DB_I(job->done->id), DB_I(job->done->version), DB_I(job->done->order_id)),
           error) == 1;
}

/* Loads a row the viewer may know of and locks its root (when the act is run); NULL refused or faulty. */
static Row *load_locked(Context *context, const Record *record, gint64 id, GError **error) {
  Row *row = context_load(context, record, id, error);
  if (row && context_may_reach(context->tx, context->arena, context->viewer, record, row)) {
    gint64 root_id;
    const Record *root = dict_root_of(row, &root_id);
    if (!context->changes) /* a snapshot stays as it is */
      return row;
    if (!db_lock(context->tx, root ? root->name : record->name, root ? root_id : row->id, error))
      return NULL;
    if ((row = context_load(context, record, id, error)))
      return row;
  }
  if (!error || !*error)
    refuse(context, REFUSAL_NOT_FOUND, "id",
           context_sentence(context, N_("There is no such entry: %s %" G_GINT64_FORMAT "."),
                            lang_text(context->viewer->language, record->label), id));
  return NULL;
}

static gboolean refuse_changed(Context *context, const Record *record, const Row *row, gint64 seen, GError **error) {
  const char *sentence = journal_since(context, record, row->id, seen, error);
  return sentence ? refuse(context, REFUSAL_CHANGED, "version", sentence) : FALSE;
}

/* What was prepared holds for the version that it was prepared for. */
static gboolean check_prepared(Context *context, Job *job, const Record *record, const Row *row, GError **error) {
  if (!job->changes)
    job->seen = row->version;
  const gboolean counts = job->ready && (context->command->prepare || job->kept);
  return !counts || job->seen == row->version || refuse_changed(context, record, row, job->seen, error);
}

/* The row to act on: the stored one, or a new one under its parent. */
static gboolean take_row(Context *context, Job *job, const Record *record, GError **error) {
  const Command *command = context->command;
  const Record *on = command->creates ? dict_find(command->under) : record;
  Row *stored = on ? load_locked(context, on, job->act->id, error) : NULL;
  if (on && (!stored || !check_prepared(context, job, on, stored, error)))
    return FALSE;
  if (!command->creates) {
    context->before = stored;
    context->row = dict_copy_row(context->arena, record, stored);
    return TRUE;
  }
  Row *row = dict_new_row(context->arena, record);
  row->order_id = stored ? stored->order_id : 0;
  row->dealer_id = stored ? stored->dealer_id : context->viewer->dealer_id;
  row->parent_id = stored ? stored->id : 0;
  row->created_at = context->now;
  row->created_by = context->viewer->user_id;
  context->row = row;
  return TRUE;
}

static const Input *input_of(const Command *command, const char *name) {
  for (const Input *input = command->inputs; input && input->field; input++)
    if (!strcmp(input->field, name))
      return input;
  return NULL;
}

/* The field as this act calls it: what is said of it names it as the form does. */
static Field field_as(const Record *record, const Input *input) {
  Field field = *dict_field(record, input->field);
  if (input->label)
    field.label = input->label;
  return field;
}

/* A reference must lead to a row that the viewer may know of, and that is of the same dealer when both have one. */
static gboolean check_id(Context *context, const Input *input, const Field *field, const Record *target, gint64 id,
                         GError **error) {
  GError *fault = NULL;
  const Row *row = context_load(context, target, id, &fault);
  const gint64 parent = ((Row *)context->row)->parent_id;
  const gboolean among = !row || workflow_is_among(context->tx, context->arena, input, parent, id, &fault);
  if (fault) {
    g_propagate_error(error, fault);
    return FALSE;
  }
  const gint64 dealer = ((Row *)context->row)->dealer_id;
  if (!row || !among || !context_may_reach(context->tx, context->arena, context->viewer, target, row) ||
      (dealer && row->dealer_id && row->dealer_id != dealer))
    refusal_addf(context->refusal, REFUSAL_INVALID, REASON_FIELD, field->name, "%s",
                 context_sentence(context, N_("%s: there is no such entry; choose one of the list."),
                                  lang_text(context->viewer->language, field->label)));
  else if (field->types)
    attachment_fits(context, field, *dict_text(dict_field(target, "name"), row),
                    *dict_text(dict_field(target, "type"), row));
  return TRUE;
}

static gboolean check_reference(Context *context, const Input *input, const Field *field, GError **error) {
  const Record *target = dict_named(field);
  if (!target || !dict_is_set(field, context->row))
    return TRUE;
  guint count = 1;
  const gint64 *ids = dict_is_list(field) ? dict_ids(context->arena, *dict_text(field, context->row), &count)
                                          : dict_integer(field, context->row);
  const guint refused = context->refusal->reasons->len;
  for (guint i = 0; i < count; i++)
    if (!check_id(context, input, field, target, ids[i], error))
      return FALSE;
  if (context->refusal->reasons->len == refused)
    return TRUE;
  if (dict_is_list(field)) /* the gates must not tell of it what the viewer may not know */
    *dict_text(field, context->row) = NULL;
  else
    *dict_integer(field, context->row) = DICT_UNSET;
  return TRUE;
}

/* The name is anybody's text: it is shown cut short and mended. */
static void refuse_input(Context *context, const char *name) {
  g_autofree char *shown = g_utf8_make_valid(name, (gssize)strnlen(name, NAME_SHOWN));
  refusal_add(context->refusal, REFUSAL_INVALID, REASON_FIELD, shown,
              context_sentence(context, N_("“%s” is not an input of this act."), shown));
}

/* Files that came with the act are named by their inputs as if they had been there before. */
static gboolean take_files(Context *context, const Job *job, const Record *record, GError **error) {
  for (const ActFile *file = job->act->files; file && file->field; file++) {
    const Input *input = input_of(context->command, file->field);
    const Field field = input ? field_as(record, input) : (Field){0};
    if (!input || (field.kind != KIND_FILE && field.kind != KIND_FILES))
      refuse_input(context, file->field);
    else if (!attachment_take(context, &field, file, job->act->files, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean take_inputs(Context *context, const Job *job, const Record *record, GError **error) {
  const char *language = context->viewer->language;
  GHashTableIter iter;
  gpointer name, text;
  if (job->act->inputs) {
    g_hash_table_iter_init(&iter, job->act->inputs);
    while (g_hash_table_iter_next(&iter, &name, &text))
      if (!input_of(context->command, name))
        refuse_input(context, name);
  }
  for (const Input *input = context->command->inputs; input && input->field; input++) {
    const Field field = field_as(record, input);
    text = job->act->inputs ? g_hash_table_lookup(job->act->inputs, input->field) : NULL;
    if (text && !dict_parse(context->arena, &field, text, job->act->style, language, context->row, context->refusal))
      continue;
    if (!input->optional && !dict_is_set(&field, context->row))
      refusal_addf(context->refusal, REFUSAL_INVALID, REASON_FIELD, field.name, "%s",
                   context_sentence(context, N_("%s: this is needed."), lang_text(language, field.label)));
    if (text && !check_reference(context, input, &field, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean check_version(Context *context, const Job *job, const Record *record, GError **error) {
  const Row *row = context->row;
  if (!job->act->version || context->command->creates || job->act->version == row->version)
    return TRUE;
  return refuse_changed(context, record, row, job->act->version, error);
}

/* All that may refuse the act. */
static gboolean allow(Context *context, Job *job, const Record *record, GError **error) {
  if (!take_row(context, job, record, error) || !check_version(context, job, record, error))
    return FALSE;
  if (!context->command->creates && !check_state(context->command, context->row))
    return check_refuse_state(context, record);
  if (!context->command->creates && !check_person(context, record, error))
    return FALSE;
  return take_files(context, job, record, error) && take_inputs(context, job, record, error) &&
         bounds_check(context, record, error) && check_gates(context, error) && !refusal_any(context->refusal);
}

/* A line's change is a change of its parent: two people cannot edit it past each other. */
static gboolean touch_parent(Context *context, const Record *record, GError **error) {
  const Record *parent = record->parent ? dict_find(record->parent) : NULL;
  Row *row = parent ? context_load(context, parent, ((Row *)context->row)->parent_id, error) : NULL;
  gboolean lost;
  return !row || dict_update(context->tx, context->arena, parent, row, &lost, error);
}

/* Where others have signed meanwhile, a paper may be due that was not when the act was prepared. */
static gboolean hang_paper(Context *context, const Job *job, const Record *record, GError **error) {
  const Row *before = context->before;
  if (!keep_is_due(context, job->engine->press))
    return TRUE;
  if (job->kept)
    return keep_hang(context, job->kept, error);
  if (job->ready && job->seen != before->version)
    return refuse_changed(context, record, before, job->seen, error);
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s brings %s to a state for which its paper is not drawn",
              context->command->name, record->name);
  return FALSE;
}

/* Carries out what was allowed. */
static gboolean carry_out(Context *context, const Job *job, const Record *record, GError **error) {
  const Command *command = context->command;
  Row *row = context->row;
  if (command->to)
    row->state = dict_choice(record->states, command->to)->code;
  if (command->creates && !dict_insert(context->tx, context->arena, record, row, error))
    return FALSE;
  void *made = command->creates ? dict_copy_row(context->arena, record, row) : NULL;
  if (command->chain && !approval_sign(context, record, error))
    return FALSE;
  if (command->submits) {
    keep_drop(context, job->engine->press);
    if (!approval_void(context, record, row->id, error))
      return FALSE;
  }
  const char *state = row->state;
  if (command->run && (!command->run(context, error) || !context_check_move(context, record, state, row->state, error)))
    return FALSE;
  if (!hang_paper(context, job, record, error))
    return FALSE;
  gboolean lost = FALSE;
  if ((!made || memcmp(made, row, record->size)) &&
      !dict_update(context->tx, context->arena, record, row, &lost, error))
    return FALSE;
  const Change change = {.record = record, .before = context->before, .after = row, .signs = context->signs};
  *job->done = (Done){.id = row->id, .version = row->version, .order_id = row->order_id};
  /* what ends with it stands before it in the journal, as all that an act does beside its own row */
  return (!command->ends || ending_run(context, error)) && touch_parent(context, record, error) &&
         journal_append(context, &change, job->act->comment, error) &&
         duty_follow(context, record, row, error) && duty_settle(context, error);
}

/* From nothing: an act may be tried more than once. FALSE: refused, or error is set. */
static gboolean begin(Context *context, const Job *job, DbTx *tx, Arena *arena, GError **error) {
  guint needed;
  *context = (Context){.command = job->act->command, .refusal = job->refusal, .changes = job->changes,
                       .sent = job->act->files, .prepared = job->prepared};
  refusal_clear(job->refusal);
  *job->done = (Done){0};
  if (job->act->admit && !job->act->admit(tx, job->act->admit_data, error))
    return FALSE;
  if (!context_init(context, job->engine, tx, arena, job->act->viewer, error))
    return FALSE;
  if (job->ready) {
    context->now = job->now;
    context->today = date_of_time(job->now, job->engine->zone);
  }
  if (job->act->key && strlen(job->act->key) > KEY_MOST)
    return refuse(context, REFUSAL_INVALID, "key",
                  context_sentence(context, N_("An idempotency key has at most %d bytes."), KEY_MOST));
  if (job->act->admit && !job->act->viewer->user_id)
    return refuse(context, REFUSAL_LOGIN, "login", context_sentence(context, N_("Log in first.")));
  return check_role(job->act->viewer, job->act->command, &needed) || check_refuse_role(context, needed);
}

/* Whatever went wrong is said: by a reason, or by an error. */
static gboolean conclude(const Job *job, gboolean fine, GError *fault, GError **error) {
  if (fault)
    g_propagate_error(error, fault);
  else if (!fine && !refusal_any(job->refusal))
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s failed without a reason", job->act->command->name);
  return fine && !refusal_any(job->refusal);
}

static gboolean is_prepared(const Job *job) {
  return job->act->command->prepare || keep_may(job->engine, job->act->command);
}

static gboolean prepare(DbTx *tx, gpointer data, GError **error) {
  Job *job = data;
  const Command *command = job->act->command;
  GError *fault = NULL;
  g_auto(Context) context;
  job->ready = FALSE;
  if (!begin(&context, job, tx, job->arena, error))
    return FALSE;
  const DbResult *before = job->act->key ? find_answer(&context, job, &fault) : NULL;
  if (before && before->rows) /* the answer is there already, or what the key was used for */
    return TRUE;
  const gboolean fine = !fault && allow(&context, job, dict_find(command->record), &fault) &&
                        (!command->prepare || command->prepare(&context, &fault)) &&
                        keep_draw(&context, job->engine->press, &job->kept, &fault);
  job->ready = TRUE;
  job->now = context.now;
  job->prepared = context.prepared;
  return conclude(job, fine, fault, error);
}

static gboolean run(DbTx *tx, gpointer data, GError **error) {
  Job *job = data;
  g_autoptr(Arena) arena = arena_new();
  const Command *command = job->act->command;
  g_auto(Context) context;
  g_array_set_size(job->changes, 0);
  GError *fault = NULL;
  if (!begin(&context, job, tx, arena, error))
    return FALSE;
  const Record *record = dict_find(command->record);
  g_autofree char *hash = job->act->key ? act_hash(job->act) : NULL;
  gboolean fine = !hash || seen_before(&context, job, hash, &fault);
  if (fine && job->done->again)
    return TRUE;
  if (fine && is_prepared(job) && !job->ready) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s was done before, but is not remembered", command->name);
    return FALSE;
  }
  fine = fine && allow(&context, job, record, &fault) && carry_out(&context, job, record, &fault) &&
         (!hash || remember(&context, job, &fault)) &&
         (!job->act->also || job->act->also(tx, job->done->id, job->act->also_data, &fault)) &&
         watch_post(job->engine, tx, job->changes, context.now, &fault);
  return conclude(job, fine, fault, error);
}

/* Before the transaction: what takes long. FALSE: refused, or error is set. */
static gboolean prepare_first(Job *job, Arena *arena, GError **error) {
  if (!is_prepared(job))
    return TRUE;
  GArray *changes = g_steal_pointer(&job->changes);
  job->arena = arena;
  const gboolean fine = db_read(job->engine->db, prepare, job, error);
  job->changes = changes;
  return fine;
}

/* Several acts on their way through one transaction. */
typedef struct {
  Job *jobs;
  guint count;
} Batch;

static gboolean run_batch(DbTx *tx, gpointer data, GError **error) {
  const Batch *batch = data;
  gboolean fine = TRUE;
  for (guint i = 0; i < batch->count; i++) {
    GError *fault = NULL;
    fine = run(tx, &batch->jobs[i], &fault) && fine;
    if (fault) {
      g_propagate_error(error, fault);
      return FALSE;
    }
    if (batch->jobs[i].done->again) /* all of it was done with this act */
      return TRUE;
  }
  return fine;
}

gboolean engine_run_all(Engine *engine, const Act *acts, guint count, Done *dones, Refusal *const *refusals,
                        GError **error) {
  g_autofree Job *jobs = g_new0(Job, count);
  g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  for (guint i = 0; i < count; i++) {
    g_ptr_array_add(changes, g_array_new(FALSE, FALSE, sizeof(EngineChange)));
    jobs[i] = (Job){
      .engine = engine, .act = &acts[i], .done = &dones[i], .refusal = refusals[i], .changes = changes->pdata[i]};
  }
  Batch batch = {.jobs = jobs, .count = count};
  g_autoptr(Arena) arena = arena_new();
  gboolean fine = TRUE;
  GError *fault = NULL;
  for (guint i = 0; i < count && !fault; i++)
    fine = prepare_first(&jobs[i], arena, &fault) && fine;
  if (fault)
    g_propagate_error(error, fault);
  fine = fine && db_write(engine->db, run_batch, &batch, error);
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(EngineChange));
  for (guint i = 0; i < count; i++) {
    const GArray *own = changes->pdata[i];
    for (guint k = 0; k < own->len; k++)
      watch_add(all, &g_array_index(own, EngineChange, k));
  }
  if (fine)
    watch_tell(engine, all);
  return fine;
}

/* Of the house alone: its rows hang on no order and no dealer whose lock would keep two acts apart, and their gates
   look at all of them (is the login name free?). */
static gboolean is_of_house(const Command *command) {
  const Record *record = dict_find(command->record);
  return !record->step && record->shown_to == HOUSE;
}

gboolean engine_run(Engine *engine, const Act *act, Done *done, Refusal *refusal, GError **error) {
  g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(EngineChange));
  g_autoptr(Arena) arena = arena_new();
  Job job = {.engine = engine, .act = act, .done = done, .refusal = refusal, .changes = changes};
  gboolean (*write)(Db *, DbWork, gpointer, GError **) = is_of_house(act->command) ? db_write_alone : db_write;
  if (!prepare_first(&job, arena, error) || !write(engine->db, run, &job, error))
    return FALSE;
  watch_tell(engine, changes);
  return TRUE;
}
