"""What stands in valid workflows is on offer where it stands, whatever of the text behind it is not typed yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.ide.completion import complete
from calibrant.ide.item import NONE, Offered
from calibrant.ide.place import place_at
from calibrant.model.nodes import Map
from calibrant.model.text import Span, TextEdit, apply_edits
from calibrant.model.workflow import Step, Workflow
from ide.marked import SPECS
from ide.viewing import view

OK = Path(__file__).parents[1] / "data" / "native" / "ok"
FILES = sorted(OK.glob("*.workflow.*"))
MERGED = {("05-anchors.workflow.yaml", "timeout")}
"""Keys beside the same key of a merged map."""


def words(workflow: Workflow) -> Iterator[tuple[Span, str]]:
    """Yield the keys, connectors, parameters, needed steps and names in expressions of a workflow."""
    for step in workflow.steps:
        for span, name in _words(step):
            place = step.at(span)
            if name and workflow.text[place.start : place.end] == name:
                yield place, name


def _words(step: Step) -> Iterator[tuple[Span, str]]:
    body = step.body
    entries = body.node.entries if isinstance(body.node, Map) and not body.node.aliased else ()
    yield from ((one.key.span, one.name) for one in entries if not one.name.startswith("x-") and not one.key.aliased)
    if body.action_node is not None and not body.short:
        yield body.action_node.span, body.action or ""
    yield from ((one.name_span, one.name) for one in body.parameters if one.path[0] == "with")
    yield from ((need.span, need.id) for need in body.needs)
    yield from ((one.parts[0], one.root) for expression in body.expressions for one in expression.references)


def offered(path: str, text: str, offset: int) -> Offered:
    """Return what is on offer at a place."""
    known = view(text, path=path)
    place = place_at(known.workflow, SPECS, path, offset)
    return complete(place, known) if place is not None else NONE


def on_offer(path: str, text: str, offset: int) -> list[str]:
    """Return what is on offer by name."""
    return [item.label for item in offered(path, text, offset).items]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_word_that_is_missing_comes_back_where_it_was(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "replace")
    workflow = dialects.read(file.name, text)
    assert workflow is not None
    for place, name in words(workflow):
        left = text[: place.start] + text[place.end :]
        items = [item for item in offered(file.name, left, place.start).items if item.label == name]
        assert items or (file.name, name) in MERGED, (name, place)
        for item in items:
            assert apply_edits(left, [TextEdit(item.span, item.insert)]) == text, (name, place)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_word_that_the_cursor_is_in_is_replaced_whole(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "replace")
    workflow = dialects.read(file.name, text)
    assert workflow is not None
    for place, name in list(words(workflow))[::3]:
        for item in offered(file.name, text, place.start + 1).items:
            if item.label == name:
                assert apply_edits(text, [TextEdit(item.span, item.insert)]) == text, (name, place)


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix != ".json"], ids=lambda file: file.name)
def test_a_word_of_which_the_first_letter_is_typed_and_nothing_behind_it(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "replace")
    workflow = dialects.read(file.name, text)
    assert workflow is not None
    missing = []
    for place, name in words(workflow):
        end = text.find("\n", place.end)
        left = text[: place.start + 1] + text[end if end >= 0 else len(text) :]
        if name not in on_offer(file.name, left, place.start + 1) and (file.name, name) not in MERGED:
            missing.append(name)
    assert len(missing) <= (1 if workflow.in_pieces else 3), missing


def test_there_are_words_to_look_for() -> None:
    workflows = [dialects.read(file.name, file.read_bytes().decode("utf-8", "replace")) for file in FILES]
    assert sum(1 for workflow in workflows if workflow for _ in words(workflow)) > 500
