/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions by the clock: idle and absolute limits, rotation, one-time passwords, limits on trying; on both
   databases. */
#include "serve/session.h"
#include "house.h"
#include "postgres-fixture.h"
#include "serve/script.h"
#include "step/procedure.h"
#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum { HOUR = 3600, DAY = 24 * HOUR, START = 1774000000, ATTEMPTS = 3 };

typedef struct {
  House *house;
  Sessions *sessions;
  gint64 user;
  gboolean keeps; /* one browser logs in, which keeps its cookies; else each login is from a fresh one */
  char *browser;  /* what it is known by */
} Fixture;

static const SessionRules rules = {
  .idle = 12 * HOUR, .absolute = 7 * DAY, .attempts = ATTEMPTS, .window = 15 * 60, .zone = 8 * HOUR};
static const Viewer maker = {.name = "test", .roles = ROLE_ADMIN, .language = "en"};

static void set_up(Fixture *fixture, gconstpointer data) {
  GError *error = NULL;
  g_autofree char *url = data ? postgres_fixture_url() : NULL;
  fixture->house = house_bare(url, 12);
  engine_set_clock(fixture->house->engine, START);
  session_migrate(fixture->house->db, &error);
  g_assert_no_error(error);
  g_assert_true(session_migrate(fixture->house->db, &error)); /* again: nothing to do */
  fixture->sessions = session_open(fixture->house->engine, &rules);
  fixture->user = script_run(fixture->house->engine, &maker, "user.create", 0,
                             SCRIPT_INPUTS("login", "wang", "name", "Wang", "roles", "clerk,manager"), NULL, &error);
  g_assert_no_error(error);
  const gint64 users[] = {fixture->user, 0};
  g_assert_true(session_set_passwords(fixture->house->engine, users, "correct horse", &error));
}

static void tear_down(Fixture *fixture, gconstpointer data) {
  session_close(fixture->sessions);
  house_free(fixture->house);
  g_free(fixture->browser);
}

/* The token, or NULL with the refusal's status. */
static char *log_in(Fixture *fixture, const char *login, const char *password, const char *peer, const char *old,
                    guint *status) {
  GError *error = NULL;
  g_autoptr(Refusal) refusal = refusal_new();
  g_autofree char *browser = NULL;
  const SessionLogin attempt = {.login = login, .password = password, .peer = peer, .old_token = old, .language = "en",
                                .browser = fixture->keeps ? fixture->browser : NULL};
  char *token = session_login(fixture->sessions, &attempt, &browser, refusal, &error);
  if (token && fixture->keeps) {
    g_free(fixture->browser);
    fixture->browser = g_steal_pointer(&browser);
  }
  g_assert_no_error(error);
  if (status)
    *status = refusal->status;
  return token;
}

typedef struct {
  Fixture *fixture;
  const char *token;
  gint64 user;
  guint roles;
  gboolean must_change;
} Look;
static gboolean look(DbTx *tx, gpointer data, GError **error) {
  Look *seen = data;
  g_autoptr(Arena) arena = arena_new();
  Session session;
  if (!session_load(seen->fixture->sessions, tx, arena, seen->token, TRUE, "en", &session, error))
    return FALSE;
  seen->user = session.viewer.user_id;
  seen->roles = session.viewer.roles;
  seen->must_change = session.must_change;
  return TRUE;
}
static Look load(Fixture *fixture, const char *token) {
  Look seen = {.fixture = fixture, .token = token};
  GError *error = NULL;
  db_read(fixture->house->db, look, &seen, &error);
  g_assert_no_error(error);
  return seen;
}
static gboolean is_in(Fixture *fixture, const char *token) {
  return load(fixture, token).user == fixture->user;
}

static void test_login(Fixture *fixture, gconstpointer data) {
  guint status;
  g_autofree char *token = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, &status);
  g_assert_nonnull(token);
  g_assert_cmpuint(load(fixture, token).roles, ==, ROLE_CLERK | ROLE_MANAGER);
  g_assert_null(log_in(fixture, "wang", "correct horsf", "10.0.0.1", NULL, &status));
  g_assert_cmpuint(status, ==, REFUSAL_LOGIN);
  g_assert_null(log_in(fixture, "nobody", "correct horse", "10.0.0.1", NULL, &status));
  g_assert_cmpuint(status, ==, REFUSAL_LOGIN);
  g_assert_null(log_in(fixture, "\xff", "correct horse", "10.0.0.1", NULL, &status));
  g_assert_cmpuint(status, ==, REFUSAL_LOGIN);
  g_autofree char *wrong = g_strdup(token);
  wrong[3] = wrong[3] == 'a' ? 'b' : 'a';
  g_assert_false(is_in(fixture, wrong));
  g_assert_false(is_in(fixture, ""));
  g_assert_false(is_in(fixture, NULL));
}

