#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/procedure.md says what the tables say. Usage: test-procedure.py GENDAN SOURCE. Prints TAP."""
import difflib
import pathlib
import subprocess
import sys

gendan, source = sys.argv[1:3]
told = subprocess.run([gendan, "procedure"], capture_output=True, text=True, check=True).stdout
page = pathlib.Path(source, "docs/procedure.md").read_text()
print("1..1")
names = ("docs/procedure.md", "the tables")
for line in difflib.unified_diff(page.splitlines(), told.splitlines(), *names, lineterm="", n=0):
    print("#", line)
if told != page:
    print("# write the page anew: make docs")
print("ok" if told == page and "## 13. Shipping" in page else "not ok", "1 the page and the tables agree")
