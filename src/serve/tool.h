/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tools verify, backup and restore share: a house that is looked at from outside, served or not. */
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
} Tool;

/* Reads the settings and further options of a command line; see config_load(). tool is cleared by tool_close() in any
   case. */
gboolean tool_read(Tool *tool, const char *about, const GOptionEntry *more, int argc, char **argv, GError **error);
/* Opens the house that the settings name, changing nothing; an error where there is none. */
gboolean tool_open(Tool *tool, GError **error);
void tool_close(Tool *tool);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tool, tool_close)
/* Says the error in one line; the exit code. */
int tool_tell(gboolean fine, const GError *error);
