"""From the end of a path, which is all that some tools tell of a file, to the file of the workspace that it is of."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

_ALIKE = 500
"""How many files of one name are looked at."""
_DEPTH = 20


class Ends:
    """The files of a workspace, relative to it, by the ends of their paths."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files = files

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = defaultdict(list)
        for file in self._files:
            if not file.endswith("/") and len(found := out[posixpath.basename(file)]) < _ALIKE:
                found.append(file)
        return out

    def known(self, path: str) -> bool:
        """Tell whether the workspace has that file."""
        return path in self._by_name.get(posixpath.basename(path), ())

    def find(self, end: str, cwd: str) -> str | None:
        """Return the one file that a path is the end of, or whose end it has; None where there is none, or are several.

        The name of a module may stand before a path from the module's root, so beginnings are left out one after the other;
        a mere name is then that of a file right in `cwd`, where the tool ran. Files below that go before others.
        """
        parts = posixpath.normpath(end).split("/")[-_DEPTH:]
        alike = self._by_name.get(parts[-1], [])
        below = [file for file in alike if cwd in ("", ".") or file.startswith(f"{cwd}/")]
        for first in range(len(parts)):
            tail = "/".join(parts[first:])
            if first and first == len(parts) - 1:
                return posixpath.normpath(posixpath.join(cwd, tail)) if _there(alike, cwd, tail) else None
            for files in (below, alike):
                found = [file for file in files if file == tail or file.endswith(f"/{tail}")]
                if len(found) > 1:
                    return posixpath.normpath(posixpath.join(cwd, tail)) if _there(found, cwd, tail) else None
                if found:
                    return found[0]
        return None


def _there(found: list[str], cwd: str, tail: str) -> bool:
    """Tell whether one of several is right where the tool ran."""
    return posixpath.normpath(posixpath.join(cwd, tail)) in found
