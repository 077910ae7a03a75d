/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What verify, backup and restore share: a house that is looked at from outside, whether it is being served or not. */
#pragma once
#include "db/files.h"
#include "serve/config.h"
#include "workflow/workflow.h"

typedef struct {
  Config config;
  char *url;      /* of the database */
  char *folder;   /* of the files */
  Db *db;
  Files *files;
  Engine *engine; /* over db */
} Keep;

/* Reads the settings and further options of a command line; see config_load(). keep is cleared by keep_close() in any
   case. */
gboolean keep_read(Keep *keep, const char *about, const GOptionEntry *more, int argc, char **argv, GError **error);
/* Opens the house that the settings name, changing nothing; an error where there is none. */
gboolean keep_open(Keep *keep, GError **error);
void keep_close(Keep *keep);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Keep, keep_close)
/* Says the error in one line; the exit code. */
int keep_tell(gboolean fine, const GError *error);
