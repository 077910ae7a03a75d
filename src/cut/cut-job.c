/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of an order.json that bars and sheets share, and what people read of a job. */
#include "cut/cut-job.h"
#include <string.h>

void cut_job_list(CutJob *job, CutJsonReader *reader, json_t *list, const char *name, CutJobLine read) {
  json_t *line;
  size_t i;
  if (!list)
    return;
  if (!json_is_array(list)) {
    cut_json_fault(reader, name, "not a list");
    return;
  }
  if (json_array_size(list) > CUT_PIECES_MAX) {
    cut_json_fault(reader, name, "more than %d lines", CUT_PIECES_MAX);
    return;
  }
  json_array_foreach(list, i, line) {
    g_autofree char *place = g_strdup_printf("%s[%zu]", name, i);
    read(job, reader, line, place);
  }
}

CutJob *cut_job_read(json_t *source, GError **error) {
  static const char *const kinds[] = {"bars", "sheets", NULL};
  g_autoptr(CutJob) job = g_new0(CutJob, 1);
  g_autoptr(GString) faults = g_string_new(NULL);
  job->source = json_incref(source);
  job->texts = g_string_chunk_new(4096);
  job->tags = g_array_new(FALSE, TRUE, sizeof(CutTag));
  CutJsonReader reader = {.faults = faults, .texts = job->texts};
  const char *kind = json_string_value(json_object_get(source, "cut"));
  if (g_strcmp0(kind, kinds[CUT_JOB_BARS]) == 0)
    cut_job_read_bars(job, &reader);
  else
    cut_json_fault(&reader, "cut", "not one of: bars");
  if (reader.count > 1000)
    g_string_append_printf(faults, "\n... and %u more", reader.count - 1000);
  if (reader.count == 0)
    return g_steal_pointer(&job);
  g_set_error_literal(error, CUT_ERROR, CUT_ERROR_ORDER, faults->str);
  return NULL;
}

CutJob *cut_job_load(const char *path, GError **error) {
  g_autofree char *text = NULL;
  gsize size;
  json_error_t fault;
  if (!g_file_get_contents(path, &text, &size, error))
    return NULL;
  if (size > CUT_JOB_FILE_MAX) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, "%s: larger than %d bytes; cut it in parts", path, CUT_JOB_FILE_MAX);
    return NULL;
  }
  json_t *source = json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault);
  if (!source) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, "%s: line %d, column %d: %s", path, fault.line, fault.column,
                fault.text);
    return NULL;
  }
  CutJob *job = cut_job_read(source, error);
  json_decref(source);
  return job;
}

void cut_job_free(CutJob *job) {
  if (!job)
    return;
  g_clear_pointer(&job->tags, g_array_unref);
  g_clear_pointer(&job->pieces, g_array_unref);
  g_clear_pointer(&job->stocks, g_array_unref);
  g_clear_pointer(&job->texts, g_string_chunk_free);
  json_decref(job->source);
  g_free(job);
}

char *cut_job_length(const CutJob *job, gint64 length) {
  if (job->unit == 1 || length % 10 == 0)
    return g_strdup_printf("%" G_GINT64_FORMAT, job->unit == 1 ? length : length / 10);
  return g_strdup_printf("%s%" G_GINT64_FORMAT ".%d", length < 0 ? "-" : "", ABS(length / 10), (int)ABS(length % 10));
}

const CutTag *cut_job_tag(const CutJob *job, gint64 piece) {
  return &g_array_index(job->tags, CutTag, piece);
}

char *cut_job_orders(const CutJob *job) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  GString *orders = g_string_new(NULL);
  for (guint i = 0; i < job->tags->len; i++) {
    const char *order = cut_job_tag(job, i)->order;
    if (order && g_hash_table_add(seen, (gpointer)order))
      g_string_append_printf(orders, "%s%s", orders->len ? ", " : "", order);
  }
  return g_string_free(orders, FALSE);
}
