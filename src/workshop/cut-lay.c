/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces that lie nose to tail meet with their steeper ends; of each kind the pairs come first, then what is single. */
#include "workshop/cut-lay.h"

static gboolean alike(const CutPiece *a, const CutPiece *b) {
  return a->length == b->length && a->nest == b->nest && a->left == b->left && a->right == b->right;
}

/* A trimmed end needs a cut where there is a trim; the last piece needs none where it ends the bar. */
static void put(CutLay *lay, const CutOrder *order, gint64 index, gboolean meets, gboolean turned) {
  const CutPiece *piece = &order->pieces[index];
  CutLaid laid = {.piece = index, .from = lay->end - (meets ? piece->nest : 0), .turned = turned, .meets = meets,
                  .left = turned ? -piece->right : piece->left, .right = turned ? -piece->left : piece->right};
  laid.to = laid.from + piece->length;
  lay->end = laid.to + order->kerf;
  lay->pieces += piece->length;
  g_array_append_val(lay->laid, laid);
}

/* All pieces like that of parts[first], of this part and those after it; done marks the parts. */
static void lay_kind(CutLay *lay, const CutOrder *order, const GArray *parts, guint first, gboolean *done) {
  const CutPiece *kind = &order->pieces[g_array_index(parts, CutPart, first).piece];
  const gboolean first_turned = ABS(kind->left) > ABS(kind->right) && kind->left != -kind->right;
  const gboolean parallel = kind->left == -kind->right;
  gint64 paired = 0;
  for (guint p = first; p < parts->len; p++) {
    const CutPart part = g_array_index(parts, CutPart, p);
    for (gint64 t = 0; alike(kind, &order->pieces[part.piece]) && t < part.paired; t++, paired++)
      put(lay, order, part.piece, paired % 2 == 1, parallel ? FALSE : (paired % 2 == 1) != first_turned);
  }
  for (guint p = first; p < parts->len; p++) {
    const CutPart part = g_array_index(parts, CutPart, p);
    if (!alike(kind, &order->pieces[part.piece]))
      continue;
    done[p] = TRUE;
    for (gint64 t = part.paired; t < part.times; t++)
      put(lay, order, part.piece, FALSE, FALSE);
  }
}

/* Ends that meet square, or nose to tail, are made by one cut; two mitres that do not meet need one each. */
static gint64 count_cuts(const CutOrder *order, const CutLay *lay, gint64 stock) {
  gint64 cuts = 0;
  for (guint i = 0; i < lay->laid->len; i++) {
    const CutLaid *laid = &g_array_index(lay->laid, CutLaid, i), *next = laid + 1;
    const gboolean last = i + 1 == lay->laid->len;
    if (i == 0 && (order->trim_left > 0 || laid->left != 0))
      cuts++;
    if (last ? laid->to < stock || laid->right != 0 : TRUE)
      cuts++;
    if (!last && !next->meets && (laid->right != 0 || next->left != 0))
      cuts++;
  }
  return cuts;
}

CutLay *cut_lay_pattern(const CutOrder *order, const CutPattern *pattern) {
  CutLay *lay = g_new0(CutLay, 1);
  const gint64 stock = order->stocks[pattern->stock].length;
  g_autofree gboolean *done = g_new0(gboolean, pattern->parts->len);
  lay->laid = g_array_new(FALSE, FALSE, sizeof(CutLaid));
  lay->end = order->trim_left;
  for (guint p = 0; p < pattern->parts->len; p++)
    if (!done[p])
      lay_kind(lay, order, pattern->parts, p, done);
  const gint64 edge = stock - order->trim_right;
  lay->leftover = lay->end - order->kerf == edge ? 0 : edge - lay->end;
  if (lay->leftover < 0 && lay->end - order->kerf <= edge)
    lay->leftover = 0;
  lay->cuts = count_cuts(order, lay, stock);
  return lay;
}

void cut_lay_free(CutLay *lay) {
  if (!lay)
    return;
  g_array_unref(lay->laid);
  g_free(lay);
}
