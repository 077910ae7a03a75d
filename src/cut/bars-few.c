/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handier plans at the same cost. */
#include "cut/bars.h"
#include <stdlib.h>

static int compare_part(const void *a, const void *b) {
  return ((const BarPart *)a)->kind - ((const BarPart *)b)->kind;
}

static int compare_pattern(const void *a, const void *b) {
  const BarPattern *x = *(BarPattern *const *)a, *y = *(BarPattern *const *)b;
  if (x->stock != y->stock || x->n != y->n)
    return x->stock != y->stock ? x->stock - y->stock : x->n - y->n;
  for (int p = 0; p < x->n; p++) {
    if (x->parts[p].kind != y->parts[p].kind)
      return x->parts[p].kind - y->parts[p].kind;
    if (x->parts[p].times != y->parts[p].times)
      return x->parts[p].times < y->parts[p].times ? -1 : 1;
  }
  return 0;
}

/* Equal patterns become one. */
static void merge(GPtrArray *plan) {
  for (guint i = 0; i < plan->len; i++) {
    BarPattern *pattern = plan->pdata[i];
    qsort(pattern->parts, (gsize)pattern->n, sizeof *pattern->parts, compare_part);
  }
  g_ptr_array_sort(plan, compare_pattern);
  guint kept = 0;
  for (guint i = 0; i < plan->len; i++) {
    if (kept > 0 && compare_pattern(&plan->pdata[kept - 1], &plan->pdata[i]) == 0) {
      ((BarPattern *)plan->pdata[kept - 1])->count += ((BarPattern *)plan->pdata[i])->count;
      continue;
    }
    gpointer keep = plan->pdata[i];
    plan->pdata[i] = plan->pdata[kept];
    plan->pdata[kept++] = keep;
  }
  g_ptr_array_set_size(plan, (int)kept);
}

void bars_few(BarSearch *search) {
  merge(search->plan);
  search->setups_first = search->plan->len;
}
