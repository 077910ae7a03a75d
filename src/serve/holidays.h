/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public holidays that a new factory begins with. */
#pragma once
#include "serve/script.h"

/* Enters them into an empty calendar, as this administrator. FALSE and error where one is refused. */
gboolean holidays_enter(Engine *engine, const Viewer *viewer, GError **error);
