/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Translation of message ids (English) by catalogues made from lang/LANGUAGE.po. */
#pragma once
#include <glib.h>

#define N_(text) text /* marks a message id for translation */

/* The languages there are, best known first; ends with NULL: "zh_CN", "zh_TW", "en". */
extern const char *const lang_all[];
/* Adds a catalogue in GNU .mo form (the bytes must live on). FALSE when it is malformed. Not thread-safe: at start. */
gboolean lang_add(const char *language, const void *bytes, gsize size);
/* The translation, or the id itself. Never NULL for an id. */
const char *lang_text(const char *language, const char *id);
/* What stands between two things that are named one after the other: ", " or "、". */
const char *lang_comma(const char *language);
/* The language that fits an Accept-Language header best. */
const char *lang_choose(const char *accept);
/* The language that the environment asks for: LC_ALL, LC_MESSAGES or LANG, the first that is set. */
const char *lang_of_process(void);
