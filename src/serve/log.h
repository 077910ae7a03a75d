/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens, one line each (logfmt: name=value) on standard error. Never in it: passwords, tokens, cookies, form
   fields and the query part of an address. */
#pragma once
#include "web/server.h"

/* Lines of this level ("error", "warning", "info", "debug") and more important ones are written from now on. GLib's
   messages go the same way. Once, at start. */
void log_start(const char *level);
/* The line of a request that was answered: an error where the status is 5xx, else of that level. */
void log_request(const char *level, const Request *request, const ServerOutcome *outcome);
/* A fault: ours to mend. The person sees the request's id only. */
void log_fault(const Request *request, const char *message);
