/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV in and out, over libcsv. */
#include "dict/sheet.h"
#include "base/date.h"
#include "base/lang.h"
#include "base/money.h"
#include <csv.h>
#include <string.h>

#define MARK "\xef\xbb\xbf" /* the UTF-8 byte order mark, by which spreadsheets know it */

/* A reading under way. */
typedef struct {
  Arena *arena;
  const SheetColumn *columns;
  guint count;
  const char *language;
  Refusal *refusal;
  Sheet *sheet;
  GPtrArray *cells; /* of the row being read: texts */
  guint row;        /* its number */
  int last;         /* character that ended the row before */
  gboolean lost;    /* the header is wrong: what its rows mean is not known */
} Reading;

void sheet_free(Sheet *sheet) {
  if (!sheet)
    return;
  for (guint i = 0; i < sheet->rows->len; i++)
    g_hash_table_unref(g_array_index(sheet->rows, SheetRow, i).cells);
  g_array_unref(sheet->rows);
  g_array_unref(sheet->columns);
  g_free(sheet);
}

static const char *place(Arena *arena, guint column, guint row) {
  return column < 26 ? arena_printf(arena, "%c%u", 'A' + (int)column, row)
                     : arena_printf(arena, "%c%c%u", 'A' + (int)(column / 26 - 1) % 26, 'A' + (int)(column % 26), row);
}

const char *sheet_sentence(Arena *arena, const char *language, const char *cell, const char *message) {
  gsize letters = 0;
  while (g_ascii_isupper(cell[letters]))
    letters++;
  const char *column = arena_strndup(arena, cell, letters);
  return arena_printf(arena, lang_text(language, N_("Row %s, column %s: %s")), cell + letters, column, message);
}

static void wrong(Reading *reading, guint column, const char *message) {
  const char *cell = place(reading->arena, column, reading->row);
  if (reading->refusal->reasons->len >= SHEET_REASONS)
    return;
  refusal_add(reading->refusal, REFUSAL_INVALID, REASON_FIELD, cell,
              sheet_sentence(reading->arena, reading->language, cell, message));
}

static const char *said(const Reading *reading, const char *message) {
  return lang_text(reading->language, message);
}

/* Letters and digits only, in lower case, without what stands in brackets: "Width (mm)" is "width". */
static char *plain(const char *text) {
  g_autoptr(GString) kept = g_string_new(NULL);
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (c == '(' || c == 0xff08)
      break;
    if (g_unichar_isalnum(c))
      g_string_append_unichar(kept, g_unichar_tolower(c));
  }
  return g_string_free(g_steal_pointer(&kept), FALSE);
}

static gboolean same(const char *text, const char *name) {
  g_autofree char *one = plain(text), *other = plain(name);
  return *one && !strcmp(one, other);
}

static gboolean in_any_language(const char *text, const char *label) {
  for (guint i = 0; lang_all[i]; i++)
    if (same(text, lang_text(lang_all[i], label)))
      return TRUE;
  return same(text, label);
}

static const Field *column_named(const Reading *reading, const char *text) {
  for (guint i = 0; i < reading->count; i++) {
    const Field *field = reading->columns[i].field;
    if (same(text, field->name) || in_any_language(text, field->label))
      return field;
  }
  return NULL;
}

static gboolean has_column(const Sheet *sheet, const Field *field) {
  for (guint i = 0; i < sheet->columns->len; i++)
    if (g_array_index(sheet->columns, const Field *, i) == field)
      return TRUE;
  return FALSE;
}

static void read_header(Reading *reading) {
  for (guint i = 0; i < reading->cells->len; i++) {
    const char *text = reading->cells->pdata[i];
    const Field *field = column_named(reading, text);
    if (!field && *text)
      wrong(reading, i,
            arena_printf(reading->arena, said(reading, N_("there is no column “%s”; use the names of the template.")),
                         text));
    else if (field && has_column(reading->sheet, field))
      wrong(reading, i,
            arena_printf(reading->arena, said(reading, N_("the column “%s” stands twice; remove one.")), text));
    g_array_append_val(reading->sheet->columns, field);
  }
  for (guint i = 0; i < reading->count; i++)
    if (reading->columns[i].needed && !has_column(reading->sheet, reading->columns[i].field))
      wrong(reading, 0, arena_printf(reading->arena, said(reading, N_("the column “%s” is missing; add it.")),
                                     said(reading, reading->columns[i].field->label)));
}

