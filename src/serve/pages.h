/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read: each function answers one kind of address within a snapshot. FALSE: refused, or error is set. */
#pragma once
#include "party/party.h"
#include "serve/visit.h"

/* The record and row that the path names and the viewer may know of; NULL: refused, or error is set. */
Row *pages_row_of_path(Visit *visit, const View *view, const Record **record, GError **error);
/* Which role may do what; not for dealers. */
gboolean pages_permissions(Visit *visit, const View *view, GError **error);
gboolean pages_inbox(Visit *visit, const View *view, GError **error);
gboolean pages_list(Visit *visit, const View *view, GError **error);
gboolean pages_row(Visit *visit, const View *view, GError **error);
/* The form of the command that the path names, with what was typed and why it was refused where it was. */
gboolean pages_form(Visit *visit, const View *view, GError **error);
/* Says of the bytes answered what they are and what a browser may do with them. */
void pages_file_headers(Response *response, Arena *arena, const char *type, const char *name);
/* Answers with the file's content; NULL: error says why there is none. */
gboolean pages_send_file(Visit *visit, const View *view, const File *file, GError **error);
gboolean pages_file(Visit *visit, const View *view, GError **error);
/* A stream of events: ids of orders that changed. */
gboolean pages_events(Visit *visit, const View *view, GError **error);

/* Tells the streams of `events` (Events) that the order changed, or ends those of a user who may see less by now: an
   EngineChanged. */
void pages_changed(const EngineChange *change, gpointer events);

/* Shows the form again after a refusal, or says the refusal. */
gboolean pages_form_again(Visit *visit, DbTx *tx, GError **error);
/* The page to log in on, which leads on to visit->next. error_text: what was wrong with the last attempt, or NULL. */
gboolean pages_login(Visit *visit, DbTx *tx, guint status, const char *error_text);
/* GET /login: the same; who is logged in goes on at once. */
gboolean pages_login_page(Visit *visit, const View *view, GError **error);
/* The path where it is that of a page here, whoever wrote it, and not that of the login; else NULL. */
const char *pages_local(const char *path);
