/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A refusal: what the person asking can mend, with one sentence for each thing wrong. A fault (GError) is ours. */
#pragma once
#include <glib.h>

typedef enum {
  REFUSAL_NONE = 0,
  REFUSAL_BAD = 400,        /* not understood */
  REFUSAL_LOGIN = 401,      /* who are you? */
  REFUSAL_FORBIDDEN = 403,  /* not with this role */
  REFUSAL_NOT_FOUND = 404,  /* not there, or another dealer's */
  REFUSAL_METHOD = 405,     /* not in this way */
  REFUSAL_CONFLICT = 409,   /* not in this state, or a gate is unmet */
  REFUSAL_CHANGED = 412,    /* somebody else changed it first */
  REFUSAL_TOO_LARGE = 413,  /* a limit */
  REFUSAL_MEDIA = 415,      /* a body of another type than is understood */
  REFUSAL_INVALID = 422,    /* an input is wrong */
  REFUSAL_UNVERSIONED = 428, /* say which version you have seen */
  REFUSAL_TOO_OFTEN = 429,  /* try later */
  REFUSAL_AWAY = 503,       /* the database cannot be reached: try later */
  REFUSAL_FULL = 507,       /* no room on the disk: the administrator makes some */
} RefusalStatus;

typedef enum { REASON_FIELD, REASON_GATE, REASON_OTHER } ReasonKind;

typedef struct {
  ReasonKind kind;
  char *name;    /* of the field or gate; may be NULL for REASON_OTHER */
  char *message; /* one sentence in the viewer's language, with the remedy */
} Reason;

typedef struct {
  RefusalStatus status; /* REFUSAL_NONE: nothing refused so far */
  GPtrArray *reasons;   /* of Reason*, in the order found */
} Refusal;

/* An empty refusal; free with refusal_free() or g_autoptr(Refusal). */
Refusal *refusal_new(void);
void refusal_free(Refusal *refusal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Refusal, refusal_free)

/* Adds a reason; the first status given stays. Copies name and message. Returns FALSE, so that a check can
   `return refusal_add(…)`. */
gboolean refusal_add(Refusal *refusal, RefusalStatus status, ReasonKind kind, const char *name, const char *message);
gboolean refusal_addf(Refusal *refusal, RefusalStatus status, ReasonKind kind, const char *name, const char *format,
                      ...) G_GNUC_PRINTF(5, 6);
gboolean refusal_any(const Refusal *refusal);
/* Forgets every reason: for a command that is run again. */
void refusal_clear(Refusal *refusal);
