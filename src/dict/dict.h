/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dictionary: a record is described once, field by field; struct, table, form, JSON and difference follow.

   A record is a C struct that begins with Row and has one member a field. dict/declare.h makes it, and the description
   of its fields, from the record's .def file:

     #define DICT_NAME receipt
     #define DICT_TYPE Receipt
     #define DICT_DEF "step/receipt.def"
     #include "dict/declare.h"
     const Record receipt_record = {DICT_OF(receipt, Receipt), .label = N_("Receipt"), …};

   Fields that hold nothing are DICT_UNSET (whole numbers) or NULL (texts). */
#pragma once
#include "base/arena.h"
#include "base/lang.h"
#include "base/refusal.h"
#include "base/value.h"
#include "db/db.h"

#define DICT_UNSET G_MININT64

typedef enum {
  KIND_REF,      /* id of a row of .target */
  KIND_TEXT,     /* one line */
  KIND_LONGTEXT, /* several lines */
  KIND_NUMBER,   /* whole number */
  KIND_MONEY,    /* fen */
  KIND_PERCENT,  /* basis points */
  KIND_LENGTH,   /* tenths of a millimetre */
  KIND_DATE,     /* days since 1970-01-01 */
  KIND_TIME,     /* seconds since 1970-01-01 UTC */
  KIND_CHOICE,   /* code of one of .choices */
  KIND_YESNO,    /* 0 or 1 */
  KIND_FILE,     /* id of a row of the record "file" */
  KIND_SET,      /* codes of several of .choices, in their order, separated by commas */
  KIND_DECIMAL,  /* hundredths: of a square metre, for example */
  KIND_FILES,    /* ids of several rows of the record "file", separated by commas */
  KIND_REFS,     /* the same of .target */
} Kind;

typedef gint64 FieldREF, FieldNUMBER, FieldMONEY, FieldPERCENT, FieldLENGTH, FieldDATE, FieldTIME, FieldYESNO,
  FieldFILE, FieldDECIMAL;
typedef const char *FieldTEXT, *FieldLONGTEXT, *FieldCHOICE, *FieldSET, *FieldFILES, *FieldREFS;

/* To whom something is shown: in a declaration HOUSE or DEALER; of who looks, any of them. */
typedef enum {
  HOUSE = 0, /* everybody of the house; who looks: one who deals with customers and money, and sees all */
  DEALER,    /* dealers too; who looks: a dealer, who sees what is marked so, of own rows */
  WORKSHOP,  /* only who looks: one of the house whose work is not about money, and who sees nothing of it */
} Audience;

/* How a row in a state stands; pages give states their colour by it, and rows that are past their place. */
typedef enum {
  ON = 0, /* it goes on; the last such state is what it was made for */
  BACK,   /* it waits until somebody has put it right */
  PAST,   /* it counts no longer */
} StateKind;

/* One possible value of a choice, or one state of a record. Lists end with a NULL code. */
typedef struct {
  const char *code;  /* as stored */
  const char *label; /* message id */
  Audience shown_to;  /* of a state: DEALER when a dealer sees rows in it */
  StateKind kind;    /* of a state */
  int usual;         /* of what may be set: the number that stands where nobody has set another */
} Choice;
#define CHOICES(...) (const Choice[]){__VA_ARGS__, {0}}
#define STATES(...) CHOICES(__VA_ARGS__)

/* What cameras make; and scanners too, which everybody can look at. */
#define DICT_PHOTOS "image/png,image/jpeg,image/webp,image/heic,image/heif,image/tiff"
#define DICT_SCANS DICT_PHOTOS ",application/pdf"
/* The same and what drawing programs make. */
#define DICT_DRAWINGS DICT_SCANS ",image/vnd.dxf,image/vnd.dwg"