static void test_rotation(Fixture *fixture, gconstpointer data) {
  g_autofree char *first = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  g_autofree char *second = log_in(fixture, "wang", "correct horse", "10.0.0.1", first, NULL);
  g_assert_cmpstr(first, !=, second);
  g_assert_false(is_in(fixture, first));
  g_assert_true(is_in(fixture, second));
}

static void test_idle(Fixture *fixture, gconstpointer data) {
  GError *error = NULL;
  g_autofree char *token = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  g_autofree char *unused = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  for (gint64 hour = 8; hour <= 40; hour += 8) { /* used now and then: stays, written down or not */
    engine_set_clock(fixture->house->engine, START + hour * HOUR);
    g_assert_true(is_in(fixture, token));
    if (hour == 24)
      g_assert_true(session_flush(fixture->sessions, &error));
  }
  g_assert_false(is_in(fixture, unused));
  g_assert_true(session_flush(fixture->sessions, &error));
  Sessions *other = session_open(fixture->house->engine, &rules); /* another server, or the same started again */
  session_close(fixture->sessions);
  fixture->sessions = other;
  engine_set_clock(fixture->house->engine, START + 51 * HOUR);
  g_assert_true(is_in(fixture, token));
  engine_set_clock(fixture->house->engine, START + 63 * HOUR);
  g_assert_false(is_in(fixture, token));
}

static void test_absolute(Fixture *fixture, gconstpointer data) {
  g_autofree char *token = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  for (gint64 hour = 8; hour < 7 * 24; hour += 8) {
    engine_set_clock(fixture->house->engine, START + hour * HOUR);
    g_assert_true(is_in(fixture, token));
  }
  engine_set_clock(fixture->house->engine, START + 7 * DAY);
  g_assert_false(is_in(fixture, token));
}

static void test_ends(Fixture *fixture, gconstpointer data) {
  GError *error = NULL;
  g_autofree char *phone = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  g_autofree char *desk = log_in(fixture, "wang", "correct horse", "10.0.0.2", NULL, NULL);
  g_autofree char *home = log_in(fixture, "wang", "correct horse", "10.0.0.3", NULL, NULL);
  g_assert_true(session_end(fixture->sessions, phone, FALSE, &error));
  g_assert_true(!is_in(fixture, phone) && is_in(fixture, desk) && is_in(fixture, home));
  g_assert_true(session_end(fixture->sessions, desk, TRUE, &error));
  g_assert_true(!is_in(fixture, desk) && !is_in(fixture, home));
  g_autofree char *again = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  g_assert_cmpint(script_run(fixture->house->engine, &maker, "user.close", fixture->user, NULL, NULL, &error), >, 0);
  g_assert_false(is_in(fixture, again));
  g_assert_null(log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL));
}

static guint change(Fixture *fixture, const char *token, const char *old, const char *fresh, const char **field) {
  GError *error = NULL;
  g_autoptr(Refusal) refusal = refusal_new();
  const Session session = {.viewer = {.user_id = fixture->user, .language = "en"}};
  const SessionChange wish = {.token = token, .old = old, .fresh = fresh};
  const gboolean fine = session_change_password(fixture->sessions, &session, &wish, refusal, &error);
  g_assert_no_error(error);
  g_assert_true(fine == !refusal_any(refusal));
  *field = fine ? "" : g_intern_string(((Reason *)refusal->reasons->pdata[0])->name);
  return refusal->status;
}

