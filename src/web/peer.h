/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deadlines of connections: the library times out silent clients only, so one that drips a byte now and then would
   stay for ever. A thread shuts down those that are past their deadline, or have gone before their request was
   whole. */
#pragma once
#include <glib.h>

typedef struct PeerWatch PeerWatch;
typedef struct Peer Peer;

PeerWatch *peer_watch_new(void);
void peer_watch_free(PeerWatch *watch);
/* One per connection, from its beginning until just before its socket is closed. */
Peer *peer_add(PeerWatch *watch, int socket, guint seconds);
void peer_remove(Peer *peer);
/* Seconds from now; 0: no deadline. */
void peer_set_deadline(Peer *peer, guint64 seconds);
