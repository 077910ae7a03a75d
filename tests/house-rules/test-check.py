#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkers of the house rules catch one seeded fault of each rule and nothing in clean files. Prints TAP."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import check
import pure

HEAD = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n/* What this is. */\n"
CLEAN = HEAD + '#include "x.h"\n\n/* A goto in a comment is no code. */\nint x_count(int a) {\n  return a;\n}\n'
DO = "void x_do(void) {\n"
BODY = "  a++;\n"
REGISTRY = "registry." + "npmjs.org"
SEEDED = [  # rule, file, text
    ("head", "src/base/x.c", "/* What this is. */\n"),
    ("head", "src/base/x.c", "/* SPDX-License-Identifier: GPL-3.0-or-later */\n#include <glib.h>\n"),
    ("head", "tests/x.py", "# SPDX-License-Identifier: GPL-3.0-or-later\nimport os\n"),
    ("file length", "src/base/x.c", HEAD + "\n" * 800),
    ("line length", "src/base/x.c", HEAD + "int a; /* " + "x" * 110 + " */\n"),
    ("blanks", "src/base/x.c", HEAD + "int a; \n"),
    ("blanks", "src/base/x.c", HEAD + "\tint a;\n"),
    ("function length", "src/base/x.c", HEAD + "static void x_long(int a) {\n" + BODY * 59 + "}\n"),
    ("goto", "src/base/x.c", HEAD + "void x_do(void) {\n  goto end;\n}\n"),
    ("unsafe call", "src/base/x.c", HEAD + "void x_do(char *a) {\n  strcpy(a, a);\n}\n"),
    ("unsafe call", "tests/unit/x.c", HEAD + "int x_do(char *a) {\n  return atoi(a);\n}\n"),
    ("SQL made from texts", "src/view/x.c", HEAD + DO + '  g_string_append(sql, "SELECT id FROM x");\n}\n'),
    ("SQL made from texts", "src/view/x.c", HEAD + DO + '  g_strdup_printf("UPDATE %s SET a = 1", name);\n}\n'),
    ("HTML made from texts", "src/view/x.c", HEAD + DO + '  g_string_append_printf(out, "<b>%s", name);\n}\n'),
    ("N_", "src/view/x.c", HEAD + 'const Command x = {.label = "Order"};\n'),
    ("N_", "src/view/x.c", HEAD + DO + '  context_sentence(context, "Not so.");\n}\n'),
    ("name", "src/base/x.h", HEAD + "int other_count(int a);\n"),
    ("name", "src/base/x.h", HEAD + "extern const int other[];\n"),
    ("lock file", "tests/api/package-lock.json", '{"resolved": "x"}\n'),
    ("left to do", "docs/x.md", "TO" + "DO: this\n"),
    ("a machine's path", "docs/x.md", "see /ho" + "me/somebody/x\n"),
    ("a registry's address", "src/web/package-lock.json", REGISTRY + "\n"),
]


def rules(path, text):
    path = pathlib.Path(path)
    return {rule for _, rule, _ in check.faults(path, text, [path, pathlib.Path("src/base/x.c")])}


def exception_is_used(folder):
    """An exception hides its fault, and is a fault itself where there is none."""
    (folder / "src/base").mkdir(parents=True)
    rules_folder = folder / "tests/house-rules"
    rules_folder.mkdir(parents=True)
    (rules_folder / "check.py").write_text((HERE / "check.py").read_text())
    source, exceptions = folder / "src/base/x.c", rules_folder / "exceptions.txt"

    def said():
        done = subprocess.run([sys.executable, rules_folder / "check.py", folder], capture_output=True, text=True)
        return done.returncode, done.stderr
    exceptions.write_text("")
    source.write_text(CLEAN.replace("return a", "goto a"))
    failed, fault = said()
    exceptions.write_text("src/base/x.c | goto | * | because\n")
    hidden, _ = said()
    source.write_text(CLEAN)
    unneeded, words = said()
    return failed == 1 and "src/base/x.c:7: goto" in fault and hidden == 0 and unneeded == 1 and "not needed" in words


def pure_is_told(folder):
    """A core that asks the clock and opens a file is impure, one that reckons is not."""
    def called(code):
        source, made = folder / "x.c", folder / "x.o"
        source.write_text("#include <stdio.h>\n#include <stdlib.h>\n#include <time.h>\n" + code)
        subprocess.run(["cc", "-O2", "-c", "-o", made, source], check=True)
        return pure.impure(made)
    return called("int x(char *a) { return fopen(a, a) ? (int)time(NULL) : 0; }\n") == ["fopen", "time"] \
        and called("void x(int *a, int (*f)(const void *, const void *)) { qsort(a, 2, 4, f); }\n") == []


def main():
    print(f"1..{len(SEEDED) + 5}")
    number = 0

    def tell(fine, what):
        nonlocal number
        number += 1
        print("ok" if fine else "not ok", number, what)
    for rule, path, text in SEEDED:
        tell(rule in rules(path, text), f"{rule} in {path}")
    tell(not rules("src/base/x.c", CLEAN), "a clean source passes")
    header = HEAD + "int x_count(int a);\ntypedef struct {\n  int member;\n} X;\n"
    tell(not rules("src/base/x.h", header), "a clean header passes")
    every = set(check.FORBIDDEN) | set(check.MADE) | set(check.EVERYWHERE)
    tell(every <= {rule for rule, _, _ in SEEDED}, "each rule has a seeded fault")
    with tempfile.TemporaryDirectory() as folder:
        tell(exception_is_used(pathlib.Path(folder)), "exceptions hide what they name, and must be needed")
    with tempfile.TemporaryDirectory() as folder:
        tell(pure_is_told(pathlib.Path(folder)), "an impure core is told from a pure one")


main()
