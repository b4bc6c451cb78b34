"""Finds the references of an expression: a context, and the path behind it as far as it is written out."""

from collections.abc import Callable, Iterator

from calibrant.expressions.actions.tree import Index, Literal, Name, Property, Tree, children
from calibrant.model.expression import Reference
from calibrant.model.text import Span

Locate = Callable[[int, int], Span]
"""Gives the place of the characters [start, end) of the expression's source."""


def find_references(tree: Tree, locate: Locate) -> Iterator[Reference]:
    """Yield the references of an expression in the order of its source.

    What is looked up by anything but a name, a text or a number (`a[b]`, `a.*`) ends the path.
    """
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        found = _reference(here, locate)
        if found is not None:
            yield found
        else:
            waiting.extend(reversed(children(here)))


def _reference(tree: Tree, locate: Locate) -> Reference | None:
    """Return the reference that a part of an expression is as a whole."""
    path: list[str | int] = []
    parts: list[tuple[int, int]] = []
    here = tree
    while not isinstance(here, Name):
        match here:
            case Property(name=name):
                path.append(name)
                parts.append((here.name_start, here.name_start + len(name)))
            case Index(index=Literal(value=str() as name) as index):
                path.append(name)
                parts.append((index.start + 1, index.end - 1))
            case Index(index=Literal(value=float() as value) as index) if value.is_integer():
                path.append(int(value))
                parts.append((index.start, index.end))
            case _:
                return None
        here = here.target
    parts.append((here.start, here.end))
    spans = tuple(locate(*part) for part in reversed(parts))
    return Reference(here.name, tuple(reversed(path)), locate(tree.start, tree.end), spans)
