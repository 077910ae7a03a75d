/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP request, checked and decoded: what a handler reads. Everything in it lives until the answer is sent. */
#pragma once
#include "base/arena.h"

typedef struct {
  const char *name;
  const char *value;
} RequestPair;

/* One uploaded file, streamed to the upload folder. The file is removed with the request unless the handler
   has moved it away. */
typedef struct {
  const char *field;
  const char *filename; /* as the client named it; never a path to open */
  const char *type;     /* as the client says, or NULL: not to be believed */
  const char *path;     /* where the bytes are */
  const char *sha256;   /* hexadecimal, complete when the handler runs */
  guint64 size;         /* bytes */
} RequestPart;

typedef struct {
  Arena *arena;          /* of this request and its answer */
  const char *id;        /* for logs and fault messages */
  const char *method;    /* upper case */
  const char *path;      /* decoded, begins with '/', valid UTF-8 without control characters */
  const char *uri;       /* path and query as sent */
  const char *address;   /* the peer's, numeric; behind the trusted proxy: who the proxy says it is */
  gboolean secure;       /* came over TLS, here or at the trusted proxy */
  GArray *query;         /* RequestPair, decoded */
  GArray *headers;       /* RequestPair */
  GArray *cookies;       /* RequestPair */
  GArray *fields;        /* RequestPair: of a form, urlencoded or multipart; a name may stand several times */
  GPtrArray *parts;      /* RequestPart*: uploaded files */
  GString *body;         /* the bytes as sent; empty for multipart */
  guint64 body_limit;    /* bytes; the begin function may change it before the body is read */
  gint64 user_id;        /* who asked, for the log: set by the handler; 0: nobody known */
  gpointer connection;   /* struct MHD_Connection, for event streams only */
} Request;

/* The first value of that name, or NULL. Header names are compared without case, all else exactly. */
const char *request_header(const Request *request, const char *name);
const char *request_query(const Request *request, const char *name);
const char *request_cookie(const Request *request, const char *name);
const char *request_field(const Request *request, const char *name);
const RequestPart *request_part(const Request *request, const char *field);

/* For the server. Makes the parts empty; releases all but the arena. */
void request_init(Request *request, Arena *arena);
void request_clear(Request *request);
/* Splits and decodes the uri; FALSE for %00, broken escapes, bad UTF-8, or what does not begin with '/'. */
gboolean request_set_uri(Request *request, const char *uri);
/* Adds the pairs of an urlencoded text; FALSE as above, or when there are more than 2000. */
gboolean request_decode_pairs(Request *request, GArray *pairs, const char *text);
/* What is wrong with the header fields (two Hosts, Content-Length twice or beside Transfer-Encoding, …), or NULL.
   A message id. header_size is the size of the whole head in bytes as received. */
const char *request_check_headers(const Request *request, const char *version, gsize header_size);
/* Fills cookies from the headers. */
void request_set_cookies(Request *request);
