"""A value written as another type than is wanted: written as that type."""

import json
import re
from collections.abc import Iterator

from calibrant.expressions import parse_expression
from calibrant.model.change import SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Node, Scalar, Seq, plain
from calibrant.model.text import Span
from calibrant.model.value import type_name
from calibrant.model.workflow import Workflow
from calibrant.repairs.names import one_slip
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, origin_of, path_of, shared
from calibrant.repairs.wording import change, quoted

_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,2})?")
_PADDED = re.compile(r"\s*(\{\{.*\}\})\s*", re.DOTALL)

_Made = tuple[object, str]
"""A value and the title of the fix that writes it."""


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    path = path_of(workflow, issue.finding)
    node = node_at(workflow, path)
    if node is None or not issue.finding.where or shared(workflow, path):
        return
    made: list[_Made] = []
    if len(path) == 2 and path[0] == "inputs" and workflow.language.runs:
        made += _described(node)
    if isinstance(node, Scalar) and isinstance(node.value, str) and issue.finding.code == "wrong-parameter-type":
        made += _named(workflow, node.value)
    for wanted in issue.finding.evidence.get("wanted", "").split(","):
        if workflow.language.runs or wanted != "expression":
            made += _as(wanted, node, _written(workflow, path, node), str(path[-1]))
    for rank, (value, title) in enumerate(made):
        level = safety(issue, workflow, specs, len(made))
        yield Proposal(title, (SetValue(path, value),), level if rank == 0 else "review", rank)


def _named(workflow: Workflow, value: str) -> Iterator[_Made]:
    """Yield a reference to a step or an input that lacks its braces."""
    root = value.partition(".")[0].partition("[")[0].strip()
    if root == "inputs" or (root and workflow.step(root) is not None):
        yield from _braces(value)


def _written(workflow: Workflow, path: Path, node: Node) -> str:
    """Return a scalar's source, which tells 1.10 from 1.1."""
    span = node.span.shift(origin_of(workflow, path))
    return workflow.text[span.start : span.end]


def _described(node: Node) -> Iterator[_Made]:
    """Yield the keys that describe an input of which only its type, or its value, was written."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        known = ("string", "number", "integer", "boolean", "path", "array", "object")
        if node.value in known:
            yield {"type": node.value}, f"Describe the input by keys: {quoted('type: ' + node.value)}"
            return
    value = plain(node)
    kind = {"null": "string"}.get(type_name(value), type_name(value))
    yield {"type": kind, "default": value}, f"Make {quoted(value)} the input's default"


def _as(wanted: str, node: Node, written: str, key: str) -> Iterator[_Made]:
    match wanted:
        case "string" | "path":
            yield from _text(node, written)
        case "integer" | "number" | "boolean":
            yield from _word(wanted, node)
        case "array" | "object" | "expression":
            yield from _structure(wanted, node, key)


def _text(node: Node, written: str) -> Iterator[_Made]:
    if isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, str):
        text = written if written and "\n" not in written else str(node.value)
        yield text, f"Put {quoted(text)} in quotes, as text"
    elif isinstance(node, Seq) and len(node.items) == 1:
        yield from _only(node, "string")


def _word(wanted: str, node: Node) -> Iterator[_Made]:
    if isinstance(node, Seq) and len(node.items) == 1:
        yield from _only(node, wanted)
    if not isinstance(node, Scalar):
        return
    value = node.value
    if isinstance(value, str) and (padded := _PADDED.fullmatch(value)) and node.template is not None:
        if len(node.template.expressions) == 1 and padded[1] != value:
            yield padded[1], "Take out the blanks around the braces, so that the value keeps its type"
        return
    made = _read(wanted, value) if isinstance(value, str) else _number(wanted, value)
    if made is None and wanted == "boolean" and isinstance(value, str):
        for word in ("true", "false"):
            if one_slip(value.strip(), word):
                yield word == "true", change(value, word)
    if made is not None:
        yield made, f"Write {quoted(value)} without quotes" if isinstance(value, str) else change(value, made)


def _read(wanted: str, text: str) -> object:
    """Return what a text says as a value of a type, None where it says none."""
    word = text.strip()
    if wanted == "boolean":
        return _WORDS.get(word.lower())
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if wanted == "number" and _NUMBER.fullmatch(word) else None


def _number(wanted: str, value: object) -> object:
    if wanted == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return bool(value) if wanted == "boolean" and value in (0, 1) and type(value) is int else None


_BY_NAME = frozenset({"jobs", "services", "inputs", "outputs", "secrets"})
"""Maps of things by names that the user chooses: a list of one thing does not say its name."""


_OF_NAMES = frozenset(
    {"needs", "scope", "types", "branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"}
)
"""Lists of names and patterns: a map is none of them."""


def _structure(wanted: str, node: Node, key: str) -> Iterator[_Made]:
    value = plain(node)
    if isinstance(value, str):
        if wanted == "expression" or key == "for_each":
            yield from _braces(value)
            return
        parsed = _json(value)
        if type_name(parsed) == wanted:
            yield parsed, f"Write what the text {quoted(value)} stands for"
            return
        if wanted == "array" and re.fullmatch(r"\s*[\w.-]+(?:\s*,\s*[\w.-]+)+\s*", value):
            items = [part.strip() for part in value.split(",")]
            yield items, f"Make a list of {quoted(value)}, cut at its commas"
    fits = value is not None and not (isinstance(value, dict) and key in _OF_NAMES)
    if wanted == "array" and not isinstance(node, Seq) and fits:
        yield [value], f"Make a list of {quoted(value)}"
    if wanted == "object" and key == "retry" and isinstance(value, int) and not isinstance(value, bool):
        yield {"attempts": value}, f"Try {value} times in all"
    if wanted == "object" and isinstance(node, Seq):
        yield from _joined(node) or (() if key in _BY_NAME else _only(node, "object"))


def _joined(node: Seq) -> list[_Made]:
    """Return the map that a list of maps with one key each was meant to be."""
    maps = [item for item in node.items if isinstance(item, Map) and len(item.entries) == 1]
    names = [item.entries[0].name for item in maps]
    if len(maps) != len(node.items) or len(set(names)) != len(names) or not maps:
        return []
    return [({one.entries[0].name: plain(one.entries[0].value) for one in maps}, "Write them as keys, without dashes")]


def _only(node: Seq, wanted: str) -> Iterator[_Made]:
    value = plain(node.items[0]) if len(node.items) == 1 else None
    if type_name(value) == wanted:
        yield value, f"Write {quoted(value)} itself, not a list of it"


def _braces(value: str) -> Iterator[_Made]:
    whole = parse_expression(Scalar(Span(0, len(value)), value, marks=((0, 0),)))
    if whole.plain and "{{" not in value:
        yield f"{{{{ {value.strip()} }}}}", f"Put {quoted(value)} in braces, as an expression"


def _json(text: str) -> object:
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


_CODES = frozenset({"wrong-parameter-type", "wrong-type", "wrong-input-value", "invalid-value"})
REPAIR = Repair("written-type", _CODES, 0.85, _propose)