static void test_password(Fixture *fixture, gconstpointer data) {
  static const struct {
    const char *old, *fresh, *field; /* field: which is refused */
  } wrong[] = {{"wrong password", "a new password", "old"}, {"correct horse", "123456789", "new"},
               {"correct horse", "correct horse", "new"}, {"correct horse", "\xff\xfe not text at all", "new"}};
  GError *error = NULL;
  const char *field;
  g_autofree char *here = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  g_autofree char *there = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_assert_cmpuint(change(fixture, here, wrong[i].old, wrong[i].fresh, &field), ==, REFUSAL_INVALID);
    g_assert_cmpstr(field, ==, wrong[i].field);
  }
  g_assert_cmpint(script_run(fixture->house->engine, &maker, "user.change", fixture->user,
                             SCRIPT_INPUTS("login", "wang-xiaoming", "name", "Wang", "roles", "clerk"), NULL, &error),
                  >, 0);
  g_assert_cmpuint(change(fixture, here, "correct horse", "Wang-Xiaoming", &field), ==, REFUSAL_INVALID);
  g_assert_true(is_in(fixture, there));
  g_assert_cmpuint(change(fixture, here, "correct horse", "窗明几净好办公室里", &field), ==,
                   REFUSAL_INVALID); /* nine characters */
  g_assert_cmpuint(change(fixture, here, "correct horse", "窗明几净的好办公室里", &field), ==, REFUSAL_NONE);
  g_assert_true(is_in(fixture, here));
  g_assert_false(is_in(fixture, there));
  g_assert_null(log_in(fixture, "wang-xiaoming", "correct horse", "10.0.0.1", NULL, NULL));
}

static void test_one_time_password(Fixture *fixture, gconstpointer data) {
  GError *error = NULL;
  const char *field;
  g_autofree char *before = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  const SessionIssue issue = {.user_id = fixture->user};
  g_autofree char *given = session_issue_password(fixture->house->engine, &issue, &error);
  g_assert_cmpuint(strlen(given), >=, 16);
  g_assert_false(is_in(fixture, before));
  g_assert_null(log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL));
  g_autofree char *token = log_in(fixture, "wang", given, "10.0.0.1", NULL, NULL);
  g_assert_true(load(fixture, token).must_change);
  g_assert_cmpuint(change(fixture, token, given, given, &field), ==, REFUSAL_INVALID);
  g_assert_true(load(fixture, token).must_change);
  g_assert_cmpuint(change(fixture, token, given, "one of my own", &field), ==, REFUSAL_NONE);
  g_assert_true(is_in(fixture, token));
  g_assert_false(load(fixture, token).must_change);
}

/* As many wrong passwords as an address may send, from address number i. */
static void attack(Fixture *fixture, const char *login, int i) {
  guint status;
  g_autofree char *peer = g_strdup_printf("10.0.1.%d", i);
  for (int k = 0; k < ATTEMPTS; k++) {
    g_assert_null(log_in(fixture, login, "wrong", peer, NULL, &status));
    g_assert_cmpuint(status, ==, REFUSAL_LOGIN);
  }
  g_assert_null(log_in(fixture, login, "wrong", peer, NULL, &status));
  g_assert_cmpuint(status, ==, REFUSAL_TOO_OFTEN);
}

/* Logs in with the right password, by a browser that keeps its cookies or a fresh one; the refusal's status. */
static guint enter(Fixture *fixture, gboolean keeps, const char *peer) {
  guint status;
  fixture->keeps = keeps;
  g_autofree char *token = log_in(fixture, "wang", "correct horse", peer, NULL, &status);
  fixture->keeps = FALSE;
  g_assert_true((token != NULL) == (status == REFUSAL_NONE));
  return status;
}

/* Of an account, from anywhere: no single address locks its user out, and whatever others try, its user comes in by a
   browser used before. */
static void test_limit_of_account(Fixture *fixture, gconstpointer data) {
  enter(fixture, TRUE, "10.0.0.1");
  for (int i = 0; i < 5; i++) {
    g_assert_cmpuint(enter(fixture, FALSE, "10.0.1.99"), ==, REFUSAL_NONE);
    attack(fixture, "wang", i);
  }
  g_assert_cmpuint(enter(fixture, FALSE, "10.0.1.99"), ==, REFUSAL_TOO_OFTEN);
  g_assert_cmpuint(enter(fixture, TRUE, "10.0.1.99"), ==, REFUSAL_NONE);
  engine_set_clock(fixture->house->engine, START + rules.window);
  g_assert_cmpuint(enter(fixture, FALSE, "10.0.1.99"), ==, REFUSAL_NONE);
}

