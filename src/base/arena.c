/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: a list of blocks, filled from the front; nothing is freed before the whole. */
#include "base/arena.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_SIZE = 16 * 1024, ALIGNMENT = 16 };

typedef struct Block {
  struct Block *next; /* the block filled before this one */
  gsize size;         /* bytes in data */
  gsize used;         /* bytes of data handed out */
  _Alignas(ALIGNMENT) char data[];
} Block;

struct Arena {
  Block *head; /* the block being filled */
};

Arena *arena_new(void) {
  return g_new0(Arena, 1);
}

void arena_free(Arena *arena) {
  if (!arena)
    return;
  for (Block *block = arena->head, *next; block; block = next) {
    next = block->next;
    g_free(block);
  }
  g_free(arena);
}

static Block *block_new(gsize size, Block *next) {
  Block *block = g_malloc(sizeof *block + size);
  block->next = next;
  block->size = size;
  block->used = 0;
  return block;
}

static gsize rounded(gsize size) {
  return (size + ALIGNMENT - 1) & ~(gsize)(ALIGNMENT - 1);
}

void *arena_alloc(Arena *arena, gsize size) {
  const gsize taken = rounded(size);
  if (!arena->head || arena->head->size - arena->head->used < taken)
    arena->head = block_new(MAX(taken, (gsize)BLOCK_SIZE), arena->head);
  char *start = arena->head->data + arena->head->used;
  arena->head->used += taken;
  memset(start, 0, taken);
  return start;
}

char *arena_strndup(Arena *arena, const char *text, gsize length) {
  char *copy = arena_alloc(arena, length + 1);
  memcpy(copy, text, length);
  return copy;
}

char *arena_strdup(Arena *arena, const char *text) {
  return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_printf(Arena *arena, const char *format, ...) {
  /* Written where it stays; only what the block has no room for is written twice. */
  Block *block = arena->head;
  const gsize room = block ? block->size - block->used : 0;
  char *start = block ? block->data + block->used : NULL;
  va_list list, again;
  va_start(list, format);
  va_copy(again, list);
  const gsize length = (gsize)g_vsnprintf(start, room, format, list) + 1;
  if (length > room)
    g_vsnprintf(start = arena_alloc(arena, length), length, format, again);
  else
    block->used += MIN(rounded(length), room);
  va_end(again);
  va_end(list);
  return start;
}
