/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of the command line that need the whole program. Each returns the exit code. */
#pragma once
#include "db/files.h"
#include "workflow/workflow.h"

int serve_main(int argc, char **argv); /* gendan serve: answers until it is told to stop */
int init_main(int argc, char **argv);  /* gendan init: an empty factory with its first administrator */
int password_main(int argc, char **argv); /* gendan password: a one-time password for somebody who lost theirs */
int backup_main(int argc, char **argv); /* gendan backup: database and files of one moment (backup.c) */
int restore_main(int argc, char **argv); /* gendan restore: a backup into an empty place (restore.c) */
int verify_main(int argc, char **argv); /* gendan verify: proves that nothing is lost or altered (verify.c) */
int config_main(int argc, char **argv); /* gendan config: prints the settings as a file */
int demo_main(int argc, char **argv);  /* gendan demo: a believable factory, and serves it */

/* demo.c: fills an empty database, and files with the papers. bare: people, and orders in which nothing happened. */
gboolean demo_fill(Engine *engine, Files *files, gboolean bare, GError **error);
/* Prints the demo accounts. */
void demo_tell(void);
