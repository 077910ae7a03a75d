/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of connections is walked once a second; pthread primitives because ThreadSanitizer knows them. */
#include "web/peer.h"
#include <gnutls/gnutls.h>
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
  gboolean to_tell; /* with TLS: it was found late, and is told so when the library reads next */
  guint8 address[16]; /* IPv6, or IPv4 with zeros behind */
  gnutls_session_t tls; /* NULL: what is written to the socket is read as it is */
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

static void tell_plain(const Peer *peer) {
  g_autofree char *said = peer->late ? peer->late(peer->late_data) : g_strdup(late_head);
  (void)!send(peer->socket, said, strlen(said), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* In the middle of a handshake GnuTLS refuses to send, and nothing is said. */
static void tell_secretly(const Peer *peer) {
  g_autofree char *said = peer->late ? peer->late(peer->late_data) : g_strdup(late_head);
  const gsize size = strlen(said);
  ssize_t sent = 1;
  for (gsize done = 0; done < size && sent > 0; done += (gsize)MAX(sent, 0))
    sent = gnutls_record_send(peer->tls, said + done, size - done);
}

/* How GnuTLS reads: in the connection's own thread, the only one that may write to its session. Who was late is told so
   now, and has ended. What `late` needs is changed in this thread only. */
static ssize_t pull(gnutls_transport_ptr_t data, void *buffer, size_t size) {
  Peer *peer = data;
  pthread_mutex_lock(&peer->watch->mutex);
  const gboolean tells = peer->to_tell;
  pthread_mutex_unlock(&peer->watch->mutex);
  if (!tells)
    return recv(peer->socket, buffer, size, MSG_DONTWAIT);
  tell_secretly(peer);
  return 0;
}

static int await_pull(gnutls_transport_ptr_t data, unsigned int milliseconds) {
  return gnutls_system_recv_timeout(GINT_TO_POINTER(((const Peer *)data)->socket), milliseconds);
}

static void read_through(Peer *peer) {
  gnutls_transport_ptr_t reads, writes;
  gnutls_transport_get_ptr2(peer->tls, &reads, &writes);
  gnutls_transport_set_ptr2(peer->tls, peer, writes);
  gnutls_transport_set_pull_function(peer->tls, pull);
  gnutls_transport_set_pull_timeout_function(peer->tls, await_pull);
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
    peer->to_tell = late && peer->tls;
    if (late && !peer->tls)
      tell_plain(peer);
    shutdown(peer->socket, peer->to_tell ? SHUT_RD : SHUT_RDWR); /* the library reads the end */
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

Peer *peer_add(PeerWatch *watch, int socket, gpointer tls, guint seconds) {
  Peer *peer = g_new0(Peer, 1);
  *peer = (Peer){ .watch = watch, .socket = socket, .tls = tls, .deadline = after(seconds) };
  if (tls)
    read_through(peer);
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