/* "2026/1/5" and "2026.1.5", as spreadsheets write days, as dict_parse() reads them. */
static const char *day_of(Arena *arena, const char *text) {
  g_auto(GStrv) parts = g_strsplit_set(text, "/.", 4);
  guint64 numbers[3];
  if (g_strv_length(parts) != G_N_ELEMENTS(numbers))
    return text;
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (!g_ascii_string_to_unsigned(parts[i], 10, 1, 9999, &numbers[i], NULL))
      return text;
  return arena_printf(arena, "%04d-%02d-%02d", (int)numbers[0], (int)numbers[1], (int)numbers[2]);
}

/* Choices, yes and no may be given as people read them, days as spreadsheets write them. */
static const char *code_of(Arena *arena, const Field *field, const char *text) {
  if (field->kind == KIND_DATE)
    return day_of(arena, text);
  if (field->kind == KIND_YESNO)
    return in_any_language(text, N_("yes")) ? "1" : in_any_language(text, N_("no")) ? "0" : text;
  for (const Choice *choice = field->kind == KIND_CHOICE ? field->choices : NULL; choice && choice->code; choice++)
    if (in_any_language(text, choice->label))
      return choice->code;
  return text;
}

/* Whether a spreadsheet would take the text for a formula; in East Asian ones full-width signs begin one too. */
static gboolean is_formula(const char *text) {
  static const char *const signs[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
  for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
    if (g_str_has_prefix(text, signs[i]))
      return TRUE;
  return FALSE;
}

/* Without what sheet_write_row() put in front. */
static const char *without_guard(const char *text) {
  return *text == '\'' && is_formula(text + 1) ? text + 1 : text;
}

static void read_row(Reading *reading) {
  Sheet *sheet = reading->sheet;
  SheetRow row = {.number = reading->row, .cells = g_hash_table_new(g_str_hash, g_str_equal)};
  gboolean blank = TRUE;
  for (guint i = 0; i < reading->cells->len; i++) {
    const char *text = without_guard(reading->cells->pdata[i]);
    const Field *field = i < sheet->columns->len ? g_array_index(sheet->columns, const Field *, i) : NULL;
    blank = blank && !*text;
    if (field && *text)
      g_hash_table_insert(row.cells, (gpointer)field->name, (gpointer)code_of(reading->arena, field, text));
    else if (*text)
      wrong(reading, i, said(reading, N_("this cell has no heading; name its column or empty it.")));
  }
  if (blank || sheet->rows->len == SHEET_ROWS + 1)
    g_hash_table_unref(row.cells);
  else
    g_array_append_val(sheet->rows, row);
}

static void on_cell(void *bytes, size_t size, void *data) {
  Reading *reading = data;
  g_ptr_array_add(reading->cells, g_strstrip(arena_strndup(reading->arena, bytes, size)));
}

static void on_row(int end, void *data) {
  Reading *reading = data;
  const gboolean second_half = end == '\n' && reading->last == '\r' && !reading->cells->len;
  reading->last = end;
  if (second_half) /* of a line end of two characters */
    return;
  if (reading->row == 1)
    read_header(reading);
  else if (!reading->lost)
    read_row(reading);
  reading->lost = reading->lost || (reading->row == 1 && refusal_any(reading->refusal));
  reading->row++;
  g_ptr_array_set_size(reading->cells, 0);
}

/* The text as UTF-8 without its mark; NULL where it is neither UTF-8 nor GB18030. Caller frees. */
static char *decode(const char *bytes, gsize size, gsize *length) {
  if (size >= strlen(MARK) && !memcmp(bytes, MARK, strlen(MARK)))
    bytes += strlen(MARK), size -= strlen(MARK);
  if (memchr(bytes, 0, size))
    return NULL;
  *length = size;
  if (g_utf8_validate(bytes, (gssize)size, NULL))
    return g_strndup(bytes, size);
  return g_convert(bytes, (gssize)size, "UTF-8", "GB18030", NULL, length, NULL);
}

/* What separates cells: whichever of the three the first line has most of. */
static char separator(const char *text) {
  const gsize line = strcspn(text, "\r\n");
  guint best = 0;
  char found = ',';
  for (const char *mark = ",;\t"; *mark; mark++) {
    guint count = 0;
    for (gsize i = 0; i < line; i++)
      count += text[i] == *mark;
    if (count > best)
      best = count, found = *mark;
  }
  return found;
}

static void parse(Reading *reading, const char *text, gsize length) {
  struct csv_parser parser;
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
  csv_set_delim(&parser, (unsigned char)separator(text));
  const gboolean fine = csv_parse(&parser, text, length, on_cell, on_row, reading) == length &&
                        csv_fini(&parser, on_cell, on_row, reading) == 0;
  if (!fine)
    wrong(reading, reading->cells->len,
          said(reading, N_("a quotation mark is not in its place; double it inside of a cell, or remove it.")));
  csv_free(&parser);
}

static gboolean refuse(Reading *reading, RefusalStatus status, const char *sentence) {
  return refusal_add(reading->refusal, status, REASON_OTHER, "file", sentence);
}

static gboolean read_all(Reading *reading, const char *bytes, gsize size) {
  gsize length = 0;
  if (size > SHEET_BYTES)
    return refuse(reading, REFUSAL_TOO_LARGE, said(reading, N_("The file is larger than 5 MB; divide it.")));
  g_autofree char *text = decode(bytes, size, &length);
  if (!text)
    return refuse(reading, REFUSAL_INVALID,
                  said(reading, N_("The file is neither UTF-8 nor GB18030 text; save it as CSV UTF-8.")));
  parse(reading, text, length);
  if (refusal_any(reading->refusal))
    return FALSE;
  if (!reading->sheet->rows->len)
    return refuse(reading, REFUSAL_INVALID,
                  said(reading, N_("The file has no rows under its header; fill in the template.")));
  if (reading->sheet->rows->len > SHEET_ROWS)
    return refuse(
      reading, REFUSAL_TOO_LARGE,
      arena_printf(reading->arena, said(reading, N_("The file has more than %d rows; divide it.")), SHEET_ROWS));
  return TRUE;
}

Sheet *sheet_read(Arena *arena, const char *bytes, gsize size, const SheetColumn *columns, guint count,
                  const char *language, Refusal *refusal) {
  g_autoptr(Sheet) sheet = g_new0(Sheet, 1);
  sheet->rows = g_array_new(FALSE, FALSE, sizeof(SheetRow));
  sheet->columns = g_array_new(FALSE, FALSE, sizeof(const Field *));
  Reading reading = {.arena = arena, .columns = columns, .count = count, .language = language, .refusal = refusal,
                     .sheet = sheet, .cells = g_ptr_array_new(), .row = 1};
  const gboolean fine = read_all(&reading, bytes, size);
  g_ptr_array_unref(reading.cells);
  return fine ? g_steal_pointer(&sheet) : NULL;
}

const char *sheet_place(Arena *arena, const Sheet *sheet, const char *field, guint row) {
  for (guint i = 0; i < sheet->columns->len; i++) {
    const Field *column = g_array_index(sheet->columns, const Field *, i);
    if (column && !g_strcmp0(column->name, field))
      return place(arena, i, row);
  }
  return place(arena, 0, row);
}

/* Quoted always; what a spreadsheet would take for a formula gets an apostrophe in front. */
static void write_cell(GString *out, const char *text, gboolean guard) {
  g_string_append(out, guard && is_formula(text) ? "\"'" : "\"");
  for (; *text; text++)
    g_string_append(out, *text == '"' ? "\"\"" : (char[]){*text, 0});
  g_string_append_c(out, '"');
}

void sheet_write_header(GString *out, const SheetColumn *columns, guint count, const char *language) {
  g_string_append(out, MARK);
  for (guint i = 0; i < count; i++) {
    const Field *field = columns[i].field;
    g_autofree char *text = g_strconcat(lang_text(language, field->label), field->kind == KIND_LENGTH ? " (mm)" : "",
                                        NULL);
    write_cell(out, text, FALSE);
    g_string_append(out, i + 1 < count ? "," : "\r\n");
  }
}

static char *cell_text(const Field *field, const void *row, const char *language) {
  if (!dict_is_set(field, row))
    return g_strdup("");
  if (dict_is_text(field)) {
    const Choice *choice = dict_choice(field->kind == KIND_CHOICE ? field->choices : NULL, *dict_text(field, row));
    return g_strdup(choice ? lang_text(language, choice->label) : *dict_text(field, row));
  }
  const gint64 integer = *dict_integer(field, row);
  switch (field->kind) {
  case KIND_YESNO: return g_strdup(lang_text(language, integer ? N_("yes") : N_("no")));
  case KIND_DATE: return date_format(integer);
  case KIND_TIME: return date_time_format(integer);
  case KIND_MONEY: return money_format(integer, MONEY_PLACES, "");
  case KIND_PERCENT: return money_format(integer, PERCENT_PLACES, "");
  case KIND_LENGTH: return money_format(integer, LENGTH_PLACES, "");
  case KIND_DECIMAL: return money_format(integer, DECIMAL_PLACES, "");
  default: return g_strdup_printf("%" G_GINT64_FORMAT, integer);
  }
}

void sheet_write_row(GString *out, const SheetColumn *columns, guint count, const void *row, const char *language) {
  for (guint i = 0; i < count; i++) {
    g_autofree char *text = cell_text(columns[i].field, row, language);
    write_cell(out, text, dict_is_text(columns[i].field));
    g_string_append(out, i + 1 < count ? "," : "\r\n");
  }
}
