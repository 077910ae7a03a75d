/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every page shares: texts, addresses, scope, menu, facts and buttons. */
#include "view/view.h"
#include "view/receivables.h"
#include "base/lang.h"
#include "base/reading.h"
#include "party/party.h"
#include "step/procedure.h"
#include <string.h>

gboolean view_is_dealer(const View *view) {
  return (view->viewer->roles & ROLE_DEALER) != 0;
}

const char *view_text(const View *view, const char *message) {
  return lang_text(view->viewer->language, message);
}

const char *view_plural(const View *view, const Record *record) {
  return g_str_has_suffix(record->name, "s") ? record->name : arena_printf(view->arena, "%ss", record->name);
}

const Record *view_record(const char *plural) {
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++) {
    const gsize length = strlen(records[i]->name);
    if (!strncmp(plural, records[i]->name, length) &&
        !strcmp(plural + length, g_str_has_suffix(records[i]->name, "s") ? "" : "s"))
      return records[i];
  }
  return NULL;
}

const char *view_href(const View *view, const Record *record, gint64 id) {
  return arena_printf(view->arena, "/%s/%" G_GINT64_FORMAT, view_plural(view, record), id);
}

const char *view_key(const View *view) {
  g_autofree char *key = g_uuid_string_random();
  return arena_strdup(view->arena, key);
}

const char *view_date(const View *view, gint64 days) {
  g_autofree char *text = reading_date(view->viewer->language, days);
  return arena_strdup(view->arena, text);
}

const char *view_time(const View *view, gint64 seconds) {
  g_autofree char *text = reading_time(view->viewer->language, seconds, engine_zone(view->engine));
  return arena_strdup(view->arena, text);
}

const char *view_money(const View *view, gint64 fen) {
  g_autofree char *text = reading_money(fen);
  return arena_strdup(view->arena, text);
}

gboolean view_may_know(const View *view, const Record *record) {
  if (!strcmp(record->name, "user") || !strcmp(record->name, "token"))
    return (view->viewer->roles & ROLE_ADMIN) != 0;
  return dict_knows(record, workflow_audience(view->viewer));
}

/* Which files are whose to read is said by the rows that name them: who may not see all has no list of them. */
gboolean view_may_list(const View *view, const Record *record) {
  return view_may_know(view, record) && (workflow_audience(view->viewer) == HOUSE || record != &file_record);
}

gboolean view_may_see(const View *view, const Record *record, const Row *row) {
  return view_may_know(view, record) && context_may_reach(view->tx, view->arena, view->viewer, record, row);
}

const char *view_state(const View *view, const Record *record, const Row *row, GError **error) {
  const Choice *state = dict_choice(record->states, row->state);
  guint roles = 0;
  if (!state || !workflow_unsigned(view->tx, view->arena, record, row, &roles, error))
    return NULL;
  g_autoptr(GString) missing = g_string_new(NULL);
  for (guint i = 0; workflow_roles[i].code; i++)
    if (roles & (1u << i))
      g_string_append_printf(missing, "%s%s", missing->len ? lang_comma(view->viewer->language) : "",
                             view_text(view, workflow_roles[i].label));
  return missing->len ? arena_printf(view->arena, view_text(view, N_("Waits for: %s")), missing->str)
                      : view_text(view, state->label);
}

const char *view_tone(const Record *record, const char *state) {
  const Choice *choice = dict_choice(record->states, state);
  if (!choice || choice == record->states)
    return "calm";
  if (choice->kind != ON)
    return choice->kind == BACK ? "warn" : "bad";
  while ((++choice)->code)
    if (choice->kind == ON)
      return "info";
  return "good";
}

static const char *name_of(const Record *record, const void *row) {
  const Field *called = dict_title(record);
  return called ? *dict_text(called, row) : NULL;
}

/* The first listed field of that kind that is set and that the viewer may see. */
static const Field *listed_field(const View *view, const Record *record, Kind kind, const void *row) {
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    if (field->kind == kind && field->listed && view_shows(view, field) && dict_is_set(field, row))
      return field;
  }
  return NULL;
}

/* The first words of the text that is searched: “Could it be earlier…”; NULL: there is none. */
static const char *words_of(const View *view, const Record *record, const Row *row) {
  enum { WORDS_MOST = 24 /* characters */ };
  const Field *said = NULL;
  for (guint i = 0; i < record->count && !said; i++)
    if (record->fields[i].kind == KIND_LONGTEXT && record->fields[i].searched && view_shows(view, &record->fields[i]))
      said = &record->fields[i];
  if (!said || !dict_is_set(said, row))
    return NULL;
  g_autofree char *line = g_strdelimit(g_strdup(*dict_text(said, row)), "\r\n\t", ' ');
  const gboolean cut = g_utf8_strlen(line, -1) > WORDS_MOST;
  g_autofree char *words = g_utf8_substring(line, 0, cut ? WORDS_MOST : g_utf8_strlen(line, -1));
  return arena_printf(view->arena, view_text(view, N_("“%s%s”")), g_strchomp(words), cut ? "…" : "");
}

