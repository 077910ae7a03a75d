/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server over libmicrohttpd: one Exchange per request goes through head → body → handler → answer. */
#include "web/server.h"
#include "base/lang.h"
#include "web/body.h"
#include "web/peer.h"
#include "web/workers.h"
#include <errno.h>
#include <gio/gio.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct Server {
  ServerOptions options;
  struct MHD_Daemon *daemon;
  PeerWatch *watch;
  Workers *workers;
  pthread_mutex_t mutex; /* guards stopping, and that nothing is queued after it */
  gboolean stopping;
  guint16 port;
};

typedef enum {
  STEP_HEAD,
  STEP_ASK,   /* a worker asks whether the body may be so long */
  STEP_ASKED,
  STEP_BODY,
  STEP_WAIT,  /* a worker runs the handler */
  STEP_ANSWER,
} Step;

typedef struct {
  Request request;
  Response response;
  Server *server;
  Body body;
  Peer *peer;
  Step step; /* the worker sets ASKED or ANSWER before it resumes the connection */
  ServerClass class;
  gboolean uri_ok;
  gint64 began;   /* monotonic microseconds */
  guint64 bytes;  /* of the answer's body */
} Exchange;

ServerOptions server_options_default(void) {
  return (ServerOptions){
    .address = "127.0.0.1",
    .threads = 2,
    .workers = 4,
    .connections = 2000,
    .address_connections = 200,
    .idle_seconds = 30,
    .head_seconds = 40,
    .body_seconds = 60,
    .head_bytes = 65536,
    .body_bytes = 1 << 20,
    .memory_bytes = 1 << 20,
    .upload_folder = g_get_tmp_dir(),
  };
}

/* The query has been read. The library would read it again, run out of the connection's memory from some 900 parameters
   on, and then say nothing at all: it gets one parameter. The text is the connection's own. */
static void hide_parameters(const char *uri) {
  for (char *c = strchr(uri, '?'); c && *c; c++)
    if (*c == '&')
      *c = ';';
}

static void *on_uri(void *data, const char *uri, struct MHD_Connection *connection) {
  Exchange *x = g_new0(Exchange, 1);
  Arena *arena = arena_new();
  x->server = data;
  x->began = g_get_monotonic_time();
  x->body.file = -1;
  request_init(&x->request, arena);
  response_init(&x->response, arena);
  x->request.connection = connection;
  x->request.body_limit = x->server->options.body_bytes;
  x->request.id = arena_printf(arena, "%08x%08x", g_random_int(), g_random_int());
  x->uri_ok = request_set_uri(&x->request, uri);
  hide_parameters(uri);
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  x->peer = info ? info->socket_context : NULL;
  return x;
}

static enum MHD_Result add_header(void *data, enum MHD_ValueKind kind, const char *name, const char *value) {
  Request *request = data;
  const RequestPair pair = { .name = arena_strdup(request->arena, name),
                             .value = arena_strdup(request->arena, value ? value : "") };
  g_array_append_val(request->headers, pair);
  return MHD_YES;
}

/* The last of that name: what the proxy itself added, whatever a client sent before it. */
static const char *last_header(const Request *request, const char *name) {
  const char *value = NULL;
  for (guint i = 0; i < request->headers->len; i++) {
    const RequestPair *pair = &g_array_index(request->headers, RequestPair, i);
    if (!g_ascii_strcasecmp(pair->name, name))
      value = pair->value;
  }
  return value;
}

/* One spelling for each client. Who listens on [::] meets an IPv4 client as ::ffff:192.0.2.1: all of them would look
   like one IPv6 network. NULL for what is no address. */
static const char *plain_address(Arena *arena, const char *text) {
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
  if (!address)
    return NULL;
  const guint8 *bytes = g_inet_address_to_bytes(address);
  const gboolean is_mapped = g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6
                             && !memcmp(bytes, mapped, sizeof mapped);
  g_autoptr(GInetAddress) inner = is_mapped ? g_inet_address_new_from_bytes(bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4)
                                            : NULL;
  g_autofree char *plain = g_inet_address_to_string(inner ? inner : address);
  return arena_strdup(arena, plain);
}

/* The client that the trusted proxy names; NULL where it names none. */
static const char *forwarded_for(Request *request) {
  const char *chain = last_header(request, "X-Forwarded-For"), *comma = chain ? strrchr(chain, ',') : NULL;
  const char *last = comma ? comma + 1 : chain ? chain : "";
  return plain_address(request->arena, g_strstrip(arena_strdup(request->arena, last)));
}

