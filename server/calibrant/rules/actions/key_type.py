"""Values of another type than GitHub asks for, or none of those that it allows."""

from collections.abc import Iterable, Iterator

from calibrant.github.languages import ACTION
from calibrant.github.metadata import OLD_RUNTIMES, RUNTIMES
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Hole, Scalar
from calibrant.model.words import in_words
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.actions.walking import Value, dynamic, missing, of_job, of_root, of_step, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed, type_of

_WITH_RULES_OF_THEIR_OWN = frozenset({"types", "event", "on"})
"""Values whose texts another rule judges: types of activity, events."""

_FEW = 20
"""Values that a message lists in full."""

_LOOSELY_READ = frozenset({"dispatch input"})
"""Places that GitHub reads without minding whether a value is in quotes."""

_EXAMPLES = {
    "env": "Write the variables as keys: ‘env: {NAME: value}’.",
    "with": "Write the inputs as keys: ‘with: {name: value}’.",
    "outputs": "Write the outputs as keys: ‘outputs: {name: value}’.",
    "services": "Write each service by its name: ‘services: {db: {image: postgres}}’.",
    "jobs": "Write each job by its id: ‘jobs: {build: {…}}’.",
    "job": "Write the job's keys below its id, such as ‘runs-on’ and ‘steps’.",
    "steps": "Write a list: each step begins with ‘- ’.",
    "step": "Write the step's keys, such as ‘run: …’ or ‘uses: …’.",
    "step.with": "Write the inputs as keys: ‘with: {name: value}’.",
    "permissions": "Write ‘read-all’, ‘write-all’, or a map such as ‘{contents: read}’.",
    "axis": "Write a list of values: ‘[a, b]’.",
    "matrix": "Write lists of values by name: ‘matrix: {os: [ubuntu-latest, macos-latest]}’.",
    "dispatch input": "Describe the input by keys: ‘name: {type: string}’.",
    "call input": "Describe the input by keys: ‘name: {type: string}’.",
}


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    return _check(of_step(body, known), known)


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    return _check(of_job(body, known), known)


def _check_root(workflow: Workflow, known: Known) -> Iterator[Finding]:
    return _check(of_root(workflow), known)


def _check(values: Iterable[Value], known: Known) -> Iterator[Finding]:
    loose: tuple[object, ...] = ()
    for value in values:
        node = value.node
        if value.spec.place in _LOOSELY_READ:
            loose = value.path
        if isinstance(node, Hole) or node.aliased or missing(node) or dynamic(node) or _told_by_reader(value):
            continue
        if not _fits(value.spec.types, type_of(node)):
            inside = loose and value.path[: len(loose)] == loose and len(value.path) > len(loose)
            if not (inside and isinstance(node, Scalar)):
                yield _mismatch(value)
        elif value.spec.values and not value.spec.others and isinstance(node, Scalar):
            yield from _allowed(value, node, known)


def _told_by_reader(value: Value) -> bool:
    return not value.path and value.spec.place in ("workflow", "action", "step")


def _fits(types: tuple[str, ...], found: str) -> bool:
    if found == "unknown" or "any" in types:
        return True
    if found in ("string", "number", "integer", "boolean", "decimal"):
        if "string" in types or "expression" in types:
            return True
        return ("boolean" in types and found == "boolean") or (
            "number" in types and found in ("number", "integer", "decimal")
        )
    return found in types or ("null" in types and found == "null")


def _mismatch(value: Value) -> Finding:
    found, path = type_of(value.node), value.path
    name = str(path[-1]) if path else "the file"
    wanted = " or ".join(_WORDS[one] for one in value.spec.types if one in _WORDS and one != "null") or "empty"
    called = f"‘{name}’" if isinstance(path[-1] if path else "", str) else f"This element of ‘{_list_of(value)}’"
    if not path and value.place is not None:
        called = value.place.label[0].upper() + value.place.label[1:]
    asked = next((one for one in value.spec.types if one != "null"), "")
    hint = _EXAMPLES.get(value.spec.place, "") or _ASKED.get(asked, "")
    meant = _BOOLEAN_WORDS.get(str(value.node.value).lower(), "") if isinstance(value.node, Scalar) else ""
    if isinstance(value.node, Scalar) and found == "string" and _told_by_quotes(value.spec.types, value.node):
        hint = "Take the quotes away."
    if isinstance(value.node, Scalar) and found == "string" and meant and "boolean" in value.spec.types:
        hint = f"Write ‘{meant}’: ‘{value.node.value}’ is a text here."
    return Finding(
        "wrong-type",
        Kind.DEFINITION,
        value.node.span if isinstance(value.node, Scalar) or value.key is None else value.key.key.span,
        f"{called} must be {wanted}, but this is {_WORDS[found] if found in ('object', 'array') else in_words(found)}.",
        hint=hint,
        where=path,
        subject=name,
        candidates=(meant,) if meant and "boolean" in value.spec.types else (),
        evidence={"wanted": asked, "found": found},
    )


_ASKED = {
    "string": "Write one text.",
    "number": "Write a number, such as ‘10’.",
    "boolean": "Write ‘true’ or ‘false’.",
    "array": "Write a list: ‘[a, b]’, or a line with ‘- ’ for each element.",
    "object": "Write keys below it, each with its value.",
}
"""What to do where another type is asked for."""

_BOOLEAN_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}

_WORDS = {
    "string": "text",
    "number": "a number",
    "boolean": "‘true’ or ‘false’",
    "object": "a map of keys",
    "array": "a list",
    "expression": "an expression",
}


def _told_by_quotes(types: tuple[str, ...], node: Scalar) -> bool:
    """Tell whether a value is a text only by its quotes."""
    text = str(node.value).strip()
    numeric = "number" in types and text.replace(".", "", 1).isdecimal()
    return node.style in ("single", "double") and (numeric or ("boolean" in types and text in ("true", "false")))


def _list_of(value: Value) -> str:
    return next((str(part) for part in reversed(value.path) if isinstance(part, str)), "")


def _allowed(value: Value, node: Scalar, known: Known) -> Iterator[Finding]:
    text = text_of(node) or str(node.value)
    name = str(value.path[-1]) if value.path else ""
    if text in value.spec.values or value.spec.name in _WITH_RULES_OF_THEIR_OWN or _of_event(value):
        return
    if value.spec.name == "using" and text.lower() in (*RUNTIMES, *OLD_RUNTIMES):
        return
    hint, near = did_you_mean(text, value.spec.values)
    exact = next((one for one in value.spec.values if one.lower() == text.lower()), "")
    passed_over = known.language.name == ACTION and value.path[:1] == ("branding",)
    passed_over |= value.spec.name == "using" and not near  # there will be newer runtimes
    severity: Severity = "warning" if passed_over else "error"
    shown = ", ".join(value.spec.values) if len(value.spec.values) <= _FEW else listed(value.spec.values)
    yield Finding(
        "invalid-value",
        Kind.DEFINITION,
        node.span,
        f"‘{name}’ cannot be ‘{text}’. It may be: {shown}.",
        hint=f"Write ‘{exact}’." if exact else hint or "Choose one of these.",
        severity=severity,
        where=value.path,
        subject=text,
        candidates=(exact,) if exact else near,
    )


def _of_event(value: Value) -> bool:
    """Tell whether a value is an activity type of an event, which has a rule of its own."""
    return len(value.path) >= 3 and value.path[0] == "on" and value.path[2] == "types"


RULE = Rule(("wrong-type", "invalid-value"), step=_check_step, job=_check_job, workflow=_check_root)
