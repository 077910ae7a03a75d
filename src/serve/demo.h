/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demo factory's parts: its people and dealers (demo.c), what happens to its orders (demo-story.c), and the papers
   that go with them (demo-paper.c). */
#pragma once
#include "db/files.h"
#include "serve/script.h"

/* Who acts, in the order of the table of people in demo.c. */
typedef enum {
  DEMO_ADMIN, DEMO_CLERK, DEMO_SALES, DEMO_DESIGNER, DEMO_PRODUCTION, DEMO_WAREHOUSE, DEMO_FINANCE, DEMO_MANAGER,
  DEMO_REGIONAL, DEMO_GM, DEMO_CLERK2, DEMO_PEOPLE,
} DemoPerson;

enum { DEMO_SHOPS = 10, DEMO_PROJECTS = 3 /* of a dealer, at most */ };

typedef struct {
  Engine *engine;
  Files *files;
  Viewer people[DEMO_PEOPLE];
  Viewer dealers[DEMO_SHOPS];                   /* who logs in for each dealer */
  gint64 projects[DEMO_SHOPS][DEMO_PROJECTS];   /* ids; 0: no such project */
} Demo;

/* demo-story.c: lives through the last months, day by day. */
gboolean demo_live(Demo *demo, GError **error);
/* The first moment of it, UTC seconds. */
gint64 demo_beginning(void);

/* demo-paper.c: small papers, drawn here. Caller unrefs. */
typedef struct {
  const char *number, *dealer, *title, *subject; /* subject: the project and what is drawn or paid */
  gint64 width, height;                          /* of the wall, tenths of a millimetre */
  gint64 amount;                                 /* fen */
  const char *date;                              /* as text */
  guint revision;
} DemoPaper;
GBytes *demo_paper_drawing(const DemoPaper *paper); /* PDF, A3: a wall in elevation with its dimensions */
GBytes *demo_paper_contract(const DemoPaper *paper); /* PDF, A4: the countersigned page */
GBytes *demo_paper_slip(const DemoPaper *paper); /* PNG: a bank's slip */
GBytes *demo_paper_signature(const char *name);  /* PNG: a signature by hand */
