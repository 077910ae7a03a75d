/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 5: the drawing that the dealer signs. */
#pragma once
#include "party/party.h"

#define DICT_NAME drawing
#define DICT_TYPE Drawing
#define DICT_DEF "step/drawing.def"
#include "dict/declare.h"

/* The newest revision of the order's drawing is signed by the dealer. */
extern const Gate gate_drawing_signed;
/* And it was drawn for the edition of the order form in force, or kept for it; passed where none is signed. */
extern const Gate gate_drawing_shows;
/* Id of the newest revision when it is signed, else 0. */
gint64 drawing_signed(Context *context, GError **error);
