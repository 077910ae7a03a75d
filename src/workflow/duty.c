/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties: what waits on whom since when and until when. Opened and closed as rows change state; read by whom they wait
   on, and once overdue by whom they escalate to. A duty names its role, and the person where it is not anyone of the
   role: the order's own clerk, the row's own dealer. */
#include "workflow/engine.h"
#include "base/date.h"
#include <string.h>

/* Whom a duty waits on: a role, and one person of it (0: anyone). */
typedef struct {
  guint role;
  gint64 person;
} Whom;

/* The roles that have signed in the stage the row is in, where who owes it signs there beside others. */
static gboolean find_signed(Context *context, const Duty *duty, const Row *row, guint *given, GError **error) {
  const Record *record = dict_find(duty->record);
  guint count;
  const Command *const *commands = workflow_commands(&count);
  *given = 0;
  for (guint i = 0; i < count && !*given; i++) {
    const gboolean of_record = !strcmp(commands[i]->record, record->name);
    const Stage *stage = of_record ? workflow_stage(commands[i]->chain, row->state) : NULL;
    if (stage && (stage->roles & duty->role) && stage->roles != duty->role &&
        !approval_given(context, record, row->id, stage->from, given, error))
      return FALSE;
  }
  return TRUE;
}

/* Whether the row owes it now. FALSE with error on a fault. */
static gboolean is_owed(Context *context, const Duty *duty, void *row, GError **error) {
  guint given;
  if (g_strcmp0(duty->state, ((Row *)row)->state) || !find_signed(context, duty, row, &given, error) ||
      (given & duty->role))
    return FALSE; /* who has signed owes nothing more, though others of the stage still do */
  if (!duty->until)
    return TRUE;
  void *acted_on = context->row;
  context->row = row;
  const gboolean owed = duty->until->check(context, error) != NULL;
  context->row = acted_on;
  return owed;
}

static gint64 due_in(Context *context, const Duty *duty, GError **error) {
  const gint64 days = duty->setting ? context_setting(context, duty->setting, NULL, error) : duty->days;
  return calendar_add(context->calendar, context->today, (int)days);
}

/* Nothing is overdue before it arose, and days count from then, whatever is done to the row meanwhile. due: of what is
   owed already; G_MAXINT64: it arises today. */
static gint64 due_date(Context *context, const Duty *duty, const Record *record, const void *row, gint64 due,
                       GError **error) {
  const gint64 date = duty->due_field ? *dict_integer(dict_field(record, duty->due_field), row) : DICT_UNSET;
  if (date == DICT_UNSET)
    return due == G_MAXINT64 ? due_in(context, duty, error) : due;
  return MAX(date - duty->before_days, MIN(due, context->today));
}

static gboolean has_clerk(const Record *order) {
  return order && dict_field(order, "clerk");
}

static gint64 clerk_of(Context *context, gint64 order_id, GError **error) {
  return order_id && has_clerk(dict_root(DICT_ROOT(order_id)))
             ? context_number(context, "SELECT clerk FROM \"order\" WHERE id = $1", DB_ARGS(DB_I(order_id)), error)
             : 0;
}

/* Its money may still be put in order, but nothing waits on anybody. */
static gboolean is_cancelled(Context *context, gint64 order_id, GError **error) {
  return order_id && has_clerk(dict_root(DICT_ROOT(order_id))) &&
         context_number(context, "SELECT COUNT(*) FROM \"order\" WHERE id = $1 AND state = 'cancelled'",
                        DB_ARGS(DB_I(order_id)), error) > 0;
}

static guint role_of(const Duty *duty, const Record *record, const void *row) {
  return duty->role_field ? workflow_role(*dict_text(dict_field(record, duty->role_field), row)) : duty->role;
}

static Whom who_owes(Context *context, const Duty *duty, const Record *record, const void *data, GError **error) {
  const Row *row = data;
  const guint role = role_of(duty, record, data);
  const gint64 named = duty->person_field ? *dict_integer(dict_field(record, duty->person_field), data) : DICT_UNSET;
  return (Whom){role, named != DICT_UNSET     ? named
                      : role == ROLE_CLERK  ? clerk_of(context, row->order_id, error)
                      : role == ROLE_DEALER ? row->dealer_id
                                            : 0};
}

