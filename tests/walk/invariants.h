/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must be true of the database, asked in SQL and by replaying the journal; shares nothing with the gates. */
#pragma once
#include "world.h"

/* What holds at every moment. NULL when all of it does, else what does not and where. Caller frees. */
char *invariants_now(World *world);
/* What only the whole history shows: the journal is replayed entry by entry, each looked at in the state before it, and
   the rows that come of it are compared with the tables. Nobody may act meanwhile. Caller frees. */
char *invariants_history(World *world);
/* Every acknowledged command has its one entry, and nothing was done that was not acknowledged. Caller frees. */
char *invariants_acknowledged(World *world);
