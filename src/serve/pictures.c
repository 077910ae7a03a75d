/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The programs read the file from their standard input and write to their standard output: they are told no path, and
   nothing in what they are told comes from a user. FOLDER/SHA256-PAGE.png is a page that was drawn. */
#include "serve/pictures.h"
#include "db/db.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  TURNS = 2,    /* programs at once */
  WAITING = 12, /* requests that wait for a turn at most, lest they take every worker */
  TOLD = 4096,  /* bytes of what pdfinfo says that are read */
  NOT_FOUND = 126 /* this exit status or the next: a program could not be started */
};

/* In front of either program: seconds by the clock, then seconds of the processor, bytes of memory and of what is
   written. Both are in every Debian. */
#define LIMITS                                                                                                       \
  "timeout", "--signal=KILL", "40", "prlimit", "--cpu=20", "--as=1073741824", "--fsize=67108864", "--core=0",        \
    "--nofile=32"

struct Pictures {
  Files *files; /* borrowed */
  char *folder;
  sem_t turns;  /* POSIX's: ThreadSanitizer cannot see GLib's locks */
  gint waiting; /* atomic */
};

static gboolean fail(const char *path, GError **error) {
  const int code = errno;
  g_set_error(error, DB_ERROR, code == ENOSPC || code == EDQUOT ? DB_ERROR_FULL : DB_ERROR_FAILED, "%s: %s", path,
              g_strerror(code));
  return FALSE;
}

Pictures *pictures_open(Files *files, const char *folder, GError **error) {
  if (g_mkdir(folder, 0700) != 0 && errno != EEXIST) {
    fail(folder, error);
    return NULL;
  }
  Pictures *pictures = g_new0(Pictures, 1);
  *pictures = (Pictures){.files = files, .folder = g_canonicalize_filename(folder, NULL)};
  sem_init(&pictures->turns, 0, TURNS);
  return pictures;
}

void pictures_close(Pictures *pictures) {
  if (!pictures)
    return;
  sem_destroy(&pictures->turns);
  g_free(pictures->folder);
  g_free(pictures);
}