static void set_address(Exchange *x) {
  Request *request = &x->request;
  const ServerOptions *options = &x->server->options;
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  char host[NI_MAXHOST] = "";
  if (info) {
    const gsize size = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                : sizeof(struct sockaddr_in);
    getnameinfo(info->client_addr, (socklen_t)size, host, sizeof host, NULL, 0, NI_NUMERICHOST);
  }
  const char *plain = plain_address(request->arena, host);
  request->address = plain ? plain : arena_strdup(request->arena, host);
  request->secure = options->certificate != NULL;
  if (!options->trusted_proxy
      || g_strcmp0(request->address, plain_address(request->arena, options->trusted_proxy)))
    return;
  const char *proto = last_header(request, "X-Forwarded-Proto");
  const char *client = forwarded_for(request);
  if (client)
    request->address = client;
  request->secure = request->secure || (proto && !strcmp(proto, "https"));
}

static enum MHD_Result answer(Exchange *x) {
  x->step = STEP_ANSWER;
  if (x->peer)
    peer_set_deadline(x->peer, 0);
  x->bytes = response_size(&x->response);
  struct MHD_Response *made = response_make(&x->response, x->request.id, x->request.secure);
  if (!made)
    return MHD_NO;
  const enum MHD_Result result = MHD_queue_response(x->request.connection, x->response.status, made);
  MHD_destroy_response(made);
  return result;
}

static void fill_refusal(const ServerOptions *options, const Request *request, Response *response, guint status,
                         const char *message) {
  if (options->refuse)
    options->refuse(request, response, status, message, options->data);
  else
    response_text(response, status, message);
  response_header(response, "Connection", "close");
}

static enum MHD_Result refuse(Exchange *x, guint status, const char *message) {
  fill_refusal(&x->server->options, &x->request, &x->response, status, message);
  return answer(x);
}

/* The library itself says nothing to who is too slow with a body. Its thread may be reading meanwhile: nothing of the
   exchange is touched that it writes to. */
static char *refuse_late(gpointer data) {
  const Exchange *x = data;
  Request request = x->request;
  Response response;
  request.arena = arena_new();
  response_init(&response, request.arena);
  fill_refusal(&x->server->options, &request, &response, 408,
               N_("the request took too long to arrive; send it again"));
  char *whole = g_strdup_printf("HTTP/1.1 408 Request Timeout\r\nContent-Type: %s\r\nContent-Length: %"
                                G_GSIZE_FORMAT "\r\nConnection: close\r\nX-Content-Type-Options: "
                                "nosniff\r\n\r\n%s",
                                response.type, response.body->len, response.body->str);
  response_clear(&response);
  arena_free(request.arena);
  return whole;
}

static gboolean is_known(const char *method) {
  static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", NULL };
  return g_strv_contains(methods, method);
}

static guint64 announced_length(const Request *request) {
  const char *length = request_header(request, "Content-Length");
  return length ? g_ascii_strtoull(length, NULL, 10) : 0;
}

/* A worker goes on with the exchange, at this step. */
static enum MHD_Result queue_work(Exchange *x, Step step) {
  Server *server = x->server;
  if (x->peer)
    peer_set_deadline(x->peer, 0);
  pthread_mutex_lock(&server->mutex);
  const gboolean stopping = server->stopping;
  if (!stopping) {
    x->step = step;
    /* Suspended before it is queued: a fast worker would else resume a connection that is not suspended yet. */
    MHD_suspend_connection(x->request.connection);
    workers_push(server->workers, x);
  }
  pthread_mutex_unlock(&server->mutex);
  return stopping ? refuse(x, 503, N_("the server is stopping")) : MHD_YES;
}

static enum MHD_Result start_body(Exchange *x) {
  Request *request = &x->request;
  const ServerOptions *options = &x->server->options;
  x->step = STEP_BODY;
  if (announced_length(request) > request->body_limit)
    return refuse(x, 413, N_("the body is too large"));
  if (!body_begin(&x->body, request, options->upload_folder, options->memory_bytes))
    return refuse(x, x->body.status, x->body.reason);
  if (x->peer)
    peer_await(x->peer, options->body_seconds + request->body_limit / 16384, refuse_late, x);
  return MHD_YES;
}

