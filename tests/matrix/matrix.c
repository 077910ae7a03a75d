/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the hand-written expectations: see matrix.h. */
#include "matrix.h"
#include <string.h>

static void malformed(const ScriptLine *line, const char *what) {
  g_error("%s:%u: %s", line->file, line->number, what);
}

static const char *word(const ScriptLine *line, guint i) {
  if (i >= line->count)
    malformed(line, "the line is too short");
  return line->words[i];
}

/* The word after the one that says `name`, or NULL. */
static const char *after(const ScriptLine *line, const char *name) {
  for (guint i = 1; i + 1 < line->count; i++)
    if (!strcmp(line->words[i], name))
      return line->words[i + 1];
  return NULL;
}

static guint read_roles(const ScriptLine *line, const char *text) {
  if (!g_strcmp0(text, "all"))
    return (guint)(ROLE_DEALER << 1) - 1;
  g_auto(GStrv) codes = g_strsplit(text ? text : "", ",", -1);
  guint roles = 0;
  for (char **code = codes; *code; code++) {
    const guint role = workflow_role(*code);
    if (!role)
      malformed(line, "there is no such role");
    roles |= role;
  }
  return roles;
}

/* The lines below one, further in. */
static MatrixLines below(ScriptLine *const *lines, guint count, guint i) {
  guint end = i + 1;
  while (end < count && lines[end]->indent > lines[i]->indent)
    end++;
  return (MatrixLines){.lines = lines + i + 1, .count = end - i - 1};
}

static void read_state(GArray *states, const ScriptLine *line, MatrixLines reach) {
  if (strcmp(word(line, 0), "state"))
    malformed(line, "a state is expected");
  const MatrixState state = {.line = line, .code = word(line, 1), .label = word(line, 2), .row = word(line, 3),
                             .hidden = line->count > 4 && !strcmp(line->words[4], "hidden"), .reach = reach};
  g_array_append_val(states, state);
}

static void read_record(GArray *records, const ScriptLine *line, MatrixLines lines) {
  const MatrixRecord record = {.line = line, .name = word(line, 1), .label = word(line, 2),
                               .states = g_array_new(FALSE, FALSE, sizeof(MatrixState))};
  for (guint i = 0; i < lines.count; i++) {
    const MatrixLines reach = below(lines.lines, lines.count, i);
    read_state(record.states, lines.lines[i], reach);
    i += reach.count;
  }
  g_array_append_val(records, record);
}

static void read_rule(MatrixCommand *command, const ScriptLine *line) {
  MatrixRule rule = {.line = line, .states = g_strsplit(word(line, 1), ",", -1),
                           .roles = read_roles(line, after(line, "by")), .to = after(line, "to"),
                           .not_this = after(line, "not"), .only = after(line, "only"), .at = after(line, "at")};
  if (rule.only)
    rule.others = after(line, rule.only);
  if (!rule.roles || !rule.to)
    malformed(line, "by whom, and to which state?");
  command->makes = !strcmp(line->words[0], "under");
  g_array_append_val(command->rules, rule);
}

static void read_refusal(GArray *refusals, const ScriptLine *line) {
  g_autoptr(GString) sentences = g_string_new(NULL);
  guint end = 3;
  for (; end < line->count && strcmp(line->words[end], "at"); end++)
    g_string_append_printf(sentences, "%s\"%s\"", end > 3 ? " " : "", line->words[end]);
  const MatrixRefusal refusal = {.line = line, .states = g_strsplit(word(line, 2), ",", -1), .at = after(line, "at"),
                                 .sentences = g_strdup(sentences->str)};
  g_array_append_val(refusals, refusal);
}

