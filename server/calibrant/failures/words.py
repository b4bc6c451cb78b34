"""Raw output made fit to be searched and quoted: bounded, without colours, one line at a time."""

import re

from calibrant.model.words import quotable

HEAD = 8 << 10
TAIL = 32 << 10
"""How many characters of an output's beginning and end are looked at: causes stand at either end, noise between."""

LONGEST_LINE = 2_000
_QUOTED = 160
_LONGEST_MESSAGE = 2_000
_DETAIL_LINES = 40
_DETAIL_LENGTH = 4_000

_COLOUR = re.compile(r"\x1b\[[0-?]{0,40}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)")
_LONG = re.compile(rf"([^\n]{{{LONGEST_LINE}}})[^\n]+")
_LONG_QUOTE = re.compile(rf"‘([^’]{{{_QUOTED}}})[^’]+’")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")


def searchable(output: str) -> str:
    """Return what of an output is searched for patterns: its two ends, uncoloured, with plain line ends and bounded lines."""
    if len(output) > HEAD + TAIL:
        output = f"{output[:HEAD]}\n{output[-TAIL:]}"
    return _LONG.sub(r"\1", _COLOUR.sub("", output).replace("\r\n", "\n").replace("\r", "\n"))


def quoted(text: str) -> str:
    """Return text fit to stand inside a message: one line, no control characters, at most 160 characters."""
    text = quotable(" ".join(_CONTROL.sub(" ", text).split()))
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"


def bounded(message: str) -> str:
    """Return a message in which what it quotes is bounded: a value may be a whole file by mistake."""
    if len(message) <= _QUOTED:
        return message
    shorter = _LONG_QUOTE.sub(r"‘\1…’", message)
    return shorter if len(shorter) <= _LONGEST_MESSAGE else shorter[: _LONGEST_MESSAGE - 1] + "…"


def last_words(output: str) -> str:
    """Return the last line of an output that says something, fit to be quoted; empty where none does."""
    for line in reversed(searchable(output).split("\n")):
        if any(char.isalnum() for char in line):
            return quoted(line)
    return ""


def detail(output: str) -> str:
    """Return the end of an output as technical detail: at most 40 lines and 4,000 characters, without colours."""
    lines = searchable(output).rstrip().split("\n")[-_DETAIL_LINES:]
    return "\n".join(lines)[-_DETAIL_LENGTH:].strip("\n")
