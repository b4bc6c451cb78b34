"""The names in GitHub's files: where they are made known, and where they are used. Their case does not count."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from calibrant.github.keys import STEP_ACTS
from calibrant.model.expression import Reference
from calibrant.model.lexicon import Mention, Sort
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow

_OUTPUT: Final = re.compile(r"(?<![\w-])([A-Za-z_][\w-]*)(?==|<<)")
_FILE: Final = re.compile(r"GITHUB_OUTPUT\b")
_OLD_OUTPUT: Final = re.compile(r"::set-output[ ]+name=([A-Za-z_][\w-]*)::")
_COMBINATIONS: Final = ("include", "exclude")
_WAITING: Final = ("wait", "cancel")
"""Keys that name steps."""


def mentions(body: StepBody | JobBody | Workflow) -> tuple[Mention, ...]:
    """Return the names in a step, in a job without its steps, or in what stands around the jobs."""
    match body:
        case StepBody():
            found = (*_step(body.node, body), *_referred(body.references))
        case JobBody():
            found = (*_job(body), *_referred(body.references))
        case Workflow():
            references = (one for expression in body.expressions for one in expression.references)
            found = (*_around(body), *_referred(references))
    return tuple(sorted(found, key=_place))


def _place(mention: Mention) -> tuple[int, int]:
    return mention.span.start, mention.span.end


def _made(sort: Sort, name: str, span: Span, *above: str, defines: bool = False, local: bool = False) -> Mention:
    return Mention(sort, (*(one.lower() for one in above), name.lower()), name, span, defines, local)


def _referred(references: Iterable[Reference]) -> Iterator[Mention]:
    for reference in references:
        for name, span, (sort, above, local) in zip(
            reference.path, reference.parts[1:], _parts(reference), strict=False
        ):
            if sort and isinstance(name, str) and span.end > span.start:
                yield _made(sort, name, span, *above, local=local)


def _parts(reference: Reference) -> Iterator[tuple[Sort | None, tuple[str, ...], bool]]:
    """Yield of each element of a reference's path what it is the name of, what that belongs to, and whether it is the job's."""
    root = reference.root.lower()
    names = [str(one) for one in reference.path[:3]]
    within = len(names) == 3 and names[1].lower() == "outputs"
    match root:
        case "steps":
            yield "step", (), True
            if within:
                yield None, (), False
                yield "output", (names[0],), True
        case "needs" | "jobs":
            yield "job", (), False
            if within:
                yield None, (), False
                yield "job output", (names[0],), False
        case "inputs":
            yield "input", (), False
        case "secrets":
            yield "secret", (), False
        case "env":
            yield "variable", (), False
        case "matrix":
            yield "axis", (), True
        case "job" if len(names) > 1 and names[0].lower() == "services":
            yield None, (), False
            yield "service", (), True


def _text(node: Node | None) -> tuple[str, Span] | None:
    """Return a text that stands there as it is, with its place without quotes."""
    if not isinstance(node, Scalar) or node.aliased or node.template is not None or not isinstance(node.value, str):
        return None
    return (node.value, node.locate(0, len(node.value))) if node.value else None


def _entries(node: Node | None) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, Map) and not node.aliased else ()


def _keys(sort: Sort, node: Node | None, *above: str, local: bool = False) -> Iterator[Mention]:
    """Yield the keys of a map as names that are made known there."""
    for entry in _entries(node):
        if not entry.key.aliased and entry.name:
            span = entry.key.locate(0, len(entry.name)) if isinstance(entry.key.value, str) else entry.key.span
            yield _made(sort, entry.name, span, *above, defines=True, local=local)


def _step(node: Node, body: StepBody) -> Iterator[Mention]:
    if not isinstance(node, Map):
        return
    own = _text(node.get("id"))
    if own is not None:
        yield _made("step", *own, defines=True, local=True)
        yield from _outputs(own[0], node.get("run"))
    yield from _keys("variable", node.get("env"))
    for name in _WAITING:
        yield from _listed("step", node.get(name), local=True)
    beside = node.get(STEP_ACTS[-1])
    for item in beside.items if isinstance(beside, Seq) and not beside.aliased else ():
        yield from _step(item, body)


def _listed(sort: Sort, node: Node | None, *, local: bool = False) -> Iterator[Mention]:
    for item in node.items if isinstance(node, Seq) and not node.aliased else (node,):
        named = _text(item)
        if named is not None:
            yield _made(sort, *named, local=local)


def _outputs(step: str, run: Node | None) -> Iterator[Mention]:
    """Yield the outputs that a script gives, as far as that can be seen: ‘name=…’ or ‘name<<…’ for the file of outputs."""
    if not isinstance(run, Scalar) or run.aliased or not isinstance(run.value, str):
        return
    text = run.value
    named = list(_OLD_OUTPUT.finditer(text))
    if _FILE.search(text):
        named += _OUTPUT.finditer(text)
    for found in named:
        yield _made("output", found[1], run.locate(*found.span(1)), step, defines=True, local=True)


def _job(body: JobBody) -> Iterator[Mention]:
    if body.id and body.id_node is not None and not body.id_node.aliased:
        span = body.id_node.locate(0, len(body.id)) if isinstance(body.id_node.value, str) else body.id_node.span
        yield _made("job", body.id, span, defines=True)
    node = body.node
    if not isinstance(node, Map):
        return
    yield from _listed("job", node.get("needs"))
    yield from _keys("variable", node.get("env"))
    yield from _keys("job output", node.get("outputs"), body.id or "")
    yield from _keys("service", node.get("services"), local=True)
    strategy = node.get("strategy")
    yield from _matrix(strategy.get("matrix") if isinstance(strategy, Map) else None)


def _matrix(node: Node | None) -> Iterator[Mention]:
    """Yield the variables of a matrix; those that only combinations have are made known there."""
    own = [entry for entry in _entries(node) if entry.name not in _COMBINATIONS and isinstance(entry.key.value, str)]
    names = {entry.name.lower() for entry in own}
    for entry in own:
        if not entry.key.aliased:
            yield _made("axis", entry.name, entry.key.locate(0, len(entry.name)), defines=True, local=True)
    for name in _COMBINATIONS:
        listed = node.get(name) if isinstance(node, Map) and not node.aliased else None
        for item in listed.items if isinstance(listed, Seq) and not listed.aliased else ():
            for one in _keys("axis", item, local=True):
                known = one.key[-1] in names or name == _COMBINATIONS[1]
                yield msgspec.structs.replace(one, defines=not known)


def _around(workflow: Workflow) -> Iterator[Mention]:
    root = workflow.root
    if not isinstance(root, Map):
        return
    yield from _keys("variable", root.get("env"))
    yield from _keys("input", root.get("inputs"))
    events = root.get("on")
    for entry in _entries(events):
        if isinstance(entry.value, Map):
            yield from _keys("input", entry.value.get("inputs"))
            yield from _keys("secret", entry.value.get("secrets"))
