"""Shells of `run:` that there are not, or not on the system that the job runs on."""

from collections.abc import Iterable, Iterator, Sequence

from calibrant.github.languages import ACTION
from calibrant.github.shells import SHELLS, System
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Node, Scalar, at_path
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.actions.runners import system_of
from calibrant.rules.actions.walking import of_step, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule
from calibrant.rules.wording import did_you_mean, listed

_COMMANDS = frozenset(
    {
        *("ash", "bun", "csh", "dash", "deno", "elvish", "fish", "julia", "ksh", "lua", "node", "nu", "perl", "php"),
        *("pypy", "python2", "python3", "ruby", "Rscript", "tclsh", "tcsh", "xonsh", "zsh"),
    }
)
"""Names that are no slip of a known one, but commands that can be called."""


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    for value in of_step(body, known):
        if value.key is not None and value.key.name == "shell" and value.spec.name == "shell":
            yield from _unknown(value.node, value.path)


def _check_job(body: JobBody, _known: Known) -> Iterator[Finding]:
    yield from _unknown(at_path(body.node, ("defaults", "run", "shell")), ("defaults", "run", "shell"))


def _check_root(workflow: Workflow, known: Known) -> Iterator[Finding]:
    if known.language.name != ACTION:
        yield from _unknown(at_path(workflow.root, ("defaults", "run", "shell")), ("defaults", "run", "shell"))


def _unknown(node: Node | None, where: Path) -> Iterator[Finding]:
    text = text_of(node)
    if text is None or not isinstance(node, Scalar) or node.aliased or "{0}" in text or text in SHELLS:
        return
    hint, near = ("", ()) if text in _COMMANDS else did_you_mean(text, SHELLS)
    command = f"A command of its own has ‘{{0}}’ where the script's file stands: ‘{text} {{0}}’."
    exact = next((name for name in SHELLS if name == text.strip().lower()), "")
    yield Finding(
        "unknown-shell",
        Kind.DEFINITION,
        node.span,
        f"‘{text}’ is not a shell that GitHub knows by its name: {listed(tuple(SHELLS))}.",
        hint=f"Write ‘{exact}’." if exact else command if not near else f"{hint} {command}",
        where=where,
        subject=text,
        candidates=(exact,) if exact else (*near, f"{text} {{0}}"),
    )


_OF_WINDOWS: tuple[System, ...] = ("Windows",)
"""The systems of shells that there are on Windows alone. (That of Git brings a ‘sh’ to Windows, documented or not.)"""


def _note(body: StepBody, _known: Known) -> Iterable[Noted]:
    """Note a shell that there is on Windows alone, unless a condition may keep the step from running elsewhere."""
    node = body.node.get("shell") if isinstance(body.node, Map) and body.condition is None else None
    text = text_of(node)
    if isinstance(node, Scalar) and text is not None and text in SHELLS and SHELLS[text].systems == _OF_WINDOWS:
        yield Noted("shell", text, text, node.span, ("shell",))


def _elsewhere(workflow: Workflow, notes: Sequence[Sequence[Noted]], known: Known) -> Iterator[Finding]:
    if known.language.name == ACTION or not any(notes):
        return
    for job in workflow.jobs:
        system = system_of(job.body.node) if isinstance(job.body.node, Map) else ""
        for step in workflow.steps[job.first : job.after] if system else ():
            for note in notes[step.index]:
                if system not in SHELLS[note.value].systems:
                    yield Finding(
                        "unavailable-shell",
                        Kind.DEFINITION,
                        step.at(note.span),
                        f"There is no ‘{note.value}’ on {system}, where this job runs.",
                        hint=f"Use one of: {', '.join(name for name, one in SHELLS.items() if system in one.systems)}.",
                        step=step.label,
                        where=note.where,
                        subject=note.value,
                        candidates=tuple(name for name, one in SHELLS.items() if system in one.systems),
                    )


RULE = Rule(
    ("unknown-shell", "unavailable-shell"),
    step=_check_step,
    job=_check_job,
    workflow=_check_root,
    notes=_note,
    together=_elsewhere,
)
