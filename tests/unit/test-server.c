/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server spoken to with raw bytes over real sockets: what it must answer, and what it must refuse. */
#include "web/server.h"
#include <gio/gio.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  Server *server;
  guint16 port;
} Fixture;

static ServerClass begin(Request *request, Response *response, gpointer data) {
  if (!strcmp(request->path, "/forbidden")) {
    response_text(response, 403, "no\n");
    return SERVER_REFUSE;
  }
  if (!strcmp(request->path, "/upload"))
    request->body_limit = 64 << 20;
  return g_str_has_prefix(request->path, "/slow") || !strcmp(request->path, "/upload") ? SERVER_SLOW : SERVER_QUICK;
}

static gboolean waits; /* whether it is allowed only once `may` says so; set while no server runs */
static sem_t may;      /* of POSIX, which the thread sanitizer knows */
static void allow(Request *request, gpointer data) {
  if (waits)
    sem_wait(&may);
  if (!strcmp(request->path, "/large"))
    request->body_limit = 2 << 20;
}

static void write_pairs(GString *out, const char *title, const GArray *pairs) {
  for (guint i = 0; i < pairs->len; i++) {
    const RequestPair *pair = &g_array_index(pairs, RequestPair, i);
    g_string_append_printf(out, "%s %s=%s\n", title, pair->name, pair->value);
  }
}

static void handle(Request *request, Response *response, gpointer data) {
  response->type = "text/plain; charset=utf-8";
  GString *out = response->body;
  g_string_append_printf(out, "%s %s from %s\n", request->method, request->path, request->address);
  write_pairs(out, "query", request->query);
  write_pairs(out, "cookie", request->cookies);
  write_pairs(out, "field", request->fields);
  for (guint i = 0; i < request->parts->len; i++) {
    const RequestPart *part = request->parts->pdata[i];
    g_assert_true(g_file_test(part->path, G_FILE_TEST_IS_REGULAR));
    g_string_append_printf(out, "part %s %s %" G_GUINT64_FORMAT " %s\n", part->field, part->filename, part->size,
                           part->sha256);
  }
  if (!strcmp(request->path, "/redirect"))
    response_redirect(response, "/next\r\nEvil: 1");
  if (!strcmp(request->path, "/cookie"))
    response_cookie(response, "session", "abc", 60, TRUE);
}

static void start(Fixture *f, ServerOptions options) {
  g_autoptr(GError) error = NULL;
  options.begin = begin;
  options.allow = allow;
  options.handler = handle;
  f->server = server_start(&options, &error);
  g_assert_no_error(error);
  f->port = server_port(f->server);
  g_assert_cmpuint(f->port, >, 0);
}

static void set_up(Fixture *f, gconstpointer unused) {
  start(f, server_options_default());
}

static void tear_down(Fixture *f, gconstpointer unused) {
  server_stop(f->server);
}

static int dial(const Fixture *f) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const struct sockaddr_in to
      = { .sin_family = AF_INET, .sin_port = htons(f->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  g_assert_cmpint(connect(fd, (const struct sockaddr *)&to, sizeof to), ==, 0);
  return fd;
}

static gboolean say(int fd, const char *bytes, gsize size) {
  while (size) {
    const ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0)
      return FALSE;
    bytes += sent;
    size -= (gsize)sent;
  }
  return TRUE;
}

/* All that comes until the server closes. */
static char *hear(int fd) {
  GString *heard = g_string_new(NULL);
  char buffer[4096];
  for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;)
    g_string_append_len(heard, buffer, n);
  close(fd);
  return g_string_free(heard, FALSE);
}

static char *ask_bytes(const Fixture *f, const char *bytes, gsize size) {
  const int fd = dial(f);
  say(fd, bytes, size);
  return hear(fd);
}

static char *ask(const Fixture *f, const char *bytes) {
  return ask_bytes(f, bytes, strlen(bytes));
}

static void assert_has(const char *text, const char *part) {
  if (!strstr(text, part))
    g_error("'%s' is not in:\n%s", part, text);
}

#define END "Host: x\r\nConnection: close\r\n\r\n"

static void test_get(Fixture *f, gconstpointer path) {
  g_autofree char *request = g_strdup_printf(
    "GET %s/%%E5%%96%%AE?q=a+b%%26&empty=&q=2 HTTP/1.1\r\nCookie: a=1; b=x=y\r\n" END, (const char *)path);
  g_autofree char *heard = ask(f, request);
  assert_has(heard, "HTTP/1.1 200 OK");
  g_autofree char *first = g_strdup_printf("GET %s/單 from 127.0.0.1\n", (const char *)path);
  assert_has(heard, first);
  assert_has(heard, "query q=a b&\nquery empty=\nquery q=2\ncookie a=1\ncookie b=x=y\n");
  assert_has(heard,
             "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
             "frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n");
  assert_has(heard, "X-Content-Type-Options: nosniff\r\n");
  assert_has(heard, "Referrer-Policy: same-origin\r\n");
  assert_has(heard, "X-Request-Id: ");
}

