/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order on its way through the seventeen steps, as one viewer may see it. */
#pragma once
#include "step/procedure.h"
#include "view/order.h"

/* Somebody owes something. */
typedef struct {
  const Duty *duty;
  const Record *record;
  Row *row;           /* on which it is owed */
  int step;           /* where it shows */
  guint role;         /* who owes it */
  gint64 person;      /* user id, of a dealer's duty the dealer's; 0: anyone of the role */
  gint64 since;       /* UTC seconds */
  gint64 due;         /* date */
  gboolean overdue;
  gboolean renewed;   /* what is asked for again and again was done, at `since` */
  gboolean rests;     /* and is asked for again on a later day */
  gboolean mine;      /* the viewer has the role, and may do it */
  gboolean submitted; /* the viewer has submitted it, so that somebody else of the role is to do it */
  gboolean asked;     /* act is what the duty asks for, and not only something that can be made meanwhile */
  GPtrArray *offers;  /* what the viewer may do on the row; owned */
  const Offer *act;   /* the viewer's next act on it, or NULL */
  const Record *host; /* on what: the row owed on, else the order, the contract, whatever the act hangs on */
  Row *host_row;
  Value *blocked;     /* sentences: what keeps the next act on it from being done */
  gboolean stuck;     /* and nothing can be done about it on the row itself */
} Owed;

typedef struct {
  Value *records;     /* items: what the step holds */
  Value *acts;        /* commands.html items: what is done in this step on rows of another, such as production's
                         reports on a works order */
  GPtrArray *log;     /* of LogEntry*: what was only reported here, see step-log.c; owned */
  gboolean live;      /* holds a record that is in force */
  gboolean kept;      /* holds rows that are kept from the viewer */
  gboolean reached;   /* the order has gone beyond it */
  gboolean current;   /* the order stands at it */
  const Owed *owed;   /* the most urgent here; NULL: nothing is owed */
  Value *blocked;     /* sentences: why its record cannot be made yet, at the current step */
} Step;

typedef struct {
  const View *view;
  const Record *record; /* of orders */
  Row *order;
  gint64 today;
  gint64 balance_from;  /* id of the first receipt that is for the balance; DICT_UNSET: none */
  gboolean balance;     /* the down payment is whole, by what was reported: what comes next is for the balance */
  gboolean no_deposit;  /* the contract in force asks for none */
  Step steps[PROCEDURE_STEPS];
  GPtrArray *owed;       /* of Owed*, the viewer's own first, then by due date */
  GPtrArray *offers;     /* on the order itself, of anybody in the house (a dealer: the dealer's) */
  const Offer *primary;  /* the next act of this viewer; NULL: none */
  gint64 primary_row;    /* on the row of this id */
  int create_step;       /* of primary where it makes a step's record; 0: it acts on a row */
  GHashTable *live;      /* names of records with a row in force; owned */
} Walk;

/* Gathers everything; FALSE and error on a fault. Clear in any case. */
gboolean step_walk(Walk *walk, const View *view, Row *order, GError **error);
void step_walk_clear(Walk *walk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, step_walk_clear)

/* Where a row is shown: what came after the down payment was whole belongs to the balance. */
int step_home(const Walk *walk, const Record *record, const Row *row);

/* ---- what is owed (owed.c) ---- */
/* Fills walk->owed, and of each step the most urgent there. */
gboolean owed_gather(Walk *walk, GError **error);
/* What is owed on the row, the most urgent; NULL: nothing. */
const Owed *owed_on(const Walk *walk, const Record *record, const Row *row);
/* "Order clerk 陈小梅": the role, and who that is where the order says so; "since …". In the arena. */
const char *owed_by(const Walk *walk, const Owed *owed);
const char *owed_since(const Walk *walk, const Owed *owed);
/* Offers to somebody who holds every role of the house: for what keeps an act from anybody. Caller unrefs. */
GPtrArray *owed_to_anybody(const View *view, const Record *record, Row *row, GError **error);

/* ---- what is only reported (step-log.c) ---- */
/* Whether the record's rows are mere reports, without a state or a number: a visit, a word, a forecast. */
gboolean step_is_log(const Record *record);
/* Takes such a row down; later all of a step become one item of its records, the newest first. */
gboolean step_log_add(const View *view, Step *step, const Record *record, const Row *row, GError **error);
/* "Packed · Quantity done 6": what such a row says to the viewer, in the arena; empty where it says nothing. */
const char *step_log_text(const View *view, const Record *record, const Row *row, GError **error);
/* Appends that item to the step's records, where there is something to be read: in production also how far each wall
   is. FALSE and error on a fault. */
gboolean step_log_append(const Walk *walk, guint number, GError **error);

/* order.html's steps and now. */
Value *step_items(const Walk *walk, GError **error);
Value *step_now(const Walk *walk);
