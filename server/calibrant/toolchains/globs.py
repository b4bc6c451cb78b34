"""Patterns on paths: those of marks in one folder, and those by which a workspace names its members."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

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
    if not any(isinstance(glob, str) and fits(path, glob) for glob in globs):
        return False
    return not any(isinstance(glob, str) and fits(path, glob) for glob in but)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part not in ("", "."))
