/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks that come before a command; each adds its reasons to context->refusal. FALSE: refused, or error is set. */
#pragma once
#include "workflow/engine.h"

/* Whether the viewer holds (or substitutes for) a role that may; `needed` gets all that may. Adds no reason. */
gboolean check_role(const Viewer *viewer, const Command *command, guint *needed);
/* Whether the command may start in the row's state. Adds no reason. */
gboolean check_state(const Command *command, const Row *row);
gboolean check_refuse_role(Context *context, guint roles);
gboolean check_refuse_state(Context *context, const Record *record);
/* Nobody approves what they submitted; a stage waits for roles that have not signed yet. */
gboolean check_person(Context *context, const Record *record, GError **error);
/* Asks every gate and adds a reason for each unmet one. FALSE only on a fault. */
gboolean check_gates(Context *context, GError **error);
