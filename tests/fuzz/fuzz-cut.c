/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any file is an order that is cut by a plan which the independent checker passes, or is refused. KIND: 0 bars; 1
   sheets, whose input is the rules' number, items, a line "--", and bins; 2 an order.json, whose plan comes back from
   its file as it was and is drawn; 3 a plan file. */
#include "cut-check/bars-check.h"
#include "cut-check/sheets-check.h"
#include "workshop/cut-cli.h"
#include "fuzz.h"
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORK "200000"

static int out; /* what the program prints */

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  out = memfd_create("out", 0);
  g_assert(out >= 0 && dup2(out, STDOUT_FILENO) >= 0);
  return 0;
}

/* A file with that text, as a path. */
static int file_of(const char *text, gsize size, char path[32]) {
  const int fd = memfd_create("in", 0);
  g_assert(fd >= 0 && write(fd, text, size) == (gssize)size);
  g_snprintf(path, 32, "/proc/self/fd/%d", fd);
  return fd;
}

static char *run(char **argv, int argc, int *code) {
  g_assert(ftruncate(out, 0) == 0 && lseek(out, 0, SEEK_SET) == 0);
  *code = cut_cli_main(argc, argv);
  fflush(stdout);
  const off_t size = lseek(out, 0, SEEK_END);
  char *text = g_malloc0((gsize)size + 1);
  g_assert(pread(out, text, (gsize)size, 0) == size);
  return text;
}

#if KIND == 0
static void cut(const char *text) {
  const gsize size = strlen(text);
  char path[32];
  const int fd = file_of(text, size, path);
  char *argv[] = {"cut", "bars", path, "--work", WORK, "--json", NULL};
  int code;
  g_autofree char *plan = run(argv, 6, &code);
  g_autoptr(GString) faults = g_string_new(NULL);
  if (code == 0 && !bars_check(text, plan, NULL, faults))
    g_error("%s", faults->str);
  close(fd);
}

#elif KIND >= 2
static void print(const char *plan) {
  char path[32];
  const int fd = file_of(plan, strlen(plan), path);
  char *draw[] = {"cut", "print", path, "--pdf", "/dev/null", NULL};
  int code;
  g_free(run(draw, 5, &code));
  char *again[] = {"cut", "print", path, "--json", NULL};
  g_autofree char *printed = run(again, 4, &code);
  if (KIND == 2 && (code != 0 || !g_str_equal(printed, plan)))
    g_error("a plan changed in its file");
  close(fd);
}

static void cut(const char *text) {
  if (KIND == 3) {
    print(text);
    return;
  }
  char path[32], plan_path[32], *kind = strstr(text, "sheets") ? "sheets" : "bars";
  const int fd = file_of(text, strlen(text), path);
  char *argv[] = {"cut", kind, "--order", path, "--work", WORK, "--json", NULL};
  int code;
  g_autofree char *plan = run(argv, 7, &code);
  if (code == 0) {
    const int plan_fd = file_of(plan, strlen(plan), plan_path);
    char *check[] = {"cut", "check", kind, "--order", path, plan_path, NULL};
    g_autofree char *said = run(check, 6, &code);
    if (code != 0)
      g_error("%s", said);
    close(plan_fd);
    print(plan);
  }
  close(fd);
}

#else
static void cut(const char *text) {
  static const char *const rules[] = {"glass3x", "board3n", "board2n", "classic"};
  g_auto(GStrv) parts = g_strsplit(*text ? text + 1 : text, "\n--\n", 2);
  if (g_strv_length(parts) < 2)
    return;
  char items[32], bins[32], *rule = (char *)rules[(unsigned char)*text % 4];
  const int first = file_of(parts[0], strlen(parts[0]), items), second = file_of(parts[1], strlen(parts[1]), bins);
  char *argv[] = {"cut", "sheets", items, bins, "--rules", rule, "--work", WORK, "--json", NULL};
  int code;
  g_autofree char *plan = run(argv, 9, &code);
  g_autoptr(GString) faults = g_string_new(NULL);
  if (code == 0 && !sheets_check(parts[0], parts[1], rule, plan, NULL, faults))
    g_error("%s", faults->str);
  close(first);
  close(second);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  g_autofree char *text = g_strndup((const char *)bytes, size);
  cut(text);
  return 0;
}
