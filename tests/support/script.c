/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios as readable text: see script.h. */
#include "script.h"
#include "base/date.h"
#include "expect.h"
#include <string.h>

#define PATH "scenario/path.txt"

char *script_complain(const ScriptLine *line, const char *format, ...) {
  va_list list;
  va_start(list, format);
  g_autofree char *what = g_strdup_vprintf(format, list), *said = g_strjoinv(" ", line->words);
  va_end(list);
  return g_strdup_printf("%s:%u: %s\n    %s", line->file, line->number, said, what);
}

static void line_free(gpointer data) {
  ScriptLine *line = data;
  g_strfreev(line->words);
  g_free(line);
}

GPtrArray *script_read(const char *file) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_test_build_filename(G_TEST_DIST, file, NULL), *text = NULL;
  g_file_get_contents(path, &text, NULL, &error);
  g_assert_no_error(error);
  GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
  g_auto(GStrv) all = g_strsplit(text, "\n", -1);
  for (guint i = 0; all[i]; i++) {
    const char *start = all[i] + strspn(all[i], " ");
    if (!*start || *start == '#')
      continue;
    ScriptLine *line = g_new0(ScriptLine, 1);
    *line = (ScriptLine){.file = g_intern_string(file), .number = i + 1, .indent = (guint)(start - all[i])};
    int count;
    if (!g_shell_parse_argv(start, &count, &line->words, &error))
      g_error("%s:%u: %s", file, i + 1, error->message);
    line->count = (guint)count;
    g_ptr_array_add(lines, line);
  }
  return lines;
}

gboolean script_reference(const char *word, const Record **record, gint64 *id) {
  guint count;
  const Record *const *all = dict_all(&count);
  for (guint i = 0; i < count; i++) {
    const gsize named = strlen(all[i]->name), prefixed = all[i]->prefix ? strlen(all[i]->prefix) : 0;
    const char *number = !strncmp(word, all[i]->name, named) && word[named] == ':' ? word + named + 1
                         : prefixed && !strncmp(word, all[i]->prefix, prefixed)    ? word + prefixed
                                                                                   : "";
    char *end;
    *id = g_ascii_strtoll(number, &end, 10);
    *record = all[i];
    if (*number && !*end)
      return TRUE;
  }
  return FALSE;
}

static char *id_text(House *house, const char *word) {
  const Record *record;
  gint64 id;
  if (g_str_has_prefix(word, "user:") && !g_ascii_isdigit(word[5]))
    return g_strdup_printf("%" G_GINT64_FORMAT, house_person(house, word + 5).user_id);
  return script_reference(word, &record, &id) ? g_strdup_printf("%" G_GINT64_FORMAT, id) : g_strdup(word);
}

/* An input's text: references become ids. */
static char *input_text(House *house, const Field *field, const char *text) {
  if (!field || !dict_named(field))
    return g_strdup(text);
  g_auto(GStrv) words = g_strsplit(text, ",", -1);
  for (char **word = words; *word; word++) {
    char *id = id_text(house, *word);
    g_free(*word);
    *word = id;
  }
  return g_strjoinv(",", words);
}

char *script_act(House *house, const ScriptLine *line, ScriptAct *made) {
  const Command *command = line->count > 1 ? workflow_find(line->words[1]) : NULL;
  *made = (ScriptAct){.inputs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
  if (!command)
    return script_complain(line, "there is no such command or statement");
  made->viewer = house_person(house, line->words[0]);
  made->act = (Act){.viewer = &made->viewer, .command = command, .inputs = made->inputs};
  const char *on = command->creates ? command->under : command->record;
  guint i = 2;
  const Record *record = NULL;
  if (i < line->count && !strchr(line->words[i], '=') && script_reference(line->words[i++], &record, &made->act.id) &&
      g_strcmp0(record->name, on))
    return script_complain(line, "%s acts on %s", command->name, on ? on : "nothing");
  if (on && !record)
    return script_complain(line, "what is it done to? %s", on);
  for (; i < line->count; i++) {
    char *text = strchr(line->words[i], '=');
    if (!text)
      return script_complain(line, "“%s” is no input", line->words[i]);
    g_autofree char *name = g_strndup(line->words[i], (gsize)(text++ - line->words[i]));
    if (!strcmp(name, "@version"))
      made->act.version = g_ascii_strtoll(text, NULL, 10);
    else if (!strcmp(name, "@key"))
      made->act.key = text;
    else
      g_hash_table_insert(made->inputs, g_strdup(name),
                          input_text(house, dict_field(dict_find(command->record), name), text));
  }
  return NULL;
}

void script_act_clear(ScriptAct *act) {
  g_clear_pointer(&act->inputs, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScriptAct, script_act_clear)

char *script_sentences(const House *house) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < house->refusal->reasons->len; i++)
    g_string_append_printf(text, "%s\"%s\"", i ? " " : "", ((Reason *)house->refusal->reasons->pdata[i])->message);
  return g_strdup(text->str);
}

