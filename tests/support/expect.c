/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What scripts expect of the factory: see script.h. */
#include "expect.h"
#include "base/date.h"
#include "base/money.h"
#include "view/view.h"
#include <string.h>

/* A question to the database and its answer. */
typedef struct {
  House *house;
  const ScriptLine *line;
  const Record *record; /* meant by the line, NULL where it means none */
  gint64 id;            /* of the row meant */
  const char *title;    /* inbox: what an entry must contain; offers: the act's label */
  const char *due;      /* inbox: what its due date must contain, NULL for any */
  gboolean found;       /* inbox, offers: whether there is such an entry */
  char *answer;         /* what there is, owned */
} Question;

static char *field_text(const Field *field, const void *row) {
  if (!dict_is_set(field, row))
    return g_strdup("none");
  if (dict_is_text(field))
    return g_strdup(*dict_text(field, row));
  const gint64 number = *dict_integer(field, row);
  switch (field->kind) {
  case KIND_MONEY: return money_format(number, MONEY_PLACES, "");
  case KIND_PERCENT: return money_format(number, PERCENT_PLACES, "");
  case KIND_DATE: return date_format(number);
  case KIND_TIME: return date_time_format(number);
  case KIND_YESNO: return g_strdup(number ? "yes" : "no");
  default: return g_strdup_printf("%" G_GINT64_FORMAT, number);
  }
}

static gboolean read_field(DbTx *tx, gpointer data, GError **error) {
  Question *question = data;
  g_autoptr(Arena) arena = arena_new();
  const Row *row = dict_load(tx, arena, question->record, question->id, error);
  const char *name = question->line->words[1];
  const Field *field = dict_field(question->record, name);
  if (!row)
    question->answer = g_strdup("there is no such row");
  else if (!strcmp(name, "state"))
    question->answer = g_strdup(row->state);
  else
    question->answer = field ? field_text(field, row) : g_strdup("there is no such field");
  return TRUE;
}

static gboolean read_signatures(DbTx *tx, gpointer data, GError **error) {
  Question *question = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(
    tx, arena, "SELECT role, substitute FROM approval WHERE record = $1 AND row_id = $2 AND void = 0 ORDER BY id",
    DB_ARGS(DB_T(question->record->name), DB_I(question->id)), error);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; found && i < found->rows; i++)
    g_string_append_printf(text, "%s%s%s", i ? " " : "",
                           workflow_roles[g_bit_nth_lsf((gulong)DB_CELL(found, i, 0)->integer, -1)].code,
                           DB_CELL(found, i, 1)->integer ? "(substitute)" : "");
  question->answer = g_strdup(text->str);
  return found != NULL;
}

static void look_through(Question *question, const Value *inbox) {
  g_autoptr(GString) all = g_string_new(NULL);
  const Value *groups = value_get(inbox, "groups");
  for (guint i = 0; groups && i < groups->count; i++) {
    const Value *duties = value_get(groups->items[i], "duties");
    for (guint k = 0; duties && k < duties->count; k++) {
      const char *title = value_get(duties->items[k], "title")->text,
                 *due = value_get(duties->items[k], "due_text")->text;
      question->found |= strstr(title, question->title) && (!question->due || strstr(due, question->due));
      g_string_append_printf(all, "\n      %s, %s", title, due);
    }
  }
  question->answer = g_strdup(all->len ? all->str : " nothing");
}

static gboolean read_inbox(DbTx *tx, gpointer data, GError **error) {
  Question *question = data;
  g_autoptr(Arena) arena = arena_new();
  const Viewer *viewer = &question->house->viewer;
  const View view = {.engine = question->house->engine,
                     .tx = tx,
                     .arena = arena,
                     .viewer = viewer,
                     .csrf = "",
                     .path = "",
                     .version = ""};
  const Value *inbox = view_inbox(&view, NULL, NULL, error);
  if (inbox)
    look_through(question, inbox);
  return inbox != NULL;
}

static gboolean read_offers(DbTx *tx, gpointer data, GError **error) {
  Question *question = data;
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GString) all = g_string_new(NULL);
  Row *row = dict_load(tx, arena, question->record, question->id, error);
  g_autoptr(GPtrArray) offers = row ? workflow_offers(question->house->engine, tx, arena, &question->house->viewer,
                                                      question->record, row, error) : NULL;
  for (guint i = 0; offers && i < offers->len; i++) {
    const char *label = ((const Offer *)offers->pdata[i])->label;
    question->found |= !strcmp(label, question->title);
    g_string_append_printf(all, "\n      %s", label);
  }
  question->answer = g_strdup(all->len ? all->str : " nothing");
  return offers != NULL;
}

static char *answer_with(Question *question, DbWork work, const char *expected) {
  house_read(question->house, work, question);
  g_autofree char *answer = question->answer;
  return g_strcmp0(answer, expected) ? script_complain(question->line, "it is: %s", answer) : NULL;
}

static char *expect_entry(Question *question, const char *who, DbWork work, gboolean wanted) {
  question->house->viewer = house_person(question->house, who);
  house_read(question->house, work, question);
  g_autofree char *answer = question->answer;
  return question->found != wanted ? script_complain(question->line, "in it is:%s", answer) : NULL;
}

static char *expect_count(House *house, const ScriptLine *line) {
  const Record *record = dict_find(line->words[2]);
  g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM \"%s\"", line->words[2]);
  const gint64 rows = record ? house_number(house, sql) : -1;
  return rows == g_ascii_strtoll(line->words[3], NULL, 10)
           ? NULL
           : script_complain(line, "there are %" G_GINT64_FORMAT, rows);
}

static gboolean is_either(const char *word, const char *one, const char *other) {
  return !strcmp(word, one) || !strcmp(word, other);
}

char *expect_line(House *house, const ScriptLine *line) {
  char **words = line->words;
  Question question = {.house = house, .line = line};
  if (line->count == 2 && !strcmp(words[1], "again"))
    return house->done.again ? NULL : script_complain(line, "it was done anew");
  if (line->count < 4 && !(line->count == 3 && !strcmp(words[1], "signed")))
    return script_complain(line, "what is expected?");
  if (!strcmp(words[1], "count"))
    return expect_count(house, line);
  if (!strcmp(words[1], "inbox") && line->count == 5 && is_either(words[3], "contains", "lacks")) {
    question.title = words[4];
    return expect_entry(&question, words[2], read_inbox, !strcmp(words[3], "contains"));
  }
  if (!strcmp(words[1], "due") && line->count == 5) {
    question.title = words[2], question.due = words[4];
    return expect_entry(&question, words[3], read_inbox, TRUE);
  }
  if (!strcmp(words[1], "offers") && line->count == 6 && is_either(words[4], "contain", "lack") &&
      script_reference(words[3], &question.record, &question.id)) {
    question.title = words[5];
    return expect_entry(&question, words[2], read_offers, !strcmp(words[4], "contain"));
  }
  if (!script_reference(words[2], &question.record, &question.id))
    return script_complain(line, "“%s” means no row", words[2]);
  g_autofree char *rest = g_strjoinv(" ", words + 3);
  return answer_with(&question, strcmp(words[1], "signed") ? read_field : read_signatures, rest);
}
