/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the engine on records of their own, on both databases. */
#pragma once
#include "house.h"

/* The record "file" that attachments need, without what the business adds to it. */
extern const Record bare_file_record;

typedef struct {
  const char *name;               /* of the tests: "/kept/sqlite" and "/kept/postgres" */
  const Record *const *records;
  guint records_count;
  const Command *const *commands;
  guint commands_count;
  void (*check)(const char *url); /* url: an empty PostgreSQL database, or NULL for SQLite */
} Bare;

/* Registers what there is and runs the two tests; the exit status. */
int bare_main(int argc, char **argv, const Bare *bare);
