"""Background steps that are waited for or ended: those of that id in the same job, and begun in the background."""

from collections.abc import Iterable, Iterator, Sequence

from calibrant.model.issue import Finding, Kind, Place, Severity
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.actions.walking import elements, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule
from calibrant.rules.wording import did_you_mean, listed


def _note(body: StepBody, _known: Known) -> Iterable[Noted]:
    if not isinstance(body.node, Map):
        return
    for name in ("wait", "cancel"):
        node = body.node.get(name)
        for at, item in enumerate(elements(node)):
            text = text_of(item)
            if text and isinstance(item, Scalar) and not item.aliased:
                where = (name, at) if isinstance(node, Seq) else (name,)
                yield Noted("wait", text.lower(), text, item.span, where, name)


def _check(workflow: Workflow, notes: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    for job in workflow.jobs if any(notes) else ():
        steps = workflow.steps[job.first : job.after]
        if not any(notes[step.index] for step in steps):
            continue
        by_id: dict[str, Step] = {}
        for step in steps:
            if step.body.id is not None:
                by_id.setdefault(step.body.id.lower(), step)
        inside = {one for step in steps for one in _in_parallel(step.body)}
        for step in steps:
            for note in (one for one in notes[step.index] if one.key not in inside):
                yield from _of_note(step, note, by_id)


def _of_note(step: Step, note: Noted, by_id: dict[str, Step]) -> Iterator[Finding]:
    meant = by_id.get(note.key)
    names = [one.body.id for one in by_id.values() if one.body.id and _in_background(one.body)]
    if meant is None:
        hint, near = did_you_mean(note.value, names)
        known = f" In the background run: {listed(names)}." if names else " None runs in the background."
        yield _finding(
            step, note, f"There is no step ‘{note.value}’ in this job.{known}", hint or "Name a step by its id.", near
        )
    elif not _in_background(meant.body):
        verb = "wait for" if note.name == "wait" else "end"
        message = f"The step ‘{note.value}’ does not run in the background, so there is nothing to {verb}."
        place = Place(meant.head, "This step.", step=meant.label)
        yield _finding(step, note, message, "Add ‘background: true’ to that step.", (), "warning", (place,))


def _in_parallel(body: StepBody) -> Iterator[str]:
    """Yield the ids, in lower case, of the steps that run side by side as one step."""
    inner = body.node.get("parallel") if isinstance(body.node, Map) else None
    for item in inner.items if isinstance(inner, Seq) else ():
        text = text_of(item.get("id")) if isinstance(item, Map) else None
        if text:
            yield text.lower()


def _in_background(body: StepBody) -> bool:
    node: Node | None = body.node.get("background") if isinstance(body.node, Map) else None
    return isinstance(node, Scalar) and node.value is not False


def _finding(
    step: Step,
    note: Noted,
    message: str,
    hint: str,
    near: tuple[str, ...],
    severity: Severity = "error",
    related: tuple[Place, ...] = (),
) -> Finding:
    return Finding(
        "unknown-step",
        Kind.DEFINITION,
        step.at(note.span),
        message,
        hint=hint,
        severity=severity,
        step=step.label,
        where=note.where,
        subject=note.value,
        related=related,
        candidates=near,
    )


RULE = Rule(("unknown-step",), notes=_note, together=_check)
