"""Keys that GitHub asks for and that are not there, or have no value."""

from collections.abc import Iterable, Iterator

from calibrant.github.keys import STEP_ACTS
from calibrant.github.languages import ACTION
from calibrant.github.metadata import NEEDED, OF_RUNTIME, RUNTIMES, kind_of
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Hole, Map, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Job, JobBody, StepBody, Workflow
from calibrant.rules.actions.unknown_key import ELSEWHERE
from calibrant.rules.actions.walking import (
    Value,
    dynamic,
    missing,
    of_job,
    of_root,
    of_step,
    text_of,
    unreadable,
)
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import misspelt

_NEEDS_VALUE = frozenset({"array", "object"})
_LOOSELY_READ = frozenset({"dispatch input", "input"})
"""Places whose values GitHub does not mind: inputs of a workflow started by hand, and of an action."""

_MAY_BE_EMPTY = frozenset({"string", "null", "expression", "any"})
"""Types that nothing is a value of: an empty text, or none."""


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    values = list(of_step(body, known))
    yield from _missing(values, broken=unreadable(body.problems))
    if not unreadable(body.problems):
        for value in values:
            if value.spec.place == "step" and isinstance(value.node, Map) and not _has_dynamic(value.node):
                yield from _of_step(value, value.node, known)


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    values = list(of_job(body, known))
    broken = unreadable(body.problems)
    yield from _missing(values, broken=broken)
    if known.language.name != ACTION and missing(body.node) and body.id_node is not None:
        message = f"The job{_called(body)} has nothing in it: it needs ‘runs-on’ and ‘steps’, or ‘uses’."
        hint = "Write its keys below its id, further to the right."
        yield _finding(("steps",), "steps", body.id_node.span, message, hint)
    if broken or not values or not isinstance(values[0].node, Map) or _has_dynamic(values[0].node):
        return
    if known.language.name == ACTION:
        yield from _of_runs(values[0], values[0].node)
    else:
        yield from _of_job(values[0], values[0].node, body)


def _check_root(workflow: Workflow, known: Known) -> Iterator[Finding]:
    yield from _missing(of_root(workflow), broken=unreadable(workflow.problems))
    for job in workflow.jobs if known.language.name != ACTION else ():
        yield from _without_steps(job)
    if isinstance(workflow.root, Map) and not unreadable(workflow.problems):
        jobs = workflow.root.entry("jobs")
        if jobs is not None and isinstance(jobs.value, Map) and not workflow.jobs and not missing(jobs.value):
            message = "‘jobs’ has no job, and a workflow must have at least one."
            yield _finding(("jobs",), "jobs", jobs.key.span, message, "Add a job: its id, then what it does.")


def _without_steps(job: Job) -> Iterator[Finding]:
    entry = job.body.node.entry("steps") if isinstance(job.body.node, Map) else None
    if entry is not None and isinstance(entry.value, Seq) and job.first == job.after and not entry.value.items:
        message = f"‘steps’ is empty, so the job ‘{job.label}’ does nothing."
        yield _finding((*job.path, "steps"), "steps", job.at(entry.key.span), message, "Add a step.")


def _missing(values: Iterable[Value], *, broken: bool) -> Iterator[Finding]:
    for value in values:
        if value.place is None or not isinstance(value.node, Map) or value.node.aliased:
            continue
        for entry in value.node.entries:
            spec = value.place.key(entry.name)
            if spec is None or not missing(entry.value) or "null" in spec.types:
                continue
            types, chosen = set(spec.types), bool(spec.values) and not spec.others
            judged = chosen or bool(_NEEDS_VALUE & types) or not _MAY_BE_EMPTY & types
            if spec.required or (judged and value.spec.place not in _LOOSELY_READ):
                message = f"‘{entry.name}’ has no value yet. {spec.doc}"
                hint = f"Write a value after ‘{entry.name}:’{'' if spec.required else ', or remove it'}."
                yield _finding((*value.path, entry.name), entry.name, entry.key.span, message, hint)
        if broken or _has_dynamic(value.node):
            continue
        given, names = _names(value.node), [key.name for key in value.place.keys]
        for key in value.place.keys:
            if key.required and key.name not in given and not misspelt(key.name, given, names):
                label = value.place.label
                message = f"{label[0].upper()}{label[1:]} needs the key ‘{key.name}’. {key.doc}"
                yield _finding((*value.path, key.name), key.name, _head(value), message, f"Add ‘{key.name}: …’.")