/* What is wrong with a head, and the status that says so; NULL: nothing. */
static const char *fault_of_head(const Exchange *x, const char *version, guint *status) {
  const Request *request = &x->request;
  const gsize most = x->server->options.head_bytes;
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  const gsize size = info ? info->header_size : 0;
  *status = 503;
  if (x->peer && peer_is_crowded(x->peer))
    return N_("too many connections are open at the moment; try again in a minute");
  *status = 414;
  if (strlen(request->uri) > most / 2)
    return N_("the address is too long");
  *status = 431;
  if (size > most)
    return N_("the head of the request is too large; delete this site's cookies, and try again");
  *status = 400;
  if (!x->uri_ok)
    return N_("the address is not well formed");
  *status = 505;
  if (strcmp(version, "HTTP/1.1") && strcmp(version, "HTTP/1.0"))
    return N_("HTTP/1.1 is spoken here");
  *status = 400;
  const char *fault = request_check_headers(request, version, size);
  if (fault)
    return fault;
  *status = 415;
  if (request_header(request, "Content-Encoding"))
    return N_("a body is read as it is, not packed");
  *status = 501;
  return is_known(request->method) ? NULL : N_("the method is not known");
}

static enum MHD_Result take_head(Exchange *x, const char *method, const char *version) {
  Request *request = &x->request;
  const ServerOptions *options = &x->server->options;
  guint status;
  request->method = arena_strdup(request->arena, method);
  MHD_get_connection_values(request->connection, MHD_HEADER_KIND, add_header, request);
  set_address(x);
  const char *fault = fault_of_head(x, version, &status);
  if (fault && status == 503)
    response_header(&x->response, "Retry-After", "60");
  if (fault)
    return refuse(x, status, fault);
  request_set_cookies(request);
  if (options->begin)
    x->class = options->begin(request, &x->response, options->data);
  if (x->class == SERVER_REFUSE) {
    if (announced_length(request) || request_header(request, "Transfer-Encoding"))
      response_header(&x->response, "Connection", "close");
    return answer(x);
  }
  const gboolean longer = announced_length(request) > request->body_limit
                          || request_header(request, "Transfer-Encoding");
  return options->allow && longer ? queue_work(x, STEP_ASK) : start_body(x);
}

static void work(gpointer data) {
  Exchange *x = data;
  const ServerOptions *options = &x->server->options;
  if (x->step == STEP_ASK) {
    options->allow(&x->request, options->data);
    x->step = STEP_ASKED;
  } else {
    options->handler(&x->request, &x->response, options->data);
    x->step = STEP_ANSWER;
  }
  MHD_resume_connection(x->request.connection);
}

static enum MHD_Result run(Exchange *x) {
  if (x->peer)
    peer_set_deadline(x->peer, 0);
  body_end(&x->body);
  if (x->body.status)
    return refuse(x, x->body.status, x->body.reason);
  if (x->class == SERVER_SLOW)
    return queue_work(x, STEP_WAIT);
  x->server->options.handler(&x->request, &x->response, x->server->options.data);
  return answer(x);
}

static enum MHD_Result on_access(void *data, struct MHD_Connection *connection, const char *url, const char *method,
                                 const char *version, const char *upload, size_t *upload_size, void **context) {
  Exchange *x = *context;
  switch (x->step) {
  case STEP_HEAD: return take_head(x, method, version);
  case STEP_ASKED: return start_body(x);
  case STEP_BODY: break;
  case STEP_ASK:
  case STEP_WAIT: return MHD_YES;
  case STEP_ANSWER: return answer(x);
  }
  if (!*upload_size)
    return run(x);
  const gboolean keep = body_take(&x->body, upload, *upload_size);
  *upload_size = 0;
  return keep ? MHD_YES : MHD_NO;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code) {
  Exchange *x = *context;
  if (!x)
    return;
  *context = NULL;
  const ServerOptions *options = &x->server->options;
  const ServerOutcome outcome = { .status = x->response.status,
                                  .microseconds = g_get_monotonic_time() - x->began,
                                  .bytes = x->bytes,
                                  .complete = code == MHD_REQUEST_TERMINATED_COMPLETED_OK };
  if (options->done && x->request.method && x->request.path)
    options->done(&x->request, &outcome, options->data);
  if (x->peer)
    peer_set_deadline(x->peer, options->head_seconds);
  body_clear(&x->body);
  response_clear(&x->response);
  request_clear(&x->request);
  arena_free(x->request.arena);
  g_free(x);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code) {
  Server *server = data;
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    g_clear_pointer((Peer **)context, peer_remove);
    return;
  }
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD),
                                 *tls = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  *context = peer_add(server->watch, info->connect_fd, tls ? tls->tls_session : NULL, server->options.head_seconds);
}

static const char *remedy_for(int code) {
  return code == EADDRINUSE      ? "; choose another port, or stop the program that has it"
         : code == EACCES        ? "; ports below 1024 need a right of their own: choose a higher one"
         : code == EADDRNOTAVAIL ? "; the machine has no such address"
                                 : "";
}

