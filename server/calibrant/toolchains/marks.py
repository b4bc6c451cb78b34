"""Which of many things a file name is a mark of: exact names by one look-up, patterns by one expression for all."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from typing import Generic, TypeVar

T = TypeVar("T")


class Marks(Generic[T]):
    """Things by their marks (file names; fnmatch patterns allowed)."""

    def __init__(self, marks: Mapping[T, tuple[str, ...]]) -> None:
        self._names: dict[str, list[T]] = {}
        self._globs: list[tuple[re.Pattern[str], T]] = []
        for thing, names in marks.items():
            for name in names:
                if any(sign in name for sign in "*?["):
                    self._globs.append((re.compile(translate(name)), thing))
                else:
                    self._names.setdefault(name, []).append(thing)
        self._order = tuple(marks)
        self._any = re.compile("|".join(f"(?:{glob.pattern})" for glob, _ in self._globs) or r"(?!)")

    def fits(self, name: str) -> bool:
        """Tell whether a name is a mark of anything."""
        return name in self._names or self._any.match(name) is not None

    def of(self, names: Iterable[str]) -> list[T]:
        """Return what the names in a folder are marks of, in the order of the registry."""
        found: set[int] = set()
        for name in names:
            if name in self._names:
                found.update(id(thing) for thing in self._names[name])
            elif self._any.match(name):
                found.update(id(thing) for glob, thing in self._globs if glob.match(name))
        return [thing for thing in self._order if id(thing) in found]
