/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /api/openapi.json: what the API offers to this viewer, made from the tables. */
#pragma once
#include "serve/visit.h"

/* Answers with the description (OpenAPI 3.1), or 304. FALSE and error when the program's own skeleton is broken. */
gboolean openapi_answer(Visit *visit, const View *view, GError **error);