static int bind_socket(const ServerOptions *options, guint16 *port, GError **error) {
  const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;
  const char *service = (char[8]){ 0 };
  g_snprintf((char *)service, 8, "%u", options->port);
  if (getaddrinfo(options->address, service, &hints, &found)) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is no numeric address", options->address);
    return -1;
  }
  const int one = 1;
  struct sockaddr_storage bound = { .ss_family = 0 };
  socklen_t size = sizeof bound;
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const gboolean ok = fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one)
                      && !bind(fd, found->ai_addr, found->ai_addrlen) && !listen(fd, SOMAXCONN)
                      && !getsockname(fd, (struct sockaddr *)&bound, &size);
  const int code = errno;
  freeaddrinfo(found);
  if (ok) {
    *port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                              : ((struct sockaddr_in *)&bound)->sin_port);
    return fd;
  }
  if (fd >= 0)
    close(fd);
  g_set_error(error, G_IO_ERROR, (gint)g_io_error_from_errno(code), "cannot listen on %s port %u: %s%s",
              options->address, options->port, g_strerror(code), remedy_for(code));
  return -1;
}

/* All behind a proxy come from its address. */
static gboolean is_limited(const ServerOptions *options) {
  return options->address_connections && !options->trusted_proxy;
}

/* What the library has to say: mostly that a client left, or is no client. */
static void on_log(void *data, const char *format, va_list arguments) {
  g_autofree char *line = g_strdup_vprintf(format, arguments);
  g_debug("http: %s", g_strchomp(line));
}

/* The library's own limits are wider than ours, so that what is beyond ours can still be answered. Not strict: the
   library's own refusals send their head twice; what it would refuse, request_check_headers() does. */
enum {
  SPARE = 32,  /* connections beyond the limits that are told so */
  PATIENCE = 3 /* seconds beyond the limit in which who is idle is told so */
};
static struct MHD_Daemon *start_daemon(Server *server, int fd) {
  const ServerOptions *o = &server->options;
  const gboolean tls = o->certificate != NULL;
  struct MHD_OptionItem secure[] = {
    { tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, (void *)o->certificate },
    { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)o->key },
    { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
    { MHD_OPTION_END, 0, NULL },
  };
  return MHD_start_daemon(
    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0),
    server->port, NULL, NULL, on_access, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
    MHD_OPTION_THREAD_POOL_SIZE, MAX(o->threads, 1), MHD_OPTION_CONNECTION_LIMIT, o->connections + SPARE,
    MHD_OPTION_PER_IP_CONNECTION_LIMIT, is_limited(o) ? o->address_connections + SPARE : 0,
    MHD_OPTION_CONNECTION_MEMORY_LIMIT, 4 * o->head_bytes, MHD_OPTION_CONNECTION_TIMEOUT,
    o->idle_seconds ? o->idle_seconds + PATIENCE : 0,
    MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK, on_uri, server, MHD_OPTION_NOTIFY_COMPLETED,
    on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
    MHD_OPTION_ARRAY, secure, MHD_OPTION_END);
}

Server *server_start(const ServerOptions *options, GError **error) {
  guint16 port = 0;
  const int fd = bind_socket(options, &port, error);
  if (fd < 0)
    return NULL;
  signal(SIGPIPE, SIG_IGN);
  Server *server = g_new0(Server, 1);
  server->options = *options;
  server->port = port;
  pthread_mutex_init(&server->mutex, NULL);
  server->watch = peer_watch_new(&(PeerLimits){ .connections = options->connections,
                                                .address_connections
                                                = is_limited(options) ? options->address_connections : 0,
                                                .idle_seconds = options->idle_seconds });
  server->workers = workers_new(work, options->workers);
  server->daemon = start_daemon(server, fd);
  if (server->daemon)
    return server;
  close(fd);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the server cannot start%s",
              options->certificate ? ": is the TLS certificate and its key right?" : "");
  server_stop(server);
  return NULL;
}

gboolean server_may_listen(const char *address, guint16 port, GError **error) {
  const ServerOptions options = { .address = address, .port = port };
  guint16 bound;
  const int fd = bind_socket(&options, &bound, error);
  if (fd >= 0)
    close(fd);
  return fd >= 0;
}

guint16 server_port(const Server *server) {
  return server->port;
}

void server_stop(Server *server) {
  if (!server)
    return;
  pthread_mutex_lock(&server->mutex);
  server->stopping = TRUE;
  pthread_mutex_unlock(&server->mutex);
  const int fd = server->daemon ? MHD_quiesce_daemon(server->daemon) : -1;
  workers_free(server->workers);
  if (server->daemon)
    MHD_stop_daemon(server->daemon);
  if (fd >= 0)
    close(fd);
  peer_watch_free(server->watch);
  pthread_mutex_destroy(&server->mutex);
  g_free(server);
}