static void test_keep_alive(Fixture *f, gconstpointer unused) {
  g_autofree char *heard = ask(f, "GET /slow/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\n" END);
  assert_has(heard, "GET /slow/1 from");
  assert_has(heard, "GET /2 from");
}

static void test_form(Fixture *f, gconstpointer unused) {
  g_autofree char *heard = ask(f, "POST /slow HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                  "Content-Length: 22\r\n"
                                  "Host: x\r\nConnection: close\r\n\r\na=%E9%9A%94%0A&b=1+2&c");
  assert_has(heard, "field a=隔\n\nfield b=1 2\nfield c=\n");
  g_autofree char *chunked = ask(f, "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                    "Transfer-Encoding: chunked\r\n" END "3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n");
  assert_has(chunked, "field a=1\nfield b=2\n");
}

static void test_upload(Fixture *f, gconstpointer unused) {
  const gsize size = 3 << 20;
  g_autofree char *file = g_malloc(size);
  for (gsize i = 0; i < size; i++)
    file[i] = (char)(i * 7 + i / 255);
  g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)file, size);
  g_autoptr(GString)
    body = g_string_new("--Bound\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n隔斷\r\n"
                        "--Bound\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
                        "--Bound\r\nContent-Disposition: form-data; name=\"plan\"; filename=\"a b.pdf\"\r\n\r\n");
  g_string_append_len(body, file, (gssize)size);
  g_string_append(body, "\r\n--Bound--\r\n");
  g_autoptr(GString) request = g_string_new(NULL);
  g_string_printf(
    request,
    "POST /upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=Bound\r\nContent-Length: %zu\r\n" END,
    body->len);
  g_string_append_len(request, body->str, (gssize)body->len);
  g_autofree char *heard = ask_bytes(f, request->str, request->len);
  assert_has(heard, "field note=隔斷\n");
  g_autofree char *part = g_strdup_printf("part plan a b.pdf %zu %s\n", size, sum);
  assert_has(heard, part);
  g_assert_null(strstr(heard, "part none"));
}

