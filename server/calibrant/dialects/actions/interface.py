"""What an action, or a workflow that others call, takes and gives: its inputs, secrets and outputs."""

from collections.abc import Iterator

from calibrant.dialects.actions.language import ACTION
from calibrant.model.connector import ConnectorSpec, ParameterSpec, SecretSpec
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq, plain
from calibrant.model.shape import STRING, Shape, TypeName
from calibrant.model.workflow import Workflow

NOT_CALLABLE = "it is not made to be called: ‘on’ does not name ‘workflow_call’"
"""Why a workflow cannot be called by another one."""

_TYPES: dict[str, TypeName] = {"boolean": "boolean", "number": "number", "string": "string"}


def interface_of(workflow: Workflow, name: str) -> ConnectorSpec | None:
    """Return what the action or reusable workflow takes and gives, under the name that it is called by.

    None where its text does not tell: it cannot be read, or is no such file. A workflow that cannot be called is `broken`.
    Docs: metadata syntax for actions; reusing workflows.
    """
    root = workflow.root
    if not workflow.is_workflow or not isinstance(root, Map):
        return None
    read = not any(problem.severity == "error" for problem in workflow.problems)
    if workflow.language.name == ACTION.name:
        runs = workflow.jobs[0].body.node if workflow.jobs else None
        return _action(root, name, runs, read=read)
    if isinstance(root.get("on"), Hole):
        return None
    called = _trigger(root)
    if called is None:
        return ConnectorSpec(name, "", (), Shape("object"), (), broken=NOT_CALLABLE) if read else None
    return ConnectorSpec(
        name,
        _text(root, "name"),
        tuple(_parameters(called.get("inputs"), typed=True)),
        _outputs(called.get("outputs"), open_=not read),
        (),
        secrets=tuple(_secrets(called.get("secrets"))),
        open=not read,
        calls=tuple(dict.fromkeys(job.body.action for job in workflow.jobs if job.body.action)),
    )


def _action(root: Map, name: str, runs: Node | None, *, read: bool) -> ConnectorSpec:
    # what else an action gives only its own code knows, unless it is made of steps
    return ConnectorSpec(
        name,
        _text(root, "description") or _text(root, "name"),
        tuple(_parameters(root.get("inputs"), typed=False)),
        _outputs(root.get("outputs"), open_=not read or _text(runs, "using") != "composite"),
        (),
        open=not read,
    )


def _trigger(root: Map) -> Map | None:
    """Return what ‘on’ says of ‘workflow_call’, an empty map where it only names it; None where it does not."""
    events = root.get("on")
    if isinstance(events, Map):
        entry = events.entry("workflow_call")
        if entry is None:
            return None
        return entry.value if isinstance(entry.value, Map) else Map(entry.span, ())
    named = events.items if isinstance(events, Seq) else (events,)
    if any(isinstance(one, Scalar) and one.value == "workflow_call" for one in named):
        return Map(root.span, ())
    return None


def _entries(node: Node | None) -> Iterator[Entry]:
    """Yield the entries of a map by name, each once."""
    seen: set[str] = set()
    for entry in node.entries if isinstance(node, Map) else ():
        if entry.name not in seen:
            seen.add(entry.name)
            yield entry


def _parameters(node: Node | None, *, typed: bool) -> Iterator[ParameterSpec]:
    for entry in _entries(node):
        said = entry.value
        default = said.get("default") if isinstance(said, Map) else None
        required = said.get("required") if isinstance(said, Map) else None
        yield ParameterSpec(
            entry.name,
            _TYPES.get(_text(said, "type"), "any") if typed else "any",
            _text(said, "description"),
            required=isinstance(required, Scalar) and required.value is True and default is None,
            default=plain(default) if isinstance(default, Scalar) else None,
            deprecated=_text(said, "deprecationMessage"),
        )


def _secrets(node: Node | None) -> Iterator[SecretSpec]:
    for entry in _entries(node):
        required = entry.value.get("required") if isinstance(entry.value, Map) else None
        needed = isinstance(required, Scalar) and required.value is True
        yield SecretSpec(entry.name, _text(entry.value, "description"), required=needed)


def _outputs(node: Node | None, *, open_: bool) -> Shape:
    fields = tuple((entry.name, STRING) for entry in _entries(node))
    return Shape("object", fields=fields, open=open_)


def _text(node: Node | None, key: str) -> str:
    found = node.get(key) if isinstance(node, Map) else None
    return found.value.strip() if isinstance(found, Scalar) and isinstance(found.value, str) else ""
