/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of connections is walked once a second; pthread primitives because ThreadSanitizer knows them. */
#include "web/peer.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

struct PeerWatch {
  pthread_mutex_t mutex; /* guards all below and the peers' deadlines */
  pthread_cond_t wake;
  pthread_t thread;
  GQueue peers; /* Peer* */
  PeerLimits limits;
  gboolean stopping;
};

struct Peer {
  PeerWatch *watch;
  GList *link; /* in watch->peers */
  int socket;
  gint64 deadline; /* monotonic microseconds; 0: none */
  gboolean gone;   /* the last walk found that it will send no more */
  gboolean crowded; /* there were too many when it came */
  guint8 address[16]; /* IPv6, or IPv4 with zeros behind */
  PeerLate late;   /* NULL: its head is late */
  gpointer late_data; /* for it */
};

/* A head that never ended names no language. */
static const char late_head[] = "HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                "Connection: close\r\n\r\n"
                                "The request took too long to arrive; send it again.\n"
                                "请求传送太慢，请重新发送。\n";

/* Whether the other side has closed and all that it sent was read. The library waits for the rest of a request all the
   same until its time is over, and the upload of a client that died would lie there as long. */
static gboolean is_gone(const Peer *peer) {
  struct tcp_info info = {.tcpi_state = TCP_ESTABLISHED};
  socklen_t size = sizeof info;
  int unread = 0;
  return !getsockopt(peer->socket, IPPROTO_TCP, TCP_INFO, &info, &size) && info.tcpi_state == TCP_CLOSE_WAIT &&
         !ioctl(peer->socket, FIONREAD, &unread) && !unread;
}

static gboolean is_idle(const Peer *peer) {
  struct tcp_info info = {.tcpi_state = TCP_ESTABLISHED};
  socklen_t size = sizeof info;
  const guint limit = peer->watch->limits.idle_seconds;
  return limit && peer->late && !getsockopt(peer->socket, IPPROTO_TCP, TCP_INFO, &info, &size) &&
         info.tcpi_last_data_recv / 1000 >= limit;
}

static void shut_late(PeerWatch *watch) {
  const gint64 now = g_get_monotonic_time();
  for (GList *link = watch->peers.head; link; link = link->next) {
    Peer *peer = link->data;
    if (!peer->deadline)
      continue; /* its request is whole */
    const gboolean still_gone = peer->gone; /* twice, for what was read last may have completed the request */
    peer->gone = is_gone(peer);
    const gboolean late = peer->deadline <= now || is_idle(peer);
    if (!late && !(still_gone && peer->gone))
      continue;
    if (late && watch->limits.plain && peer->late)
      peer->late(peer->socket, peer->late_data);
    else if (late && watch->limits.plain)
      (void)!send(peer->socket, late_head, strlen(late_head), MSG_DONTWAIT | MSG_NOSIGNAL);
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

PeerWatch *peer_watch_new(const PeerLimits *limits) {
  PeerWatch *watch = g_new0(PeerWatch, 1);
  watch->limits = *limits;
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

static void take_address(Peer *peer) {
  struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
  socklen_t size = sizeof from;
  getpeername(peer->socket, (struct sockaddr *)&from, &size);
  if (from.ss_family == AF_INET6)
    memcpy(peer->address, &((struct sockaddr_in6 *)&from)->sin6_addr, sizeof(struct in6_addr));
  else if (from.ss_family == AF_INET)
    memcpy(peer->address, &((struct sockaddr_in *)&from)->sin_addr, sizeof(struct in_addr));
}

/* With the peer itself among them. */
static gboolean is_crowded(const PeerWatch *watch, const Peer *peer) {
  guint same = 0;
  for (GList *link = watch->peers.head; link && watch->limits.address_connections; link = link->next)
    same += !memcmp(((const Peer *)link->data)->address, peer->address, sizeof peer->address);
  return watch->peers.length > watch->limits.connections || same > watch->limits.address_connections;
}

Peer *peer_add(PeerWatch *watch, int socket, guint seconds) {
  Peer *peer = g_new0(Peer, 1);
  *peer = (Peer){ .watch = watch, .socket = socket, .deadline = after(seconds) };
  take_address(peer);
  pthread_mutex_lock(&watch->mutex);
  g_queue_push_tail(&watch->peers, peer);
  peer->link = watch->peers.tail;
  peer->crowded = is_crowded(watch, peer);
  pthread_mutex_unlock(&watch->mutex);
  return peer;
}

void peer_remove(Peer *peer) {
  pthread_mutex_lock(&peer->watch->mutex);
  g_queue_delete_link(&peer->watch->peers, peer->link);
  pthread_mutex_unlock(&peer->watch->mutex);
  g_free(peer);
}

gboolean peer_is_crowded(const Peer *peer) {
  return peer->crowded;
}

void peer_await(Peer *peer, guint64 seconds, PeerLate late, gpointer data) {
  const gint64 deadline = after(seconds);
  pthread_mutex_lock(&peer->watch->mutex);
  peer->deadline = deadline;
  peer->late = late;
  peer->late_data = data;
  pthread_mutex_unlock(&peer->watch->mutex);
}

void peer_set_deadline(Peer *peer, guint64 seconds) {
  peer_await(peer, seconds, NULL, NULL);
}
