/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comments on an order with their attachments. What the house says stays in the house unless it is shared; what a
   dealer says both read, and the clerk owes an answer to it. */
#include "party/party.h"

#define EVERYBODY ((guint)(ROLE_DEALER << 1) - 1)

/* A file that somebody else uploaded may be none of the reader's business: sharing must not open it. */
static const char *check_own_files(Context *context, GError **error) {
  const Comment *comment = context->row;
  guint count;
  const gint64 *ids = dict_ids(context->arena, comment->files, &count);
  for (guint i = 0; i < count; i++) {
    const File *file = context_load(context, &file_record, ids[i], error);
    if (file && (file->row.created_by != context->viewer->user_id || file->about))
      return context_sentence(context, N_("A comment takes only files uploaded with it; attach the file itself."));
  }
  return NULL;
}
static const Gate gate_own_files = {"comment.own_files", check_own_files};

static const char *check_author(Context *context, GError **error) {
  const Row *row = context->row;
  return row->created_by == context->viewer->user_id
           ? NULL
           : context_sentence(context, N_("Only who wrote a comment can correct it; write one of your own."));
}
static const Gate gate_author = {"comment.author", check_author};

/* The files belong to the comment from now on, and are as open as it is. */
static gboolean bind_files(Context *context, const Comment *comment, GError **error) {
  guint count;
  const gint64 *ids = dict_ids(context->arena, comment->files, &count);
  for (guint i = 0; i < count; i++) {
    const File *before = context_load(context, &file_record, ids[i], error);
    if (!before)
      return FALSE;
    File *file = dict_copy_row(context->arena, &file_record, before);
    file->about = comment_record.name;
    file->about_id = comment->row.id;
    file->for_dealer = comment->shared;
    if (!context_save(context, &file_record, before, file, error))
      return FALSE;
  }
  return TRUE;
}

/* What the house shares answers what the dealer asked before. */
static gboolean answer_all(Context *context, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray)
    rows = dict_load_by(context->tx, context->arena, &comment_record, "order_id", DB_I(order_id), error);
  for (guint i = 0; rows && i < rows->len; i++) {
    const Comment *before = rows->pdata[i];
    if (g_strcmp0(before->row.state, "asked"))
      continue;
    Comment *asked = dict_copy_row(context->arena, &comment_record, before);
    asked->row.state = "shared";
    if (!context_save(context, &comment_record, before, asked, error))
      return FALSE;
  }
  return rows != NULL;
}

static gboolean say(Context *context, GError **error) {
  Comment *comment = context->row;
  const gboolean dealer = (context->viewer->roles & ROLE_DEALER) != 0;
  comment->shared = comment->shared == TRUE || dealer;
  comment->row.state = dealer ? "asked" : comment->shared ? "shared" : "internal";
  return bind_files(context, comment, error) &&
         (dealer || !comment->shared || answer_all(context, comment->row.order_id, error));
}

/* The newest comment of the dealer's that waits for an answer, for whoever may give one; NULL: none does. */
static const Comment *asked_of(Context *context, GError **error) {
  if (context->viewer->roles & ROLE_DEALER)
    return NULL;
  const gint64 id = context_number(context, "SELECT MAX(id) FROM comment WHERE order_id = $1 AND state = 'asked'",
                                   DB_ARGS(DB_I(((Row *)context->row)->order_id)), error);
  return id ? context_load(context, &comment_record, id, error) : NULL;
}

static const char *tell_asked(Context *context, GError **error) {
  const Comment *asked = asked_of(context, error);
  return asked ? context_sentence(context, N_("The dealer wrote: %s"), asked->text) : NULL;
}

static gboolean begin_answer(Context *context, GError **error) {
  Comment *comment = context->row;
  if (asked_of(context, error))
    comment->shared = TRUE;
  return TRUE;
}

/* The new text is a comment of its own that takes the files over; the old one keeps what it said. */
static gboolean say_better(Context *context, GError **error) {
  Comment *old = context->row, *comment = dict_copy_row(context->arena, &comment_record, old);
  const Comment *before = context->before;
  old->text = before->text;
  comment->row.state = before->row.state;
  comment->replaces = old->row.id;
  return context_create(context, &comment_record, comment, error);
}
static const Command comment_commands[] = {
  {.name = "comment.add", .label = N_("Comment"),
   .help = N_("Says something about the order, with files where needed."),
   .creates = TRUE, .under = "order", .by = EVERYBODY, .inputs = INPUTS({"text"}, {"files", TRUE}, {"shared", TRUE}),
   .gates = GATES(&gate_own_files), .run = say, .tells = tell_asked, .begins = begin_answer,
   .moves = MOVES("comment.shared", "comment.asked")},
  {.name = "comment.replace", .label = N_("Correct"),
   .help = N_("Replaces your own comment with a better text; the old one stays on record."),
   .from = IN("internal", "asked", "shared"), .to = "superseded", .by = EVERYBODY, .inputs = INPUTS({"text"}),
   .gates = GATES(&gate_author), .run = say_better, .moves = MOVES("comment.shared", "comment.asked")},
  {.name = "comment.note", .label = N_("No answer needed"),
   .help = N_("Says that the dealer's comment was answered another way, or needs no answer. A comment shared with the "
              "dealer answers it too."),
   .from = IN("asked"), .to = "shared", .by = ROLE_CLERK | ROLE_MANAGER},
  {0},
};
static const Duty comment_duties[] = {
  {.name = "comment.answer", .state = "asked", .role = ROLE_CLERK, .days = 1, .outlives = TRUE,
   .escalates = ROLE_MANAGER, .label = N_("Answer the dealer's comment"), .act = "comment.add"},
  {0},
};
const Record comment_record = {
  DICT_OF(comment, Comment), .label = N_("Comment"), .plural = N_("Comments"), .shown_to = DEALER,
  .states = STATES({"internal", N_("Internal")}, {"asked", N_("From the dealer, not answered yet"), DEALER},
                   {"shared", N_("Shared with the dealer"), DEALER},
                   {"superseded", N_("Replaced by a newer one"), HOUSE, PAST}),
  .commands = comment_commands, .duties = comment_duties,
};
