"""A condition of which only parts stand in braces, so that it is always true: without braces, as one expression."""

import re
from collections.abc import Iterator

from calibrant.expressions.actions import find_braces, parse
from calibrant.expressions.actions.tree import Chain, Literal
from calibrant.model.change import EditText
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import path_of, scalar_at
from calibrant.repairs.wording import change

_PLAIN = re.compile(r"[\w.\-]+(?:\([^()]*\))?")
"""What needs no brackets whatever it is joined with."""

_DOUBLE = re.compile(r'"([^"\']*)"')


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    path = path_of(workflow, issue.finding)
    scalar = scalar_at(workflow, path)
    text = scalar.value if scalar is not None else None
    if not isinstance(text, str):
        return
    # what ran always runs only sometimes with any of these, so that a person has a look
    edits = _without_braces(text) if "${{" in text else _compared(text)
    if edits:
        after = _edited(text, edits)
        made = tuple(EditText(path, start, end, new) for start, end, new in reversed(edits))
        yield Proposal(change(text.strip(), after.strip()), made)


def _without_braces(text: str) -> list[tuple[int, int, str]]:
    edits: list[tuple[int, int, str]] = []
    at = 0
    several = _outside(text) != ""
    for braces in find_braces(text):
        inner = text[braces.inner : braces.inner_end].strip()
        made = inner if not several or _PLAIN.fullmatch(inner) else f"({inner})"
        edits += _single_quoted(text, at, braces.start)
        edits.append((braces.start, braces.end, made))
        at = braces.end
    edits += _single_quoted(text, at, len(text))
    return edits if parse(_edited(text, edits).strip()).tree is not None else []


def _single_quoted(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the edits that put texts between [start, end) in the quotes that expressions have."""
    return [(found.start(), found.end(), f"'{found[1]}'") for found in _DOUBLE.finditer(text, start, end)]


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _outside(text: str) -> str:
    at, found = 0, ""
    for braces in find_braces(text):
        found += text[at : braces.start]
        at = braces.end
    return (found + text[at:]).strip()


def _compared(text: str) -> list[tuple[int, int, str]]:
    """Return the edits that compare each further text with what the first one is compared with."""
    tree = parse(text).tree
    if not isinstance(tree, Chain) or tree.operator != "||":
        return []
    first = re.match(r"\s*([\w.\-]+)\s*==\s*'(?:[^']|'')*'\s*$", text[: tree.operands[0].end])
    further = tree.operands[1:]
    if first is None or not all(isinstance(one, Literal) and isinstance(one.value, str) for one in further):
        return []
    return [(one.start, one.start, f"{first[1]} == ") for one in further]


REPAIR = Repair("whole-condition", frozenset({"always-true"}), 0.85, _propose)
