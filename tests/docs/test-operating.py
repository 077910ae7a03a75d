#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/operating.md, followed literally: its blocks marked `sh run` are one shell session in an empty folder, with the
program on the PATH. Usage: test-operating.py GENDAN. Prints TAP."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

GENDAN = pathlib.Path(sys.argv[1]).resolve()
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/operating.md"
BLOCK = re.compile(r"^```sh run\n(.*?)^```$", re.S | re.M)
MARK = "---- block {} done"


def follow(blocks, folder):
    """Runs the blocks; which were done, and all that was said."""
    script = "set -euo pipefail\n" + "".join(f"{block}echo '{MARK.format(i)}'\n" for i, block in enumerate(blocks, 1))
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(["bash", "-c", script], cwd=folder, stdout=said, stderr=said, start_new_session=True,
                                   env={**os.environ, "PATH": f"{GENDAN.parent}:{os.environ['PATH']}"})
        try:
            process.wait(150)
        except subprocess.TimeoutExpired:
            pass
        finally:  # what a failed block left running
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        said.seek(0)
        return said.read()


def main():
    blocks = BLOCK.findall(PAGE.read_text())
    print(f"1..{len(blocks) + 1}")
    print("ok 1 the page has blocks" if len(blocks) > 5 else "not ok 1 the page has blocks")
    with tempfile.TemporaryDirectory(prefix="gendan-operating-") as folder:
        said = follow(blocks, pathlib.Path(folder))
    failed = 0
    for i, block in enumerate(blocks, 1):
        done = MARK.format(i) in said
        failed += not done
        print(f"{'ok' if done else 'not ok'} {i + 1} {block.splitlines()[0]}")
    if failed:
        print("# " + said.replace("\n", "\n# "))
    sys.exit(failed > 0)


main()
