"""Texts of strangers that become part of a script."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from calibrant.github.script_shell import script_language
from calibrant.github.untrusted import CODE_INPUTS, PRIVILEGED, known_events, reached
from calibrant.model.expression import Expression, Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.actions.flows import flows
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule

_WHOLE: Final = "whole"
_VARIABLE: Final = "env"


class _Given(NamedTuple):
    """A path below `github`, `whole` with all that is below, and the variable that has it or is to have it.

    `by_env`: it came by way of that variable, which may be the step's own.
    """

    path: str
    whole: bool
    variable: str
    by_env: bool = False
    at_step: bool = False


def _notes(body: StepBody, _known: Known) -> Iterator[Noted]:
    for where, scalar in _code(body):
        for expression in scalar.template.expressions if scalar.template else ():
            if any(reference.root.lower() in ("github", "env") for reference in expression.references):
                yield from _of_expression(where, expression)


def _code(body: StepBody) -> Iterator[tuple[Path, Scalar]]:
    """Yield the texts of a step that are run as code."""
    if body.run is not None:
        yield ("run",), body.run
    wanted = CODE_INPUTS.get((body.action or "").partition("@")[0].lower())
    for given in body.parameters if wanted else ():
        if given.name.lower() == wanted and isinstance(given.value, Scalar):
            yield given.path, given.value


def _of_expression(where: Path, expression: Expression) -> Iterable[Noted]:
    for flow in flows(expression.source):
        span = expression.locate(flow.start, flow.end)
        if flow.root == "env":
            if len(flow.path) == 1:
                yield Noted(_VARIABLE, flow.path[0], expression.source, span, where, flow.path[0].upper())
            continue
        sources = reached(flow.path, whole=flow.whole)
        if sources:
            variable = sources[0].variable if len(flow.path) == len(sources[0].path) else "EVENT_JSON"
            sort = _WHOLE if flow.whole else ""
            yield Noted(sort, ".".join(flow.path), expression.source, span, where, variable)


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    if not any(noted):
        return
    events, around = _events(workflow.root), dict[tuple[int, str], _Given | None]()
    for step, notes in zip(workflow.steps, noted, strict=True):
        for note in notes:
            given = _by_variable(note.key, workflow, step, around) if note.sort == _VARIABLE else None
            if note.sort != _VARIABLE:
                given = _Given(note.key, note.sort == _WHOLE, note.name)
            finding = _finding(note, given, workflow, step, events) if given is not None else None
            if finding is not None:
                yield finding


def _events(root: Node) -> frozenset[str]:
    given = root.get("on") if isinstance(root, Map) else None
    match given:
        case Scalar(value=str() as name):
            return frozenset({name})
        case Seq():
            return frozenset(str(item.value) for item in given.items if isinstance(item, Scalar))
        case Map():
            return frozenset(entry.name for entry in given.entries)
    return frozenset()


def _by_variable(
    name: str, workflow: Workflow, step: Step, around: dict[tuple[int, str], _Given | None]
) -> _Given | None:
    """Return what a variable was given of a stranger's in the step, the job or the workflow; `around` keeps the last two."""
    own = _entry(step.body.node, name)
    if own is not None:
        return _given(own, at_step=True)
    if (step.job, name) not in around:
        job = workflow.jobs[step.job].body.node if 0 <= step.job < len(workflow.jobs) else None
        entry = _entry(job, name) or _entry(workflow.root, name)
        around[step.job, name] = _given(entry, at_step=False) if entry else None
    return around[step.job, name]


def _given(entry: Entry, *, at_step: bool) -> _Given | None:
    value = entry.value
    for expression in value.template.expressions if isinstance(value, Scalar) and value.template else ():
        for flow in flows(expression.source):
            if flow.root == "github" and reached(flow.path, whole=flow.whole):
                return _Given(".".join(flow.path), flow.whole, entry.name, by_env=True, at_step=at_step)
    return None


def _entry(node: Node | None, name: str) -> Entry | None:
    """Return the entry of a variable in the `env` of a map; names are compared in small letters, as contexts are."""
    env = node.get("env") if isinstance(node, Map) else None
    entries = env.entries if isinstance(env, Map) else ()
    return next((entry for entry in entries if entry.name.lower() == name), None)


def _finding(note: Noted, given: _Given, workflow: Workflow, step: Step, events: frozenset[str]) -> Finding | None:
    path = tuple(given.path.split(".")) if given.path else ()
    sources = reached(path, whole=given.whole)
    if given.whole:  # people write out all they have to see what it is; those who push may do more than that
        sources = tuple(source for source in sources if source.events != {"push"})
    if known_events(events):
        sources = tuple(source for source in sources if source.events & events)
    if not sources:
        return None  # no event of this workflow carries it
    privileged = any(source.events & events & PRIVILEGED for source in sources)
    who, name = sources[0].who, ".".join(("github", *path))
    shown = f"‘env.{given.variable}’, from ‘{name}’," if given.by_env else f"‘{name}’"
    what = "is" if len(path) == len(sources[0].path) else "holds"
    language = script_language(workflow, step) if note.where == ("run",) else ""
    return Finding(
        code="script-injection",
        kind=Kind.SECURITY,
        span=step.at(note.span),
        message=f"{shown} {what} text of {who}. Here it becomes part of the script, so it can run any command.",
        hint=_hint(note, given, _read(note, given.variable, step, language)),
        severity="error" if privileged else "warning",
        step=step.label,
        where=note.where,
        subject=name,
        evidence={"expression": "" if given.at_step else note.value, "variable": given.variable, "shell": language},
    )


def _hint(note: Noted, given: _Given, read: str) -> str:
    if given.by_env:
        return f"Read {read} in the script: a shell does not take the value of a variable for commands."
    return f"Hand it over as a variable, ‘env: {{{note.name}: ${{{{ {note.value[:80]} }}}}}}’, and read {read} in the script."


def _read(note: Noted, variable: str, step: Step, language: str) -> str:
    """Return how the code at a place reads a variable."""
    if note.where != ("run",):
        node = (step.body.action or "").lower().startswith("actions/github-script@")
        return f"‘process.env.{variable}’" if node else f"the variable {variable}"
    forms = {"powershell": f"‘$env:{variable}’", "cmd": f"‘%{variable}%’", "python": f'‘os.environ["{variable}"]’'}
    return forms.get(language, f'‘"${variable}"’')


RULE = Rule(("script-injection",), notes=_notes, together=_together)
