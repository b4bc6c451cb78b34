"""Where a failure stands in the text: the very node it names, else the nearest thing above it."""

import re

import msgspec

from calibrant.model.expression import Path
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq, at_path
from calibrant.model.text import Span
from calibrant.model.workflow import Parameter, Step, StepBody, Workflow


class Located(msgspec.Struct, frozen=True):
    """A place in the document, and the path inside the step that it stands for."""

    span: Span
    where: Path = ()


def in_step(step: Step, parameter: Path, span: Span | None, words: tuple[str, ...], line: int | None = None) -> Located:
    """Return where a failure of a step stands.

    `parameter` is a path below the step's parameters and `span` relative to the step, as in `Failure`. `words` are what
    it complains about: where a longer text holds one of them exactly once, that word is the place. `line` (from 1) is
    a line of a script.
    """
    body = step.body
    if span is not None:
        return Located(step.at(_bounded(span, len(body.text))), _path_at(body, span))
    if not parameter:
        return Located(step.head)
    given, rest = _given(body, parameter)
    if given is None:
        return _not_given(step, parameter)
    node, missing = _descend(given.value, rest)
    return Located(step.at(_span(given, rest, node, missing, words, line)), (*given.path, *rest))


def in_workflow(workflow: Workflow, input_name: str, subject: str) -> Located:
    """Return where a problem of the run stands: the input's name, the secret that it is about, else the first key."""
    for item in workflow.inputs:
        if input_name and item.name == input_name:
            return Located(item.name_span, ("inputs", item.name))
    for secret in workflow.secrets:
        if secret.name == subject and not input_name:
            return Located(secret.span, ("secrets", secret.name))
    root = workflow.root
    if isinstance(root, Map) and root.entries:
        return Located(root.entries[0].key.span)
    return Located(Span(0, 0))


def _bounded(span: Span, length: int) -> Span:
    start = max(0, min(span.start, length))
    return Span(start, max(start, min(span.end, length)))


def _given(body: StepBody, parameter: Path) -> tuple[Parameter | None, Path]:
    """Return the parameter as given and the rest of the path; a dotted name ("env.HOME") counts as a path."""
    name = str(parameter[0])
    found = body.parameter(name)
    if found is None and "." in name:
        parts = name.split(".")
        return body.parameter(parts[0]), (*parts[1:], *parameter[1:])
    return found, parameter[1:]


def _not_given(step: Step, parameter: Path) -> Located:
    """Return the place of what is not among the parameters: a key of the step itself, else the action's name."""
    body = step.body
    own = at_path(body.node, parameter)
    if own is not None:
        return Located(step.at(own.span), parameter)
    where: Path = parameter if body.short else ("with", *parameter)
    return Located(step.at(body.action_node.span) if body.action_node else step.head, where)


def _descend(node: Node, path: Path) -> tuple[Node, bool]:
    """Return the deepest node on the path that is there, and whether some of the path is missing."""
    for depth in range(len(path), 0, -1):
        found = at_path(node, path[:depth])
        if found is not None:
            return found, depth < len(path)
    return node, bool(path)


def _span(given: Parameter, rest: Path, node: Node, missing: bool, words: tuple[str, ...], line: int | None) -> Span:
    if isinstance(node, Hole):
        return given.name_span if node is given.value else node.span
    if missing and isinstance(node, (Map, Seq)) and not node.flow:
        return _key_above(given, rest, node)
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return _word(node, node.value, words) or _line(node, node.value, line) or node.span
    return node.span


def _key_above(given: Parameter, rest: Path, node: Node) -> Span:
    """Return the key whose block lacks something: a whole block is too much to point at."""
    above: Node = given.value
    key = given.name_span
    for part in rest:
        if above is node:
            break
        if isinstance(above, Map) and (entry := above.entry(str(part))):
            key = entry.key.span
        elif isinstance(above, Seq) and isinstance(part, int):
            key = above.items[part].span
        found = at_path(above, (part,))
        if found is None:
            break
        above = found
    return key


def _word(node: Scalar, text: str, words: tuple[str, ...]) -> Span | None:
    for word in words:
        if not word or word == text:
            continue
        found = list(re.finditer(rf"(?<![\w./-]){re.escape(word)}(?![\w/-])", text))
        if len(found) == 1:
            return node.locate(found[0].start(), found[0].end())
    return None


def _line(node: Scalar, text: str, line: int | None) -> Span | None:
    lines = text.split("\n")
    if line is None or not 0 < line <= len(lines) or len(lines) == 1:
        return None
    start = sum(len(before) + 1 for before in lines[: line - 1])
    said = lines[line - 1]
    indent = len(said) - len(said.lstrip())
    return node.locate(start + indent, start + len(said)) if said.strip() else None


def _path_at(body: StepBody, span: Span) -> Path:
    """Return the path of the deepest value that holds the span."""
    path: list[str | int] = []
    node: Node | None = body.node
    while node is not None:
        inner: Node | None = None
        if isinstance(node, Map):
            for entry in node.entries:
                if _holds(entry.value, span):
                    inner = entry.value
                    path.append(entry.name)
                    break
        elif isinstance(node, Seq):
            for at, item in enumerate(node.items):
                if _holds(item, span):
                    inner = item
                    path.append(at)
                    break
        node = inner
    return tuple(path)


def _holds(node: Node, span: Span) -> bool:
    return node.span.start <= span.start and span.end <= node.span.end
