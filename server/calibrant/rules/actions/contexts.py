"""The shapes of contexts as a workflow and a job make them."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from calibrant.expressions.actions.shapes import joined, open_object, strict
from calibrant.github.contexts import CONTEXTS, SERVICE_FIELDS
from calibrant.github.languages import ACTION
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq, at_path
from calibrant.model.shape import ANY, BOOLEAN, NUMBER, STRING, Shape
from calibrant.model.workflow import Input, Job, JobBody, Workflow
from calibrant.rules.known import Known

NEAR: Final = frozenset({"github", "runner", "job", "strategy"})
"""Contexts whose fields are documented, and to which GitHub adds some now and then."""

_OF_TYPE: Final[Mapping[str, Shape]] = {
    "boolean": BOOLEAN,
    "number": NUMBER,
    "string": STRING,
    "choice": STRING,
    "environment": STRING,
}
_INPUTS: Final = ("workflow_dispatch", "workflow_call")
OUTPUTS: Final = open_object(values=STRING)


@lru_cache(maxsize=1)
def constant() -> Mapping[str, Shape]:
    """Return the contexts that are the same in all jobs. Each may have fields that are not documented."""
    found = {
        name: open_object([(field.name, _untyped(field.shape)) for field in CONTEXTS[name].fields]) for name in NEAR
    }
    texts = open_object(values=STRING)
    del found["job"]
    return {**found, "env": texts, "vars": texts, "secrets": texts}


@lru_cache(maxsize=1)
def any_job() -> Shape:
    """Return the shape of ‘job’ where nothing is known of the job's services."""
    return open_object([(field.name, _untyped(field.shape)) for field in CONTEXTS["job"].fields])


def _untyped(shape: Shape) -> Shape:
    """Return a field's shape; what is in an object of GitHub's is not fixed."""
    return open_object([(name, ANY) for name, _ in shape.fields]) if shape.type == "object" else shape


def inputs_shape(workflow: Workflow) -> Shape:
    """Return the shape of ‘inputs’: those that the events of a workflow declare, or an action does."""
    if workflow.language.name == ACTION:
        declared = workflow.root.get("inputs") if isinstance(workflow.root, Map) else None
        if declared is not None and not isinstance(declared, Map):
            return ANY
        return strict([(item.name, STRING) for item in workflow.inputs])
    if not _inputs_known(workflow):
        return ANY
    shapes: dict[str, tuple[str, list[Shape]]] = {}
    for item in workflow.inputs:
        shapes.setdefault(item.name.lower(), (item.name, []))[1].append(_input_shape(item))
    return strict([(name, joined(found)) for name, found in shapes.values()])


def github_shape(workflow: Workflow) -> Shape:
    """Return the shape of ‘github’: what the event holds is known of the inputs of a run by hand alone."""
    plain = constant()["github"]
    if workflow.language.name == ACTION or not _inputs_known(workflow):
        return plain
    events = workflow.root.get("on") if isinstance(workflow.root, Map) else None
    if not isinstance(events, Map) or events.get("workflow_dispatch") is None or events.entry("workflow_call"):
        return plain  # a called workflow is given the event of its caller
    return _with_inputs(plain, tuple(item.name for item in workflow.inputs))


@lru_cache(maxsize=64)
def _with_inputs(plain: Shape, names: tuple[str, ...]) -> Shape:
    event = open_object([("inputs", strict([(name, STRING) for name in names]))])
    return open_object([(name, event if name == "event" else shape) for name, shape in plain.fields])


def _input_shape(item: Input) -> Shape:
    return _OF_TYPE.get(item.type, ANY) if isinstance(item.node, Map) else ANY


def _inputs_known(workflow: Workflow) -> bool:
    """Tell whether it can be read which inputs there are."""
    if not isinstance(workflow.root, Map) or workflow.problems:
        return False
    events = workflow.root.get("on")
    if isinstance(events, Hole) or events is None:
        return False
    if not isinstance(events, Map):
        return True
    for name in _INPUTS:
        event = events.get(name)
        declared = event.get("inputs") if isinstance(event, Map) else None
        if isinstance(event, Seq) or (declared is not None and not isinstance(declared, Map) and not _null(declared)):
            return False
    return True


def _null(node: Node) -> bool:
    return (isinstance(node, Hole) and node.missing) or (isinstance(node, Scalar) and node.value is None)


def job_shape(body: JobBody) -> Shape:
    """Return the shape of ‘job’, with the services that it declares."""
    plain = any_job()
    services = at_path(body.node, ("services",))
    if services is None or not isinstance(services, Map):
        return plain
    each = open_object([(field.name, ANY) for field in SERVICE_FIELDS])
    named = strict([(entry.name, each) for entry in services.entries])
    return open_object([(name, named if name == "services" else shape) for name, shape in plain.fields])


def outputs_of_job(body: JobBody, known: Known) -> Shape:
    """Return the shape of a job's outputs: those that it declares, or those of the workflow that it calls."""
    if not isinstance(body.node, Map) or body.problems:
        return OUTPUTS
    if body.node.get("uses") is not None:
        return outputs_of(body.action, known)
    declared = body.node.get("outputs")
    if declared is None:
        return strict([])
    if not isinstance(declared, Map) or any("${{" in entry.name for entry in declared.entries):
        return OUTPUTS
    return strict([(entry.name, STRING) for entry in declared.entries])


def outputs_of(action: str | None, known: Known) -> Shape:
    """Return the shape of the outputs of an action or a reusable workflow; of one that is not known, all are possible."""
    spec = known.specs.get(action) if action is not None else None
    if spec is None or spec.broken or spec.output.type != "object":
        return OUTPUTS
    named = [(name, STRING) for name, _ in spec.output.fields]
    if spec.output.open:
        return open_object(named, STRING) if named else OUTPUTS
    return strict(named)


def result_of(outputs: Shape) -> Shape:
    """Return the shape of a job in ‘needs’ or ‘jobs’."""
    return strict([("outputs", outputs), ("result", STRING)])


def needs_shape(body: JobBody, jobs: Mapping[str, Job], known: Known) -> Shape:
    """Return the shape of ‘needs’ in a job."""
    written = body.node.get("needs") if isinstance(body.node, Map) else None
    if not isinstance(body.node, Map) or body.problems or not _readable(written):
        return ANY
    found: list[tuple[str, Shape]] = []
    for need in body.needs:
        job = jobs.get(need.id.lower())
        found.append((need.id, result_of(outputs_of_job(job.body, known)) if job else ANY))
    return strict(found)


def _readable(needs: Node | None) -> bool:
    items = needs.items if isinstance(needs, Seq) else (needs,)
    return all(item is None or (isinstance(item, Scalar) and item.template is None) for item in items)


def jobs_shape(workflow: Workflow, known: Known) -> Shape:
    """Return the shape of ‘jobs’, for the outputs of a reusable workflow."""
    if any(job.id is None for job in workflow.jobs) or workflow.problems:
        return ANY
    return strict([(job.id or "", result_of(outputs_of_job(job.body, known))) for job in workflow.jobs])


def by_id(workflow: Workflow) -> dict[str, Job]:
    """Return the jobs by their ids in lower case, the first where one stands twice."""
    found: dict[str, Job] = {}
    for job in workflow.jobs:
        if job.id is not None:
            found.setdefault(job.id.lower(), job)
    return found


def step_fields(outputs: Shape) -> Iterator[tuple[str, Shape]]:
    """Yield what there is of a step in ‘steps’."""
    yield "outputs", outputs
    yield "outcome", STRING
    yield "conclusion", STRING
