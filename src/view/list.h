/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list says beside its rows. */
#pragma once
#include "view/view.h"

/* list.html's create: the command that makes a row of the record and that the viewer may use. What is made under
   another row begins in the list of those: an order with its project. */
Value *list_create(const View *view, const Record *record);
/* Whether the address sets one of the filters; what a tab sets need not be seen. */
gboolean list_is_filtered(const ViewQuery *query);
/* list.html's empty: why there is no row, what would stand here, and the act that helps. */
Value *list_empty(const View *view, const ViewQuery *query);
/* What stands under the list's tab, where that is said; or NULL. */
const char *list_tab_help(const View *view, const ViewQuery *query);
/* Appends to the lists of settings a lines.html table of what applies now; nothing to other lists. FALSE and error on a
   fault. */
gboolean settings_add(const View *view, const Record *record, Value *tables, GError **error);
