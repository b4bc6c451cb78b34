"""Names for inputs that are made of literals."""

import re
from collections.abc import Collection

from calibrant.rules.credential_words import snake
from calibrant.rules.rule import Noted

_PEOPLE = {"to": "recipient", "cc": "copy_recipient", "bcc": "hidden_recipient", "from": "sender"}
_HOST = re.compile(r"(?:[a-z][a-z0-9+]*://)?(?:[^/@]*@)?([^/:?#]+)")
_SHEET = re.compile(r"'?([^!']+)'?(?:!.*)?")
_TYPES = {"path": "path", "home": "path"}


def suggested(one: Noted) -> tuple[str, str]:
    """Return a name for the input and its type."""
    kind = "integer" if one.sort == "id" and one.value.isdigit() and not _quoted(one) else "string"
    return _word(_name(one), one.sort), _TYPES.get(one.sort, kind)


def fresh(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it where it is taken."""
    number = 2
    found = name
    while found in taken:
        found = f"{name}_{number}"
        number += 1
    return found


def _name(one: Noted) -> str:
    match one.sort:
        case "host" | "url":
            return _owner(one.value) + ("_url" if "://" in one.value else "_host")
        case "email":
            return _PEOPLE.get(one.name.lower(), "email_address")
        case "id":
            return one.name if re.search(r"(?i)id$", one.name) else f"{one.name}_id"
        case "range":
            sheet = _SHEET.match(one.value)
            return f"{sheet[1] if sheet else ''}_range"
        case "path" | "home":
            last = one.value.replace("\\", "/").rstrip("/").rpartition("/")[2]
            stem, dot, _ = last.rpartition(".")
            return f"{stem}_file" if dot and stem else f"{last}_folder"
    return one.name


def _owner(address: str) -> str:
    """Return what a host's name calls its owner: ‘acme’ of https://api.staging.acme.com."""
    match = _HOST.match(address.lower())
    labels = [label for label in (match[1] if match else "").split(".") if label]
    if len(labels) < 2 or all(label.isdigit() for label in labels):
        return "base"
    return labels[-2]


def _word(text: str, sort: str) -> str:
    word = snake(re.sub(r"[^A-Za-z0-9]+", "_", text))[:40].strip("_")
    if len(word) < 2:
        return sort
    return word if word[:1].isalpha() else f"{sort}_{word}"


def _quoted(one: Noted) -> bool:
    return one.span.end - one.span.start != len(one.value)
