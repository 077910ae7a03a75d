/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines from a spreadsheet, as a command of the record that they belong to. The command takes a file whose field names
   by .target the record of the lines; a column is an input of the first command that makes such a line, and every cell
   is checked as that command would, each fault being named by its cell ("C3"). Where the record has a field "replaces"
   and it is given as yes, the lines there are go to the state "removed" first (to be declared among the moves); the
   field is not stored. */
#pragma once
#include "dict/sheet.h"
#include "workflow/workflow.h"

/* For .prepare and .run of the command. */
gboolean import_prepare(Context *context, GError **error);
gboolean import_run(Context *context, GError **error);
/* The input that takes the spreadsheet, NULL where the command takes none. And the columns of such lines, in the
   arena. */
const Field *import_field(const Command *command);
SheetColumn *import_columns(Arena *arena, const Record *line, guint *count);
