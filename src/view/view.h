/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages show, as value trees made from the declarations; a template (src/web/template) formats them. The comment
   at the head of each template is the contract of the function named after it. Everything is read through the
   viewer. */
#pragma once
#include "workflow/workflow.h"

typedef struct {
  Engine *engine;
  DbTx *tx;
  Arena *arena;
  const Viewer *viewer;
  const char *csrf;    /* form token of the session */
  const char *path;    /* of the request */
  const char *version; /* of the assets */
  const char *live;    /* key of the events that refresh the page, "*" for all, NULL for none */
  const char *flash;   /* message about the act just done; NULL: none */
} View;

gboolean view_is_dealer(const View *view);
/* The text in the viewer's language. */
const char *view_text(const View *view, const char *message);
/* "orders": a record's name in URLs; and the record of such a name, or NULL. In the arena. */
const char *view_plural(const View *view, const Record *record);
const Record *view_record(const char *plural);
/* "/orders/17", in the arena. */
const char *view_href(const View *view, const Record *record, gint64 id);
/* A key for a form, so that sending it twice does it once. */
const char *view_key(const View *view);
/* A date, and a moment, as the viewer reads them; the amount of money likewise. In the arena. */
const char *view_date(const View *view, gint64 days);
const char *view_time(const View *view, gint64 seconds);
const char *view_money(const View *view, gint64 fen);
/* The name under which an act is remembered for the next page, in the arena; and the message made of it there (NULL
   where the viewer may not know of the row). */
const char *view_flash_name(Arena *arena, const Command *command, gint64 id);
/* The same of lines that were saved together. */
const char *view_flash_lines(Arena *arena, const Record *record, gint64 id);
const char *view_flash(const View *view, const char *name, GError **error);
/* What the row is: its record's label, or what one of its fields says instead. */
const char *view_kind(const View *view, const Record *record, const void *row);
/* "Contract C-00017 …": what the row is and what a person calls it. */
const char *view_full_title(const View *view, const Record *record, const void *row);
/* Whether the viewer may know of the row; of the record at all; of a list of its rows. */
gboolean view_may_see(const View *view, const Record *record, const Row *row);
gboolean view_may_know(const View *view, const Record *record);
gboolean view_may_list(const View *view, const Record *record);
/* The state that the row is in, as people read it: where some of its signatures are given, only those missing are
   named. In the arena; NULL: it has none. */
const char *view_state(const View *view, const Record *record, const Row *row, GError **error);
/* good, warn, bad, info or calm, for a state: as its declaration says how a row in it stands. */
const char *view_tone(const Record *record, const char *state);
/* What a person calls the row: number, or its first listed field. */
const char *view_title(const View *view, const Record *record, const void *row);
/* "It was sent back: ...", where the row on which the duty waits was; else NULL. */
const char *view_sent_back(const View *view, const Duty *duty, const void *row);

/* What the row is called, without its number where it has a name. */
const char *view_name(const View *view, const Record *record, const void *row);

/* A field's value as people read it: labels of choices, titles of rows referred to (with their address in *href where
   the viewer may look). A NULL value where nothing is set, or nothing to be seen. */
Value *view_value(const View *view, const Field *field, const void *row, const char **href, GError **error);
/* Whether a field holds a step of the procedure; what a step is called: "5 · Drawing confirmed". */
gboolean view_is_step(const Field *field);
const char *view_step(const View *view, gint64 step);
/* Whether it is written right-aligned. */
gboolean view_is_number(const Field *field);
/* Whether it stays on one line in a table. */
gboolean view_is_short(const Field *field);

/* One parameter of an address, decoded. */
typedef struct {
  const char *name, *value;
} ViewPair;

/* An order that was found by something that hangs on it, and what that is. */
typedef struct {
  gint64 order_id;
  const char *by; /* "Contract C-00037", in the arena */
} ViewFound;
/* The orders on which that number or waybill hangs, as far as the viewer may see it; of ViewFound, at most VIEW_ROWS.
   Caller unrefs. */
GArray *view_find(const View *view, const char *q, GError **error);

/* What a list is asked to show, checked: the parameters of its address and of the named filter among them. */
typedef struct {
  const Record *record;
  GArray *pairs;         /* ViewPair in effect; owned */
  guint given;           /* how many of them the address gives; the others are the named filter's */
  const char *q;         /* search text, "": none */
  const char *filter;    /* name of the named filter, NULL: none */
  const char *columns;   /* names of the columns chosen, parted by dots; NULL: the listed ones */
  gboolean kanban;       /* by step, not as a list */
  gint64 matches;        /* counted so far; -1: not yet */
  GArray *found;         /* ViewFound: what the search text is a number of, not a text in the rows; owned; or NULL */
  DictPage page;         /* without `most` and `many` */
  DictCondition where[16];
} ViewQuery;
enum { VIEW_ROWS = 50 /* of one page */ };

/* Reads the parameters (later ones of the same name do not count; those of the named filter stand behind). FALSE with
   reasons in `refusal`, each naming its parameter, or with error. Clear with view_query_clear(). */
