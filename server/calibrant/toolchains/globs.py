"""Patterns on paths: those of marks in one folder, and those by which a workspace names its members."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

_MAX_SEGMENTS = 64


def fits(path: str, glob: str) -> bool:
    """Tell whether a path (relative, with slashes) fits a pattern segment by segment; `**` is any number of folders.

    Takes time proportional to the segments of both; longer ones than anyone writes fit nothing.
    """
    parts, pattern = _segments(path), _segments(glob)
    if len(parts) > _MAX_SEGMENTS or len(pattern) > _MAX_SEGMENTS:
        return False
    reach = {0}  # how many parts each prefix of the pattern may have taken
    for one in pattern:
        if one == "**":
            reach = set(range(min(reach), len(parts) + 1)) if reach else set()
        else:
            reach = {at + 1 for at in reach if at < len(parts) and fnmatchcase(parts[at], one)}
    return len(parts) in reach


def named(path: str, globs: Iterable[object], but: Iterable[object] = ()) -> bool:
    """Tell whether one of `globs` fits a path and none of `but` does; what is no text fits nothing."""
    return _one_of(path, tuple(globs)) and not _one_of(path, tuple(but))


def _one_of(path: str, globs: tuple[object, ...]) -> bool:
    plain, patterns = _sorted(tuple(glob for glob in globs if isinstance(glob, str)))
    return _segments(path) in plain or any(fits(path, glob) for glob in patterns)


@lru_cache(maxsize=64)
def _sorted(globs: tuple[str, ...]) -> tuple[frozenset[tuple[str, ...]], tuple[str, ...]]:
    """Part names from patterns: a workspace may list thousands of members, each of which asks whether it is one."""
    patterns = tuple(glob for glob in globs if any(sign in glob for sign in "*?["))
    return frozenset(_segments(glob) for glob in globs if not any(sign in glob for sign in "*?[")), patterns


def _segments(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part not in ("", "."))
