/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers out of a fuzzer's bytes; where these end, zeros follow. */
#pragma once
#include <glib.h>

/* The bytes not read yet. */
typedef struct {
  const guint8 *at, *end;
} Bytes;

static inline gint64 bytes_next(Bytes *bytes) {
  return bytes->at < bytes->end ? *bytes->at++ : 0;
}

/* Mostly a small number; at times a multiple of `step`, or one of eight odd ones: negative, too large. */
static inline gint64 bytes_number(Bytes *bytes, gint64 step, const gint64 odd[8]) {
  const gint64 byte = bytes_next(bytes);
  return byte == 255 ? odd[bytes_next(bytes) % 8] : byte == 254 ? bytes_next(bytes) * step : byte;
}
