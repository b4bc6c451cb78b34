"""How rules put names and types into sentences."""

from collections.abc import Collection, Iterable
from itertools import islice

from calibrant.model.closest import closest
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.value import type_name

_SHOWN = 8

KEEPS_TYPE = "Only a value that is one whole ‘{{ … }}’ keeps its type; with anything around it, it is text."


def type_of(node: Node) -> str:
    """Return the type of a node's value, "unknown" where an expression or nothing readable stands there."""
    match node:
        case Map():
            return "object"
        case Seq():
            return "array"
        case Hole():
            return "null" if node.missing else "unknown"
        case Scalar():
            if node.template is not None:
                return "unknown" if node.template.whole else "string"
            return type_name(node.value)


def did_you_mean(name: str, names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return a hint with the closest name ("" where none is close) and all close names, the closest first."""
    near = closest(name, names)
    return (f"Did you mean ‘{near[0]}’?" if near else "", near)


def listed(names: Collection[str]) -> str:
    """Return names as a sentence lists them, cut where there are many."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(islice(names, _SHOWN)) + more


def quoted(source: str, most: int = 60) -> str:
    """Return a piece of source for a message, on one line and cut where it is long."""
    line = " ".join(source.split())
    return f"‘{line if len(line) <= most else line[: most - 1] + '…'}’"


def misspelt(name: str, given: Iterable[str], names: Collection[str]) -> bool:
    """Tell whether one of the given names that are no names at all was probably meant to be `name`."""
    return any(closest(other, (name,)) for other in given if other not in names)
