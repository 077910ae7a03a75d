/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs send under /api: inputs as JSON, and the version that they have seen. */
#pragma once
#include "serve/visit.h"

/* Reads the body (a JSON object of scalars and lists of scalars, or a multipart form) into name → text, strings in the
   arena. What is not understood is refused with its place; FALSE. */
gboolean api_take_inputs(Visit *visit, GHashTable *inputs);
/* The version that If-Match names; 0 for "*", or when there is none. Refused where it is needed (PATCH) and not there,
   or malformed; FALSE. */
gboolean api_take_version(Visit *visit, gint64 *version);
/* Takes the input "parent_id" away: the row under which a new one is made. Refused when it is no id; FALSE. */
gboolean api_take_parent(Visit *visit, GHashTable *inputs, gint64 *id);
/* An ETag for the version, in the arena. */
const char *api_etag(Arena *arena, gint64 version);
