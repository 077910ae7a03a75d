/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Value trees to JSON, at the edges only: money in fen, dates "2026-11-24", times "2026-11-24T09:30:00Z". */
#pragma once
#include "base/value.h"
#include <jansson.h>

/* A new reference. */
json_t *json_from_value(const Value *value);
/* Compact text with keys in the tree's order. Caller frees. */
char *json_text(const Value *value);
