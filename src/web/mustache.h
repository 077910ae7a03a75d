/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mustache templates, compiled once and rendered over typed value trees. Everything is escaped; typed values
   (money, dates) are written by the viewer's format. Beside the public specification there is one tag of our own:
   {{_Message id}} writes the translation of that message, escaped; so no key of a tree may begin with '_'. */
#pragma once
#include "base/value.h"

typedef struct Mustache Mustache;

#define MUSTACHE_ERROR (mustache_error_quark())
GQuark mustache_error_quark(void);

/* How one viewer wants to read values. A zeroed one writes integers as they are and messages untranslated. */
typedef struct {
  gpointer data;   /* handed to both functions */
  gboolean strict; /* {{{x}}} and {{&x}} leave only VALUE_MARKUP unescaped; all else is escaped all the same */
  /* The translation of a message id; must outlive the rendering. NULL: the id itself. */
  const char *(*translate)(gpointer data, const char *message);
  /* Appends the plain text (it is escaped later) of a BOOL … TIME value. NULL: digits, "true", "false". */
  void (*write)(gpointer data, const Value *value, GString *plain);
} MustacheFormat;

/* Compiles; name stands in messages ("order.html:12: …"). NULL and error when tags or sections are not closed.
   Immutable afterwards: any number of threads may render it. */
Mustache *mustache_compile(const char *source, const char *name, GError **error);
void mustache_free(Mustache *mustache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mustache, mustache_free)

/* Appends the page to out. partials: name → Mustache*, or NULL; a partial that is missing writes nothing, and
   partials nested deeper than 64 write nothing. format NULL is the zeroed one. */
void mustache_render(const Mustache *mustache, GHashTable *partials, const Value *root, const MustacheFormat *format,
                     GString *out);

/* What a template refers to, for checks at start: its partials, message ids, and names left unescaped. */
typedef enum { MUSTACHE_PARTIAL, MUSTACHE_MESSAGE, MUSTACHE_RAW } MustacheReference;
/* The next reference of that kind from *position (0 at first) on, which it moves; NULL when there are no more. */
const char *mustache_next_reference(const Mustache *mustache, MustacheReference kind, guint *position);
