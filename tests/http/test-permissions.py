#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that says which role may do what: for the house only, and true. Usage: test-permissions.py GENDAN."""
import re
import sys
from house import Browser, run


def test_what_it_says(base):
    status, page, _ = Browser(base, "admin").get("/permissions")
    assert status == 200
    rows = {}
    for body in re.findall(r"<tbody>(.*?)</tbody>", page, re.S):
        title = re.search(r'scope="rowgroup">([^<]+)<', body).group(1)
        for label, cells in re.findall(r'scope="row">([^<]+)(.*?)</tr>', body, re.S):
            rows[title, label] = re.findall(r'role="img" aria-label="([^"]+)"', cells)
    assert rows["Order", "Cancel order"] == ["General manager"], rows["Order", "Cancel order"]
    assert rows["Contract", "Sign the contract"] == ["Finance", "Manager", "General manager"]
    assert rows["Drawing", "Sign the drawing"] == ["Dealer"]
    assert rows["User", "Add a user"] == ["Administrator"]


def test_who_reads_it(base):
    assert Browser(base, "clerk").get("/permissions")[0] == 200
    assert Browser(base, "dealer").get("/permissions")[0] == 404


run(sys.argv[1], dict(globals()))
