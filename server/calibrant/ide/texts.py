"""The texts of a node as they stand in its piece, and the expressions in them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from calibrant import dialects
from calibrant.expressions.lexemes import lexemes
from calibrant.expressions.scan import find_braces
from calibrant.model.lexicon import Cut, Enclosed, Lexicon
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.loose import loose_expressions


class Embedded(NamedTuple):
    """An expression in a text: [start, end) of the scalar's value without braces; `braces` where it stands between some."""

    scalar: Scalar
    start: int
    end: int
    braces: Enclosed | None = None

    @property
    def source(self) -> str:
        """The expression, with the blanks around it."""
        return str(self.scalar.value)[self.start : self.end]

    def at(self, start: int, end: int) -> Span:
        """Return the place in the piece of the characters [start, end) of the source."""
        return self.scalar.locate(self.start + start, self.start + end)


def scalars(node: Node) -> Iterator[Scalar]:
    """Yield the scalar values in a node, in order; not those behind an alias."""
    stack: list[Node] = [node]
    while stack:
        here = stack.pop()
        if here.aliased:
            continue
        match here:
            case Scalar():
                yield here
            case Seq():
                stack.extend(reversed(here.items))
            case Map():
                stack.extend(entry.value for entry in reversed(here.entries))


def expressions(body: StepBody | JobBody | Workflow, known: Known) -> Iterator[Embedded]:
    """Yield where the expressions of a step, a job or what is around stand, those without braces included, empty and broken ones
    too.
    """
    lexicon = dialects.lexicon(known.language.name)
    own = (one.span.start for one in body.expressions)
    loose = (one.span.start for one in loose_expressions(body, known)) if isinstance(body, StepBody) else ()
    starts = sorted((*own, *loose))
    if not starts:
        return
    for scalar in scalars(body.root if isinstance(body, Workflow) else body.node):
        at = bisect_left(starts, scalar.span.start)
        if at < len(starts) and starts[at] <= scalar.span.end and isinstance(scalar.value, str):
            yield from _of_text(scalar, scalar.value, lexicon)


def cut(source: str, known: Known) -> Sequence[Cut]:
    """Return the words and signs of an expression."""
    lexicon = dialects.lexicon(known.language.name)
    return lexemes(source) if lexicon is None else lexicon.lexemes(source)


def _of_text(scalar: Scalar, value: str, lexicon: Lexicon | None) -> Iterator[Embedded]:
    if (lexicon.opens if lexicon else "{{") not in value:
        yield Embedded(scalar, 0, len(value))
        return
    for braces in lexicon.braces(value) if lexicon else find_braces(value):
        yield Embedded(scalar, braces.inner, braces.inner_end, braces)
