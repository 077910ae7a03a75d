/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The procedure as data: roles, commands, gates, approval chains and duties; command.c does what they say. */
#pragma once
#include "base/calendar.h"
#include "db/files.h"
#include "dict/dict.h"

typedef enum {
  ROLE_CLERK = 1 << 0,
  ROLE_SALES = 1 << 1,
  ROLE_DESIGNER = 1 << 2,
  ROLE_SURVEYOR = 1 << 3,
  ROLE_ESTIMATOR = 1 << 4,
  ROLE_PRODUCTION = 1 << 5,
  ROLE_PURCHASING = 1 << 6,
  ROLE_WAREHOUSE = 1 << 7,
  ROLE_INSTALLER = 1 << 8,
  ROLE_FINANCE = 1 << 9,
  ROLE_MANAGER = 1 << 10,
  ROLE_REGIONAL = 1 << 11,
  ROLE_GM = 1 << 12,
  ROLE_ADMIN = 1 << 13,
  ROLE_DEALER = 1 << 14,
} Role;
/* Code ("gm") and label of each role, in the order of the bits; ends with a NULL code. */
extern const Choice workflow_roles[];
/* The bit of a role's code, 0 when there is none. */
guint workflow_role(const char *code);

/* Who acts or looks. */
typedef struct {
  gint64 user_id;
  const char *name;     /* as signed */
  guint roles;          /* bits of Role */
  guint substitutes;    /* roles held for somebody absent */
  gint64 dealer_id;     /* 0: of the house */
  const char *language; /* "zh_CN", "zh_TW" or "en" */
} Viewer;

typedef struct Command Command;

/* A file that comes with an act. Its bytes are kept already (db/files.h); its row is made in the act's transaction, so
   that a refused act leaves none. */
typedef struct {
  const char *field;  /* the input that it is */
  const char *name;   /* as its sender called it */
  const char *type;   /* media type, by content */
  const char *sha256; /* its name among the files */
  gint64 size;        /* bytes */
} ActFile;

/* Everything a gate or a command's function sees. Lives as long as the command. */
typedef struct Context {
  DbTx *tx;
  Arena *arena;
  const Viewer *viewer;
  const Command *command;
  void *row;          /* the row acted on, inputs applied, not yet stored; for a gate asked by a page: as stored */
  const void *before; /* as it was stored; NULL when the command makes it */
  gint64 now;         /* UTC seconds */
  gint64 today;       /* the factory's date */
  int zone;           /* the factory's, seconds east of Greenwich */
  const Calendar *calendar;
  Refusal *refusal;   /* run() may add reasons */
  const char *signs;  /* signatures given by this act so far, for the journal; NULL: none */
  GArray *changes;    /* of the runner: orders changed so far; NULL for pages and in prepare() */
  Files *files;       /* where bytes are kept by their hash; NULL: the engine has none */
  const ActFile *sent; /* files that come with the act; ends with a NULL field; NULL: none */
  gconstpointer prepared; /* prepare() sets it and run() finds it there, unchanged; NULL: nothing */
} Context;

/* A gate: NULL when passed, else one sentence that says what is missing and who can supply it, made with
   context_sentence(). On a database fault sets error and returns NULL. */
typedef struct {
  const char *name;
  const char *(*check)(Context *context, GError **error);
  gboolean decides; /* unmet, the act is not offered and the gates behind it are not asked: nothing would come of it */
  const char *const *fields; /* instead of check: of the command's record, all must be set; ends with NULL */
  const char *lacks; /* with fields: message id with %s for the labels of those that are not */
  const char *mended_by; /* the command to which pages lead whoever is to mend it; NULL: the one that the duty names */
} Gate;

/* A sentence that a command's form says beforehand, or NULL; asked as a gate is by a page. */
typedef const char *(*Saying)(Context *context, GError **error);

