/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The working calendar: a year as a page, as a spreadsheet, and entered from one. Each row of it is the act that would
   enter it by hand; all are done in one transaction, or none. */
#include "serve/calendar.h"
#include "base/date.h"
#include "party/party.h"
#include "workflow/import.h"
#include <string.h>

#define SHEET "sheet" /* the input that brings it */

static int year_asked(const Visit *visit) {
  guint64 year;
  const char *asked = request_query(visit->request, "year");
  if (asked && g_ascii_string_to_unsigned(asked, 10, 1901, 2998, &year, NULL))
    return (int)year;
  g_autofree char *today = date_format(engine_today(visit->app->engine));
  return (int)g_ascii_strtoll(today, NULL, 10);
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

/* All rows as acts of one transaction. */
static gboolean enter(Visit *visit, const Sheet *sheet, const RequestPart *part, GError **error) {
  const guint count = sheet->rows->len;
  const Request *request = visit->request;
  const char *key = visit->api ? request_header(request, "Idempotency-Key") : request_field(request, "_key");
  g_autofree Act *acts = g_new0(Act, count);
  g_autofree Done *dones = g_new0(Done, count);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func((GDestroyNotify)refusal_free);
  for (guint i = 0; i < count; i++) {
    acts[i] = (Act){.viewer = &visit->session.viewer, .admit = visit_admit, .admit_data = visit,
                    .command = workflow_maker(&holiday_record),
                    .inputs = g_array_index(sheet->rows, SheetRow, i).cells};
    g_ptr_array_add(refusals, refusal_new());
  }
  acts[0].key = key && *key ? arena_printf(visit->request->arena, "%s %.16s", key, part->sha256) : NULL;
  if (engine_run_all(visit->app->engine, acts, count, dones, (Refusal *const *)refusals->pdata, error))
    return TRUE;
  for (guint i = 0; i < count; i++)
    tell(visit, sheet, g_array_index(sheet->rows, SheetRow, i).number, refusals->pdata[i]);
  return FALSE;
}

static gboolean show_again(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  const View view = visit_view(visit, tx);
  return show(visit, &view, error);
}

/* The page of the year that the first row is of. */
static const char *after_import(Visit *visit, const Sheet *sheet) {
  const char *date = g_hash_table_lookup(g_array_index(sheet->rows, SheetRow, 0).cells, "date");
  return arena_printf(visit->request->arena, "/calendar?year=%.4s", date ? date : "");
}

static void send_count(Visit *visit, guint rows) {
  Value *answer = value_map(visit->request->arena);
  value_set_integer(visit->request->arena, answer, "rows", VALUE_NUMBER, rows);
  visit_send_json(visit, 200, "application/json", answer);
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
  if (sheet && enter(visit, sheet, part, &fault)) {
    if (visit->api)
      send_count(visit, sheet->rows->len);
    else
      response_redirect(visit->response, after_import(visit, sheet));
    return TRUE;
  }
  if (fault)
    g_propagate_error(error, fault);
  return !fault && !visit->api && db_read(engine_db(visit->app->engine), show_again, visit, error);
}
