"""From what a run tells to findings: each failure in plain words, on the exact characters at fault."""

from collections.abc import Collection, Sequence

import msgspec

from calibrant.failures.classifier import Classified, classify
from calibrant.failures.hints import next_step
from calibrant.failures.places import Located, in_step, in_workflow
from calibrant.failures.words import bounded, detail
from calibrant.model.event import Event, RunProblem, StepFinished
from calibrant.model.failure import Failure
from calibrant.model.issue import Finding, Kind, severity_of
from calibrant.model.workflow import Step, Workflow

_ELEMENTS = 20
_UNKNOWN = "unknown-failure"
_VALUE = 10_000


def collect(event: Event, workflow: Workflow, roots: Sequence[str] = (), files: Collection[str] = ()) -> list[Finding]:
    """Return the findings that an event holds, with spans in the document; `workflow` is the one that runs.

    `roots` are the absolute paths of the workspace, by which files that tools name are known to be its own, and `files`
    its files, relative to it, for tools that tell only how a path ends.
    """
    if isinstance(event, StepFinished):
        step = _step(event, workflow)
        return [
            finding for failure in event.failures for finding in _all_of(failure, step, event, workflow, roots, files)
        ]
    if isinstance(event, RunProblem):
        return [_of_run(event, workflow)]
    return []


def _step(event: StepFinished, workflow: Workflow) -> Step | None:
    if 0 <= event.index < len(workflow.steps):
        return workflow.steps[event.index]
    return workflow.step(event.step)


def _all_of(
    failure: Failure,
    step: Step | None,
    event: StepFinished,
    workflow: Workflow,
    roots: Sequence[str],
    files: Collection[str],
) -> list[Finding]:
    """Return the findings of one failure: what the tool complains of, one by one, and what made it fail besides."""
    if step is None or not (failure.kind is None or failure.code == "reported-problems"):
        return [_of_step(failure, classify(failure), step, event, workflow)]
    from calibrant.failures import reported  # here: few failures are those of commands
    from calibrant.failures.complaints import complaints, traces

    told, end = traces(complaints(failure, step, roots, files))
    if all(one.complaint.weak for one in told):
        plain = classify(failure)
        if not told or plain.code not in (_UNKNOWN, told[0].complaint.code):
            if end and plain.code == _UNKNOWN:
                return reported.findings([end], failure, step, provisional=event.provisional)
            found = _of_step(failure, plain, step, event, workflow)
            found = msgspec.structs.replace(found, related=(*found.related, *reported.places(told)))
            return [reported.at_its_end(found, end) if end else found]
    causes = reported.causes_besides(failure, told) if failure.kind is None else []
    rest = [_of_step(failure, cause, step, event, workflow) for cause in causes]
    every = [*told, end] if end else told
    return reported.findings(every, failure, step, provisional=event.provisional) + rest


def _of_step(failure: Failure, told: Classified, step: Step | None, event: StepFinished, workflow: Workflow) -> Finding:
    if step is None:
        place = in_workflow(workflow, "", "")
    else:
        words = (failure.value, *_words(told), *(() if _names_parameter(failure) else (failure.subject, told.subject)))
        line = told.evidence.get("line")
        script = failure.kind is None and line is not None and told.code in _SHELL_LINES
        parameter = _parameter(failure, told)
        place = in_step(step, parameter, failure.span, words, int(line) if script and line else None)
    return _finding(failure, told, place, step.label if step else event.step, provisional=event.provisional)


def _names_parameter(failure: Failure) -> bool:
    """Tell whether the subject only repeats the parameter's name, which may stand in the value by chance."""
    return failure.subject in map(str, failure.parameter)


_SHELL_LINES = frozenset({"command-not-found", "script-syntax", "file-not-found", "unset-variable"})
"""Codes whose patterns read a line of the step's own script."""

_QUOTING = ("command", "path", "option", "module", "file", "script", "package", "target", "variable")


def _words(told: Classified) -> tuple[str, ...]:
    return tuple(told.evidence[name] for name in _QUOTING if name in told.evidence)


def _parameter(failure: Failure, told: Classified) -> tuple[str | int, ...]:
    """Return the parameter at fault; one that is missing altogether is named by the failure's subject."""
    if failure.parameter or told.code != "missing-parameter":
        return failure.parameter
    return (told.subject,)


def _of_run(event: RunProblem, workflow: Workflow) -> Finding:
    told = classify(event.failure)
    place = in_workflow(workflow, event.input, event.failure.subject)
    return _finding(event.failure, told, place, None, provisional=False)


def _finding(failure: Failure, told: Classified, place: Located, step: str | None, *, provisional: bool) -> Finding:
    return Finding(
        code=told.code,
        kind=told.kind,
        span=place.span,
        message=bounded(told.message),
        hint=bounded(told.hint or next_step(failure.candidates, told.kind)),
        details=_details(failure),
        severity=severity_of(told.kind),
        step=step,
        where=place.where,
        subject=_subject(failure, told),
        cause=_cause(failure, told),
        candidates=failure.candidates,
        evidence=_evidence(failure, told),
        provisional=provisional,
        at_run=True,
    )


def _subject(failure: Failure, told: Classified) -> str:
    named = failure.subject or told.subject or failure.value
    return named or (str(failure.parameter[-1]) if failure.parameter else "")


def _cause(failure: Failure, told: Classified) -> str:
    """Return what joins this failure to those of other steps; empty where it stands on its own."""
    match told.kind:
        case Kind.CONNECTION:
            origin = failure.origin or (told.subject if told.shared else "")
            return f"connection:{origin}" if origin else ""
        case Kind.AUTH:
            return f"auth:{failure.origin}:{failure.credential}" if failure.origin else ""
        case Kind.RATE_LIMIT | Kind.TRANSIENT if failure.origin:
            return f"{told.kind}:{failure.origin}"
        case Kind.INFRA:
            return f"infra:{told.code}:{failure.origin or told.subject}"
    return f"{told.kind}:{told.code}:{told.subject}" if told.shared else ""


def _details(failure: Failure) -> str:
    parts = [detail(failure.details or failure.output)]
    if failure.elements:
        shown = ", ".join(str(at + 1) for at in failure.elements[:_ELEMENTS])
        more = len(failure.elements) - _ELEMENTS
        parts.insert(0, f"Elements at fault: {shown}" + (f" and {more} more" if more > 0 else ""))
    return "\n".join(part for part in parts if part)


def _evidence(failure: Failure, told: Classified) -> dict[str, str]:
    out = {**failure.evidence, **told.evidence}
    said = {"value": failure.value, "origin": failure.origin, "credential": failure.credential, "cwd": failure.cwd}
    for name, value in said.items():
        if value:
            out.setdefault(name, value[:_VALUE])
    if failure.exit_code is not None:
        out.setdefault("exit_code", str(failure.exit_code))
    if told.confidence < 1.0:
        out["confidence"] = f"{told.confidence:g}"
    if failure.elements:
        out.setdefault("elements", ",".join(map(str, failure.elements)))
    return out
