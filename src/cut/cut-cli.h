/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `gendan cut ...`: the command line of the cutting core, fixed so that other programs can use it. */
#pragma once

/* argv[0] is "cut". Returns the exit code: 0 done, 1 refused or plan wrong, 2 wrong usage. */
int cut_cli_main(int argc, char **argv);
