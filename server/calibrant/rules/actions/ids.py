"""Ids of jobs and steps: how they may be written, and that each stands once."""

import re
from collections.abc import Iterator

from calibrant.github.keys import PLACES
from calibrant.github.languages import ACTION
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map, Scalar
from calibrant.model.workflow import JobBody, Step, StepBody, Workflow
from calibrant.rules.actions.walking import dynamic, of_root, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import quoted

_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_-]+")
_MUST_BE = "it must be letters, digits, ‘_’ and ‘-’, and begin with a letter or ‘_’."
_LONGEST = 99
_FREE_NAMES = frozenset({"dispatch inputs", "call inputs", "call outputs"})
"""Maps whose keys are ids as well (docs: ‘must start with a letter or _ and contain only alphanumeric characters, -, or _’)."""


def _check_step(body: StepBody, _known: Known) -> Iterator[Finding]:
    if body.id_node is not None and not dynamic(body.id_node):
        text = text_of(body.id_node)
        if text is not None:
            yield from _fault(text, body.id_node, "step", ("id",))


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    if known.language.name != ACTION and body.id_node is not None and not dynamic(body.id_node):
        text = text_of(body.id_node)
        if text is not None:
            yield from _fault(text, body.id_node, "job", ())


def _fault(text: str, node: Scalar, what: str, where: tuple[str, ...]) -> Iterator[Finding]:
    if _VALID.fullmatch(text) is None:
        better = _suggestion(text)
        message = f"{quoted(text)} cannot be the id of a {what}: {_MUST_BE}"
    elif what == "step" and text.startswith("__"):
        better = text.lstrip("_")
        message = f"{quoted(text)} cannot be the id of a step: GitHub keeps names that begin with ‘__’ for itself."
    elif len(text) > _LONGEST:
        better = ""
        message = f"The id of a {what} has at most {_LONGEST} characters, and this one has {len(text)}."
    else:
        return
    yield Finding(
        "invalid-id",
        Kind.DEFINITION,
        node.span,
        message,
        hint=f"Write ‘{better}’." if better else "",
        where=where,
        subject=text,
        candidates=(better,) if better else (),
    )


def _suggestion(written: str) -> str:
    better = _NOT_ALLOWED.sub("-", written).strip("-")
    return f"_{better}" if better and not (better[0].isalpha() or better[0] == "_") else better


def _check_root(workflow: Workflow, known: Known) -> Iterator[Finding]:
    yield from _twice(workflow)
    for value in of_root(workflow):
        if value.spec.place in _FREE_NAMES and isinstance(value.node, Map) and known.language.name != ACTION:
            label = PLACES[value.spec.place].free
            for entry in value.node.entries:
                if isinstance(entry.key.value, str) and not dynamic(entry.key) and label is not None:
                    yield from _fault_of_name(
                        entry.key, entry.key.value, label.name.strip("<>"), (*value.path, entry.name)
                    )


def _fault_of_name(node: Scalar, text: str, what: str, where: tuple[str | int, ...]) -> Iterator[Finding]:
    if _VALID.fullmatch(text) is None:
        better = _suggestion(text)
        yield Finding(
            "invalid-id",
            Kind.DEFINITION,
            node.span,
            f"{quoted(text)} cannot be the name of an {what}: {_MUST_BE}",
            hint=f"Write ‘{better}’." if better else "",
            where=where,
            subject=text,
            candidates=(better,) if better else (),
        )


def _twice(workflow: Workflow) -> Iterator[Finding]:
    first: dict[tuple[int, str], Step] = {}
    for step in workflow.steps:
        body = step.body
        if body.id is None or body.id_node is None or dynamic(body.id_node) or body.id_node.aliased:
            continue
        before = first.setdefault((step.job, body.id.lower()), step)
        if before is not step:
            exactly = before.body.id == body.id
            yield Finding(
                code="duplicate-id",
                kind=Kind.DEFINITION,
                span=step.at(body.id_node.span),
                message=f"Another step of this job has the id ‘{body.id}’ already."
                if exactly
                else f"Another step of this job has the id ‘{before.body.id}’, which GitHub takes for the same as ‘{body.id}’.",
                hint="Give this step another id.",
                step=step.label,
                where=("id",),
                subject=body.id,
                related=(Place(before.head, "The first step with this id.", step=before.label),),
            )


RULE = Rule(("invalid-id", "duplicate-id"), step=_check_step, job=_check_job, workflow=_check_root)
