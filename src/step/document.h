/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The procedure as the tables declare it, as a page of text: docs/procedure.md. */
#pragma once

/* `gendan procedure`: prints the page. The exit code. */
int document_main(int argc, char **argv);
