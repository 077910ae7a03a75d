/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One lock over all streams, for they are few and each touch is short. It is held while a connection is suspended, so
   nobody resumes one that is about to be suspended. */
#include "web/events.h"
#include <microhttpd.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
  PENDING_LIMIT = 65536,
  OWNER_MOST = 12,   /* streams of one owner */
  LIFE_SECONDS = 300 /* then the browser asks for another, as whoever is logged in by then */
};

struct Events {
  pthread_mutex_t mutex; /* guards all below, the streams included */
  pthread_cond_t wake;
  pthread_t thread; /* heartbeats */
  guint heartbeat;  /* seconds */
  GQueue streams;   /* Stream* */
  gboolean closed;
};

typedef struct {
  Events *events;
  GList *link; /* in events->streams */
  struct MHD_Connection *connection;
  gint64 owner; /* who opened it */
  gint64 began; /* monotonic microseconds */
  gpointer viewer;
  GDestroyNotify viewer_free;
  GString *pending; /* not yet handed to the connection */
  gboolean suspended;
  gboolean ending;
} Stream;

static void wake(Stream *stream) {
  if (!stream->suspended)
    return;
  stream->suspended = FALSE;
  MHD_resume_connection(stream->connection);
}

static void push(Stream *stream, const char *text) {
  if (stream->pending->len + strlen(text) > PENDING_LIMIT)
    stream->ending = TRUE;
  else
    g_string_append(stream->pending, text);
  wake(stream);
}

static ssize_t read_stream(void *data, uint64_t position, char *buffer, size_t size) {
  Stream *stream = data;
  pthread_mutex_lock(&stream->events->mutex);
  const gsize ready = MIN(stream->pending->len, size);
  ssize_t result = (ssize_t)ready;
  if (ready) {
    memcpy(buffer, stream->pending->str, ready);
    g_string_erase(stream->pending, 0, (gssize)ready);
  } else if (stream->ending || stream->events->closed)
    result = MHD_CONTENT_READER_END_OF_STREAM;
  else {
    stream->suspended = TRUE;
    MHD_suspend_connection(stream->connection);
  }
  pthread_mutex_unlock(&stream->events->mutex);
  return result;
}

static void free_stream(void *data) {
  Stream *stream = data;
  pthread_mutex_lock(&stream->events->mutex);
  g_queue_delete_link(&stream->events->streams, stream->link);
  pthread_mutex_unlock(&stream->events->mutex);
  if (stream->viewer_free)
    stream->viewer_free(stream->viewer);
  g_string_free(stream->pending, TRUE);
  g_free(stream);
}

static void end(Stream *stream) {
  stream->ending = TRUE;
  wake(stream);
}

/* Connections are few: whoever opens more and more streams loses the oldest. */
static void make_room(Events *events, gint64 owner) {
  guint count = 0;
  for (GList *link = events->streams.tail; link; link = link->prev) {
    Stream *stream = link->data;
    if (stream->owner == owner && !stream->ending && ++count >= OWNER_MOST)
      end(stream);
  }
}

void events_answer(Events *events, const Request *request, Response *response, gint64 owner, gpointer viewer,
                   GDestroyNotify viewer_free) {
  Stream *stream = g_new0(Stream, 1);
  *stream = (Stream){ .events = events, .connection = request->connection, .owner = owner,
                      .began = g_get_monotonic_time(), .viewer = viewer,
                      .viewer_free = viewer_free, .pending = g_string_new("retry: 3000\n\n") };
  pthread_mutex_lock(&events->mutex);
  make_room(events, owner);
  g_queue_push_tail(&events->streams, stream);
  stream->link = events->streams.tail;
  pthread_mutex_unlock(&events->mutex);
  response->type = "text/event-stream";
  response->reader = read_stream;
  response->reader_data = stream;
  response->reader_free = free_stream;
  response_header(response, "X-Accel-Buffering", "no");
}

void events_broadcast(Events *events, const char *kind, const char *id, EventsSees sees, gpointer data) {
  g_return_if_fail(!strpbrk(kind, "\r\n") && !strpbrk(id, "\r\n"));
  g_autofree char *text = g_strdup_printf("event: %s\ndata: %s\n\n", kind, id);
  pthread_mutex_lock(&events->mutex);
  for (GList *link = events->streams.head; link; link = link->next) {
    Stream *stream = link->data;
    if (!sees || sees(stream->viewer, data))
      push(stream, text);
  }
  pthread_mutex_unlock(&events->mutex);
}

void events_end(Events *events, gint64 owner) {
  pthread_mutex_lock(&events->mutex);
  for (GList *link = events->streams.head; link; link = link->next)
    if (((Stream *)link->data)->owner == owner)
      end(link->data);
  pthread_mutex_unlock(&events->mutex);
}

guint events_count(Events *events) {
  pthread_mutex_lock(&events->mutex);
  const guint count = events->streams.length;
  pthread_mutex_unlock(&events->mutex);
  return count;
}

static void *beat(void *data) {
  Events *events = data;
  pthread_mutex_lock(&events->mutex);
  while (!events->closed) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += events->heartbeat;
    if (!pthread_cond_timedwait(&events->wake, &events->mutex, &until))
      continue;
    const gint64 oldest = g_get_monotonic_time() - LIFE_SECONDS * G_USEC_PER_SEC;
    for (GList *link = events->streams.head; link; link = link->next) {
      Stream *stream = link->data;
      push(stream, ":\n\n");
      stream->ending = stream->ending || stream->began < oldest;
    }
  }
  pthread_mutex_unlock(&events->mutex);
  return NULL;
}

Events *events_new(guint heartbeat) {
  Events *events = g_new0(Events, 1);
  events->heartbeat = MAX(heartbeat, 1);
  pthread_mutex_init(&events->mutex, NULL);
  pthread_cond_init(&events->wake, NULL);
  if (pthread_create(&events->thread, NULL, beat, events))
    g_error("no thread for the event streams' heartbeats");
  return events;
}

void events_close(Events *events) {
  pthread_mutex_lock(&events->mutex);
  events->closed = TRUE;
  pthread_cond_signal(&events->wake);
  for (GList *link = events->streams.head; link; link = link->next)
    wake(link->data);
  pthread_mutex_unlock(&events->mutex);
  pthread_join(events->thread, NULL);
}

void events_free(Events *events) {
  pthread_cond_destroy(&events->wake);
  pthread_mutex_destroy(&events->mutex);
  g_free(events);
}
