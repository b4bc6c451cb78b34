"""Names of tasks as they are read off a text, and what becomes of them."""

from collections.abc import Iterable
from typing import NamedTuple

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder

MAX_NAMES = 5000
MAX_TEXT = 400_000
"""Characters of what is read, with all that it includes; more than that nobody writes by hand."""


class Listed(NamedTuple):
    """The names that a text gives tasks, in its order and each once; `whole`: nothing else can be called."""

    names: tuple[str, ...]
    whole: bool


def listed(names: Iterable[str], *, whole: bool) -> Listed:
    """Return each name once; of very many only the first, which are then not all."""
    each = tuple(dict.fromkeys(name for name in names if name))
    return Listed(each[:MAX_NAMES], whole and len(each) <= MAX_NAMES)


def tasks(runner: str, folder: Folder, name: str, found: Listed) -> Tasks:
    """Return the tasks that a file of a folder names."""
    return Tasks(runner, folder.root, folder.path(name), found.names, found.whole)
