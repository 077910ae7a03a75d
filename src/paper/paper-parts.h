/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several papers have in common. */
#pragma once
#include "paper/paper.h"

/* Whose order the row is of and for which project; of a contract: who agrees with whom, and for which project. */
gboolean paper_parts_parties(const PaperWork *work, const Row *row, GError **error);
gboolean paper_parts_sides(const PaperWork *work, const Row *row, GError **error);
/* A fact: who is asked for on the site, and the phone there; nothing where neither is known. */
gboolean paper_parts_site(const PaperWork *work, guint side, const Row *row, GError **error);
/* The lines of an order form as a table with their sum, its lengths in mm; and those of the order's accepted one. */
gboolean paper_parts_lines(const PaperWork *work, gint64 form, GError **error);
gboolean paper_parts_goods(const PaperWork *work, gint64 order_id, GError **error);
/* The packages that a delivery notice lists, with what is in each, and how many packages and pieces that is; in_store:
   also where they stand, which is the house's to know. */
gboolean paper_parts_packages(const PaperWork *work, gint64 notice, gboolean in_store, GError **error);
/* Facts: the sum in words, and the house's bank account. */
void paper_parts_in_words(const PaperWork *work, gint64 fen);
void paper_parts_account(const PaperWork *work);
/* The revision of the drawing, who signed it, and the SHA-256 of what was signed. */
void paper_parts_drawing(const PaperWork *work, gint64 drawing, GError **error);
