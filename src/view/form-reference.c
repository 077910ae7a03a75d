/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reference may name: a short list to choose from, which a search narrows where there are more. */
#include "party/party.h"
#include "view/form.h"
#include "view/order.h"
#include <string.h>

enum {
  LISTED = 50,     /* rows offered at once, where others are found by searching */
  LISTED_ALL = 200 /* the same, where the form does not search */
};

/* Rows of the same order, or of the same dealer, or the house's: what an act there would accept. A contract may be of
   any order of the dealer, for one transfer may pay for several. */
static GPtrArray *load_near(const View *view, const Record *target, const Row *near, const char *q, guint most,
                            GError **error) {
  const gboolean in_order = near && near->order_id && target->step && strcmp(target->name, "contract");
  const DictCondition same = {.field = dict_column(target, "dealer_id"), .op = DICT_IS,
                              .cell = DB_I(near ? near->dealer_id : 0)};
  const DictPage page = {.dealer_id = view->viewer->dealer_id, .q = q, .where = &same, .most = most,
                         .conditions = same.cell.integer && same.field && target->shown_to == DEALER};
  return in_order ? dict_load_by(view->tx, view->arena, target, "order_id", DB_I(near->order_id), error)
                  : dict_load_page(view->tx, view->arena, target, &page, NULL, error);
}

gboolean form_means(const Field *field, const Record *target, const Row *row) {
  return !field->people || target != &user_record ||
         (!g_strcmp0(row->state, "active") && (party_roles(((const User *)row)->roles) & field->people));
}

static gboolean may_name(const View *view, const Record *target, const Row *row, const Row *near) {
  const gboolean elsewhere = near && near->dealer_id && row->dealer_id && near->dealer_id != row->dealer_id;
  return context_may_reach(view->tx, view->arena, view->viewer, target, row) && !elsewhere;
}

/* Whether it stands on a row in the state that the field asks for, and was not taken off it. */
static gboolean is_within(const View *view, const Field *field, const Record *target, const Row *row, GError **error) {
  const Row *on = field->within ? dict_load(view->tx, view->arena, dict_find(target->parent), row->parent_id, error)
                                : NULL;
  return !field->within || (on && !g_strcmp0(on->state, field->within) && act_in_force(target, row));
}

/* What is chosen already stands in the list, whatever is searched for. */
static gboolean add_chosen(const View *view, const Record *target, const Row *near, GPtrArray *rows, const char *value,
                           GError **error) {
  const gint64 id = value ? g_ascii_strtoll(value, NULL, 10) : 0;
  for (guint i = 0; i < rows->len; i++)
    if (((const Row *)rows->pdata[i])->id == id)
      return TRUE;
  GError *fault = NULL;
  Row *row = id > 0 ? dict_load(view->tx, view->arena, target, id, &fault) : NULL;
  if (row && may_name(view, target, row, near))
    g_ptr_array_insert(rows, 0, row);
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

/* How much there is of what was searched for; NULL where nothing was. */
static const char *found_text(const View *view, const char *q, guint count, gboolean more) {
  if (!q || !*q)
    return arena_printf(view->arena, view_text(view, N_("The newest %d; search for others by name or number.")),
                        LISTED);
  if (!count)
    return view_text(view, N_("Nothing found; search for a part of the name, or the number."));
  return arena_printf(view->arena, view_text(view, more ? N_("More than %u found; search for more of the name.")
                                                        : N_("Found: %u")), count);
}

static void set_search(const View *view, Value *item, const Field *field, const char *q, guint count, gboolean more) {
  Arena *arena = view->arena;
  const char *label = view_text(view, field->label);
  value_set_text(arena, item, "find_label", arena_printf(arena, view_text(view, N_("%s: search")), label));
  value_set_text(arena, item, "find_name", arena_printf(arena, "%s%s", VIEW_SOUGHT, field->name));
  value_set_text(arena, item, "find_text", q);
  value_set_text(arena, item, "found_text", found_text(view, q, count, more));
  value_set_bool(arena, item, "is_narrowed", q && *q && count);
}

/* Whether how a row stands tells apart what may be chosen. */
static gboolean tells_state(const Field *field) {
  g_auto(GStrv) beside = g_strsplit(field->beside ? field->beside : "", " ", -1);
  return g_strv_contains((const char *const *)beside, "state");
}

/* What a row to choose is called, with what its lines show beside it: "Crate 1 · Quantity 5 · Place in store A-03". */
static const char *option_text(const View *view, const Field *field, const Record *target, const void *row) {
  g_autoptr(GString) text = g_string_new(view_title(view, target, row));
  const Field *beside[VIEW_BESIDE];
  const guint count = view_beside(view, field, beside);
  for (guint i = 0; i < count; i++)
    if (dict_is_set(beside[i], row)) {
      const char *unit = beside[i]->kind == KIND_LENGTH ? " mm" : "";
      g_string_append_printf(text, " · %s %s%s", view_text(view, beside[i]->label), form_typed(view, beside[i], row),
                             unit);
    }
  if (tells_state(field))
    g_string_append_printf(text, " · %s",
                           view_text(view, dict_choice(target->states, ((const Row *)row)->state)->label));
  return arena_strdup(view->arena, text->str);
}

gboolean form_set_reference(const View *view, Value *item, const Field *field, const Row *near, const ViewTyped *typed,
                            const char *value, GError **error) {
  const Record *target = dict_find(field->target);
  Value *options = value_list(view->arena);
  const char *q = typed->sought ? g_hash_table_lookup(typed->sought, field->name) : NULL;
  const guint most = typed->sought ? LISTED : LISTED_ALL;
  g_autoptr(GPtrArray) rows = load_near(view, target, near, q, most + 1, error);
  if (!rows)
    return FALSE;
  const gboolean more = rows->len > most;
  if (more)
    g_ptr_array_set_size(rows, (int)most);
  for (guint i = rows->len; i-- > 0;)
    if (!may_name(view, target, rows->pdata[i], near) || !form_means(field, target, rows->pdata[i]) ||
        !is_within(view, field, target, rows->pdata[i], error))
      g_ptr_array_remove_index(rows, i);
  const guint count = rows->len;
  const gboolean only = q && *q && count == 1 && !(value && *value);
  if (!add_chosen(view, target, near, rows, value, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const char *id = arena_printf(view->arena, "%" G_GINT64_FORMAT, ((const Row *)rows->pdata[i])->id);
    form_add_option(view, options, id, option_text(view, field, target, rows->pdata[i]), only ? id : value);
  }
  value_set(view->arena, item, "options", options);
  value_set_bool(view->arena, item, "is_wide", tells_state(field));
  value_set_bool(view->arena, item, "is_lookup", typed->sought && (more || (q && *q)));
  set_search(view, item, field, q, count, more);
  return TRUE;
}

gboolean form_set_several(const View *view, Value *item, const Input *input, const Field *field,
                          const Command *command, const Row *near, GError **error) {
  const Record *target = dict_find(field->target);
  Value *options = (Value *)value_get(item, "options");
  const Value *value = value_get(item, "value");
  guint count;
  const gint64 *ids = workflow_among(view->tx, view->arena, input,
                                     command->creates ? near->id : near->parent_id, &count, error);
  for (guint i = 0; ids && i < count; i++) {
    const Row *row = dict_load(view->tx, view->arena, target, ids[i], error);
    if (row && may_name(view, target, row, NULL))
      form_add_option(view, options, arena_printf(view->arena, "%" G_GINT64_FORMAT, ids[i]),
                      option_text(view, field, target, row), value->kind == VALUE_TEXT ? value->text : NULL);
  }
  return ids != NULL;
}
