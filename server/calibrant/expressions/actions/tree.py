"""What an expression is made of, as parsed. Offsets are in the expression's source."""

import msgspec


class Tree(msgspec.Struct, frozen=True, gc=False):
    """A part of an expression on [start, end). `depth`: the longest way down to a leaf, a leaf being 1 deep."""

    start: int
    end: int
    depth: int


class Literal(Tree, frozen=True, gc=False):
    """A null, boolean, number or text."""

    value: bool | float | str | None


class Name(Tree, frozen=True, gc=False):
    """The name of a context, as written."""

    name: str


class Property(Tree, frozen=True, gc=False):
    """`target.name`; the name stands on [name_start, end)."""

    target: Tree
    name: str
    name_start: int


class Index(Tree, frozen=True, gc=False):
    """`target[index]`."""

    target: Tree
    index: Tree


class Filter(Tree, frozen=True, gc=False):
    """`target.*` or `target[*]`: all that is in it."""

    target: Tree


class Call(Tree, frozen=True, gc=False):
    """`name(arguments)`; the name stands on [start, name_end)."""

    name: str
    name_end: int
    arguments: tuple[Tree, ...]


class Not(Tree, frozen=True, gc=False):
    """`!operand`."""

    operand: Tree


class Compare(Tree, frozen=True, gc=False):
    """Two operands with one of `== != < <= > >=` between them, which stands at `operator_start`."""

    operator: str
    operator_start: int
    left: Tree
    right: Tree


class Chain(Tree, frozen=True, gc=False):
    """Two or more operands with `&&` or `||` between them: the first that decides is the result."""

    operator: str
    operands: tuple[Tree, ...]


def children(tree: Tree) -> tuple[Tree, ...]:
    """Return the parts right below one, in the order of the source."""
    match tree:
        case Property() | Filter():
            return (tree.target,)
        case Index():
            return (tree.target, tree.index)
        case Call():
            return tree.arguments
        case Not():
            return (tree.operand,)
        case Compare():
            return (tree.left, tree.right)
        case Chain():
            return tree.operands
        case _:
            return ()
