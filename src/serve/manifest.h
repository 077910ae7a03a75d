/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a backup says of itself, as manifest.json in its folder. */
#pragma once
#include <glib.h>

typedef struct {
  const char *kind;  /* dump_kind() */
  char dump[65];     /* SHA-256 of the dump */
  char seal[65];     /* the last seal's; empty: none yet */
  gint64 files, bytes;
} Manifest;
gboolean manifest_write(const Manifest *manifest, const char *folder, GError **error);
/* FALSE and error where the folder holds no backup of this format. */
gboolean manifest_read(Manifest *manifest, const char *folder, GError **error);
