#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogues against the sources: each message id has its translations, arguments stand in the same order, and
simplified and traditional characters are not mixed. Usage: test-catalogues.py SOURCE. Prints TAP."""
import pathlib
import re
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import catalogue

SOURCE = sys.argv[1]
# The characters of each script: a Chinese character that its national standard lacks is of the other script.
LANGUAGES = {"zh_CN": "gb2312", "zh_TW": "big5"}
ARGUMENT = re.compile(r"%(?:\d+\$)?[-+ 0#]*\d*(?:\.\d+)?(?:l|ll|z)?[a-zA-Z%]")
PARTS = re.compile(r"\{[a-z_]+\}")


def of_other_script(text, codec):
    def lacks(character):
        try:
            character.encode(codec)
        except UnicodeEncodeError:
            return True
        return False
    return [character for character in text if "\u4e00" <= character <= "\u9fff" and lacks(character)]


def untranslated(ids, texts):
    return [f"{place}: {text}" for text, place in ids.items() if not texts.get(text)]


def arguments(text):
    """What is printed, by its place among the arguments; "%2$s" names its place itself."""
    found = [re.fullmatch(r"%(?:(\d+)\$)?(.*)", argument).groups() for argument in ARGUMENT.findall(text)]
    return {int(place or order): conversion for order, (place, conversion) in enumerate(found, 1)}


def mismatched(texts):
    return [text for text, translation in texts.items()
            if arguments(text) != arguments(translation)
            or sorted(PARTS.findall(text)) != sorted(PARTS.findall(translation))]


def test_every_id_is_translated():
    ids = catalogue.ids(SOURCE)
    assert len(ids) > 600, "the sources' ids are found"
    for language in LANGUAGES:
        texts = catalogue.read(f"{SOURCE}/lang/{language}.po")
        assert not untranslated(ids, texts), (language, untranslated(ids, texts))
        unused = [text for text in texts if text not in ids]
        assert not unused, (language, "nothing says", unused)


def test_arguments_match():
    for language in LANGUAGES:
        texts = catalogue.read(f"{SOURCE}/lang/{language}.po")
        assert not mismatched(texts), (language, mismatched(texts))


def test_scripts_are_not_mixed():
    for language, codec in LANGUAGES.items():
        mixed = {translation: of_other_script(translation, codec)
                 for translation in catalogue.read(f"{SOURCE}/lang/{language}.po").values()
                 if of_other_script(translation, codec)}
        assert not mixed, (language, mixed)


def test_the_checks_catch_faults():
    assert untranslated({"Order": "x.c"}, {"Order": ""}) and not untranslated({"Order": "x.c"}, {"Order": "订单"})
    assert mismatched({"%d of %s": "%s 之 %d"}) and mismatched({"%d rows": "若干行"})
    assert mismatched({"%d of %s": "%2$d 之 %1$s"}) and mismatched({"%s of %s": "%1$s 之 %1$s"})
    assert not mismatched({"%d of %d": "%d 之 %d", "%d of %s": "%2$s 之 %1$d"})
    assert of_other_script("訂单", "big5") == ["单"] and of_other_script("訂单", "gb2312") == ["訂"]


tests = [value for name, value in dict(globals()).items() if name.startswith("test_")]
print(f"1..{len(tests)}")
for number, test in enumerate(tests, 1):
    try:
        test()
        print(f"ok {number} {test.__name__}")
    except Exception:  # said as TAP, then the next
        print("# " + traceback.format_exc().replace("\n", "\n# "))
        print(f"not ok {number} {test.__name__}")
