"""Where the expressions of a step, a job or a whole file stand."""

from collections.abc import Iterator

import msgspec

from calibrant.model.expression import Expression, Path
from calibrant.model.nodes import Map, Node, Scalar, Seq


class Placed(msgspec.Struct, frozen=True, gc=False):
    """An expression and the path to the value that it stands in. `whole`: the value is nothing but the expression."""

    expression: Expression
    where: Path
    whole: bool = True


def placed(node: Node, condition: Expression | None = None) -> Iterator[Placed]:
    """Yield the expressions of a map in the order of its keys; `condition` is that of its ‘if’."""
    if condition is not None:
        yield Placed(condition, ("if",))
    waiting: list[tuple[Path, Node]] = [((), node)]
    while waiting:
        where, here = waiting.pop()
        match here:
            case Scalar() if here.template is not None and (condition is None or where != ("if",)):
                whole = here.template.whole
                for expression in here.template.expressions:
                    yield Placed(expression, where, whole is not None)
            case Map():
                waiting.extend(((*where, entry.name), entry.value) for entry in reversed(here.entries))
            case Seq():
                waiting.extend(((*where, at), item) for at, item in reversed(list(enumerate(here.items))))
            case _:
                pass
