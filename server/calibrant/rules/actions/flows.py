"""What of a context can come out of an expression as text: not by way of comparisons, conditions and the like."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from calibrant.expressions.actions import parse
from calibrant.expressions.actions.tree import Call, Chain, Filter, Index, Literal, Name, Property, Tree

_PASSES: Final = frozenset({"format", "join", "fromjson", "case"})
"""Functions whose result holds their arguments."""


class Flow(NamedTuple):
    """A path below a context whose value comes out of an expression; `whole`: with all that is in it."""

    root: str
    path: tuple[str, ...]
    whole: bool
    start: int
    end: int


def flows(source: str) -> Iterator[Flow]:
    """Yield what of the contexts `github` and `env` can come out of an expression as text; nothing where it cannot be read."""
    tree = parse(source).tree
    if tree is not None:
        yield from _of_tree(tree)


def _of_tree(tree: Tree) -> Iterator[Flow]:
    waiting = [(tree, False)]
    while waiting:
        here, all_of_it = waiting.pop()
        match here:
            case Chain(operator="||"):
                waiting += [(operand, all_of_it) for operand in here.operands]
            case Chain():
                waiting.append((here.operands[-1], all_of_it))
            case Call() if here.name.lower() == "tojson":
                waiting += [(argument, True) for argument in here.arguments]
            case Call() if here.name.lower() in _PASSES:
                waiting += [(argument, all_of_it) for argument in here.arguments]
            case Name() | Property() | Index() | Filter():
                root, path = _chain(here)
                if isinstance(root, Name) and root.name.lower() in ("github", "env"):
                    yield Flow(root.name.lower(), path, all_of_it, here.start, here.end)
                elif not isinstance(root, Name):
                    waiting.append((root, True))


def _chain(tree: Tree) -> tuple[Tree, tuple[str, ...]]:
    """Return where a path begins and the path in small letters, "*" for all that is not a name."""
    path: list[str] = []
    while True:
        match tree:
            case Property():
                path.append(tree.name.lower())
            case Index(index=Literal(value=str() as name)):
                path.append(name.lower())
            case Index() | Filter():
                path.append("*")
            case _:
                return tree, tuple(reversed(path))
        tree = tree.target
