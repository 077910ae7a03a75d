/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a kept PDF as pictures, for browsers that show no PDF inside of a page: those of phones above all. Drawn by
   Debian's poppler-utils in a process of their own, which gets the file and nothing else, within limits of time, memory
   and size; a picture that was drawn is kept and found by the file's SHA-256. The folder may be emptied at any time. */
#pragma once
#include "db/files.h"

typedef struct Pictures Pictures; /* thread-safe */

enum {
  PICTURES_PAGES = 40, /* of a file that are drawn, at most */
  PICTURES_SIDE = 2400 /* pixels of a picture's longer side: A3 with letters of 2.5 mm can be read */
};

typedef enum {
  PICTURES_DRAWN,
  PICTURES_NONE, /* there is no such page, or the file is broken, locked by a password, or beyond the limits */
  PICTURES_BUSY, /* too many are being drawn at the moment */
  PICTURES_FAULT /* error says what */
} PicturesOutcome;

/* The pictures of these files, kept in the folder, which is made where it is missing. NULL and error on failure. */
Pictures *pictures_open(Files *files, const char *folder, GError **error);
void pictures_close(Pictures *pictures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pictures, pictures_close)

/* How many pages the PDF of that SHA-256 has. Waits for its turn and for the program: for workers only. */
PicturesOutcome pictures_count(Pictures *pictures, const char *sha256, guint *count, GError **error);
/* The page, counted from 1, as a PNG: its descriptor, which the caller closes, and size in bytes. Waits as well, where
   it is not drawn yet. */
PicturesOutcome pictures_page(Pictures *pictures, const char *sha256, guint page, int *content, gint64 *size,
                              GError **error);