/* An approval chain: stages in order; in each, every role named signs, in any order. */
typedef struct {
  const char *from;  /* state in which it waits */
  const char *to;    /* state when all of the stage have signed */
  guint roles;       /* who must sign */
  const char *label; /* what is due here: "Review the contract" */
  const char *act;   /* what signing is called on its button: "Approve", "Sign", "Seal"; NULL: as the label */
  gboolean alone;    /* never given in one act with another signature (finance and the seal) */
} Stage;
/* What is told to whoever signs, before they do; it keeps nobody from signing. */
typedef struct {
  const Gate *const *gates; /* what stands out; ends with NULL */
  Saying says;              /* what it is compared with, and where that comes from */
} Usual;
typedef struct {
  const Stage *stages;
  guint count;
  const Usual *told; /* NULL: nothing is looked for */
} Chain;
#define CHAIN(told_, ...) (const Chain){.stages = (const Stage[]){__VA_ARGS__}, .told = (told_),                     \
                                        .count = G_N_ELEMENTS(((const Stage[]){__VA_ARGS__}))}

/* One input of a command: a field of its record. */
typedef struct {
  const char *field;
  gboolean optional;
  const char *label, *help; /* message ids: what it is called in this command; NULL: as the field */
  gboolean own_name; /* its form begins with the name of whoever fills it in */
  const char *sets;  /* a choice: another input of the command, whose beginning (Command.begins) follows from it; NULL:
                        none */
  const char *among; /* of a reference: a statement whose first column gives the ids of the rows meant; $1 is the id of
                        what the row acted on is made under; NULL: any that may be seen */
  const char *const *not_before, *const *not_after; /* of a date or a moment: days between which it lies, "today", a
                        date of the row ("hand_over_date") or of what it belongs to ("shipment.shipped_date"), as far
                        as they are known; ends with NULL; NULL: any day will do */
} Input;

struct Command {
  const char *name;          /* "receipt.confirm": record, dot, verb */
  const char *label;         /* message id of the button */
  const char *behalf;        /* message id of the button where the house does it in the dealer's name; NULL: label */
  const char *help;          /* message id: what it does */
  const char *record;        /* acts on (and, with .creates, makes); a record's own commands need not say it */
  int step;                  /* of the procedure; 0: the record's */
  gboolean creates;          /* makes a row of the record; the row starts in `to` */
  const char *under;         /* creates: record whose id is given as parent ("order", a lines' parent), or NULL */
  const char *const *from;   /* states in which it may be done; NULL ends; NULL list: any */
  const char *to;            /* state afterwards; NULL: as it was, or as the chain or run() says */
  guint by;                  /* roles that may */
  const Input *inputs;       /* ends with a NULL field; NULL: none */
  const Gate *const *gates;  /* ends with NULL */
  const Chain *chain;        /* the command is a signature of this chain; .from and .to follow from it */
  gboolean by_other;         /* refused to whoever submitted the row (signatures always are) */
  gboolean submits;          /* whoever does this is the submitter */
  Saying warns;              /* warned of by its form beforehand, which refuses nothing, and to which a button of one
                                press then leads; NULL: nothing is */
  Saying extra;              /* why nobody waits for it: then its button is in the menu and leads to its form, which
                                warns of that; NULL: as its states and gates say */
  Saying tells;              /* told by its form beforehand: how things stand; NULL: nothing is */
  gboolean (*begins)(Context *context, GError **error); /* sets in context->row, a copy, what its form begins with where
                                nothing is stored or said by its address; asked as a gate is by a page; NULL: empty */
  const char *shows;         /* the file of the row that is looked at before this is done: its form shows it above what
                                is typed, where there is one; NULL: none */
  gboolean forbidden_look;   /* a tone for the button: it sends back, cancels or reverses */
  const char *by_lines;      /* the command that says of each line of the row what was found: the form lists them, and
                                what is said of them is done in the same act beforehand; NULL: no lines are looked at */
  const char *in_table;      /* makes a line: message id of its button where the lines there are wait to be
                                completed, which then leads to their table; NULL: it always makes another */
  gboolean remarked;         /* its form takes a remark for the timeline, as signatures of a chain do, and shows what is
                                ordered */
  const char *instead;       /* the command to which it is the other answer, beside which pages show it; or NULL */
  gboolean (*prepare)(Context *context, GError **error); /* heavy work before run(), see below; NULL: none */
  gboolean (*run)(Context *context, GError **error); /* more than setting fields and state; NULL: nothing more */
  gboolean ends;             /* it ends the order: what is open in it goes where its record's .ends say */
  const char *const *moves;  /* "record.state" wherever run() brings rows to, besides .to; ends with NULL */
};
/* prepare() does what takes long (reads a spreadsheet, draws a paper): in the worker that answers the request, before
   the transaction and outside of it, against a snapshot, when everything that may refuse the act has been asked once.
   It changes no row (db_exec() is an error there), but keeps bytes by their hash (context->files), reads those that
   came, adds reasons to context->refusal, and leaves what it found in context->prepared, in the context's arena. run()
   then reads and writes through db.h only: it may be called again, and must leave context->prepared as it is; a file
   that was kept gets its row there, by context_attach(). If the row acted on (or made under) has another version by
   then, the act is refused with 412; what else prepare() looked at, run() looks at again. An act known by its key is
   not prepared. */
