"""Actions and workflows of the same repository that are not there, cannot be called, or are not there yet in a job."""

import re
from collections.abc import Iterator
from itertools import takewhile

from calibrant.github.languages import WORKFLOW
from calibrant.model.closest import closest
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Step, StepBody, Workflow
from calibrant.rules.actions.uses import LOCAL, Uses, uses_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_MISSING = "it is not there"
_CHECKOUT = "actions/checkout"
_ELSEWHERE = ("repository", "path", "ref", "submodules", "sparse-checkout", "filter")
"""Inputs of a checkout that say what it brings, or where to: with them the files are not simply those of this repository."""
_HOSTED = ("ubuntu-", "windows-", "macos-")
_BRINGS = re.compile(r"\bgit\b|\bgh\b|curl|wget|\btar\b|unzip|\bcp\b|\bmv\b|rsync|mkdir|action\.ya?ml|degit|\bln\b")
"""What a script says that may bring files into the job."""


def _check(workflow: Workflow, known: Known) -> Iterator[Finding]:
    for job in workflow.jobs:
        if job.body.action is not None:
            yield from _called(job, known)
        else:
            yield from _steps(workflow, job, known)


def _called(job: Job, known: Known) -> Iterator[Finding]:
    found = uses_of(job.body)
    if found is None or not found[1].is_local or not found[1].is_workflow or found[1].ref is not None:
        return
    node, uses = found
    spec = known.specs.get(uses.text)
    if spec is None:
        return
    if not spec.broken:
        yield from _looping(job, node.span, uses, known)
        return
    where = (*job.path, "uses")
    if spec.broken == _MISSING:
        yield _missing(uses, job.at(node.span), where, None, known)
        return
    yield Finding(
        code="not-callable",
        kind=Kind.DEFINITION,
        span=job.at(node.span),
        message=f"‘{uses.text}’ cannot be called: {spec.broken.removeprefix('it is not made to be called: ')}.",
        hint="Add ‘workflow_call:’ below ‘on’ in that file.",
        where=where,
        subject=uses.text,
    )


def _looping(job: Job, span: Span, uses: Uses, known: Known) -> Iterator[Finding]:
    """Tell of a workflow that comes to call itself."""
    loop = _loop(uses.text, known)
    if loop:
        around = " → ".join(f"‘{name}’" for name in loop)
        yield Finding(
            code="call-loop",
            kind=Kind.DEFINITION,
            span=job.at(span),
            message=f"These workflows call each other in a circle: {around}. GitHub runs none of them.",
            hint="Take one of the calls out.",
            where=(*job.path, "uses"),
            subject=uses.text,
        )


def _loop(name: str, known: Known) -> tuple[str, ...]:
    """Return the circle of calls that a call leads into, the first one again at its end; empty where there is none."""
    trail: list[str] = []
    ended: set[str] = set()
    waiting = [(name, False)]
    while waiting:
        one, leaving = waiting.pop()
        place = _place(one)
        if leaving:
            ended.add(_place(trail.pop()))
        elif place in map(_place, trail):
            return (*trail[[_place(other) for other in trail].index(place) :], one)
        elif place not in ended and (spec := known.specs.get(one)) is not None:
            trail.append(one)
            waiting.append((one, True))
            waiting += [(other, False) for other in reversed(spec.calls) if other.startswith(LOCAL)]
    return ()


def _place(name: str) -> str:
    """Return where something lies in the repository, whichever way it is called."""
    return name[2:].removeprefix("./")


def _steps(workflow: Workflow, job: Job, known: Known) -> Iterator[Finding]:
    steps = workflow.steps[job.first : job.after]
    makes = False  # an earlier script may make, outside of ‘.github’, what is called
    calls = {at for at, step in enumerate(steps) if step.body.action and step.body.action.startswith(LOCAL)}
    # in an action ‘./’ may be the repository of whoever calls it
    as_it_is, nothing = workflow.language.name == WORKFLOW, _hosted(job)
    for at in range(max(calls, default=-1) + 1):
        step = steps[at]
        if at in calls:
            inside = str(step.body.action)[2:].startswith(".github/")
            yield from _local(step, known, as_it_is=as_it_is and (inside or not makes), nothing=nothing)
        makes = makes or step.body.run is not None
        as_it_is = as_it_is and _leaves_as_it_is(step.body, known)
        nothing = nothing and _brings_nothing(step.body)


