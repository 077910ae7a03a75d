/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A factory for tests: a database of its own with every table, people of every role, and a clock that stands still. */
#pragma once
#include "workflow/workflow.h"

typedef struct {
  char *folder;     /* holds the SQLite database and its snapshots; NULL on PostgreSQL */
  char *store;      /* folder of the files */
  Files *files;     /* in it */
  char *url;        /* of the database */
  guint readers;    /* connections that read */
  Db *db;           /* open */
  Engine *engine;   /* over db; its clock is set */
  gint64 clock;     /* what the engine's clock says, kept over house_restore() */
  Refusal *refusal; /* why the last act was refused; empty when it was not */
  Done done;        /* of the last act that was not */
  Viewer viewer;    /* who looked last */
} House;

/* A new factory; the clock stands at noon of 2026-03-02, a Monday. url: an empty PostgreSQL database, or NULL for
   SQLite in a folder of its own. Faults in any function here end the test. */
House *house_new(const char *url);
/* The same without people, for whatever records are registered. */
House *house_bare(const char *url, guint readers);
void house_free(House *house);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(House, house_free)
/* Sets the clock to noon of a date (days since 1970-01-01). */
void house_set_date(House *house, gint64 date);

/* Somebody: a role's code ("clerk"; of a dealer: D-00001's), a second person with it ("clerk2"; of D-00002), or one
   person with several ("manager+gm"). Substitutes as the absences stated for today say. */
Viewer house_person(House *house, const char *who);
/* Adds a file that the dealer of that id may see (0: of the house); its id. content: NULL for its name. */
gint64 house_add_file(House *house, const char *name, const char *content, gint64 dealer_id);

/* Carries out an act: TRUE with house->done, or FALSE with house->refusal. */
gboolean house_act(House *house, const Act *act);
/* The first whole number of a query; G_MININT64 where there is none. */
gint64 house_number(House *house, const char *sql);
/* Calls work with a snapshot to read. */
void house_read(House *house, DbWork work, gpointer data);

/* SQLite only: keeps the database as it is now under a name, and takes it back. */
void house_snapshot(House *house, const char *name);
gboolean house_has(const House *house, const char *name);
void house_restore(House *house, const char *name);
