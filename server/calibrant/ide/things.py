"""What stands at an offset of a workflow's text."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from calibrant.expressions.tokens import ExpressionError, Token
from calibrant.ide.sites import Site, part_at, references, sites, tokens
from calibrant.model.connector import ConnectorSpec, ParameterSpec, Specs
from calibrant.model.expression import Expression, Path, Reference
from calibrant.model.language import KeySpec
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Parameter, Secret, Step, Workflow
from calibrant.rules.known import Known
from calibrant.rules.places import Keyed, step_maps, workflow_maps


class StepName(msgspec.Struct, frozen=True, tag=True):
    """A step's id where it is defined, or an entry of `needs` in `step` that names it."""

    span: Span
    step: Step
    name: str
    definition: bool


class ReferencePart(msgspec.Struct, frozen=True, tag=True):
    """A part of a reference: 0 is its root, n the element n - 1 of its path. Only `span` is in the document's offsets.

    `over` is what `item` goes through there (see `rules.uses.Use`).
    """

    span: Span
    step: Step
    expression: Expression
    reference: Reference
    part: int
    over: str


class FilterName(msgspec.Struct, frozen=True, tag=True):
    """The name of a filter behind a `|` in an expression, or of a test behind an `is`."""

    span: Span
    step: Step
    expression: Expression
    name: str
    test: bool = False


class KeyName(msgspec.Struct, frozen=True, tag=True):
    """A key of one of the places of `Language.keys`; `spec` is None where it may not stand there.

    `step` is None outside of the steps. `parameter`: the key gives a parameter too, as those beside a short form do.
    """

    span: Span
    place: str
    name: str
    spec: KeySpec | None
    step: Step | None = None
    parameter: Parameter | None = None
    declared: ParameterSpec | None = None


class ConnectorName(msgspec.Struct, frozen=True, tag=True):
    """The name of a step's connector; `spec` is None where there is none of that name that can be used."""

    span: Span
    step: Step
    name: str
    spec: ConnectorSpec | None


class ParameterName(msgspec.Struct, frozen=True, tag=True):
    """The name of a parameter; `declared` is None where its connector has none of that name."""

    span: Span
    step: Step
    parameter: Parameter
    declared: ParameterSpec | None


class ParameterValue(msgspec.Struct, frozen=True, tag=True):
    """A value, or a key, in what a parameter is given: `node`, at `path` below the step's map."""

    span: Span
    step: Step
    parameter: Parameter
    declared: ParameterSpec | None
    node: Node
    path: Path


class InputName(msgspec.Struct, frozen=True, tag=True):
    """An input's name where it is declared."""

    span: Span
    input: Input


class SecretName(msgspec.Struct, frozen=True, tag=True):
    """A secret's name where it is declared."""

    span: Span
    secret: Secret


Thing = (
    StepName
    | ReferencePart
    | FilterName
    | KeyName
    | ConnectorName
    | ParameterName
    | ParameterValue
    | InputName
    | SecretName
)
"""What can stand at an offset; `span` is where, in the document."""


def thing_at(workflow: Workflow, specs: Specs, offset: int) -> Thing | None:
    """Return what an offset is in or right behind, None where nothing has a name there. Never raises."""
    known = Known(workflow.language, specs)
    step = step_at(workflow, offset)
    found = next(_in_step(step, known, offset - step.origin), None) if step else None
    return found or next(_around(workflow, known, offset), None)


def step_at(workflow: Workflow, offset: int) -> Step | None:
    """Return the step in whose piece of the text an offset lies."""
    at = bisect_right(workflow.steps, offset, key=lambda step: step.origin) - 1
    if at < 0:
        return None
    step = workflow.steps[at]
    return step if offset <= step.origin + len(step.body.text) else None


def unquoted(text: str, span: Span) -> Span:
    """Return the span of a written text without the quotes around it."""
    quoted = span.end - span.start > 1 and text[span.start] in "'\"" and text[span.end - 1] == text[span.start]
    return Span(span.start + 1, span.end - 1) if quoted else span


def is_alias(text: str, span: Span) -> bool:
    """Tell whether what stands there is an alias: no other name or value begins like one."""
    return text[span.start : span.start + 1] == "*"


def _in_step(step: Step, known: Known, at: int) -> Iterator[Thing]:
    yield from _ids(step, at)
    yield from _connector(step, known, at)
    for site in sites(step.body, known):
        if not site.scalar.aliased and site.expression.span.holds(at):
            yield from _in_expression(step, site, at)
    yield from _parameters(step, known, at)
    yield from _step_keys(step, known, at)


def _ids(step: Step, at: int) -> Iterator[Thing]:
    body = step.body
    node = body.id_node
    if body.id is not None and node is not None and not node.aliased and inner(node).holds(at):
        yield StepName(step.at(inner(node)), step, body.id, definition=True)
    for need in body.needs:
        if _touches(need.span, at, body.text):
            yield StepName(step.at(unquoted(body.text, need.span)), step, need.id, definition=False)


