/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of connections is walked once a second; pthread primitives because ThreadSanitizer knows them. */
#include "web/peer.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

struct PeerWatch {
  pthread_mutex_t mutex; /* guards all below and the peers' deadlines */
  pthread_cond_t wake;
  pthread_t thread;
  GQueue peers; /* Peer* */
  gboolean stopping;
};

struct Peer {
  PeerWatch *watch;
  GList *link; /* in watch->peers */
  int socket;
  gint64 deadline; /* monotonic microseconds; 0: none */
  gboolean gone;   /* the last walk found that it will send no more */
};

/* Whether the other side has closed and all that it sent was read. The library waits for the rest of a request all the
   same until its time is over, and the upload of a client that died would lie there as long. */
static gboolean is_gone(const Peer *peer) {
  struct tcp_info info = {.tcpi_state = TCP_ESTABLISHED};
  socklen_t size = sizeof info;
  int unread = 0;
  return !getsockopt(peer->socket, IPPROTO_TCP, TCP_INFO, &info, &size) && info.tcpi_state == TCP_CLOSE_WAIT &&
         !ioctl(peer->socket, FIONREAD, &unread) && !unread;
}

static void shut_late(PeerWatch *watch) {
  const gint64 now = g_get_monotonic_time();
  for (GList *link = watch->peers.head; link; link = link->next) {
    Peer *peer = link->data;
    if (!peer->deadline)
      continue; /* its request is whole */
    const gboolean still_gone = peer->gone; /* twice, for what was read last may have completed the request */
    peer->gone = is_gone(peer);
    if (peer->deadline > now && !(still_gone && peer->gone))
      continue;
    shutdown(peer->socket, SHUT_RDWR);
    peer->deadline = 0;
  }
}

static void *run(void *data) {
  PeerWatch *watch = data;
  pthread_mutex_lock(&watch->mutex);
  while (!watch->stopping) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_cond_timedwait(&watch->wake, &watch->mutex, &until);
    shut_late(watch);
  }
  pthread_mutex_unlock(&watch->mutex);
  return NULL;
}

PeerWatch *peer_watch_new(void) {
  PeerWatch *watch = g_new0(PeerWatch, 1);
  pthread_mutex_init(&watch->mutex, NULL);
  pthread_cond_init(&watch->wake, NULL);
  if (pthread_create(&watch->thread, NULL, run, watch))
    g_error("no thread for the connections' deadlines");
  return watch;
}

void peer_watch_free(PeerWatch *watch) {
  pthread_mutex_lock(&watch->mutex);
  watch->stopping = TRUE;
  pthread_cond_signal(&watch->wake);
  pthread_mutex_unlock(&watch->mutex);
  pthread_join(watch->thread, NULL);
  pthread_cond_destroy(&watch->wake);
  pthread_mutex_destroy(&watch->mutex);
  g_free(watch);
}

static gint64 after(guint64 seconds) {
  return seconds ? g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC : 0;
}

Peer *peer_add(PeerWatch *watch, int socket, guint seconds) {
  Peer *peer = g_new0(Peer, 1);
  *peer = (Peer){ .watch = watch, .socket = socket, .deadline = after(seconds) };
  pthread_mutex_lock(&watch->mutex);
  g_queue_push_tail(&watch->peers, peer);
  peer->link = watch->peers.tail;
  pthread_mutex_unlock(&watch->mutex);
  return peer;
}

void peer_remove(Peer *peer) {
  pthread_mutex_lock(&peer->watch->mutex);
  g_queue_delete_link(&peer->watch->peers, peer->link);
  pthread_mutex_unlock(&peer->watch->mutex);
  g_free(peer);
}

void peer_set_deadline(Peer *peer, guint64 seconds) {
  const gint64 deadline = after(seconds);
  pthread_mutex_lock(&peer->watch->mutex);
  peer->deadline = deadline;
  pthread_mutex_unlock(&peer->watch->mutex);
}
