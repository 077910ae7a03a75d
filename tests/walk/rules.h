/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a walker may do when: situations in SQL, written from the procedure and not from the gates. */
#pragma once
#include "workflow/workflow.h"

typedef struct {
  const char *gate; /* visits: the gate that the move is about; NULL on the path */
  gboolean passes;  /* visits: the move passes the gate; else it is refused by the gate alone */
  const char *command;
  guint by; /* roles; somebody who holds one of them does it */
  const char
      *inputs;       /* "name=text;name=text" in JSON units; %s stands for the situation's second column, {n} for a
                        number never used before, {day} for a date never used before, {file} for a file of the dealer */
  const char *where; /* the situation: id of the row acted on (and a text or number) in the order $1; no row: not so */
} Rule;

/* The way from order form to shipped goods, in its order, with the ways back to it. */
extern const Rule rules_path[];
extern const guint rules_path_count;
/* Moves that a certain gate refuses, or that pass a gate which the path seldom meets. */
extern const Rule rules_visits[];
extern const guint rules_visits_count;
/* Moves that bring about the situations of rules_visits, or undo what was reached. */
extern const Rule rules_turns[];
extern const guint rules_turns_count;
