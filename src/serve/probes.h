/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What machines ask that watch the server. */
#pragma once
#include "serve/app.h"

/* GET /healthz: 200 while the database answers, else 503. */
void probes_healthz(const App *app, const Request *request, Response *response);
/* GET /metrics: for who sends the setting's token: what a proxy on this machine hands on looks like our own asking. */
void probes_metrics(const App *app, const Request *request, Response *response);
