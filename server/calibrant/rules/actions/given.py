"""What is given to an action or a called workflow: inputs that it does not have, needs, or takes otherwise."""

from collections.abc import Iterator, Sequence

from calibrant.model.closest import closest
from calibrant.model.connector import ConnectorSpec, ParameterSpec
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Hole, Map, Scalar
from calibrant.model.words import in_words
from calibrant.model.workflow import JobBody, Parameter, StepBody
from calibrant.rules.actions.uses import uses_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed, type_of

_CONTAINER = frozenset({"args", "entrypoint"})
"""What every action that is a container takes."""


def _step(body: StepBody, known: Known) -> Iterator[Finding]:
    spec = known.spec(body)
    found = uses_of(body)
    if spec is not None and _read(body) and not (found and found[1].is_workflow):
        # GitHub runs such a step with a warning, and it is for the action to say what it cannot do without
        yield from _unknown(body, spec, "warning")
        yield from _missing(body, spec, "warning")
        yield from _deprecated(body, spec)


def _job(body: JobBody, known: Known) -> Iterator[Finding]:
    spec = known.spec(body)
    if spec is not None and _read(body):
        yield from _unknown(body, spec, "error")
        yield from _missing(body, spec, "error")
        yield from _mistyped(body, spec)
        yield from _deprecated(body, spec)


def _read(body: StepBody | JobBody) -> bool:
    """Tell whether it can be read what is given."""
    given = body.node.get("with") if isinstance(body.node, Map) else None
    return given is None or isinstance(given, Map) or (isinstance(given, Hole) and given.missing)


def _declared(spec: ConnectorSpec, name: str) -> ParameterSpec | None:
    """Return the input of that name; GitHub does not look at the case."""
    folded = name.lower()
    return next((one for one in spec.parameters if one.name.lower() == folded), None)


def _unknown(body: StepBody | JobBody, spec: ConnectorSpec, severity: Severity) -> Iterator[Finding]:
    names = [parameter.name for parameter in spec.parameters]
    given = {parameter.name.lower() for parameter in body.parameters}
    left = [name for name in names if name.lower() not in given]
    for one in body.parameters:
        if (
            "${{" in one.name
            or _declared(spec, one.name)
            or (isinstance(body, StepBody) and one.name.lower() in _CONTAINER)
        ):
            continue
        hint, near = did_you_mean(one.name, left)
        if spec.open and not _surely(one.name, left):
            continue
        takes = f"It takes: {listed(names)}." if names else "It takes none."
        yield Finding(
            code="unknown-parameter",
            kind=Kind.DEFINITION,
            span=one.name_span,
            message=f"‘{spec.name}’ has no input called ‘{one.name}’. {takes}",
            hint=hint or "Remove it.",
            severity=severity,
            where=one.path,
            subject=one.name,
            candidates=near,
        )


def _surely(name: str, left: Sequence[str]) -> bool:
    return bool(closest(name, left)) and any(_alike(name.lower(), other.lower()) for other in left)


def _alike(name: str, other: str) -> bool:
    """Tell whether two names differ by what a slip of the finger makes of one: a letter more, less, other or swapped."""
    if name.replace("_", "-") == other.replace("_", "-"):
        return True
    if len(other) < 3 or abs(len(name) - len(other)) > 1 or len(name) == len(other) == 3:
        return False
    start = next((at for at, (a, b) in enumerate(zip(name, other, strict=False)) if a != b), min(len(name), len(other)))
    rest, others = name[start:], other[start:]
    if len(rest) == len(others):
        return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    return rest[1:] == others if len(rest) > len(others) else rest == others[1:]


def _missing(body: StepBody | JobBody, spec: ConnectorSpec, severity: Severity) -> Iterator[Finding]:
    if body.action_node is None:
        return
    given = [one.name for one in body.parameters]
    folded = {name.lower() for name in given}
    if any("${{" in name for name in given):
        return  # a name that is computed may be any of them
    strays = [name for name in given if _declared(spec, name) is None]
    for parameter in spec.parameters:
        if not parameter.required or parameter.name.lower() in folded or closest(parameter.name, strays):
            continue
        doc = f" {parameter.doc}" if parameter.doc else ""
        yield Finding(
            code="missing-parameter",
            kind=Kind.DEFINITION,
            span=body.action_node.span,
            message=f"‘{spec.name}’ needs the input ‘{parameter.name}’.{doc}"[:300],
            hint=f"Add ‘{parameter.name}: …’ under ‘with’.",
            severity=severity,
            where=("with", parameter.name),
            subject=parameter.name,
        )


def _mistyped(body: JobBody, spec: ConnectorSpec) -> Iterator[Finding]:
    for one in body.parameters:
        declared = _declared(spec, one.name)
        if declared is None or declared.type not in ("boolean", "number") or not isinstance(one.value, Scalar):
            continue
        if one.value.template is not None or one.value.value is None:
            continue
        found = type_of(one.value)
        fits = found in ("integer", "number", "decimal") if declared.type == "number" else found == "boolean"
        if not fits:
            yield _of_other_type(declared, one, found)


def _of_other_type(declared: ParameterSpec, one: Parameter, found: str) -> Finding:
    return Finding(
        code="wrong-parameter-type",
        kind=Kind.PARAMETER,
        span=one.value.span,
        message=f"‘{declared.name}’ takes {in_words(declared.type)}, but this is {in_words(found)}.",
        hint="Write it without quotes."
        if found == "string" and _plain(one, declared)
        else f"Give it {in_words(declared.type)}.",
        where=one.path,
        subject=declared.name,
        evidence={"wanted": declared.type, "found": found},
    )


def _plain(one: Parameter, declared: ParameterSpec) -> bool:
    """Tell whether a text would be what is wanted without its quotes."""
    value = one.value.value if isinstance(one.value, Scalar) else None
    if not isinstance(value, str):
        return False
    return value in ("true", "false") if declared.type == "boolean" else value.replace(".", "", 1).isdigit()


def _deprecated(body: StepBody | JobBody, spec: ConnectorSpec) -> Iterator[Finding]:
    for one in body.parameters:
        declared = _declared(spec, one.name)
        if declared is not None and declared.deprecated:
            yield Finding(
                code="deprecated-input",
                kind=Kind.DEFINITION,
                span=one.name_span,
                message=f"The input ‘{one.name}’ of ‘{spec.name}’ is deprecated. {declared.deprecated}"[:300],
                hint="Remove it, or give what is to be used instead.",
                severity="hint",
                where=one.path,
                subject=one.name,
            )


RULE = Rule(
    ("unknown-parameter", "missing-parameter", "wrong-parameter-type", "deprecated-input"), step=_step, job=_job
)
