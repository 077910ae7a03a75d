/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: extensions of the due date. */
#pragma once
#include "party/party.h"

#define DICT_NAME extension
#define DICT_TYPE Extension
#define DICT_DEF "step/extension.def"
#include "dict/declare.h"
