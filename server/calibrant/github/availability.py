"""Which contexts and special functions there are at which key."""

from functools import lru_cache
from typing import Final

import msgspec

from calibrant.github.contexts import AVAILABLE, CONTEXTS, OF_COMPOSITE
from calibrant.model.expression import Path

_STATUS: Final = frozenset({"always", "cancelled", "success", "failure"})
_HASH: Final = frozenset({"hashfiles"})
_DOCUMENTED: Final = tuple(
    (pattern, frozenset(contexts), frozenset(name.lower() for name in functions))
    for pattern, contexts, functions in AVAILABLE
)
_OF_ACTION: Final[tuple[tuple[Path, frozenset[str], frozenset[str]], ...]] = (
    (("inputs", "*", "default"), frozenset({"github", "strategy", "matrix", "job", "runner"}), _HASH),
    (("outputs", "*", "value"), frozenset(OF_COMPOSITE), _HASH),
    (("inputs", "*"), frozenset(), frozenset()),
    (("outputs", "*"), frozenset(), frozenset()),
    (("description",), frozenset(), frozenset()),
    (("runs", "args"), frozenset({"inputs"}), frozenset()),
    (("runs", "env"), frozenset({"inputs"}), frozenset()),
    (("runs", "steps", "*", "if"), frozenset({*OF_COMPOSITE, "vars"}), _STATUS | _HASH),
    (("runs", "steps"), frozenset({*OF_COMPOSITE, "vars"}), _HASH),
)
"""Of an action's metadata, descriptions included: there GitHub reads expressions, too. ‘vars’ is not complained of in its
steps: whether it is there has changed over time."""

_NOWHERE: Final[tuple[Path, ...]] = (
    ("permissions",),
    ("jobs", "*", "needs"),
    ("jobs", "*", "permissions"),
    ("jobs", "*", "uses"),
    ("jobs", "*", "steps", "*", "uses"),
    ("jobs", "*", "steps", "*", "id"),
    ("runs", "using"),
    ("runs", "steps", "*", "uses"),
    ("runs", "steps", "*", "id"),
)
"""Where no expression is worked out, not even one without any context."""


class Available(msgspec.Struct, frozen=True):
    """What an expression may use, by names in lower case. `nothing`: no expression may stand there at all."""

    contexts: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    nothing: bool = False


@lru_cache(maxsize=4096)
def available(path: Path) -> Available | None:
    """Return what there is at a path of a workflow or an action; None where that is not documented."""
    if any(_begins(pattern, path) for pattern in _NOWHERE):
        return Available(nothing=True)
    for pattern, contexts, functions in (*_DOCUMENTED, *_OF_ACTION):
        if _begins(pattern, path):
            return Available(contexts, functions)
    return Available(nothing=True) if path[:1] == ("on",) else None


def known_context(name: str) -> bool:
    """Tell whether there is a context of that name anywhere."""
    return name.lower() in CONTEXTS


def _begins(pattern: Path, path: Path) -> bool:
    return len(pattern) <= len(path) and all(wanted in ("*", part) for wanted, part in zip(pattern, path, strict=False))
