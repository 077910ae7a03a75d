/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the workflow share with each other and with nobody else. */
#pragma once
#include "workflow/workflow.h"

typedef struct Watch Watch;
struct Engine {
  Db *db;       /* borrowed */
  int zone;     /* the factory's, seconds east of Greenwich */
  gint64 clock; /* set by tests; 0: the real one */
  Files *files; /* borrowed; NULL: none */
  Watch *watch; /* NULL: nobody wants to know what changed */
  const Press *press; /* borrowed; NULL: no papers are kept */
};

/* ---- watch.c ---- */
/* Notes the change among the others (EngineChange), once; one of nothing is none. */
void watch_add(GArray *changes, const EngineChange *change);
/* Leaves word for the other servers, within the act's transaction. */
gboolean watch_post(Engine *engine, DbTx *tx, const GArray *changes, gint64 now, GError **error);
/* Tells this server's watcher, after the commit. */
void watch_tell(Engine *engine, const GArray *changes);

/* ---- journal.c ---- */
typedef struct {
  const Record *record;
  const void *before; /* NULL: the row is new */
  const void *after;
  const char *signs;    /* signatures that the act gave on the row, as approval_text() writes them; NULL: none */
} Change;
/* One entry as it is hashed. */
typedef struct {
  const char *root;  /* of the chain: "order:17", "dealer:3" or "house" */
  gint64 seq;        /* place in the chain, from 1 */
  gint64 at, user_id;
  const char *command, *record;
  gint64 row_id, row_version, order_id, dealer_id, parent_id; /* of the row after the change */
  gint64 submits;    /* 1: whoever did it is the row's submitter */
  const char *detail; /* JSON: what dict_difference() says, and "signed" with approval_text() of each signature */
  const char *comment; /* may be NULL */
} JournalEntry;
/* SHA-256 over the hash of the entry before (empty at the start) and this one, in the arena. */
const char *journal_hash(Arena *arena, const char *previous, const JournalEntry *entry);
/* Appends one entry to the chain of the row's order (or dealer, or the house). */
gboolean journal_append(Context *context, const Change *change, const char *comment, GError **error);
/* User id of whoever last submitted the row, 0 when nobody did. */
gint64 journal_submitter(Context *context, const Record *record, gint64 id, GError **error);
/* One sentence on what others changed in the row since that version, in the arena. */
const char *journal_since(Context *context, const Record *record, gint64 id, gint64 version, GError **error);

/* ---- what verify.c asks of each; the first thing wrong, in the arena, or NULL (then look at error, which is not NULL)
   ---- */
const char *journal_verify(DbTx *tx, Arena *arena, gint64 *entries, GError **error);
const char *seal_verify(DbTx *tx, Arena *arena, const char *expected, VerifySeal *last, GError **error);
const char *verify_rows(DbTx *tx, Arena *arena, const Record *record, gint64 *rows, GError **error);

/* ---- duty.c ---- */
/* Closes the duties of the row that its state no longer asks for, and opens those that it does. */
gboolean duty_follow(Context *context, const Record *record, const void *row, GError **error);
/* Asks again, in every order changed so far, what this command may have settled. Last of all. */
gboolean duty_settle(Context *context, GError **error);

/* ---- bounds.c ---- */
/* Whether the days that the input's bounds name are there. */
gboolean bounds_exist(const Record *record, const Input *input);
/* Adds a reason for each input that lies outside of its bounds. FALSE only on a fault. */
gboolean bounds_check(Context *context, const Record *record, GError **error);

/* ---- ending.c ---- */
/* The state in which a row in this state ends with its order; NULL: it stays as it is. */
const char *ending_of(const Record *record, const char *state);
/* Ends what is open in the order of context->row, which is stored already. */
gboolean ending_run(Context *context, GError **error);

/* ---- approval.c ---- */
/* Roles that have signed the present round of this stage, as bits. */
gboolean approval_given(Context *context, const Record *record, gint64 id, const char *stage, guint *roles,
                        GError **error);
/* Roles that the viewer could sign for now in the stage: 0 when there are none. */
guint approval_open(const Viewer *viewer, const Stage *stage, guint given);
/* What the journal keeps of a signature, and verify compares: stage, role's code, substitute or not; in the arena. */
const char *approval_text(Arena *arena, const char *stage, guint role, gboolean substitute);
/* Signs for the viewer, notes it in context->signs and moves the row's state on when a stage is complete. In prepare()
   nothing is stored. */
gboolean approval_sign(Context *context, const Record *record, GError **error);
/* A new round: what was signed before counts no longer. */
gboolean approval_void(Context *context, const Record *record, gint64 id, GError **error);

/* ---- keep.c ---- */
/* Whether the command may bring its row to the state in which the paper is kept. */
gboolean keep_may(const Engine *engine, const Command *command);
/* In prepare(), after all else: brings context->row to where the act leaves it, draws its paper and keeps the bytes.
   *kept: the file to be hung on the row, in the arena; NULL: none is due. */
gboolean keep_draw(Context *context, const Press *press, const ActFile **kept, GError **error);
/* Whether the act has brought context->row to the state in which its paper is kept, and none is yet: what is kept
   stays, however often the row comes by. And hangs the file on the row. */
gboolean keep_is_due(const Context *context, const Press *press);
gboolean keep_hang(Context *context, const ActFile *kept, GError **error);
/* Handed in anew: takes off context->row what was kept. */
void keep_drop(Context *context, const Press *press);

/* ---- attachment.c ---- */
/* Stores the row of a file (one of the act's `files`), of the same order and dealer, and names it in the field. In
   prepare() it only sets the field: to 0, or no ids. */
gboolean attachment_take(Context *context, const Field *field, const ActFile *file, const ActFile *files,
                         GError **error);

/* Whether the field takes files of that type; else says so in context->refusal. */
gboolean attachment_fits(Context *context, const Field *field, const char *name, const char *type);

/* Whether the viewer may read the file: where it is of an order, a row that this one may see names it in a field that
   is shown to him; and a dealer's files are for dealers. FALSE on a fault too. */
gboolean attachment_is_open(DbTx *tx, Arena *arena, const Viewer *viewer, const Row *file);

/* ---- context.c ---- */
/* FALSE and error when the command brings a row of the record to another state without declaring it. */
gboolean context_check_move(Context *context, const Record *record, const char *before, const char *state,
                            GError **error);
const char *context_state_label(Context *context, const Record *record, const char *state);
gboolean context_init(Context *context, Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, GError **error);
/* Gives back what context_init() took. */
void context_clear(Context *context);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Context, context_clear)
