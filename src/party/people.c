/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users, their absences, the factory's calendar, and files: what administration keeps. */
#include "base/date.h"
#include "party/party.h"
#include <string.h>

const Record file_record = {
  DICT_OF(file, File), .label = N_("File"), .plural = N_("Files"), .shown_to = DEALER,
};

static const char *check_login_free(Context *context, GError **error) {
  const User *user = context->row;
  if (!user->login || !context_number(context, "SELECT COUNT(*) FROM \"user\" WHERE login = $1 AND id <> $2",
                                      DB_ARGS(DB_T(user->login), DB_I(user->row.id)), error))
    return NULL;
  return context_sentence(context, N_("The login name %s is taken; the administrator chooses another."), user->login);
}
static const Gate gate_login_free = {"user.login_free", check_login_free};

static const char *check_dealer_named(Context *context, GError **error) {
  const User *user = context->row;
  const gboolean portal = user->roles && strstr(user->roles, "dealer");
  if (portal && strcmp(user->roles, "dealer"))
    return context_sentence(context, N_("A dealer's user cannot hold a role of the factory; the administrator "
                                        "gives the role dealer alone."));
  if (portal == (user->dealer != DICT_UNSET))
    return NULL;
  return portal ? context_sentence(context, N_("A dealer's user belongs to a dealer; the administrator names it."))
                : context_sentence(context, N_("Only users with the role dealer belong to a dealer; the administrator "
                                               "clears the dealer or gives that role."));
}
static const Gate gate_dealer_named = {"user.dealer_named", check_dealer_named};

/* Without an administrator nobody could make one again. */
static const char *check_admin_left(Context *context, GError **error) {
  const User *user = context->row, *before = context->before;
  const gboolean stays = !context->command->to && (party_roles(user->roles) & ROLE_ADMIN);
  if (stays || !before || !(party_roles(before->roles) & ROLE_ADMIN) ||
      context_number(context,
                     "SELECT COUNT(*) FROM \"user\" WHERE id <> $1 AND state = 'active' AND roles LIKE '%admin%'",
                     DB_ARGS(DB_I(user->row.id)), error))
    return NULL;
  return context_sentence(context, N_("This is the only administrator; make another one first."));
}
static const Gate gate_admin_left = {"user.admin_left", check_admin_left};

/* What a user of the portal may see is decided by the row's dealer. */
static gboolean bind_dealer(Context *context, GError **error) {
  User *user = context->row;
  user->row.dealer_id = user->dealer == DICT_UNSET ? 0 : user->dealer;
  return TRUE;
}

/* For good: what is opened again is the account, not what programs were given before. Sessions end beside it. */
static gboolean revoke_tokens(Context *context, GError **error) {
  const gint64 user = ((const Row *)context->row)->id;
  g_autoptr(GPtrArray) all = dict_load_by(context->tx, context->arena, &token_record, "parent_id", DB_I(user), error);
  const char *revoked = dict_choice(token_record.states, "revoked")->code;
  for (guint i = 0; all && i < all->len; i++) {
    const Row *token = all->pdata[i];
    Row *after = dict_copy_row(context->arena, &token_record, token);
    after->state = revoked;
    if (strcmp(token->state, revoked) && !context_save(context, &token_record, token, after, error))
      return FALSE;
  }
  return all != NULL;
}

#define USER_INPUTS                                                                                                  \
  INPUTS({"login"}, {"name"}, {"roles"}, {"dealer", TRUE}, {"language", TRUE}, {"phone", TRUE}, {"email", TRUE})

static const Command user_commands[] = {
  {.name = "user.create", .label = N_("Add a user"), .help = N_("Lets somebody log in."),
   .creates = TRUE, .to = "active", .by = ROLE_ADMIN, .inputs = USER_INPUTS,
   .gates = GATES(&gate_login_free, &gate_dealer_named), .run = bind_dealer},
  {.name = "user.change", .label = N_("Change"), .help = N_("Changes a user and the roles held."),
   .from = IN("active"), .by = ROLE_ADMIN, .inputs = USER_INPUTS,
   .gates = GATES(&gate_login_free, &gate_dealer_named, &gate_admin_left), .run = bind_dealer},
  {.name = "user.close", .label = N_("Close account"),
   .help = N_("Takes away the right to log in: sessions end, and access tokens are revoked for good."),
   .from = IN("active"), .to = "closed", .by = ROLE_ADMIN, .gates = GATES(&gate_admin_left), .forbidden_look = TRUE,
   .run = revoke_tokens, .moves = MOVES("token.revoked")},
  {.name = "user.reopen", .label = N_("Reopen account"),
   .help = N_("Gives back the right to log in; sessions and access tokens from before stay ended."),
   .from = IN("closed"), .to = "active", .by = ROLE_ADMIN},
  {0},
};
const Record user_record = {
  DICT_OF(user, User), .label = N_("User"), .plural = N_("Users"), .rights = DICT_ITSELF,
  .states = STATES({"active", N_("Active")}, {"closed", N_("Closed"), HOUSE, PAST}),
  .commands = user_commands,
};

