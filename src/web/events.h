/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Server-sent events: what changed, by id only; the viewer fetches the rest under its own rights. A waiting stream is
   a suspended connection, not a thread. */
#pragma once
#include "web/server.h"

typedef struct Events Events;

/* Whether this viewer may learn of the event. Called under the lock of all streams: quick, and no events_ call. */
typedef gboolean (*EventsSees)(gpointer viewer, gpointer data);

/* heartbeat in seconds: a comment that finds out who has gone. */
Events *events_new(guint heartbeat);
/* Turns the response into a stream for that viewer, who is freed with it. From a quick or a slow handler. owner:
   whoever opened it has at most 12, the oldest is ended for another. After five minutes a stream is ended: who asks for
   the next is looked at again. */
void events_answer(Events *events, const Request *request, Response *response, gint64 owner, gpointer viewer,
                   GDestroyNotify viewer_free);
/* Sends "event: kind, data: id" to all whom sees lets (NULL: everyone). Neither text may hold a line end.
   A stream with more than 64 kB unsent is ended. Any thread. */
void events_broadcast(Events *events, const char *kind, const char *id, EventsSees sees, gpointer data);
/* Ends the streams of that owner, who may see less by now; a browser asks for another and is looked at again. Any
   thread. */
void events_end(Events *events, gint64 owner);
guint events_count(Events *events);
/* Ends all streams and takes no more; before server_stop(). */
void events_close(Events *events);
/* After server_stop(). */
void events_free(Events *events);
