"""The user's own names in GitHub's expressions: steps, jobs, outputs, inputs, secrets, variables, the matrix."""

from collections.abc import Iterator

from calibrant.dialects.actions.around import LONGEST, bodies, job_body, job_node, shown, used
from calibrant.dialects.actions.naming import mentions
from calibrant.github.contexts import CONTEXTS
from calibrant.model.connector import ConnectorSpec
from calibrant.model.lexicon import Standing, Word
from calibrant.model.nodes import Map, Node, Scalar, Seq, plain
from calibrant.model.words import shortened
from calibrant.model.workflow import JobBody


def steps(standing: Standing) -> Iterator[Word]:
    """Yield the ids of the steps that have run, the nearest first."""
    for body in reversed([*bodies(standing)]):
        if body.id:
            yield Word(body.id, "step", body.action or "script", body.name or "")


def step_outputs(standing: Standing, name: str) -> Iterator[Word]:
    """Yield the outputs of a step: those that are declared, those that its script gives, those that are used."""
    for body in bodies(standing):
        if (body.id or "").lower() != name:
            continue
        spec = standing.spec(body) if body.action else None
        yield from _declared(spec)
        seen: set[str] = set()
        for one in mentions(body):
            if one.sort == "output" and one.defines and one.key[-1] not in seen:
                seen.add(one.key[-1])
                yield Word(one.name, "output", "given by the script")
        if spec is None or spec.output.open:
            seen.update(declared.lower() for declared, _ in (spec.output.fields if spec else ()))
            for other in used(standing, "steps", name, "outputs"):
                if other.lower() not in seen:
                    yield Word(other, "output", "used in this file")


def _declared(spec: ConnectorSpec | None) -> Iterator[Word]:
    if spec is not None and not spec.broken:
        for name, _ in spec.output.fields:
            yield Word(name, "output", f"output of {spec.name}")


def job_word(body: JobBody) -> Word:
    """Return a job's name."""
    return Word(body.id or "", "job", body.action or "job", body.name or "")


def needs(standing: Standing) -> Iterator[Word]:
    """Yield the jobs that the job of the place needs."""
    body = job_body(standing)
    wanted = {need.id.lower() for need in body.needs} if body is not None else set[str]()
    for job in standing.workflow.jobs:
        if (job.body.id or "").lower() in wanted:
            yield job_word(job.body)


def job_outputs(standing: Standing, name: str) -> Iterator[Word]:
    """Yield the outputs of a job, or of the workflow that it calls."""
    for job in standing.workflow.jobs:
        if (job.body.id or "").lower() != name:
            continue
        if job.body.action:
            yield from _declared(standing.spec(job.body))
        given = job.body.node.get("outputs") if isinstance(job.body.node, Map) else None
        for entry in given.entries if isinstance(given, Map) else ():
            yield Word(entry.name, "job output", shown(entry.value))


def inputs(standing: Standing) -> Iterator[Word]:
    """Yield the inputs, each once."""
    seen: set[str] = set()
    for one in standing.workflow.inputs:
        if one.name.lower() not in seen:
            seen.add(one.name.lower())
            yield Word(one.name, "input", one.type + ", required" * one.required, one.description)


def secrets(standing: Standing) -> Iterator[Word]:
    """Yield the secrets that are declared, that of GitHub, and those that are used."""
    names = [one.name for one in standing.workflow.secrets]
    for name in names:
        yield Word(name, "secret", "secret, given by the caller")
    yield from (Word(field.name, "secret", "secret", field.doc) for field in CONTEXTS["secrets"].fields)
    there = {name.lower() for name in names} | {field.name.lower() for field in CONTEXTS["secrets"].fields}
    for name in used(standing, "secrets"):
        if name.lower() not in there:
            yield Word(name, "secret", "secret, used in this file")


def variables(standing: Standing) -> Iterator[Word]:
    """Yield the environment variables that are set at the place, the innermost first."""
    workflow = standing.workflow
    own = (
        standing.step_body.node.get("env") if standing.step_body and isinstance(standing.step_body.node, Map) else None
    )
    around = workflow.root.get("env") if isinstance(workflow.root, Map) else None
    seen: set[str] = set()
    told = ((own, "step"), (job_node(standing, "env"), "job"), (around, "workflow"))
    for node, where in told:
        for entry in node.entries if isinstance(node, Map) else ():
            if entry.name.lower() not in seen:
                seen.add(entry.name.lower())
                yield Word(entry.name, "variable", f"set by the {where}", shown(entry.value))


def matrix(standing: Standing, path: tuple[str, ...]) -> Iterator[Word]:
    """Yield the variables of the job's matrix, or the fields of their values."""
    values = axes(job_node(standing, "strategy", "matrix"))
    if not path:
        for name, found in values.items():
            told = [shortened(str(plain(one)), LONGEST) for one in found if isinstance(one, Scalar)]
            yield Word(name, "axis", shortened(", ".join(told), LONGEST) or "value of the matrix")
        return
    named = next((one for one in values if one.lower() == path[0]), None)
    found = values[named] if named is not None else []
    for part in path[1:]:
        inner = (one.get(part) for one in found if isinstance(one, Map))
        found = [one for one in inner if one is not None]
    fields = {entry.name: entry.value for one in found if isinstance(one, Map) for entry in one.entries}
    for field, value in fields.items():
        yield Word(field, "field", shown(value))


def axes(matrix: Node | None) -> dict[str, list[Node]]:
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
