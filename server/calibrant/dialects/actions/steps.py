"""The node of a step, or of a job without its steps, to what it says."""

import msgspec

from calibrant.dialects.ignores import comment_ignores, key_ignores
from calibrant.dialects.saying import needs_of, no_step, text_of
from calibrant.dialects.templates import templated
from calibrant.expressions.actions.template import parse_condition, parse_template
from calibrant.model.expression import Expression, Reference
from calibrant.model.issue import Finding
from calibrant.model.nodes import Anchors, Entry, Map, Node, Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import Ignore, JobBody, Parameter, StepBody

_CONDITIONS = ("if", "pre-if", "post-if")
"""Keys whose whole value is an expression, braces optional."""


class Read(msgspec.Struct, frozen=True):
    """A map whose texts carry their templates, with all its expressions in order; `condition` is what its `if` says."""

    node: Node
    expressions: tuple[Expression, ...] = ()
    condition: Expression | None = None

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references of the expressions, in order."""
        return tuple(reference for one in self.expressions for reference in one.references)


def read_texts(node: Node) -> Read:
    """Return a map with its templates, its conditions read as expressions; of any other node, the templates."""
    found: list[Expression] = []
    if not isinstance(node, Map):
        node = templated(node, found, parse_template)
        return Read(node, tuple(sorted(found, key=_place)))
    entries: list[Entry] = []
    condition: Expression | None = None
    for entry in node.entries:
        value = entry.value
        if entry.name in _CONDITIONS and isinstance(value, Scalar):
            one = parse_condition(value)
            found.append(one)
            condition = one if entry.name == "if" and condition is None else condition
        else:
            value = templated(value, found, parse_template)
        entries.append(entry if value is entry.value else Entry(entry.key, value, entry.span))
    same = all(new is old for new, old in zip(entries, node.entries, strict=True))
    node = node if same else msgspec.structs.replace(node, entries=tuple(entries))
    return Read(node, tuple(sorted(found, key=_place)), condition)


def read_step(
    node: Node, text: str, above: int, problems: tuple[Finding, ...] = (), anchors: Anchors | None = None
) -> StepBody:
    """Return what a step says. `text` is its piece, `above` where in it the step itself begins."""
    ignores = comment_ignores(text, node, above) + key_ignores(node, Span(0, len(text)))
    if not isinstance(node, Map):
        return StepBody(node, text, ignores=ignores, problems=problems + no_step(node, "name"), anchors=anchors)
    read = read_texts(node)
    id_node, step_id = text_of(node.get("id"))
    action_node, action = text_of(node.get("uses"))
    run = read.node.get("run") if isinstance(read.node, Map) else None
    return StepBody(
        node=read.node,
        text=text,
        id=step_id,
        id_node=id_node,
        name=text_of(node.get("name"))[1],
        action=action,
        action_node=action_node,
        run=run if isinstance(run, Scalar) else None,
        parameters=_parameters(read.node),
        condition=read.condition,
        timeout=0.0,
        expressions=read.expressions,
        references=read.references,
        ignores=ignores,
        problems=problems,
        anchors=anchors,
    )


def read_job(
    key: Scalar | None, node: Node, text: str, ignores: tuple[Ignore, ...], problems: tuple[Finding, ...] = ()
) -> JobBody:
    """Return what stands around a job's steps. `key` is its name, `node` its value without what its steps say."""
    read = read_texts(node)
    named = Entry(key, node, node.span).name if key is not None else None
    if not isinstance(node, Map):
        return JobBody(read.node, text, named, key, ignores=ignores, problems=problems)
    action_node, action = text_of(node.get("uses"))
    return JobBody(
        node=read.node,
        text=text,
        id=named,
        id_node=key,
        name=text_of(node.get("name"))[1],
        action=action,
        action_node=action_node,
        parameters=_parameters(read.node),
        needs=needs_of(node.get("needs")),
        condition=read.condition,
        expressions=read.expressions,
        references=read.references,
        ignores=ignores,
        problems=problems,
    )


def _parameters(node: Node) -> tuple[Parameter, ...]:
    given = node.get("with") if isinstance(node, Map) else None
    entries = given.entries if isinstance(given, Map) else ()
    return tuple(Parameter(entry.name, entry.key.span, entry.value, ("with", entry.name)) for entry in entries)


def _place(expression: Expression) -> tuple[int, int]:
    return expression.span.start, expression.span.end
