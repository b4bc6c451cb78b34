"""Scripts that no shell can read."""

from collections.abc import Iterable, Iterator, Sequence

from calibrant.expressions.actions import find_braces
from calibrant.github.script_shell import script_language
from calibrant.model.issue import Finding, Kind, Place, Severity
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule
from calibrant.syntax.shell import Dialect, ShellProblem, shell_problems

_DIALECTS: tuple[Dialect, ...] = ("bash", "sh")
_OPENED = "opened"


def _notes(body: StepBody, _known: Known) -> Iterator[Noted]:
    """Note what is wrong with a script in each dialect that it may be in: which one it is hangs on the job."""
    script = body.run
    if script is None or not isinstance(script.value, str) or script.aliased:
        return
    unknown = [Span(found.start, found.end) for found in find_braces(script.value)]
    for dialect in _DIALECTS:
        found = shell_problems(script.value, dialect, unknown)
        if not found:
            return  # what is no mistake in bash is none in a plain shell
        for problem in found:
            yield from _noted(dialect, script, problem)


def _noted(dialect: Dialect, script: Scalar, problem: ShellProblem) -> Iterable[Noted]:
    span = script.locate(problem.start, problem.end)
    yield Noted(problem.severity, dialect, problem.message, span, ("run",), problem.hint)
    if problem.opened is not None:
        yield Noted(_OPENED, dialect, "", script.locate(problem.opened, problem.opened + 1), ("run",))


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    for step, notes in zip(workflow.steps, noted, strict=True):
        if not notes:
            continue
        language = script_language(workflow, step)
        mine = [note for note in notes if note.key == language]
        opened = tuple(Place(step.at(note.span), "It begins here.") for note in mine if note.sort == _OPENED)
        for note in mine:
            if note.sort != _OPENED:
                yield _finding(note, step.at(note.span), step.label, opened)


def _finding(note: Noted, span: Span, label: str, opened: tuple[Place, ...]) -> Finding:
    severity: Severity = "warning" if note.sort == "warning" else "error"
    return Finding(
        code="shell-syntax",
        kind=Kind.SYNTAX,
        span=span,
        message=note.value,
        hint=note.name,
        severity=severity,
        step=label,
        where=note.where,
        subject=note.value[:60],
        related=opened,
        evidence={"shell": note.key},
    )


RULE = Rule(("shell-syntax",), notes=_notes, together=_together)