static const char *check_expiry(Context *context, GError **error) {
  const Token *token = context->row;
  if (token->expires_on == DICT_UNSET || token->expires_on >= context->today)
    return NULL;
  return context_sentence(context, N_("The token's last day is past; the administrator chooses a later one, or none."));
}
static const Gate gate_token_expiry = {"token.expiry", check_expiry};

static const Command token_commands[] = {
  {.name = "token.create", .label = N_("Make an access token"),
   .help = N_("Lets a program log in as this user; may do whatever the user may."),
   .creates = TRUE, .under = "user", .to = "created", .by = ROLE_ADMIN,
   .inputs = INPUTS({"purpose"}, {"expires_on", TRUE}), .gates = GATES(&gate_token_expiry)},
  {.name = "token.issue", .label = N_("Show the secret"), .help = N_("Makes the token's secret and shows it, once."),
   .from = IN("created"), .to = "active", .by = ROLE_ADMIN, .gates = GATES(&gate_token_expiry)},
  {.name = "token.revoke", .label = N_("Revoke"), .help = N_("Takes away the program's right to log in."),
   .from = IN("created", "active"), .to = "revoked", .by = ROLE_ADMIN, .forbidden_look = TRUE},
  {0},
};
const Record token_record = {
  DICT_OF(token, Token), .label = N_("Access token"), .plural = N_("Access tokens"), .parent = "user",
  .rights = DICT_PARENT,
  .states = STATES({"created", N_("Without a secret")}, {"active", N_("Active")},
                   {"revoked", N_("Revoked"), HOUSE, PAST}),
  .commands = token_commands,
};

#define HOUSE_ROLES (ROLE_DEALER - 1)
#define ABSENCE_KEEPERS (ROLE_ADMIN | ROLE_MANAGER | ROLE_GM)

static const char *check_absence_sound(Context *context, GError **error) {
  const Absence *absence = context->row;
  const gint64 own = context->viewer->user_id; /* who announces it; run() writes it down */
  const User *absent = context_load(context, &user_record, absence->user == DICT_UNSET ? own : absence->user, error);
  const User *substitute = context_load(context, &user_record, absence->substitute, error);
  if (absent && substitute && absent->row.id == substitute->row.id)
    return context_sentence(context, N_("Nobody is their own substitute; name another person."));
  if (substitute && substitute->row.dealer_id)
    return context_sentence(context, N_("A dealer cannot sign for the factory; name somebody who works here."));
  if (absent && absence->role && !(party_roles(absent->roles) & workflow_role(absence->role)))
    return context_sentence(context,
                            N_("The absent person does not hold this role; choose the role that is to be signed for."));
  return NULL;
}
static const Gate gate_absence_sound = {"absence.sound", check_absence_sound};

static const char *check_absence_by_other(Context *context, GError **error) {
  const Absence *absence = context->row;
  return absence->substitute == context->viewer->user_id
           ? context_sentence(context, N_("Nobody can make themselves a substitute; somebody else records the "
                                          "absence."))
           : NULL;
}
static const Gate gate_absence_by_other = {"absence.by_other", check_absence_by_other};

static gboolean be_absent(Context *context, GError **error) {
  ((Absence *)context->row)->user = context->viewer->user_id;
  return TRUE;
}

static const char *check_absence_own(Context *context, GError **error) {
  const Absence *absence = context->row;
  const Viewer *viewer = context->viewer;
  if (absence->user == viewer->user_id || ((viewer->roles | viewer->substitutes) & ABSENCE_KEEPERS))
    return NULL;
  return context_sentence(context, N_("This is somebody else's absence; the absent person, a manager or the "
                                      "administrator withdraws it."));
}
static const Gate gate_absence_own = {"absence.own", check_absence_own};

static const Command absence_commands[] = {
  {.name = "absence.state", .label = N_("Record an absence"),
   .help = N_("Lets the substitute sign for the role meanwhile; the record shows for whom."),
   .creates = TRUE, .to = "stated", .by = ABSENCE_KEEPERS,
   .inputs = INPUTS({"user"}, {"substitute"}, {"role"}, {"first_day"},
                    {"last_day", .not_before = IN("first_day", "today")}),
   .gates = GATES(&gate_absence_sound, &gate_absence_by_other)},
  {.name = "absence.announce", .label = N_("Record my absence"),
   .help = N_("Lets the substitute sign in your place meanwhile: for the role named, or for all of yours."),
   .creates = TRUE, .to = "stated", .by = HOUSE_ROLES,
   .inputs = INPUTS({"first_day"}, {"last_day", .not_before = IN("first_day", "today")}, {"substitute"},
                    {"role", TRUE}), .gates = GATES(&gate_absence_sound),
   .run = be_absent},
  {.name = "absence.withdraw", .label = N_("Withdraw"), .help = N_("Ends the substitution."),
   .from = IN("stated"), .to = "withdrawn", .by = HOUSE_ROLES, .gates = GATES(&gate_absence_own),
   .forbidden_look = TRUE},
  {0},
};
const Record absence_record = {
  DICT_OF(absence, Absence), .label = N_("Absence"), .plural = N_("Absences"),
  .states = STATES({"stated", N_("Recorded")}, {"withdrawn", N_("Withdrawn"), HOUSE, PAST}),
  .commands = absence_commands,
};

