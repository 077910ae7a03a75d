/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order.json for bars. Prices of offcuts, what two mitred pieces save, and the kerf along the bar are made here,
 * for the solver knows whole numbers along the bar only. */
#include "workshop/cut-job.h"
#include "base/lang.h"
#include <math.h>

static const CutJsonField head_fields[] = {
  CUT_JOB_HEAD_FIELDS,
  CUT_JSON_RANGE(CutJob, "kerf", kerf, 0, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(CutJob, "trim_left", bars.trim_left, 0, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(CutJob, "trim_right", bars.trim_right, 0, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(CutJob, "face", face, 1, CUT_JOB_FACE_MAX),
  CUT_JOB_FLAG("turn", turn),
  CUT_JSON_RANGE(CutJob, "pieces_max", bars.pieces_max, 0, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(CutJob, "remnant_min", bars.remnant_min, 0, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(CutJob, "waste_max", bars.waste_max, 0, CUT_LENGTH_MAX),
  CUT_JOB_FLAG("offcuts_first", bars.offcuts_first),
  CUT_JSON_RANGE(CutJob, "seed", bars.seed, 0, G_MAXINT64),
  {0},
};

static const CutJsonField stock_fields[] = {
  CUT_JOB_NAME(CutStock, "name", origin),
  CUT_JSON_NEEDED(CutStock, "length", length, 1, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(CutStock, "price", price, 1, CUT_PRICE_MAX),
  CUT_JSON_RANGE(CutStock, "count", count, 1, CUT_LENGTH_MAX),
  {0},
};

/* One of `pieces`. */
typedef struct {
  CutPiece piece;
  CutTag tag;
  gint64 left, right; /* as the file states them */
} Line;

static const CutJsonField piece_fields[] = {
  CUT_JOB_TAG_FIELDS(Line),
  CUT_JSON_NEEDED(Line, "length", piece.length, 1, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(Line, "count", piece.count, 1, CUT_LENGTH_MAX),
  CUT_JSON_RANGE(Line, "left", left, -CUT_ANGLE_MAX, CUT_ANGLE_MAX),
  CUT_JSON_RANGE(Line, "right", right, -CUT_ANGLE_MAX, CUT_ANGLE_MAX),
  {0},
};

static void read_stock(CutJob *job, CutJsonReader *reader, json_t *line, const char *place) {
  CutStock stock = {.count = CUT_UNLIMITED, .price = 0};
  cut_json_read(reader, line, stock_fields, &stock, place);
  g_array_append_val(job->stocks, stock);
}

static void read_offcut(CutJob *job, CutJsonReader *reader, json_t *line, const char *place) {
  CutStock stock = {.count = 1, .offcut = TRUE};
  cut_json_read(reader, line, stock_fields, &stock, place);
  g_array_append_val(job->stocks, stock);
}

/* What two such pieces save: the width of the slant that they share. Without turning, only parallel ends meet. */
static gint64 nest_of(const CutJob *job, const Line *line) {
  gint64 angle = job->turn ? MAX(ABS(line->left), ABS(line->right)) : line->left == -line->right ? ABS(line->left) : 0;
  return MIN(line->piece.length, (gint64)floor((double)job->face * tan((double)angle * G_PI / 1800) + 1e-6));
}

static void read_piece(CutJob *job, CutJsonReader *reader, json_t *json, const char *place) {
  Line line = {.piece = {.count = 1}};
  cut_json_read(reader, json, piece_fields, &line, place);
  if ((line.left != 0 || line.right != 0) && job->face == 0)
    cut_json_fault(reader, place, N_("cut at an angle, and the head does not say how wide the face is"));
  line.piece.left = (int)line.left;
  line.piece.right = (int)line.right;
  line.piece.nest = nest_of(job, &line);
  g_array_append_val(job->pieces, line.piece);
  g_array_append_val(job->tags, line.tag);
}

/* The kerf is stated across the cut; along the bar a slanted cut takes more. The steepest one counts for all. */
static gint64 kerf_along(const CutJob *job) {
  int steepest = 0;
  for (guint i = 0; i < job->pieces->len; i++) {
    const CutPiece *piece = &g_array_index(job->pieces, CutPiece, i);
    steepest = MAX(steepest, MAX(ABS(piece->left), ABS(piece->right)));
  }
  return (gint64)ceil((double)job->kerf / cos(steepest * G_PI / 1800) - 1e-6);
}

/* Prices that nobody stated: of new bars their length, of offcuts their part of the cheapest new bar. */
static void complete_prices(CutJob *job) {
  const CutStock *cheap = NULL;
  for (guint i = 0; i < job->stocks->len; i++) {
    CutStock *stock = &g_array_index(job->stocks, CutStock, i);
    if (stock->offcut)
      continue;
    stock->price = stock->price > 0 ? stock->price : stock->length;
    if (!cheap || (__int128)stock->price * cheap->length < (__int128)cheap->price * stock->length)
      cheap = stock;
  }
  const CutStock least = cheap ? *cheap : (CutStock){.length = 1, .price = 1};
  for (guint i = 0; i < job->stocks->len; i++) {
    CutStock *stock = &g_array_index(job->stocks, CutStock, i);
    if (stock->offcut && stock->price == 0)
      stock->price = cut_job_worth(stock->length, job->offcut_percent, least.price, least.length);
  }
}

static void check_lengths(CutJob *job, CutJsonReader *reader) {
  gint64 usable = 0;
  for (guint i = 0; i < job->stocks->len; i++)
    usable = MAX(usable, g_array_index(job->stocks, CutStock, i).length - job->bars.trim_left - job->bars.trim_right);
  for (guint i = 0; i < job->pieces->len; i++) {
    const gint64 length = g_array_index(job->pieces, CutPiece, i).length;
    g_autofree char *place = length > usable ? g_strdup_printf("pieces[%u].length", i) : NULL;
    if (place)
      cut_json_fault(reader, place, N_("%lld is longer than the %lld usable of a bar"), (long long)length,
                     (long long)usable);
  }
}

void cut_job_read_bars(CutJob *job, CutJsonReader *reader) {
  job->bars = cut_order_default();
  job->bars.language = reader->language;
  job->pieces = g_array_new(FALSE, TRUE, sizeof(CutPiece));
  job->stocks = g_array_new(FALSE, TRUE, sizeof(CutStock));
  cut_json_read(reader, job->source, head_fields, job, "");
  cut_job_read_lists(job, reader, read_stock, read_offcut, read_piece);
  complete_prices(job);
  if (job->stocks->len > 0)
    check_lengths(job, reader);
  job->bars.kerf = kerf_along(job);
  job->bars.pieces = (const CutPiece *)(const void *)job->pieces->data;
  job->bars.n_pieces = job->pieces->len;
  job->bars.stocks = (const CutStock *)(const void *)job->stocks->data;
  job->bars.n_stocks = job->stocks->len;
  g_autoptr(GError) error = NULL;
  if (reader->count == 0 && !cut_bars_validate(&job->bars, &error))
    cut_json_fault(reader, "", "%s", error->message);
}
