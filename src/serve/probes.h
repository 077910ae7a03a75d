/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What machines ask that watch the server. */
#pragma once
#include "serve/app.h"

/* GET /healthz: 200 while the database answers, else 503. */
void probes_healthz(const App *app, const Request *request, Response *response);
/* GET /metrics: for this machine itself, or who sends the setting's token. */
void probes_metrics(const App *app, const Request *request, Response *response);
