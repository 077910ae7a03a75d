/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A factory to walk in: people of every role, dealers with projects, and an account of what became of every command. */
#pragma once
#include "rules.h"
#include <pthread.h>

enum { WORLD_DEALERS = 6, WORLD_ZONE = 8 * 3600, WORLD_TODAY = 20532 /* 2026-03-20, a Friday */ };

/* A command that was acknowledged. */
typedef struct {
  char *key;
  const char *command;
  gint64 id, version;
} Ack;

/* How often a gate let a command through, and how often it alone refused one. */
typedef struct {
  gint passed, failed;
} GateCount;

typedef struct {
  Db *db;
  char *folder;           /* of the files; each process has its own, with the same in it */
  Files *files;
  const char *sheet;      /* name of the one file: a spreadsheet with a line for an order form */
  Engine *engine;
  GHashTable *gates;      /* name → GateCount, filled at start; the counts are atomic */
  pthread_mutex_t mutex;  /* guards acks and statements */
  GArray *acks;           /* of Ack */
  GHashTable *statements; /* SQL text, kept as long as the database */
  gint serial;            /* the last number used for {n} and {day} */
} World;

/* What a caller gets from one act. */
typedef struct {
  gint64 id, version; /* of the row; 0 when refused */
  guint status;       /* of the refusal, 0 when done */
  char gate[64];      /* the gate that alone refused it, or "" */
  char says[256];     /* the first reason */
} Outcome;

/* A factory in an empty database, with its people; and one more engine on a database that has one. */
World *world_new(const char *url);
World *world_open(const char *url);
void world_free(World *world);
/* A folder for a database, in memory where that is possible: what a disk does is not the matter here. Caller frees. */
char *world_folder(void);
void world_remove(const char *folder);
/* Somebody who holds one of the roles; dealer: for whom the role of a dealer is played; pick: any number. */
const Viewer *world_person(guint roles, gint64 dealer, guint pick, Viewer *dealers_user);
/* Does the command and counts what came of it; a fault of the engine ends the program. key: NULL for a new one. */
Outcome world_act(World *world, const Viewer *viewer, const Command *command, gint64 id, gint64 version,
                  GHashTable *inputs, const char *key);
/* The situation of a rule in an order: the row it acts on, 0 when it is not so; and its inputs (caller unrefs). */
gint64 world_situation(World *world, const Rule *rule, gint64 order, GHashTable **inputs);
/* Carries the rule out in that situation, by somebody who may. */
Outcome world_follow(World *world, const Rule *rule, gint64 order, gint64 id, GHashTable *inputs, guint pick);
/* Whole numbers of the first row of a query with up to two arguments, unset ones 0. FALSE: no row. */
gboolean world_numbers(World *world, const char *sql, gint64 one, gint64 two, gint64 *numbers, guint count);
/* The texts of the first row's first column; NULL when there is none. Caller frees. */
char *world_text(World *world, const char *sql);
/* A statement that lives as long as the world; takes the text. */
const char *world_statement(World *world, char *sql);
/* A new order under the numbered project. */
gint64 world_order(World *world, guint pick);
