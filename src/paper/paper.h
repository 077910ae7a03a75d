/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The papers that a person holds in hand: one entry a paper in the table (paper.c), and one function that says what
   stands on it. Letterhead, pages, tables, draft mark and signatures are the folio's. */
#pragma once
#include "paper/folio.h"
#include "party/party.h"

/* Who asks, and where it is read from. */
typedef struct {
  DbTx *tx;
  Arena *arena;
  const Viewer *viewer;
  int zone;      /* the factory's, seconds east of Greenwich */
  Folio *folio;  /* being written */
  const Context *act;      /* the act that has it drawn for good; NULL: somebody wants to look at it */
  const Letterhead *house; /* who the factory is; NULL: not stated */
  gboolean for_dealer;     /* only what dealers may see of a row stands on it */
} PaperWork;

typedef struct {
  const char *name;          /* in its address, /RECORDS/ID/NAME.pdf */
  const char *label;         /* message id: its title */
  const Record *record;      /* the row that it is of: who may see the row may have the paper */
  const char *const *leaves; /* states in which it may leave the house; in others every page is marked; NULL ends */
  const char *kept;          /* the state at which it is drawn once and for all, into the record's field KEPT_FIELD:
                                the paper from then on, in all states in which it may leave the house. Where the field
                                is shown to dealers only what they may see stands on it. NULL: it is always drawn */
  gboolean (*write)(const PaperWork *work, const void *row, GError **error);
} Paper;

/* The paper of a record's rows, NULL: there is none; and the one of that name ("contract"). */
const Paper *paper_of(const Record *record);
const Paper *paper_find(const Record *record, const char *name);
/* The file that is the row's paper now, for this viewer; 0: it is drawn. */
gint64 paper_kept(const Paper *paper, const Viewer *viewer, const Row *row);
/* What is written across the paper of the row, a message id; NULL: nothing, it may leave the house. */
const char *paper_mark(const Paper *paper, const Row *row);
/* What stands on the paper of the row, to be printed by folio_pdf(). Of the work tx, arena, viewer, zone and act are
   given. NULL and error on a fault. Caller frees. */
Folio *paper_folio(const Paper *paper, PaperWork work, const void *row, GError **error);
/* "C-00017 Supply contract.pdf", in the arena. */
const char *paper_file_name(Arena *arena, const Folio *folio);
/* What an engine draws papers with that are kept. */
extern const Press paper_press;

/* ---- what the functions of papers use; everything of a row goes through the first two, and so by what its viewer may
   see ---- */
/* The row of that id where the viewer may see it, else NULL. */
void *paper_row(const PaperWork *work, const Record *record, gint64 id, GError **error);
/* A field as it is read on paper; NULL where it is unset, hidden from the viewer, or there is no row. */
const char *paper_text(const PaperWork *work, const Record *record, const void *row, const char *field);
/* A fact of the folio: the field under its label. */
void paper_fact(const PaperWork *work, guint side, const Record *record, const void *row, const char *field);
/* The rows under (or, by "order_id", of) another that the viewer may see, without those that are in that state (NULL:
   all). Caller unrefs. */
GPtrArray *paper_rows(const PaperWork *work, const Record *record, const char *column, gint64 id, const char *without,
                      GError **error);
const char *paper_say(const PaperWork *work, const char *message);
const char *paper_money(const PaperWork *work, gint64 fen);
const char *paper_percent(const PaperWork *work, gint64 share); /* in 1/10000 */
const char *paper_number(const PaperWork *work, gint64 number);
/* Facts: who has signed the row in its chain and when, and who has not yet. */
gboolean paper_signatures(const PaperWork *work, guint side, const Record *record, const Row *row, GError **error);
/* A section of these signatures, and room for whoever gets the paper (a message id) to sign. */
gboolean paper_signed(const PaperWork *work, const Record *record, const Row *row, const char *receiver,
                      GError **error);
/* A section with room for two to sign (message ids). */
void paper_hands(const PaperWork *work, const char *const who[FOLIO_SIDES]);
