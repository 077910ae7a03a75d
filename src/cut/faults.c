/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders for bars and sheets are refused in the same words. */
#include "cut/faults.h"

Faults faults_begin(const char *language) {
  return (Faults){.text = g_string_new(NULL), .language = language};
}

void faults_end(Faults *self) {
  g_string_free(self->text, TRUE);
}

void faults_add(Faults *self, const char *format, ...) {
  va_list arguments;
  if (self->text->len > 0)
    g_string_append_c(self->text, '\n');
  va_start(arguments, format);
  g_string_append_vprintf(self->text, lang_text(self->language, format), arguments);
  va_end(arguments);
}

void faults_between(Faults *self, const char *what, gint64 value, gint64 least, gint64 most) {
  if (value < least || value > most)
    faults_add(self, N_("%s %lld is not between %lld and %lld"), lang_text(self->language, what), (long long)value,
               (long long)least, (long long)most);
}

void faults_line(Faults *self, const char *kind, gsize line, const char *what, gint64 value, gint64 least,
                 gint64 most) {
  if (value < least || value > most)
    faults_add(self, N_("%s %zu: %s %lld is not between %lld and %lld"), lang_text(self->language, kind), line + 1,
               lang_text(self->language, what), (long long)value, (long long)least, (long long)most);
}

gboolean faults_tell(const Faults *self, CutError code, GError **error) {
  if (self->text->len > 0)
    g_set_error_literal(error, CUT_ERROR, (int)code, self->text->str);
  return self->text->len == 0;
}
