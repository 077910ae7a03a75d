# SPDX-License-Identifier: GPL-3.0-or-later
"""Message ids as the sources name them, and catalogues as lang/ holds them."""
import json
import pathlib
import re

STRING = r'"((?:[^"\\]|\\.)*)"'
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def unescape(text):
    return re.sub(r"\\(.)", lambda match: ESCAPES[match.group(1)], text)


def prose(value):
    """The texts of openapi.json that are translated."""
    if isinstance(value, list):
        return [text for item in value for text in prose(item)]
    if not isinstance(value, dict):
        return []
    own = [value[key] for key in ("description", "summary") if isinstance(value.get(key), str)]
    return own + [text for item in value.values() for text in prose(item)]


def ids(source):
    """Every message id in the sources, with one place where it stands."""
    found = {}
    for path in sorted(pathlib.Path(source, "src").rglob("*.[chd]*")):
        if path.suffix in (".c", ".h", ".def"):
            for match in re.finditer(rf"\bN_\(((?:\s*{STRING})+)\s*\)", path.read_text()):
                text = "".join(re.findall(STRING, match.group(1)))
                found.setdefault(unescape(text), path.name)
    for path in sorted(pathlib.Path(source, "src/web/template").glob("*.html")):
        for match in re.finditer(r"\{\{_\s*(.*?)\s*\}\}", path.read_text(), re.S):
            found.setdefault(match.group(1), path.name)
    for text in prose(json.loads(pathlib.Path(source, "src/serve/openapi.json").read_text())):
        found.setdefault(text, "openapi.json")
    return found


def read(path):
    """A catalogue as id → text; the head's empty id left out."""
    entries, key, texts = {}, None, {"msgid": "", "msgstr": ""}
    for line in [*pathlib.Path(path).read_text().splitlines(), 'msgid ""']:
        match = re.fullmatch(rf"(?:(msgid|msgstr) )?{STRING}", line)
        if not match:
            continue
        if match.group(1) == "msgid":
            if texts["msgid"]:
                assert texts["msgid"] not in entries, f"{path}: twice: {texts['msgid']}"
                entries[texts["msgid"]] = texts["msgstr"]
            texts = {"msgid": "", "msgstr": ""}
        key = match.group(1) or key
        texts[key] += unescape(match.group(2))
    return entries
