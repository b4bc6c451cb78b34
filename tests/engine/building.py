"""Workflows, connectors and a store for the engine's tests; everything real but smaller."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from calibrant.engine.run import run_workflow
from calibrant.expressions import parse_expression, parse_template
from calibrant.model.codec import decode, encode
from calibrant.model.connector import Connector, Registry
from calibrant.model.event import Event, RunFinished, RunProblem, RunRequest, StepFinished
from calibrant.model.expression import Expression, Reference
from calibrant.model.failure import Failure
from calibrant.model.language import Language
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq
from calibrant.model.ports import Kept, Newest
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Need, Parameter, Retry, Secret, Step, StepBody, Workflow

Steps = list[dict[str, Any]]
SPAN = Span(0, 0)
LANGUAGE = Language("native", (".workflow.yaml",), {})
OWN_KEYS = {"id", "uses", "run", "with", "needs", "if", "for_each", "retry", "timeout", "sample", "templating"}


class MemoryStore:
    """An output store that forgets with the process."""

    def __init__(self) -> None:
        self.by_key: dict[str, tuple[bytes, bool]] = {}
        self.more: dict[str, Kept] = {}
        self.newest_of: dict[str, Newest] = {}
        self.before: dict[str, tuple[str, str]] = {}
        self.by_step: dict[str, bytes] = {}
        self.by_session: dict[tuple[str, str, str], tuple[bytes, bool]] = {}
        self.puts: list[str] = []
        self.flushed = 0

    def get(self, key: str) -> tuple[bool, object]:
        data, masked = self.by_key.get(key, (b"", True))
        return (False, None) if masked else (True, decode(data))

    def last_good(self, workflow: str, step: str) -> tuple[bool, object]:
        data = self.by_step.get(f"{workflow}/{step}")
        return (False, None) if data is None else (True, decode(data))

    def of_session(self, session: str, step: str, key: str) -> tuple[bool, object]:
        data, masked = self.by_session.get((session, step, key), (b"", True))
        return (False, None) if masked else (True, decode(data))

    def kept(self, key: str, *, workflow: str, step: str, session: str = "") -> Kept | None:
        found, output = self.get(key)
        return replace(self.more[key], output=output) if found else None

    def newest(self, workflow: str, steps: Sequence[str]) -> Mapping[str, Newest]:
        return {step: self.newest_of[step] for step in steps if step in self.newest_of}

    def run_before(self, workflow: str, session: str) -> Mapping[str, tuple[str, str]]:
        return self.before

    def put(
        self,
        *,
        workflow: str,
        step: str,
        session: str,
        key: str,
        output: object,
        masked: bool,
        provisional: bool = False,
        made: float = 0.0,
        wrote: bytes = b"",
        basis: bytes = b"",
    ) -> bytes:
        data = encode(output)
        self.puts.append(step)
        self.by_key[key] = (data, masked)
        self.more[key] = Kept(key, None, made, wrote, basis)
        self.newest_of[step] = Newest(key, "an earlier one", data, made, wrote, basis, masked, provisional)
        self.by_session[session, step, key] = (data, masked)
        if not (masked or provisional):
            self.by_step[f"{workflow}/{step}"] = data
        return data

    def flush(self) -> None:
        self.flushed += 1


def node_of(value: object) -> Node:
    """Return the node of a plain value, templates parsed."""
    if isinstance(value, Mapping):
        entries = (Entry(Scalar(SPAN, str(key)), node_of(item), SPAN) for key, item in value.items())
        return Map(SPAN, tuple(entries))
    if isinstance(value, (list, tuple)):
        return Seq(SPAN, tuple(node_of(item) for item in value))
    assert value is None or isinstance(value, (str, int, float, bool))
    bare = Scalar(SPAN, value, marks=((0, 0),) if isinstance(value, str) else ())
    return Scalar(SPAN, value, marks=bare.marks, template=parse_template(bare))


def _expressions(node: Node | None) -> list[Expression]:
    match node:
        case Scalar():
            return list(node.template.expressions) if node.template else []
        case Map():
            return [found for entry in node.entries for found in _expressions(entry.value)]
        case Seq():
            return [found for item in node.items for found in _expressions(item)]
    return []


def _scalar(value: object) -> Scalar:
    node = node_of(value)
    assert isinstance(node, Scalar)
    return node


def step_of(index: int, given: Mapping[str, Any]) -> Step:
    """Return a step from what its YAML would say."""
    short = "run" in given
    params = {key: value for key, value in given.items() if key not in OWN_KEYS} if short else {}
    params |= {"command": given["run"]} if short else given.get("with", {})
    parameters = tuple(Parameter(name, SPAN, node_of(value), ("with", name)) for name, value in params.items())
    condition = parse_expression(_scalar(given["if"])) if "if" in given else None
    for_each = node_of(given["for_each"]) if "for_each" in given else None
    expressions = [found for parameter in parameters for found in _expressions(parameter.value)]
    expressions += [
        parse_expression(parameter.value)
        for parameter in parameters
        if parameter.name in ("where", "by") and isinstance(parameter.value, Scalar) and not parameter.value.template
    ]
    expressions += _expressions(for_each) + ([condition] if condition else [])
    references: list[Reference] = [
        reference
        for expression in expressions
        for reference in expression.references
        if reference.root not in ("item", "index")
    ]
    needs = given.get("needs", ())
    body = StepBody(
        node=node_of(given),
        text=repr(given),
        id=given.get("id"),
        action="shell.run" if short else given.get("uses"),
        parameters=parameters,
        needs=tuple(Need(need, SPAN) for need in ([needs] if isinstance(needs, str) else needs)),
        condition=condition,
        for_each=for_each,
        retry=Retry(**given["retry"]) if "retry" in given else Retry(),
        timeout=given.get("timeout", 60.0),
        sample=node_of(given["sample"]) if "sample" in given else None,
        expressions=tuple(expressions),
        references=tuple(references),
    )
    return Step(index, 0, body)


def workflow_of(
    steps: Sequence[Mapping[str, Any]],
    inputs: Mapping[str, Mapping[str, Any]] | None = None,
    secrets: Sequence[str] = (),
) -> Workflow:
    """Return a workflow from what its YAML would say."""
    declared = tuple(
        Input(
            name,
            SPAN,
            node_of(dict(given)),
            given.get("type", "string"),
            given.get("required", False),
            default=node_of(given["default"]) if "default" in given else None,
            sample=node_of(given["sample"]) if "sample" in given else None,
            enum=tuple(given.get("enum", ())),
        )
        for name, given in (inputs or {}).items()
    )
    return Workflow(
        LANGUAGE,
        "",
        node_of({}),
        inputs=declared,
        secrets=tuple(Secret(name, SPAN) for name in secrets),
        steps=tuple(step_of(index, step) for index, step in enumerate(steps)),
    )


class Seen:
    """What a run told, in order."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.finished = {event.step: event for event in events if isinstance(event, StepFinished)}
        self.problems = [event for event in events if isinstance(event, RunProblem)]
        self.order = [event.step for event in events if isinstance(event, StepFinished)]

    @property
    def end(self) -> RunFinished:
        last = self.events[-1]
        assert isinstance(last, RunFinished)
        return last

    def status(self) -> dict[str, str]:
        return {step: event.status for step, event in self.finished.items()}

    def failure(self, step: str) -> Failure:
        (failure,) = self.finished[step].failures
        return failure


