/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything on a paper is rows of cells, and a row is written line by line at one pitch, whatever fonts its text falls
   back to: so a text of any length and any script keeps its place and goes on over the page. The paper is laid out
   twice: once to count its pages. */
#include "paper/folio.h"
#include "base/lang.h"
#include "draw/draw.h"
#include <gio/gio.h>
#include <pthread.h>

#define WIDTH 595.28 /* A4, points */
#define HEIGHT 841.89
#define LEFT 54.0
#define RIGHT (WIDTH - 54.0)
#define TOP 44.0
#define BOTTOM (HEIGHT - 52.0)
#define GAP 8.0        /* between the columns of a table */
#define LABEL_WIDTH 70.0
#define SIGN_PITCH 22.0
#define FACTS_BEGIN 50.0  /* with less room they begin on the next page */
#define FACTS_WHOLE 150.0 /* facts that take no more are not parted by the end of a page */
#define TABLE_BEGINS 54.0
#define PARTED 6.0     /* between facts and what follows, but for facts that go on from them */

typedef struct {
  double red, green, blue, alpha;
} Ink;
static const Ink ink = {0.11, 0.13, 0.16, 1}, soft = {0.42, 0.45, 0.50, 1}, accent = {0.09, 0.28, 0.48, 1},
                 line = {0.80, 0.83, 0.86, 1}, shade = {0.09, 0.28, 0.48, 0.07},
                 warning = {0.80, 0.10, 0.10, 1}, faint = {0.80, 0.10, 0.10, 0.14};

typedef struct {
  const Folio *folio;
  cairo_t *cairo;       /* NULL: the pages are only counted */
  PangoLayout *layout;  /* whose context all others share */
  guint page, pages;    /* this one, from 1; all of them, once they are counted */
  double y;             /* where the next row begins */
  double owed;          /* room before the next block that does not go on from the last */
  const FolioBlock *table; /* whose head is repeated on the next page; NULL: none */
} Press;

typedef struct {
  const char *text;    /* NULL: nothing */
  double x, width;     /* points */
  FolioAlign align;
  double size;         /* points */
  const Ink *ink;
} Cell;

typedef struct {
  const Cell *cells;
  guint count;
  double pitch;         /* from line to line */
  double before, after; /* room over and under the lines */
  gboolean whole;       /* goes to the next page rather than being parted */
} Line;

static void set_ink(const Press *press, const Ink *colour) {
  cairo_set_source_rgba(press->cairo, colour->red, colour->green, colour->blue, colour->alpha);
}

static void draw_rule(const Press *press, double x1, double x2, double y, double width, const Ink *colour) {
  if (!press->cairo)
    return;
  set_ink(press, colour);
  cairo_set_line_width(press->cairo, width);
  cairo_move_to(press->cairo, x1, y);
  cairo_line_to(press->cairo, x2, y);
  cairo_stroke(press->cairo);
}

