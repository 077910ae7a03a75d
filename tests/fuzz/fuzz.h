/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each fuzz-*.c gives these two to libFuzzer, which calls the first once and the second with bytes of its own
   making. What GLib reports ends in a trap, of which libFuzzer knows nothing: it becomes an abort, for only then is the
   input kept that led there. */
#pragma once
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void fuzz_trapped(int number) {
  (void)number;
  abort();
}

__attribute__((constructor)) static void fuzz_begin(void) {
  signal(SIGTRAP, fuzz_trapped);
}
