/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal replayed: rows are rebuilt from its differences alone, and each entry is judged in the state before it.
   Entries are taken in the order of their ids, which one engine gives out under the locks of what they change. */
#include "base/date.h"
#include <jansson.h>
#include "invariants.h"
#include <string.h>

enum { PAGE = 1000 };

/* A row as the journal tells it. */
typedef struct Past {
  const char *record; /* interned */
  gint64 id;
  struct Past *parent; /* what it was made under, or NULL */
  gboolean told;       /* the journal has come to it; a line may be told of before what it is a line of */
  GHashTable *fields;  /* interned name → text of the value; what is unset is not there */
} Past;

typedef struct {
  World *world;
  GHashTable *rows;    /* "record:id" → Past */
  GHashTable *buckets; /* "record@order" → GPtrArray of Past; all allocations are in "allocation@0" too */
  gint64 last;         /* id of the entry replayed last */
  guint page;          /* entries in the page just read */
  char *wrong;
} Replay;

/* One entry, before it takes effect. */
typedef struct {
  const char *command, *record;
  gint64 order_id, dealer_id;
  Past *past;    /* the row; without fields when the entry makes it */
  gboolean made; /* the entry makes it */
  json_t *changes;
} Entry;

static void past_free(gpointer data) {
  g_hash_table_unref(((Past *)data)->fields);
  g_free(data);
}

static Past *row_of(Replay *replay, const char *record, gint64 id) {
  g_autofree char *key = g_strdup_printf("%s:%" G_GINT64_FORMAT, record, id);
  return g_hash_table_lookup(replay->rows, key);
}

static GPtrArray *bucket(Replay *replay, const char *record, gint64 order_id) {
  g_autofree char *key = g_strdup_printf("%s@%" G_GINT64_FORMAT, record, order_id);
  GPtrArray *rows = g_hash_table_lookup(replay->buckets, key);
  if (!rows)
    g_hash_table_insert(replay->buckets, g_steal_pointer(&key), rows = g_ptr_array_new());
  return rows;
}

static const char *text(const Past *past, const char *name) {
  return past ? g_hash_table_lookup(past->fields, name) : NULL;
}

static gint64 number(const Past *past, const char *name) {
  const char *value = text(past, name);
  return value ? g_ascii_strtoll(value, NULL, 10) : 0;
}

static gboolean is(const Past *past, const char *state) { return !g_strcmp0(text(past, "state"), state); }

/* The newest row of the record in the order and state. */
static const Past *one_of(Replay *replay, const char *record, gint64 order_id, const char *state) {
  const GPtrArray *rows = bucket(replay, record, order_id);
  for (guint i = rows->len; i-- > 0;)
    if (is(rows->pdata[i], state))
      return rows->pdata[i];
  return NULL;
}

/* ---- what the procedure asks of an entry: NULL, or what is wrong ---- */
static gint64 paid(Replay *replay, gint64 order_id) {
  const GPtrArray *lines = bucket(replay, "allocation", 0), *contracts = bucket(replay, "contract", order_id);
  gint64 sum = 0;
  for (guint i = 0; i < lines->len; i++) {
    const Past *line = lines->pdata[i];
    const Past *contract = row_of(replay, "contract", number(line, "contract"));
    if (g_ptr_array_find((GPtrArray *)contracts, contract, NULL) && is(line, "active") && is(line->parent, "confirmed"))
      sum += number(line, "amount");
  }
  return sum;
}

static gint64 asked(Replay *replay, const Past *contract, gint64 order_id, gboolean deposit) {
  const GPtrArray *lines = bucket(replay, "instalment", order_id);
  gint64 sum = 0;
  for (guint i = 0; i < lines->len; i++) {
    const Past *line = lines->pdata[i];
    const gboolean counts =
        deposit ? !g_strcmp0(text(line, "kind"), "deposit") : !g_strcmp0(text(line, "before_delivery"), "true");
    if (line->parent == contract && !is(line, "removed") && counts)
      sum += number(line, "amount");
  }
  return sum;
}

static const char *needs_money(Replay *replay, const Entry *entry) {
  const Past *contract = one_of(replay, "contract", entry->order_id, "effective");
  if (!contract)
    return "the contract is not effective";
  return paid(replay, entry->order_id) < asked(replay, contract, entry->order_id, FALSE)
             ? "not all money before delivery is in"
             : NULL;
}