static gboolean insert(Context *context, const Duty *duty, const Record *record, const Row *row, gint64 due,
                       GError **error) {
  const Whom whom = who_owes(context, duty, record, row, error);
  const gint64 id = db_next_id(context->tx, "duty", error);
  const guint told = duty->escalates == whom.role ? 0 : duty->escalates; /* they see it anyway */
  const gint64 clerk = told == ROLE_CLERK ? clerk_of(context, row->order_id, error) : 0;
  return id > 0 && db_exec(context->tx,
                           "INSERT INTO duty (id, name, record, row_id, order_id, dealer_id, role, person, told_role,"
                           " told_person, since, due) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
                           DB_ARGS(DB_I(id), DB_T(duty->name), DB_T(record->name), DB_I(row->id), DB_I(row->order_id),
                                   DB_I(row->dealer_id), DB_I(whom.role), DB_I(whom.person), DB_I(told),
                                   DB_I(clerk), DB_I(context->now), DB_I(due)),
                           error) == 1;
}

static gboolean open_duty(Context *context, const Duty *duty, const Record *record, const void *data, GError **error) {
  const Row *row = data;
  const DbResult *found = db_query(context->tx, context->arena,
                                   "SELECT id, due FROM duty WHERE name = $1 AND row_id = $2 AND closed_at IS NULL",
                                   DB_ARGS(DB_T(duty->name), DB_I(row->id)), error);
  if (!found)
    return FALSE;
  const gboolean there = found->rows > 0;
  const gint64 due = due_date(context, duty, record, data, there ? DB_CELL(found, 0, 1)->integer : G_MAXINT64, error);
  if (!there)
    return (!duty->outlives && is_cancelled(context, row->order_id, error)) ||
           insert(context, duty, record, row, due, error);
  const Whom whom = who_owes(context, duty, record, data, error);
  return db_exec(context->tx,
                 "UPDATE duty SET due = CASE WHEN renewed_at IS NULL THEN CAST($2 AS BIGINT) ELSE due END, role = $4,"
                 " person = $5, escalated_at = CASE WHEN CASE WHEN renewed_at IS NULL THEN CAST($2 AS BIGINT) ELSE due"
                 " END < CAST($3 AS BIGINT) THEN escalated_at END WHERE id = $1",
                 DB_ARGS(DB_I(DB_CELL(found, 0, 0)->integer), DB_I(due), DB_I(context->today), DB_I(whom.role),
                         DB_I(whom.person)), error) == 1;
}

/* ---- from the last event ---- */
static gboolean renews(const Duty *duty, const Record *record, const Row *row) {
  const gsize length = strlen(record->name);
  for (const char *const *event = duty->renewed_by; event && *event; event++)
    if (!strncmp(*event, record->name, length) &&
        (!(*event)[length] || ((*event)[length] == '.' && !g_strcmp0(*event + length + 1, row->state))))
      return TRUE;
  return FALSE;
}

/* What the house did lets the days count anew, but no day of its own comes earlier by that; what the dealer does says
   nothing of what the house owes. */
static gboolean renew(Context *context, const Duty *duty, const Record *record, const Row *row, GError **error) {
  const Command *maker = workflow_maker(record);
  const gboolean on_row = maker && !g_strcmp0(maker->under, duty->record);
  return (context->viewer->roles & ROLE_DEALER) ||
         db_exec(context->tx,
                 "UPDATE duty SET due = CASE WHEN CAST($6 AS BIGINT) = 1 AND due > CAST($3 AS BIGINT) THEN due ELSE"
                 " CAST($3 AS BIGINT) END, since = $4, renewed_at = $4, escalated_at = NULL WHERE name = $1 AND"
                 " order_id = $2 AND closed_at IS NULL AND (CAST($5 AS BIGINT) = 0 OR row_id = $5)",
                 DB_ARGS(DB_T(duty->name), DB_I(row->order_id), DB_I(due_in(context, duty, error)), DB_I(context->now),
                         DB_I(on_row ? row->parent_id : 0), DB_I(duty->due_field != NULL)), error) >= 0;
}

