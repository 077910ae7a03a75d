/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counters are atomic numbers in fixed tables: counting costs an event thread nothing to speak of. */
#include "serve/metrics.h"
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { STATUSES = 600 };

static const char *const kinds[METRICS_KINDS] = {
  [METRICS_PAGE] = "page", [METRICS_ACT] = "act", [METRICS_API] = "api",
  [METRICS_ASSET] = "asset", [METRICS_STREAM] = "stream", [METRICS_PROBE] = "probe",
};
static const char *const outcomes[METRICS_OUTCOMES] = {
  [METRICS_DONE] = "done", [METRICS_AGAIN] = "again", [METRICS_REFUSED] = "refused", [METRICS_FAULT] = "fault",
};
/* Upper bounds in microseconds; the last counter is for what took longer. */
static const gint64 bounds[] = {1000,   2500,   5000,   10000,   25000,   50000,
                                100000, 250000, 500000, 1000000, 2500000, 10000000};
enum { BOUNDS = G_N_ELEMENTS(bounds) };

struct Metrics {
  time_t started;
  _Atomic guint64 requests[METRICS_KINDS][STATUSES];
  _Atomic guint64 took[METRICS_KINDS][BOUNDS + 1]; /* requests by time, each in one */
  _Atomic guint64 microseconds[METRICS_KINDS];
  _Atomic guint64 bytes;    /* of answers */
  _Atomic guint64 left;     /* requests whose client left before the end */
  _Atomic guint64 *commands; /* [command * METRICS_OUTCOMES + outcome] */
};

Metrics *metrics_new(void) {
  guint count;
  workflow_commands(&count);
  Metrics *metrics = g_new0(Metrics, 1);
  metrics->started = time(NULL);
  metrics->commands = g_malloc0_n(count * METRICS_OUTCOMES, sizeof *metrics->commands);
  return metrics;
}

void metrics_free(Metrics *metrics) {
  if (metrics)
    g_free((void *)metrics->commands);
  g_free(metrics);
}

MetricsKind metrics_kind(const Request *request) {
  const char *path = request->path;
  if (!strcmp(path, "/healthz") || !strcmp(path, "/metrics"))
    return METRICS_PROBE;
  if (!strcmp(path, "/events"))
    return METRICS_STREAM;
  if (g_str_has_prefix(path, "/assets/"))
    return METRICS_ASSET;
  if (g_str_has_prefix(path, "/api/"))
    return METRICS_API;
  return !strcmp(request->method, "GET") || !strcmp(request->method, "HEAD") ? METRICS_PAGE : METRICS_ACT;
}

void metrics_request(Metrics *metrics, MetricsKind kind, const ServerOutcome *outcome) {
  guint bucket = 0;
  while (bucket < BOUNDS && outcome->microseconds > bounds[bucket])
    bucket++;
  metrics->requests[kind][MIN(outcome->status, STATUSES - 1)]++;
  metrics->took[kind][bucket]++;
  metrics->microseconds[kind] += (guint64)outcome->microseconds;
  metrics->bytes += outcome->bytes;
  metrics->left += !outcome->complete;
}

void metrics_command(Metrics *metrics, const Command *command, MetricsOutcome outcome) {
  guint count;
  const Command *const *all = workflow_commands(&count);
  for (guint i = 0; i < count; i++)
    if (all[i] == command)
      metrics->commands[i * METRICS_OUTCOMES + outcome]++;
}

