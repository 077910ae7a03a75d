/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 5: the shop drawing, signed by the dealer on one exact revision; a new revision voids what was signed. */
#include "step/s05-drawing.h"
#include "step/s02-order-form.h"
#include "step/s09-works-order.h"

static const char *check_contract_begun(Context *context, GError **error) {
  if (context_number(context, "SELECT COUNT(*) FROM contract WHERE order_id = $1 AND state <> 'cancelled'",
                     DB_ARGS(DB_I(((Row *)context->row)->order_id)), error))
    return NULL;
  return context_sentence(context, N_("There is no contract yet; the clerk drafts it."));
}
static const Gate gate_contract_begun = {"contract.begun", check_contract_begun};

gint64 drawing_signed(Context *context, GError **error) {
  return context_number(context,
                        "SELECT id FROM drawing WHERE order_id = $1 AND state = 'signed' AND revision = "
                        "(SELECT MAX(revision) FROM drawing WHERE order_id = $1)",
                        DB_ARGS(DB_I(((Row *)context->row)->order_id)), error);
}

static const char *check_drawing_signed(Context *context, GError **error) {
  if (drawing_signed(context, error))
    return NULL;
  const gint64 newest = context_number(context, "SELECT MAX(revision) FROM drawing WHERE order_id = $1",
                                       DB_ARGS(DB_I(((Row *)context->row)->order_id)), error);
  if (!newest)
    return context_sentence(context, N_("There is no shop drawing yet; the clerk or the designer uploads it, then the "
                                        "dealer signs it."));
  if (context_number(context, "SELECT COUNT(*) FROM drawing WHERE order_id = $1 AND state = 'declined'",
                     DB_ARGS(DB_I(((Row *)context->row)->order_id)), error))
    return context_sentence(context, N_("The dealer wants revision %d of the drawing changed; the designer or the "
                                        "clerk uploads a new one."), (int)newest);
  return context_sentence(context, N_("Revision %d of the drawing is not signed; the clerk issues it "
                                      "and the dealer signs it."), (int)newest);
}
const Gate gate_drawing_signed = {"drawing.signed", check_drawing_signed};

static const char *check_drawing_shows(Context *context, GError **error) {
  const gint64 order_id = ((Row *)context->row)->order_id;
  const Drawing *drawing = context_load(context, &drawing_record, drawing_signed(context, error), error);
  const OrderForm *form = context_load(context, &order_form_record, order_form_accepted(context, order_id, error),
                                       error);
  if (!drawing || !form || drawing->order_form == DICT_UNSET || drawing->order_form == form->row.id)
    return NULL;
  return context_sentence(context, N_("Edition %d of the order form is newer than the signed drawing; the designer or "
                                      "the clerk uploads a new revision, or keeps the drawing where nothing that is "
                                      "drawn changes."), (int)form->edition);
}
const Gate gate_drawing_shows = {"drawing.shows_form", check_drawing_shows};

static const char *check_form_accepted(Context *context, GError **error) {
  if (context_number(context, "SELECT COUNT(*) FROM order_form WHERE order_id = $1 AND state = 'accepted'",
                     DB_ARGS(DB_I(((Row *)context->row)->order_id)), error))
    return NULL;
  return context_sentence(context, N_("The order form is not accepted yet; the clerk verifies and accepts it."));
}
static const Gate gate_form_accepted = {"order_form.accepted", check_form_accepted};

/* Which edition of the order form the revision shows. */
static gboolean name_form(Context *context, GError **error) {
  Drawing *drawing = context->row;
  const gint64 form = order_form_accepted(context, drawing->row.order_id, error);
  drawing->order_form = form ? form : DICT_UNSET;
  return !error || !*error;
}

/* Those of earlier versions name none, and count as drawn after the one in force. */
static const char *check_form_newer(Context *context, GError **error) {
  const Drawing *drawing = context->row;
  const gint64 form = order_form_accepted(context, drawing->row.order_id, error);
  if (form && drawing->order_form != DICT_UNSET && drawing->order_form != form)
    return NULL;
  return context_sentence(context, N_("This revision shows the order form in force already."));
}
static const Gate gate_form_newer = {"drawing.form_newer", check_form_newer, .decides = TRUE};

/* The newest revision of the order's drawing; NULL: there is none, or error is set. */
static const Drawing *last_revision(Context *context, GError **error) {
  const gint64 order_id = ((const Row *)context->row)->order_id;
  g_autoptr(GPtrArray) all = dict_load_by(context->tx, context->arena, &drawing_record, "order_id", DB_I(order_id),
                                          error);
  return all && all->len ? all->pdata[all->len - 1] : NULL;
}

static gboolean begin_revision(Context *context, GError **error) {
  Drawing *drawing = context->row;
  const Drawing *last = last_revision(context, error);
  if (last && !drawing->title)
    drawing->title = last->title;
  return !error || !*error;
}

/* Why another revision is asked for. */
static const char *tell_change(Context *context, GError **error) {
  const gint64 form = order_form_accepted(context, ((const Row *)context->row)->order_id, error);
  const Drawing *last = last_revision(context, error);
  if (last && !g_strcmp0(last->row.state, "declined"))
    return context_sentence(context, N_("The dealer wants this changed in revision %d: %s"), (int)last->revision,
                            last->declined_because);
  if (!last || !form || last->order_form == DICT_UNSET || last->order_form == form)
    return NULL;
  return context_sentence(context, N_("The order form has a new edition since revision %d (%s) was drawn. Where "
                                      "nothing that is drawn changes, keep that revision instead: its page has the "
                                      "button."),
                          (int)last->revision, last->row.number);
}