gboolean view_query(const View *view, const Record *record, const ViewPair *pairs, guint count, ViewQuery *query,
                    Refusal *refusal, GError **error);
void view_query_clear(ViewQuery *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ViewQuery, view_query_clear)
/* The address of the same list with this parameter exchanged (value NULL: left out), from its first page. base: "" or
   "/api". In the arena. */
const char *view_query_href(const View *view, const ViewQuery *query, const char *base, const char *name,
                            const char *value);
/* The rows of the page, at most VIEW_ROWS, and the addresses of the next and the previous page (NULL: none). Caller
   unrefs. */
GPtrArray *view_query_load(const View *view, ViewQuery *query, const char *base, const char **next,
                           const char **previous, GError **error);
/* How many rows match: "312", "10,000+"; NULL for a search, which does not count. */
const char *view_query_count(const View *view, ViewQuery *query, GError **error);

/* {page: …} of head.html, with the title given; other keys are added by the caller. */
Value *view_page(const View *view, const char *title);
/* One item of facts.html: a label as it is read, its value, where it leads (NULL: nowhere). */
Value *view_said(const View *view, const char *label, Value *value, const char *href, gboolean wide);
/* The same of a field; NULL where the field is not set or the viewer may not see it, or error is set. */
Value *view_fact(const View *view, const Record *record, const Field *field, const void *row, GError **error);
/* A list of facts.html items: the fields that are set and that the viewer may see. */
Value *view_facts(const View *view, const Record *record, const void *row, GError **error);
#define VIEW_SOUGHT "_q." /* before a reference's name: the text that its form searches for */
/* A file that need not be chosen again. */
typedef struct {
  const char *field, *name; /* the input, and what the file is called */
  const char *token;        /* stands for it when the form comes back */
} ViewKept;
/* What a form says already. Zeroed: nothing but what is stored. */
typedef struct {
  GHashTable *inputs;     /* name → text as sent, or as its address says; NULL: none */
  GHashTable *sought;     /* what references are searched for: name → text; NULL: references are not searched */
  const ViewKept *kept;   /* ends with a NULL field; NULL: none */
  const Refusal *refusal; /* why it was refused */
  gint64 version;         /* of the row as its sender saw it */
  const char *from;       /* path of the page that it was opened from, to which Cancel leads; NULL: not known */
  const char *wrong;      /* said in a field that has no error of its own: of its row as a whole; NULL: nothing */
} ViewTyped;
/* form.html for a command; row: what it acts on (the parent, when it creates), NULL for none. */
Value *view_form(const View *view, const Command *command, void *row, const ViewTyped *typed, GError **error);
/* By how much the row is late by the date in this field, "9 days overdue", in the arena; NULL: it is not. */
const char *view_late(const View *view, const Record *record, const Field *field, const void *row);
/* Whom an order waits on, as far as the viewer is told: dealers learn of themselves only.
   NULL: nobody, or not told. */
const char *view_waits(const View *view, gint64 order, GError **error);
/* Whether the list can be narrowed to rows in which something is owed: orders, for the house. */
gboolean view_owes(const View *view, const Record *record);
/* Whether the viewer may know of the field. */
gboolean view_shows(const View *view, const Field *field);
/* calendar.html's calendar. */
Value *view_calendar(const View *view, int year, GError **error);
/* permissions.html's permissions. */
Value *view_permissions(const View *view);
/* portal.html's portal, and portal-order.html's portal_order: what a dealer sees. */
Value *view_portal(const View *view, GError **error);
Value *view_portal_order(const View *view, void *order, GError **error);
/* order.html's order for orders, and the page of any other record in the same shape. */
Value *view_order(const View *view, const Record *record, void *row, GError **error);
/* timeline.html's timeline: of an order with its comments, or what happened to any other row; from the newest, or from
   below `before` where that is not 0. */
Value *view_timeline(const View *view, const Record *record, const Row *row, gint64 before, GError **error);
/* papers.html items of the paper that is printed from a row and of the files that it names in its fields; of one file:
   NULL where there is none for the viewer. */
Value *view_papers(const View *view, const Record *record, const void *row, GError **error);
Value *view_paper(const View *view, gint64 file, const char *label, GError **error);
/* list.html. */
Value *view_list(const View *view, ViewQuery *query, GError **error);
/* kanban.html: the open orders among those asked for, a column a step. */
Value *view_kanban(const View *view, const ViewQuery *query, GError **error);
/* What GET /api/RECORDS answers: whole rows; and the addresses of the pages beside (NULL: none). */
Value *view_rows(const View *view, ViewQuery *query, const char **next, const char **previous, GError **error);
/* inbox.html's inbox: the beginning of every group (NULL), or a page of one: behind that duty, or from the most urgent
   (NULL). */
Value *view_inbox(const View *view, const char *group, const DutyWait *behind, GError **error);
/* Whether a group is called so: "sign", "do", "told", "know". */
gboolean view_inbox_group(const char *name);
/* Reads the place that an inbox's "more" names; FALSE when it is none. */
gboolean view_inbox_place(const char *text, DutyWait *behind);
