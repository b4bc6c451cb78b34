"""Which names the expressions at a place may use: contexts, what is in them, functions."""

from collections.abc import Iterable, Iterator

import msgspec

from calibrant.dialects.actions.naming import mentions
from calibrant.expressions.actions.functions import FUNCTIONS, Function
from calibrant.github.availability import available
from calibrant.github.contexts import CONTEXTS, NEED_FIELDS, SERVICE_FIELDS, STEP_FIELDS, FieldSpec
from calibrant.github.events import EVENTS
from calibrant.github.keys import STEP_ACTS
from calibrant.github.payloads import VALUES, payload_paths
from calibrant.model.connector import ConnectorSpec
from calibrant.model.expression import Reference
from calibrant.model.lexicon import Mention, Standing, Word
from calibrant.model.nodes import Map, Node, Scalar, Seq, at_path, plain
from calibrant.model.shape import Shape
from calibrant.model.words import shortened
from calibrant.model.workflow import JobBody, StepBody

Chain = tuple[str | int, ...]

_FEW = 3
"""Events that are named beside a field."""
_LONGEST = 60
"""Characters of what the user wrote that are shown beside a name."""


def roots(standing: Standing) -> Iterator[Word]:
    """Yield the contexts and functions that an expression may begin with."""
    there = available(standing.path)
    if there is None or there.nothing:
        return
    for name, context in CONTEXTS.items():
        if name in there.contexts:
            yield Word(name, "context", "context", context.doc)
    for name, one in FUNCTIONS.items():
        if not one.special or name in there.functions:
            yield _function(one)
    for name in ("true", "false", "null"):
        yield Word(name, "constant")


def function(name: str) -> Word | None:
    """Return what a function does."""
    found = FUNCTIONS.get(name.lower())
    return _function(found) if found is not None else None


def _function(one: Function) -> Word:
    arguments = one.signature.partition("(")[2].removesuffix(")")
    gives = "any value" if one.gives.type == "any" else one.gives.type
    return Word(one.name, "function", gives, f"{one.doc} For example `{one.example}`.", arguments)


def word(standing: Standing, chain: Chain) -> Word | None:
    """Return what a chain of names stands for, None where that is not known."""
    if not chain:
        return None
    name = str(chain[-1]).lower()
    if len(chain) == 1:
        context = CONTEXTS.get(name)
        return Word(context.name, "context", "context", context.doc) if context else None
    return next((one for one in members(standing, chain[:-1]) if one.name.lower() == name), None)


def named(standing: Standing, mention: Mention) -> Word | None:
    """Return what a name stands for that stands outside of expressions: a step of the whole job, or any job."""
    everywhere = msgspec.structs.replace(standing, step=-1, step_body=None)
    root = {"step": "steps", "job": "jobs"}.get(mention.sort)
    return word(everywhere, (root, mention.name)) if root is not None else None


def gives(standing: Standing, of: Word) -> Iterator[Word]:
    """Yield the outputs of a step or a job."""
    everywhere = msgspec.structs.replace(standing, step=-1, step_body=None)
    if of.sort in ("step", "job"):
        yield from members(everywhere, ("steps" if of.sort == "step" else "jobs", of.name, "outputs"))


