/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with an order: a fault a line, in the language of whoever reads it. For the core's files only; every
 * text is a message id marked with N_(). */
#pragma once
#include "base/lang.h"
#include "cut/cut.h"

typedef struct {
  GString *text;        /* a fault a line */
  const char *language; /* of the order */
} Faults;

Faults faults_begin(const char *language);
void faults_end(Faults *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Faults, faults_end)

void faults_add(Faults *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A fault where the value is not between the two. */
void faults_between(Faults *self, const char *what, gint64 value, gint64 least, gint64 most);
/* The same of a line, counted from 0, of the lines of that kind. */
void faults_line(Faults *self, const char *kind, gsize line, const char *what, gint64 value, gint64 least,
                 gint64 most);
/* TRUE where there are none; else all in error. */
gboolean faults_tell(const Faults *self, CutError code, GError **error);