def _of_step(value: Value, node: Map, known: Known) -> Iterator[Finding]:
    given = _names(node)
    names = [key.name for key in value.place.keys] if value.place else []
    acts = [name for name in STEP_ACTS if name in given]
    path = value.path
    if not acts and not _meant(("uses", "run"), given, names):
        message = "This step does not say what to do: it needs ‘uses’ or ‘run’."
        hint = "Add ‘uses: …’ with an action, or ‘run: …’ with a script."
        yield _finding((*path, "run"), "run", _head(value), message, hint)
    for name in ("uses", "run"):
        entry = node.entry(name)
        if entry is not None and missing(entry.value):
            severity: Severity = "error" if name == "uses" else "warning"
            message = f"‘{name}’ has no value yet, so this step does nothing."
            hint = "Write an action after it." if name == "uses" else "Write a script after it."
            yield _finding((*path, name), name, entry.key.span, message, hint, severity)
    if (
        known.language.name == ACTION
        and "run" in given
        and "shell" not in given
        and not _meant(("shell",), given, names)
    ):
        run = node.entry("run")
        message = "A step of an action that has a script must say which shell runs it: here no shell is the usual one."
        span = run.key.span if run is not None else _head(value)
        yield _finding((*path, "shell"), "shell", span, message, "Add ‘shell: bash’.")


def _of_job(value: Value, node: Map, body: JobBody) -> Iterator[Finding]:
    given = _names(node)
    names = [key.name for key in value.place.keys] if value.place else []
    uses = node.entry("uses")
    if uses is not None:
        if missing(uses.value):
            message = f"‘uses’ has no value yet, so the job{_called(body)} calls nothing."
            yield _finding(("uses",), "uses", uses.key.span, message, "Write a reusable workflow after it.")
        return
    if "steps" not in given and not _meant(("steps", "uses"), given, names):
        message = f"The job{_called(body)} does nothing: it needs ‘steps’, or ‘uses’ to call a reusable workflow."
        yield _finding(("steps",), "steps", _job_head(value, body), message, "Add ‘steps:’ with at least one step.")
    runs_on = node.entry("runs-on")
    if runs_on is not None and isinstance(runs_on.value, Seq | Map) and not _inside(runs_on.value):
        message = f"‘runs-on’ is empty, so there is no runner for the job{_called(body)}."
        yield _finding(("runs-on",), "runs-on", runs_on.key.span, message, "Write a label, such as ‘ubuntu-latest’.")
    if "runs-on" not in given and not _meant(("runs-on",), given, names):
        message = f"The job{_called(body)} needs the key ‘runs-on’: where it runs."
        hint = "Add ‘runs-on: ubuntu-latest’."
        yield _finding(("runs-on",), "runs-on", _job_head(value, body), message, hint)


def _of_runs(value: Value, node: Map) -> Iterator[Finding]:
    using = text_of(node.get("using"))
    kind = kind_of(using) if using else ""
    if not kind:
        return
    given, needed = _names(node), NEEDED[kind]
    if needed not in given and not misspelt(needed, given, [key.name for key in OF_RUNTIME[kind]]):
        doc = next(key.doc for key in OF_RUNTIME[kind] if key.name == needed)
        entry = node.entry("using")
        span = entry.value.span if entry is not None else _head(value)
        message = f"An action with ‘using: {using}’ needs the key ‘{needed}’. {doc}"
        yield _finding((needed,), needed, span, message, f"Add ‘{needed}: …’.")


def _inside(node: Seq | Map) -> int:
    return len(node.items) if isinstance(node, Seq) else len(node.entries)


def _meant(wanted: tuple[str, ...], given: list[str], names: list[str]) -> bool:
    return any(misspelt(name, given, names) or any(ELSEWHERE.get(other) == name for other in given) for name in wanted)


def _called(body: JobBody) -> str:
    return f" ‘{body.id}’" if body.id else ""


def _job_head(value: Value, body: JobBody) -> Span:
    return body.id_node.span if body.id_node is not None else _head(value)


def _names(node: Map) -> list[str]:
    return [entry.name for entry in node.entries]


def _has_dynamic(node: Map) -> bool:
    """Tell whether a key is made by an expression, so that any key may be there."""
    return any(dynamic(entry.key) or isinstance(entry.key, Hole) for entry in node.entries)


def _head(value: Value) -> Span:
    """Return where to show what a map lacks: its own key, else its first one."""
    if value.key is not None:
        return value.key.key.span
    node = value.node
    if isinstance(node, Map) and node.entries:
        return node.entries[0].key.span
    return Span(node.span.start, min(node.span.start + 1, node.span.end))


_USUAL = {"runs-on": ("ubuntu-latest",), "shell": ("bash",), "type": ("string",), "using": tuple(RUNTIMES)}
"""What keys most often say, the likeliest first."""


def _finding(
    path: tuple[str | int, ...], name: str, span: Span, message: str, hint: str, severity: Severity = "error"
) -> Finding:
    return Finding(
        "missing-key",
        Kind.DEFINITION,
        span,
        message,
        hint=hint,
        severity=severity,
        where=path,
        subject=name,
        candidates=_USUAL.get(name, ()),
    )


RULE = Rule(("missing-key",), step=_check_step, job=_check_job, workflow=_check_root)