def _connector(step: Step, known: Known, at: int) -> Iterator[Thing]:
    body = step.body
    node = body.action_node
    if node is not None and body.action is not None and not body.short and _touches(node.span, at, body.text):
        yield ConnectorName(step.at(unquoted(body.text, node.span)), step, body.action, known.spec(body))


def _in_expression(step: Step, site: Site, at: int) -> Iterator[Thing]:
    for reference in references(site):
        part = part_at(reference, at)
        if part is not None:
            span = step.at(reference.parts[part])
            yield ReferencePart(span, step, site.expression, reference, part, site.over)
    for token, test in _filters(site.expression.source):
        span = site.locate(token.start, token.end)
        if span.holds(at):
            yield FilterName(step.at(span), step, site.expression, token.value, test)


def _filters(source: str) -> Iterator[tuple[Token, bool]]:
    """Yield the names behind `|` and `is` in an expression, as far as it can be read, and whether they are those of tests."""
    try:
        found = tokens(source) if "|" in source or "is" in source else []
    except ExpressionError:
        return
    for at, token in enumerate(found[1:], 1):
        if token.type != "name":
            continue
        if found[at - 1].is_operator("|"):
            yield token, False
        elif token.value != "not" and _is_asked(found[max(at - 2, 0) : at]):
            yield token, True


def _is_asked(before: Sequence[Token]) -> bool:
    """Tell whether an `is`, or `is not`, stands right before."""
    words = [token.value if token.type == "name" else "" for token in before]
    return words[-1:] == ["is"] or words[-2:] == ["is", "not"]


def _parameters(step: Step, known: Known, at: int) -> Iterator[Thing]:
    body = step.body
    spec = known.spec(body)
    for given in body.parameters:
        declared = spec.parameter(given.name) if spec else None
        if not body.short and _touches(given.name_span, at, body.text):
            yield ParameterName(step.at(unquoted(body.text, given.name_span)), step, given, declared)
        if _covers(given.value, at):
            for node, path in _leaves(given.value, given.path, at):
                yield ParameterValue(step.at(node.span), step, given, declared, node, path)


def _leaves(node: Node, path: Path, at: int) -> Iterator[tuple[Node, Path]]:
    """Yield the scalar or the hole at an offset, a key or an alias included, with its path."""
    if node.aliased:
        yield node, path
        return
    match node:
        case Map():
            for entry in node.entries:
                if entry.key.span.holds(at) and not entry.key.aliased:
                    yield entry.key, (*path, entry.name)
                if _covers(entry.value, at):
                    yield from _leaves(entry.value, (*path, entry.name), at)
        case Seq():
            for number, item in enumerate(node.items):
                if _covers(item, at):
                    yield from _leaves(item, (*path, number), at)
        case Scalar() | Hole():
            yield node, path


def _step_keys(step: Step, known: Known, at: int) -> Iterator[Thing]:
    spec = known.spec(step.body)
    for place, key, declared in _keys(step_maps(step.body, known), at):
        given = next((one for one in step.body.parameters if one.name_span == key.span), None)
        parameter = spec.parameter(given.name) if spec and given else None
        yield KeyName(step.at(inner(key)), place, str(key.value), declared, step, given, parameter)


def _keys(maps: Iterable[Keyed], at: int) -> Iterator[tuple[str, Scalar, KeySpec | None]]:
    for keyed in maps:
        for entry in keyed.node.entries:
            if not keyed.node.aliased and not entry.key.aliased and inner(entry.key).holds(at):
                declared = next((key for key in keyed.keys if key.name == entry.name), None)
                yield keyed.place, entry.key, declared


def inner(scalar: Scalar) -> Span:
    """Return where the text of a scalar stands, without quotes and what else is around it."""
    return scalar.locate(0, len(scalar.value)) if isinstance(scalar.value, str) else scalar.span


def _around(workflow: Workflow, known: Known, offset: int) -> Iterator[Thing]:
    """Yield what is at an offset outside of the steps."""
    text = workflow.text
    for one in workflow.inputs:
        if _touches(one.name_span, offset, text):
            yield InputName(unquoted(text, one.name_span), one)
    for secret in workflow.secrets:
        if _touches(secret.span, offset, text):
            yield SecretName(unquoted(text, secret.span), secret)
    for place, key, declared in _keys(workflow_maps(workflow, known), offset):
        yield KeyName(inner(key), place, str(key.value), declared)


def _touches(span: Span, at: int, text: str) -> bool:
    return unquoted(text, span).holds(at) and not is_alias(text, span)


def _covers(node: Node, at: int) -> bool:
    return node.span.holds(at)
