"""Keys that cannot stand beside each other."""

from collections.abc import Iterator

from calibrant.github.events import OPPOSITES
from calibrant.github.keys import OF_A_CALL, OF_A_CALL_ONLY, STEP, STEP_ACTS, STEP_BESIDE
from calibrant.github.languages import ACTION
from calibrant.github.metadata import OF_RUNTIME, kind_of
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.actions.walking import missing, of_root, of_step, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_STEP_KEYS = frozenset(key.name for key in STEP)
_ALWAYS_RUN = frozenset({"wait", "wait-all", "cancel"})


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    for value in of_step(body, known):
        if value.spec.place == "step" and isinstance(value.node, Map):
            yield from _of_step(value.node, value.path)


def _of_step(node: Map, path: Path) -> Iterator[Finding]:
    acts = [entry.name for entry in node.entries if entry.name in STEP_ACTS]
    if len(set(acts)) > 1:
        message = f"A step does one thing: it has ‘{acts[0]}’ or ‘{acts[1]}’, not both."
        yield _conflict(node, path, acts[1], acts[0], message, f"Remove ‘{acts[1]}’ or ‘{acts[0]}’, or make two steps.")
    elif acts and acts[0] in ("uses", "run"):
        owner = {"uses": "run", "run": "uses"}[acts[0]]
        for entry in node.entries:
            if entry.name in _STEP_KEYS and entry.name not in STEP_BESIDE[acts[0]] and entry.name != acts[0]:
                message = f"‘{entry.name}’ belongs to ‘{owner}’: beside ‘{acts[0]}’ GitHub refuses it."
                yield _conflict(node, path, entry.name, acts[0], message, f"Remove ‘{entry.name}’.")
    elif acts and acts[0] in _ALWAYS_RUN and node.entry("if"):
        message = f"A step with ‘{acts[0]}’ always runs: ‘if’ is not taken beside it."
        yield _conflict(node, path, "if", acts[0], message, "Remove ‘if’.")


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    if not isinstance(body.node, Map):
        return
    yield from _of_concurrency(body.node)
    if known.language.name == ACTION:
        yield from _of_runs(body.node)
    elif body.node.entry("uses") is not None:
        for entry in body.node.entries:
            if entry.name not in OF_A_CALL and entry.name in _JOB_ONLY:
                message = f"A job that calls a reusable workflow by ‘uses’ takes no ‘{entry.name}’."
                yield _conflict(body.node, (), entry.name, "uses", message, _hint_of_call(entry.name))
    else:
        for entry in body.node.entries:
            if entry.name in OF_A_CALL_ONLY and (body.node.entry("steps") or body.node.entry("runs-on")):
                other = "steps" if body.node.entry("steps") else "runs-on"
                message = (
                    f"‘{entry.name}’ belongs to a job that calls a reusable workflow by ‘uses’; this one has steps."
                )
                yield _conflict(
                    body.node, (), entry.name, other, message, f"Remove ‘{entry.name}’, or give it to a step."
                )


_JOB_ONLY = frozenset(
    {
        *("runs-on", "snapshot", "environment", "outputs", "env", "defaults", "steps", "timeout-minutes"),
        *("cancel-timeout-minutes", "continue-on-error", "container", "services"),
    }
)


def _hint_of_call(name: str) -> str:
    if name == "env":
        return "Pass the values as inputs: ‘with: {name: value}’."
    if name == "environment":
        return "Name the environment in the jobs of the called workflow."
    return f"Remove ‘{name}’: the called workflow says it for its own jobs."


def _of_runs(node: Map) -> Iterator[Finding]:
    using = text_of(node.get("using"))
    kind = kind_of(using) if using else ""
    every = {key.name for keys in OF_RUNTIME.values() for key in keys}
    for entry in node.entries if kind else ():
        if entry.name in every and entry.name not in {key.name for key in OF_RUNTIME[kind]}:
            message = f"An action with ‘using: {using}’ takes no ‘{entry.name}’."
            yield _conflict(node, (), entry.name, "using", message, f"Remove ‘{entry.name}’, or change ‘using’.")


def _of_concurrency(node: Map) -> Iterator[Finding]:
    group = node.get("concurrency")
    queue, cancel = (group.get("queue"), group.get("cancel-in-progress")) if isinstance(group, Map) else (None, None)
    if isinstance(group, Map) and not group.aliased and text_of(queue) == "max" and text_of(cancel) == "true":
        message = "What waits in a queue cannot be cancelled: ‘queue: max’ does not go with ‘cancel-in-progress: true’."
        hint = "Remove ‘cancel-in-progress’, or the queue."
        yield _conflict(group, ("concurrency",), "queue", "cancel-in-progress", message, hint)


def _check_root(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    if isinstance(workflow.root, Map):
        yield from _of_concurrency(workflow.root)
    for value in of_root(workflow):
        if not value.spec.place.startswith("on.") or not isinstance(value.node, Map):
            continue
        for wanted, unwanted in OPPOSITES:
            first, second = value.node.entry(wanted), value.node.entry(unwanted)
            if first and second and not missing(first.value) and not missing(second.value):
                message = f"‘{wanted}’ and ‘{unwanted}’ cannot both stand in one event."
                hint = f"Keep ‘{wanted}’, and take out again by patterns that begin with ‘!’."
                yield _conflict(value.node, value.path, unwanted, wanted, message, hint)


def _conflict(node: Map, path: Path, name: str, other: str, message: str, hint: str) -> Finding:
    entry, beside = node.entry(name), node.entry(other)
    assert entry is not None
    assert beside is not None
    return Finding(
        code="conflicting-keys",
        kind=Kind.DEFINITION,
        span=entry.key.span,
        message=message,
        hint=hint,
        where=(*path, name),
        subject=name,
        related=(Place(beside.key.span, f"‘{other}’ stands here."),),
    )


RULE = Rule(("conflicting-keys",), step=_check_step, job=_check_job, workflow=_check_root)
