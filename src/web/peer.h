/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deadlines of connections: the library times out silent clients only, so one that drips a byte now and then would
   stay for ever. A thread shuts down those that are past their deadline, or have gone before their request was
   whole. It counts them too: who comes when there are too many is still told so. */
#pragma once
#include <glib.h>

typedef struct PeerWatch PeerWatch;
typedef struct Peer Peer;

typedef struct {
  guint connections; /* at most, in all */
  guint address_connections; /* at most from one address; 0: no limit */
  guint idle_seconds; /* without a byte of a body that is waited for; 0: no limit */
} PeerLimits;
/* What is said to one before it is cut off for being late: the whole answer, which the caller frees. Called under the
   lock of all peers in their thread; with TLS in the thread of the connection. */
typedef char *(*PeerLate)(gpointer data);

PeerWatch *peer_watch_new(const PeerLimits *limits);
void peer_watch_free(PeerWatch *watch);
/* One per connection, from its beginning until just before its socket is closed. tls: its GnuTLS session, which reads
   through the peer from then on; NULL: none. */
Peer *peer_add(PeerWatch *watch, int socket, gpointer tls, guint seconds);
void peer_remove(Peer *peer);
/* Whether there were more than the limits allow when it came. */
gboolean peer_is_crowded(const Peer *peer);
/* Seconds from now; 0: no deadline. Who is late with a head is told so in two languages. */
void peer_set_deadline(Peer *peer, guint64 seconds);
/* The same for a body, and what is called of one that is late or idle; until the next of these calls. */
void peer_await(Peer *peer, guint64 seconds, PeerLate late, gpointer data);
