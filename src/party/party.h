/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who takes part: users, dealers and their people, projects and orders. */
#pragma once
#include "workflow/workflow.h"

#define PARTY_LANGUAGES                                                                                              \
  CHOICES({"zh_CN", N_("Simplified Chinese")}, {"zh_TW", N_("Traditional Chinese")}, {"en", N_("English")})
#define DICT_NAME user
#define DICT_TYPE User
#define DICT_DEF "party/user.def"
#include "dict/declare.h"

#define DICT_NAME token
#define DICT_TYPE Token
#define DICT_DEF "party/token.def"
#include "dict/declare.h"

#define DICT_NAME dealer
#define DICT_TYPE Dealer
#define DICT_DEF "party/dealer.def"
#include "dict/declare.h"

#define DICT_NAME contact
#define DICT_TYPE Contact
#define DICT_DEF "party/contact.def"
#include "dict/declare.h"

#define DICT_NAME project
#define DICT_TYPE Project
#define DICT_DEF "party/project.def"
#include "dict/declare.h"

#define DICT_NAME order
#define DICT_TYPE Order
#define DICT_DEF "party/order.def"
#include "dict/declare.h"

#define DICT_NAME holiday
#define DICT_TYPE Holiday
#define DICT_DEF "party/holiday.def"
#include "dict/declare.h"

#define DICT_NAME setting
#define DICT_TYPE Setting
#define DICT_DEF "party/setting.def"
#include "dict/declare.h"

#define DICT_NAME letterhead
#define DICT_TYPE Letterhead
#define DICT_DEF "party/letterhead.def"
#include "dict/declare.h"

#define DICT_NAME file
#define DICT_TYPE File
#define DICT_DEF "party/file.def"
#include "dict/declare.h"

#define DICT_NAME absence
#define DICT_TYPE Absence
#define DICT_DEF "party/absence.def"
#include "dict/declare.h"

#define DICT_NAME comment
#define DICT_TYPE Comment
#define DICT_DEF "party/comment.def"
#include "dict/declare.h"

/* The roles of a user's list of codes, as bits of Role. */
guint party_roles(const char *codes);
/* Roles that the user signs for on that date because somebody who holds them is absent. */
gboolean party_substitutes(DbTx *tx, gint64 user_id, gint64 date, guint *roles, GError **error);

/* Brings the order that context->row belongs to at least to this step of the procedure. */
gboolean party_advance_order(Context *context, int step, GError **error);
/* Says when the order that context->row belongs to is expected to leave (DICT_UNSET: nothing is). */
gboolean party_expect_order(Context *context, gint64 date, GError **error);
/* What an order that is begun under its dealer (context->row, just made) lacks: its project, made anew where one is
   named, and its clerk, who is the one who begins it, or of a dealer's the dealer's usual one; there may be none. */
gboolean party_place_order(Context *context, GError **error);
/* An order without a clerk, that context->row belongs to, is kept from now on by who acts. */
gboolean party_take_order(Context *context, GError **error);
/* The row's dealer may order; an order begun under a dealer is for one project, known or new. */
extern const Gate gate_dealer_active;
extern const Gate gate_order_placed;
/* Two gates say what may be done in an order that is over. Nothing new begins in one that is cancelled, or delivered
   and settled: whatever begins something asks for gate_order_open. What was begun goes on, and so do money and
   contract, until the order is cancelled: gate_order_stands. What has neither is done in a cancelled order, too: its
   money is put right. */
extern const Gate gate_order_open;
extern const Gate gate_order_stands;
