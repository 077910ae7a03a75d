/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request on its way to an answer, and the ways of answering that all addresses share. */
#pragma once
#include "paper/folio.h"
#include "party/party.h"
#include "serve/app.h"
#include "serve/session.h"
#include "view/view.h"

#define FIND_INPUT "_find" /* a form that is sent only to search for what a reference of it may name */
#define FLASH_COOKIE "flash" /* the act just done, for the next page to speak of */
enum { FLASH_SECONDS = 60 /* until the message of an act is forgotten */ };

typedef struct {
  const App *app;
  Request *request;
  Response *response;
  Session session;      /* user_id 0: nobody is logged in */
  char **parts;         /* of the path, split at '/', without the leading "" and "api" */
  gboolean api;         /* asked for under /api, or by Accept as JSON: answers are JSON */
  const char *language; /* of the browser, until a user is known */
  Refusal *refusal;     /* what the person asking can mend; empty so far */
  GHashTable *typed;    /* inputs of a form (name → text) to be shown again, or named by its address; NULL: none */
  GHashTable *sought;   /* what references are searched for in a form: field's name → text; NULL: nothing */
  const ActFile *files; /* that came with a form to be shown again; ends with a NULL field; NULL: none */
  gint64 seen;          /* version of the row that the sender of a refused act had seen; 0: not said */
  Folio *folio;         /* the paper asked for, read and not printed yet; NULL: none */
  const File *pdf;      /* whose pages are asked for as pictures; NULL: none */
  Value *root;          /* the page that they will stand in */
  const char *next;     /* path of the page that a stranger asked for, shown after logging in; NULL: the first page */
  Value *changes;       /* for a program refused with 412: what others changed since; NULL: none */
} Visit;

/* Reads who is asking, by token or cookie, into visit->session. data: a Visit; a DbWork, of a snapshot or of the
   transaction of an act. */
gboolean visit_admit(DbTx *tx, gpointer data, GError **error);
/* The part of the path at that place, NULL where there is none. */
const char *visit_part(const Visit *visit, guint i);
/* The text in the viewer's language. */
const char *visit_text(const Visit *visit, const char *message);
/* What the visit sees, within a transaction (NULL: for addresses and texts only). */
View visit_view(const Visit *visit, DbTx *tx);
/* The command that the path names: /RECORDS/ID/COMMAND by its verb or whole name, /new/COMMAND; a program also makes a
   row at /RECORDS and changes one at /RECORDS/ID. NULL: none. */
const Command *visit_command(const Visit *visit);
/* Refuses with 404: there is no such page, or not for this viewer. FALSE. */
gboolean visit_not_found(Visit *visit);

/* Answers with the tree as JSON of that type. */
void visit_send_json(Visit *visit, guint status, const char *type, const Value *value);
/* Answers with the template of that name over the tree; under /api with the tree itself, without the page's frame. */
void visit_send_page(Visit *visit, guint status, const char *template, const Value *root);
/* Answers with the refusal: problem+json under /api, else the error page. */
void visit_send_problem(Visit *visit);
/* Answers a program that something of ours failed: 500 with the request's id. */
void visit_send_fault(Visit *visit);
void visit_send_error_page(Visit *visit, DbTx *tx);
