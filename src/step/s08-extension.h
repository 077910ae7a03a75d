/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: extensions of the due date. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/extension.def"
#undef FIELD
} Extension;
extern const Record extension_record;