static void test_limit_of_address(Fixture *fixture, gconstpointer data) {
  guint status;
  for (int i = 0; i <= ATTEMPTS; i++) { /* right passwords do not count: an office has one address */
    g_autofree char *token = log_in(fixture, "wang", "correct horse", "10.0.1.99", NULL, &status);
    g_assert_nonnull(token);
  }
  for (int i = 0; i < ATTEMPTS; i++) { /* from an address, of any account; of IPv6 its network counts */
    g_autofree char *login = g_strdup_printf("someone%d", i), *peer = g_strdup_printf("2001:db8:1:2::%d", i);
    g_assert_null(log_in(fixture, login, "wrong", peer, NULL, &status));
    g_assert_cmpuint(status, ==, REFUSAL_LOGIN);
  }
  g_assert_null(log_in(fixture, "wang", "correct horse", "2001:db8:1:2:3::77", NULL, &status));
  g_assert_cmpuint(status, ==, REFUSAL_TOO_OFTEN);
  g_autofree char *elsewhere = log_in(fixture, "wang", "correct horse", "2001:db8:1:3::77", NULL, &status);
  g_assert_nonnull(elsewhere);
}

/* A known browser counts for itself: it guesses no more often than a stranger's, and is nothing special for another
   account, or when half a year has gone by. */
static void test_known_browser(Fixture *fixture, gconstpointer data) {
  guint status;
  enter(fixture, TRUE, "10.0.1.0");
  attack(fixture, "wang", 0);
  g_assert_cmpuint(enter(fixture, FALSE, "10.0.1.0"), ==, REFUSAL_TOO_OFTEN);
  g_assert_cmpuint(enter(fixture, TRUE, "10.0.1.0"), ==, REFUSAL_NONE);
  fixture->keeps = TRUE;
  g_assert_null(log_in(fixture, "somebody", "wrong", "10.0.1.0", NULL, &status));
  g_assert_cmpuint(status, ==, REFUSAL_TOO_OFTEN);
  for (int i = 0; i < ATTEMPTS; i++) {
    g_autofree char *peer = g_strdup_printf("10.0.3.%d", i);
    g_assert_null(log_in(fixture, "wang", "wrong", peer, NULL, &status));
    g_assert_cmpuint(status, ==, REFUSAL_LOGIN);
  }
  g_assert_cmpuint(enter(fixture, TRUE, "10.0.3.99"), ==, REFUSAL_TOO_OFTEN);
  engine_set_clock(fixture->house->engine, START + 180 * DAY);
  attack(fixture, "wang", 0);
  g_assert_cmpuint(enter(fixture, TRUE, "10.0.1.0"), ==, REFUSAL_TOO_OFTEN);
}

/* An account's limit goes by the name that is looked up: other spellings of it are other names. */
static void test_spellings(Fixture *fixture, gconstpointer data) {
  static const char *const spellings[] = {"WANG", " wang", "wang ", "ｗａｎｇ", "wang\t"};
  guint status;
  for (guint i = 0; i < G_N_ELEMENTS(spellings); i++) {
    g_autofree char *peer = g_strdup_printf("10.0.2.%u", i);
    g_assert_null(log_in(fixture, spellings[i], "correct horse", peer, NULL, &status));
    g_assert_cmpuint(status, ==, REFUSAL_LOGIN);
  }
}

/* Whoever sits at an open session guesses the password no more often than a stranger. */
static void test_change_is_limited(Fixture *fixture, gconstpointer data) {
  const char *field;
  g_autofree char *token = log_in(fixture, "wang", "correct horse", "10.0.0.1", NULL, NULL);
  for (int i = 0; i < ATTEMPTS; i++)
    g_assert_cmpuint(change(fixture, token, "a wrong guess", "a new password", &field), ==, REFUSAL_INVALID);
  g_assert_cmpuint(change(fixture, token, "correct horse", "a new password", &field), ==, REFUSAL_TOO_OFTEN);
  engine_set_clock(fixture->house->engine, START + rules.window);
  g_assert_cmpuint(change(fixture, token, "correct horse", "a new password", &field), ==, REFUSAL_NONE);
}

