/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 6: what amending a contract asks and does. */
#pragma once
#include "workflow/workflow.h"

/* The contract is in force. */
extern const Gate gate_amendable;
/* No other amendment of it is under way. */
extern const Gate gate_amendment_alone;
/* Why nobody waits for an amendment of a settled order's contract; NULL: the order is not settled. */
const char *amendment_extra(Context *context, GError **error);
/* The contract amends none, or differs from the one that it amends. */
extern const Gate gate_amendment_changes;
/* Fills the new draft, context->row: it begins as what is in force, with the drawing signed since, and is changed like
   any draft. */
gboolean amendment_copy(Context *context, GError **error);
