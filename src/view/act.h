/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buttons of a page, made from what the workflow offers. */
#pragma once
#include "view/view.h"

typedef enum {
  ACT_NEXT,   /* moves the row on in the procedure */
  ACT_BESIDE, /* makes something under it */
  ACT_INSTEAD, /* the other answer to what moves it on */
  ACT_SELDOM, /* changes, sends back, cancels, or is not possible yet: in a menu */
} ActPlace;

/* What pressing leads to where lines are looked at before the act: the page that gives both answers. */
#define ACT_BY_LINES N_("Check line by line")

/* What the viewer may do on the row, as Offer*; caller unrefs. */
GPtrArray *act_offers(const View *view, const Record *record, void *row, GError **error);
/* Where lines are looked at first there is one way, that page, whatever has been found of them so far: of such offers
   the first answer stays, named and open so. Returns the offers. */
GPtrArray *act_by_lines(GPtrArray *offers);
ActPlace act_place(const Offer *offer);
/* The offer that moves the row on, one with unmet gates where there is no other; NULL where there is none. */
const Offer *act_next(const GPtrArray *offers);
/* The offer's unmet gates as [sentence]; offer may be NULL. They may tell of money, so of what
   others do the workshop is told only that something is missing. */
Value *act_sentences(const View *view, const Offer *offer);
/* Whether the row still counts: neither replaced nor withdrawn. */
gboolean act_in_force(const Record *record, const Row *row);
/* What must be known first of a signed row that counts no longer; NULL where nothing must. */
const char *act_note(const View *view, const Record *record, const void *row);
/* An item of commands.html. */
Value *act_item(const View *view, const Record *record, const Row *row, const Offer *offer, gboolean primary);
/* Sets has_commands, commands, has_more and more, which commands.html reads. */
void act_set(const View *view, Value *map, Value *commands, Value *more);
/* The same from offers, each in its place; primary: the one that looks like the next act of the page, or NULL. */
void act_set_offers(const View *view, Value *map, const Record *record, const Row *row, const GPtrArray *offers,
                    const Offer *primary);
