/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a request's body as it arrives: forms into fields, uploads to files, all else into memory. */
#pragma once
#include "web/request.h"

struct MHD_PostProcessor;

typedef struct {
  Request *request;
  const char *folder;  /* where uploads go */
  gsize memory_limit;  /* bytes of fields and of a body kept in memory */
  struct MHD_PostProcessor *post; /* multipart only */
  guint64 received;    /* bytes */
  gsize kept;          /* bytes of multipart fields */
  GString *field;      /* the multipart field being read */
  const char *field_name;
  RequestPart *part;   /* the upload being read */
  int file;            /* its descriptor, -1 for none */
  GChecksum *checksum;
  guint status;        /* 0, or the refusal: 400, 413, 507 */
  const char *reason;
} Body;

/* Begins when the head is complete. FALSE with status and reason for a multipart body without a boundary. */
gboolean body_begin(Body *body, Request *request, const char *folder, gsize memory_limit);
/* Takes the next bytes; after a refusal the rest is thrown away. FALSE when the client should be cut off. */
gboolean body_take(Body *body, const char *data, gsize size);
/* Ends it: fields and parts of the request are complete unless status says otherwise. */
void body_end(Body *body);
/* Removes uploads that nobody has moved. */
void body_clear(Body *body);
