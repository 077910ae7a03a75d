/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates compiled from the program's own resources, rendered in a viewer's language. */
#pragma once
#include "base/value.h"

/* Compiles every template and adds the catalogues. Once, at start; FALSE and error names the template. */
gboolean render_start(GError **error);
/* The catalogues of lang/ alone, for verbs that print papers. */
gboolean render_catalogues(GError **error);
/* Appends the page to out. zone: seconds east of Greenwich for times. */
void render_page(const char *name, const Value *root, const char *language, int zone, GString *out);