/* What has neither number nor name is called by its amount, "Down payment ¥91,800.00", by its first words, or by its
   record and id. */
static const char *number_of(const View *view, const Record *record, const Row *row) {
  if (row->number)
    return row->number;
  const Field *amount = listed_field(view, record, KIND_MONEY, row),
              *kind = listed_field(view, record, KIND_CHOICE, row);
  const char *words = amount ? NULL : words_of(view, record, row);
  if (!amount)
    return words ? words
                 : arena_printf(view->arena, "%s %" G_GINT64_FORMAT, view_text(view, record->label), row->id);
  g_autofree char *money = reading_money(*dict_integer(amount, row));
  const Choice *choice = kind ? dict_choice(kind->choices, *dict_text(kind, row)) : NULL;
  return arena_printf(view->arena, "%s %s", view_text(view, choice ? choice->label : record->label), money);
}

const char *view_title(const View *view, const Record *record, const void *data) {
  const Row *row = data;
  const char *name = name_of(record, data);
  if (row->number && name)
    return arena_printf(view->arena, "%s %s", row->number, name);
  return name ? name : number_of(view, record, row);
}

const char *view_sent_back(const View *view, const Duty *duty, const void *row) {
  const Field *field = duty->because ? dict_field(dict_find(duty->record), duty->because) : NULL;
  const char *because = field && view_shows(view, field) ? *dict_text(field, row) : NULL;
  return because ? arena_printf(view->arena,
                                view_text(view, N_("It was sent back: “%s”. Put that right first.")),
                                because) : NULL;
}

const char *view_name(const View *view, const Record *record, const void *data) {
  const char *name = name_of(record, data);
  return name ? name : number_of(view, record, data);
}

const char *view_kind(const View *view, const Record *record, const void *data) {
  for (guint i = 0; i < record->count; i++)
    if (record->fields[i].names && *dict_integer(&record->fields[i], data) == TRUE)
      return view_text(view, record->fields[i].names);
  return view_text(view, record->label);
}

const char *view_full_title(const View *view, const Record *record, const void *data) {
  const char *title = view_title(view, record, data), *label = view_kind(view, record, data);
  return g_str_has_prefix(title, label) ? title : arena_printf(view->arena, "%s %s", label, title);
}

static void add_menu(const View *view, Value *menu, const char *icon, const char *label, const char *href) {
  Value *item = value_append(view->arena, menu, value_map(view->arena));
  value_set_text(view->arena, item, "icon", icon);
  value_set_text(view->arena, item, "label", view_text(view, label));
  value_set_text(view->arena, item, "href", href);
  value_set_bool(view->arena, item, "is_current", !g_strcmp0(view->path, href));
  value_set(view->arena, item, "count", value_null(view->arena));
}

static Value *menu_of(const View *view) {
  static const struct {
    const char *icon, *record;
    const char *own; /* what a dealer calls it; NULL: as everybody does */
  } entries[] = {{"clipboard-list", "order", N_("All orders")},
                 {"address-book", "dealer", N_("My company")},
                 {"building", "project"},
                 {"calendar", "holiday"},
                 {"users", "user"}};
  static const struct {
    const char *icon, *record, *href;
  } stated[] = {{"settings", "setting", "/settings"}, {"id", "letterhead", "/letterheads"}};
  Value *menu = value_list(view->arena);
  const gboolean dealer = view_is_dealer(view);
  add_menu(view, menu, "inbox", dealer ? N_("Home") : N_("Inbox"), "/");
  for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
    const Record *record = dict_find(entries[i].record);
    if (record && view_may_list(view, record))
      add_menu(view, menu, entries[i].icon, dealer && entries[i].own ? entries[i].own : record->plural,
               record == &holiday_record              ? "/calendar"
               : dealer && record == &dealer_record ? view_href(view, record, view->viewer->dealer_id)
                                                      : arena_printf(view->arena, "/%s", view_plural(view, record)));
  }
  if (receivables_may(view->viewer))
    add_menu(view, menu, "coin", N_("Receivables"), "/receivables");
  if (view->viewer->roles & (ROLE_ADMIN | ROLE_MANAGER))
    for (guint i = 0; i < G_N_ELEMENTS(stated); i++)
      add_menu(view, menu, stated[i].icon, dict_find(stated[i].record)->plural, stated[i].href);
  if (view->viewer->roles & ROLE_ADMIN)
    add_menu(view, menu, "key", N_("Permissions"), "/permissions");
  return menu;
}