static void head(GString *out, const char *name, const char *type, const char *help) {
  g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A metric of one number. */
static void one(GString *out, const char *name, const char *type, const char *help, guint64 value) {
  head(out, name, type, help);
  g_string_append_printf(out, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void append_seconds(GString *out, guint64 microseconds) {
  g_string_append_printf(out, " %" G_GUINT64_FORMAT ".%06u\n", microseconds / 1000000, (guint)(microseconds % 1000000));
}

static void write_requests(const Metrics *metrics, GString *out) {
  head(out, "gendan_http_requests_total", "counter", "Requests answered, by kind and status.");
  for (guint kind = 0; kind < METRICS_KINDS; kind++)
    for (guint status = 0; status < STATUSES; status++)
      if (metrics->requests[kind][status])
        g_string_append_printf(out, "gendan_http_requests_total{kind=\"%s\",status=\"%u\"} %" G_GUINT64_FORMAT "\n",
                               kinds[kind], status, metrics->requests[kind][status]);
  head(out, "gendan_http_request_seconds", "histogram", "Time from a request's head to the end of its answer.");
  for (guint kind = 0; kind < METRICS_KINDS; kind++) {
    guint64 sum = 0;
    if (kind == METRICS_STREAM)
      continue;
    for (guint i = 0; i <= BOUNDS; i++) {
      sum += metrics->took[kind][i];
      g_string_append_printf(out, "gendan_http_request_seconds_bucket{kind=\"%s\",le=\"", kinds[kind]);
      if (i < BOUNDS)
        g_string_append_printf(out, "%d.%04d", (int)(bounds[i] / 1000000), (int)(bounds[i] % 1000000 / 100));
      g_string_append_printf(out, "%s\"} %" G_GUINT64_FORMAT "\n", i < BOUNDS ? "" : "+Inf", sum);
    }
    g_string_append_printf(out, "gendan_http_request_seconds_sum{kind=\"%s\"}", kinds[kind]);
    append_seconds(out, metrics->microseconds[kind]);
    g_string_append_printf(out, "gendan_http_request_seconds_count{kind=\"%s\"} %" G_GUINT64_FORMAT "\n", kinds[kind],
                           sum);
  }
}

static void write_commands(const Metrics *metrics, GString *out) {
  guint count;
  const Command *const *all = workflow_commands(&count);
  head(out, "gendan_commands_total", "counter", "Commands of the procedure, by name and outcome.");
  for (guint i = 0; i < count * METRICS_OUTCOMES; i++)
    if (metrics->commands[i])
      g_string_append_printf(out, "gendan_commands_total{command=\"%s\",outcome=\"%s\"} %" G_GUINT64_FORMAT "\n",
                             all[i / METRICS_OUTCOMES]->name, outcomes[i % METRICS_OUTCOMES], metrics->commands[i]);
}

static void write_database(Db *db, GString *out) {
  DbStats stats;
  db_stats(db, &stats);
  one(out, "gendan_db_statements_total", "counter", "Statements that the database carried out.",
      (guint64)stats.statements);
  one(out, "gendan_db_waiting", "gauge", "Writers that wait for their turn.", stats.waiting);
  head(out, "gendan_db_commit_works", "histogram", "Pieces of work that one commit carried.");
  guint64 sum = 0;
  for (guint i = 0; i < DB_STATS_SIZES; i++) {
    sum += stats.sizes[i];
    g_string_append_printf(out, "gendan_db_commit_works_bucket{le=\"%u\"} %" G_GUINT64_FORMAT "\n", 1u << i, sum);
  }
  g_string_append_printf(out, "gendan_db_commit_works_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n", stats.commits);
  g_string_append_printf(out, "gendan_db_commit_works_sum %" G_GUINT64_FORMAT "\n", stats.works);
  g_string_append_printf(out, "gendan_db_commit_works_count %" G_GUINT64_FORMAT "\n", stats.commits);
}

/* Pages of memory that are resident; 0 where nobody says. */
static guint64 resident_pages(void) {
  g_autofree char *text = NULL;
  if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
    return 0;
  const char *second = strchr(text, ' ');
  return second ? g_ascii_strtoull(second + 1, NULL, 10) : 0;
}

static void write_process(const Metrics *metrics, GString *out) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  one(out, "process_start_time_seconds", "gauge", "When the server started, in seconds since 1970.",
      (guint64)metrics->started);
  one(out, "process_resident_memory_bytes", "gauge", "Memory in use.",
      resident_pages() * (guint64)sysconf(_SC_PAGESIZE));
  head(out, "process_cpu_seconds_total", "counter", "Processor time used.");
  g_string_append(out, "process_cpu_seconds_total");
  append_seconds(out, (guint64)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                        (guint64)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec));
}

void metrics_write(const Metrics *metrics, Events *events, Db *db, GString *out) {
  write_requests(metrics, out);
  one(out, "gendan_http_answer_bytes_total", "counter", "Bytes of answers, streams apart.", metrics->bytes);
  one(out, "gendan_http_clients_left_total", "counter", "Requests whose client left before the end.", metrics->left);
  write_commands(metrics, out);
  one(out, "gendan_event_streams", "gauge", "Open event streams: pages that are being looked at.",
      events_count(events));
  write_database(db, out);
  write_process(metrics, out);
}
