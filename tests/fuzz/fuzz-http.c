/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes on a connection are answered in whole HTTP answers or the connection is closed; the server lives on. */
#include "fuzz.h"
#include "web/server.h"
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 100 /* ms of silence after which the answer is taken to be complete */ };

static Server *server;
static char *folder;

static void echo(Request *request, Response *response, gpointer data) {
  for (guint i = 0; i < request->fields->len; i++)
    g_string_append(response->body, g_array_index(request->fields, RequestPair, i).value);
  for (guint i = 0; i < request->parts->len; i++)
    g_string_append_printf(response->body, "%s", ((RequestPart *)request->parts->pdata[i])->sha256);
  g_string_append_len(response->body, request->body->str, (gssize)request->body->len);
  response->type = "text/plain";
}

static ServerClass class_of(Request *request, Response *response, gpointer data) {
  return strcmp(request->method, "GET") ? SERVER_SLOW : SERVER_QUICK;
}

static void clean_up(void) {
  server_stop(server);
  g_assert(rmdir(folder) == 0); /* no upload is left behind */
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  g_autoptr(GError) error = NULL;
  folder = g_dir_make_tmp("gendan-fuzz-XXXXXX", NULL);
  ServerOptions options = server_options_default();
  options.upload_folder = folder;
  options.address_connections = 0;
  options.begin = class_of;
  options.handler = echo;
  server = server_start(&options, &error);
  if (!server)
    g_error("%s", error->message);
  atexit(clean_up);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server_port(server)),
                                      .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert(connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
  g_assert(send(fd, bytes, size, MSG_NOSIGNAL) >= 0 || size == 0);
  shutdown(fd, SHUT_WR);
  char block[4096], start[5] = "";
  gssize got, first = 0;
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  while (poll(&ready, 1, PATIENCE) == 1 && (got = recv(fd, block, sizeof block, 0)) > 0)
    for (gssize i = 0; i < got && first < 4; i++)
      start[first++] = block[i];
  g_assert(first == 0 || !strncmp(start, "HTTP", 4));
  close(fd);
  return 0;
}
