#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules that a script can check, looked for in every build.
Usage: check.py SOURCE [STAMP]   Prints each fault as FILE:LINE: RULE: WHAT and fails; touches STAMP when there is none.
exceptions.txt beside this file lists, with its reason, each fault that stays; one that is not needed is a fault too."""
import os
import pathlib
import re
import sys

LINES, FUNCTION_LINES, COLUMNS = 800, 60, 120
SOURCES = {".c", ".h", ".def", ".mjs", ".js", ".py", ".css", ".html", ".build"}
OTHERS = {".json", ".md", ".po", ".txt", ".xml", ".toml"}
SKIPPED = {".git", "node_modules", "__pycache__", "data", "cases"}
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
COMMENT = re.compile(r"/\*.*?\*/", re.S)
FUNCTION = re.compile(r"^[A-Za-z_][\w *]*?\b(\w+)\([^;{}]*\) \{$", re.M)
EXPORTED = re.compile(r"^(?!typedef|static|struct|enum|#|G_DEFINE|return)(?:extern )?(?:const )?[A-Za-z_][\w *]*?"
                      r"\b(\w+)(?:\(|\[\w*\];|;)", re.M)
MAKERS = r"g_string_(?:append|append_printf|assign|new|printf)|g_strdup_printf|g_strconcat|arena_printf|sprintf"
FORBIDDEN = {  # rule → what a C source may not hold outside comments and texts
    "goto": r"\bgoto\b",
    "unsafe call": r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|strtok)\s*\(",
}
MADE = {  # rule → what a text put together by a program may not hold
    "SQL made from texts": r"\b(?:SELECT\s|INSERT INTO|DELETE FROM|UPDATE\s+[\w%\\\"]+\s+SET)",
    "HTML made from texts": r"</?[a-z]+[\s>]",
}
EVERYWHERE = {  # rule → what no file may hold
    "left to do": r"\b(?:TODO|FIXME|XXX)\b",
    "a machine's path": r"(?<![\w.~$}/])/(?:work|home|root|Users)/\w",
    "a registry's address": r"registry\.npmjs|deb\.debian\.org",
}
SAID = re.compile(r'(?:\b(?:visit_text|view_text|context_sentence)\(\w+, |\.(?:label|help|plural) = )(")')


def blank(match):
    """The same lines with nothing on them, so that places stay."""
    return re.sub(r"[^\n]", " ", match.group(0))


def line_of(text, index):
    return text.count("\n", 0, index) + 1


def head_faults(path, text):
    lines = text.splitlines()
    head = [line for line in lines[:3] if "SPDX-License-Identifier: GPL-3.0-or-later" in line]
    if not head:
        yield 1, "head", "no SPDX line"
    after = lines[lines.index(head[0]) + 1] if head and lines.index(head[0]) + 1 < len(lines) else ""
    if path.suffix in (".c", ".h", ".def", ".mjs", ".js") and not after.startswith(("/*", "//")):
        yield 2, "head", "it does not say what the file is and why"
    if path.suffix == ".py" and not after.startswith('"""'):
        yield 2, "head", "it does not say what the file is and why"


def size_faults(path, text):
    lines = text.splitlines()
    if len(lines) > LINES:
        yield LINES, "file length", f"{len(lines)} lines, at most {LINES}"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and path.suffix not in (".html", ".css"):  # a break there may be a blank on the page
            yield number, "line length", f"{len(line)} columns, at most {COLUMNS}"
        if line.rstrip() != line:
            yield number, "blanks", "at the end of the line"
        if "\t" in line:
            yield number, "blanks", "a tab"


def function_faults(code):
    for match in FUNCTION.finditer(code):
        end = code.find("\n}", match.end())
        length = code.count("\n", match.start(), end) + 2
        if length > FUNCTION_LINES:
            what = f"{match.group(1)}: {length} lines, at most {FUNCTION_LINES}"
            yield line_of(code, match.start()), "function length", what