typedef struct Field {
  const char *name;      /* column, JSON member and form field */
  Kind kind;
  gsize offset;          /* of the member in the record's struct */
  const char *label;     /* message id */
  const char *help;      /* message id, or NULL */
  const char *at_first;  /* message id: what it is called while the row is in its first state; NULL: label */
  const char *target;    /* KIND_REF, KIND_REFS: name of the record meant; KIND_FILE: of its lines, for a sheet */
  const char *counts;    /* KIND_REF: its field that says how many the row is, which lines show and add up; or NULL */
  const char *types;     /* KIND_FILE, KIND_FILES: media types taken, with commas (DICT_SCANS); NULL: any */
  const char *beside;    /* KIND_REF, KIND_REFS: others of its fields shown with it, with blanks, and "state" where that
                            tells apart what may be chosen; or NULL */
  guint people;          /* KIND_REF to users: only those who hold one of these roles are meant; 0: anybody */
  const Choice *choices; /* KIND_CHOICE, KIND_SET */
  const char *preset;    /* what a form that makes the row begins with, as it is typed; NULL: nothing */
  gboolean recalled;     /* instead, where the dealer has had such a row: what the newest of them says */
  gint64 least, most;    /* numbers: limits in units, used where most > least; texts: most characters, 0 = default */
  Audience shown_to;     /* whitelist: unmarked fields are hidden from dealers */
  gboolean commercial;   /* about the customer's money: hidden from the workshop */
  gboolean searched;     /* the search box looks here; in a reference: at what the row meant is called */
  gboolean listed;       /* a column of the record's list */
  gboolean filtered;     /* lists can be narrowed to one value of it, dates and numbers to a span; has an index */
  gboolean sorted;       /* lists can be sorted by it; has an index */
  gboolean indexed;      /* has an index */
  gboolean deadline;     /* something is owed by this date: past, it is late while the row is in its first state */
  const char *met;       /* a date: the field of the row that is set once what it stands for is done, from when on it is
                            late no longer; NULL: none */
  gboolean compared;     /* names the row of the record whose place this one takes: pages show what differs */
  gboolean passing;      /* of lines: said while the row they belong to is worked on; beside what it was made for, and
                            where it is copied from, it is left out */
  const char *answers;   /* a text: another of its fields, a question, beside which it is asked for where that is set */
  const char *names;     /* a yes or no: message id of what the row is called where it is yes; NULL: as its record */
  gboolean exceptional;  /* a yes or no: pages say it only where it is yes */
  const char *not_after; /* a date: the field of the row that it should not be after; where it is, it is late too */
  gboolean inner;        /* the program's own: pages do not show it, and nobody types it */
  gboolean suggested;    /* KIND_TEXT: forms suggest what was said there before */
  const char *none;      /* message id: what it means that nothing is chosen; NULL: that something is missing */
  const char *within;    /* KIND_REF to lines: only those are meant that stand on a row in this state; NULL: any */
  gboolean workday;      /* a date on which people must be at work: forms say so where it is a day off */
  const char *product;   /* KIND_MONEY: the two of its record's fields, a number in hundredths and a price, whose
                            product it is, with a blank; NULL: it is none */
  const char *came;      /* a planned date: the field that says when it came about, beside which it is left out */
  gboolean personal;     /* its user also changes it outside of commands, so the journal does not tell it */
} Field;

