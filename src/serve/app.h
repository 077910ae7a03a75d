/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program in a browser: every address, from request to answer. Pages for browsers, JSON under /api. */
#pragma once
#include "db/files.h"
#include "serve/config.h"
#include "serve/metrics.h"
#include "serve/pictures.h"
#include "serve/session.h"
#include "web/assets.h"
#include "web/events.h"
#include "workflow/workflow.h"

typedef struct {
  Engine *engine; /* borrowed */
  Files *files;   /* borrowed */
  Pictures *pictures; /* of their PDFs; borrowed */
  Assets *assets; /* borrowed */
  Events *events; /* borrowed */
  Metrics *metrics;     /* borrowed */
  const Config *config; /* borrowed */
  Sessions *sessions;   /* borrowed */
  int zone;       /* the factory's, seconds east of Greenwich */
} App;

/* Answers any request; `data` is an App. Blocks for commands and logins: see app_is_slow(). */
void app_handle(Request *request, Response *response, gpointer data);
/* The language of whoever asks, as far as it shows before they are known: chosen in this browser, or set in it. */
const char *app_language(const Request *request);
/* Says why the server itself refuses a request: a ServerRefuse; `data` is an App. */
void app_refuse(const Request *request, Response *response, guint status, const char *reason, gpointer data);
/* Whether the request writes or computes for long and so belongs to a worker, not to an event thread. */
gboolean app_is_slow(const Request *request, gpointer data);
