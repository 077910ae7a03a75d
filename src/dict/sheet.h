/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a record as a spreadsheet's CSV: read with every fault named by its cell, and written so that no cell
   becomes a formula. A spreadsheet's header names a column by the field's name or its label in any language. */
#pragma once
#include "dict/dict.h"

enum { SHEET_ROWS = 2000, SHEET_BYTES = 5 * 1000 * 1000, SHEET_REASONS = 200 /* said of one sheet */ };

typedef struct {
  guint number;      /* as the spreadsheet counts it, the header being row 1 */
  GHashTable *cells; /* field name → text; both live in the arena */
} SheetRow;

typedef struct {
  GArray *rows;    /* SheetRow; blank ones are left out */
  GArray *columns; /* const Field * by position */
} Sheet;

void sheet_free(Sheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sheet, sheet_free)

/* One column that the sheet may have. */
typedef struct {
  const Field *field;
  gboolean needed; /* its column must be there */
} SheetColumn;

/* Reads UTF-8 (with or without its mark) or GB18030, separated by commas, semicolons or tabs. NULL with reasons, at
   most SHEET_REASONS, each named after its cell ("C3"), in the language given. Choices may be given by code or label.
   Texts live in the arena. */
Sheet *sheet_read(Arena *arena, const char *bytes, gsize size, const SheetColumn *columns, guint count,
                  const char *language, Refusal *refusal);
/* "C3" for the field's column in that row, "A3" where the field has no column. In the arena. */
const char *sheet_place(Arena *arena, const Sheet *sheet, const char *field, guint row);
/* Where that is, in words, before what is wrong there: "Row 3, column C: …". In the arena. */
const char *sheet_sentence(Arena *arena, const char *language, const char *place, const char *message);

/* Appends a header in that language, and a row. The text begins with the mark that tells spreadsheets it is UTF-8. */
void sheet_write_header(GString *out, const SheetColumn *columns, guint count, const char *language);
void sheet_write_row(GString *out, const SheetColumn *columns, guint count, const void *row, const char *language);
