#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The working calendar: a year with its exceptions, added and removed. Usage: test-calendar.py GENDAN."""
import re
import sys
from house import Browser, run


def day(page, month, number):
    """Class and title of a day."""
    table = re.search(rf"<caption>{month}</caption>(.*?)</table>", page, re.S).group(1)
    return re.search(rf'<td class="([^"]*)" title="([^"]*)">{number}<?', table).groups()


def test_exceptions_come_and_go(base):
    admin, clerk = Browser(base, "admin"), Browser(base, "clerk")
    page = admin.get("/calendar?year=2031")[1]
    assert day(page, "2031-03", 3) == ("", "Working day") and day(page, "2031-03", 8) == ("off", "Day off")
    assert admin.send("/new/holiday.add", date="2031-03-03", working="0", name="Founders")[0] == 303
    assert admin.send("/new/holiday.add", date="2031-03-08", working="1", name="Made up")[0] == 303
    page = clerk.get("/calendar?year=2031")[1]
    assert day(page, "2031-03", 3) == ("off changed", "Founders") and day(page, "2031-03", 8) == (" changed", "Made up")
    assert "holiday.remove" not in page and "/new/holiday.add" not in page, "a clerk reads only"
    page = admin.get("/calendar?year=2031")[1]
    action, version = re.search(r'action="(/holidays/\d+/holiday.remove)".*?_version" value="(\d+)"', page).groups()
    assert admin.send(action, _version=version)[0] == 303
    assert day(admin.get("/calendar?year=2031")[1], "2031-03", 3) == ("", "Working day")
    assert Browser(base, "dealer").get("/calendar")[0] == 404
    assert admin.get("/calendar?year=x")[0] == 200 and admin.get("/calendar?year=99999")[0] == 200


def test_a_range_is_entered_at_once(base):
    admin = Browser(base, "admin")
    days = dict(date="2032-10-01", last_day="2032-10-05", working="0", name="National Day")
    assert admin.send("/new/holiday.add", **days)[0] == 303
    page = admin.get("/calendar?year=2032")[1]
    assert [day(page, "2032-10", n)[1] for n in (1, 3, 5)] == ["National Day"] * 3
    assert day(page, "2032-10", 6) == ("", "Working day")
    status, page = admin.send("/new/holiday.add", **{**days, "date": "2032-09-29", "last_day": "2032-10-02"})[:2]
    assert status == 409 and "already has an entry for 2032-10-01" in page
    assert day(admin.get("/calendar?year=2032")[1], "2032-09", 30) == ("", "Working day"), "nothing of it is there"
    for last in ("2032-11-30", "2033-03-03"):
        status, page = admin.send("/new/holiday.add", **{**days, "date": "2032-12-01", "last_day": last})[:2]
        assert status == 422 and "The last day is not before the first" in page


HEADER = "Date,Last day,Working day,Name\n"


def test_a_year_is_imported_whole_or_not_at_all(base):
    admin, clerk = Browser(base, "admin"), Browser(base, "clerk")

    def send(text, browser=admin):
        status, page, headers = browser.send("/calendar?year=2035", files=[("sheet", "days.csv", text.encode())])
        return status, admin.get(headers["Location"])[1] if status == 303 else page
    status, page = send(HEADER + "2035/10/1,2035/10/3,no,National Day\n2035-13-40,,no,Never\n"
                        "2035-10-02,,yes,Twice\n2035-05-01,,,Labour\n")
    assert status == 422, status
    for sentence in ("Row 3, column A: ", "Row 4, column A: The calendar already has an entry for 2035-10-02",
                     "Row 5, column C: "):
        assert sentence in page, (sentence, page)
    assert day(admin.get("/calendar?year=2035")[1], "2035-10", 1) == ("", "Working day"), "nothing of it is there"
    assert send("Date,Colour\n2035-10-01,red\n")[0] == 422 and send("")[0] == 422
    assert send(HEADER + "2035-10-01,,no,National Day\n", clerk)[0] == 403
    right = HEADER + "2035/10/1,2035/10/3,no,National Day\n2035-09-29,,yes,Made up\n"
    status, page = send(right)
    assert status == 303 and "Days that are new: 4; changed: 0; as before: 0." in page
    assert day(page, "2035-10", 3)[1] == "National Day" and day(page, "2035-09", 29) == (" changed", "Made up")
    for text, counts in ((right, (0, 0, 4)), (HEADER + "2035/10/2,2035/10/4,no,Golden Week\n2035-09-29,,no,Made up\n"
                                              "2035-09-30,,yes,Made up\n", (2, 3, 0))):
        status, page = send(text)
        said = "Days that are new: %d; changed: %d; as before: %d." % counts
        assert status == 303 and said in page, (said, page)
    page = admin.get("/calendar?year=2035")[1]
    assert [day(page, "2035-10", n)[1] for n in (1, 2, 3, 4)] == ["National Day"] + 3 * ["Golden Week"]
    assert day(page, "2035-09", 29) == ("off changed", "Made up")
    assert day(page, "2035-09", 30) == (" changed", "Made up")
    assert send(HEADER + "2035/10/2,,no,Other\n2035/10/99,,no,Never\n")[0] == 422
    assert send(HEADER + "2035/10/2,,no,Other\n2035/10/1,2035/10/3,no,Other\n")[0] == 409, "a day stands there once"
    assert day(admin.get("/calendar?year=2035")[1], "2035-10", 2)[1] == "Golden Week", "all or none"
    assert "taken over" not in admin.get("/calendar?year=2035&done=x.1.2")[1]
    assert send(HEADER + "2035/10/2,2035/10/3,no,National Day\n2035-09-29,,yes,Made up\n")[0] == 303
    text = admin.get("/calendar.csv?year=2035")[1]
    assert '"2035-09-29","","yes","Made up"' in text and text.count("National Day") == 3, text
    assert Browser(base, "dealer").get("/calendar.csv")[0] == 404


run(sys.argv[1], dict(globals()))
