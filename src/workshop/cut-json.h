/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict reading of JSON objects into structs by tables of fields: what is unknown, missing, of another kind or out of
 * range is a fault, told with its place ("pieces[3].length: ..."), and reading goes on to find the others. */
#pragma once
#include <glib.h>
#include <jansson.h>

typedef enum {
  CUT_JSON_INTEGER, /* gint64 within least .. most */
  CUT_JSON_BOOLEAN, /* gboolean */
  CUT_JSON_TEXT,    /* const char *, at most `most` bytes, without control characters; kept in the reader's texts */
  CUT_JSON_CHOICE,  /* int: index into words */
  CUT_JSON_OTHER,   /* an array or object that the caller reads; no member */
} CutJsonKind;

typedef struct {
  const char *name;          /* key of the object; NULL ends a table */
  CutJsonKind kind;
  gsize at;                  /* offset of the member in the struct */
  gint64 least, most;        /* of an integer; most bytes of a text */
  const char *const *words;  /* of a choice, ended by NULL */
  gboolean needed;           /* its absence is a fault; else the struct keeps what it held */
} CutJsonField;

/* Lines of tables: a whole number that may be left out, one that may not, the same called as
 * its member, and a list or object that may not be left out. */
#define CUT_JSON_RANGE(type, key, member, low, high) \
  {.name = key, .kind = CUT_JSON_INTEGER, .at = G_STRUCT_OFFSET(type, member), .least = low, .most = high}
#define CUT_JSON_NEEDED(type, key, member, low, high) \
  {.name = key, .kind = CUT_JSON_INTEGER, .at = G_STRUCT_OFFSET(type, member), .least = low, .most = high, \
   .needed = TRUE}
#define CUT_JSON_MEMBER(type, member, low, high) CUT_JSON_NEEDED(type, #member, member, low, high)
#define CUT_JSON_PART(key) {.name = key, .kind = CUT_JSON_OTHER, .needed = TRUE}

/* Where faults and texts go. */
typedef struct {
  GString *faults;     /* a fault a line; lines are told up to a limit, then counted */
  guint count;         /* faults found */
  GStringChunk *texts; /* owns the texts that were read */
  const char *language; /* of the faults: one of lang_all; NULL: English */
} CutJsonReader;

/* The JSON of a file of at most so many bytes, the caller's reference; NULL and the place of the fault in error. */
json_t *cut_json_load(const char *path, gsize most, const char *language, GError **error);
/* `format` is a message id. */
void cut_json_fault(CutJsonReader *reader, const char *place, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Reads every field of the table; place is "" for the root, else like "pieces[3]". */
void cut_json_read(CutJsonReader *reader, json_t *object, const CutJsonField *fields, void *into, const char *place);