static Value *user_of(const View *view) {
  if (!view->viewer->user_id)
    return value_null(view->arena);
  g_autoptr(GString) roles = g_string_new(NULL);
  for (guint i = 0; workflow_roles[i].code; i++)
    if (view->viewer->roles & (1u << i))
      g_string_append_printf(roles, "%s%s", roles->len ? " · " : "", view_text(view, workflow_roles[i].label));
  Value *user = value_map(view->arena);
  value_set_text(view->arena, user, "id", arena_printf(view->arena, "%" G_GINT64_FORMAT, view->viewer->user_id));
  value_set_text(view->arena, user, "name", view->viewer->name);
  value_set_text(view->arena, user, "roles", arena_strdup(view->arena, roles->str));
  value_set_text(view->arena, user, "href", "/account");
  return user;
}

static Value *languages_of(const View *view) {
  static const char *const labels[] = {"简体中文", "繁體中文", "English"};
  Value *list = value_list(view->arena);
  for (guint i = 0; lang_all[i]; i++) {
    Value *item = value_append(view->arena, list, value_map(view->arena));
    value_set_text(view->arena, item, "code", lang_all[i]);
    value_set_text(view->arena, item, "label", labels[i]);
    value_set_bool(view->arena, item, "is_current", !g_strcmp0(lang_all[i], view->viewer->language));
  }
  return list;
}

Value *view_page(const View *view, const char *title) {
  Arena *arena = view->arena;
  const char *language = view->viewer->language;
  Value *root = value_map(arena), *page = value_set(arena, root, "page", value_map(arena));
  value_set_text(arena, page, "title", title);
  value_set_text(arena, page, "lang",
                 !g_strcmp0(language, "zh_CN")   ? "zh-Hans"
                 : !g_strcmp0(language, "zh_TW") ? "zh-Hant"
                                                 : "en");
  value_set_text(arena, page, "version", view->version);
  value_set_text(arena, page, "csrf", view->csrf);
  value_set_text(arena, page, "live", view->live);
  value_set(arena, page, "menu", menu_of(view));
  value_set(arena, page, "user", user_of(view));
  value_set(arena, page, "languages", languages_of(view));
  Value *flash = value_set(arena, page, "flash", value_list(arena));
  if (view->flash) {
    Value *item = value_append(arena, flash, value_map(arena));
    value_set_text(arena, item, "tone", "good");
    value_set_text(arena, item, "text", view->flash);
  }
  if (view->viewer->user_id) {
    Value *search = value_set(arena, page, "search", value_map(arena));
    value_set_text(arena, search, "action", "/orders");
    value_set(arena, search, "q", value_null(arena));
  } else {
    value_set(arena, page, "search", value_null(arena));
  }
  return root;
}

/* "A · B" of the codes of a set. */
static const char *labels_of(const View *view, const Choice *choices, const char *codes) {
  g_auto(GStrv) parts = g_strsplit(codes, ",", -1);
  g_autoptr(GString) text = g_string_new(NULL);
  for (char **code = parts; *code; code++) {
    const Choice *choice = dict_choice(choices, *code);
    g_string_append_printf(text, "%s%s", text->len ? " · " : "", choice ? view_text(view, choice->label) : *code);
  }
  return arena_strdup(view->arena, text->str);
}

/* Of the rows named, as far as the viewer may see them. */
static const char *titles_of(const View *view, const Field *field, const char *list, GError **error) {
  const Record *target = dict_find(field->target);
  g_autoptr(GString) text = g_string_new(NULL);
  guint count;
  const gint64 *ids = dict_ids(view->arena, list, &count);
  for (guint i = 0; i < count; i++) {
    const Row *row = dict_load(view->tx, view->arena, target, ids[i], error);
    if (row && context_may_reach(view->tx, view->arena, view->viewer, target, row))
      g_string_append_printf(text, "%s%s", text->len ? " · " : "", view_title(view, target, row));
  }
  return arena_strdup(view->arena, text->str);
}

gboolean view_is_step(const Field *field) {
  return field->kind == KIND_NUMBER && !strcmp(field->name, "step");
}

const char *view_step(const View *view, gint64 step) {
  if (step < 1 || step > PROCEDURE_STEPS)
    return "";
  return arena_printf(view->arena, "%d · %s", (int)step, view_text(view, procedure_steps[step - 1].title));
}

