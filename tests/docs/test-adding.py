#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/adding-a-step.md and docs/adding-a-record.md, followed literally in a copy of the sources: their files are
written, their differences applied, their commands run. Usage: test-adding.py SOURCE BUILD. Prints TAP."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

SOURCE, BUILD = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
BLOCK = re.compile(r"^```(\w+)(?: (\w+)=(\S+))?\n(.*?)^```$", re.S | re.M)
MODULES = "src/web/assets/modules"  # what npm brought: not asked for again


def run(folder, *command, text=None):
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True)
    output = "\n".join(line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("time="))
    assert done.returncode == 0, f"{' '.join(command)}\n{output}"
    return output


def copy_sources(folder):
    """The tree as a newcomer has it, set up to be built quickly."""
    made = {SOURCE / name for name in (".git", "data", *SOURCE.glob("build*"))} | {BUILD}
    shutil.copytree(SOURCE, folder, ignore=lambda where, names: [n for n in names if pathlib.Path(where, n) in made])
    run(folder, "meson", "setup", "build", "--buildtype=plain", "-Dwerror=true")
    if (BUILD / MODULES).is_dir():  # thousands of icons
        (folder / "build" / MODULES).parent.mkdir(parents=True, exist_ok=True)
        (folder / "build" / MODULES).symlink_to(BUILD / MODULES)


def follow(folder, page):
    """Does what each block of the page says; how many blocks that were."""
    blocks = BLOCK.findall((SOURCE / "docs" / page).read_text())
    for language, what, path, text in blocks:
        if what == "file":
            assert not (folder / path).exists(), f"{path} is there already"
            (folder / path).write_text(text)
        elif what == "append":
            with open(folder / path, "a") as file:
                file.write(text)
        elif language == "diff":
            run(folder, "git", "apply", "-C1", "--whitespace=error", text=text)
        elif language == "sh":
            run(folder, "bash", "-euc", text)
        else:
            raise AssertionError(f"what to do with a block of {language}?")
    return len(blocks)


def main():
    pages = ("adding-a-record.md", "adding-a-step.md")
    print(f"1..{len(pages) + 1}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gendan-adding-") as scratch:
        folder = pathlib.Path(scratch, "gendan")
        try:
            copy_sources(folder)
            print("ok 1 a copy of the sources is set up", flush=True)
        except Exception:  # said as TAP
            print("# " + traceback.format_exc().replace("\n", "\n# "))
            print("not ok 1 a copy of the sources is set up")
        for number, page in enumerate(pages, 2):
            try:
                assert follow(folder, page) >= 8, "the page's blocks are found"
                print(f"ok {number} {page}", flush=True)
            except Exception:  # said as TAP, then the next
                print("# " + traceback.format_exc().replace("\n", "\n# "))
                print(f"not ok {number} {page}", flush=True)


main()