#define IN(...) (const char *const[]){__VA_ARGS__, NULL}
#define MOVES(...) IN(__VA_ARGS__)
#define INPUTS(...) (const Input[]){__VA_ARGS__, {0}}
#define GATES(...) (const Gate *const[]){__VA_ARGS__, NULL}

/* A duty: somebody owes something while a row is in a state and, where there is such a gate, until that passes. */
typedef struct Duty {
  const char *name;      /* "contract.review" */
  const char *record;    /* whose rows; NULL: those of the record that declares it */
  int step;              /* of the procedure, on which it waits; 0: the record's own */
  const char *state;
  guint role;            /* who owes it; ROLE_CLERK means the order's own clerk, ROLE_DEALER its dealer */
  const char *role_field; /* instead of role: a choice among the codes of roles */
  const char *person_field; /* with role_field, where it is set: the user who owes it; else anyone of the role does */
  int days;              /* working days until due, from when it arose */
  const char *setting;   /* instead: the setting that gives the days (party/setting.def); or NULL */
  const char *const *renewed_by; /* "record" or "record.state": the days count anew from each row that the house makes,
                            or brings to that state, on the row (or in the order) that owes it; NULL ends */
  const char *due_field; /* instead, where it is set: a date field of the row */
  int before_days;       /* with due_field: days before it */
  guint escalates;       /* role told when it is overdue */
  gboolean outlives;     /* owed even when the order is cancelled */
  const char *label;     /* message id: "Review the contract" */
  const char *act;       /* the command that it asks for, where this is not what moves the row on; NULL: that */
  const char *meanwhile; /* the command that completes the row while it cannot be moved on; NULL: none */
  const char *because;   /* a text of the row: where it is set the row was sent back, for that reason; NULL: none */
  const Gate *until;     /* of the row: passed, nothing is owed; NULL: the state alone says */
  const char *const *asked_after; /* with until: commands of the same order after which it is asked again; NULL ends */
} Duty;

/* Makes them known and checks them against the dictionary. Once, after dict_register(). Arrays must live on. */
gboolean workflow_register(const Command *const *commands, guint commands_count, const Duty *duties, guint duties_count,
                           GError **error);
