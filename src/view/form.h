/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of forms: one field, for forms of other shapes; and what a spreadsheet needs. */
#pragma once
#include "view/view.h"

/* field.html's item but for what its form says of it: `needed`, `earliest`, `latest`. row: whose value it shows (NULL:
   none), near: where the form stands (for what a reference may name), name: of the input. NULL and error on a fault. */
Value *form_field(const View *view, const Input *input, const Field *field, const void *row, const Row *near,
                  const ViewTyped *typed, const char *name, GError **error);
/* Of a field that stands in a form of another kind (a table, an answer): says nothing of when it is needed, of days
   between which it lies, or of what was said there before. */
void form_set_plain(const View *view, Value *item, const Field *field);
/* One of a field's options. value: the code chosen, or several separated by commas. */
void form_add_option(const View *view, Value *options, const char *code, const char *label, const char *value);
/* Sets a reference's options in field.html's item and, where there are too many to list and the form searches
   (typed->sought), what it needs to. FALSE and error on a fault. */
gboolean form_set_reference(const View *view, Value *item, const Field *field, const Row *near, const ViewTyped *typed,
                            const char *value, GError **error);
/* Sets the options of an input with .among: the rows that it means where the command acts on, or makes something under,
   that row. FALSE and error on a fault. */
gboolean form_set_several(const View *view, Value *item, const Input *input, const Field *field,
                          const Command *command, const Row *near, GError **error);
/* The field's value as a person would type it, in the arena; NULL: not set, or no row. */
const char *form_typed(const View *view, const Field *field, const void *row);
/* form.html's sheet; base: address of the row whose lines come in it. */
void form_set_sheet(const View *view, Value *form, const Command *command, const char *base, const Refusal *refusal);
/* field.html's suggests of that field, or of table.html's column: what was found, NULL for nothing here; and what was
   said in the field before, as far as the viewer may know. FALSE and error on a fault. */
void form_set_suggests(const View *view, Value *item, const Field *field, const DbResult *found);
gboolean form_suggest(const View *view, Value *item, const Record *record, const Field *field, GError **error);
/* form.html's check: of a command with lines to be looked at (Command.by_lines), acting on that row. FALSE and error on
   a fault. */
gboolean form_set_check(const View *view, Value *form, const Command *command, const void *row, const ViewTyped *typed,
                        GError **error);
/* Appends a lines.html table that compares carriers by their record, where the command chooses one; form: its address,
   to which a carrier leads back chosen. Nothing for dealers. FALSE and error on a fault. */
gboolean form_add_carriers(const View *view, const Command *command, const Row *row, const char *form, Value *tables,
                           GError **error);
/* What is signed, before it is: form.html's signing (null where the stage is NULL). FALSE and error on a fault. */
gboolean form_set_signing(const View *view, Value *form, const Command *command, const Stage *stage, void *row,
                          GError **error);
/* The other answers to the command (Command.instead) that the viewer can give now, as form.html's answers. FALSE and
   error on a fault. */
gboolean form_set_answers(const View *view, Value *form, const Command *command, void *row, GError **error);
/* form.html's whose: the order, dealer, site and day of the row that the form stands on (NULL: nothing), and money for
   who deals with it; nothing for dealers. FALSE and error on a fault. */
gboolean form_set_whose(const View *view, Value *form, const Record *on, const Row *row, GError **error);
/* Whether the field may mean this row of its target: a user with one of the roles that it asks for, in service. */
gboolean form_means(const Field *field, const Record *target, const Row *row);
