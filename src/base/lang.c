/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads GNU .mo catalogues: two tables of (length, offset), sorted by id. gettext() itself goes by the process's
   locale, and a server speaks to each viewer in another language. */
#include "base/lang.h"
#include <string.h>

const char *const lang_all[] = {"zh_CN", "zh_TW", "en", NULL};
enum { MO_MAGIC = 0x950412de, LANGUAGES = 3 };

static GHashTable *catalogues[LANGUAGES]; /* id → text, of lang_all's language; NULL: none */

static guint32 word(const guint8 *bytes, gsize at) {
  guint32 number;
  memcpy(&number, bytes + at, sizeof number);
  return GUINT32_FROM_LE(number);
}

/* The string that the table entry at `at` names, or NULL when it lies outside. */
static const char *string_at(const guint8 *bytes, gsize size, gsize at) {
  if (at + 8 > size)
    return NULL;
  const guint32 length = word(bytes, at), offset = word(bytes, at + 4);
  return (gsize)offset + length < size && bytes[offset + length] == '\0' ? (const char *)bytes + offset : NULL;
}

static int index_of(const char *language) {
  for (int i = 0; language && lang_all[i]; i++)
    if (!strcmp(lang_all[i], language))
      return i;
  return -1;
}

gboolean lang_add(const char *language, const void *data, gsize size) {
  const guint8 *bytes = data;
  const int index = index_of(language);
  if (index < 0 || size < 28 || word(bytes, 0) != MO_MAGIC)
    return FALSE;
  g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
  const guint32 count = word(bytes, 8), ids = word(bytes, 12), translations = word(bytes, 16);
  for (guint32 i = 0; i < count; i++) {
    const char *id = string_at(bytes, size, (gsize)ids + (gsize)i * 8);
    const char *text = string_at(bytes, size, (gsize)translations + (gsize)i * 8);
    if (!id || !text)
      return FALSE;
    if (*id && *text)
      g_hash_table_insert(texts, (gpointer)id, (gpointer)text);
  }
  g_clear_pointer(&catalogues[index], g_hash_table_unref);
  catalogues[index] = g_steal_pointer(&texts);
  return TRUE;
}

const char *lang_text(const char *language, const char *id) {
  const int index = index_of(language);
  const char *text = index >= 0 && catalogues[index] ? g_hash_table_lookup(catalogues[index], id) : NULL;
  return text ? text : id;
}

const char *lang_choose(const char *accept) {
  g_auto(GStrv) wishes = g_strsplit(accept ? accept : "", ",", 16);
  for (char **wish = wishes; *wish; wish++) {
    g_autofree char *low = g_ascii_strdown(g_strstrip(*wish), -1);
    if (g_str_has_prefix(low, "zh-tw") || g_str_has_prefix(low, "zh-hk") || g_str_has_prefix(low, "zh-hant"))
      return "zh_TW";
    if (g_str_has_prefix(low, "zh"))
      return "zh_CN";
    if (g_str_has_prefix(low, "en"))
      return "en";
  }
  return "en";
}

const char *lang_of_process(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  const char *wish = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(names) && !(wish && *wish); i++)
    wish = g_getenv(names[i]);
  g_autofree char *tag = g_strdelimit(g_strdup(wish ? wish : ""), "_", '-');
  return lang_choose(tag);
}

const char *lang_comma(const char *language) {
  return lang_text(language, N_(", "));
}
