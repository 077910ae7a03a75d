/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event streams and static assets, over real sockets. */
#include "test-assets.h"
#include "web/assets.h"
#include "web/events.h"
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  Server *server;
  Events *events;
  Assets *assets;
} Fixture;

static gint viewers_freed; /* atomic */

static void free_viewer(gpointer viewer) {
  g_free(viewer);
  g_atomic_int_inc(&viewers_freed);
}

static void handle(Request *request, Response *response, gpointer data) {
  const Fixture *f = data;
  if (g_str_has_prefix(request->path, "/events/"))
    events_answer(f->events, request, response, request->path[8], g_strdup(request->path + 8), free_viewer);
  else if (!g_str_has_prefix(request->path, "/assets/")
           || !assets_answer(f->assets, request->path + 8, request, response))
    response_text(response, 404, "none");
}

static void set_up(Fixture *f, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  ServerOptions options = server_options_default();
  options.handler = handle;
  options.data = f;
  f->events = events_new(1);
  f->assets = assets_new(test_assets_get_resource(), "/test/assets", &error);
  g_assert_no_error(error);
  g_atomic_int_set(&viewers_freed, 0);
  f->server = server_start(&options, &error);
  g_assert_no_error(error);
}

static void tear_down(Fixture *f, gconstpointer unused) {
  events_close(f->events);
  server_stop(f->server);
  g_assert_cmpuint(events_count(f->events), ==, 0);
  events_free(f->events);
  assets_free(f->assets);
}

static int ask(const Fixture *f, const char *path, const char *headers) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(server_port(f->server)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  g_assert_cmpint(connect(fd, (const struct sockaddr *)&to, sizeof to), ==, 0);
  g_autofree char *request
      = g_strdup_printf("GET %s HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\n\r\n", path, headers);
  g_assert_cmpint(send(fd, request, strlen(request), MSG_NOSIGNAL), ==, (gssize)strlen(request));
  return fd;
}

/* Reads until the text stands in heard, or until the end. */
static void hear(int fd, GString *heard, const char *text) {
  char buffer[4096];
  while (!text || !strstr(heard->str, text)) {
    const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) {
      g_assert_null(text);
      return;
    }
    g_string_append_len(heard, buffer, n);
  }
}

static gboolean is_viewer(gpointer viewer, gpointer data) {
  return !strcmp(viewer, data);
}

static void test_events(Fixture *f, gconstpointer unused) {
  g_autoptr(GString) one = g_string_new(NULL);
  g_autoptr(GString) two = g_string_new(NULL);
  const int first = ask(f, "/events/one", ""), second = ask(f, "/events/two", "");
  hear(first, one, "retry: 3000\n\n");
  hear(second, two, "retry: 3000\n\n");
  g_assert_nonnull(strstr(one->str, "Content-Type: text/event-stream\r\n"));
  g_assert_cmpuint(events_count(f->events), ==, 2);
  events_broadcast(f->events, "order", "17", is_viewer, (gpointer) "one");
  events_broadcast(f->events, "order", "18", NULL, NULL);
  hear(first, one, "event: order\ndata: 18\n\n");
  hear(second, two, "event: order\ndata: 18\n\n");
  g_assert_nonnull(strstr(one->str, "data: 17\n"));
  g_assert_null(strstr(two->str, "data: 17\n"));
  events_close(f->events);
  hear(first, one, NULL);
  close(first);
  close(second);
  server_stop(g_steal_pointer(&f->server));
  g_assert_cmpint(g_atomic_int_get(&viewers_freed), ==, 2);
  events_free(f->events);
  f->events = events_new(1);
}

