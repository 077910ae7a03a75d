/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of settings; reading, checking, --help and the commented file walk over it. */
#include "serve/config.h"
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

typedef enum {
  KIND_TEXT,
  KIND_PATH,
  KIND_ADDRESS,
  KIND_ORIGIN,
  KIND_CHOICE,
  KIND_SECRET,
  KIND_NUMBER,
  KIND_OFFSET
} Kind;

typedef struct {
  const char *name;    /* as in C; with "-" for "_" in the file and as option */
  Kind kind;
  gsize offset;        /* of the member of Config */
  const char *group;   /* of the file */
  const char *unit;    /* of a number, or NULL */
  const char *initial; /* default, as text */
  gint64 least, most;  /* of a number */
  const char *choices; /* possible words, separated by commas */
  const char *help;    /* one sentence */
  gboolean serving;    /* is an option only of commands that listen */
} Setting;

static const Setting settings[] = {
#define SETTING(member, settingkind, ...)                                                                            \
  {.name = #member, .kind = KIND_##settingkind, .offset = G_STRUCT_OFFSET(Config, member), __VA_ARGS__},
#include "serve/config.def"
#undef SETTING
};
enum { SETTINGS = G_N_ELEMENTS(settings) };

static char *key_of(const Setting *setting) {
  return g_strdelimit(g_strdup(setting->name), "_", '-');
}

static char *variable_of(const Setting *setting) {
  g_autofree char *upper = g_ascii_strup(setting->name, -1);
  return g_strconcat("GENDAN_", upper, NULL);
}

/* What a value may be, for refusals and for the file. */
static char *possible(const Setting *setting) {
  g_auto(GStrv) words = g_strsplit(setting->choices ? setting->choices : "", ",", -1);
  g_autofree char *list = g_strjoinv(", ", words);
  switch (setting->kind) {
  case KIND_NUMBER:
    return g_strdup_printf("a whole number%s%s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                           setting->unit ? " of " : "", setting->unit ? setting->unit : "", setting->least,
                           setting->most);
  case KIND_OFFSET: return g_strdup("an offset such as +08:00, from -12:00 to +14:00");
  case KIND_ADDRESS:
    return g_strdup_printf("a numeric IPv4 or IPv6 address%s", *setting->initial ? "" : ", or nothing");
  case KIND_ORIGIN:
    return g_strdup("https://HOST or http://HOST, with :PORT where it is not the usual one, or nothing");
  case KIND_CHOICE: return g_strdup_printf("one of %s", list);
  case KIND_TEXT:
  case KIND_PATH:
  case KIND_SECRET: break;
  }
  return g_strdup(setting->kind == KIND_PATH ? "the path of a file or folder" : "a text in UTF-8");
}

static gboolean parse_offset(const char *text, gint64 *seconds) {
  int hours, minutes, end = 0;
  const char sign = *text;
  if ((sign != '+' && sign != '-') || sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || end != 5 || text[6])
    return FALSE;
  *seconds = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return minutes < 60 && hours >= 0 && minutes >= 0 && *seconds >= -12 * 3600 && *seconds <= 14 * 3600;
}

static gboolean is_origin(const char *text) {
  g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
  return uri && (!strcmp(g_uri_get_scheme(uri), "https") || !strcmp(g_uri_get_scheme(uri), "http")) &&
         g_uri_get_host(uri) && *g_uri_get_host(uri) && !*g_uri_get_path(uri) && !g_uri_get_query(uri) &&
         !g_uri_get_fragment(uri) && !g_uri_get_userinfo(uri);
}

static gboolean parse_value(Config *config, const Setting *setting, const char *text) {
  void *member = (char *)config + setting->offset;
  if (setting->kind == KIND_NUMBER)
    return g_ascii_string_to_signed(text, 10, setting->least, setting->most, member, NULL);
  if (setting->kind == KIND_OFFSET)
    return parse_offset(text, member);
  if (!g_utf8_validate(text, -1, NULL))
    return FALSE;
  if (setting->kind == KIND_ADDRESS && (*text || *setting->initial)) {
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
    if (!address)
      return FALSE;
  }
  if (setting->kind == KIND_ORIGIN && *text && !is_origin(text))
    return FALSE;
  if (setting->kind == KIND_CHOICE) {
    g_auto(GStrv) words = g_strsplit(setting->choices, ",", -1);
    if (!g_strv_contains((const char *const *)words, text))
      return FALSE;
  }
  *(const char **)member = g_string_chunk_insert(config->texts, text);
  return TRUE;
}

/* place: "gendan.conf", "the environment" …; name: as it is called there. */
static gboolean take(Config *config, const Setting *setting, const char *place, const char *name, const char *text,
                     GError **error) {
  if (parse_value(config, setting, text))
    return TRUE;
  g_autofree char *may = possible(setting),
                  *shown = setting->kind == KIND_SECRET ? g_strdup("…") : g_utf8_make_valid(text, -1);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: %s is “%s”; possible is %s", place, name, shown,
              may);
  return FALSE;
}

