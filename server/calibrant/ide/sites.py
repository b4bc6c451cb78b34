"""Where the expressions of a step stand: each with the text that holds it, and what `item` goes through there."""

from collections.abc import Iterable, Iterator

import msgspec

from calibrant.expressions.names import find_references
from calibrant.expressions.reference import plain_reference
from calibrant.expressions.tokens import ExpressionError, Token, tokenise
from calibrant.model.expression import Expression, Path, Reference, Template
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.loose import loose_expressions
from calibrant.rules.uses import over_at


class Site(msgspec.Struct, frozen=True):
    """An expression in its place in a step. Spans are relative to the step.

    `path` is where `scalar`, which holds it, stands below the step's map; `over` is what `item` goes through there (see
    `rules.uses.Use`). `base` is the offset of the expression's source in the scalar's text.
    """

    scalar: Scalar
    expression: Expression
    path: Path
    over: str
    base: int

    def locate(self, start: int, end: int) -> Span:
        """Return the span of the characters [start, end) of the expression's source."""
        return self.scalar.locate(self.base + start, self.base + end)


def sites(body: StepBody, known: Known) -> Iterator[Site]:
    """Yield the expressions of a step in the order of its values, those behind aliases included."""
    values = scalars(body.node)
    bare = _bare(body, values, known)
    for scalar, path in values:
        if scalar.template is not None:
            over = over_at(body, path, known)
            for expression, base in _placed(str(scalar.value), scalar.template):
                yield Site(scalar, expression, path, over, base)
            continue
        for expression in bare:
            if _holds(scalar, expression):
                base = max(str(scalar.value).find(expression.source), 0)
                yield Site(scalar, expression, path, over_at(body, path, known), base)


def scalars(node: Node) -> list[tuple[Scalar, Path]]:
    """Return the scalar values in a node, in order, each with its path from there."""
    found: list[tuple[Scalar, Path]] = []
    _collect(node, (), found)
    return found


def _collect(node: Node, path: Path, found: list[tuple[Scalar, Path]]) -> None:
    if isinstance(node, Scalar):
        found.append((node, path))
    elif isinstance(node, Map):
        for entry in node.entries:
            _collect(entry.value, (*path, entry.name), found)
    elif isinstance(node, Seq):
        for at, item in enumerate(node.items):
            _collect(item, (*path, at), found)


def references(site: Site) -> tuple[Reference, ...]:
    """Return the references of an expression; of one that is wrong or half-typed, those that can be told all the same."""
    expression = site.expression
    if expression.error is None or expression.references:
        return expression.references
    try:
        return tuple(find_references(tokens(expression.source), site.locate))
    except ExpressionError:
        return ()


def part_in_value(site: Site, number: int, part: int) -> tuple[int, int]:
    """Return which characters of its scalar's text a part of an expression's reference is; the references count from 0."""
    source = site.expression.source
    plain = plain_reference(source, 0, len(source), Span) if site.expression.plain else None
    reference = plain or list(find_references(tokens(source), Span))[number]
    span = reference.parts[part]
    return site.base + span.start, site.base + span.end


def tokens(source: str) -> list[Token]:
    """Return the tokens of an expression, each where it stands in the source.

    Raises:
        ExpressionError: it cannot be cut into tokens.
    """
    # single characters for line ends, so that offsets hold: the lexer joins \r\n
    return tokenise(source.replace("\r\n", " \n").replace("\r", "\n"))


def part_at(reference: Reference, offset: int) -> int | None:
    """Return which part of a reference (0: its root) an offset of the same frame is at, None where it is at none."""
    touching = [number for number, span in enumerate(reference.parts) if span.holds(offset)]
    return next((one for one in touching if offset < reference.parts[one].end), touching[0] if touching else None)


def _bare(body: StepBody, values: Iterable[tuple[Scalar, Path]], known: Known) -> list[Expression]:
    """Return the expressions that stand without a template: conditions, and what connectors take without braces."""
    templated = {
        id(expression)
        for scalar, _ in values
        if scalar.template is not None
        for expression in scalar.template.expressions
    }
    own = [expression for expression in body.expressions if id(expression) not in templated]
    return [*own, *loose_expressions(body, known)]


def _holds(scalar: Scalar, expression: Expression) -> bool:
    inside = scalar.span.start <= expression.span.start and expression.span.end <= scalar.span.end
    return inside and (not scalar.aliased or expression.source in str(scalar.value))


def _placed(text: str, template: Template) -> Iterator[tuple[Expression, int]]:
    """Yield the expressions of a template, each with the offset of its source in the text."""
    at = 0
    for part in template.parts:
        source = part if isinstance(part, str) else part.source
        start = max(text.find(source, at), at)
        if not isinstance(part, str):
            yield part, start
        at = start + len(source)