def members(standing: Standing, chain: Chain) -> Iterator[Word]:
    """Yield what may follow a chain of names: the fields of a context, the names in it, and what those have."""
    root, path = str(chain[0]).lower(), tuple(str(part).lower() for part in chain[1:])
    match root, path:
        case "steps", ():
            yield from _steps(standing)
        case "steps", (_,):
            yield from _fields(STEP_FIELDS)
        case "steps", (name, "outputs"):
            yield from _step_outputs(standing, name)
        case "needs", ():
            yield from _needs(standing)
        case "jobs", ():
            yield from (_job(one.body) for one in standing.workflow.jobs if one.body.id)
        case "needs" | "jobs", (_,):
            yield from _fields(NEED_FIELDS)
        case "needs" | "jobs", (name, "outputs"):
            yield from _job_outputs(standing, name)
        case "inputs", ():
            yield from _inputs(standing)
        case "secrets", ():
            yield from _secrets(standing)
        case "vars", ():
            yield from (Word(name, "variable", "used in this file") for name in _used(standing, "vars"))
        case "env", ():
            yield from _variables(standing)
        case "matrix", _:
            yield from _matrix(standing, path)
        case "github", ("event", "inputs"):
            yield from _inputs(standing)
        case "github", ("event", *below):
            yield from _payload(standing, tuple(below))
        case "job", ("services",):
            services = _job_node(standing, "services")
            for entry in services.entries if isinstance(services, Map) else ():
                yield Word(entry.name, "service", "service", _shown(entry.value))
        case "job", ("services", _):
            yield from _fields(SERVICE_FIELDS)
        case "job", ("services", name, "ports"):
            ports = _job_node(standing, "services", name, "ports")
            for item in ports.items if isinstance(ports, Seq) else ():
                yield Word(_shown(item).rpartition(":")[2].partition("/")[0], "field", "port")
        case _ if root in CONTEXTS:
            yield from _of_context(root, path)


def texts(standing: Standing, chain: Chain) -> Iterator[Word]:
    """Yield what a chain of names can be, where that is one of a few texts."""
    path = tuple(str(part).lower() for part in chain)
    match path:
        case ("github", "event_name"):
            for name in _events(standing):
                yield Word(name, "value", "event", EVENTS[name].doc)
        case ("github", "event", "action"):
            for name in dict.fromkeys(one for event in _events(standing) for one in EVENTS[event].types):
                yield Word(name, "value", "activity")
        case ("inputs", name) | ("github", "event", "inputs", name):
            for one in standing.workflow.inputs:
                if one.name.lower() == name:
                    yield from (Word(str(option), "value", "option") for option in one.enum)
        case ("matrix", name):
            for axis, given in _axes(_job_node(standing, "strategy", "matrix")).items():
                told = (_shown(one) for one in given if axis.lower() == name)
                yield from (
                    Word(one, "value", "of the matrix") for one in dict.fromkeys(told) if one and "${{" not in one
                )
    for known, values in VALUES.items():
        if len(known) == len(path) and all(one in ("*", part) for one, part in zip(known, path, strict=True)):
            yield from (Word(one, "value") for one in values)


def _events(standing: Standing) -> tuple[str, ...]:
    """Return the events that start the workflow, all that there are where it names none."""
    events = standing.workflow.root.get("on") if isinstance(standing.workflow.root, Map) else None
    match events:
        case Map():
            names = [entry.name for entry in events.entries]
        case Seq():
            names = [_shown(item) for item in events.items]
        case _:
            names = [_shown(events)]
    return tuple(name for name in names if name in EVENTS) or tuple(EVENTS)


def _payload(standing: Standing, below: tuple[str, ...]) -> Iterator[Word]:
    """Yield the fields of the payloads of the events that start the workflow."""
    found: dict[str, dict[str, None]] = {}
    for event in _events(standing):
        for path in payload_paths(event):
            parts = path.split(".")
            if len(parts) > len(below) and all(one in ("*", part) for one, part in zip(parts, below, strict=False)):
                found.setdefault(parts[len(below)], {})[event] = None
    for name, events in found.items():
        if name != "*":
            yield Word(name, "field", f"of {', '.join(events)}" if len(events) <= _FEW else "")


def _of_context(root: str, path: tuple[str, ...]) -> Iterator[Word]:
    context = CONTEXTS[root]
    if not path:
        yield from _fields(context.fields)
        return
    field = context.field(path[0])
    shape: Shape | None = field.shape if field else None
    for part in path[1:]:
        shape = next((inner for name, inner in shape.fields if name.lower() == part), None) if shape else None
    for name, inner in shape.fields if shape is not None else ():
        yield Word(name, "field", _type(inner))


