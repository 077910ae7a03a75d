/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of an order.json that bars and sheets share, and what people read of a job. */
#include "workshop/cut-job.h"
#include "base/lang.h"
#include <string.h>

const char *const cut_job_kinds[] = {"bars", "sheets", NULL}, *const cut_job_units[] = {"0.1mm", "mm", NULL};

static void read_list(CutJob *job, CutJsonReader *reader, const char *name, CutJobLine read) {
  json_t *list = json_object_get(job->source, name), *line;
  size_t i;
  if (!list)
    return;
  if (!json_is_array(list)) {
    cut_json_fault(reader, name, N_("not a list"));
    return;
  }
  if (json_array_size(list) > CUT_PIECES_MAX) {
    cut_json_fault(reader, name, N_("more than %d lines"), CUT_PIECES_MAX);
    return;
  }
  json_array_foreach(list, i, line) {
    g_autofree char *place = g_strdup_printf("%s[%zu]", name, i);
    read(job, reader, line, place);
  }
}

static gboolean are_priced(const CutJob *job, CutJsonReader *reader) {
  json_t *list = json_object_get(job->source, "stocks"), *stock;
  size_t i, stated = 0;
  json_array_foreach(list, i, stock)
    stated += json_object_get(stock, "price") != NULL;
  if (stated > 0 && stated < json_array_size(list))
    cut_json_fault(reader, "stocks", N_("some have a price and some have none"));
  return stated > 0;
}

void cut_job_read_lists(CutJob *job, CutJsonReader *reader, CutJobLine stock, CutJobLine offcut, CutJobLine piece) {
  read_list(job, reader, "stocks", stock);
  read_list(job, reader, "offcuts", offcut);
  read_list(job, reader, "pieces", piece);
  job->priced = are_priced(job, reader);
}

gint64 cut_job_worth(gint64 size, gint64 percent, gint64 price, gint64 of_size) {
  const __int128 worth = (__int128)size * percent * price / ((__int128)100 * MAX(1, of_size));
  return (gint64)CLAMP(worth, 1, CUT_PRICE_MAX);
}

CutJob *cut_job_read(json_t *source, const char *language, GError **error) {
  g_autoptr(CutJob) job = g_new0(CutJob, 1);
  g_autoptr(GString) faults = g_string_new(NULL);
  job->source = json_incref(source);
  job->texts = g_string_chunk_new(4096);
  job->tags = g_array_new(FALSE, TRUE, sizeof(CutTag));
  CutJsonReader reader = {.faults = faults, .texts = job->texts, .language = language};
  const char *kind = json_string_value(json_object_get(source, "cut"));
  job->offcut_percent = 100;
  if (g_strcmp0(kind, cut_job_kinds[CUT_JOB_BARS]) == 0)
    cut_job_read_bars(job, &reader);
  else if (g_strcmp0(kind, cut_job_kinds[CUT_JOB_SHEETS]) == 0)
    cut_job_read_sheets(job, &reader);
  else
    cut_json_fault(&reader, "cut", N_("neither \"bars\" nor \"sheets\""));
  if (reader.count > 1000)
    g_string_append_printf(faults, lang_text(language, N_("\n... and %u more")), reader.count - 1000);
  if (reader.count == 0)
    return g_steal_pointer(&job);
  g_set_error_literal(error, CUT_ERROR, CUT_ERROR_ORDER, faults->str);
  return NULL;
}

CutJob *cut_job_load(const char *path, const char *language, GError **error) {
  json_t *source = cut_json_load(path, CUT_JOB_FILE_MAX, language, error);
  if (!source)
    return NULL;
  CutJob *job = cut_job_read(source, language, error);
  json_decref(source);
  return job;
}

static CutJob *bare(CutJobKind kind, gsize pieces) {
  CutJob *job = g_new0(CutJob, 1);
  *job = (CutJob){.kind = kind, .unit = 1, .source = json_object(), .tags = g_array_new(FALSE, TRUE, sizeof(CutTag))};
  g_array_set_size(job->tags, (guint)pieces);
  return job;
}

CutJob *cut_job_of_bars(const CutOrder *order) {
  CutJob *job = bare(CUT_JOB_BARS, order->n_pieces);
  job->bars = *order;
  job->kerf = order->kerf;
  return job;
}

CutJob *cut_job_of_sheets(const CutSheetOrder *order) {
  CutJob *job = bare(CUT_JOB_SHEETS, order->n_items);
  job->sheets = *order;
  job->kerf = order->rules.kerf;
  return job;
}

void cut_job_free(CutJob *job) {
  if (!job)
    return;
  g_clear_pointer(&job->tags, g_array_unref);
  g_clear_pointer(&job->pieces, g_array_unref);
  g_clear_pointer(&job->stocks, g_array_unref);
  g_clear_pointer(&job->defects, g_ptr_array_unref);
  g_clear_pointer(&job->texts, g_string_chunk_free);
  json_decref(job->source);
  g_free(job);
}

const char *cut_job_language(const CutJob *job) {
  return job->kind == CUT_JOB_BARS ? job->bars.language : job->sheets.language;
}

char *cut_job_length(const CutJob *job, gint64 length) {
  if (job->unit == 1 || length % 10 == 0)
    return g_strdup_printf("%" G_GINT64_FORMAT, job->unit == 1 ? length : length / 10);
  return g_strdup_printf("%s%" G_GINT64_FORMAT ".%d", length < 0 ? "-" : "", ABS(length / 10), (int)ABS(length % 10));
}

char *cut_job_stock_size(const CutJob *job, gint64 stock) {
  if (job->kind == CUT_JOB_BARS)
    return cut_job_length(job, job->bars.stocks[stock].length);
  const CutSheet *sheet = &job->sheets.sheets[stock];
  g_autofree char *width = cut_job_length(job, sheet->width), *height = cut_job_length(job, sheet->height);
  return g_strdup_printf("%s × %s", width, height);
}

const char *cut_job_stock_name(const CutJob *job, gint64 stock) {
  return job->kind == CUT_JOB_BARS ? job->bars.stocks[stock].origin : job->sheets.sheets[stock].origin;
}

const CutTag *cut_job_tag(const CutJob *job, gint64 piece) {
  return &g_array_index(job->tags, CutTag, piece);
}

char *cut_job_orders(const CutJob *job, guint *count) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  GString *orders = g_string_new(NULL);
  for (guint i = 0; i < job->tags->len; i++) {
    const char *order = cut_job_tag(job, i)->order;
    if (order && g_hash_table_add(seen, (gpointer)order))
      g_string_append_printf(orders, "%s%s", orders->len ? ", " : "", order);
  }
  *count = g_hash_table_size(seen);
  return g_string_free(orders, FALSE);
}
