/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections that are lent out and come back. Thread-safe. */
#pragma once
#include <glib.h>

typedef struct Pool Pool;

/* most: how many may be lent at once. */
Pool *pool_new(guint most, GDestroyNotify close);
/* Waits until all that was lent is back, then closes them. */
void pool_free(Pool *pool);
/* An idle connection, or NULL: then the caller opens one. Waits while the most are lent. */
gpointer pool_take(Pool *pool);
/* Takers that wait just now. */
guint pool_waiting(Pool *pool);
/* Gives it back; NULL where none could be opened, or it was closed as broken. */
void pool_return(Pool *pool, gpointer connection);
