/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk that forgets: a file system for SQLite, beneath which a power cut can be tried at any moment while the process
   goes on. What was written since a file's last sync may be there afterwards, or not, sector by sector. */
#pragma once
#include <glib.h>

/* Makes it the default for databases in that folder, which must live on; all others are left alone. Once. */
void lossy_vfs_begin(const char *folder);
/* Writes what a power cut now could leave of those databases into another folder. kept: percent of the sectors not yet
   synced that are there all the same. */
void lossy_vfs_cut(const char *into, GRand *chance, int kept);
/* A disk that lies: says that it has synced and has not. */
void lossy_vfs_lie(gboolean lies);
/* After so many more writes there is no room; a negative number: there is. */
void lossy_vfs_fill(int writes);
/* Whether a write was refused for want of room since lossy_vfs_fill(). */
gboolean lossy_vfs_was_full(void);
