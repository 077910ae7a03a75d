/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Static assets out of a GResource: NAME, and beside it NAME.br and NAME.gz where compressing paid. */
#pragma once
#include "web/request.h"
#include "web/response.h"
#include <gio/gio.h>

typedef struct Assets Assets;

/* Reads all files directly in that folder ("/gendan/assets"); the resource must outlive the assets. */
Assets *assets_new(GResource *resource, const char *folder, GError **error);
void assets_free(Assets *assets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Assets, assets_free)

/* Changes with the content of any asset: pages ask for /assets/app.css?v=VERSION. */
const char *assets_version(const Assets *assets);
/* Answers GET or HEAD for the file of that name (no folder) with 200 or, by If-None-Match, 304; FALSE when there is
   none. With the current version in ?v= it may be kept for a year, else it is asked for again each time. */
gboolean assets_answer(const Assets *assets, const char *name, const Request *request, Response *response);
