/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any command with any inputs, by anybody, on a factory with an order in it, is done or refused with a sentence, never
   a fault. An input is lines: who, command, id, version, then "field=text" each. */
#include "fuzz.h"
#include "script.h"
#include "step/procedure.h"
#include <stdlib.h>
#include <string.h>

enum { FRESH_EVERY = 2000 /* runs on one factory: what they did to it makes the next ones different */ };

static House *house;

static void renew(void) {
  g_clear_pointer(&house, house_free);
  house = house_new(NULL);
  g_autofree char *wrong = script_start(house, "contract effective");
  if (wrong)
    g_error("%s", wrong);
}

static void clean_up(void) { g_clear_pointer(&house, house_free); }

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  g_autoptr(GError) error = NULL;
  char *name[] = {"fuzz-act", NULL}, **names = name;
  int count = 1;
  g_test_init(&count, &names, NULL); /* scripts are found by it */
  if (!procedure_register(&error))
    g_error("%s", error->message);
  atexit(clean_up);
  return 0;
}

/* Half of the names are made of declared ones, so that most runs come past the first check. */
static const Command *command_of(const char *text) {
  guint count;
  const Command *const *all = workflow_commands(&count);
  const Command *named = workflow_find(text);
  return named ? named : all[g_str_hash(text) % count];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  static guint runs;
  if (runs++ % FRESH_EVERY == 0)
    renew();
  g_autofree char *text = g_strndup((const char *)bytes, size);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  if (g_strv_length(lines) < 4)
    return 0;
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  for (char **line = lines + 4; *line; line++) {
    char *equals = strchr(*line, '=');
    if (!equals)
      continue;
    *equals = '\0';
    g_hash_table_insert(inputs, *line, equals + 1);
  }
  const guint bit = g_str_hash(lines[0]) % 15;
  const Role named = workflow_role(lines[0]);
  const Viewer viewer = {.user_id = 1 + bit, .name = "Fuzz", .roles = named ? named : 1u << bit, .language = "en",
                         .dealer_id = (named ? named : 1u << bit) == ROLE_DEALER ? 1 : 0};
  const Act act = {.viewer = &viewer, .command = command_of(lines[1]), .id = g_ascii_strtoll(lines[2], NULL, 10),
                   .version = g_ascii_strtoll(lines[3], NULL, 10), .inputs = inputs, .style = size % 2};
  g_autoptr(Refusal) refusal = refusal_new();
  g_autoptr(GError) error = NULL;
  Done done;
  const gboolean fine = engine_run(house->engine, &act, &done, refusal, &error);
  if (error)
    g_error("%s: %s", act.command->name, error->message);
  g_assert(fine == !refusal_any(refusal));
  for (guint i = 0; i < refusal->reasons->len; i++)
    g_assert(g_utf8_validate(((Reason *)refusal->reasons->pdata[i])->message, -1, NULL));
  return 0;
}
