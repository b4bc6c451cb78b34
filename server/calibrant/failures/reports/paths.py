"""From a path as a tool wrote it to one from the workspace's root."""

import posixpath
import re
from collections.abc import Iterable

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_NO_FILE = re.compile(r"[<>\0\n]")


def in_workspace(file: str, cwd: str | None, roots: Iterable[str]) -> str | None:
    """Return the path relative to the workspace, with slashes; None for what is no path or leads out of the workspace.

    `cwd` is the folder that the tool ran in, relative to the workspace or absolute, None where it is not known. `roots` are
    the absolute paths under which the workspace is known. Nothing is looked up: a link that leads out is no matter of this.
    """
    if not file or _NO_FILE.search(file):
        return None
    windows = bool(_DRIVE.match(file))
    path = file.replace("\\", "/") if windows or "/" not in file else file
    if not (windows or path.startswith("/")):
        if cwd is None:
            return None
        path = posixpath.normpath(posixpath.join(cwd, path))
        if not path.startswith("/"):
            return _below(path)
    path = posixpath.normpath(path)
    for root in roots:
        base = posixpath.normpath(root.replace("\\", "/") if _DRIVE.match(root) else root)
        prefix = base if base.endswith("/") else base + "/"
        if path.startswith(prefix) or (windows and path.lower().startswith(prefix.lower())):
            return _below(path[len(prefix) :])
    return None


def _below(path: str) -> str | None:
    outside = path in ("", ".", "..") or path.startswith(("../", "/"))
    return None if outside else path
