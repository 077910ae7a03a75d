#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pure core asks for numbers and memory only: no file, clock, terminal, database, drawing or JSON.
Usage: pure.py LIBRARY.a [STAMP]   Prints what the library calls beyond that and fails; touches STAMP when it is pure."""
import pathlib
import re
import subprocess
import sys

ALLOWED = re.compile("|".join((
    r"g_(?:array|ptr_array|byte_array|hash_table|queue|list|slist|string|strv|rand|error|quark|set_error|propagate)\w*",
    r"g_(?:clear|prefix_error|intern|once|ascii|str|mem|malloc|try|realloc|free|new|slice|assert|return_if|log)\w*",
    r"g_(?:int|direct|steal|qsort|checked|bit|size|utf8)\w*",
    r"glp_\w+|lang_text",
    r"mem(?:cpy|move|set|cmp)|str(?:len|cmp|ncmp|chr)|qsort(?:_r)?|abort|v?snprintf",
    r"floor|ceil|l?l?round|rint|l?l?rint|fabs|sqrt|log2?|exp|pow|fmod|tan|cos|sin|fmin|fmax",
    r"__u?(?:div|mod|mul)ti3|__float(?:un)?ti[sdt]f|_GLOBAL_OFFSET_TABLE_|_?_?tls_get_addr",
    r"_+(?:asan|ubsan|tsan|stack_chk|gcov|llvm|sancov|sanitizer|st(?:art|op)___sancov|assert)\w*")))


def symbols(library, *which):
    lines = subprocess.run(["nm", "-P", *which, library], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0] for line in lines if len(line.split()) > 1}


def impure(library):
    """What it calls and may not."""
    called = symbols(library, "-u") - symbols(library, "--defined-only")
    plain = {re.sub(r"^__(\w+)_chk$", r"\1", name) for name in called}
    return sorted(name for name in plain if not ALLOWED.fullmatch(name))


def main(library, stamp=None):
    found = impure(library)
    for name in found:
        print(f"{library}: a pure core may not call {name}")
    if not found and stamp:
        pathlib.Path(stamp).touch()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
