"""Writes an expression that cannot be read as it was most likely meant."""

from typing import Final

from calibrant.expressions.actions.parse import parse

_MOST: Final = 20
"""Faults that are mended in one expression."""

LONGEST: Final = 2_000
"""Characters of an expression above which nothing is guessed of it."""


def mended(source: str) -> str | None:
    """Return an expression that can be read, with each fault written as the language wants it; None where that is not clear."""
    if len(source) > LONGEST:
        return None
    for _ in range(_MOST):
        parsed = parse(source)
        if parsed.tree is not None:
            return source
        if not parsed.instead:
            return None
        source = source[: parsed.error_start] + parsed.instead + source[parsed.error_end :]
    return None
