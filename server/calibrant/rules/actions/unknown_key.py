"""Keys that GitHub does not know where they stand."""

from collections.abc import Iterable, Iterator

from calibrant.github.events import INTERNAL
from calibrant.github.languages import ACTION
from calibrant.github.permissions import SCOPES
from calibrant.model.connector import ConnectorSpec
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Entry, Map
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.actions.belonging import belongs
from calibrant.rules.actions.walking import Value, dynamic, of_job, of_root, of_step
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed

ELSEWHERE = {
    "depends_on": "needs",
    "depends-on": "needs",
    "dependson": "needs",
    "requires": "needs",
    "when": "if",
    "condition": "if",
    "only": "if",
    "script": "run",
    "command": "run",
    "cmd": "run",
    "action": "uses",
    "environment": "env",
    "variables": "env",
    "vars": "env",
    "cwd": "working-directory",
    "dir": "working-directory",
    "workdir": "working-directory",
    "timeout": "timeout-minutes",
    "continue_on_error": "continue-on-error",
    "allow_failure": "continue-on-error",
    "allow-failure": "continue-on-error",
    "image": "container",
    "os": "runs-on",
    "runner": "runs-on",
    "stages": "jobs",
    "trigger": "on",
    "triggers": "on",
    "inputs": "with",
    "parameters": "with",
    "params": "with",
    "args": "with",
}
"""What other languages call these keys."""

_FREELY_READ = frozenset({"action", "input", "branding"})
"""Places of an action.yml where GitHub passes over what it does not know: there only a slip of the finger is told."""

_PASSED_OVER = frozenset({"schedule entry", "dispatch input"})
"""Places, beside the maps of events, where GitHub passes over what it does not know."""

_GROWING = frozenset({"permissions", "on"})
"""Places that GitHub adds keys to: of what is not known and not close to a known one, it is only warned."""


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    return _check(of_step(body, known), known, known.spec(body))


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    return _check(of_job(body, known), known)


def _check_root(workflow: Workflow, known: Known) -> Iterator[Finding]:
    return _check(of_root(workflow), known)


def _check(values: Iterable[Value], known: Known, called: ConnectorSpec | None = None) -> Iterator[Finding]:
    for value in values:
        place, node = value.place, value.node
        if place is None or not isinstance(node, Map) or node.aliased or place.free is not None:
            continue
        if not place.keys and place.item is not None:
            continue
        names = [key.name for key in place.keys]
        for entry in node.entries:
            if entry.name in names or (value.spec.place == "on" and entry.name in INTERNAL):
                continue
            if entry.key.value is not None and not dynamic(entry.key):
                yield from _unknown(value, entry, names, known, called if not value.path else None)


def _unknown(
    value: Value, entry: Entry, names: list[str], known: Known, called: ConnectorSpec | None
) -> Iterator[Finding]:
    name, place = entry.name, value.spec.place
    hint, near = did_you_mean(name, names)
    exact = next((other for other in names if other.lower() == name.lower().replace("_", "-")), "")
    meant = exact or ELSEWHERE.get(name.lower(), "")
    if meant in names:
        said = f"Write ‘{exact}’." if exact else f"Here it is called ‘{meant}’."
        hint, near = said, (meant, *(other for other in near if other != meant))
    elsewhere = belongs(place, entry, called) if meant not in names and known.language.name != ACTION else ""
    if elsewhere:
        hint, near = elsewhere, ()
    if place in _FREELY_READ and known.language.name == ACTION and not near:
        return
    assert value.place is not None
    passed_over = place.startswith("on.") or place in _PASSED_OVER
    unsure = place == "output"  # whether GitHub refuses it has changed over time
    freely = place in _FREELY_READ and known.language.name == ACTION
    unknown = not (near or elsewhere) and (place in _GROWING or passed_over or unsure)
    severity: Severity = "warning" if freely or unknown else "error"
    if place in _GROWING:
        message = f"‘{name}’ is not {'an event' if place == 'on' else 'a permission'} that GitHub knows."
    else:
        has = f"It may have: {listed(names)}." if names else "It has none."
        message = f"‘{name}’ is not a key of {value.place.label}. {has}"
    yield Finding(
        code="unknown-event" if place == "on" else "unknown-key",
        kind=Kind.DEFINITION,
        span=entry.key.span,
        message=message,
        hint=hint or ("Remove it: GitHub passes over it." if passed_over or freely else _otherwise(place)),
        severity=severity,
        where=(*value.path, name),
        subject=name,
        candidates=near,
        evidence={"belongs": elsewhere} if elsewhere else {},
    )


def _otherwise(place: str) -> str:
    if place == "permissions":
        return f"There are: {', '.join(SCOPES)}."
    if place == "on":
        return "Look it up among the events that trigger workflows."
    return "Remove it: GitHub refuses a file with keys that it does not know."


RULE = Rule(("unknown-key", "unknown-event"), step=_check_step, job=_check_job, workflow=_check_root)
