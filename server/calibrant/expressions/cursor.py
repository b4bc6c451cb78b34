"""An expression up to the cursor, in words and signs: what finding out what is being typed has in common in every language."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from calibrant.model.lexicon import Enclosed
from calibrant.model.typing import Typing

QUOTE: Final = "quote"
"""The kind of a quote that is not closed before the cursor; it is the last token then."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word or sign that begins at `start` of the text; `kind` is the group of the pattern that it fits."""

    kind: str
    text: str
    start: int

    def has(self, *texts: str) -> bool:
        """Tell whether it is one of these signs."""
        return self.kind == "operator" and self.text in texts


def typing_in(
    text: str, at: int, found: Sequence[Enclosed], typing: Callable[[str, int, int], Typing | None], *, whole: bool
) -> Typing | None:
    """Return what is being typed at an offset of a value's text; None where that is in no expression.

    `found` are its expressions, `typing` reads one of them from where it begins to the offset. `whole`: the value is one
    expression where there are no braces in it.
    """
    for braces in found:
        if braces.inner <= at <= braces.inner_end:
            inside = typing(text, braces.inner, at)
            return msgspec.structs.replace(inside, closed=braces.closed) if inside else None
        if braces.start < at < braces.end:
            return None
    bare = typing(text, 0, at) if whole and not found else None
    return msgspec.structs.replace(bare, braces=False) if bare else None


def tokens(pattern: re.Pattern[str], text: str, begin: int, at: int) -> list[Token]:
    """Return the words and signs in [begin, at), by a pattern with a group for each kind; blanks (group "blank") are left out."""
    out: list[Token] = []
    while begin < at:
        found = pattern.match(text, begin, at)
        if found is None or found.lastgroup is None:
            break
        if found.lastgroup != "blank":
            out.append(Token(found.lastgroup, found[0], begin))
        begin = at if found.lastgroup == QUOTE else found.end()
    return out