/* Closes what is owed to a cancelled order. */
static gboolean end_all(Context *context, gint64 order_id, GError **error) {
  guint count;
  const Duty *duties = workflow_duties(&count);
  for (guint i = 0; i < count; i++)
    if (!duties[i].outlives &&
        db_exec(context->tx, "UPDATE duty SET closed_at = $3 WHERE order_id = $1 AND name = $2 AND closed_at IS NULL",
                DB_ARGS(DB_I(order_id), DB_T(duties[i].name), DB_I(context->now)), error) < 0)
      return FALSE;
  return TRUE;
}

static gboolean follow(Context *context, const Duty *duty, const Record *record, void *row, GError **error) {
  GError *fault = NULL;
  const gboolean owed = is_owed(context, duty, row, &fault);
  if (fault) {
    g_propagate_error(error, fault);
    return FALSE;
  }
  return owed ? open_duty(context, duty, record, row, error)
              : db_exec(context->tx,
                        "UPDATE duty SET closed_at = $3 WHERE name = $1 AND row_id = $2 AND closed_at IS NULL",
                        DB_ARGS(DB_T(duty->name), DB_I(((const Row *)row)->id), DB_I(context->now)), error) >= 0;
}

static gboolean settle(Context *context, const Duty *duty, gint64 order_id, GError **error) {
  const Record *record = dict_find(duty->record);
  g_autoptr(GPtrArray) rows = dict_load_by(context->tx, context->arena, record, "order_id", DB_I(order_id), error);
  for (guint i = 0; rows && i < rows->len; i++)
    if (!g_strcmp0(((Row *)rows->pdata[i])->state, duty->state) &&
        !follow(context, duty, record, rows->pdata[i], error))
      return FALSE;
  return rows != NULL;
}

/* What a row says who owes stays with that person. */
static gboolean settle_named(Context *context, gint64 order_id, GError **error) {
  guint count;
  const Duty *duties = workflow_duties(&count);
  for (guint i = 0; i < count; i++)
    if (duties[i].person_field && !settle(context, &duties[i], order_id, error))
      return FALSE;
  return TRUE;
}

/* What the order's clerk owes goes with the order to another clerk. */
static gboolean follow_order(Context *context, const Record *order, const Row *row, GError **error) {
  if (!has_clerk(order))
    return TRUE;
  if (!g_strcmp0(row->state, "cancelled"))
    return end_all(context, row->id, error);
  const gint64 clerk = *dict_integer(dict_field(order, "clerk"), row);
  const gint64 handed = clerk == DICT_UNSET
                          ? 0
                          : db_exec(context->tx,
                                    "UPDATE duty SET person = CASE WHEN role = $3 THEN $2 ELSE person END,"
                                    " told_person = CASE WHEN told_role = $3 THEN $2 ELSE told_person END"
                                    " WHERE order_id = $1 AND closed_at IS NULL AND ((role = $3 AND person <> $2) OR"
                                    " (told_role = $3 AND told_person <> $2))",
                                    DB_ARGS(DB_I(row->id), DB_I(clerk), DB_I(ROLE_CLERK)), error);
  return handed == 0 || (handed > 0 && settle_named(context, row->id, error));
}

gboolean duty_settle(Context *context, GError **error) {
  guint count;
  const Duty *duties = workflow_duties(&count);
  for (guint i = 0; i < count; i++)
    if (duties[i].until && g_strv_contains(duties[i].asked_after, context->command->name))
      for (guint k = 0; k < context->changes->len; k++)
        if (!settle(context, &duties[i], g_array_index(context->changes, EngineChange, k).order_id, error))
          return FALSE;
  return TRUE;
}

gboolean duty_follow(Context *context, const Record *record, const void *row, GError **error) {
  guint count;
  const Duty *duties = workflow_duties(&count);
  for (guint i = 0; i < count; i++)
    if ((!strcmp(duties[i].record, record->name) && !follow(context, &duties[i], record, (void *)row, error)) ||
        (renews(&duties[i], record, row) && !renew(context, &duties[i], record, row, error)))
      return FALSE;
  return record->root != DICT_ROOT(order_id) || follow_order(context, record, row, error);
}

