"""How tasks of a folder are called, as shell text; what a name must be to stand in it."""

import re

from calibrant.toolchains.ecosystem import Folder

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]{1,200}")


def quoted(name: str) -> str:
    """Return a name as one word of a shell command."""
    if _PLAIN.fullmatch(name) and not name.startswith("-"):
        return name
    return "'" + name.replace("'", "'\"'\"'") + "'"


def quoted_path(path: str) -> str:
    """Return a path as one word of a shell command that no program takes for an option."""
    return quoted(f"./{path}" if path.startswith("-") else path)


def general_task(folder: Folder, *names: str) -> str:
    """Return the call of the first of the names that a justfile or a Makefile of the folder knows; empty where none does."""
    for runner in ("just", "make"):
        if name := folder.task(runner, *names):
            return f"{runner} {quoted(name)}"
    return ""
