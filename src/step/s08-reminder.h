/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: payment reminders. */
#pragma once
#include "party/party.h"

#define DICT_NAME reminder
#define DICT_TYPE Reminder
#define DICT_DEF "step/reminder.def"
#include "dict/declare.h"