/* A command; `next` is the line after it, or NULL. *used: whether that was the refusal expected. */
static char *run_command(House *house, const ScriptLine *line, const ScriptLine *next, gboolean *used) {
  g_auto(ScriptAct) act;
  char *wrong = script_act(house, line, &act);
  if (wrong)
    return wrong;
  const gboolean fine = house_act(house, &act.act);
  *used = next && next->count > 2 && !strcmp(next->words[0], "expect") && !strcmp(next->words[1], "refused");
  g_autofree char *said = script_sentences(house);
  if (fine)
    return *used ? script_complain(next, "it was done") : NULL;
  if (!*used)
    return script_complain(line, "refused %d: %s", house->refusal->status, said);
  g_autoptr(GString) meant = g_string_new(NULL);
  for (guint i = 3; i < next->count; i++)
    g_string_append_printf(meant, "%s\"%s\"", i > 3 ? " " : "", next->words[i]);
  if (g_ascii_strtoll(next->words[2], NULL, 10) != house->refusal->status || strcmp(meant->str, said))
    return script_complain(next, "it was refused %d: %s", house->refusal->status, said);
  return NULL;
}

static char *add_file(House *house, const ScriptLine *line) {
  const char *more = line->count > 2 ? line->words[2] : NULL;
  const gboolean of_house = !g_strcmp0(more, "house");
  g_autofree char *path = more && !of_house ? g_test_build_filename(G_TEST_DIST, more, NULL) : NULL, *content = NULL;
  if (path && !g_file_get_contents(path, &content, NULL, NULL))
    return script_complain(line, "there is no such file");
  house_add_file(house, line->words[1], content, of_house ? 0 : 1);
  return NULL;
}

static char *run_line(House *house, ScriptLine *const *lines, guint count, guint *i) {
  const ScriptLine *line = lines[*i];
  const char *verb = line->words[0], *what = line->count > 1 ? line->words[1] : "";
  gint64 date;
  gboolean used = FALSE;
  if (!strcmp(verb, "expect"))
    return expect_line(house, line);
  if (!strcmp(verb, "start"))
    return script_start(house, what);
  if (!strcmp(verb, "mark"))
    return NULL;
  if (!strcmp(verb, "file")) {
    return add_file(house, line);
  }
  if (!strcmp(verb, "clock")) {
    if (!date_parse(what, &date))
      return script_complain(line, "that is no date");
    house_set_date(house, date);
    return NULL;
  }
  char *wrong = run_command(house, line, *i + 1 < count ? lines[*i + 1] : NULL, &used);
  *i += used;
  return wrong;
}

char *script_run(House *house, ScriptLine *const *lines, guint count) {
  char *wrong = NULL;
  for (guint i = 0; i < count && !wrong; i++)
    wrong = run_line(house, lines, count, &i);
  return wrong;
}

/* Runs the path up to a mark (NULL: all of it); keep: takes a snapshot at each mark. */
static char *run_path(House *house, const char *mark, gboolean keep) {
  static GPtrArray *path;
  path = path ? path : script_read(PATH);
  ScriptLine *const *lines = (ScriptLine *const *)path->pdata;
  char *wrong = NULL;
  for (guint i = 0; i < path->len && !wrong; i++) {
    if (strcmp(lines[i]->words[0], "mark"))
      wrong = run_line(house, lines, path->len, &i);
    else if (keep)
      house_snapshot(house, lines[i]->words[1]);
    else if (!g_strcmp0(lines[i]->words[1], mark))
      return NULL;
  }
  return wrong || !mark ? wrong : g_strdup_printf("there is no mark “%s” on the path", mark);
}

char *script_start(House *house, const char *mark) {
  if (!house_has(house, mark))
    return run_path(house, mark, FALSE);
  house_restore(house, mark);
  return NULL;
}

char *script_prepare(House *house) {
  return run_path(house, NULL, TRUE);
}
