/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings, from one table (config.def): the command line wins over the environment, that over the file, that over
   the defaults. A setting idle_seconds is --idle-seconds, GENDAN_IDLE_SECONDS and, in the file, idle-seconds. */
#pragma once
#include <glib.h>

typedef const char *ConfigTEXT, *ConfigPATH, *ConfigADDRESS, *ConfigORIGIN, *ConfigCHOICE,
  *ConfigSECRET;             /* empty where not set */
typedef gint64 ConfigNUMBER; /* in the setting's unit */
typedef gint64 ConfigOFFSET; /* seconds east of Greenwich */

typedef struct {
#define SETTING(name, kind, ...) Config##kind name;
#include "serve/config.def"
#undef SETTING
  GStringChunk *texts; /* owns every text above */
} Config;

/* Which settings a command offers as options; the file and the environment may hold all in any case. */
typedef enum {
  CONFIG_HOUSE,   /* opens data folder and database */
  CONFIG_SERVING, /* listens too */
} ConfigUse;

/* Reads file, environment and command line; `about` is the summary that --help prints (and then exits), `more` further
   options or NULL. What is left in argv are argv[0] and plain arguments. FALSE and one sentence that names the place,
   the setting and what is possible. Call config_clear() in both cases. */
gboolean config_load(Config *config, ConfigUse use, const char *about, const GOptionEntry *more, int *argc,
                     char ***argv, GError **error);
void config_clear(Config *config);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Config, config_clear)

/* The text of a configuration file: every setting with its meaning; those that differ from their default are set, the
   others stand as comments. Caller frees. */
char *config_text(const Config *config);
