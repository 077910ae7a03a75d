/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A paper before it is printed: what stands on it from top to bottom, as blocks. It is made while the database is read;
   folio_pdf() lays it out afterwards, on as many pages as it takes. Texts are not copied: they live in the arena. */
#pragma once
#include "base/arena.h"

typedef enum { FOLIO_LEFT, FOLIO_RIGHT, FOLIO_CENTRE } FolioAlign;

/* A column of a table. */
typedef struct {
  const char *label; /* message id; NULL ends the columns */
  double share;      /* of the width, in parts of the sum of all */
  FolioAlign align;
} FolioColumn;

enum { FOLIO_SIDES = 2, FOLIO_COLUMNS = 12 };
extern const char folio_blank[]; /* in the place of a fact's text: a line to write on */

typedef struct {
  Arena *arena;
  const char *language;
  const char *title;    /* in that language, as all texts are */
  const char *number;   /* of the row: "C-00017"; stands on every page */
  const char *house;    /* whose paper it is; NULL: not stated */
  const char *address;  /* of the house, under its name; NULL: not stated */
  const char *note;     /* under the number in the head: the row's state; NULL: none */
  const char *mark;     /* large across every page; NULL: it may leave the house as it is */
  const char *date;     /* written into the PDF, as Cairo takes it; NULL: always the same */
  GPtrArray *blocks;    /* FolioBlock*; owned */
  guint sections;       /* so far */
} Folio;

typedef enum {
  FOLIO_SECTION, /* a heading, numbered */
  FOLIO_TEXT,    /* a paragraph */
  FOLIO_TABLE,
  FOLIO_FACTS,   /* labels and texts, on one or more sides */
  FOLIO_SIGNS,   /* facts with room to sign, never parted by the end of a page */
} FolioKind;

typedef struct {
  FolioKind kind;
  const char *text;           /* SECTION, TEXT */
  const FolioColumn *columns; /* TABLE */
  guint sides;                /* FACTS, SIGNS */
  const char *heads[FOLIO_SIDES]; /* over the sides; NULL: none */
  guint used[FOLIO_SIDES];    /* rows that hold something on the side */
  GPtrArray *rows;            /* const char **: a text a column, or label and text a side; owned */
  guint filled;               /* columns that hold something, as bits; others are left out */
  gboolean total;             /* the last row sums up */
} FolioBlock;

Folio *folio_new(Arena *arena, const char *language);
void folio_free(Folio *folio);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folio, folio_free)

/* A heading; sections are numbered as the language does it. */
void folio_section(Folio *folio, const char *text);
/* A paragraph, with its own line breaks; nothing where it is NULL or empty. */
void folio_text(Folio *folio, const char *text);
/* A table, and its rows: one text (or NULL) a column. A column in which nothing stands is left out. The last row sums
   up where that is said. */
void folio_table(Folio *folio, const FolioColumn *columns);
void folio_row(Folio *folio, const char *const *texts);
void folio_total(Folio *folio, const char *const *texts);
/* Facts (FOLIO_FACTS or FOLIO_SIGNS) on so many sides beside each other, each under its head (NULL: none). */
void folio_facts(Folio *folio, FolioKind kind, guint sides, const char *const *heads);
/* The next fact of a side; nothing where the text is NULL or empty. */
void folio_fact(Folio *folio, guint side, const char *label, const char *text);

/* The paper, A4 upright. Equal folios are equal files. Takes long for thousands of rows (10,000 of three cells: 0.8 s
   of processor time): not in a thread that answers others. NULL and error on failure. Caller unrefs. */
GBytes *folio_pdf(const Folio *folio, GError **error);