const Command *workflow_find(const char *name);
const Command *const *workflow_commands(guint *count);
/* The command on the record: by its whole name, or by its verb ("confirm" of receipt). NULL: none. */
const Command *workflow_on(const Record *record, const char *name);
/* Whether there is another answer to it (Command.instead). */
gboolean workflow_is_choice(const Command *command);
/* What the command is called to this viewer: its label, or behalf. A message id. */
const char *workflow_label(const Viewer *viewer, const Command *command);
/* The first command that makes a row of the record, NULL when people make none. */
const Command *workflow_maker(const Record *record);
const Duty *workflow_duties(guint *count);
/* The duty of that name; NULL: it is not, or no longer, declared. */
const Duty *workflow_duty(const char *name);
/* What a duty asks for, as far as the declarations say: the act that it names, else what it awaits again and again,
   else what brings its row out of the state; NULL: none of these is an act of the role that owes it. */
const Command *workflow_act(const Duty *duty, guint role);
/* The ids of the rows that the input means (Input.among) where its row is made under that one, in the arena; NULL and
   error on failure. And whether the id is one of them, or any is meant. */
const gint64 *workflow_among(DbTx *tx, Arena *arena, const Input *input, gint64 parent, guint *count, GError **error);
gboolean workflow_is_among(DbTx *tx, Arena *arena, const Input *input, gint64 parent, gint64 id, GError **error);
/* The setting of that name (party/setting.def) with what is usual; NULL: there is none. */
const Choice *workflow_setting(const char *name);
/* Whether the command declares that it brings rows of the record to the state. */
gboolean workflow_moves(const Command *command, const Record *record, const char *state);
/* The stage of a chain that waits in this state, or NULL. */
const Stage *workflow_stage(const Chain *chain, const char *state);

/* ---- what business functions use ---- */
/* What the setting of that name says: as the house has stated it (*stated, which may be NULL), or as is usual. */
gint64 context_setting(Context *context, const char *name, gboolean *stated, GError **error);
/* The date as sentences write it, in the viewer's language, in the arena. */
const char *context_date(Context *context, gint64 days);
/* A translated sentence with printf arguments, in the viewer's language, in the arena. */
const char *context_sentence(Context *context, const char *message, ...) G_GNUC_PRINTF(2, 3);
/* "¥12,000.00", as pages write it, in the arena. */
const char *context_money(Context *context, gint64 fen);
/* The first integer of a one-row query, 0 when there is no row or it is NULL. */
gint64 context_number(Context *context, const char *sql, const DbCell *args, guint count, GError **error);
/* The same of a statement that says of one row of the record, whose id is its last parameter, as dict_ask() wants it:
   the number stands behind the id. */
gint64 context_ask(Context *context, const Record *record, const char *sql, const DbCell *args, guint count,
                   GError **error);
/* Whether the row of that id is in one of these states, parted by blanks. */
gboolean context_is_in(Context *context, const Record *record, gint64 id, const char *states, GError **error);
/* Whether the order of context->row has another row of the record than that, but for those in one of these states. */
gboolean context_has_other(Context *context, const Record *record, const char *but, GError **error);
/* The row of that id (0: NULL). */
void *context_load(Context *context, const Record *record, gint64 id, GError **error);
/* Locks the row until the act is over. Whoever decides by what lies in another order or of another dealer than the
   act's own locks that order or dealer before looking; where an act is only offered or prepared there is nothing to do.
   Two acts that lock crosswise are found by the database, and one begins again. */
gboolean context_lock(Context *context, const Record *record, gint64 id, GError **error);
/* Says that pages and duties of this row's order are out of date, where no row of it is stored. */
void context_touch(Context *context, const Row *row);
/* Stores a new row of another record and journals it; number and scope (order, dealer) are taken from `context->row`
   where unset. */
gboolean context_create(Context *context, const Record *record, void *row, GError **error);
/* Stores a changed row of another record and journals the difference from `before`. */
gboolean context_save(Context *context, const Record *record, const void *before, void *row, GError **error);

/* What the input gives: the file sent with the act, or the one of a row, in the arena. NULL: none that the viewer may
   read, or error is set. */
const ActFile *context_file(Context *context, const Field *field, GError **error);
/* The file's first bytes, at most `most`, and a NUL; caller frees. NULL and error on failure. */
char *context_read(Context *context, const ActFile *file, gsize most, gsize *size, GError **error);
/* Stores the row of a file, of the scope of context->row; its id, 0 and error on failure. */
gint64 context_attach(Context *context, const ActFile *file, gboolean for_dealer, GError **error);

