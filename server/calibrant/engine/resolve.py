"""What a path means, its links followed one by one, each looked up where the caller says."""

import errno
from collections.abc import Callable
from pathlib import Path

_MOST_LINKS = 40


def resolve(path: str, start: Path, seen: Callable[[Path], Path]) -> Path:
    """Return the place that `path` leads to from the folder `start`; it need not exist.

    `seen` says where a place is really looked at: a link found there means what it would mean at the place itself.

    Raises:
        OSError: its links lead in circles.
        ValueError: it is no path: it holds a NUL character, or characters that no file name can have.
    """
    if "\0" in path:
        raise ValueError("a path cannot hold a NUL character")
    given = Path(path)
    here = Path(given.anchor) if given.is_absolute() else start
    waiting = list(reversed(given.relative_to(given.anchor).parts))
    links = 0
    while waiting:
        part = waiting.pop()
        if part == "..":
            here = here.parent
            continue
        here /= part
        target = _link_target(seen(here))
        if target is None:
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, "too many links", path)
        here = Path(target.anchor) if target.is_absolute() else here.parent
        waiting += reversed(target.relative_to(target.anchor).parts)
    return here


def _link_target(path: Path) -> Path | None:
    try:
        return path.readlink()
    except OSError:  # no link, or nothing there
        return None
