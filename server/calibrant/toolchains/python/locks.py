"""Whether a lock file still says what the manifest asks for: by what both hold, never by their times."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.parsing import table, text
from calibrant.toolchains.python.declared import PYPROJECT, Declared
from calibrant.toolchains.python.requirements import normal

_NAME = re.compile(r"^name = \"([A-Za-z0-9][A-Za-z0-9._-]{0,200})\"", re.MULTILINE)
_POETRY_HASH = re.compile(r"^content-hash = \"([0-9a-f]{64})\"", re.MULTILINE)
_UV_PYTHON = re.compile(r"^requires-python = \"([^\"\n]{1,200})\"", re.MULTILINE)
_SHOWN = 5


def outdated(folder: Folder, lock: Folder, name: str, said: Declared) -> str:
    """Return in words what a lock file lacks of the manifest; empty where nothing can be told.

    `lock` is the folder that it lies in, `name` its name.
    """
    content = lock.read(name)
    if not content or folder.fault(PYPROJECT, "toml") or folder.fault("Pipfile", "toml"):
        return ""
    if name == "Pipfile.lock":
        return _pipfile(folder)
    locked = lock.made(name, _names)
    partial = name == "pdm.lock" and '"default"' not in content  # only groups were locked
    whole = bool(locked) or "lock_version = " in content  # PDM has no entry for the project itself
    missing = sorted(said.surely - locked) if whole and not partial else []
    if missing:
        more = len(missing) - _SHOWN
        names = ", ".join(missing[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return f"{name} lacks {names}, which {PYPROJECT} asks for"
    if name == "poetry.lock" and (hashed := _POETRY_HASH.search(content)):
        fresh = hashed[1] in set(_poetry_hashes(folder.toml(PYPROJECT)))
        return "" if fresh else f"{PYPROJECT} was changed since {name} was made: its content-hash is another one"
    if name == "uv.lock" and folder.root == lock.root:
        return _uv_python(folder, content)
    return ""


def _names(content: str) -> frozenset[str]:
    return frozenset(normal(found[1]) for found in _NAME.finditer(content))


def _uv_python(folder: Folder, content: str) -> str:
    """Compare the range of Python of a single project; that of a workspace is worked out of all its members."""
    project = folder.toml(PYPROJECT)
    asked, found = text(project, "project", "requires-python"), _UV_PYTHON.search(content)
    if table(project, "tool", "uv", "workspace") or not asked or found is None:
        return ""
    plain = re.fullmatch(r">=[ ]{0,3}[\d.]{1,20}", asked) and re.fullmatch(r">=[ ]{0,3}[\d.]{1,20}", found[1])
    if not plain or _lower(asked) == _lower(found[1]):
        return ""
    return f"uv.lock is made for Python {found[1]}, {PYPROJECT} asks for {asked}"


def _lower(asked: str) -> list[str]:
    numbers = asked.removeprefix(">=").strip().split(".")
    while numbers and numbers[-1] == "0":
        numbers.pop()
    return numbers


def _poetry_hashes(project: dict[str, Any]) -> Iterator[str]:
    """Yield what Poetry's versions make of the manifest: the SHA-256 of the tables that locking hangs on, as sorted JSON.

    From 2.3 on dependency groups count too; `group` counts from 1.2 on, `project` from 2.0 on.
    """
    standard = {
        key: value
        for key in ("requires-python", "dependencies", "optional-dependencies")
        if (value := table(project, "project").get(key)) is not None
    }
    poetry = table(project, "tool", "poetry")
    groups = table(project, "dependency-groups")
    legacy = {key: poetry.get(key) for key in ("dependencies", "source", "extras", "dev-dependencies")}
    group = {"group": poetry["group"]} if poetry.get("group") is not None else {}
    present = {key: value for key, value in legacy.items() if value is not None}
    yield _digest(legacy)
    yield _digest(legacy | group)
    if standard:
        yield _digest({"project": standard, "tool": {"poetry": present | group}})
        yield _digest({"project": standard, "dependency-groups": groups, "tool": {"poetry": present | group}})
    if groups:
        yield _digest({"dependency-groups": groups, "tool": {"poetry": present | group}})


def _digest(content: object) -> str:
    try:
        text_of = json.dumps(content, sort_keys=True, default=str)
    except RecursionError:  # nested deeper than anyone writes
        return ""
    return hashlib.sha256(text_of.encode("utf-8", "replace")).hexdigest()


def _pipfile(folder: Folder) -> str:
    pipfile = folder.toml("Pipfile")
    locked = folder.json("Pipfile.lock")
    for section, key in (("packages", "default"), ("dev-packages", "develop")):
        surely = [name for name, wanted in table(pipfile, section).items() if isinstance(wanted, str)]
        missing = sorted({normal(name) for name in surely} - {normal(name) for name in table(locked, key)})
        if missing and key in locked:
            return f"Pipfile.lock lacks {', '.join(missing[:_SHOWN])}, which Pipfile asks for"
    return ""
