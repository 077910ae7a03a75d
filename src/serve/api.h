/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs send under /api: inputs as JSON, and the version that they have seen. */
#pragma once
#include "serve/visit.h"

/* Reads the body (a JSON object of scalars and lists of scalars, or a multipart form) into name → text, strings in the
   arena. What is not understood, or not of the kind of the record's field (NULL: no record), is refused with its place;
   FALSE. */
gboolean api_take_inputs(Visit *visit, const Record *record, GHashTable *inputs);
/* Takes one field of a form. Where it came before, a field of several values has both; any other is refused: which of
   the two was meant, nobody knows. FALSE then. */
gboolean api_take_field(Visit *visit, const Record *record, const RequestPair *pair, GHashTable *inputs);
/* The version that If-Match names; 0 for "*", or when there is none. Refused where it is needed (PATCH) and not there,
   or malformed; FALSE. */
gboolean api_take_version(Visit *visit, gint64 *version);
/* Takes the input "parent_id" away: the row under which a new one is made. Refused when it is no id; FALSE. */
gboolean api_take_parent(Visit *visit, GHashTable *inputs, gint64 *id);
/* An ETag for the version, in the arena. */
const char *api_etag(Arena *arena, gint64 version);