def _local(step: Step, known: Known, *, as_it_is: bool, nothing: bool) -> Iterator[Finding]:
    """Look at what a step calls. `as_it_is`: the job's files are those of the repository; `nothing`: there are none yet."""
    found = uses_of(step.body)
    spec = known.specs.get(found[1].text) if found and not found[1].is_workflow else None
    if found is None or spec is None:
        return
    node, uses = found
    if spec.broken == _MISSING:
        if as_it_is or uses.text.startswith("$/"):
            yield _missing(uses, step.at(node.span), ("uses",), step, known)
    elif nothing and uses.text.startswith("./"):
        yield Finding(
            code="missing-checkout",
            kind=Kind.DEFINITION,
            span=step.at(node.span),
            message=f"‘{uses.text}’ lies in this repository, which no step before it checks out: it will not be found.",
            hint=f"Put a step with ‘uses: actions/checkout’ before it, or write ‘${uses.text[1:]}’, which needs none.",
            severity="warning",
            step=step.label,
            where=("uses",),
            subject=uses.text,
        )


def _hosted(job: Job) -> bool:
    """Tell whether a job has a machine of its own, fresh from GitHub: on another one files of an earlier job may lie about."""
    label = job.body.node.get("runs-on") if isinstance(job.body.node, Map) else None
    return isinstance(label, Scalar) and isinstance(label.value, str) and label.value.lower().startswith(_HOSTED)


def _brings_nothing(body: StepBody) -> bool:
    """Tell whether a step cannot have brought any file: it is a script that does not look as if."""
    return body.action is None and body.run is not None and not _BRINGS.search(str(body.run.value))


def _leaves_as_it_is(body: StepBody, known: Known) -> bool:
    """Tell whether a step leaves the job's files those of this repository, as far as can be told."""
    if body.run is not None:
        return not _BRINGS.search(str(body.run.value))
    name = (body.action or "").partition("@")[0].lower()
    if name == _CHECKOUT:
        return not any(parameter.name.lower() in _ELSEWHERE for parameter in body.parameters)
    called = known.specs.get(body.action or "")
    lost = called is not None and called.broken == _MISSING  # it will not get to do anything
    return lost or name.startswith(("actions/setup-", "actions/cache"))


def _missing(uses: Uses, span: Span, where: tuple[str | int, ...], step: Step | None, known: Known) -> Finding:
    begin = uses.text[:2]
    there = (name for name in takewhile(lambda name: name.startswith(LOCAL), known.specs) if _there(name, known))
    fitting = (name for name in there if name.endswith((".yml", ".yaml")) == uses.is_workflow)
    near = closest(uses.text, dict.fromkeys(begin + name[2:] for name in fitting))
    what = "workflow" if uses.is_workflow else "action"
    files = "" if uses.is_workflow else ": there is no ‘action.yml’, ‘action.yaml’ or ‘Dockerfile’ in that folder"
    hint = f"Did you mean ‘{near[0]}’?" if near else "The path begins at the top of the repository."
    if uses.ref and not uses.is_workflow:
        hint = "What lies in this repository has no version: the path is taken as it stands, with the ‘@’."
    return Finding(
        code="missing-action",
        kind=Kind.DEFINITION,
        span=span,
        message=f"There is no {what} ‘{uses.text}’ in this repository{files}.",
        hint=hint,
        step=step.label if step else None,
        where=where,
        subject=uses.text,
        candidates=near,
    )


def _there(name: str, known: Known) -> bool:
    spec = known.specs.get(name)
    return spec is None or not spec.broken


RULE = Rule(("missing-action", "not-callable", "missing-checkout", "call-loop"), workflow=_check)
