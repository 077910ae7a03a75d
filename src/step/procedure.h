/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The procedure: the seventeen steps, and all records, commands and duties that they declare. */
#pragma once
#include "workflow/workflow.h"

enum { PROCEDURE_STEPS = 17 };

typedef struct {
  int number;
  const char *title; /* message id */
  gboolean exists;   /* built; FALSE: shown as not available yet */
} ProcedureStep;
extern const ProcedureStep procedure_steps[PROCEDURE_STEPS];

extern const Record *const procedure_records[];
extern const guint procedure_records_count;
extern const Command *const procedure_commands[];
extern const guint procedure_commands_count;
extern const Duty procedure_duties[];
extern const guint procedure_duties_count;

/* Makes all of it known to the dictionary and the workflow, checked. Once, at start. */
gboolean procedure_register(GError **error);
