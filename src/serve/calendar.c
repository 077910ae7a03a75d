/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The working calendar: a year as a page, as a spreadsheet, and entered from one. Each row of it is the acts that would
   enter its days by hand, or change those that are there; all are done in one transaction, or none. */
#include "serve/calendar.h"
#include "base/date.h"
#include "party/party.h"
#include "workflow/import.h"
#include <string.h>

#define SHEET "sheet" /* the input that brings it */
enum { MOST_DAYS = 31 /* that one row may name; more is refused by the act that enters them */ };

static int year_asked(const Visit *visit) {
  guint64 year;
  const char *asked = request_query(visit->request, "year");
  if (asked && g_ascii_string_to_unsigned(asked, 10, 1901, 2998, &year, NULL))
    return (int)year;
  g_autofree char *today = date_format(engine_today(visit->app->engine));
  return (int)g_ascii_strtoll(today, NULL, 10);
}

/* "3.1.10": days that were new, changed and the same; NULL: nothing was imported just now. */
static const char *done_text(const Visit *visit) {
  const char *text = request_query(visit->request, "done");
  g_auto(GStrv) parts = g_strsplit(text ? text : "", ".", 4);
  guint64 counts[3];
  for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
    if (g_strv_length(parts) != G_N_ELEMENTS(counts) ||
        !g_ascii_string_to_unsigned(parts[i], 10, 0, SHEET_ROWS * MOST_DAYS, &counts[i], NULL))
      return NULL;
  return arena_printf(visit->request->arena,
                      visit_text(visit, N_("The spreadsheet is taken over. Days that are new: %d; changed: %d; as "
                                           "before: %d.")),
                      (int)counts[0], (int)counts[1], (int)counts[2]);
}

static gboolean show(Visit *visit, const View *view, GError **error) {
  Arena *arena = view->arena;
  Value *root = view_page(view, visit_text(visit, N_("Working calendar"))), *faults = value_list(arena);
  Value *calendar = view_calendar(view, year_asked(visit), error);
  if (!calendar)
    return FALSE;
  for (guint i = 0; i < visit->refusal->reasons->len; i++) {
    const Reason *reason = visit->refusal->reasons->pdata[i];
    Value *fault = value_append(arena, faults, value_map(arena));
    value_set_text(arena, fault, "message", arena_strdup(arena, reason->message));
  }
  value_set_text(arena, calendar, "done", done_text(visit));
  value_set_bool(arena, calendar, "has_faults", faults->count > 0);
  value_set(arena, calendar, "faults", faults);
  value_set(arena, root, "calendar", calendar);
  visit_send_page(visit, faults->count ? visit->refusal->status : 200, "calendar", root);
  return TRUE;
}

gboolean calendar_page(Visit *visit, const View *view, GError **error) {
  return view->viewer->roles & ROLE_DEALER ? visit_not_found(visit) : show(visit, view, error);
}

gboolean calendar_csv(Visit *visit, const View *view, GError **error) {
  if (view->viewer->roles & ROLE_DEALER)
    return visit_not_found(visit);
  const int year = year_asked(visit);
  guint count;
  const SheetColumn *columns = import_columns(view->arena, &holiday_record, &count);
  const Field *date = dict_column(&holiday_record, "date");
  const DictCondition where[] = {{.field = date, .op = DICT_FROM, .cell = DB_I(date_of(year, 1, 1))},
                                 {.field = date, .op = DICT_TO, .cell = DB_I(date_of(year, 12, 31))}};
  const DictPage page = {.where = where, .conditions = G_N_ELEMENTS(where), .sort = date, .ascending = TRUE,
                         .most = 366};
  g_autoptr(GPtrArray) rows = dict_load_page(view->tx, view->arena, &holiday_record, &page, NULL, error);
  GString *out = g_string_set_size(visit->response->body, 0);
  sheet_write_header(out, columns, count, view->viewer->language);
  for (guint i = 0; rows && i < rows->len; i++)
    sheet_write_row(out, columns, count, rows->pdata[i], view->viewer->language);
  visit->response->type = "text/csv; charset=utf-8";
  response_header(visit->response, "Content-Disposition",
                  arena_printf(view->arena, "attachment; filename=\"calendar-%d.csv\"", year));
  return rows != NULL;
}

/* ---- import ---- */
static const RequestPart *part_of(const Request *request) {
  for (guint i = 0; i < request->parts->len; i++) {
    const RequestPart *part = request->parts->pdata[i];
    if (!strcmp(part->field, SHEET) && part->size)
      return part;
  }
  return NULL;
}

