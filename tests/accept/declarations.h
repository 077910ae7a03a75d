/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small sound set of declarations: an order-like paper with lines, a chain and a duty. tests/reject spoils it. */
#pragma once
#include "workflow/workflow.h"

typedef struct {
  Row row;
  FieldTEXT title;
  FieldDATE until;
  FieldCHOICE kind;
} Paper;

typedef struct {
  Row row;
  FieldREF paper;
  FieldNUMBER quantity;
} Line;

static inline const char *declarations_pass(Context *context, GError **error) { return NULL; }
static inline gboolean declarations_run(Context *context, GError **error) { return TRUE; }

/* All of it, with pointers into itself: made anew for each test, so that a test may change any part. */
typedef struct {
  Choice kinds[3], states[5], line_states[3];
  Field paper_fields[3], line_fields[2];
  Record paper, line;
  const Record *records[2];
  Gate gate;
  const Gate *gates[2];
  Input inputs[3], line_inputs[2];
  const char *from[2], *moves[2];
  Stage stages[2];
  Chain chain;
  Command make, ask, sign, add;
  const Command *commands[4];
  Duty duties[2];
} Declarations;

static inline void declarations_make(Declarations *all) {
  *all = (Declarations){
    .kinds = {{"wide", "Wide"}, {"tall", "Tall"}},
    .states = {{"draft", "Draft"}, {"asked", "Asked"}, {"reviewed", "Reviewed"}, {"signed", "Signed"}},
    .line_states = {{"active", "Active"}, {"dropped", "Dropped"}},
    .paper_fields = {DICT_FIELD(Paper, title, TEXT, .label = "Title") DICT_FIELD(Paper, until, DATE, .label = "Until")
                       DICT_FIELD(Paper, kind, CHOICE, .label = "Kind", .choices = all->kinds)},
    .line_fields = {DICT_FIELD(Line, paper, REF, .label = "Paper", .target = "paper")
                      DICT_FIELD(Line, quantity, NUMBER, .label = "Quantity")},
    .paper = {.name = "paper", .label = "Paper", .plural = "Papers", .prefix = "P", .step = 2, .states = all->states,
              .size = sizeof(Paper), .fields = all->paper_fields, .count = 3},
    .line = {.name = "line", .label = "Line", .plural = "Lines", .parent = "paper", .states = all->line_states,
             .size = sizeof(Line), .fields = all->line_fields, .count = 2},
    .records = {&all->paper, &all->line},
    .gate = {"paper.pass", declarations_pass},
    .gates = {&all->gate, NULL},
    .inputs = {{"title"}, {"until", TRUE}},
    .line_inputs = {{"quantity"}},
    .from = {"draft", NULL},
    .moves = {"line.dropped", NULL},
    .stages = {{.from = "asked", .to = "reviewed", .roles = ROLE_MANAGER},
               {.from = "reviewed", .to = "signed", .roles = ROLE_GM}},
    .chain = {.stages = all->stages, .count = 2},
    .make = {.name = "paper.make", .label = "Make", .record = "paper", .creates = TRUE, .to = "draft", .by = ROLE_CLERK,
             .inputs = all->inputs},
    .ask = {.name = "paper.ask", .label = "Ask", .record = "paper", .from = all->from, .to = "asked", .by = ROLE_CLERK,
            .gates = all->gates, .run = declarations_run, .moves = all->moves},
    .sign = {.name = "paper.sign", .label = "Sign", .record = "paper", .chain = &all->chain},
    .add = {.name = "line.add", .label = "Add", .record = "line", .creates = TRUE, .under = "paper", .to = "active",
            .by = ROLE_CLERK, .inputs = all->line_inputs},
    .commands = {&all->make, &all->ask, &all->sign, &all->add},
    .duties = {{.name = "paper.review", .record = "paper", .state = "asked", .role = ROLE_MANAGER, .days = 1,
                .label = "Review"},
               {.name = "paper.ask", .record = "paper", .state = "draft", .role = ROLE_CLERK, .due_field = "until",
                .label = "Ask"}},
  };
}

/* Registers it as a program does at its start. */
static inline gboolean declarations_register(Declarations *all, GError **error) {
  return dict_register(all->records, G_N_ELEMENTS(all->records), error) &&
         workflow_register(all->commands, G_N_ELEMENTS(all->commands), all->duties, G_N_ELEMENTS(all->duties), error);
}
