/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server does now and then by itself, beside answering. */
#pragma once
#include "serve/app.h"

/* Does every chore, and again and again on the default main loop until chores_stop(). The app must live on. */
void chores_start(App *app);
/* Does what must not be left undone at the end, and stops. */
void chores_stop(App *app);
