"""The scope of a step: which files its commands may change, and which they changed outside of that."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import lru_cache

from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.nodes import Map
from calibrant.model.workflow import StepBody

_CACHES = frozenset(
    {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".tox", ".nox", "node_modules"}
)
_CACHES |= {".nyc_output", ".gradle", ".turbo", ".parcel-cache", ".cache", ".git"}
_CACHE_FILES = re.compile(
    r"\.coverage(\.[^/]*)?|[^/]*\.py[co]|\.eslintcache|\.stylelintcache|[^/]*\.tsbuildinfo|\.dmypy\.json|\.DS_Store"
)
_SHOWN, _LISTED, _TOGETHER = 3, 200, 3
_LONGEST, _MOST_PARTS = 500, 40


def scope_mismatch(body: StepBody, names: Iterable[str]) -> Failure | None:
    """Return the failure of a step whose commands changed these files (as the workflow writes them); None where it may.

    What tools keep for themselves (`__pycache__`, coverage data, `node_modules`) does not count.
    """
    patterns = [posixpath.normpath(pattern) for pattern in body.scope or () if pattern.strip()]
    outside = sorted(name for name in names if not is_cache(name) and not any(fits(name, one) for one in patterns))
    if not outside:
        return None
    count = len(outside)
    more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
    shown = ", ".join(f"‘{name}’" for name in outside[:_SHOWN]) + more
    allowed = ", ".join(f"‘{pattern}’" for pattern in patterns) or "nothing"
    node = body.node.get("scope") if isinstance(body.node, Map) else None
    return Failure(
        "scope-mismatch",
        f"It changed {'a file' if count == 1 else f'{count} files'} outside of its scope: {shown}.",
        Kind.POLICY,
        hint=f"It may change {allowed}. Have it leave other files alone, or add them to ‘scope’.",
        details="\n".join(outside[:_LISTED]),
        subject="scope",
        span=node.span if node is not None else None,
        evidence={"files": "\n".join(outside[:_LISTED]), "patterns": "\n".join(patterns_for(outside[:_LISTED]))},
    )


def is_cache(name: str) -> bool:
    """Tell whether a file is what a tool keeps for itself, and nobody's result."""
    folders, _, base = name.rpartition("/")
    return not _CACHES.isdisjoint(folders.split("/")) or _CACHE_FILES.fullmatch(base) is not None


def fits(name: str, pattern: str) -> bool:
    """Tell whether a file is one that a pattern means: `**` stands for any folders, and what it names for all below too."""
    parts = tuple(pattern.split("/"))
    if pattern == ".":
        return not name.startswith("../")
    if len(pattern) > _LONGEST or len(parts) > _MOST_PARTS:
        return False
    given = name.split("/")
    reached = {0}
    for part in given:
        if len(parts) in reached:
            return True  # a folder above it is meant
        reached = {after for at in reached for after in _steps(parts, at, part)}
    return any(all(one == "**" for one in parts[at:]) for at in reached)


def _steps(parts: Sequence[str], at: int, part: str) -> Iterable[int]:
    """Yield how far a pattern is gone through when one more part of a name is taken, from a place in it."""
    while at < len(parts) and parts[at] == "**":
        if part != "..":
            yield at
        at += 1
    if at < len(parts) and (parts[at] == part or (part != ".." and _matcher(parts[at]).fullmatch(part))):
        yield at + 1


@lru_cache(maxsize=256)
def _matcher(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))


def patterns_for(names: Sequence[str]) -> list[str]:
    """Return patterns that mean these files: where several lie in one folder, all that is in it."""
    folders: dict[str, list[str]] = {}
    for name in names:
        folders.setdefault(posixpath.dirname(name), []).append(name)
    found: dict[str, None] = {}
    for folder, inside in folders.items():
        whole = bool(folder) and len(inside) >= _TOGETHER
        found |= dict.fromkeys([f"{_escaped(folder)}/**"] if whole else map(_escaped, inside))
    return list(found)


def _escaped(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)
