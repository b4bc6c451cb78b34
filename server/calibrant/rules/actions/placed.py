"""Where the expressions of a step, a job or a whole file stand."""

from collections.abc import Iterator
from typing import Final

import msgspec

from calibrant.model.expression import Expression, Path
from calibrant.model.nodes import Map, Node, Scalar, Seq

BESIDE: Final = "parallel"
"""The key of a step that holds steps of its own."""


class Placed(msgspec.Struct, frozen=True, gc=False):
    """An expression and the path to the value that it stands in. `whole`: the value is nothing but the expression."""

    expression: Expression
    where: Path
    whole: bool = True

    @property
    def below(self) -> Path:
        """The path below the step itself, for one of those that run side by side in a step."""
        return self.where[2:] if self.where[:1] == (BESIDE,) else self.where


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
