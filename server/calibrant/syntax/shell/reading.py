"""What a shell makes of a word as written: quotes and backslashes taken away, where nothing in it is replaced."""

import re

import msgspec

from calibrant.model.text import Span
from calibrant.syntax.shell.problem import UNKNOWN

_PART = re.compile(
    r"'(?P<single>[^']*)'"
    r'|"(?P<double>(?:[^"\\$`]|\\.|\$(?![\w{(\'"@*#?!$-]))*)"'
    r"|\\(?P<escaped>[\s\S])"
    r"|(?P<bare>[^<>()'\"\\$`*?{~" + UNKNOWN + r"]+|~(?<!^.)|\$(?![\w{(\'\"@*#?!$-])|\{(?=[^,}]*(?:\}|\Z)(?!\.\.)))",
    re.DOTALL,
)
_IN_DOUBLE = re.compile(r"\\(\n|[\\\"$`])")
_RANGE = re.compile(r"\{[^{}]*\.\.")


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word of a command, quotes included in its span, whose offsets are those of the script.

    `text` is what the shell makes of it; None where that hangs on the run. `several`: the run may make no word of it, or
    several ones (an expansion without quotes, a pattern of file names).
    """

    text: str | None
    span: Span
    several: bool = False


def word(source: str, start: int) -> Word:
    """Return the word written as `source`, which stands at an offset of the script."""
    span = Span(start, start + len(source))
    text = _static(source)
    if text is not None:
        return Word(text, span)
    quoted = len(source) > 1 and source[0] == '"' and source.find('"', 1) == len(source) - 1 and UNKNOWN not in source
    return Word(None, span, several=not (quoted and "@" not in source))


def _static(source: str) -> str | None:
    if source.startswith("~") or UNKNOWN in source or _RANGE.search(source):
        return None
    out: list[str] = []
    at = 0
    while at < len(source):
        part = _PART.match(source, at)
        if part is None:
            return None
        at = part.end()
        match part.lastgroup:
            case "double":
                out.append(_IN_DOUBLE.sub(lambda found: found[1].strip("\n"), part["double"]))
            case "escaped":
                out.append(part["escaped"].strip("\n"))
            case kind:
                out.append(part[kind or "bare"])
    return "".join(out)