/* Each request, byte for byte, and the status that it must get. */
static const struct {
  const char *name;
  const char *status;
  const char *bytes;
  gsize size; /* 0: up to the NUL */
} refusals[] = {
  {"two-lengths", "400", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n" END "a"},
  {"length-and-chunked", "400",
   "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" END "0\r\n\r\n"},
  {"length-space-colon", "400", "POST / HTTP/1.1\r\nContent-Length : 1\r\n" END "a"},
  {"length-sign", "400", "POST / HTTP/1.1\r\nContent-Length: +1\r\n" END "a"},
  {"length-list", "400", "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n" END "a"},
  {"strange-encoding", "400", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" END "0\r\n\r\n"},
  {"two-hosts", "400", "GET / HTTP/1.1\r\nHost: a\r\n" END},
  {"no-host", "400", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"},
  {"folded", "400", "GET / HTTP/1.1\r\nX-A: 1\r\n folded\r\n" END},
  {"nul-in-value", "400", "GET / HTTP/1.1\r\nX-A: 1\0Content-Length: 9\r\n" END,
   sizeof "GET / HTTP/1.1\r\nX-A: 1\0Content-Length: 9\r\n" END - 1},
  {"nul-escape", "400", "GET /a%00b HTTP/1.1\r\n" END},
  {"nul-in-query", "400", "GET /a?b=%00 HTTP/1.1\r\n" END},
  {"broken-escape", "400", "GET /a%2 HTTP/1.1\r\n" END},
  {"bad-utf8-path", "400", "GET /%ff HTTP/1.1\r\n" END},
  {"bad-utf8-header", "400", "GET / HTTP/1.1\r\nX-A: \xff\r\n" END},
  {"newline-in-path", "400", "GET /%0A HTTP/1.1\r\n" END},
  {"absolute", "400", "GET http://x/ HTTP/1.1\r\n" END},
  {"odd-method", "501", "BREW / HTTP/1.1\r\n" END},
  {"odd-version", "505", "GET / HTTP/1.7\r\n" END},
  {"too-large", "413", "POST / HTTP/1.1\r\nContent-Length: 2000000\r\n" END},
  {"packed-body", "415", "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n" END "x"},
  {"bad-form", "400",
   "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n" END "a=%zz"},
  {"no-boundary", "400", "POST / HTTP/1.1\r\nContent-Type: multipart/form-data\r\nContent-Length: 5\r\n" END "abcde"},
  {"short-multipart", "400",
   "POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=Bound\r\nContent-Length: 9\r\n" END "--Bound\r\n"},
  {"begin", "403", "GET /forbidden HTTP/1.1\r\n" END},
};

static void test_refusal(Fixture *f, gconstpointer data) {
  const guint i = GPOINTER_TO_UINT(data);
  g_autofree char *heard
      = ask_bytes(f, refusals[i].bytes, refusals[i].size ? refusals[i].size : strlen(refusals[i].bytes));
  g_assert_cmpuint(strlen(heard), >, 12);
  g_autofree char *status = g_strndup(heard + 9, 3);
  g_assert_cmpstr(status, ==, refusals[i].status);
  g_assert_null(strstr(heard, " from 127.0.0.1")); /* no handler has run, for this nor for a request hidden in it */
}

static void test_long_head(Fixture *f, gconstpointer unused) {
  g_autoptr(GString) request = g_string_new("GET / HTTP/1.1\r\n");
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf(request, "X-%u: some value that fills the head\r\n", i);
  g_string_append(request, END);
  const int fd = dial(f);
  say(fd, request->str, request->len);
  g_autofree char *heard = hear(fd);
  g_assert_true(!*heard || g_str_has_prefix(heard, "HTTP/1.1 431") || g_str_has_prefix(heard, "HTTP/1.1 413"));
  g_autofree char *after = ask(f, "GET / HTTP/1.1\r\n" END);
  assert_has(after, "200 OK");
}

/* While it is asked whether a body may be so long, the only event thread answers others. */
static void test_asked_elsewhere(void) {
  Fixture f;
  ServerOptions options = server_options_default();
  options.threads = 1;
  options.memory_bytes = 2 << 20;
  sem_init(&may, 0, 0);
  waits = TRUE;
  start(&f, options);
  g_autofree char *body = g_strnfill(1500000, 'x');
  const int large = dial(&f), other = dial(&f);
  static const char head[] = "POST %s HTTP/1.1\r\nContent-Length: 1500000\r\n" END;
  g_autofree char *first = g_strdup_printf(head, "/large"), *second = g_strdup_printf(head, "/other");
  say(large, first, strlen(first));
  say(other, second, strlen(second));
  g_autofree char *meanwhile = ask(&f, "GET /quick HTTP/1.1\r\n" END);
  assert_has(meanwhile, "GET /quick from");
  sem_post(&may);
  sem_post(&may);
  say(large, body, 1500000);
  g_autofree char *allowed = hear(large), *refused = hear(other);
  assert_has(allowed, "POST /large from");
  assert_has(refused, "HTTP/1.1 413");
  server_stop(f.server);
  waits = FALSE;
  sem_destroy(&may);
}

static char *ask_many_parameters(const Fixture *f, guint count) {
  g_autoptr(GString) request = g_string_new("GET /?");
  for (guint i = 0; i < count; i++)
    g_string_append(request, "a=1&");
  g_string_append(request, " HTTP/1.1\r\n" END);
  return ask_bytes(f, request->str, request->len);
}
static void test_many_parameters(Fixture *f, gconstpointer unused) {
  g_autofree char *fine = ask_many_parameters(f, 1500), *refused = ask_many_parameters(f, 2500);
  assert_has(fine, "200 OK");
  assert_has(fine, "query a=1\n");
  assert_has(refused, "HTTP/1.1 400");
}

static void test_chunked_too_large(Fixture *f, gconstpointer unused) {
  const int fd = dial(f);
  const char *head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END;
  g_autofree char *chunk = g_strnfill(65536, 'x');
  say(fd, head, strlen(head));
  for (guint i = 0; i < 20; i++) {
    say(fd, "10000\r\n", 7);
    say(fd, chunk, 65536);
    say(fd, "\r\n", 2);
  }
  say(fd, "0\r\n\r\n", 5);
  g_autofree char *heard = hear(fd);
  assert_has(heard, "HTTP/1.1 413");
}

static void test_response_headers(Fixture *f, gconstpointer unused) {
  g_autofree char *redirect = ask(f, "GET /redirect HTTP/1.1\r\n" END);
  assert_has(redirect, "HTTP/1.1 303");
  assert_has(redirect, "Location: /next  Evil: 1\r\n");
  g_autofree char *cookie = ask(f, "GET /cookie HTTP/1.1\r\n" END);
  assert_has(cookie, "Set-Cookie: session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure\r\n");
}

/* A client that drips its head is cut off at the deadline, however alive its connection looks. */
static void test_dripping_client(void) {
  Fixture f;
  ServerOptions options = server_options_default();
  options.head_seconds = 1;
  start(&f, options);
  const int fd = dial(&f);
  gboolean alive = TRUE;
  for (guint i = 0; i < 400 && alive; i++) {
    char unused;
    alive = say(fd, "G", 1) && !(recv(fd, &unused, 1, MSG_DONTWAIT) == 0);
    g_usleep(50000);
  }
  g_assert_false(alive);
  close(fd);
  server_stop(f.server);
}

/* Who stops in the middle of a body is told so, and so is who drips a head, which names no language. */
static void test_late_clients(void) {
  Fixture f;
  ServerOptions options = server_options_default();
  options.idle_seconds = options.head_seconds = 1;
  start(&f, options);
  g_autofree char *body = ask(&f, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx");
  assert_has(body, "HTTP/1.1 408 ");
  assert_has(body, "took too long");
  g_autofree char *head = ask(&f, "GET / HTTP/1.1\r\nHost:");
  assert_has(head, "took too long");
  assert_has(head, "请重新发送");
  server_stop(f.server);
}

static void test_address_limit(void) {
  Fixture f;
  ServerOptions options = server_options_default();
  options.address_connections = 3;
  start(&f, options);
  int held[3];
  for (guint i = 0; i < 3; i++) {
    held[i] = dial(&f);
    const char *request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    say(held[i], request, strlen(request));
    char byte;
    g_assert_cmpint(recv(held[i], &byte, 1, 0), ==, 1);
  }
  g_autofree char *heard = ask(&f, "GET / HTTP/1.1\r\n" END);
  assert_has(heard, "HTTP/1.1 503 ");
  assert_has(heard, "Retry-After: ");
  int more[60];
  for (guint i = 0; i < G_N_ELEMENTS(more); i++)
    more[i] = dial(&f);
  g_autofree char *none = ask(&f, "GET / HTTP/1.1\r\n" END); /* not even that any more */
  g_assert_cmpstr(none, ==, "");
  for (guint i = 0; i < G_N_ELEMENTS(more); i++)
    close(more[i]);
  for (guint i = 0; i < 3; i++)
    close(held[i]);
  server_stop(f.server);
}

static void test_trusted_proxy(void) {
  Fixture f;
  ServerOptions options = server_options_default();
  options.trusted_proxy = "127.0.0.1";
  start(&f, options);
  g_autofree char *heard = ask(
    &f, "GET / HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6, 10.1.2.3\r\nX-Forwarded-Proto: https\r\n" END);
  assert_has(heard, "GET / from 10.1.2.3\n");
  assert_has(heard, "Strict-Transport-Security: ");
  server_stop(f.server);
  start(&f, server_options_default());
  g_autofree char *untrusted = ask(&f, "GET / HTTP/1.1\r\nX-Forwarded-For: 10.1.2.3\r\n" END);
  assert_has(untrusted, "GET / from 127.0.0.1\n");
  server_stop(f.server);
}

static void test_port_taken(Fixture *f, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  ServerOptions options = server_options_default();
  options.port = f->port;
  options.handler = handle;
  g_assert_null(server_start(&options, &error));
  g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static gpointer hammer(gpointer data) {
  for (guint i = 0; i < 200; i++) {
    g_autofree char *heard = ask(data, i % 2 ? "GET /slow HTTP/1.1\r\n" END : "GET / HTTP/1.1\r\n" END);
    assert_has(heard, "HTTP/1.1 200");
  }
  return NULL;
}

static void test_many_clients(Fixture *f, gconstpointer unused) {
  GThread *threads[8];
  for (guint i = 0; i < 8; i++)
    threads[i] = g_thread_new("client", hammer, f);
  for (guint i = 0; i < 8; i++)
    g_thread_join(threads[i]);
}

#define ADD(path, data, function) g_test_add(path, Fixture, data, set_up, function, tear_down)

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  ADD("/server/get/quick", "", test_get);
  ADD("/server/get/slow", "/slow", test_get);
  ADD("/server/keep-alive", NULL, test_keep_alive);
  ADD("/server/form", NULL, test_form);
  ADD("/server/upload", NULL, test_upload);
  for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autofree char *path = g_strconcat("/server/refuses/", refusals[i].name, NULL);
    ADD(path, GUINT_TO_POINTER(i), test_refusal);
  }
  ADD("/server/refuses/long-head", NULL, test_long_head);
  ADD("/server/many-parameters", NULL, test_many_parameters);
  ADD("/server/refuses/chunked-too-large", NULL, test_chunked_too_large);
  ADD("/server/response-headers", NULL, test_response_headers);
  ADD("/server/port-taken", NULL, test_port_taken);
  ADD("/server/many-clients", NULL, test_many_clients);
  g_test_add_func("/server/asked-elsewhere", test_asked_elsewhere);
  g_test_add_func("/server/dripping-client", test_dripping_client);
  g_test_add_func("/server/late-clients", test_late_clients);
  g_test_add_func("/server/address-limit", test_address_limit);
  g_test_add_func("/server/trusted-proxy", test_trusted_proxy);
  return g_test_run();
}