static const char *needs_deposit_and_drawing(Replay *replay, const Entry *entry) {
  const Past *contract = one_of(replay, "contract", entry->order_id, "effective");
  const Past *drawing = one_of(replay, "drawing", entry->order_id, "signed");
  if (!contract)
    return "the contract is not effective";
  if (paid(replay, entry->order_id) < asked(replay, contract, entry->order_id, TRUE))
    return "the deposit is not in";
  return !drawing || number(entry->past, "drawing") != drawing->id ? "its drawing is not the signed one" : NULL;
}

/* What an amendment takes the place of is told of by the same command, and asks for nothing. */
static const char *needs_signed_drawing(Replay *replay, const Entry *entry) {
  const json_t *after = json_object_get(json_object_get(entry->changes, "state"), "after");
  if (!g_strcmp0(json_string_value(after), "superseded"))
    return NULL;
  const Past *drawing = one_of(replay, "drawing", entry->order_id, "signed");
  return !drawing || number(entry->past, "drawing") != drawing->id ? "its drawing is not the signed one" : NULL;
}

/* The house signs what is ordered. */
static const char *needs_drawing_of_form(Replay *replay, const Entry *entry) {
  const char *wrong = needs_signed_drawing(replay, entry);
  const Past *drawing = one_of(replay, "drawing", entry->order_id, "signed");
  const Past *form = one_of(replay, "order_form", entry->order_id, "accepted");
  return wrong ? wrong : drawing && form && number(drawing, "order_form") != form->id
                           ? "its drawing shows another edition of the order form" : NULL;
}

static const char *needs_any_signed_drawing(Replay *replay, const Entry *entry) {
  return one_of(replay, "drawing", entry->order_id, "signed") ? NULL : "no drawing is signed";
}

static const char *needs_contract_in_force(Replay *replay, const Entry *entry) {
  return one_of(replay, "contract", entry->order_id, "effective") ? NULL : "there is no contract to amend";
}

static const char *needs_standing_contract(Replay *replay, const Entry *entry) {
  return is(entry->past->parent, "cancelled") || is(entry->past->parent, "superseded") ? "the contract does not stand"
                                                                                      : NULL;
}

static const char *needs_works_in_making(Replay *replay, const Entry *entry) {
  if (!is(entry->past->parent, "making"))
    return "the works order is not in production";
  const GPtrArray *lines = bucket(replay, "order_form_line", entry->order_id),
                  *reports = bucket(replay, "progress", entry->order_id);
  gint64 ordered = 0, cut = 0;
  for (guint i = 0; i < lines->len; i++)
    ordered += is(lines->pdata[i], "active") && is(((Past *)lines->pdata[i])->parent, "accepted")
                   ? number(lines->pdata[i], "quantity")
                   : 0;
  for (guint i = 0; i < reports->len; i++)
    cut += ((Past *)reports->pdata[i])->parent == entry->past->parent &&
                   !g_strcmp0(text(reports->pdata[i], "stage"), "cut")
               ? number(reports->pdata[i], "quantity")
               : 0;
  const char *stage = json_string_value(json_object_get(json_object_get(entry->changes, "stage"), "after"));
  cut += json_integer_value(json_object_get(json_object_get(entry->changes, "quantity"), "after"));
  return !g_strcmp0(stage, "cut") && cut > ordered ? "more is cut than was ordered" : NULL;
}

static const char *needs_nothing_shipped(Replay *replay, const Entry *entry) {
  return one_of(replay, "shipment", entry->order_id, "shipped") ||
                 one_of(replay, "shipment", entry->order_id, "delivered")
             ? "goods have left"
             : NULL;
}

static const char *needs_dealer(Replay *replay, const Entry *entry) {
  if (is(row_of(replay, "dealer", entry->dealer_id), "closed"))
    return "the dealer is closed";
  return !strcmp(entry->record, "order") && is(entry->past->parent, "closed") ? "the project is closed" : NULL;
}

static const char *needs_parent(const Entry *entry, const char *one, const char *other) {
  return is(entry->past->parent, one) || is(entry->past->parent, other) ? NULL : "what it is a line of is settled";
}
static const char *needs_editable(Replay *replay, const Entry *entry) {
  return needs_parent(entry, "draft", "returned");
}
static const char *needs_submitted_form(Replay *replay, const Entry *entry) {
  return needs_parent(entry, "submitted", "submitted");
}
static const char *needs_noticed(Replay *replay, const Entry *entry) {
  return needs_parent(entry, "noticed", "noticed");
}

