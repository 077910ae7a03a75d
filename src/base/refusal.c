/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refusals: a status and its reasons. */
#include "base/refusal.h"
#include <stdarg.h>

static void reason_free(gpointer data) {
  Reason *reason = data;
  g_free(reason->name);
  g_free(reason->message);
  g_free(reason);
}

Refusal *refusal_new(void) {
  Refusal *refusal = g_new0(Refusal, 1);
  refusal->reasons = g_ptr_array_new_with_free_func(reason_free);
  return refusal;
}

void refusal_free(Refusal *refusal) {
  if (!refusal)
    return;
  g_ptr_array_unref(refusal->reasons);
  g_free(refusal);
}

gboolean refusal_add(Refusal *refusal, RefusalStatus status, ReasonKind kind, const char *name, const char *message) {
  if (refusal->status == REFUSAL_NONE)
    refusal->status = status;
  Reason *reason = g_new0(Reason, 1);
  *reason = (Reason){.kind = kind, .name = g_strdup(name), .message = g_strdup(message)};
  g_ptr_array_add(refusal->reasons, reason);
  return FALSE;
}

gboolean refusal_addf(Refusal *refusal, RefusalStatus status, ReasonKind kind, const char *name, const char *format,
                      ...) {
  va_list list;
  va_start(list, format);
  g_autofree char *message = g_strdup_vprintf(format, list);
  va_end(list);
  return refusal_add(refusal, status, kind, name, message);
}

gboolean refusal_any(const Refusal *refusal) {
  return refusal->status != REFUSAL_NONE;
}

void refusal_clear(Refusal *refusal) {
  refusal->status = REFUSAL_NONE;
  g_ptr_array_set_size(refusal->reasons, 0);
}