static PangoLayout *lay(const Press *press, const Cell *cell) {
  static const PangoAlignment aligns[] = {
    [FOLIO_LEFT] = PANGO_ALIGN_LEFT, [FOLIO_RIGHT] = PANGO_ALIGN_RIGHT, [FOLIO_CENTRE] = PANGO_ALIGN_CENTER};
  PangoLayout *layout = pango_layout_new(pango_layout_get_context(press->layout));
  draw_set_size(layout, cell->size);
  pango_layout_set_width(layout, (int)(cell->width * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(layout, aligns[cell->align]);
  pango_layout_set_text(layout, cell->text && cell->text != folio_blank ? cell->text : "", -1);
  return layout;
}

/* Some lines of a cell, the first of them at y. */
static void show_lines(const Press *press, const Cell *cell, PangoLayout *layout, const Line *row, int from, int count,
                       double y) {
  if (cell->text == folio_blank)
    draw_rule(press, cell->x, cell->x + cell->width, y + row->pitch - 5, 0.5, &soft);
  if (!press->cairo || !cell->text || cell->text == folio_blank)
    return;
  set_ink(press, cell->ink);
  PangoLayoutIter *at = pango_layout_get_iter(layout);
  for (int i = 0; i < from + count; i++) {
    PangoRectangle place;
    pango_layout_iter_get_line_extents(at, NULL, &place);
    if (i >= from) {
      cairo_move_to(press->cairo, cell->x + (double)place.x / PANGO_SCALE,
                    y + (i - from) * row->pitch + row->pitch / 2 + cell->size * 0.36);
      pango_cairo_show_layout_line(press->cairo, pango_layout_iter_get_line_readonly(at));
    }
    if (!pango_layout_iter_next_line(at))
      break;
  }
  pango_layout_iter_free(at);
}

static void write_one(const Press *press, Cell cell, double y) {
  PangoLayout *layout = lay(press, &cell);
  const Line row = {.pitch = cell.size * 1.5};
  pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  show_lines(press, &cell, layout, &row, 0, 1, y);
  g_object_unref(layout);
}

/* ---- pages ---- */
static void write_mark(const Press *press) {
  if (!press->folio->mark)
    return;
  PangoLayout *layout = draw_layout(press->cairo);
  int width, height;
  pango_layout_set_text(layout, press->folio->mark, -1);
  draw_set_size(layout, 100);
  pango_layout_get_size(layout, &width, &height);
  const double size = MIN(120, 100 * 700 / ((double)width / PANGO_SCALE)), scale = size / 100 / PANGO_SCALE;
  draw_set_size(layout, size);
  cairo_save(press->cairo);
  cairo_translate(press->cairo, WIDTH / 2, HEIGHT / 2);
  cairo_rotate(press->cairo, -G_PI * 0.3);
  set_ink(press, &faint);
  cairo_move_to(press->cairo, -width * scale / 2, -height * scale / 2);
  pango_cairo_show_layout(press->cairo, layout);
  cairo_restore(press->cairo);
  g_object_unref(layout);
}

/* The head of the first page; lower ones say in small what they belong to. */
static double write_letterhead(const Press *press) {
  const Folio *folio = press->folio;
  const double half = (RIGHT - LEFT) * 0.68, rest = RIGHT - LEFT - half;
  write_one(press, (Cell){folio->house, LEFT, half, FOLIO_LEFT, 13, &accent}, TOP);
  write_one(press, (Cell){folio->address, LEFT, half, FOLIO_LEFT, 8, &soft}, TOP + 20);
  write_one(press, (Cell){folio->number, LEFT + half, rest, FOLIO_RIGHT, 11, &ink}, TOP + 1);
  write_one(press, (Cell){folio->note, LEFT + half, rest, FOLIO_RIGHT, 8, &soft}, TOP + 20);
  draw_rule(press, LEFT, RIGHT, TOP + 37, 1.4, &accent);
  write_one(press, (Cell){folio->title, LEFT, RIGHT - LEFT, FOLIO_CENTRE, 22, &ink}, TOP + 48);
  return TOP + 90;
}

static double write_running_head(const Press *press) {
  const Folio *folio = press->folio;
  const double half = (RIGHT - LEFT) / 2;
  const char *belongs = arena_printf(folio->arena, "%s %s", folio->title, folio->number);
  write_one(press, (Cell){folio->house, LEFT, half, FOLIO_LEFT, 8, &soft}, TOP);
  write_one(press, (Cell){belongs, LEFT + half, half, FOLIO_RIGHT, 8, &soft}, TOP);
  draw_rule(press, LEFT, RIGHT, TOP + 16, 0.5, &line);
  return TOP + 30;
}

static void write_foot(const Press *press) {
  const Folio *folio = press->folio;
  const double third = (RIGHT - LEFT) / 3;
  const char *belongs = arena_printf(folio->arena, "%s %s", folio->title, folio->number);
  const char *number = arena_printf(folio->arena, "%u / %u", press->page, press->pages);
  draw_rule(press, LEFT, RIGHT, BOTTOM + 16, 0.5, &line);
  write_one(press, (Cell){belongs, LEFT, third, FOLIO_LEFT, 8, &soft}, BOTTOM + 21);
  write_one(press, (Cell){folio->mark, LEFT + third, third, FOLIO_CENTRE, 8, &warning}, BOTTOM + 21);
  write_one(press, (Cell){number, RIGHT - third, third, FOLIO_RIGHT, 8, &soft}, BOTTOM + 21);
}

static void write_table_head(Press *press);

static void begin_page(Press *press) {
  press->page++;
  press->owed = 0;
  if (press->cairo)
    write_mark(press);
  press->y = press->page == 1 ? write_letterhead(press) : write_running_head(press);
  if (press->table)
    write_table_head(press);
}

static void end_page(const Press *press) {
  write_foot(press);
  if (press->cairo)
    cairo_show_page(press->cairo);
}

static void turn(Press *press) {
  end_page(press);
  begin_page(press);
}

/* ---- rows ---- */
static int lay_row(const Press *press, const Line *row, PangoLayout **layouts) {
  int lines = 1;
  for (guint i = 0; i < row->count; i++) {
    layouts[i] = lay(press, &row->cells[i]);
    lines = MAX(lines, pango_layout_get_line_count(layouts[i]));
  }
  return lines;
}

static int lines_that_fit(const Press *press, const Line *row) {
  return (int)((BOTTOM - press->y - row->before - row->after) / row->pitch);
}

static double height_of(const Press *press, const Line *row) {
  PangoLayout *layouts[FOLIO_COLUMNS];
  const int lines = lay_row(press, row, layouts);
  for (guint i = 0; i < row->count; i++)
    g_object_unref(layouts[i]);
  return row->before + lines * row->pitch + row->after;
}

/* Two lines at least stay together. */
static void write_row(Press *press, const Line *row) {
  PangoLayout *layouts[FOLIO_COLUMNS];
  const int lines = lay_row(press, row, layouts);
  if (row->whole && lines > lines_that_fit(press, row))
    turn(press);
  for (int from = 0, count; from < lines; from += count) {
    if (lines_that_fit(press, row) < MIN(2, lines - from))
      turn(press);
    count = CLAMP(lines_that_fit(press, row), 1, lines - from);
    for (guint i = 0; i < row->count; i++)
      show_lines(press, &row->cells[i], layouts[i], row, from, count, press->y + row->before);
    press->y += row->before + count * row->pitch + row->after;
  }
  for (guint i = 0; i < row->count; i++)
    g_object_unref(layouts[i]);
}

/* ---- tables ---- */
static guint place_columns(const FolioBlock *block, const char *const *texts, double size, const Ink *colour,
                           Cell *cells) {
  const guint shown = block->filled ? block->filled : ~0u;
  double sum = 0, x = LEFT;
  guint count = 0;
  for (guint i = 0; block->columns[i].label; i++)
    sum += shown & (1u << i) ? block->columns[i].share : 0;
  for (guint i = 0; block->columns[i].label; i++) {
    const double width = block->columns[i].share / sum * (RIGHT - LEFT);
    if (!(shown & (1u << i)))
      continue;
    cells[count++] = (Cell){texts[i], x + GAP / 2, width - GAP, block->columns[i].align, size, colour};
    x += width;
  }
  return count;
}

static void write_table_head(Press *press) {
  const FolioBlock *block = press->table;
  const char *labels[FOLIO_COLUMNS];
  for (guint i = 0; block->columns[i].label; i++)
    labels[i] = lang_text(press->folio->language, block->columns[i].label);
  Cell cells[FOLIO_COLUMNS];
  const Line row = {.cells = cells, .count = place_columns(block, labels, 7, &soft, cells), .pitch = 10, .before = 4,
                    .after = 4};
  const double height = height_of(press, &row);
  if (press->cairo) {
    set_ink(press, &shade);
    cairo_rectangle(press->cairo, LEFT, press->y, RIGHT - LEFT, height);
    cairo_fill(press->cairo);
  }
  press->table = NULL; /* a head does not turn the page that it heads */
  write_row(press, &row);
  press->table = block;
}

static void write_table(Press *press, const FolioBlock *block) {
  if (BOTTOM - press->y < TABLE_BEGINS)
    turn(press);
  press->table = block;
  write_table_head(press);
  for (guint i = 0; i < block->rows->len; i++) {
    const gboolean total = block->total && i + 1 == block->rows->len;
    Cell cells[FOLIO_COLUMNS];
    const Line row = {.cells = cells, .count = place_columns(block, block->rows->pdata[i], 8.5, &ink, cells),
                      .pitch = 11.5, .before = 3, .after = 3.5, .whole = TRUE};
    write_row(press, &row);
    draw_rule(press, LEFT, RIGHT, press->y, total ? 1.0 : 0.5, total ? &accent : &line);
  }
  press->table = NULL;
  press->y += 8;
}

/* ---- facts and signatures ---- */
static Line facts_row(const FolioBlock *block, const char *const *texts, Cell *cells) {
  const gboolean signs = block->kind == FOLIO_SIGNS;
  const double each = (RIGHT - LEFT) / block->sides;
  for (guint i = 0; i < block->sides; i++) {
    const double x = LEFT + i * each;
    cells[2 * i] = (Cell){texts[2 * i], x, LABEL_WIDTH, FOLIO_LEFT, 8, &soft};
    cells[2 * i + 1] = (Cell){texts[2 * i + 1], x + LABEL_WIDTH, each - LABEL_WIDTH - 14, FOLIO_LEFT, 9.5, &ink};
  }
  return (Line){.cells = cells, .count = 2 * block->sides, .pitch = signs ? SIGN_PITCH : 13, .before = 1.5,
                .after = 1.5};
}

static double facts_begin(const Press *press, const FolioBlock *block) {
  Cell cells[2 * FOLIO_SIDES];
  double height = block->heads[0] ? 17 : 0;
  for (guint i = 0; i < block->rows->len; i++) {
    const Line row = facts_row(block, block->rows->pdata[i], cells);
    height += height_of(press, &row);
  }
  return height >= BOTTOM - TOP - 40 ? 0 : block->kind == FOLIO_SIGNS || height <= FACTS_WHOLE
           ? height : MIN(height, FACTS_BEGIN);
}

static void write_facts(Press *press, const FolioBlock *block) {
  Cell cells[2 * FOLIO_SIDES];
  if (!block->rows->len)
    return;
  if (BOTTOM - press->y < facts_begin(press, block))
    turn(press);
  if (block->heads[0]) {
    for (guint i = 0; i < block->sides; i++)
      cells[i] = (Cell){block->heads[i], LEFT + i * (RIGHT - LEFT) / block->sides, (RIGHT - LEFT) / block->sides - 14,
                        FOLIO_LEFT, 10, &accent};
    write_row(press, &(Line){.cells = cells, .count = block->sides, .pitch = 14, .after = 3});
  }
  for (guint i = 0; i < block->rows->len; i++) {
    const Line row = facts_row(block, block->rows->pdata[i], cells);
    write_row(press, &row);
  }
  press->owed = PARTED;
}

static const Line section_row = {.count = 1, .pitch = 17, .before = 6, .after = 4};
static const Line text_row = {.count = 1, .pitch = 14.5, .after = 6};

static Line row_of(const FolioBlock *block, Cell *cell) {
  const gboolean section = block->kind == FOLIO_SECTION;
  Line row = section ? section_row : text_row;
  *cell = (Cell){block->text, LEFT, RIGHT - LEFT, FOLIO_LEFT, section ? 11.5 : 9.5, section ? &accent : &ink};
  row.cells = cell;
  return row;
}

/* What a heading keeps with it: the beginning of what it heads, and a short text before that. */
static double begins(const Press *press, guint i) {
  enum { SHORT_TEXT = 60 };
  const GPtrArray *blocks = press->folio->blocks;
  const FolioBlock *block = i < blocks->len ? blocks->pdata[i] : NULL;
  if (!block)
    return 0;
  if (block->kind == FOLIO_TABLE)
    return TABLE_BEGINS;
  if (block->kind == FOLIO_FACTS || block->kind == FOLIO_SIGNS)
    return facts_begin(press, block);
  Cell cell;
  const Line row = row_of(block, &cell);
  const double height = height_of(press, &row);
  const gboolean more = block->kind == FOLIO_SECTION ||
                        (height < SHORT_TEXT && i + 1 < blocks->len &&
                         ((FolioBlock *)blocks->pdata[i + 1])->kind != FOLIO_SECTION);
  return more ? height + begins(press, i + 1) : MIN(height, SHORT_TEXT);
}

static void write_block(Press *press, guint i) {
  const FolioBlock *block = press->folio->blocks->pdata[i];
  Cell cell;
  const Line row = row_of(block, &cell);
  if (block->kind != FOLIO_FACTS || block->heads[0]) {
    press->y += press->owed;
    press->owed = 0;
  }
  switch (block->kind) {
  case FOLIO_SECTION:
    if (BOTTOM - press->y < MIN(begins(press, i), BOTTOM - TOP - 40)) /* never alone at the foot of a page */
      turn(press);
    write_row(press, &row);
    break;
  case FOLIO_TEXT: write_row(press, &row); break;
  case FOLIO_TABLE: write_table(press, block); break;
  case FOLIO_FACTS:
  case FOLIO_SIGNS: write_facts(press, block); break;
  }
}

/* How many pages it takes; cairo: where they are drawn, NULL: nowhere. */
static guint print(const Folio *folio, cairo_t *cairo, guint pages) {
  Press press = {.folio = folio, .cairo = cairo, .layout = draw_layout(cairo), .pages = pages};
  begin_page(&press);
  for (guint i = 0; i < folio->blocks->len; i++)
    write_block(&press, i);
  end_page(&press);
  g_object_unref(press.layout);
  return press.page;
}

static GBytes *draw_pdf(const Folio *folio, GError **error) {
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(draw_append, bytes, WIDTH, HEIGHT);
  draw_describe(surface, arena_printf(folio->arena, "%s %s", folio->title, folio->number), folio->date);
  cairo_t *cairo = cairo_create(surface);
  print(folio, cairo, print(folio, NULL, 0));
  cairo_destroy(cairo);
  cairo_surface_finish(surface);
  const cairo_status_t status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string(status));
  return NULL;
}

/* One at a time: a paper takes milliseconds, and what Fontconfig and Pango share between threads is theirs alone to
   guard. */
GBytes *folio_pdf(const Folio *folio, GError **error) {
  static pthread_mutex_t drawing = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&drawing);
  GBytes *bytes = draw_pdf(folio, error);
  pthread_mutex_unlock(&drawing);
  return bytes;
}