static const struct {
  const char *command; /* or its beginning, up to the dot */
  const char *(*check)(Replay *replay, const Entry *entry);
} checks[] = {
    {"contact.create", needs_dealer},
    {"project.create", needs_dealer},
    {"order.create", needs_dealer},
    {"order.cancel", needs_nothing_shipped},
    {"order_form_line.check", needs_submitted_form},
    {"order_form_line.", needs_editable},
    {"instalment.", needs_editable},
    {"contract.create", needs_any_signed_drawing},
    {"contract.amend", needs_contract_in_force},
    {"contract.submit", needs_drawing_of_form},
    {"contract.sign", needs_drawing_of_form},
    {"contract.countersign", needs_signed_drawing},
    {"contract.file_copy", needs_signed_drawing},
    {"contract.accept_copy", needs_signed_drawing},
    {"receipt.notice", needs_standing_contract},
    {"allocation.", needs_noticed},
    {"works_order.submit", needs_deposit_and_drawing},
    {"works_order.sign", needs_deposit_and_drawing},
    {"works_order.confirm", needs_deposit_and_drawing},
    {"works_order.resume", needs_deposit_and_drawing},
    {"progress.report", needs_works_in_making},
    {"delivery_notice.create", needs_money},
    {"delivery_notice.submit", needs_money},
    {"delivery_notice.sign", needs_money},
    {"delivery_line.", needs_editable},
    {"shipment.ship", needs_money},
};

/* In a cancelled order nothing new begins; money and what was under way may still be put in order. */
static const char *begins_in_cancelled(Replay *replay, const Entry *entry) {
  static const char *const begins[] = {"order_form", "drawing",      "contract",       "receipt",         "works_order",
                                       "progress",   "inspection",   "supplied_goods",
                                       "stored_goods", "balance_notice", "delivery_notice", "shipment",
                                       NULL};
  return entry->made && g_strv_contains(begins, entry->record) &&
                 is(row_of(replay, "order", entry->order_id), "cancelled")
             ? "the order is cancelled"
             : NULL;
}

static void judge(Replay *replay, const Entry *entry) {
  const char *wrong = begins_in_cancelled(replay, entry);
  const gsize dot = strcspn(entry->command, ".");
  const gboolean own = dot == strlen(entry->record) && !strncmp(entry->command, entry->record, dot);
  for (guint i = 0; own && !wrong && i < G_N_ELEMENTS(checks); i++)
    if (checks[i].command[strlen(checks[i].command) - 1] == '.' ? !strncmp(entry->command, checks[i].command, dot + 1)
                                                                : !strcmp(entry->command, checks[i].command)) {
      wrong = checks[i].check(replay, entry);
      break; /* the first that fits says it all */
    }
  if (wrong && !replay->wrong)
    replay->wrong = g_strdup_printf("%s of %s %" G_GINT64_FORMAT " (order %" G_GINT64_FORMAT ") was done although %s",
                                    entry->command, entry->record, entry->past->id, entry->order_id, wrong);
}

/* ---- rebuilding rows ---- */
/* A value as the row's own text; several of them with commas between. NULL: unset. */
static char *text_of(const json_t *value) {
  if (json_is_string(value))
    return g_strdup(json_string_value(value));
  if (json_is_integer(value))
    return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
  if (json_is_boolean(value))
    return g_strdup(json_is_true(value) ? "true" : "false");
  if (!json_is_array(value))
    return NULL;
  g_autoptr(GString) several = g_string_new(NULL);
  for (gsize i = 0; i < json_array_size(value); i++) {
    g_autofree char *one = text_of(json_array_get(value, i));
    g_string_append_printf(several, "%s%s", i ? "," : "", one);
  }
  return g_strdup(several->str);
}

static void apply(Past *past, json_t *changes) {
  const char *name;
  json_t *change;
  json_object_foreach(changes, name, change) {
    char *value = text_of(json_object_get(change, "after"));
    if (value)
      g_hash_table_insert(past->fields, (gpointer)g_intern_string(name), value);
    else
      g_hash_table_remove(past->fields, name);
  }
}

/* The record that rows of this one are made under, or lines of. */
static const char *made_under(const char *record) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++)
    if (commands[i]->creates && commands[i]->under && !strcmp(commands[i]->record, record))
      return commands[i]->under;
  return dict_find(record)->parent;
}

static Past *row_made(Replay *replay, const char *record, gint64 id) {
  Past *past = row_of(replay, record, id);
  if (past)
    return past;
  past = g_new0(Past, 1);
  *past = (Past){.record = g_intern_string(record),
                 .id = id,
                 .fields = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free)};
  g_hash_table_insert(replay->rows, g_strdup_printf("%s:%" G_GINT64_FORMAT, record, id), past);
  return past;
}