/* Whatever was drawn or signed before counts no longer. */
static gboolean replace_older(Context *context, GError **error) {
  Drawing *drawing = context->row;
  gint64 newest = 0;
  g_autoptr(GPtrArray) all = dict_load_by(context->tx, context->arena, &drawing_record, "order_id",
                                          DB_I(drawing->row.order_id), error);
  for (guint i = 0; all && i < all->len; i++) {
    const Drawing *before = all->pdata[i];
    if (before->row.id == drawing->row.id)
      continue;
    newest = MAX(newest, before->revision);
    if (g_strv_contains(IN("superseded", "dropped"), before->row.state))
      continue;
    Drawing *older = dict_copy_row(context->arena, &drawing_record, before);
    older->row.state = strcmp(before->row.state, "draft") ? "superseded" : "dropped"; /* no dealer saw a draft */
    if (!context_save(context, &drawing_record, before, older, error))
      return FALSE;
  }
  drawing->revision = newest + 1;
  const char *reason = context_sentence(context, N_("The drawing is being changed; the new revision must be signed."));
  return all && name_form(context, error) && works_order_hold_all(context, drawing->row.order_id, reason, error) &&
         party_advance_order(context, 5, error);
}

/* The signature is bound to the bytes that were signed. */
static gboolean bind_signature(Context *context, GError **error) {
  Drawing *drawing = context->row;
  const File *file = context_load(context, &file_record, drawing->file, error);
  if (!file)
    return FALSE;
  drawing->sha256 = file->sha256;
  drawing->signed_at = context->now;
  drawing->on_paper = context->command != workflow_find("drawing.sign");
  return party_advance_order(context, 6, error);
}

static const Command drawing_commands[] = {
  {.name = "drawing.create", .label = N_("Upload a drawing"),
   .help = N_("Uploads a revision; signatures on earlier ones count no longer, and production is put on hold."),
   .creates = TRUE, .under = "order", .to = "draft", .by = ROLE_CLERK | ROLE_DESIGNER,
   .inputs = INPUTS({"title"}, {"file"}), .gates = GATES(&gate_order_open, &gate_form_accepted), .run = replace_older,
   .tells = tell_change, .begins = begin_revision,
   .moves = MOVES("drawing.superseded", "drawing.dropped", "works_order.held")},
  {.name = "drawing.issue", .label = N_("Issue the drawing"), .help = N_("Asks the dealer to sign this revision."),
   .from = IN("draft"), .to = "issued", .by = ROLE_CLERK, .shows = "file", .gates = GATES(&gate_order_stands)},
  {.name = "drawing.sign", .label = N_("Sign the drawing"), .help = N_("Signs exactly this revision."),
   .from = IN("issued"), .to = "signed", .by = ROLE_DEALER,
   .inputs = INPUTS({"signer_name", .own_name = TRUE}, {"signature"}), .shows = "file",
   .gates = GATES(&gate_order_stands), .run = bind_signature},
  {.name = "drawing.sign_on_paper", .label = N_("File the paper signature"),
   .help = N_("Files the scan of the dealer's signature on paper, marked as such."),
   .from = IN("issued"), .to = "signed", .by = ROLE_CLERK, .inputs = INPUTS({"signer_name"}, {"signature"}),
   .shows = "file", .gates = GATES(&gate_order_stands), .run = bind_signature},
  {.name = "drawing.decline", .label = N_("Ask for a change"), .behalf = N_("Record that the dealer wants a change"),
   .help = N_("Says what is to be changed; then a new revision is drawn."),
   .from = IN("issued"), .to = "declined", .by = ROLE_DEALER | ROLE_CLERK, .inputs = INPUTS({"declined_because"}),
   .shows = "file", .gates = GATES(&gate_order_stands), .forbidden_look = TRUE, .instead = "drawing.sign"},
  {.name = "drawing.keep", .label = N_("Keep the drawing"),
   .help = N_("Says that the new edition of the order form changes nothing that is drawn: no new revision is needed."),
   .from = IN("draft", "issued", "signed"), .by = ROLE_CLERK | ROLE_DESIGNER,
   .gates = GATES(&gate_order_open, &gate_form_newer), .run = name_form},
  {0},
};
static const Duty drawing_duties[] = {
  {.name = "drawing.issue", .state = "draft", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Issue the drawing")},
  {.name = "drawing.sign", .state = "issued", .role = ROLE_DEALER, .days = 3,
   .escalates = ROLE_CLERK, .label = N_("Sign the drawing")},
  {.name = "drawing.change", .state = "declined", .role = ROLE_DESIGNER, .days = 3, .escalates = ROLE_CLERK,
   .label = N_("Change the drawing as the dealer asks"), .act = "drawing.create", .because = "declined_because"},
  {.name = "drawing.contract", .step = 6, .state = "signed", .role = ROLE_CLERK, .days = 2,
   .escalates = ROLE_MANAGER, .label = N_("Draft the contract"), .act = "contract.create",
   .until = &gate_contract_begun,
   .asked_after = IN("contract.create", "contract.cancel")},
  {0},
};
const Record drawing_record = {
  DICT_OF(drawing, Drawing), .label = N_("Drawing"), .plural = N_("Drawings"), .prefix = "Z", .step = 5,
  .shown_to = DEALER,
  .states = STATES({"draft", N_("Draft")}, {"issued", N_("Waits for the dealer's signature"), DEALER},
                   {"declined", N_("To be changed"), DEALER, BACK}, {"signed", N_("Signed"), DEALER},
                   {"superseded", N_("Replaced by a newer revision"), DEALER, PAST},
                   {"dropped", N_("Never issued"), HOUSE, PAST},
                   {"cancelled", N_("Cancelled"), DEALER, PAST}),
  .ends = ENDS({"draft", "dropped"}, {"issued", "cancelled"}, {"declined", "cancelled"}),
  .commands = drawing_commands, .duties = drawing_duties,
};
