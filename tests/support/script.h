/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios as readable text. A line is a statement; words with blanks stand in "quotes"; # begins a comment.

     start "drawing signed"        go to that mark of tests/scenario/path.txt, in a new factory
     mark "form accepted"          a place where others can start
     clock 2026-02-12              noon of that day
     file plan.pdf                 a file that dealer D1 may see; file price.pdf house: one that no dealer may;
     file lines.csv reject/x.csv   with what is in that file in the folder of tests
     clerk order_form.submit F1    who (see house_person()), the command, what it acts on or is made under, and its
   inputs
     clerk contract.change C1 amount=99000.00 @version=2 @key=again

   What a command acts on is written as its number without zeros (F1 is F-00001) or, where the record has no numbers, as
   instalment:2; so is the value of an input that refers to a row or a file; user:gm is that person. Ids count from 1.
   A command must succeed, unless the next line says otherwise:

     expect refused 409 "Sentence."    that status, and all of these sentences in this order
     expect again                      done before under the same key; nothing was done now
     expect state W1 released          a field of a row, as its JSON says it ("none" where it is not set)
     expect due_date O1 2026-03-20
     expect count receipt 2            so many rows of the record
     expect signed C1 manager gm       whose signatures stand in the row's present round, in the order given
     expect inbox gm contains "Sign the contract: C-00001"
     expect inbox gm lacks "Sign the contract"
     expect offers clerk O1 contain "Start an order form"   what the row's page offers, locked or not
     expect offers clerk O1 lack "Start an order form"
     expect due "Pay the balance: B-00001" dealer "20 Mar 2026"   an entry of the inbox with the day it is due */
#pragma once
#include "house.h"

typedef struct {
  const char *file; /* as given to script_read() */
  guint number;     /* of the line */
  guint indent;     /* blanks before it */
  char **words;
  guint count;      /* of words, at least 1 */
} ScriptLine;

/* The lines of a file in the folder of tests that are not empty. A malformed one ends the test. */
GPtrArray *script_read(const char *file);
/* Runs lines; NULL when all went as they say, else what did not, with its place. Caller frees. */
char *script_run(House *house, ScriptLine *const *lines, guint count);
/* Takes an empty factory, or on SQLite any that knows the mark as a snapshot, to a mark of the path. */
char *script_start(House *house, const char *mark);
/* On SQLite: runs the whole path and keeps a snapshot of each of its marks. */
char *script_prepare(House *house);

/* One command line, taken apart. */
typedef struct {
  Viewer viewer;
  Act act;            /* viewer points to the one above */
  GHashTable *inputs; /* of the act, owned */
} ScriptAct;
/* NULL, or what is wrong with the line. Free with script_act_clear(). Do not copy `act` away. */
char *script_act(House *house, const ScriptLine *line, ScriptAct *act);
void script_act_clear(ScriptAct *act);
/* The id meant by "C1" or "instalment:2" and its record; FALSE when it is neither. */
gboolean script_reference(const char *word, const Record **record, gint64 *id);
/* Every sentence of house->refusal, quoted. Caller frees. */
char *script_sentences(const House *house);