/* ---- reading ---- */
/* Those whom the viewer stands in for today, by name. */
static gboolean add_absent(DbTx *tx, Arena *arena, const Viewer *viewer, gint64 today, GArray *whom, GError **error) {
  if (!viewer->substitutes || !dict_find("absence"))
    return TRUE;
  const DbResult *found = db_query(tx, arena,
                                   "SELECT \"user\", role FROM absence WHERE substitute = $1 AND state = 'stated'"
                                   " AND first_day <= $2 AND last_day >= $2",
                                   DB_ARGS(DB_I(viewer->user_id), DB_I(today)), error);
  for (guint i = 0; found && i < found->rows; i++) {
    const DbCell *role = DB_CELL(found, i, 1); /* unset: every role */
    const guint roles = viewer->substitutes & (role->kind == DB_NULL ? ~0u : workflow_role(role->text));
    for (guint bit = 1; bit <= ROLE_DEALER; bit <<= 1) {
      const Whom absent = {bit, DB_CELL(found, i, 0)->integer};
      if (roles & bit)
        g_array_append_val(whom, absent);
    }
  }
  return found != NULL;
}

static GArray *whom_of(DbTx *tx, Arena *arena, const Viewer *viewer, gint64 today, GError **error) {
  g_autoptr(GArray) whom = g_array_new(FALSE, FALSE, sizeof(Whom));
  const guint roles = viewer->roles | viewer->substitutes;
  for (guint bit = 1; bit <= ROLE_DEALER; bit <<= 1) {
    const Whom anyone = {bit, bit == ROLE_DEALER ? viewer->dealer_id : 0};
    const Whom self = {bit, viewer->user_id};
    if ((roles & bit) && (bit != ROLE_DEALER || viewer->dealer_id))
      g_array_append_val(whom, anyone);
    if ((viewer->roles & bit) && bit != ROLE_DEALER)
      g_array_append_val(whom, self);
  }
  return add_absent(tx, arena, viewer, today, whom, error) ? g_steal_pointer(&whom) : NULL;
}

#define WAITS "closed_at IS NULL AND role = $1 AND person = $2"
#define TOLD "closed_at IS NULL AND escalated_at IS NOT NULL AND told_role = $1 AND told_person = $2"
#define PAGE(condition)                                                                                              \
  "SELECT id, name, row_id, order_id, dealer_id, person, since, due, role, renewed_at FROM duty WHERE " condition  \
  " AND (due, id) > ($3, $4) ORDER BY due, id LIMIT $5"
#define COUNT(condition)                                                                                             \
  "SELECT count(*) FROM (SELECT 1 FROM duty WHERE " condition " AND due < $3 LIMIT $4) AS c"

static void take_waits(Arena *arena, const DbResult *found, gboolean told, GPtrArray *waits) {
  for (guint i = 0; i < found->rows; i++) {
    const DbCell *cell = DB_CELL(found, i, 0);
    DutyWait *wait = arena_new_of(arena, DutyWait, 1);
    *wait = (DutyWait){.id = cell[0].integer, .duty = workflow_duty(cell[1].text), .row_id = cell[2].integer,
                       .order_id = cell[3].integer, .dealer_id = cell[4].integer, .person = cell[5].integer,
                       .since = cell[6].integer, .due = cell[7].integer,
                       .role = (guint)cell[8].integer, .told = told, .renewed = cell[9].kind == DB_INTEGER};
    g_ptr_array_add(waits, wait);
  }
}

static int more_urgent(gconstpointer one, gconstpointer other) {
  const DutyWait *a = *(DutyWait *const *)one, *b = *(DutyWait *const *)other;
  const int differs = a->due != b->due ? (a->due < b->due ? -1 : 1) : (a->id > b->id) - (a->id < b->id);
  return differs ? differs : a->told - b->told;
}

