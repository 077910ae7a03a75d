/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An arena: memory that lives as long as one request and is given back at once. Not thread-safe: one owner. */
#pragma once
#include <glib.h>

typedef struct Arena Arena;

/* A new, empty arena; never NULL. Free with arena_free() or g_autoptr(Arena). */
Arena *arena_new(void);
void arena_free(Arena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arena, arena_free)

/* Zeroed memory aligned for any type, owned by the arena; aborts when memory is out, as g_malloc() does. */
void *arena_alloc(Arena *arena, gsize size);
#define arena_new_of(arena, Type, count) ((Type *)arena_alloc((arena), sizeof(Type) * (gsize)(count)))

/* Copies owned by the arena. arena_strdup(NULL) is NULL. */
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, gsize length);
char *arena_printf(Arena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);