static void replay_entry(Replay *replay, const DbCell *cell) {
  const gint64 id = cell[3].integer, parent = cell[7].integer;
  const char *under = parent ? made_under(cell[2].text) : NULL;
  Entry entry = {
      .command = cell[1].text, .record = cell[2].text, .order_id = cell[4].integer, .dealer_id = cell[5].integer};
  entry.changes = json_loads(cell[6].text, 0, NULL);
  entry.past = row_made(replay, entry.record, id);
  entry.made = !entry.past->told;
  entry.past->told = TRUE;
  entry.past->parent = under ? row_made(replay, under, parent) : NULL;
  judge(replay, &entry);
  apply(entry.past, entry.changes);
  if (entry.made)
    g_ptr_array_add(bucket(replay, entry.record, entry.order_id), entry.past);
  if (entry.made && !strcmp(entry.record, "allocation"))
    g_ptr_array_add(bucket(replay, entry.record, 0), entry.past);
  json_decref(entry.changes);
  replay->last = cell[0].integer;
}

typedef struct {
  Replay *replay;
  Arena *arena;
  const DbResult *page;
} Reading;
static gboolean read_page(DbTx *tx, gpointer data, GError **error) {
  Reading *reading = data;
  reading->page = db_query(tx, reading->arena,
                           "SELECT id, command, record, row_id, order_id, dealer_id, detail, parent_id FROM journal "
                           "WHERE id > $1 ORDER BY id LIMIT $2",
                           DB_ARGS(DB_I(reading->replay->last), DB_I(PAGE)), error);
  return reading->page != NULL;
}

/* ---- what came of it, beside the tables ---- */
static void compare(Replay *replay, const Record *record, const void *data) {
  const Row *row = data;
  const Past *past = row_of(replay, record->name, row->id);
  gboolean same = past && past->told && !g_strcmp0(text(past, "state"), row->state);
  const char *where = "state";
  for (guint i = 0; same && i < record->count; i++) {
    const Field *field = &record->fields[i];
    g_autofree char *value = !dict_is_set(field, row)    ? NULL
                             : dict_is_text(field)       ? g_strdup(*dict_text(field, row))
                             : field->kind == KIND_YESNO ? g_strdup(*dict_integer(field, row) ? "true" : "false")
                             : field->kind == KIND_DATE  ? date_format(*dict_integer(field, row))
                             : field->kind == KIND_TIME
                                 ? date_time_format(*dict_integer(field, row))
                                 : g_strdup_printf("%" G_GINT64_FORMAT, *dict_integer(field, row));
    same = !g_strcmp0(text(past, field->name), value);
    where = field->name;
  }
  if (!same && !replay->wrong)
    replay->wrong = g_strdup_printf("%s %" G_GINT64_FORMAT " is not what the journal says: %s", record->name, row->id,
                                    past ? where : "all of it");
}

static gboolean compare_all(DbTx *tx, gpointer data, GError **error) {
  Replay *replay = data;
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++) {
    if (!strcmp(records[i]->name, "file")) /* made by uploads, before any command */
      continue;
    g_autoptr(GPtrArray) rows = NULL;
    gint64 last = 0;
    do {
      g_autoptr(Arena) arena = arena_new();
      g_clear_pointer(&rows, g_ptr_array_unref);
      if (!(rows = dict_load_after(tx, arena, records[i], last, PAGE, error)))
        return FALSE;
      for (guint r = 0; r < rows->len; r++)
        compare(replay, records[i], rows->pdata[r]);
      last = rows->len ? ((Row *)rows->pdata[rows->len - 1])->id : 0;
    } while (rows->len);
  }
  return TRUE;
}

char *invariants_history(World *world) {
  Replay replay = {.world = world,
                   .rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, past_free),
                   .buckets =
                       g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref)};
  g_autoptr(GError) error = NULL;
  guint rows = 0;
  do {
    g_autoptr(Arena) arena = arena_new();
    Reading reading = {.replay = &replay, .arena = arena};
    if (!db_read(world->db, read_page, &reading, &error))
      g_error("the journal cannot be read: %s", error->message);
    rows = reading.page->rows;
    for (guint i = 0; i < rows; i++)
      replay_entry(&replay, DB_CELL(reading.page, i, 0));
  } while (rows);
  if (!replay.wrong && !db_read(world->db, compare_all, &replay, &error))
    g_error("the tables cannot be read: %s", error->message);
  g_hash_table_unref(replay.rows);
  g_hash_table_unref(replay.buckets);
  return replay.wrong;
}
