/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The procedure: the seventeen steps and their records (procedure.def), with the commands and duties of these. */
#pragma once
#include "workflow/workflow.h"

enum { PROCEDURE_STEPS = 17 };

typedef struct {
  int number;
  const char *title; /* message id */
  gboolean exists;   /* some record belongs to it; FALSE: shown as not available yet */
} ProcedureStep;
extern ProcedureStep procedure_steps[PROCEDURE_STEPS];

/* Makes all of it known to the dictionary and the workflow, checked. Once, at start. */
gboolean procedure_register(GError **error);
