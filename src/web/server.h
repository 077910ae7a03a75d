/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HTTP server: quick requests are answered in the event threads, slow ones by workers while their connection is
   suspended. Bare LF as line end is not visible from here: a proxy in front refuses it. What the library cannot read at
   all (no HTTP, a broken first line, a length beyond all numbers) it refuses by itself, in English or by closing. */
#pragma once
#include "web/request.h"
#include "web/response.h"

typedef struct Server Server;

typedef enum {
  SERVER_QUICK,  /* the handler runs in the event thread: it must not wait for anything */
  SERVER_SLOW,   /* the handler runs in a worker */
  SERVER_REFUSE, /* the begin function has filled the response; the body is not read */
} ServerClass;

/* Decides when the head is there and the body is not, in the event thread; may raise or lower request->body_limit. */
typedef ServerClass (*ServerBegin)(Request *request, Response *response, gpointer data);
/* Asked before a body is read that is longer than request->body_limit, or may be; may raise that. In a worker. */
typedef void (*ServerAllow)(Request *request, gpointer data);
typedef void (*ServerHandler)(Request *request, Response *response, gpointer data);
/* Fills the response with which the server itself refuses a request: status, and a sentence (message id) in the asker's
   language. Of the request only what is known so far may be looked at: its headers; its path (NULL where it was not
   well formed); its cookies, where the head was sound. Any thread. */
typedef void (*ServerRefuse)(const Request *request, Response *response, guint status, const char *reason,
                             gpointer data);
/* How a request ended. */
typedef struct {
  guint status;
  gint64 microseconds; /* since its head began */
  guint64 bytes;       /* of the answer's body; 0 for streams, whose length nobody knows */
  gboolean complete;   /* FALSE when the client left before the end */
} ServerOutcome;
/* After each request, for logs and counts. */
typedef void (*ServerDone)(const Request *request, const ServerOutcome *outcome, gpointer data);

typedef struct {
  const char *address;       /* numeric, IPv4 or IPv6 */
  guint16 port;              /* 0: a free one, see server_port() */
  guint threads;             /* event threads */
  guint workers;             /* for slow requests */
  guint connections;         /* at most, in all; a few more are told so, the rest is closed */
  guint address_connections; /* the same from one address; 0: no limit. Not applied behind a trusted proxy */
  guint idle_seconds;        /* without any byte in either direction */
  guint head_seconds;        /* for a request's head, from the connection or the answer before */
  guint body_seconds;        /* for a body, and one second more for each 16 kB of its limit */
  gsize head_bytes;          /* of a request's head, at most; half of it for the address */
  guint64 body_bytes;        /* body limit that the begin function starts from */
  gsize memory_bytes;        /* of form fields, and of a body kept in memory */
  const char *upload_folder; /* where uploaded parts are streamed */
  const char *trusted_proxy; /* numeric address whose X-Forwarded-For and -Proto are believed, or NULL */
  const char *certificate;   /* PEM text, or NULL: no TLS */
  const char *key;           /* PEM text */
  ServerBegin begin;         /* NULL: every request is quick */
  ServerAllow allow;         /* or NULL */
  ServerHandler handler;
  ServerRefuse refuse;       /* NULL: plain English */
  ServerDone done;           /* or NULL */
  gpointer data;             /* for the functions */
} ServerOptions;

ServerOptions server_options_default(void);

/* Starts and ignores SIGPIPE. The options' texts must outlive the server. NULL and error (G_IO_ERROR) when the
   address cannot be bound or the certificate is not usable. */
Server *server_start(const ServerOptions *options, GError **error);
/* Whether the address and port could be listened on just now; error as above. */
gboolean server_may_listen(const char *address, guint16 port, GError **error);
guint16 server_port(const Server *server);
/* Refuses new slow requests, waits for the running ones, and stops. Event streams must have been closed before. */
void server_stop(Server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_stop)