def _fields(fields: Iterable[FieldSpec]) -> Iterator[Word]:
    for field in fields:
        yield Word(field.name, "field", _type(field.shape), field.doc)


def _type(shape: Shape) -> str:
    return "" if shape.type == "any" else shape.type


def _shown(node: Node | None) -> str:
    """Return the text of a value, cut short; nothing of what is more than a text."""
    return shortened(str(node.value), _LONGEST) if isinstance(node, Scalar) and node.value is not None else ""


def _job_body(standing: Standing) -> JobBody | None:
    jobs = standing.workflow.jobs
    if standing.job_body is not None:
        return standing.job_body
    return jobs[standing.job].body if 0 <= standing.job < len(jobs) else None


def _job_node(standing: Standing, *path: str) -> Node | None:
    body = _job_body(standing)
    return at_path(body.node, path) if body is not None else None


def _bodies(standing: Standing) -> Iterator[StepBody]:
    """Yield the steps of the job that come before the place: all of them where that is in none."""
    workflow = standing.workflow
    job = max(standing.job, 0)
    if job < len(workflow.jobs):
        one = workflow.jobs[job]
        after = standing.step if standing.step >= 0 else one.after
        for step in workflow.steps[one.first : after]:
            yield step.body
            beside = step.body.node.get(STEP_ACTS[-1]) if isinstance(step.body.node, Map) else None
            for item in beside.items if isinstance(beside, Seq) else ():
                yield _nested(item)


def _nested(node: Node) -> StepBody:
    """Return what matters here of a step within a step."""
    texts = {name: _shown(node.get(name)) for name in ("id", "name", "uses")} if isinstance(node, Map) else {}
    return StepBody(node, "", texts.get("id") or None, None, texts.get("name"), texts.get("uses") or None)


def _steps(standing: Standing) -> Iterator[Word]:
    """Yield the ids of the steps that have run, the nearest first."""
    for body in reversed([*_bodies(standing)]):
        if body.id:
            yield Word(body.id, "step", body.action or "script", body.name or "")


def _step_outputs(standing: Standing, name: str) -> Iterator[Word]:
    for body in _bodies(standing):
        if (body.id or "").lower() != name:
            continue
        spec = standing.specs.get(body.action) if body.action else None
        yield from _declared(spec)
        seen: set[str] = set()
        for one in mentions(body):
            if one.sort == "output" and one.defines and one.key[-1] not in seen:
                seen.add(one.key[-1])
                yield Word(one.name, "output", "given by the script")
        if spec is None or spec.output.open:
            seen.update(declared.lower() for declared, _ in (spec.output.fields if spec else ()))
            for used in _used(standing, "steps", name, "outputs"):
                if used.lower() not in seen:
                    yield Word(used, "output", "used in this file")


def _declared(spec: ConnectorSpec | None) -> Iterator[Word]:
    if spec is not None and not spec.broken:
        for name, _ in spec.output.fields:
            yield Word(name, "output", f"output of {spec.name}")


def _job(body: JobBody) -> Word:
    return Word(body.id or "", "job", body.action or "job", body.name or "")


def _needs(standing: Standing) -> Iterator[Word]:
    body = _job_body(standing)
    wanted = {need.id.lower() for need in body.needs} if body is not None else set[str]()
    for job in standing.workflow.jobs:
        if (job.body.id or "").lower() in wanted:
            yield _job(job.body)


def _job_outputs(standing: Standing, name: str) -> Iterator[Word]:
    for job in standing.workflow.jobs:
        if (job.body.id or "").lower() != name:
            continue
        if job.body.action:
            yield from _declared(standing.specs.get(job.body.action))
        given = job.body.node.get("outputs") if isinstance(job.body.node, Map) else None
        for entry in given.entries if isinstance(given, Map) else ():
            yield Word(entry.name, "job output", _shown(entry.value))


