/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What scripts expect of the factory: the "expect" lines of script.h but for refusals. */
#pragma once
#include "script.h"

/* NULL when it is as expected, else what is not. Caller frees. */
char *expect_line(House *house, const ScriptLine *line);
/* "file:line: the line" and what is wrong with it. Caller frees. */
char *script_complain(const ScriptLine *line, const char *format, ...) G_GNUC_PRINTF(2, 3);
