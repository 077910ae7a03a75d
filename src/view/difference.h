/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the journal says changed, as people read it. */
#pragma once
#include "view/view.h"
#include <jansson.h>

/* A field's value as the journal keeps it, in the way view_value() writes it. */
Value *difference_value(const View *view, const Field *field, const json_t *value);
/* What others changed in the row since that version and the viewer may see, as [{name, label, before, now,
   raw_before}]: before and now as people read them, raw_before as JSON text. *by gets a sentence on who did it when,
   NULL for nobody. */
Value *difference_since(const View *view, const Record *record, const void *row, gint64 version, const char **by,
                        GError **error);
/* The same where the sender of a command saw that version: fields that only the others touched are taken out of
   inputs (name → text), so that they stay as they are; where both did, the sender chooses: each item also has yours
   and is_conflict. */
Value *difference_join(const View *view, const Command *command, const void *row, gint64 version, GHashTable *inputs,
                       const char **by, GError **error);
/* The same for programs: [{field, before, now}] with values as the API gives them, and the state, where what it was may
   be known. */
Value *difference_data(const View *view, const Record *record, const void *row, gint64 version, GError **error);
