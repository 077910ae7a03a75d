/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the form of many lines and the joining of two such forms share. */
#pragma once
#include "view/table.h"

/* "r3.area", the name of an input in the row of that index; in the arena. */
const char *table_name(const View *view, guint i, const char *name);
/* The greatest id of a line that there is or was, 0 for none; -1 and error on a fault. */
gint64 table_last(const View *view, const TableOf *of, GError **error);