static Sheet *read_sheet(Visit *visit, const RequestPart *part, GError **error) {
  Arena *arena = visit->request->arena;
  const char *language = visit->session.viewer.language;
  guint count;
  gsize size = 0;
  g_autofree char *bytes = NULL;
  const SheetColumn *columns = import_columns(arena, &holiday_record, &count);
  if (part->size <= SHEET_BYTES && !g_file_get_contents(part->path, &bytes, &size, error))
    return NULL;
  return sheet_read(arena, bytes ? bytes : "", bytes ? size : part->size, columns, count, language, visit->refusal);
}

/* What is wrong in a row, each with its cell; what a later row is refused for only because of an earlier one too. */
static void tell(Visit *visit, const Sheet *sheet, guint number, const Refusal *wrong) {
  Arena *arena = visit->request->arena;
  for (guint i = 0; i < wrong->reasons->len && visit->refusal->reasons->len < SHEET_REASONS; i++) {
    const Reason *reason = wrong->reasons->pdata[i];
    const char *cell = sheet_place(arena, sheet, reason->name, number);
    refusal_add(visit->refusal, wrong->status, REASON_FIELD, cell,
                sheet_sentence(arena, visit->session.viewer.language, cell, reason->message));
  }
}

/* What the rows come to: the acts that enter or change days, and for each the row that asks for it. */
typedef struct {
  Visit *visit;
  const Sheet *sheet;
  GArray *acts;    /* of Act; owned */
  GArray *numbers; /* of guint: the row of each as the spreadsheet counts it; owned */
  GPtrArray *inputs; /* of GHashTable: those of the acts on single days; owned */
  GHashTable *named; /* the days that a row names; owned */
  guint fresh, changed, same; /* days */
} Plan;

static void plan_clear(Plan *plan) {
  g_clear_pointer(&plan->acts, g_array_unref);
  g_clear_pointer(&plan->numbers, g_array_unref);
  g_clear_pointer(&plan->inputs, g_ptr_array_unref);
  g_clear_pointer(&plan->named, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plan, plan_clear)

static void add_act(Plan *plan, const char *command, const Row *row, GHashTable *inputs, guint number) {
  const Act act = {.viewer = &plan->visit->session.viewer, .admit = visit_admit, .admit_data = plan->visit,
                   .command = workflow_find(command), .id = row ? row->id : 0, .version = row ? row->version : 0,
                   .inputs = inputs};
  g_array_append_val(plan->acts, act);
  g_array_append_val(plan->numbers, number);
}

/* The inputs for one day of those that a row names. */
static GHashTable *inputs_of(const Plan *plan, const SheetRow *row, gint64 date) {
  GHashTable *inputs = g_hash_table_new(g_str_hash, g_str_equal);
  g_autofree char *day = date_format(date);
  static const char *const others[] = {"working", "name"};
  g_ptr_array_add(plan->inputs, inputs);
  g_hash_table_insert(inputs, (gpointer)"date", arena_strdup(plan->visit->request->arena, day));
  for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    if (g_hash_table_contains(row->cells, others[i]))
      g_hash_table_insert(inputs, (gpointer)others[i], g_hash_table_lookup(row->cells, others[i]));
  return inputs;
}

/* One day: new, as it is already, or another than it is. there: the calendar's own entry, or NULL. */
static void plan_day(Plan *plan, const SheetRow *row, const Holiday *day, const Holiday *there) {
  GHashTable *inputs = inputs_of(plan, row, day->date);
  const gboolean same = there && there->working == day->working && !g_strcmp0(there->name, day->name);
  plan->same += same;
  plan->changed += there && !same;
  plan->fresh += !there;
  if (!same)
    add_act(plan, there ? "holiday.change" : "holiday.add", there ? &there->row : NULL, inputs, row->number);
}

/* Whether the row names days, read into `day`; one that does not is left to the act that enters it, which says why. */
static gboolean read_days(const Plan *plan, const SheetRow *row, Holiday *day) {
  static const char *const names[] = {"date", "last_day", "working", "name"};
  g_autoptr(Refusal) wrong = refusal_new();
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *text = g_hash_table_lookup(row->cells, names[i]);
    if (text)
      dict_parse(plan->visit->request->arena, dict_field(&holiday_record, names[i]), text, INPUT_FORM,
                 plan->visit->session.viewer.language, day, wrong);
  }
  day->last_day = day->last_day == DICT_UNSET ? day->date : day->last_day;
  return !refusal_any(wrong) && day->date != DICT_UNSET && day->working != DICT_UNSET && day->name &&
         day->last_day >= day->date && day->last_day - day->date <= MOST_DAYS;
}

/* Whether no row before it names the day. */
static gboolean is_first(Plan *plan, gint64 date) {
  return g_hash_table_add(plan->named, GSIZE_TO_POINTER((gsize)date));
}

