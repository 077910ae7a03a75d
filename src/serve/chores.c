/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chores, each with its period. One that fails is told in the log and tried again. */
#include "serve/chores.h"

enum { MINUTE = 60, HOUR = 3600 };

typedef struct {
  const char *what; /* for the log: "… failed: why" */
  guint seconds;    /* between two times; of sessions: a quarter of the shortest idle limit */
  gboolean last;    /* done once more when the server stops */
  gboolean (*run)(App *app, GError **error);
} Chore;

static gboolean seal(App *app, GError **error) { return engine_seal(app->engine, error); }
static gboolean escalate(App *app, GError **error) { return duty_escalate(app->engine, error); }
static gboolean forget(App *app, GError **error) { return engine_forget(app->engine, error); }
static gboolean flush(App *app, GError **error) { return session_flush(app->sessions, error); }

static const Chore chores[] = {
  {.what = "sealing the journal", .seconds = MINUTE, .last = TRUE, .run = seal},
  {.what = "noting when sessions were used", .seconds = MINUTE / 4, .last = TRUE, .run = flush},
  {.what = "telling of overdue duties", .seconds = 10 * MINUTE, .run = escalate},
  {.what = "forgetting old idempotency keys", .seconds = HOUR, .run = forget},
};

static guint sources[G_N_ELEMENTS(chores)];

static void do_one(App *app, const Chore *chore) {
  g_autoptr(GError) error = NULL;
  if (!chore->run(app, &error))
    g_warning("%s failed: %s", chore->what, error ? error->message : "without a reason");
}

/* A chore on the main loop. */
typedef struct {
  App *app;
  const Chore *chore;
} Turn;

static gboolean on_time(gpointer data) {
  const Turn *turn = data;
  do_one(turn->app, turn->chore);
  return G_SOURCE_CONTINUE;
}

void chores_start(App *app) {
  for (guint i = 0; i < G_N_ELEMENTS(chores); i++) {
    Turn *turn = g_new(Turn, 1);
    *turn = (Turn){.app = app, .chore = &chores[i]};
    sources[i] = g_timeout_add_seconds_full(G_PRIORITY_DEFAULT, chores[i].seconds, on_time, turn, g_free);
    do_one(app, &chores[i]);
  }
}

void chores_stop(App *app) {
  for (guint i = 0; i < G_N_ELEMENTS(chores); i++) {
    g_source_remove(sources[i]);
    if (chores[i].last)
      do_one(app, &chores[i]);
  }
}
