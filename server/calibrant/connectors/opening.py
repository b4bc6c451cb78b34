"""Opening what a path led to when it was judged: a link that has come into it since then is not followed.

The paths that a run hands out have all their links resolved. Between that and the opening, a command that works on the same
folder may put a link in place of a folder; following it would lead out of the workspace.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_PASSING = getattr(os, "O_PATH", os.O_RDONLY)
"""How a folder is opened that is only passed through: where the system can tell, without the right to list it."""


@contextmanager
def folder(path: Path) -> Iterator[int | None]:
    """Yield a descriptor of a folder, to give as `dir_fd`; None where the system knows no such thing.

    Raises:
        OSError: there is no such folder, or a link stands in its path.
    """
    if os.open not in os.supports_dir_fd or not path.is_absolute():
        yield None
        return
    descriptor = os.open(path.anchor, _PASSING)
    try:
        for part in path.parts[1:]:
            below = os.open(part, _PASSING | _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def without_links(path: str, flags: int) -> int:
    """Open a file, as an `opener` for `open`: its path, all links in which are resolved, must hold no link now.

    Raises:
        OSError: it cannot be opened, or a link stands in its path.
    """
    with folder(Path(path).parent) as inside:
        if inside is None:
            return os.open(path, flags | _NO_LINK, 0o666)
        return os.open(Path(path).name, flags | _NO_LINK, 0o666, dir_fd=inside)
