"""What stands around an expression in GitHub's files: its job, the steps before it, what the file names elsewhere."""

from collections.abc import Iterator

from calibrant.github.keys import STEP_ACTS
from calibrant.model.expression import Reference
from calibrant.model.lexicon import Standing
from calibrant.model.nodes import Map, Node, Scalar, Seq, at_path
from calibrant.model.words import shortened
from calibrant.model.workflow import JobBody, StepBody

LONGEST = 60
"""Characters of what the user wrote that are shown beside a name."""


def shown(node: Node | None) -> str:
    """Return the text of a value, cut short; nothing of what is more than a text."""
    return shortened(str(node.value), LONGEST) if isinstance(node, Scalar) and node.value is not None else ""


def job_body(standing: Standing) -> JobBody | None:
    """Return the job of a place."""
    jobs = standing.workflow.jobs
    if standing.job_body is not None:
        return standing.job_body
    return jobs[standing.job].body if 0 <= standing.job < len(jobs) else None


def job_node(standing: Standing, *path: str) -> Node | None:
    """Return what stands at a path in the job of a place."""
    body = job_body(standing)
    return at_path(body.node, path) if body is not None else None


def bodies(standing: Standing) -> Iterator[StepBody]:
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
    texts = {name: shown(node.get(name)) for name in ("id", "name", "uses")} if isinstance(node, Map) else {}
    return StepBody(node, "", texts.get("id") or None, None, texts.get("name"), texts.get("uses") or None)


def _references(standing: Standing) -> Iterator[Reference]:
    workflow = standing.workflow
    yield from (one for expression in workflow.expressions for one in expression.references)
    for job in workflow.jobs:
        yield from job.body.references
    for step in workflow.steps:
        yield from step.body.references


def used(standing: Standing, *above: str) -> list[str]:
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