#define DICT_MEMBER(name, kind, ...) Field##kind name;
#define DICT_FIELD(Type, member, fieldkind, ...)                                                                     \
  {.name = #member, .kind = KIND_##fieldkind, .offset = G_STRUCT_OFFSET(Type, member), __VA_ARGS__},
#define DICT_JOIN(name, what) DICT_JOIN_(name, what)
#define DICT_JOIN_(name, what) name##_##what
#define DICT_SIZE(Type, list) .size = sizeof(Type), .fields = (list), .count = G_N_ELEMENTS(list)
/* How the definition of a record begins that declare.h has declared. */
#define DICT_OF(record, Type) .name = #record, DICT_SIZE(Type, record##_fields)

/* What every row has. dealer_id and order_id are copied to each row, so that scope is one comparison. */
typedef struct Row {
  gint64 id;
  gint64 version;     /* from 1; +1 for every change */
  const char *state;  /* one of the record's states; NULL when it has none */
  const char *number; /* "C-00017"; NULL when the record has no prefix */
  gint64 order_id;    /* the order it belongs to; 0 none; an order's own id for itself */
  gint64 dealer_id;   /* the dealer it belongs to; 0: the house's own */
  gint64 parent_id;   /* a line's parent; 0 otherwise */
  gint64 created_at;  /* UTC seconds */
  gint64 created_by;  /* user id */
} Row;

/* An index over several columns, which serves a list narrowed to one value of each but the last and sorted by the last.
   The id follows in every index. */
typedef struct {
  const char *columns[4]; /* ends with NULL */
  const char *unset;      /* it holds rows only in which this column is not set; NULL: all */
} DictIndex;
#define INDEXES(...) (const DictIndex[]){__VA_ARGS__, {{0}}}

/* A list that people live in, called by a name: what its address would say after the question mark. */
typedef struct {
  const char *name;  /* ?filter=name */
  const char *label; /* message id */
  const char *query; /* "state=open&clerk=me&sort=due_date" */
  guint roles;       /* who has a use for it, as bits; 0: all */
  const char *help;  /* message id: what stands there, where the label alone does not say it; or NULL */
} DictFilter;
#define FILTERS(...) (const DictFilter[]){__VA_ARGS__, {0}}

/* Where a row in a state goes when the order that it hangs on is over. */
typedef struct {
  const char *from, *to; /* states */
} DictEnd;
#define ENDS(...) (const DictEnd[]){__VA_ARGS__, {0}}

/* Money that must agree: while a row is in one of these states, its lines add up to one of its fields. */
typedef struct {
  const char *field;                /* of the row */
  const char *lines, *line_field;   /* record and field of its lines */
  const char *line_gone;            /* lines in this state do not count */
  const char *const *in;            /* states of the row; ends with NULL */
} DictSum;

/* The user that a row says something about. */
typedef enum { DICT_NOBODY, DICT_ITSELF, DICT_PARENT /* the row it is a line of */ } DictWhose;

typedef struct Record Record;
struct Record {
  const char *name;    /* table, and the name in URLs and commands */
  const char *label;   /* message id, singular */
  const char *plural;  /* message id */
  const char *prefix;  /* of the number, "C" for C-00017; NULL: no numbers */
  int step;            /* of the procedure, 1–17; 0: none */
  const char *parent;  /* lines: the record they belong to; NULL otherwise */
  const char *also;    /* lines of the record under which its rows are made, which pages show with them; NULL: none */
  gsize root;          /* DICT_ROOT(order_id): what belongs to one of its rows says so there, as the row itself does;
                          0: nothing hangs on it in that way */
  DictWhose rights;    /* who may do other things, or is logged in no longer, once one of its rows changes */
  gboolean about_goods; /* it is about what the order's form lists: its page and forms show those lines */
  Audience shown_to;   /* DEALER: a dealer sees own rows (in the states shown to dealers) */
  gboolean commercial; /* its rows are about the customer's money: hidden from the workshop */
  const Choice *states; /* the first is the one it is made in; NULL: none */
  const DictEnd *ends; /* of what is still open in an order that ends; ends with a NULL state; NULL: its rows stay */
  const DictIndex *indexes; /* beside those of single columns; ends with an empty one; NULL: none */
  const DictFilter *filters; /* tabs of its list; ends with a NULL name; NULL: none */
  const DictSum *sums; /* of its rows; ends with a NULL field; NULL: none */
  const struct Command *commands; /* what may be done with its rows (workflow.h), which the dictionary keeps unread;
                                     ends with a NULL name; NULL: nothing */
  const struct Duty *duties;      /* the same of who owes what */
  gsize size;          /* of the struct */
  const Field *fields;
  guint count;
};

#define DICT_ROOT(member) G_STRUCT_OFFSET(Row, member)

/* Makes the records known and checks them: names unique, targets, parents and choices existing. Once, at start.
   FALSE and error names the first fault. `records` must live on. */
gboolean dict_register(const Record *const *records, guint count, GError **error);
/* The record of that name, or NULL; and all of them in order. */
const Record *dict_find(const char *name);
const Record *const *dict_all(guint *count);
/* The record whose rows that member of Row names, DICT_ROOT(order_id) for example; NULL: none does. */
const Record *dict_root(gsize member);
/* What the row hangs on, or is itself: its order, else its dealer, with the id; NULL: the house alone. */
const Record *dict_root_of(const Row *row, gint64 *id);
const Field *dict_field(const Record *record, const char *name);
/* What a list of the record may show, filter and sort by: its number (its id where it has none), its fields, its dealer
   ("dealer_id") and its state, described alike. */
const Field *dict_columns(const Record *record, guint *count);
const Field *dict_column(const Record *record, const char *name);
/* What the field is called in a row in that state (NULL: not known). A message id. */
const char *dict_label(const Record *record, const Field *field, const char *state);
/* The field that says what a row is called, or NULL. */
const Field *dict_title(const Record *record);
/* Whether who looks may know of the record, or the field, at all. */
gboolean dict_knows(const Record *record, Audience viewer);
gboolean dict_shows(const Field *field, Audience viewer);
/* The record's own copy of a state's or choice's entry, or NULL. */
const Choice *dict_choice(const Choice *list, const char *code);

/* Whether the field holds the ids of several rows. */
static inline gboolean dict_is_list(const Field *field) {
  return field->kind == KIND_FILES || field->kind == KIND_REFS;
}
/* Whether the field holds several values; an input gives them separated by commas, JSON as a list. */
static inline gboolean dict_is_several(const Field *field) {
  return field->kind == KIND_SET || dict_is_list(field);
}
/* The record of whose rows the field names one or several; NULL: it names none. */
const Record *dict_named(const Field *field);
/* Access by description. */
static inline gboolean dict_is_text(const Field *field) {
  return field->kind == KIND_TEXT || field->kind == KIND_LONGTEXT || field->kind == KIND_CHOICE ||
         dict_is_several(field);
}
static inline gint64 *dict_integer(const Field *field, const void *row) {
  return (gint64 *)((char *)row + field->offset);
}
static inline const char **dict_text(const Field *field, const void *row) {
  return (const char **)((char *)row + field->offset);
}
gboolean dict_is_set(const Field *field, const void *row);
/* The ids that a KIND_FILES or KIND_REFS holds, in the arena; count may get 0. */
const gint64 *dict_ids(Arena *arena, const char *text, guint *count);

/* "C-00017", the number of the row of that id, in the arena; NULL when the record has no numbers. */
const char *dict_number(Arena *arena, const Record *record, gint64 id);

/* What the field takes at most: characters of a text, units of a number; and at least. */
gint64 dict_most(const Field *field);
gint64 dict_least(const Field *field);

/* A row with everything unset, in the first state; and a copy of one (texts shared). */
void *dict_new_row(Arena *arena, const Record *record);
void *dict_copy_row(Arena *arena, const Record *record, const void *row);

/* ---- input: text from a form, or a JSON scalar already turned to text ---- */
typedef enum { INPUT_FORM, INPUT_JSON } InputStyle; /* JSON: money in fen, lengths in 0.1 mm, percent in 1/10000 */
/* Reads text into the row's field. Empty text unsets it. A wrong one adds a reason naming the field, in the language
   given, and returns FALSE. */
gboolean dict_parse(Arena *arena, const Field *field, const char *text, InputStyle style, const char *language,
                    void *row, Refusal *refusal);

/* ---- output ---- */
/* The field as a typed value (NULL value when unset). Choices give their code, several values a list. */
Value *dict_value(Arena *arena, const Field *field, const void *row);
/* The whole row as a map of id, version, state, number, what it belongs to, and the fields that this viewer may see. */
Value *dict_map(Arena *arena, const Record *record, const void *row, Audience viewer);
/* What differs, as a map name → {before, after}; before may be NULL. */
Value *dict_difference(Arena *arena, const Record *record, const void *before, const void *after);

/* ---- database (sql*.c: the only places where SQL is made, from the dictionary only) ---- */
/* Creates tables and adds columns and indexes that are missing. */
gboolean dict_migrate(DbTx *tx, GError **error);
/* The row of that id, NULL without error when there is none. */
void *dict_load(DbTx *tx, Arena *arena, const Record *record, gint64 id, GError **error);
/* Rows whose integer or text `column` (a column of the record or of Row) equals the cell, by id. GPtrArray of rows,
   caller unrefs. */
GPtrArray *dict_load_by(DbTx *tx, Arena *arena, const Record *record, const char *column, DbCell equals,
                        GError **error);
/* Says that the row of that id will be loaded, where no row that was read so far names it: a snapshot that remembers
   then loads it together with others. */
void dict_foresee(DbTx *tx, Arena *arena, const Record *record, gint64 id);
/* What a statement says of one row of the record. The id is its last parameter and stands as "= $N", its first column
   gives that id back, and it has no LIMIT: so a snapshot that remembers asks once of all rows of the record that it has
   read. NULL and error on failure. */
const DbResult *dict_ask(DbTx *tx, Arena *arena, const Record *record, const char *sql, const DbCell *args, guint count,
                         GError **error);
/* Stores a new row: sets id, number and version 1. Everything else is the caller's. */
gboolean dict_insert(DbTx *tx, Arena *arena, const Record *record, void *row, GError **error);
/* Stores a changed row: version + 1, only if the stored version is still the row's. Sets *lost when it is not. */
gboolean dict_update(DbTx *tx, Arena *arena, const Record *record, void *row, gboolean *lost, GError **error);

/* What the newest DICT_RECALLED rows say in the field, a text: what most of them say comes first. A dealer (0: nobody)
   is told what that dealer has said, and what several dealers have. One column; NULL and error on failure. */
enum { DICT_RECALLED = 2000, DICT_SUGGESTED = 30 };
const DbResult *dict_suggest(DbTx *tx, Arena *arena, const Record *record, const Field *field, gint64 dealer_id,
                             GError **error);

/* ---- pages of a list (sql-page.c) ---- */
enum {
  DICT_COUNTED = 10000,  /* rows are counted up to this */
  DICT_SEARCHED = 10000, /* rows that one page of a search reads at most */
  DICT_AMONG = 256,      /* ids that a page may be narrowed to */
};

/* One column and what it must be; FROM and TO include the value given, and leave out what is unset; NONE: unset. */
typedef struct {
  const Field *field; /* a column of the record, or one of its fields */
  enum { DICT_IS, DICT_FROM, DICT_TO, DICT_NONE } op;
  DbCell cell;        /* not read by NONE */
} DictCondition;

/* When a row is late by a deadline of its record, on that day: where all these hold. */
enum { DICT_LATE = 3 /* conditions at most */ };
guint dict_late(const Record *record, const Field *deadline, gint64 today, DictCondition where[DICT_LATE]);
/* By how many days the row is late by this date, which is a deadline or should not be after another; 0: it is not. */
gint64 dict_days_late(const Record *record, const Field *field, const void *row, gint64 today);

/* Rows that entries of another table name (of the engine's own, which the dictionary does not describe): while an entry
   of that name is there and not closed. Its index over name and column holds the entries that are not. */
typedef struct {
  const char *table;  /* with the columns id, name, closed_at and: */
  const char *column; /* the id of a row */
  const char *name;
  gboolean many;      /* there are more than DICT_COUNTED of them: where something else narrows too, that leads */
} DictNamed;

/* Some rows of a list, in order. All zero is the newest rows of all. */
typedef struct {
  gint64 dealer_id;           /* only what this dealer may see; 0: all */
  const DictCondition *where; /* all of them hold */
  guint conditions;
  const gint64 *among;        /* only rows of these ids, at most DICT_AMONG; NULL: all */
  guint among_count;
  const DictNamed *named;     /* only rows that such entries name; NULL: all */
  const char *q;              /* only where a searched text contains it; sorted by id then. NULL or empty: all */
  const Field *sort;          /* NULL: by id; else by this and id, rows where it is unset last */
  gboolean ascending;         /* without it the newest, latest or greatest come first */
  const void *edge;           /* a row: the page begins behind it; NULL: at the start */
  gboolean back;              /* the page ends before `edge` instead */
  gboolean many; /* more than DICT_COUNTED rows match: follow the order, not the conditions, where no index does both */
  guint most;                 /* rows */
} DictPage;

/* The rows, in the order asked for. *further (may be NULL): 0, or for a search that read all it may without filling the
   page the id of the row behind which it goes on. Caller unrefs. */
GPtrArray *dict_load_page(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, gint64 *further,
                          GError **error);
/* How many rows match, whatever the page's place, sort and q; DICT_COUNTED + 1 stands for more. -1 and error on
   failure. */
gint64 dict_count_page(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, GError **error);
/* The statement of the page's first rows, for tests of how the database would carry it out; cells: its parameters. */
const char *dict_page_statement(Arena *arena, const Record *record, const DictPage *page, GArray **cells);

/* ---- for checking that a database is whole (sql-check.c); ids are 0 where nothing is wrong ---- */
/* Rows with ids above `after`, by id. Caller unrefs. */
GPtrArray *dict_load_after(DbTx *tx, Arena *arena, const Record *record, gint64 after, guint most, GError **error);
/* The first row whose `column` is set (neither NULL nor 0) and names no row of `target`. */
typedef struct {
  gint64 id, named;
} DictDangling;
gboolean dict_find_dangling(DbTx *tx, Arena *arena, const Record *record, const char *column, const Record *target,
                            DictDangling *found, GError **error);
/* The same of the engine's own tables, which name rows by the columns `record` and `row_id`. */
gboolean dict_find_stray(DbTx *tx, Arena *arena, const char *table, const Record *record, DictDangling *found,
                         GError **error);
/* The first row in that state whose lines do not add up. */
typedef struct {
  gint64 id, amount, sum; /* as the row says, and as its lines do */
} DictUnequal;
gboolean dict_find_unequal(DbTx *tx, Arena *arena, const Record *record, const DictSum *sum, const char *state,
                           DictUnequal *found, GError **error);