def made_faults(text):
    """Texts that a program puts together: the statement from the call to its semicolon."""
    for call in re.finditer(rf"\b(?:{MAKERS})\(", text):
        end = text.find(";", call.end())
        for string in STRING.finditer(text, call.end(), end if end > 0 else len(text)):
            for rule, pattern in MADE.items():
                if re.search(pattern, string.group(0)):
                    yield line_of(text, string.start()), rule, string.group(0)


def message_faults(text):
    for match in SAID.finditer(text):
        shown = text[match.start():match.end() + 30].split("\n")[0]
        yield line_of(text, match.start()), "N_", f"a text that is not marked for translation: {shown}"


def name_faults(path, code, families):
    for match in EXPORTED.finditer(code):
        name = match.group(1)
        if name.isupper() or any(name == family or name.startswith(family + "_") for family in families):
            continue
        yield line_of(code, match.start()), "name", f"{name} carries neither its file's nor its folder's name"


def families_of(path, files):
    """What an exported name may begin with: the folder, or a file in it."""
    stems = {file.stem.replace("-", "_") for file in files if file.parent == path.parent}
    return {"gate", path.parent.name} | stems | {re.sub(r"^s\d\d_", "", stem) for stem in stems}


def c_faults(path, text, files):
    plain = COMMENT.sub(blank, text)
    code = STRING.sub(lambda match: '"' + " " * (len(match.group(0)) - 2) + '"', plain)
    for rule, pattern in FORBIDDEN.items():
        for match in re.finditer(pattern, code):
            yield line_of(code, match.start()), rule, match.group(0)
    yield from function_faults(code)
    if "src" not in path.parts:
        return
    if not re.fullmatch(r"src/dict/sql[\w-]*\.c", path.as_posix()):  # the one place where SQL is made
        yield from made_faults(plain)
    yield from message_faults(plain)
    if path.suffix == ".h":
        without_macros = re.sub(r"^#.*?(?<!\\)$", blank, code, flags=re.S | re.M)
        outer = re.sub(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", blank, without_macros)
        yield from name_faults(path, outer, families_of(path, files))


def lock_faults(text):
    for match in re.finditer(r'"resolved"', text):
        yield line_of(text, match.start()), "lock file", "it names where a package was loaded from"


def faults(path, text, files=()):
    """Every fault of one file: (line, rule, what)."""
    for rule, pattern in EVERYWHERE.items():
        for match in re.finditer(pattern, text):
            yield line_of(text, match.start()), rule, match.group(0)
    if path.name == "package-lock.json":
        yield from lock_faults(text)
    if path.suffix not in SOURCES:
        return
    if path.suffix in (".c", ".h", ".def", ".mjs", ".js", ".py"):
        yield from head_faults(path, text)
    yield from size_faults(path, text)
    if path.suffix in (".c", ".h", ".def"):
        yield from c_faults(path, text, files)


def files_of(source):
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("build"))
        for name in sorted(names):
            path = pathlib.Path(folder, name)
            if path.suffix in SOURCES | OTHERS or name in ("Makefile", "setup"):
                yield path


def exceptions_of(text):
    """Lines "PATH | RULE | words of the fault | reason"; * for any words."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            path, rule, words, reason = (part.strip() for part in line.split("|", 3))
            assert reason, f"no reason: {line}"
            yield path, rule, words


def check(source):
    """The faults that stand, as lines."""
    here = pathlib.Path(__file__).parent
    files = [path.relative_to(source) for path in files_of(source)]
    allowed = list(exceptions_of((here / "exceptions.txt").read_text()))
    used, found = set(), []
    for path in files:
        name = path.as_posix()
        if name.startswith("tests/house-rules/"):  # they name what they look for
            continue
        for line, rule, what in faults(path, (source / path).read_text(errors="replace"), files):
            matching = [one for one in allowed if one[:2] == (name, rule) and (one[2] == "*" or one[2] in what)]
            used.update(matching)
            if not matching:
                found.append(f"{name}:{line}: {rule}: {what}")
    return found + [f"exceptions.txt: not needed: {' | '.join(one)}" for one in allowed if one not in used]


if __name__ == "__main__":
    wrong = check(pathlib.Path(sys.argv[1]).resolve())
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    if wrong:
        sys.exit(f"{len(wrong)} faults against the house rules (tests/house-rules)")
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).touch()