/* A login or a change by the old password that is under way while another password is set. */
typedef struct {
  Fixture *fixture;
  const char *fresh; /* password to change to; NULL: logs in */
  char *token;       /* of the session begun; NULL: none */
  guint status;
  _Atomic gboolean over;
} Late;
static void *be_late(void *data) {
  Late *late = data;
  const char *field;
  if (late->fresh)
    late->status = change(late->fixture, NULL, "correct horse", late->fresh, &field);
  else
    late->token = log_in(late->fixture, "wang", "correct horse", "10.0.0.7", NULL, &late->status);
  late->over = TRUE;
  return NULL;
}
static gboolean is_trying(DbTx *tx, gpointer trying, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena, "SELECT COUNT(*) FROM login_attempt WHERE count > 0",
                                   DB_NO_ARGS, error);
  *(gboolean *)trying = found && DB_CELL(found, 0, 0)->integer > 0;
  return found != NULL;
}
/* Quicker than issuing a password, which is hashed first. */
static gboolean set_other(DbTx *tx, gpointer fixture, GError **error) {
  const gint64 user = ((Fixture *)fixture)->user;
  return db_exec(tx, "UPDATE password SET hash = 'of another' WHERE user_id = $1", DB_ARGS(DB_I(user)), error) == 1 &&
         db_exec(tx, "DELETE FROM session WHERE user_id = $1", DB_ARGS(DB_I(user)), error) >= 0;
}
static gboolean is_other(DbTx *tx, gpointer fixture, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena, "SELECT hash FROM password WHERE user_id = $1",
                                   DB_ARGS(DB_I(((Fixture *)fixture)->user)), error);
  return found && found->rows == 1 && !strcmp(DB_CELL(found, 0, 0)->text, "of another");
}
static void be_overtaken(Fixture *fixture, Late *late) {
  GError *error = NULL;
  pthread_t thread;
  gboolean trying = FALSE;
  g_assert_cmpint(pthread_create(&thread, NULL, be_late, late), ==, 0);
  while (!trying && !late->over) /* its password is being hashed from then on */
    g_assert_true(db_read(fixture->house->db, is_trying, &trying, &error));
  g_assert_true(db_write(fixture->house->db, set_other, fixture, &error));
  pthread_join(thread, NULL);
  g_assert_true(db_read(fixture->house->db, is_other, fixture, &error));
  g_assert_no_error(error);
}
static void test_overtaken_login(Fixture *fixture, gconstpointer data) {
  Late late = {.fixture = fixture};
  be_overtaken(fixture, &late);
  g_assert_false(is_in(fixture, late.token));
  g_free(late.token);
}
static void test_overtaken_change(Fixture *fixture, gconstpointer data) {
  Late late = {.fixture = fixture, .fresh = "a password of mine"};
  be_overtaken(fixture, &late);
  g_assert_cmpuint(late.status, ==, REFUSAL_INVALID);
}

typedef struct {
  Fixture *fixture;
  guint status;
} Try;
static void *try(void *data) {
  Try *one = data;
  g_free(log_in(one->fixture, "wang", "wrong", "10.0.0.9", NULL, &one->status));
  return NULL;
}
static void test_many_at_once(Fixture *fixture, gconstpointer data) {
  Try tries[12];
  pthread_t threads[G_N_ELEMENTS(tries)];
  guint told = 0;
  for (guint i = 0; i < G_N_ELEMENTS(tries); i++) {
    tries[i] = (Try){.fixture = fixture};
    g_assert_cmpint(pthread_create(&threads[i], NULL, try, &tries[i]), ==, 0);
  }
  for (guint i = 0; i < G_N_ELEMENTS(tries); i++) {
    pthread_join(threads[i], NULL);
    told += tries[i].status == REFUSAL_LOGIN;
  }
  g_assert_cmpuint(told, ==, ATTEMPTS); /* the others were not told whether their password is right */
}

#define TEST(name)                                                                                                   \
  g_test_add("/session/sqlite/" #name, Fixture, NULL, set_up, test_##name, tear_down);                               \
  g_test_add("/session/postgres/" #name, Fixture, "postgres", set_up, test_##name, tear_down)
int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  g_assert_cmpint(sodium_init(), >=, 0);
  procedure_register(&error);
  g_assert_no_error(error);
  TEST(login);
  TEST(rotation);
  TEST(idle);
  TEST(absolute);
  TEST(ends);
  TEST(password);
  TEST(one_time_password);
  TEST(limit_of_account);
  TEST(limit_of_address);
  TEST(known_browser);
  TEST(spellings);
  TEST(change_is_limited);
  TEST(overtaken_login);
  TEST(overtaken_change);
  TEST(many_at_once);
  return g_test_run();
}
