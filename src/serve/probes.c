/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Health and counts, without a session. */
#include "serve/probes.h"
#include "serve/log.h"
#include <sodium.h>
#include <string.h>

void probes_healthz(const App *app, const Request *request, Response *response) {
  g_autoptr(GError) error = NULL;
  if (db_answers(engine_db(app->engine), &error)) {
    response_text(response, 200, "ok\n");
    return;
  }
  log_fault(request, error ? error->message : "the database does not answer");
  response_text(response, 503, "the database does not answer\n");
}

/* Hashed first, so that the comparison takes the same time for every wrong token. */
static gboolean has_token(const Request *request, const char *token) {
  static const char scheme[] = "Bearer ";
  const char *said = request_header(request, "Authorization");
  if (!*token || !said || !g_str_has_prefix(said, scheme))
    return FALSE;
  guchar ours[crypto_generichash_BYTES], theirs[crypto_generichash_BYTES];
  crypto_generichash(ours, sizeof ours, (const guchar *)token, strlen(token), NULL, 0);
  crypto_generichash(theirs, sizeof theirs, (const guchar *)said + strlen(scheme), strlen(said) - strlen(scheme), NULL,
                     0);
  return sodium_memcmp(ours, theirs, sizeof ours) == 0;
}

void probes_metrics(const App *app, const Request *request, Response *response) {
  if (!has_token(request, app->config->metrics_token)) {
    response_text(response, 403, "for who sends the token of the setting metrics-token\n");
    return;
  }
  response->type = "text/plain; version=0.0.4; charset=utf-8";
  metrics_write(app->metrics, app->events, engine_db(app->engine), response->body);
}
