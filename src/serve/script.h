/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands run from C, as somebody, by the same runner that pages use: what init and demo are made of. */
#pragma once
#include "workflow/workflow.h"

/* Inputs of a command: fields and their texts in turn, ended by NULL. */
#define SCRIPT_INPUTS(...) (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}

/* Runs the command. The id of the row acted on or made, or -1 and error: also for a refusal, with its reasons. Files:
   see Act. */
gint64 script_run(Engine *engine, const Viewer *viewer, const char *command, gint64 id, const char *const *inputs,
                  const ActFile *files, GError **error);