static void read_expectation(MatrixCommand *command, const ScriptLine *line, MatrixLines lines) {
  const char *verb = line->words[0];
  if (!strcmp(verb, "with")) {
    command->with = line;
  } else if (!strcmp(verb, "needs")) {
    command->needs = line;
  } else if (!strcmp(verb, "chain")) {
    command->chain = TRUE;
  } else if (!strcmp(verb, "from") || !strcmp(verb, "under")) {
    read_rule(command, line);
  } else if (!strcmp(verb, "refused")) {
    read_refusal(command->refusals, line);
  } else if (!strcmp(verb, "gate")) {
    const MatrixGate gate = {.line = line, .name = word(line, 1), .never = after(line, "never"), .situation = lines};
    g_array_append_val(command->gates, gate);
  } else {
    malformed(line, "what is that?");
  }
}

static void read_command(GArray *commands, const ScriptLine *line, MatrixLines lines) {
  MatrixCommand command = {.line = line, .name = word(line, 1), .label = word(line, 2),
                           .rules = g_array_new(FALSE, FALSE, sizeof(MatrixRule)),
                           .refusals = g_array_new(FALSE, FALSE, sizeof(MatrixRefusal)),
                           .gates = g_array_new(FALSE, FALSE, sizeof(MatrixGate))};
  for (guint i = 0; i < lines.count; i++) {
    const MatrixLines under = below(lines.lines, lines.count, i);
    read_expectation(&command, lines.lines[i], under);
    i += under.count;
  }
  if (!command.rules->len)
    malformed(line, "nobody may do it");
  g_array_append_val(commands, command);
}

static void read_file(Matrix *matrix, const char *name) {
  g_autofree char *file = g_strconcat("matrix/", name, NULL);
  const GPtrArray *all = script_read(file);
  ScriptLine *const *lines = (ScriptLine *const *)all->pdata;
  for (guint i = 0; i < all->len; i++) {
    const MatrixLines under = below(lines, all->len, i);
    if (!strcmp(lines[i]->words[0], "record")) {
      read_record(matrix->records, lines[i], under);
    } else if (!strcmp(lines[i]->words[0], "command")) {
      read_command(matrix->commands, lines[i], under);
    } else if (!strcmp(lines[i]->words[0], "role")) {
      const MatrixRole role = {.code = word(lines[i], 1), .label = word(lines[i], 2)};
      g_array_append_val(matrix->roles, role);
    } else {
      malformed(lines[i], "a role, record or command is expected");
    }
    i += under.count;
  }
}

const Matrix *matrix_read(void) {
  static Matrix matrix;
  if (matrix.roles)
    return &matrix;
  matrix = (Matrix){.roles = g_array_new(FALSE, FALSE, sizeof(MatrixRole)),
                    .records = g_array_new(FALSE, FALSE, sizeof(MatrixRecord)),
                    .commands = g_array_new(FALSE, FALSE, sizeof(MatrixCommand))};
  g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "matrix", NULL);
  g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
  g_assert_nonnull(files);
  for (const char *name; (name = g_dir_read_name(files));)
    if (g_str_has_suffix(name, ".txt"))
      read_file(&matrix, name);
  return &matrix;
}

const MatrixRecord *matrix_record(const Matrix *matrix, const char *name) {
  for (guint i = 0; name && i < matrix->records->len; i++)
    if (!strcmp(g_array_index(matrix->records, MatrixRecord, i).name, name))
      return &g_array_index(matrix->records, MatrixRecord, i);
  return NULL;
}

const MatrixState *matrix_state(const MatrixRecord *record, const char *code) {
  for (guint i = 0; record && code && i < record->states->len; i++)
    if (!strcmp(g_array_index(record->states, MatrixState, i).code, code))
      return &g_array_index(record->states, MatrixState, i);
  return NULL;
}

char *matrix_roles_text(const Matrix *matrix, guint roles) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < matrix->roles->len; i++) {
    const MatrixRole *role = &g_array_index(matrix->roles, MatrixRole, i);
    if (roles & workflow_role(role->code))
      g_string_append_printf(text, "%s%s", text->len ? ", " : "", role->label);
  }
  return g_strdup(text->str);
}