/* The exit status; below 0 where a limit ended it, or with an error where it did not begin. */
static int run(const char *const *argv, int in, int out, GError **error) {
  /* ours may hold secrets */
  const char *path = g_getenv("PATH");
  g_autofree char *search = g_strconcat("PATH=", path ? path : "/usr/bin:/bin", NULL);
  const char *const environment[] = {search, "LC_ALL=C.UTF-8", NULL};
  GPid child;
  if (!g_spawn_async_with_fds(NULL, (char **)argv, (char **)environment,
                              G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                              &child, in, out, -1, error))
    return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Runs the program over the file of that SHA-256, when it is its turn. */
static PicturesOutcome draw(Pictures *pictures, const char *const *argv, const char *sha256, int out, GError **error) {
  if (g_atomic_int_add(&pictures->waiting, 1) >= WAITING) {
    g_atomic_int_add(&pictures->waiting, -1);
    return PICTURES_BUSY;
  }
  GError *fault = NULL;
  const int in = files_read(pictures->files, sha256, NULL, &fault);
  while (in >= 0 && sem_wait(&pictures->turns) != 0)
    ; /* interrupted */
  const int status = in >= 0 ? run(argv, in, out, &fault) : -1;
  if (in >= 0) {
    sem_post(&pictures->turns);
    close(in);
  }
  g_atomic_int_add(&pictures->waiting, -1);
  if (!fault && (status == NOT_FOUND || status == NOT_FOUND + 1))
    g_set_error_literal(&fault, DB_ERROR, DB_ERROR_FAILED,
                        "drawings are shown by pdfinfo and pdftoppm of Debian's package poppler-utils: it is missing");
  if (fault) {
    g_propagate_error(error, fault);
    return PICTURES_FAULT;
  }
  return status == 0 ? PICTURES_DRAWN : PICTURES_NONE;
}

/* A file in the folder that has no name yet; -1 and error on failure. */
static int begin(const Pictures *pictures, char **path, GError **error) {
  *path = g_build_filename(pictures->folder, "drawn-XXXXXX", NULL);
  int fd = g_mkstemp_full(*path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && errno == ENOENT && g_mkdir(pictures->folder, 0700) == 0) { /* somebody removed it */
    g_free(*path);
    *path = g_build_filename(pictures->folder, "drawn-XXXXXX", NULL);
    fd = g_mkstemp_full(*path, O_RDWR | O_CLOEXEC, 0600);
  }
  if (fd < 0)
    fail(*path, error);
  return fd;
}

/* "Pages:           12" at the begin of a line; 0: it is not said. */
static guint pages_of(int fd) {
  char told[TOLD + 1] = "\n";
  const gssize got = pread(fd, told + 1, TOLD - 1, 0);
  told[MAX(got, 0) + 1] = '\0';
  const char *line = g_strrstr(told, "\nPages:"); /* the last: texts of the file's own come before */
  return line ? (guint)CLAMP(strtol(line + strlen("\nPages:"), NULL, 10), 0, G_MAXINT) : 0;
}

PicturesOutcome pictures_count(Pictures *pictures, const char *sha256, guint *count, GError **error) {
  static const char *const argv[] = {LIMITS, "pdfinfo", "-", NULL};
  g_autofree char *path = NULL;
  const int fd = begin(pictures, &path, error);
  if (fd < 0)
    return PICTURES_FAULT;
  g_unlink(path);
  const PicturesOutcome outcome = draw(pictures, argv, sha256, fd, error);
  *count = outcome == PICTURES_DRAWN ? pages_of(fd) : 0;
  close(fd);
  return outcome == PICTURES_DRAWN && !*count ? PICTURES_NONE : outcome;
}

/* Opens what is there; -1: nothing, or nothing in it. */
static int open_drawn(const char *path, gint64 *size) {
  struct stat found;
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 || (fstat(fd, &found) == 0 && found.st_size > 0)) {
    *size = fd < 0 ? 0 : found.st_size;
    return fd;
  }
  close(fd);
  return -1;
}

/* Draws the page under a name of its own, so that nobody meets half a picture. */
static PicturesOutcome draw_page(Pictures *pictures, const char *sha256, const char *number, const char *path,
                                 GError **error) {
  g_autofree char *side = g_strdup_printf("%d", PICTURES_SIDE);
  const char *const argv[] = {LIMITS, "pdftoppm", "-png", "-cropbox", "-singlefile", "-f", number, "-l", number,
                              "-scale-to", side, "-", NULL};
  g_autofree char *drawn = NULL;
  const int fd = begin(pictures, &drawn, error);
  if (fd < 0)
    return PICTURES_FAULT;
  PicturesOutcome outcome = draw(pictures, argv, sha256, fd, error);
  close(fd);
  if (outcome == PICTURES_DRAWN && g_rename(drawn, path) != 0) {
    fail(path, error);
    outcome = PICTURES_FAULT;
  }
  if (outcome != PICTURES_DRAWN)
    g_unlink(drawn);
  return outcome;
}

PicturesOutcome pictures_page(Pictures *pictures, const char *sha256, guint page, int *content, gint64 *size,
                              GError **error) {
  if (page < 1 || page > PICTURES_PAGES)
    return PICTURES_NONE;
  g_autofree char *number = g_strdup_printf("%u", page);
  g_autofree char *name = g_strdup_printf("%s-%s.png", sha256, number);
  g_autofree char *path = g_build_filename(pictures->folder, name, NULL);
  *content = open_drawn(path, size);
  if (*content >= 0)
    return PICTURES_DRAWN;
  const PicturesOutcome outcome = draw_page(pictures, sha256, number, path, error);
  if (outcome == PICTURES_DRAWN)
    *content = open_drawn(path, size);
  return outcome == PICTURES_DRAWN && *content < 0 ? PICTURES_NONE : outcome;
}
