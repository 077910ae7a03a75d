/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk that is full while the file named by FULL_DISK exists, for a program started with this library preloaded:
   every write to a regular file fails. While the file named by NEARLY_FULL exists, a hundredth of it is free. */
#undef _FILE_OFFSET_BITS /* both names of each call are wanted, not one for the other */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int is_full(int fd) {
  struct stat found;
  const char *flag = getenv("FULL_DISK");
  return flag && access(flag, F_OK) == 0 && fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

static ssize_t no_room(void) {
  errno = ENOSPC;
  return -1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real)
    real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return is_full(fd) ? no_room() : real(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off_t);
  if (!real)
    real = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  return is_full(fd) ? no_room() : real(fd, bytes, size, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real)
    real = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  return is_full(fd) ? no_room() : real(fd, bytes, size, offset);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  static int (*real)(int, int, off_t, off_t);
  if (!real)
    real = (int (*)(int, int, off_t, off_t))dlsym(RTLD_NEXT, "fallocate");
  return is_full(fd) ? (int)no_room() : real(fd, mode, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length) {
  static int (*real)(int, off_t, off_t);
  if (!real)
    real = (int (*)(int, off_t, off_t))dlsym(RTLD_NEXT, "posix_fallocate");
  return is_full(fd) ? ENOSPC : real(fd, offset, length);
}

static int shrink(int result, struct statvfs *disk) {
  const char *flag = getenv("NEARLY_FULL");
  if (!result && flag && access(flag, F_OK) == 0)
    *disk = (struct statvfs){.f_bsize = 4096, .f_frsize = 4096, .f_blocks = 1000000, .f_bavail = 10000};
  return result;
}

int fstatvfs(int fd, struct statvfs *disk) {
  static int (*real)(int, struct statvfs *);
  if (!real)
    real = (int (*)(int, struct statvfs *))dlsym(RTLD_NEXT, "fstatvfs");
  return shrink(real(fd, disk), disk);
}

int fstatvfs64(int fd, struct statvfs64 *disk) {
  return fstatvfs(fd, (struct statvfs *)disk);
}
