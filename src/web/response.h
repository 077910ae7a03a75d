/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer that a handler fills. Exactly one source of bytes: body (text made here), bytes (shared, such as an
   asset), file, or reader (a stream). Without a change it is an empty 200 page. */
#pragma once
#include "base/arena.h"
#include <sys/types.h>

typedef struct {
  Arena *arena;
  guint status;
  const char *type;       /* Content-Type; NULL for none */
  GString *body;          /* owned; used when nothing below is set */
  GBytes *bytes;          /* owned */
  int file;               /* an open descriptor, owned; -1 for none */
  guint64 file_size;      /* bytes */
  ssize_t (*reader)(void *data, guint64 position, char *buffer, size_t size); /* as MHD_ContentReaderCallback */
  gpointer reader_data;
  GDestroyNotify reader_free;
  GArray *headers;        /* RequestPair */
} Response;

/* Sets a header, replacing one that the server adds by itself (Content-Security-Policy, Cache-Control …).
   Control characters become spaces. The name is not copied. */
void response_header(Response *response, const char *name, const char *value);
/* An HttpOnly, SameSite=Lax cookie for all paths; seconds 0 removes it, below 0 lasts for the browser's session. */
void response_cookie(Response *response, const char *name, const char *value, int seconds, gboolean secure);
/* 303 See Other. */
void response_redirect(Response *response, const char *location);
/* Plain text; replaces the body. */
void response_text(Response *response, guint status, const char *text);

/* For the server. */
void response_init(Response *response, Arena *arena);
void response_clear(Response *response);
/* Bytes of the body; 0 for a stream. Before response_make(), which takes them over. */
guint64 response_size(const Response *response);
/* The library's answer with all headers; takes over the bytes. request_id is written as X-Request-Id. */
struct MHD_Response *response_make(Response *response, const char *request_id, gboolean secure);