def request_of(tmp_path: Path, **given: Any) -> RunRequest:
    path = tmp_path / "x.workflow.yaml"
    fields: dict[str, Any] = {"trusted": True, "text": "", "state": "", "session": "s1"} | given
    return RunRequest(workspace=str(tmp_path), path=str(path), **fields)


def start(
    tmp_path: Path,
    workflow: Workflow,
    connectors: Sequence[Connector] | Registry,
    *,
    store: MemoryStore | None = None,
    environ: Mapping[str, str] | None = None,
    **given: Any,
) -> AsyncIterator[Event]:
    """Begin a run."""
    registry = (
        connectors if isinstance(connectors, Mapping) else {connector.spec.name: connector for connector in connectors}
    )
    return run_workflow(request_of(tmp_path, **given), workflow, registry, store or MemoryStore(), environ or {})


async def run(
    tmp_path: Path,
    steps: Sequence[Mapping[str, Any]] | Workflow,
    connectors: Sequence[Connector] | Registry,
    *,
    store: MemoryStore | None = None,
    environ: Mapping[str, str] | None = None,
    **given: Any,
) -> Seen:
    """Run to the end; more than ten seconds are an error."""
    workflow = steps if isinstance(steps, Workflow) else workflow_of(steps)
    async with asyncio.timeout(20):
        running = start(tmp_path, workflow, connectors, store=store, environ=environ, **given)
        return Seen([event async for event in running])
