"""Where in a shell script a literal may give way to a variable without the shell reading anything else differently."""

import re

from calibrant.expressions.shell import Quoting, quotings, variable
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import Step

WORD = re.compile(r"[^\s\"'`$;|&()<>\\{}*?\[\]#!=,]+")
"""A word of a script that holds nothing which means something to the shell."""

_PLAIN = {
    Quoting.BARE: re.compile(r"[\w./:@%+,^-]+"),
    Quoting.DOUBLE: re.compile(r"[^\"$`\\]+"),
    Quoting.TEXT: re.compile(r"[^$`\\\n]+"),
    Quoting.ARITHMETIC: re.compile(r"\d+"),
}
"""Texts that the shell takes as they are, by how the place is quoted."""

_KEYWORDS = frozenset(
    {
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "for",
        "in",
        "do",
        "done",
        "while",
        "until",
        "case",
        "esac",
        "function",
        "time",
    }
)
_OPENS_DOCUMENT = re.compile(r"<<-?[ \t]*\Z")
_SHELLS = ("sh", "bash")


def may_stand(step: Step, text: str, start: int, end: int) -> bool:
    """Tell whether a reference may stand for the characters [start, end) of a step's script: the shell sees the same."""
    return may_give_way(_shell(step), text, start, end)


def may_give_way(shell: str, text: str, start: int, end: int) -> bool:
    """Tell whether a variable may stand for the characters [start, end) of a script: the shell sees the same."""
    if shell not in _SHELLS or _OPENS_DOCUMENT.search(text, 0, start):
        return False
    bash, literal = shell == "bash", text[start:end]
    here, after = quotings((text[:start], None, text[end:], None), bash=bash)
    (as_written,) = quotings((text, None), bash=bash)
    plain = _PLAIN.get(here)
    if plain is None or plain.fullmatch(literal) is None or variable("X", here) is None:
        return False
    if here is Quoting.BARE and _whole_word(text, start, end) in _KEYWORDS:
        return False
    return after is as_written  # else it was what ends a here-document


def _whole_word(text: str, start: int, end: int) -> str:
    for match in WORD.finditer(text):
        if match.start() <= start and end <= match.end():
            return match[0]
    return text[start:end]


def _shell(step: Step) -> str:
    given = step.body.parameter("shell")
    value = given.value.value if given and isinstance(given.value, Scalar) else None
    words = value.split() if isinstance(value, str) else []
    return words[0].rpartition("/")[2] if words else ("sh" if given is None else "")
