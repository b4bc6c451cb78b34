"""What a step or a job refers to, as read from its own text: kept as long as that is the same."""

from collections.abc import Iterator
from typing import Final

from calibrant.expressions.actions.parse import parse
from calibrant.expressions.actions.tree import Filter, Index, Literal, Name, Property, Tree, children
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.shape import ANY, Shape
from calibrant.model.workflow import JobBody, StepBody
from calibrant.rules.actions.elsewhere import Elsewhere
from calibrant.rules.actions.placed import BESIDE, Placed, placed
from calibrant.rules.places import unreadable
from calibrant.rules.rule import Reached

STEPS: Final = "steps"


class Looked(Reached, frozen=True, gc=False):
    """What is known of a step or a job, with its expressions as read.

    `ids`: the steps that it refers to by name, in lower case, and `needs` the jobs. `by_chance`: it also refers to steps that are
    not written out. `elsewhere`: where those are that are not there, as long as `given` holds.
    """

    looks: tuple[tuple[Placed, Tree], ...] = ()
    ids: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    by_chance: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()


def first_look(node: Node, body: StepBody | JobBody | None, output: Shape = ANY) -> Looked:
    """Return the expressions below a node and what they refer to; `body` is that of the step or job that it belongs to."""
    looks: list[tuple[Placed, Tree]] = []
    for one in placed(node, body.condition if body is not None else None):
        tree = parse(one.expression.source).tree if one.expression.error is None else None
        if tree is not None:
            looks.append((one, tree))
    named = [name for _, tree in looks for name in _named(tree)]
    steps = [part for name, part in named if name == STEPS]
    side_by_side = isinstance(body, StepBody) and isinstance(node, Map) and node.get(BESIDE) is not None
    return Looked(
        (),
        tuple(dict.fromkeys(name for name, _ in named)),
        borrows=False,
        output=output,
        looks=tuple(looks),
        ids=tuple(dict.fromkeys(part.lower() for part in steps if part is not None)),
        needs=tuple(dict.fromkeys(part.lower() for name, part in named if name == "needs" and part is not None)),
        by_chance=None in steps or side_by_side,
    )


def _named(tree: Tree) -> Iterator[tuple[str, str | None]]:
    """Yield the contexts that are named, each with the name of what is taken from it, None where that is not written out."""
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        match here:
            case Property(target=Name(name=name)):
                yield name.lower(), here.name
            case Index(target=Name(name=name), index=Literal(value=str() as part)):
                yield name.lower(), part
            case Filter(target=Name(name=name)) | Name(name=name):
                yield name.lower(), None
            case _:
                waiting.extend(children(here))


def perhaps_named(body: StepBody) -> bool:
    """Tell whether a step may have an id that could not be read."""
    if unreadable(body) or not isinstance(body.node, Map):
        return True
    written = body.node.get("id")
    return written is not None and (body.id is None or "${{" in body.id)


def ids_of(body: StepBody) -> Iterator[str]:
    """Yield the id of a step, and those of the steps that run side by side in it."""
    if body.id is not None:
        yield body.id
    beside = body.node.get(BESIDE) if isinstance(body.node, Map) else None
    for item in beside.items if isinstance(beside, Seq) else ():
        name = item.get("id") if isinstance(item, Map) else None
        if isinstance(name, Scalar) and isinstance(name.value, str):
            yield name.value
