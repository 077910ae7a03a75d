/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages gain from JavaScript; each works without it. */
import 'htmx.org'
import './search.js'
import './once.js'
import './signature.js'
import './amended.js'
import './live.js'
import './strip.js'
import './lookup.js'
import './sums.js'