def _inputs(standing: Standing) -> Iterator[Word]:
    seen: set[str] = set()
    for one in standing.workflow.inputs:
        if one.name.lower() not in seen:
            seen.add(one.name.lower())
            yield Word(one.name, "input", one.type + ", required" * one.required, one.description)


def _secrets(standing: Standing) -> Iterator[Word]:
    names = [one.name for one in standing.workflow.secrets]
    for name in names:
        yield Word(name, "secret", "secret, given by the caller")
    yield from (Word(field.name, "secret", "secret", field.doc) for field in CONTEXTS["secrets"].fields)
    there = {name.lower() for name in names} | {field.name.lower() for field in CONTEXTS["secrets"].fields}
    for name in _used(standing, "secrets"):
        if name.lower() not in there:
            yield Word(name, "secret", "secret, used in this file")


def _references(standing: Standing) -> Iterator[Reference]:
    workflow = standing.workflow
    yield from (one for expression in workflow.expressions for one in expression.references)
    for job in workflow.jobs:
        yield from job.body.references
    for step in workflow.steps:
        yield from step.body.references


def _used(standing: Standing, *above: str) -> list[str]:
    """Return the names that the file takes from a context, or from what is in one, each once; not the one being typed."""
    found: dict[str, list[str]] = {}
    size = len(above)
    for one in _references(standing):
        chain = (one.root, *one.path)
        if len(chain) > size and all(str(part).lower() == name for part, name in zip(chain, above, strict=False)):
            name = chain[size]
            if isinstance(name, str):
                found.setdefault(name.lower(), []).append(name)
    typed = standing.typed.lower()
    return [names[0] for key, names in found.items() if key != typed or len(names) > 1]


def _variables(standing: Standing) -> Iterator[Word]:
    """Yield the environment variables that are set at the place, the innermost first."""
    workflow = standing.workflow
    own = (
        standing.step_body.node.get("env") if standing.step_body and isinstance(standing.step_body.node, Map) else None
    )
    around = workflow.root.get("env") if isinstance(workflow.root, Map) else None
    seen: set[str] = set()
    told = ((own, "step"), (_job_node(standing, "env"), "job"), (around, "workflow"))
    for node, where in told:
        for entry in node.entries if isinstance(node, Map) else ():
            if entry.name.lower() not in seen:
                seen.add(entry.name.lower())
                yield Word(entry.name, "variable", f"set by the {where}", _shown(entry.value))


def _matrix(standing: Standing, path: tuple[str, ...]) -> Iterator[Word]:
    values = _axes(_job_node(standing, "strategy", "matrix"))
    if not path:
        for name, found in values.items():
            told = [shortened(str(plain(one)), _LONGEST) for one in found if isinstance(one, Scalar)]
            yield Word(name, "axis", shortened(", ".join(told), _LONGEST) or "value of the matrix")
        return
    named = next((one for one in values if one.lower() == path[0]), None)
    found = values[named] if named is not None else []
    for part in path[1:]:
        inner = (one.get(part) for one in found if isinstance(one, Map))
        found = [one for one in inner if one is not None]
    fields = {entry.name: entry.value for one in found if isinstance(one, Map) for entry in one.entries}
    for field, value in fields.items():
        yield Word(field, "field", _shown(value))


def _axes(matrix: Node | None) -> dict[str, list[Node]]:
    """Return the variables of a matrix with their values, those that combinations add included."""
    found: dict[str, list[Node]] = {}
    for entry in matrix.entries if isinstance(matrix, Map) else ():
        listed = entry.value.items if isinstance(entry.value, Seq) else ()
        if entry.name == "include":
            for item in listed:
                for added in item.entries if isinstance(item, Map) else ():
                    found.setdefault(added.name, []).append(added.value)
        elif entry.name != "exclude":
            found.setdefault(entry.name, []).extend(listed)
    return found
