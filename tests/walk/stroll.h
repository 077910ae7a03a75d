/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walk of several clients at once through one engine. */
#pragma once
#include "world.h"

typedef struct {
  gint commands;                  /* how many to do, about */
  guint32 seed;                   /* of the first client; the others follow */
  gboolean watched;               /* the invariants are looked at meanwhile; one that does not hold ends the program */
  gint again, changed, not_found; /* out: repeated acts, acts that met a change, rows that were not there */
} Stroll;

/* Walks, and returns when all clients are done. */
void stroll_about(World *world, Stroll *stroll);
