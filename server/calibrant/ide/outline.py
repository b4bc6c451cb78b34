"""A workflow as a tree of what it declares: what starts it, inputs, secrets, jobs, and steps with their parameters."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.words import shortened
from calibrant.model.workflow import Input, Job, Parameter, Secret, Step, Workflow

Sort = Literal["workflow", "job", "input", "secret", "step", "object", "array", "boolean", "number", "string"]

_DEPTH = 4
_NAME = 80


class Entry(msgspec.Struct, frozen=True):
    """One entry of it: `head` is the name in the `whole`, both in the document."""

    name: str
    sort: Sort
    whole: Span
    head: Span
    detail: str = ""
    below: tuple["Entry", ...] = ()


def outline(workflow: Workflow) -> Iterator[Entry]:
    """Yield inputs, then secrets, then steps, each in the order of the text; in a language with jobs, what stands around
    these as the text has it, and each job with its steps.
    """
    if workflow.jobs:
        yield from _around(workflow)
        return
    yield from map(_input, workflow.inputs)
    yield from map(_secret, workflow.secrets)
    yield from (_step(step, _parameters(step)) for step in workflow.steps)


def _around(workflow: Workflow) -> Iterator[Entry]:
    """Yield the keys of the root with what is below them, the jobs in their places; a name alone is no part of the tree."""
    held = {job.path[0] for job in workflow.jobs}
    for one in workflow.root.entries if isinstance(workflow.root, Map) else ():
        if one.key.aliased:
            continue
        if one.name in held:
            below = tuple(_job(workflow, job) for job in workflow.jobs if job.path[0] == one.name)
            whole = one.span.cover(below[-1].whole)
            if len(workflow.jobs[0].path) == 1:  # a job that has no name of its own
                below = below[0].below
            yield _entry(one.name, "object", whole, one.key.span, below=below)
        elif not isinstance(one.value, Scalar):
            yield _value(one.name, one.key.span, one.value, 0)


def _job(workflow: Workflow, job: Job, *, deep: bool = True) -> Entry:
    body, steps = job.body, workflow.steps[job.first : job.after]
    below = tuple(_step(step, _parameters(step), within=True) for step in steps) if deep else ()
    if deep:
        below += tuple(_value(one.name, job.at(one.name_span), one.value, job.origin) for one in body.parameters)
    whole = job.head.cover(job.at(body.node.span))
    for step in steps[-1:]:
        whole = whole.cover(step.span)
    return _entry(job.label, "job", whole, job.head, body.name or body.action or "", below)


def _parameters(step: Step) -> tuple[Entry, ...]:
    given: tuple[Parameter, ...] = step.body.parameters
    return tuple(_value(one.name, step.at(one.name_span), one.value, step.origin) for one in given)


def declared(workflow: Workflow) -> Iterator[Entry]:
    """Yield the workflow itself, where it has a name, and what it declares, without what is below that."""
    name = workflow.root.entry("name") if isinstance(workflow.root, Map) else None
    if name is not None and workflow.name:
        yield _entry(workflow.name, "workflow", workflow.root.span, name.value.span, workflow.description)
    yield from map(_input, workflow.inputs)
    yield from map(_secret, workflow.secrets)
    yield from (_job(workflow, job, deep=False) for job in workflow.jobs if job.id)
    for step in workflow.steps:
        if not workflow.jobs:
            yield _step(step)
        elif step.body.id or step.body.name:  # many steps in jobs have no name of their own
            yield _step(step, within=True)


def _input(one: Input) -> Entry:
    return _entry(one.name, "input", one.name_span.cover(one.node.span), one.name_span, f"input, {one.type}")


def _secret(one: Secret) -> Entry:
    return _entry(one.name, "secret", one.span, one.span)


def _step(step: Step, below: tuple[Entry, ...] = (), *, within: bool = False) -> Entry:
    """Return a step; `within` its job, it is called without that, and by what people call it."""
    body = step.body
    if not within:
        return _entry(step.label, "step", step.span, step.head, body.name or body.action or "", below)
    called = body.name or body.id or body.action or (_first_line(body.run) if body.run else "") or step.label
    detail = body.id if body.name and body.id else (body.action or "") if body.action != called else ""
    return _entry(shortened(called, _NAME), "step", step.span, step.head, detail or "", below)


def _first_line(run: Scalar) -> str:
    lines = str(run.value).strip().splitlines()
    return lines[0] if lines else ""


def _value(name: str, name_span: Span, node: Node, origin: int, depth: int = _DEPTH) -> Entry:
    below: tuple[Entry, ...] = ()
    if isinstance(node, Map) and depth and not node.aliased:
        values = ((one.name, one.key.span.shift(origin), one.value) for one in node.entries)
        below = tuple(_value(*one, origin, depth - 1) for one in values)
    whole = name_span if node.aliased else name_span.cover(node.span.shift(origin))
    return _entry(name, _sort(node), whole, name_span, below=below)


def _entry(name: str, sort: Sort, whole: Span, head: Span, detail: str = "", below: tuple[Entry, ...] = ()) -> Entry:
    """Return an entry; an editor refuses one without a name, or whose name lies outside of it."""
    return Entry(name.strip() or "(no name)", sort, whole.cover(head), head, detail, below)


def _sort(node: Node) -> Sort:
    if isinstance(node, Map):
        return "object"
    if isinstance(node, Seq):
        return "array"
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string"
