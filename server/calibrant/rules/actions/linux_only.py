"""Containers in jobs that run on a system of GitHub's that has none: there are containers on Linux only."""

from collections.abc import Iterable, Iterator, Sequence

from calibrant.github.languages import ACTION
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.actions.runners import hosted_system, labels_of
from calibrant.rules.actions.walking import missing, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule

_DOCKER = "docker://"


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    if known.language.name == ACTION or not isinstance(body.node, Map):
        return
    system = hosted_system(body.node)
    for name in ("container", "services") if system in ("Windows", "macOS") else ():
        entry = body.node.entry(name)
        if entry is not None and not missing(entry.value):
            what = "A job runs in a container" if name == "container" else "Services run"
            label = labels_of(body.node)[0]
            related = (Place(label[0].span, f"This job runs on {system}."),)
            yield _finding(
                entry.key.span, f"{what} on Linux only, and this job runs on {system}.", (name,), name, related
            )


def _note(body: StepBody, _known: Known) -> Iterable[Noted]:
    """Note an action in a container, unless a condition may keep the step from running where there is none."""
    node = body.action_node
    text = text_of(node)
    if node is not None and text is not None and text.startswith(_DOCKER) and body.condition is None:
        yield Noted("docker", text, text, node.span, ("uses",))


def _check_steps(workflow: Workflow, notes: Sequence[Sequence[Noted]], known: Known) -> Iterator[Finding]:
    if known.language.name == ACTION or not any(notes):
        return
    for job in workflow.jobs:
        system = hosted_system(job.body.node) if isinstance(job.body.node, Map) else ""
        for step in workflow.steps[job.first : job.after] if system in ("Windows", "macOS") else ():
            for note in notes[step.index]:
                message = f"Actions in containers run on Linux only, and this job runs on {system}."
                yield _finding(step.at(note.span), message, note.where, note.value, (), step.label)


def _finding(
    span: Span, message: str, where: Path, subject: str, related: tuple[Place, ...] = (), step: str | None = None
) -> Finding:
    return Finding(
        "linux-only",
        Kind.DEFINITION,
        span,
        message,
        hint="Let the job run on Linux: ‘runs-on: ubuntu-latest’.",
        step=step,
        where=where,
        subject=subject,
        related=related,
    )


RULE = Rule(("linux-only",), job=_check_job, notes=_note, together=_check_steps)
