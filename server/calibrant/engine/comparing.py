"""What a command did to files: what they are like before and after it, and what differs."""

from pathlib import Path

from calibrant.engine import tree
from calibrant.engine.traces import ANYTHING, FOR_COMMANDS, LINKS, MOST_NAMES
from calibrant.engine.workspace_copy import PrivateCopy

_MOST_FILES = 50_000
_MOST_OWN = 5_000

Files = dict[str, tree.Scanned]
"""Files by their path relative to the folder that was looked through."""


def scan(copy: PrivateCopy) -> tuple[Files | None, list[Files | None]]:
    """Return what the files of a copy are like, and what only commands see: what git keeps, and a private home and /tmp.

    None stands for too many files.
    """
    root, private = copy.overlay.root, copy.overlay.private
    own = [
        tree.scan(place, _MOST_OWN, lambda path: path.name == "objects") for place in (root / ".git", private / "home")
    ]
    own.append(tree.scan(private / "tmp", _MOST_OWN, lambda _path: False))
    environments: list[str] = []
    found = tree.scan(root, _MOST_FILES, lambda path: path.name == ".git", environments)
    own += [_packages(root / name) for name in environments]
    return found, own


def _packages(environment: Path) -> Files:
    """Return what stands uppermost in an environment of the copy: installing changes that."""
    entries = tree.uppermost(environment)
    return {
        entry.relative: tree.Scanned((entry.status.st_mtime_ns, entry.status.st_size), entry.status.st_mode, 0)
        for entry in entries
    }


def touched(before: Files | None, after: Files | None, *, own: bool) -> tuple[str, ...]:
    """Return what a command changed, made or removed, also where it left the content or the time, as `engine.traces` names it."""
    if before is None or after is None:
        return (ANYTHING, LINKS)
    names = [name for name, state in after.items() if before.get(name) != state]
    names += before.keys() - after.keys()
    links = any(files[name].is_link for name in names for files in (before, after) if name in files)
    if len(names) > MOST_NAMES:
        return (ANYTHING, *([LINKS] if links else []))
    more = [*([LINKS] if links else []), *([FOR_COMMANDS] if own else [])]
    return (*sorted(name.rstrip("/") for name in names), *more)


def altered(before: Files | None, after: Files | None) -> tuple[str, ...] | None:
    """Return the files whose content or mode is another one, and those that came or went."""
    if before is None or after is None:
        return None
    names = [name for name, state in after.items() if name not in before or not _alike(before[name], state)]
    names += before.keys() - after.keys()
    return tuple(sorted(name for name in names if not name.endswith("/")))


def _alike(one: tree.Scanned, other: tree.Scanned) -> bool:
    return (one.content, one.mode) == (other.content, other.mode)


def changed(before: Files | None, after: Files | None) -> list[str]:
    """Return what was made, and what has another content; of too many files nothing."""
    if before is None or after is None:
        return []
    return [name for name, state in after.items() if name not in before or before[name].content != state.content]
