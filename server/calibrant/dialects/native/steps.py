"""One step's node to what the step says."""

import msgspec

from calibrant.dialects.ignores import comment_ignores, key_ignores
from calibrant.dialects.saying import needs_of, no_step, readable, text_of
from calibrant.dialects.templates import templated, templated_map
from calibrant.expressions import parse_expression, parse_template
from calibrant.model.expression import Expression
from calibrant.model.issue import Finding
from calibrant.model.language import OWN
from calibrant.model.nodes import Anchors, Entry, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Parameter, Retry, StepBody

_TEMPLATED = ("with", "run", "cwd", "env", "shell", "for_each")
_SHORT = ("cwd", "env", "shell")
_EXPRESSIONS = {"data.filter": "where", "data.sort": "by", "data.group": "by"}
"""Parameters that are one expression, as a condition is, by connector: braces are optional there."""


def read_step(
    node: Node, text: str, above: int, problems: tuple[Finding, ...] = (), anchors: Anchors | None = None
) -> StepBody:
    """Return what a step says. `text` is its piece, `above` where in it the step itself begins."""
    ignores = comment_ignores(text, node, above) + key_ignores(node, Span(0, len(text)))
    if not isinstance(node, Map):
        return StepBody(node, text, ignores=ignores, problems=problems + no_step(node, "id"), anchors=anchors)
    templating = _boolean(node.get("templating"), default=True)
    found: list[Expression] = []
    if templating:
        node = _with_templates(node, found)
    condition = _condition(node.get("if"))
    if condition is not None:
        found.append(condition)
    if templating:
        found += _without_braces(node)
    expressions = tuple(sorted(found, key=lambda expression: expression.span))
    id_node, step_id = text_of(node.get("id"))
    if step_id is not None:
        problems = tuple(msgspec.structs.replace(problem, step=step_id) for problem in problems)
    action, action_node, short = _action(node)
    return StepBody(
        node=node,
        text=text,
        id=step_id,
        id_node=id_node,
        name=text_of(node.get("name"))[1],
        action=action,
        action_node=action_node,
        short=short,
        parameters=_short_parameters(node) if short else _parameters(node),
        needs=needs_of(node.get("needs")),
        condition=condition,
        for_each=readable(node.get("for_each")),
        retry=_retry(node.get("retry")),
        timeout=_positive(node.get("timeout"), 60.0),
        sample=readable(node.get("sample")),
        scope=_texts(node.get("scope")),
        templating=templating,
        expressions=expressions,
        references=tuple(
            reference
            for expression in expressions
            for reference in expression.references
            if reference.root not in ("item", "index")
        ),
        ignores=ignores,
        problems=problems,
        anchors=anchors,
    )


def _with_templates(node: Map, found: list[Expression]) -> Map:
    entries: list[Entry] = []
    changed = False
    for entry in node.entries:
        value = entry.value
        if entry.key.value == "with" and isinstance(value, Map):
            value = templated_map(value, found, parse_template, but=OWN)
        elif entry.key.value in _TEMPLATED:
            value = templated(value, found, parse_template)
        changed = changed or value is not entry.value
        entries.append(entry if value is entry.value else Entry(entry.key, value, entry.span))
    return msgspec.structs.replace(node, entries=tuple(entries)) if changed else node


def _condition(node: Node | None) -> Expression | None:
    return parse_expression(node) if isinstance(node, Scalar) else None


def _without_braces(node: Map) -> list[Expression]:
    name = _EXPRESSIONS.get(text_of(node.get("uses"))[1] or "")
    given = node.get("with")
    value = given.get(name) if name and isinstance(given, Map) else None
    return [parse_expression(value)] if isinstance(value, Scalar) and value.template is None else []


def _action(node: Map) -> tuple[str | None, Scalar | None, bool]:
    uses = node.entry("uses")
    run = node.entry("run")
    if uses is None and run is not None:
        return "shell.run", run.key, True
    action_node, action = text_of(uses.value if uses else None)
    return action, action_node, False


def _parameters(node: Map) -> tuple[Parameter, ...]:
    given = node.get("with")
    if not isinstance(given, Map):
        return ()
    return tuple(
        _parameter(entry, entry.name, ("with", entry.name)) for entry in given.entries if not entry.name.startswith(OWN)
    )


def _short_parameters(node: Map) -> tuple[Parameter, ...]:
    found = [_parameter(entry, "command", ("run",)) for entry in node.entries if entry.name == "run"]
    found += [_parameter(entry, entry.name, (entry.name,)) for entry in node.entries if entry.name in _SHORT]
    return tuple(found)


def _parameter(entry: Entry, name: str, path: tuple[str | int, ...]) -> Parameter:
    return Parameter(name, entry.key.span, entry.value, path)


def _texts(node: Node | None) -> tuple[str, ...] | None:
    """Return a text or those of a list; None where there is neither."""
    if isinstance(node, Seq):
        found = (text_of(item)[1] for item in node.items)
        return tuple(text for text in found if text is not None)
    text = text_of(node)[1]
    return None if text is None else (text,)


def _retry(node: Node | None) -> Retry:
    if not isinstance(node, Map):
        return Retry()
    attempts = node.get("attempts")
    tries = attempts.value if isinstance(attempts, Scalar) else 1
    tries = tries if isinstance(tries, int) and not isinstance(tries, bool) and tries > 0 else 1
    return Retry(tries, _positive(node.get("delay"), 1.0, zero=True))


def _positive(node: Node | None, default: float, *, zero: bool = False) -> float:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    fits = 0 <= value < 1e9 if zero else 0 < value < 1e9
    return float(value) if fits else default


def _boolean(node: Node | None, *, default: bool) -> bool:
    value = node.value if isinstance(node, Scalar) else default
    return value if isinstance(value, bool) else default
