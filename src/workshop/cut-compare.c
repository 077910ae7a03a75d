/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two plans side by side: what each costs, wastes, asks of the saw, and leaves for the store. */
#include "base/lang.h"
#include "workshop/cut-cli.h"
#include "workshop/cut-plan.h"
#include <stdio.h>
#include <string.h>

/* What a row is written as. */
typedef enum { AS_NUMBER, AS_MONEY, AS_PERCENT, AS_SIZE } RowKind;

/* A row of the comparison. */
typedef struct {
  const char *key;   /* in JSON */
  const char *label;
  RowKind kind;
  gsize at;          /* offset in Compared */
} Row;

typedef struct {
  CutTotals totals;
  gint64 yield; /* hundredths of a percent */
  gint64 gap;   /* hundredths of a percent above the bound, rounded up */
} Compared;

#define OF(member) G_STRUCT_OFFSET(Compared, member)
static const Row rows[] = {
  {"price", N_("Cost"), AS_MONEY, OF(totals.price)},
  {"gap", N_("At most above the best possible"), AS_PERCENT, OF(gap)},
  {"yield", N_("Used"), AS_PERCENT, OF(yield)},
  {"stocks", N_("Bars or sheets"), AS_NUMBER, OF(totals.stocks)},
  {"patterns", N_("Patterns"), AS_NUMBER, OF(totals.patterns)},
  {"pieces", N_("Pieces"), AS_NUMBER, OF(totals.pieces)},
  {"cuts", N_("Cuts"), AS_NUMBER, OF(totals.cuts)},
  {"remnants", N_("Remnants"), AS_NUMBER, OF(totals.remnants)},
  {"kept", N_("Remnants in all (m or m²)"), AS_SIZE, OF(totals.kept)},
  {"largest", N_("Largest remnant (m or m²)"), AS_SIZE, OF(totals.longest)},
};

static Compared compared_of(const CutWork *work) {
  Compared self = {.totals = cut_plan_totals(work)};
  const __int128 above = (__int128)(self.totals.price - self.totals.bound) * 10000;
  self.yield = cut_plan_yield(&self.totals);
  self.gap = (gint64)((above + self.totals.bound - 1) / MAX(1, self.totals.bound));
  return self;
}

static gint64 value_of(const Compared *self, const Row *row) {
  return *(const gint64 *)(const void *)((const char *)self + row->at);
}

/* Metres or square metres with three decimals. */
static char *size_text(const CutJob *job, gint64 size) {
  const gint64 per_mm = job->unit == 0 ? 10 : 1;
  const gint64 milli = job->kind == CUT_JOB_BARS ? size / per_mm : size / (per_mm * per_mm) / 1000;
  return g_strdup_printf("%" G_GINT64_FORMAT ".%03d", milli / 1000, (int)(milli % 1000));
}

static char *text_of(const CutWork *work, const Compared *self, const Row *row) {
  const gint64 value = value_of(self, row);
  switch (row->kind) {
  case AS_MONEY: return work->job->priced ? g_strdup_printf("%.2f", (double)value / 100) : g_strdup("-");
  case AS_PERCENT: return g_strdup_printf("%d.%02d%%", (int)(value / 100), (int)(value % 100));
  case AS_SIZE: return size_text(work->job, value);
  default: return g_strdup_printf("%" G_GINT64_FORMAT, value);
  }
}

/* Columns on a terminal: Chinese characters take two. */
static int width_of(const char *text) {
  int width = 0;
  for (; *text; text = g_utf8_next_char(text))
    width += g_unichar_iswide(g_utf8_get_char(text)) ? 2 : 1;
  return width;
}

static void print_text(const CutWork works[2], const Compared sides[2], const char *language) {
  enum { LABEL = 36, VALUE = 16 };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *label = lang_text(language, rows[i].label);
    printf("%s%*s", label, MAX(1, LABEL - width_of(label)), "");
    for (int side = 0; side < 2; side++) {
      g_autofree char *text = text_of(&works[side], &sides[side], &rows[i]);
      printf("%*s%s", MAX(1, VALUE - width_of(text)), "", text);
    }
    putchar('\n');
  }
}

static void print_json(const Compared sides[2]) {
  json_t *root = json_object();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    json_object_set_new(root, rows[i].key, json_pack("[I,I]", (json_int_t)value_of(&sides[0], &rows[i]),
                                                     (json_int_t)value_of(&sides[1], &rows[i])));
  json_dumpf(root, stdout, JSON_COMPACT);
  putchar('\n');
  json_decref(root);
}

int cut_cli_compare(const CutCli *options) {
  if (g_strv_length(options->files) != 3)
    return 2;
  g_autoptr(GError) error = NULL;
  CutWork works[2] = {0};
  const gboolean good = cut_plan_load(options->files[1], options->language, &works[0], &error) &&
                        cut_plan_load(options->files[2], options->language, &works[1], &error);
  int code = good ? 0 : cut_cli_refuse(error);
  if (good && works[0].job->kind != works[1].job->kind) {
    code = cut_cli_refuse_text(options, N_("one plan is of bars, the other of sheets"));
  } else if (good) {
    const Compared sides[2] = {compared_of(&works[0]), compared_of(&works[1])};
    if (options->json)
      print_json(sides);
    else
      print_text(works, sides, options->language);
  }
  cut_plan_clear(&works[0]);
  cut_plan_clear(&works[1]);
  return code;
}
