/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of the command line that need the whole program. Each returns the exit code. */
#pragma once
#include "workflow/workflow.h"

int serve_main(int argc, char **argv); /* gendan serve: answers until it is told to stop */
int init_main(int argc, char **argv);  /* gendan init: an empty factory with its first administrator */
int verify_main(int argc, char **argv); /* gendan verify: proves that nothing is lost or altered (verify.c) */
int config_main(int argc, char **argv); /* gendan config: prints the settings as a file */
int demo_main(int argc, char **argv);  /* gendan demo: a believable factory, and serves it */

/* demo.c: fills an empty database; nothing when it holds users. */
gboolean demo_fill(Engine *engine, GError **error);
/* Prints the demo accounts. */
void demo_tell(void);
/* Makes a user with that password; roles as codes separated by commas. The id, or -1 and error. */
gint64 demo_user(Engine *engine, const char *login, const char *name, const char *roles, gint64 dealer_id, const char *password, GError **error);
gint64 demo_count_users(Engine *engine, GError **error);