GPtrArray *duty_load(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const DutyWait *behind, guint most,
                     GError **error) {
  static const char *const statements[] = {PAGE(WAITS), PAGE(TOLD)};
  g_autoptr(GPtrArray) waits = g_ptr_array_new();
  g_autoptr(GArray) whom = whom_of(tx, arena, viewer, engine_today(engine), error);
  for (guint i = 0; whom && i < 2 * whom->len; i++) {
    const Whom *one = &g_array_index(whom, Whom, i / 2);
    const DbResult *found = db_query(tx, arena, statements[i % 2],
                                     DB_ARGS(DB_I(one->role), DB_I(one->person),
                                             DB_I(behind ? behind->due : G_MININT32), DB_I(behind ? behind->id : 0),
                                             DB_I(most)), error);
    if (!found)
      return NULL;
    take_waits(arena, found, i % 2 == 1, waits);
  }
  g_ptr_array_sort(waits, more_urgent);
  for (guint i = waits->len; i-- > 1;) /* what waits on the viewer and is told to the viewer too comes once */
    if (((DutyWait *)waits->pdata[i])->id == ((DutyWait *)waits->pdata[i - 1])->id)
      g_ptr_array_remove_index(waits, i);
  g_ptr_array_set_size(waits, (int)MIN(waits->len, most));
  return whom ? g_steal_pointer(&waits) : NULL;
}

void duty_foresee(DbTx *tx, Arena *arena, const DutyWait *wait) {
  const struct {
    const Record *record;
    gint64 id;
  } named[] = {{wait->duty ? dict_find(wait->duty->record) : NULL, wait->row_id},
               {dict_root(DICT_ROOT(order_id)), wait->order_id},
               {dict_root(DICT_ROOT(dealer_id)), wait->dealer_id},
               {wait->role == ROLE_DEALER ? NULL : dict_find("user"), wait->person}};
  for (guint i = 0; i < G_N_ELEMENTS(named); i++)
    if (named[i].record)
      dict_foresee(tx, arena, named[i].record, named[i].id);
}

gint64 duty_count(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, gboolean told, gint64 before,
                  GError **error) {
  static const char *const statements[] = {COUNT(WAITS), COUNT(TOLD)};
  g_autoptr(GArray) whom = whom_of(tx, arena, viewer, engine_today(engine), error);
  gint64 count = 0;
  for (guint i = 0; whom && i < whom->len; i++) {
    const Whom *one = &g_array_index(whom, Whom, i);
    const DbResult *found = db_query(tx, arena, statements[told != FALSE],
                                     DB_ARGS(DB_I(one->role), DB_I(one->person), DB_I(before), DB_I(DICT_COUNTED + 1)),
                                     error);
    if (!found)
      return -1;
    count += DB_CELL(found, 0, 0)->integer;
  }
  return whom ? MIN(count, DICT_COUNTED + 1) : -1;
}

gint64 duty_count_named(DbTx *tx, Arena *arena, const Duty *duty, GError **error) {
  const DbResult *found = db_query(tx, arena, "SELECT count(*) FROM (SELECT 1 FROM duty WHERE name = $1 AND closed_at"
                                              " IS NULL LIMIT $2) AS c",
                                   DB_ARGS(DB_T(duty->name), DB_I(DICT_COUNTED + 1)), error);
  return found ? DB_CELL(found, 0, 0)->integer : -1;
}

gboolean duty_roles(DbTx *tx, Arena *arena, gint64 order, guint *roles, GError **error) {
  const DbResult *found = dict_ask(tx, arena, dict_root(DICT_ROOT(order_id)),
                                   "SELECT order_id, role FROM duty WHERE closed_at IS NULL AND order_id = $1",
                                   DB_ARGS(DB_I(order)), error);
  *roles = 0;
  for (guint i = 0; found && i < found->rows; i++)
    *roles |= (guint)DB_CELL(found, i, 1)->integer;
  return found != NULL;
}

/* ---- escalation ---- */
static gboolean escalate(DbTx *tx, gpointer data, GError **error) {
  Engine *engine = data;
  return db_exec(tx, "UPDATE duty SET escalated_at = $1 WHERE closed_at IS NULL AND escalated_at IS NULL AND due < $2",
                 DB_ARGS(DB_I(engine_now(engine)), DB_I(engine_today(engine))), error) >= 0;
}

gboolean duty_escalate(Engine *engine, GError **error) {
  return db_write(engine->db, escalate, engine, error);
}