/* ---- the runner ---- */
typedef struct {
  const Viewer *viewer;
  DbWork admit;          /* NULL, or reads within the transaction who the viewer is by now, into *viewer: what somebody
                            may do can have been taken away meanwhile; user_id is then 0 where nobody is logged in */
  gpointer admit_data;
  const Command *command;
  gint64 id;             /* row acted on; of the parent when the command creates under one */
  gint64 version;        /* the version seen by the actor; 0: not given */
  GHashTable *inputs;    /* name → text (strings borrowed); names unknown to the command are refused */
  InputStyle style;
  const ActFile *files;  /* ends with a NULL field; NULL: none */
  const char *key;       /* idempotency key, or NULL */
  const char *comment;   /* remark for the timeline, or NULL */
  gboolean (*also)(DbTx *tx, gint64 id, gpointer data, GError **error); /* NULL, or what the same transaction does when
                            the act is done, outside of the dictionary (a password); id: of the row acted on or made */
  gpointer also_data;
} Act;
typedef struct {
  gint64 id;       /* of the row acted on or made */
  gint64 version;
  gint64 order_id;
  gboolean again;  /* the answer of an earlier act with the same key */
} Done;

typedef struct Engine Engine;
/* Over an open database; zone: seconds east of Greenwich of the factory. */
Engine *engine_new(Db *db, int zone);
void engine_free(Engine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)
Db *engine_db(Engine *engine);
/* Where the bytes of files are, for commands that read or make some; borrowed. Before the first act. */
void engine_set_files(Engine *engine, Files *files);

/* What draws the papers that are kept (src/paper). An act that brings a row to the state in which its paper is final
   draws it in prepare(), as it is when the act is done, keeps the bytes by their hash, and hangs the file on the row's
   field KEPT_FIELD as part of the act. What only run() changes beside the state is not on it. Where a row is handed in
   anew, what was signed before counts no longer, and the field is empty again. */
typedef struct {
  const char *(*kept_at)(const Record *record); /* that state; NULL: the record has no such paper */
  /* The paper of context->row, whose state and context->signs are those after the act; *name: of the file, in the
     arena. Caller unrefs; NULL and error on failure. */
  GBytes *(*draw)(Context *context, const char **name, GError **error);
} Press;
#define KEPT_FIELD "paper"
/* Borrowed; before the first act. An engine without a press, or without files, keeps no papers. */
void engine_set_press(Engine *engine, const Press *press);
/* Creates and completes all tables. */
gboolean engine_migrate(Engine *engine, GError **error);
/* Seconds east of Greenwich of the factory, and its date of now. */
int engine_zone(const Engine *engine);
gint64 engine_today(Engine *engine);
/* Tests set the clock; 0 gives back the real one. */
void engine_set_clock(Engine *engine, gint64 now);
gint64 engine_now(Engine *engine);
/* Carries out an act in one durable transaction. TRUE: done. FALSE with reasons in `refusal` (nothing was changed), or
   FALSE with error: a fault. Blocks until it is on disk. */
gboolean engine_run(Engine *engine, const Act *act, Done *done, Refusal *refusal, GError **error);
/* The same for several acts in one transaction, in order: all or none. Every act is tried: refusals[i] says what
   is wrong with the i-th (where an earlier one was refused, later ones may be only for that). dones and refusals: count
   each. A key of the first act stands for all of them. What is to be prepared is prepared before the first is run. */
gboolean engine_run_all(Engine *engine, const Act *acts, guint count, Done *dones, Refusal *const *refusals,
                        GError **error);