/* Whoever opens streams without end has only the newest, and nobody else loses one. */
static void test_streams_of_one_owner(Fixture *f, gconstpointer unused) {
  int streams[20];
  g_autoptr(GString) other = g_string_new(NULL), oldest = g_string_new(NULL), newest = g_string_new(NULL);
  const int apart = ask(f, "/events/two", "");
  hear(apart, other, "retry: 3000\n\n");
  for (guint i = 0; i < G_N_ELEMENTS(streams); i++) {
    g_autoptr(GString) heard = g_string_new(NULL);
    streams[i] = ask(f, "/events/one", "");
    hear(streams[i], i ? heard : oldest, "retry: 3000\n\n");
  }
  hear(streams[0], oldest, NULL);
  while (events_count(f->events) > 13) /* the test's own time limit is the bound */
    g_usleep(20000);
  events_broadcast(f->events, "order", "18", NULL, NULL);
  hear(apart, other, "data: 18\n\n");
  hear(streams[G_N_ELEMENTS(streams) - 1], newest, "data: 18\n\n");
  close(apart);
  for (guint i = 0; i < G_N_ELEMENTS(streams); i++)
    close(streams[i]);
}

static void test_heartbeat_finds_the_gone(Fixture *f, gconstpointer unused) {
  g_autoptr(GString) heard = g_string_new(NULL);
  const int fd = ask(f, "/events/one", "");
  hear(fd, heard, ":\n\n");
  close(fd);
  while (events_count(f->events)) /* the test's own time limit is the bound */
    g_usleep(20000);
  g_assert_cmpint(g_atomic_int_get(&viewers_freed), ==, 1);
}

static char *get(const Fixture *f, const char *path, const char *headers) {
  g_autoptr(GString) heard = g_string_new(NULL);
  const int fd = ask(f, path, headers);
  hear(fd, heard, NULL);
  close(fd);
  return g_strdup(heard->str);
}

static void test_asset_encodings(Fixture *f, gconstpointer unused) {
  g_autofree char *plain = get(f, "/assets/page.css", "");
  g_assert_nonnull(strstr(plain, "body { color: black; }"));
  g_assert_nonnull(strstr(plain, "Content-Type: text/css; charset=utf-8\r\n"));
  g_assert_nonnull(strstr(plain, "Cache-Control: no-cache\r\n"));
  g_autofree char *brotli = get(f, "/assets/page.css", "Accept-Encoding: gzip, br\r\n");
  g_assert_nonnull(strstr(brotli, "packed with brotli"));
  g_assert_nonnull(strstr(brotli, "Content-Encoding: br\r\n"));
  g_assert_nonnull(strstr(brotli, "Vary: Accept-Encoding\r\n"));
  g_autofree char *gzip = get(f, "/assets/page.css", "Accept-Encoding: br;q=0, gzip;q=0.5\r\n");
  g_assert_nonnull(strstr(gzip, "packed with gzip"));
  g_autofree char *script = get(f, "/assets/plain.js", "Accept-Encoding: br\r\n");
  g_assert_nonnull(strstr(script, "let a = 1;"));
  g_autofree char *none = get(f, "/assets/none", "");
  g_assert_nonnull(strstr(none, "HTTP/1.1 404"));
}

static void test_asset_caching(Fixture *f, gconstpointer unused) {
  g_autofree char *path = g_strdup_printf("/assets/page.css?v=%s", assets_version(f->assets));
  g_autofree char *first = get(f, path, "");
  g_assert_nonnull(strstr(first, "Cache-Control: public, max-age=31536000, immutable\r\n"));
  const char *etag = strstr(first, "ETag: ") + 6;
  g_autofree char *header = g_strdup_printf("If-None-Match: %.*s\r\n", (int)strcspn(etag, "\r"), etag);
  g_autofree char *again = get(f, path, header);
  g_assert_nonnull(strstr(again, "HTTP/1.1 304"));
  g_assert_null(strstr(again, "black"));
  g_autofree char *packed = g_strconcat(header, "Accept-Encoding: br\r\n", NULL);
  g_autofree char *other = get(f, path, packed);
  g_assert_nonnull(strstr(other, "HTTP/1.1 200"));
}

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  ADD("/events/filtered", test_events);
  ADD("/events/one-owner", test_streams_of_one_owner);
  ADD("/events/heartbeat", test_heartbeat_finds_the_gone);
  ADD("/assets/encodings", test_asset_encodings);
  ADD("/assets/caching", test_asset_caching);
  return g_test_run();
}
