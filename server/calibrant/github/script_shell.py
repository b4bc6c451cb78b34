"""Which shell reads a step's script: its own, the job's, the workflow's, else that of the runner (docs: defaults.run)."""

from collections.abc import Iterator
from typing import Final

from calibrant.github.runners import RUNNERS
from calibrant.github.shells import DEFAULT, System, shell_language
from calibrant.model.expression import Expression, Template
from calibrant.model.nodes import Map, Node, Scalar, Seq, at_path
from calibrant.model.workflow import Step, Workflow

_DEFAULTS: Final = ("defaults", "run", "shell")
_THE_SAME: Final = frozenset({"github", "secrets"})
"""Contexts that are the same on every system."""

_BY_NAME: Final[tuple[tuple[str, System], ...]] = (("darwin", "macOS"), ("win", "Windows"), ("mac", "macOS"))
_STARTS: Final[dict[str, System]] = {"ubuntu": "Linux", "macos": "macOS", "windows": "Windows"}


def script_language(workflow: Workflow, step: Step) -> str:
    """Return the language of a step's script ("bash", "sh", "powershell" …), or "" where it cannot be told from the file."""
    job = workflow.jobs[step.job].body.node if 0 <= step.job < len(workflow.jobs) else None
    for node, path in ((step.body.node, ("shell",)), (job, _DEFAULTS), (workflow.root, _DEFAULTS)):
        given = at_path(node, path) if node is not None else None
        if given is not None:
            named = isinstance(given, Scalar) and isinstance(given.value, str) and given.template is None
            return shell_language(str(given.value)) if named and isinstance(given, Scalar) else ""
    if not isinstance(job, Map) or job.get("runs-on") is None:
        return ""
    if job.get("container") is not None:
        return "sh"
    return _of_runner(job, conditional=may_choose(step.body.condition))


def may_choose(condition: Expression | None) -> bool:
    """Tell whether a condition may hang on the system: not one that names nothing but the event, or nothing at all."""
    if condition is None or condition.error is not None:
        return condition is not None
    return any(reference.root.lower() not in _THE_SAME for reference in condition.references)


def _of_runner(job: Map, *, conditional: bool) -> str:
    systems = set(_systems(job))
    languages = {DEFAULT[system] for system in systems if system is not None}
    if None in systems or (len(languages) > 1 and conditional):
        return ""  # a step with a condition may be there for one of the systems only
    return "bash" if "bash" in languages else "powershell"


def _systems(job: Map) -> Iterator[System | None]:
    """Yield the systems that a job may run on; None: any."""
    given = job.get("runs-on")
    labels = given.get("labels") if isinstance(given, Map) else given
    items = labels.items if isinstance(labels, Seq) else (labels,)
    found: list[System | None] = []
    for item in items:
        if isinstance(item, Scalar) and isinstance(item.value, str):
            found += _of_template(job, item.template) if item.template is not None else [_of_label(item.value)]
        elif item is not None:
            found.append(None)
    if isinstance(labels, Seq) and "Windows" in found:
        yield "Windows"
    else:
        yield from found or ["Linux"]


def _of_label(label: str) -> System:
    label = label.lower()
    known = RUNNERS.get(label)
    if known is not None:
        return known.system
    return next((system for part, system in _BY_NAME if part in label), "Linux")


def _of_template(job: Map, template: Template) -> list[System | None]:
    """Return the systems that an entry of the matrix names, or the start of the label, which is all that can be followed."""
    start = template.parts[0]
    if isinstance(start, str) and (found := _STARTS.get(start.lower().split("-")[0])):
        return [found]
    whole = template.whole
    reference = whole.references[0] if whole is not None and whole.plain else None
    if reference is None or reference.root.lower() != "matrix" or len(reference.path) != 1:
        return [None]
    name = str(reference.path[0])
    matrix = at_path(job, ("strategy", "matrix"))
    values = list(_values(matrix, name))
    named = [one.value for one in values if isinstance(one, Scalar) and one.template is None]
    if not values or len(named) < len(values):
        return [None]
    return [_of_label(str(value)) for value in named]


def _values(matrix: Node | None, name: str) -> Iterator[Node | None]:
    if not isinstance(matrix, Map):
        yield None
        return
    listed = matrix.get(name)
    if isinstance(listed, Seq):
        yield from listed.items
    elif listed is not None:
        yield None
    more = matrix.get("include")
    if isinstance(more, Seq):
        yield from (item.get(name) for item in more.items if isinstance(item, Map) and item.get(name) is not None)
    elif more is not None:
        yield None