/* What changed: an order, or whom a user may be or what that user may do. */
typedef struct {
  gint64 order_id, dealer_id; /* the order, and its dealer; 0: none */
  gint64 user_id;             /* the user: sessions that ended, a role taken or given; 0: none */
} EngineChange;
/* Calls `changed` for every order and user that an act changed (a user by a record with .rights), and for those that
   engine_write() names, after the commit: what this engine did at once in the thread that did it, what others on
   the same database did within a second from a thread of its own. It must be quick and must not use the engine. One
   watcher; engine_unwatch() (or engine_free()) waits for its thread. */
typedef void (*EngineChanged)(const EngineChange *change, gpointer data);
void engine_watch(Engine *engine, EngineChanged changed, gpointer data);
void engine_unwatch(Engine *engine);
/* Runs work, which is no act of the dictionary, in one durable transaction. It adds to users (gint64) whose sessions or
   rights it changes. FALSE as work, or error. */
gboolean engine_write(Engine *engine, DbWork work, gpointer data, GArray *users, GError **error);

/* The roles that may do the command, of its chain too. */
guint workflow_needs(const Command *command);
/* Whether the viewer holds, or substitutes for, a role that the command asks for. */
gboolean workflow_may(const Viewer *viewer, const Command *command);
/* What the viewer may know by the roles held, or stood in for: a dealer, one who deals with customers and money, or one
   of the workshop. */
Audience workflow_audience(const Viewer *viewer);

/* Whether a viewer may know of this row at all: a dealer of own rows only, in the states shown to dealers. */
gboolean context_may_see(const Viewer *viewer, const Record *record, const Row *row);
/* The same, and of what the row is a line of: an instalment is hidden with its contract. FALSE on a fault too. */
gboolean context_may_reach(DbTx *tx, Arena *arena, const Viewer *viewer, const Record *record, const Row *row);

/* A signature given in the row's present round. */
typedef struct {
  const char *stage; /* the state in which it was due */
  guint role;
  const char *name;  /* who signed */
  gint64 at;         /* UTC seconds */
} Signature;
/* The signatures of the row, in the arena, ending with a NULL stage; with those that the act under way gives (NULL:
   there is none). NULL and error on a fault. */
const Signature *workflow_signatures(DbTx *tx, Arena *arena, const Record *record, const Row *row, const Context *act,
                                     GError **error);

/* The roles whose signature is missing in the stage that the row waits in, where others of the stage have signed; 0:
   it waits in none, or nobody has signed yet. FALSE and error on a fault. */
gboolean workflow_unsigned(DbTx *tx, Arena *arena, const Record *record, const Row *row, guint *roles, GError **error);

/* What the command's form says beforehand, acting on or making something under this row; inputs: name → text that it
   shows already, or NULL. In the arena, NULL where it is not said. FALSE and error on a fault. */
typedef struct {
  const char *warning, *telling; /* Command.extra and .warns, a line each; .tells */
  const void *begun;             /* a row of the command's record as its form begins (Command.begins) */
} Beforehand;
gboolean workflow_beforehand(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Command *command,
                             void *row, GHashTable *inputs, Beforehand *said, GError **error);

/* The days between which what is typed must lie, acting on or making something under this row (NULL: under nothing), as
   far as that is known before: DICT_UNSET where it is open. FALSE and error on a fault. */
typedef struct {
  gint64 earliest, latest;
} WorkflowSpan;
gboolean workflow_span(Engine *engine, DbTx *tx, Arena *arena, const Command *command, const Input *input,
                       const void *row, WorkflowSpan *span, GError **error);

/* Whether the day is a day off in the factory's calendar. FALSE and error on a fault. */
gboolean workflow_day_off(DbTx *tx, Arena *arena, gint64 day, gboolean *off, GError **error);

/* What a viewer may press on a row, for pages. */
typedef struct {
  const Command *command;
  const char *label;    /* message id; of the stage for a signature */
  const char **unmet;   /* sentences of unmet gates, ends with NULL; empty when it may be done */
  const char *mended_by; /* the command that the first of those gates names that names one; NULL: none does */
  gboolean extra;       /* it may be done, but nobody waits for it */
  gboolean submitted;   /* by the viewer, so somebody else must do it */
} Offer;
/* Offers (Offer*, in the arena) for the row as stored, by role, state and submitter, with what may be made under it.
   Caller unrefs the array. */
