"""Places in files whose text is not at hand, as a tool told them: how they are shown."""

import posixpath

from calibrant.model.issue import At
from calibrant.model.text import Position

_MOST = (1 << 31) - 1
"""The largest line or character that the protocols of editors know."""


def shown_path(path: str, name: str, shown: str) -> str:
    """Return how to show a file of the workspace beside a workflow that is shown as `shown`.

    `path` and `name`, which is the workflow's, are from the workspace's root; `shown` names the same workflow from some
    other folder, or is absolute.
    """
    plain = shown.removeprefix("./")
    if plain.endswith(f"/{name}"):
        return plain[: -len(name)] + path
    if name.endswith(f"/{plain}"):
        return posixpath.relpath(path, name[: -len(plain) - 1])
    return path


def told_range(at: At) -> tuple[Position, Position]:
    """Return start and end of a told place. Where it goes on to the end of a line, nobody knows how far that is: it is empty."""
    start = Position(_within(at.line), _within(at.column))
    end = Position(_within(at.end_line), _within(at.end_column))
    return start, end if at.end_column >= 0 and end >= start else start


def told_line(path: str, at: At) -> str:
    """Return a place as terminals and editors know how to follow it; the column only where a tool told one."""
    column = f":{at.column + 1}" if at.column else ""
    return f"{path}:{at.line + 1}{column}"


def _within(number: int) -> int:
    return max(0, min(number, _MOST))
