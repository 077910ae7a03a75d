/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who takes part: users, dealers and their people, projects and orders. */
#pragma once
#include "workflow/workflow.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/user.def"
#undef FIELD
} User;
extern const Record user_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/token.def"
#undef FIELD
} Token;
extern const Record token_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/dealer.def"
#undef FIELD
} Dealer;
extern const Record dealer_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/contact.def"
#undef FIELD
} Contact;
extern const Record contact_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/project.def"
#undef FIELD
} Project;
extern const Record project_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/order.def"
#undef FIELD
} Order;
extern const Record order_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/holiday.def"
#undef FIELD
} Holiday;
extern const Record holiday_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/setting.def"
#undef FIELD
} Setting;
extern const Record setting_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/file.def"
#undef FIELD
} File;
extern const Record file_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/absence.def"
#undef FIELD
} Absence;
extern const Record absence_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "party/comment.def"
#undef FIELD
} Comment;
extern const Record comment_record;

/* The roles of a user's list of codes, as bits of Role. */
guint party_roles(const char *codes);
/* Roles that the user signs for on that date because somebody who holds them is absent. */
gboolean party_substitutes(DbTx *tx, gint64 user_id, gint64 date, guint *roles, GError **error);

/* Brings the order that context->row belongs to at least to this step of the procedure. */
gboolean party_advance_order(Context *context, int step, GError **error);
/* Says when the order that context->row belongs to is expected to leave (DICT_UNSET: nothing is). */
gboolean party_expect_order(Context *context, gint64 date, GError **error);
/* Two gates say what may be done in an order that is over. Nothing new begins in one that is cancelled, or delivered
   and settled: whatever begins something asks for gate_order_open. What was begun goes on, and so do money and
   contract, until the order is cancelled: gate_order_stands. What has neither is done in a cancelled order, too: its
   money is put right. */
extern const Gate gate_order_open;
extern const Gate gate_order_stands;
