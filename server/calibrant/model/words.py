"""What to call things when talking to people."""

import re
from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, str]] = {
    "any": "a value",
    "array": "a list",
    "boolean": "true or false",
    "bytes": "binary data",
    "date": "a date",
    "datetime": "a date with time",
    "decimal": "a number",
    "expression": "an expression",
    "integer": "a whole number",
    "null": "nothing (null)",
    "number": "a number",
    "object": "an object",
    "path": "a path (text)",
    "string": "text",
}


_JARGON: Final = (
    (re.compile(r"\[Errno -?\d{1,10}\] ?"), ""),
    (re.compile(r"<(?:class|module|function) '?([\w.]{1,200})'?[^<>\n]{0,200}>"), r"‘\1’"),
    (re.compile(r"<([\w.]{1,200})(?: object)? at 0x[0-9a-fA-F]{1,20}>"), r"‘\1’"),
)


def in_words(*types: str) -> str:
    """Return type names (see `value.type_name`, `shape.TypeName`) as a sentence says them: "text", "text or a list"."""
    return " or ".join(dict.fromkeys(_WORDS.get(name) or _with_article(name) for name in types))


def quotable(text: str) -> str:
    """Return what a program said without what only programmers read: error numbers, objects' addresses."""
    for pattern, ours in _JARGON:
        text = pattern.sub(ours, text)
    return text


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things: "1 step", "2,000 steps"; without `many` an ‘s’ makes them many."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return a length of time: "5 minutes", "90 seconds", "1 hour"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return counted(int(seconds // size), unit)
    return counted(int(seconds), "second") if seconds == int(seconds) else f"{seconds:g} seconds"


def shortened(text: str, most: int) -> str:
    """Return a text that others wrote on one line, cut where it is longer than so many characters."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most and len(text) <= 4 * most else line[: most - 2].rstrip() + " …"


def _with_article(name: str) -> str:
    return ("an " if name[:1] in "aeiou" else "a ") + name
