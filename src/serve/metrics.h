/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts for whoever watches the server, in Prometheus' text format. Thread-safe, without locks. */
#pragma once
#include "web/events.h"
#include "workflow/workflow.h"

/* Kinds of requests that are counted apart. */
typedef enum {
  METRICS_PAGE,   /* read by a browser */
  METRICS_ACT,    /* a form sent by a browser */
  METRICS_API,    /* by a program */
  METRICS_ASSET,  /* style, script, picture */
  METRICS_STREAM, /* of events: lasts as long as a page is open */
  METRICS_PROBE,  /* /healthz and /metrics */
  METRICS_KINDS,
} MetricsKind;

/* What became of a command. */
typedef enum { METRICS_DONE, METRICS_AGAIN, METRICS_REFUSED, METRICS_FAULT, METRICS_OUTCOMES } MetricsOutcome;

typedef struct Metrics Metrics;
/* After the commands are registered. */
Metrics *metrics_new(void);
void metrics_free(Metrics *metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Metrics, metrics_free)

MetricsKind metrics_kind(const Request *request);
void metrics_request(Metrics *metrics, MetricsKind kind, const ServerOutcome *outcome);
void metrics_command(Metrics *metrics, const Command *command, MetricsOutcome outcome);
/* Appends everything there is to say. */
void metrics_write(const Metrics *metrics, Events *events, Db *db, GString *out);
