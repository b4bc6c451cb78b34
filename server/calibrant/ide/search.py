"""Names that what was typed may mean: its letters are in them, in that order."""

import re
from collections.abc import Iterable
from heapq import nsmallest
from typing import TypeVar

T = TypeVar("T")


def best(query: str, named: Iterable[tuple[str, T]], most: int) -> list[T]:
    """Return what has the names that fit a query best, the best first; `named` has names in small letters.

    A whole name comes before a beginning, that before a word inside, then any part, then letters apart from each other.
    """
    letters = "".join(query.casefold().split())
    if not letters:
        return [one for _, one in nsmallest(most, named, key=lambda one: one[0])]
    apart = re.compile(".*?".join(map(re.escape, letters)), re.DOTALL)
    search = apart.search
    fitting = [one for one in named if search(one[0])]
    return [one for _, one in nsmallest(most, fitting, key=lambda one: _rank(letters, one[0]))]


def _rank(letters: str, name: str) -> tuple[int, int, str]:
    at = name.find(letters)
    if name == letters:
        level = 0
    elif at == 0:
        level = 1
    elif at > 0:
        level = 2 if not name[at - 1].isalnum() else 3
    else:
        level = 4
    return level, len(name), name