GPtrArray *workflow_offers(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Record *record,
                           void *row, GError **error);

/* Why the viewer cannot do it on this row now, whatever is typed: the state is another, it is the turn of somebody else
   (and since when), or the viewer submitted the row. One sentence in the arena; NULL where none of that is so, or error
   is set. */
const char *workflow_closed(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Command *command,
                            void *row, GError **error);

/* What the command's chain tells whoever signs the row: sentences, in the arena, ending with NULL; *usual: what they
   compare it with, NULL where nothing is looked for. NULL and error on a fault. */
const char **workflow_told(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Command *command,
                           void *row, const char **usual, GError **error);

/* ---- duties (duty.c) ---- */
/* An open duty, as a viewer meets it. */
typedef struct {
  gint64 id;
  const Duty *duty;        /* its declaration; NULL: no longer declared */
  gint64 row_id;           /* of duty->record */
  gint64 order_id, dealer_id;
  guint role;              /* who owes it */
  gint64 person;           /* user id, or of a dealer's duty id of the dealer, who owes it; 0: whoever has the role */
  gint64 since;            /* UTC seconds */
  gboolean renewed;        /* what is asked for again and again was done since it arose: at `since` */
  gint64 due;              /* the last day on which it is in time */
  gboolean told;           /* it waits on another, and is overdue: the viewer is only told of it */
} DutyWait;
/* The most urgent duties that wait on the viewer, or on whom the viewer stands in for, and the overdue ones that the
   viewer is told of: `most` of them by due date and id, behind `behind` (only its due and id count; NULL: from the
   start). DutyWait* in the arena; caller unrefs. */
GPtrArray *duty_load(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const DutyWait *behind, guint most,
                     GError **error);
/* Says that the rows that the duty names will be loaded (dict_foresee()): what it is about, order, dealer, person. */
void duty_foresee(DbTx *tx, Arena *arena, const DutyWait *wait);
/* How many wait on the viewer (or, `told`, are overdue with others and told to the viewer) with a due date below
   `before`; DICT_COUNTED + 1 stands for more. -1 and error on failure. */
gint64 duty_count(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, gboolean told, gint64 before,
                  GError **error);
/* How many of the name are open, counted like these. */
gint64 duty_count_named(DbTx *tx, Arena *arena, const Duty *duty, GError **error);
/* Bits of the roles on which something waits in the order. FALSE and error on a fault. */
gboolean duty_roles(DbTx *tx, Arena *arena, gint64 order, guint *roles, GError **error);
/* Marks what became overdue, so that those to whom it escalates are told. To be called now and then. */
gboolean duty_escalate(Engine *engine, GError **error);

/* Forgets idempotency keys older than 90 days. Now and then. */
gboolean engine_forget(Engine *engine, GError **error);

/* ---- proof ---- */
/* Chains the heads of all chains that moved since the last seal into one chain. Now and then, and before a backup. */
gboolean engine_seal(Engine *engine, GError **error);

typedef struct {
  gint64 id, at;     /* number, from 1 (0: there is none yet), and when, UTC seconds */
  char hash[65];     /* kept elsewhere, it proves later that nothing before it was rewritten */
} VerifySeal;
typedef struct {
  gint64 entries, rows; /* journal entries and rows of records that were checked */
  VerifySeal seal;      /* the last */
} Verified;
/* Checks that the chains and their seals are whole, that every row and signature is as the journal last left it, that
   every reference leads somewhere, and that all sums agree. expected: the hash of a seal
   that must be among them, or NULL. The first broken place, a sentence in the arena; NULL when all is sound or error is
   set. */
const char *verify_database(DbTx *tx, Arena *arena, const char *expected, Verified *found, GError **error);
