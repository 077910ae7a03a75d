/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each fuzz-*.c gives these two to libFuzzer, which calls the first once and the second with bytes of its own
   making. */
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