static gboolean plan_rows(DbTx *tx, gpointer data, GError **error) {
  Plan *plan = data;
  Arena *arena = plan->visit->request->arena;
  g_autoptr(GPtrArray) all = dict_load_by(tx, arena, &holiday_record, "state", DB_T("active"), error);
  g_autoptr(GHashTable) there = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; all && i < all->len; i++)
    g_hash_table_insert(there, &((Holiday *)all->pdata[i])->date, all->pdata[i]);
  for (guint i = 0; all && i < plan->sheet->rows->len; i++) {
    const SheetRow *row = &g_array_index(plan->sheet->rows, SheetRow, i);
    Holiday *day = dict_new_row(arena, &holiday_record);
    if (!read_days(plan, row, day)) {
      add_act(plan, "holiday.add", NULL, row->cells, row->number);
      continue;
    }
    for (; day->date <= day->last_day; day->date++)
      if (is_first(plan, day->date))
        plan_day(plan, row, day, g_hash_table_lookup(there, &day->date));
      else /* which is refused, for the day has an entry by then */
        add_act(plan, "holiday.add", NULL, inputs_of(plan, row, day->date), row->number);
  }
  return all != NULL;
}

/* All that the rows come to, in one transaction. */
static gboolean enter(Plan *plan, const RequestPart *part, GError **error) {
  Visit *visit = plan->visit;
  const guint count = plan->acts->len;
  const char *key = request_field(visit->request, "_key");
  g_autofree Done *dones = g_new0(Done, count + 1);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func((GDestroyNotify)refusal_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add(refusals, refusal_new());
  if (!count)
    return TRUE;
  Act *acts = (Act *)plan->acts->data;
  acts[0].key = key && *key ? arena_printf(visit->request->arena, "%s %.16s", key, part->sha256) : NULL;
  if (engine_run_all(visit->app->engine, acts, count, dones, (Refusal *const *)refusals->pdata, error))
    return TRUE;
  for (guint i = 0; i < count; i++)
    tell(visit, plan->sheet, g_array_index(plan->numbers, guint, i), refusals->pdata[i]);
  return FALSE;
}

static gboolean show_again(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  const View view = visit_view(visit, tx);
  return show(visit, &view, error);
}

/* The page of the year that the first row is of, which says what came of the rows. */
static const char *after_import(const Plan *plan) {
  const char *date = g_hash_table_lookup(g_array_index(plan->sheet->rows, SheetRow, 0).cells, "date");
  return arena_printf(plan->visit->request->arena, "/calendar?year=%.4s&done=%u.%u.%u", date ? date : "", plan->fresh,
                      plan->changed, plan->same);
}

static void send_counts(const Plan *plan) {
  Arena *arena = plan->visit->request->arena;
  Value *answer = value_map(arena);
  value_set_integer(arena, answer, "rows", VALUE_NUMBER, plan->sheet->rows->len);
  value_set_integer(arena, answer, "new", VALUE_NUMBER, plan->fresh);
  value_set_integer(arena, answer, "changed", VALUE_NUMBER, plan->changed);
  value_set_integer(arena, answer, "same", VALUE_NUMBER, plan->same);
  visit_send_json(plan->visit, 200, "application/json", answer);
}

gboolean calendar_import(Visit *visit, GError **error) {
  if (!workflow_may(&visit->session.viewer, workflow_maker(&holiday_record)))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role",
                       visit_text(visit, N_("This is not among your tasks; ask the person whose role it is.")));
  const RequestPart *part = part_of(visit->request);
  if (!part)
    refusal_addf(visit->refusal, REFUSAL_INVALID, REASON_FIELD, SHEET, visit_text(visit, N_("%s: this is needed.")),
                 visit_text(visit, N_("Spreadsheet (CSV)")));
  GError *fault = NULL;
  g_autoptr(Sheet) sheet = part ? read_sheet(visit, part, &fault) : NULL;
  g_auto(Plan) plan = {.visit = visit, .sheet = sheet, .acts = g_array_new(FALSE, FALSE, sizeof(Act)),
                       .numbers = g_array_new(FALSE, FALSE, sizeof(guint)), .named = g_hash_table_new(NULL, NULL),
                       .inputs = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref)};
  if (sheet && db_read(engine_db(visit->app->engine), plan_rows, &plan, &fault) && enter(&plan, part, &fault)) {
    if (visit->api)
      send_counts(&plan);
    else
      response_redirect(visit->response, after_import(&plan));
    return TRUE;
  }
  if (fault)
    g_propagate_error(error, fault);
  return !fault && !visit->api && db_read(engine_db(visit->app->engine), show_again, visit, error);
}