Value *view_value(const View *view, const Field *field, const void *row, const char **href, GError **error) {
  *href = NULL;
  if (!dict_is_set(field, row) || field->kind == KIND_FILE || field->kind == KIND_FILES)
    return value_null(view->arena);
  if (field->kind == KIND_SET)
    return value_text(view->arena, labels_of(view, field->choices, *dict_text(field, row)));
  if (field->kind == KIND_CHOICE) {
    const Choice *choice = dict_choice(field->choices, *dict_text(field, row));
    return value_text(view->arena, choice ? view_text(view, choice->label) : *dict_text(field, row));
  }
  if (field->exceptional && !*dict_integer(field, row))
    return value_null(view->arena);
  if (field->kind == KIND_YESNO)
    return value_text(view->arena, view_text(view, *dict_integer(field, row) ? N_("yes") : N_("no")));
  if (view_is_step(field)) {
    const gboolean over = !g_strcmp0(((const Row *)row)->state, "closed");
    return value_text(view->arena, over ? view_text(view, N_("finished"))
                                        : view_step(view, *dict_integer(field, row)));
  }
  if (field->kind == KIND_REFS)
    return value_text(view->arena, titles_of(view, field, *dict_text(field, row), error));
  if (field->kind != KIND_REF)
    return dict_value(view->arena, field, row);
  const Record *target = dict_find(field->target);
  const void *other = dict_load(view->tx, view->arena, target, *dict_integer(field, row), error);
  if (!other || !context_may_reach(view->tx, view->arena, view->viewer, target, other))
    return value_null(view->arena);
  if (view_may_list(view, target))
    *href = view_href(view, target, ((const Row *)other)->id);
  return value_text(view->arena, view_title(view, target, other));
}

gboolean view_is_number(const Field *field) {
  if (field->offset < sizeof(Row) || view_is_step(field)) /* its number is a name, not a quantity */
    return FALSE;
  return field->kind == KIND_NUMBER || field->kind == KIND_MONEY || field->kind == KIND_PERCENT ||
         field->kind == KIND_LENGTH || field->kind == KIND_DECIMAL;
}

gboolean view_is_short(const Field *field) {
  return field->kind == KIND_REF ? !strcmp(field->target, "user") : !dict_is_text(field) || field->kind == KIND_CHOICE;
}

const char *view_late(const View *view, const Record *record, const Field *field, const void *row) {
  const gint64 days = dict_days_late(record, field, row, engine_today(view->engine));
  const char *said = field->deadline ? (days == 1 ? N_("%d day overdue") : N_("%d days overdue"))
                                     : (days == 1 ? N_("%d day later than due") : N_("%d days later than due"));
  return days ? arena_printf(view->arena, view_text(view, said), (int)days) : NULL;
}

static Value *said_with(const View *view, const char *label, Value *value, const char *href, gboolean wide,
                        const char *tone, const char *note) {
  Value *fact = value_map(view->arena);
  value_set_text(view->arena, fact, "label", label);
  value_set(view->arena, fact, "value", value);
  value_set_text(view->arena, fact, "href", href);
  value_set_text(view->arena, fact, "tone", tone);
  value_set_text(view->arena, fact, "note", note);
  value_set_bool(view->arena, fact, "is_wide", wide);
  return fact;
}

Value *view_said(const View *view, const char *label, Value *value, const char *href, gboolean wide) {
  return said_with(view, label, value, href, wide, NULL, NULL);
}

Value *view_fact(const View *view, const Record *record, const Field *field, const void *row, GError **error) {
  const char *href = NULL;
  if (!dict_shows(field, workflow_audience(view->viewer)) ||
      (field->came && dict_is_set(dict_field(record, field->came), row)))
    return NULL;
  Value *value = view_value(view, field, row, &href, error);
  if (value->kind == VALUE_NULL)
    return NULL;
  const char *label = dict_label(record, field, ((const Row *)row)->state);
  const char *late = view_late(view, record, field, row);
  return said_with(view, view_text(view, label), value, href, field->kind == KIND_LONGTEXT, late ? "bad" : NULL,
                   late || !field->deadline ? late : view_text(view, field->help));
}

Value *view_facts(const View *view, const Record *record, const void *row, GError **error) {
  Value *facts = value_list(view->arena);
  for (guint i = 0; i < record->count; i++) {
    Value *fact = view_fact(view, record, &record->fields[i], row, error);
    if (fact)
      value_append(view->arena, facts, fact);
  }
  return facts;
}
