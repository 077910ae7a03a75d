/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the order's page and the dealer's page of it share. */
#pragma once
#include "step/s06-contract.h"
#include "view/act.h"

/* Money of an order as the viewer may see it; fen. */
typedef struct {
  gint64 contract;  /* amount of its contract, in force or being agreed on; 0: none yet */
  gboolean in_force; /* or was, until the order ended: before, nothing is owed */
  gint64 received;  /* confirmed and allocated to it: what the bank has */
  gint64 written_off; /* remainders of it that finance gave up: as good as paid, but no money */
  gint64 noticed;   /* reported, not confirmed yet */
  gint64 refunded;  /* paid back */
  gboolean over;    /* the contract ended with its order: nothing more is asked */
  gint64 next;      /* what is missing of the instalment due next; 0: nothing */
  gboolean deposit; /* that is the deposit */
  const char *kind; /* of that instalment, its choice's label as a message id */
  gint64 due;       /* its date, DICT_UNSET where none is named */
  const char *before; /* what it is due before, as a message id; NULL: nothing */
  gint64 stored;    /* the day since which goods that are made have been in store; 0: none are */
  gint64 missing;   /* of all that is due before delivery */
} OrderMoney;
/* What is settled of the contract, by money or by being written off. */
static inline gint64 order_settled(const OrderMoney *money) {
  return money->received + money->written_off;
}
gboolean order_money(const View *view, gint64 order_id, OrderMoney *money, GError **error);

/* SQL: the day by which instalment i of contract c of order o is to be paid, as its dealer was told: what the contract
   names, else the day of the duty to pay the deposit, or the balance once it is noticed, else the day of delivery. */
#define ORDER_PAY_BY                                                                                                 \
  "COALESCE(i.due_date, CASE WHEN i.kind = 'deposit' THEN (SELECT MAX(t.due) FROM duty t WHERE t.row_id = i.id AND"  \
  " t.name = 'instalment.settle') WHEN i.before_delivery = 1 THEN (SELECT MAX(t.due) FROM duty t JOIN"               \
  " balance_notice b ON b.id = t.row_id AND b.state = 'sent' WHERE t.order_id = o.id AND t.name ="                   \
  " 'balance_notice.pay') ELSE o.delivered_date END)"

/* Sets order.html's closing and its title; waits: something is still owed. FALSE and error on a fault. */
gboolean view_set_closing(const View *view, const Order *order, gboolean waits, Value *page, GError **error);

/* "extended by 5 days: The site": why the due date is later than the contract's, in the arena; NULL: it is not. */
const char *order_extended(const View *view, const Row *order, GError **error);

/* Appends lines.html tables of what hangs on a dealer or a project: its orders, projects, contacts. */
gboolean view_add_related(const View *view, const Record *record, const Row *row, Value *tables, GError **error);
/* Appends a lines.html table of what the row changes of the one whose place it takes; nothing where it takes none's. */
gboolean view_compare(const View *view, const Record *record, const Row *row, Value *tables, GError **error);
/* The fields of lines that the viewer may see and that some of the rows have; terms: without what is passing
   (Field.passing). Field*; caller unrefs. */
GPtrArray *lines_columns(const View *view, const Record *line, const GPtrArray *rows, gboolean terms);
/* Appends a column's head to lines.html's columns; a cell of it, of a row of that record. */
void lines_head(const View *view, Value *heads, const Field *field);
Value *lines_cell(const View *view, const Record *record, const Field *field, const void *row, GError **error);
/* Sets order.html's has_makeups and makeups: orders that make up for this one, until they are delivered. FALSE and
   error on a fault. */
gboolean view_set_makeups(const View *view, const Order *source, Value *page, GError **error);
enum { VIEW_BESIDE = 6 };
/* The fields of the row that a reference means which are shown beside it (Field.counts, .beside), as far as the viewer
   may see them; their number. */
guint view_beside(const View *view, const Field *field, const Field *beside[VIEW_BESIDE]);
/* Appends a lines.html table of the record's Record.also under that parent. FALSE and error on a fault. */
gboolean view_add_also(const View *view, const Record *record, gint64 parent_id, Value *tables, GError **error);
/* Appends lines.html tables of the goods that rows of such a record are about: of the order form that the row names
   (NULL: a row yet to be made), else of the order's accepted one; nothing where it is about none. */
gboolean view_add_goods(const View *view, const Record *record, const Row *row, gint64 order_id, Value *tables,
                        GError **error);
/* Appends a lines.html table of what passed which stage of production, wall by wall, where reports name walls or
   `always`; an act of a wall that the viewer may report leads to its form. FALSE and error on a fault. */
gboolean view_add_production(const View *view, gint64 order_id, gboolean always, Value *tables, GError **error);
/* Appends a lines.html table of these rows to be read; title: message id. */
void view_add_table(const View *view, Value *tables, const char *title, Value *heads, Value *rows);
/* A cell of a table of lines. */
typedef struct {
  const char *label; /* of its column, as it is read */
  Value *text;       /* NULL: empty */
  const char *href;  /* where it leads; NULL: nowhere */
  const char *late;  /* by how much the row is late by this date; NULL: it is not */
  gboolean is_number, is_short; /* written right-aligned; stays on one line */
} ViewCell;
/* The same for lines.html. */
Value *view_cell(const View *view, const ViewCell *cell);
/* lines.html tables of what the row changes and of its lines; offers (may be NULL) say whether one may be added. */
Value *view_lines(const View *view, const Record *record, const Row *row, const GPtrArray *offers, GError **error);
