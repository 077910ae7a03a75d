/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hand-written expectations of tests/matrix/<step>.txt: who may do what in which state, and what refuses it.

   role clerk "Order clerk"                     roles.txt: every role with its label

   record contract "Contract"                   a record with its label; below it every state
     state draft "Draft" C1 hidden              code, label, a row in it; hidden: from its dealer
       start "contract drafted"                 script lines (script.h) that bring the row there

   command contract.sign "Sign the contract"    a command with its label
     with amount=5                              the inputs that it is tried with
     needs "Reason"                             labels of inputs without which it is refused
     chain                                      its rules are the stages of a chain of signatures
     from review by manager to gm not clerk     states, roles ("all"), state afterwards ("same": unchanged); not: that
                                                person may not although holding the role, having submitted the row;
                                                only clerk,gm "Sentence.": all others are refused with it
     under open by clerk to draft               for a command that makes a row: states of what it is made under ("any",
                                                "nothing"), roles, state of what is made ("any"; "none": has none)
     refused in review,gm "Sentence." "Other."  these states are refused with these sentences by gates
     gate drawing.signed                        a gate; below it a situation in which it alone refuses:
       start "contract drafted"                 script lines, the last two being the command and "expect refused …";
                                                without any: after the order was cancelled
     gate contract.sum never "why"              it stands guard, but what comes before does not let it fail here

   A rule or refusal may end in at "form accepted": then that mark is where the row is taken to its state from. */
#pragma once
#include "script.h"

typedef struct {
  ScriptLine *const *lines;
  guint count;
} MatrixLines;

typedef struct {
  const ScriptLine *line; /* where it is said */
  const char *code, *label, *row;
  gboolean hidden;
  MatrixLines reach;
} MatrixState;

typedef struct {
  const ScriptLine *line;
  const char *name, *label;
  GArray *states; /* of MatrixState */
} MatrixRecord;

typedef struct {
  const ScriptLine *line;
  char **states;        /* codes, or "any", or "nothing" */
  guint roles;          /* bits of Role */
  const char *to;
  const char *not_this; /* person, or NULL */
  const char *only;     /* persons, or NULL */
  const char *others;   /* the sentence that all others get */
  const char *at;       /* a mark, or NULL */
} MatrixRule;

typedef struct {
  const ScriptLine *line;
  char **states;
  char *sentences; /* as script_sentences() says them */
  const char *at;  /* a mark, or NULL */
} MatrixRefusal;

typedef struct {
  const ScriptLine *line;
  const char *name;
  const char *never;     /* why it cannot fail here, or NULL */
  MatrixLines situation; /* empty: after the order was cancelled */
} MatrixGate;

typedef struct {
  const ScriptLine *line;
  const char *name, *label;
  gboolean chain, makes; /* makes: a row, under another */
  const ScriptLine *with, *needs; /* or NULL */
  GArray *rules, *refusals, *gates;
} MatrixCommand;

typedef struct {
  const char *code, *label;
} MatrixRole;

typedef struct {
  GArray *roles, *records, *commands; /* of MatrixRole, MatrixRecord, MatrixCommand */
} Matrix;

/* Reads every file of tests/matrix. A malformed one ends the test. */
const Matrix *matrix_read(void);
const MatrixRecord *matrix_record(const Matrix *matrix, const char *name);
const MatrixState *matrix_state(const MatrixRecord *record, const char *code);
/* "A, B": labels of the roles, in the order of roles.txt. Caller frees. */
char *matrix_roles_text(const Matrix *matrix, guint roles);