guint party_roles(const char *codes) {
  g_auto(GStrv) names = g_strsplit(codes ? codes : "", ",", -1);
  guint roles = 0;
  for (char **name = names; *name; name++)
    roles |= workflow_role(g_strstrip(*name));
  return roles;
}

gboolean party_substitutes(DbTx *tx, gint64 user_id, gint64 date, guint *roles, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(
    tx, arena,
    "SELECT a.role, u.roles FROM absence a JOIN \"user\" u ON u.id = a.\"user\" WHERE "
    "a.substitute = $1 AND a.state = 'stated' AND a.first_day <= $2 AND a.last_day >= $2",
    DB_ARGS(DB_I(user_id), DB_I(date)), error);
  *roles = 0;
  for (guint i = 0; found && i < found->rows; i++) {
    const DbCell *role = DB_CELL(found, i, 0); /* unset: every role that signs */
    *roles |= (role->kind == DB_NULL ? HOUSE_ROLES & ~ROLE_ADMIN : workflow_role(role->text)) &
              party_roles(DB_CELL(found, i, 1)->text);
  }
  return found != NULL;
}

/* ---- the calendar ---- */
enum { RANGE_DAYS = 31 };

static gint64 last_day(const Holiday *holiday) {
  return holiday->last_day == DICT_UNSET ? holiday->date : holiday->last_day;
}

static const char *check_date_free(Context *context, GError **error) {
  const Holiday *holiday = context->row;
  const gint64 args[] = {holiday->date, last_day(holiday), holiday->row.id};
  const gint64 taken = context_number(context, "SELECT MIN(date) FROM holiday WHERE date BETWEEN $1 AND $2 AND id <> $3"
                                               " AND state = 'active'",
                                      DB_ARGS(DB_I(args[0]), DB_I(args[1]), DB_I(args[2])), error);
  g_autofree char *date = taken ? date_format(taken) : NULL;
  return taken ? context_sentence(context, N_("The calendar already has an entry for %s; change or remove that one."),
                                  date) : NULL;
}
static const Gate gate_date_free = {"holiday.date_free", check_date_free};

/* A row a day: this one is the first. */
static gboolean add_days(Context *context, GError **error) {
  Holiday *first = context->row;
  const gint64 last = last_day(first);
  first->last_day = DICT_UNSET; /* it says what to do, not what the row is */
  if (last < first->date || last - first->date >= RANGE_DAYS)
    return refusal_add(context->refusal, REFUSAL_INVALID, REASON_FIELD, "last_day",
                       context_sentence(context, N_("The last day is not before the first, and at most %d days are "
                                                    "entered at once."), RANGE_DAYS));
  for (gint64 date = first->date + 1; date <= last; date++) {
    Holiday *day = dict_new_row(context->arena, &holiday_record);
    day->date = date;
    day->working = first->working;
    day->name = first->name;
    if (!context_create(context, &holiday_record, day, error))
      return FALSE;
  }
  return TRUE;
}

/* The engine's calendar is every row that has a date; the journal keeps which it was. */
static gboolean clear_date(Context *context, GError **error) {
  ((Holiday *)context->row)->date = DICT_UNSET;
  return TRUE;
}
static const Command holiday_commands[] = {
  {.name = "holiday.add", .label = N_("Add a calendar exception"),
   .help = N_("Enters public holidays, or weekend days that are worked."),
   .creates = TRUE, .to = "active", .by = ROLE_ADMIN | ROLE_MANAGER,
   .inputs = INPUTS({"date"}, {"last_day", TRUE}, {"working"}, {"name"}), .gates = GATES(&gate_date_free),
   .run = add_days},
  {.name = "holiday.change", .label = N_("Change"), .help = N_("Corrects a calendar exception."),
   .from = IN("active"), .by = ROLE_ADMIN | ROLE_MANAGER, .inputs = INPUTS({"date"}, {"working"}, {"name"}),
   .gates = GATES(&gate_date_free)},
  {.name = "holiday.remove", .label = N_("Remove"), .help = N_("Lets the day count by its weekday again."),
   .from = IN("active"), .to = "removed", .by = ROLE_ADMIN | ROLE_MANAGER, .forbidden_look = TRUE, .run = clear_date},
  {0},
};
const Record holiday_record = {
  DICT_OF(holiday, Holiday), .label = N_("Calendar exception"), .plural = N_("Calendar"),
  .states = STATES({"active", N_("Active")}, {"removed", N_("Removed"), HOUSE, PAST}),
  .commands = holiday_commands,
};
