"""Small workflows for these tests: real YAML with real spans, lowered just as far as collecting needs."""

from calibrant.model.language import Language
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Parameter, Secret, Step, StepBody, Workflow
from calibrant.syntax import parse_piece


def workflow(text: str) -> Workflow:
    """Return the workflow of a YAML text whose steps are the last key; each step is its own piece."""
    at = text.index("steps:\n") + len("steps:\n")
    head = parse_piece(text[:at], "yaml").node
    cuts = [place for place in range(at, len(text)) if text.startswith("  - ", place) and text[place - 1] == "\n"]
    pieces = zip(cuts, [*cuts[1:], len(text)], strict=True)
    steps = tuple(Step(index, start, body(text[start:end])) for index, (start, end) in enumerate(pieces))
    return Workflow(
        Language("test", (".yaml",), {}),
        text,
        head,
        inputs=tuple(Input(one.name, one.key.span, one.value) for one in entries(head, "inputs")),
        secrets=tuple(Secret(str(one.value), one.span) for one in items(head, "secrets") if isinstance(one, Scalar)),
        steps=steps,
    )


def body(text: str) -> StepBody:
    """Return a step's body; spans are relative to `text`."""
    sequence = parse_piece(text, "yaml").node
    assert isinstance(sequence, Seq)
    node = sequence.items[0]
    assert isinstance(node, Map)
    id_node, uses, run = node.get("id"), node.get("uses"), node.entry("run")
    given = [Parameter(one.name, one.key.span, one.value, ("with", one.name)) for one in entries(node, "with")]
    if run:
        given = [Parameter("command", run.key.span, run.value, ("run",))]
        given += [
            Parameter(one.name, one.key.span, one.value, (one.name,))
            for one in node.entries
            if one.name in ("env", "cwd")
        ]
    action = run.key if run else uses
    return StepBody(
        node=node,
        text=text,
        id=str(id_node.value) if isinstance(id_node, Scalar) else None,
        id_node=id_node if isinstance(id_node, Scalar) else None,
        action="shell.run" if run else None,
        action_node=action if isinstance(action, Scalar) else None,
        short=run is not None,
        parameters=tuple(given),
    )


def entries(node: Node, key: str) -> tuple[Entry, ...]:
    found = node.get(key) if isinstance(node, Map) else None
    return found.entries if isinstance(found, Map) else ()


def items(node: Node, key: str) -> tuple[Node, ...]:
    found = node.get(key) if isinstance(node, Map) else None
    return found.items if isinstance(found, Seq) else ()


def said(of: Workflow, span: Span) -> str:
    return of.text[span.start : span.end]