static const Setting *find(const char *group, const char *key) {
  for (guint i = 0; i < SETTINGS; i++) {
    g_autofree char *own = key_of(&settings[i]);
    if (!strcmp(settings[i].group, group) && !strcmp(own, key))
      return &settings[i];
  }
  return NULL;
}

static gboolean refuse_key(const char *path, const char *group, const char *key, GError **error) {
  g_autoptr(GString) known = g_string_new(NULL);
  for (guint i = 0; i < SETTINGS; i++) {
    g_autofree char *own = key_of(&settings[i]);
    if (!strcmp(settings[i].group, group))
      g_string_append_printf(known, "%s%s", known->len ? ", " : "", own);
  }
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: there is no setting %s in [%s]; possible is %s",
              path, key, group, known->len ? known->str : "another section; gendan config prints them all");
  return FALSE;
}

static gboolean take_file(Config *config, const char *path, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) why = NULL;
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &why)) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot read the configuration %s: %s", path, why->message);
    return FALSE;
  }
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++) {
    g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
    for (char **key = keys; key && *key; key++) {
      const Setting *setting = find(*group, *key);
      g_autofree char *text = g_key_file_get_string(file, *group, *key, NULL);
      if (!setting)
        return refuse_key(path, *group, *key, error);
      if (!take(config, setting, path, *key, text ? text : "", error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean take_environment(Config *config, GError **error) {
  for (guint i = 0; i < SETTINGS; i++) {
    g_autofree char *variable = variable_of(&settings[i]);
    const char *text = g_getenv(variable);
    if (text && !take(config, &settings[i], "the environment", variable, text, error))
      return FALSE;
  }
  return TRUE;
}

static char *option_help(const Setting *setting) {
  if (!*setting->initial)
    return g_strdup(setting->help);
  return g_strdup_printf("%s (default: %s%s%s)", setting->help, setting->initial, setting->unit ? " " : "",
                         setting->unit ? setting->unit : "");
}

/* The command line's values as they were given; given[SETTINGS] is that of --config. */
typedef struct {
  char *given[SETTINGS + 1];
} Line;

static gboolean read_line(Line *line, ConfigUse use, const char *about, const GOptionEntry *more, int *argc,
                          char ***argv, GError **error) {
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
  GOptionEntry entry = {.long_name = "config", .arg = G_OPTION_ARG_FILENAME, .arg_data = &line->given[SETTINGS],
                        .description = "File of settings (GENDAN_CONFIG); gendan config prints one",
                        .arg_description = "FILE"};
  g_array_append_val(entries, entry);
  for (guint i = 0; i < SETTINGS; i++) {
    if (settings[i].kind == KIND_SECRET || (settings[i].serving && use != CONFIG_SERVING))
      continue;
    char *name = key_of(&settings[i]), *help = option_help(&settings[i]);
    g_ptr_array_add(texts, name);
    g_ptr_array_add(texts, help);
    entry = (GOptionEntry){.long_name = name, .arg = G_OPTION_ARG_FILENAME, .arg_data = &line->given[i],
                           .description = help, .arg_description = settings[i].kind == KIND_NUMBER ? "N" : "TEXT"};
    g_array_append_val(entries, entry);
  }
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);
  g_option_context_set_summary(context, about);
  g_option_context_set_description(
    context, "Settings also come from the environment (GENDAN_PORT for --port) and from the file that\n"
             "--config names; the command line wins, then the environment, then the file.");
  if (more)
    g_option_context_add_main_entries(context, more, NULL);
  g_option_context_add_main_entries(context, (const GOptionEntry *)(void *)entries->data, NULL);
  g_autofree char *program = g_strconcat("gendan ", (*argv)[0], NULL);
  g_set_prgname(program);
  return g_option_context_parse(context, argc, argv, error);
}

static gboolean take_line(Config *config, const Line *line, GError **error) {
  for (guint i = 0; i < SETTINGS; i++) {
    g_autofree char *key = key_of(&settings[i]), *option = g_strconcat("--", key, NULL);
    if (line->given[i] && !take(config, &settings[i], "the command line", option, line->given[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean check(const Config *config, GError **error) {
  if (!*config->certificate == !*config->key)
    return TRUE;
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
              "%s is set and %s is not; TLS needs both, give both or neither", *config->key ? "key" : "certificate",
              *config->key ? "certificate" : "key");
  return FALSE;
}

gboolean config_load(Config *config, ConfigUse use, const char *about, const GOptionEntry *more, int *argc,
                     char ***argv, GError **error) {
  umask(S_IRWXG | S_IRWXO); /* what is written from here on, backups too, is for its owner alone */
  *config = (Config){.texts = g_string_chunk_new(512)};
  for (guint i = 0; i < SETTINGS; i++)
    if (!take(config, &settings[i], "the defaults", settings[i].name, settings[i].initial, error))
      return FALSE;
  Line line = {0};
  gboolean fine = read_line(&line, use, about, more, argc, argv, error);
  const char *path = line.given[SETTINGS] ? line.given[SETTINGS] : g_getenv("GENDAN_CONFIG");
  fine = fine && (!path || !*path || take_file(config, path, error)) && take_environment(config, error) &&
         take_line(config, &line, error) && check(config, error);
  for (guint i = 0; i < G_N_ELEMENTS(line.given); i++)
    g_free(line.given[i]);
  return fine;
}

void config_clear(Config *config) {
  g_clear_pointer(&config->texts, g_string_chunk_free);
}

static char *value_text(const Config *config, const Setting *setting) {
  const void *member = (const char *)config + setting->offset;
  if (setting->kind == KIND_NUMBER)
    return g_strdup_printf("%" G_GINT64_FORMAT, *(const gint64 *)member);
  if (setting->kind != KIND_OFFSET)
    return g_strdup(*(const char *const *)member);
  const gint64 seconds = *(const gint64 *)member, minutes = ABS(seconds) / 60;
  return g_strdup_printf("%c%02d:%02d", seconds < 0 ? '-' : '+', (int)(minutes / 60), (int)(minutes % 60));
}

/* Appends text as comment lines of at most 100 characters. */
static void comment(GString *out, const char *text) {
  enum { WIDTH = 100 };
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  glong used = WIDTH;
  for (char **word = words; *word; word++) {
    const glong length = g_utf8_strlen(*word, -1) + 1;
    if (used + length > WIDTH) {
      g_string_append(out, "\n#");
      used = 1;
    }
    g_string_append_printf(out, " %s", *word);
    used += length;
  }
}

char *config_text(const Config *config) {
  GString *out = g_string_new(
    "# Settings of gendan, read where --config or GENDAN_CONFIG names this file.\n"
    "# Each stands here with its default; to change one, take the # away before it.\n"
    "# The environment (GENDAN_PORT for port) and the command line (--port) win over this file.\n");
  const char *group = "";
  for (guint i = 0; i < SETTINGS; i++) {
    const Setting *setting = &settings[i];
    g_autofree char *key = key_of(setting), *may = possible(setting), *value = value_text(config, setting);
    *may = g_ascii_toupper(*may);
    const gboolean any = setting->kind == KIND_TEXT || setting->kind == KIND_PATH || setting->kind == KIND_SECRET;
    g_autofree char *help = g_strdup_printf("%s.%s%s%s", setting->help, any ? "" : " ", any ? "" : may, any ? "" : ".");
    if (strcmp(group, setting->group))
      g_string_append_printf(out, "\n[%s]", setting->group);
    group = setting->group;
    comment(out, help);
    g_autoptr(GKeyFile) escape = g_key_file_new();
    g_key_file_set_string(escape, "x", "x", value);
    g_autofree char *written = g_key_file_get_value(escape, "x", "x", NULL);
    g_string_append_printf(out, "\n%s%s =%s%s\n", strcmp(value, setting->initial) ? "" : "#", key, *written ? " " : "",
                           written);
  }
  return g_string_free(out, FALSE);
}
