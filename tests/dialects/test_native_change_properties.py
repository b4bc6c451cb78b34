"""What holds for changes of any workflow in any style: exact, undone by their inverse, made once, and nothing else touched."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.dialects import read, write
from calibrant.dialects.noting import same
from calibrant.model.change import (
    AddKey,
    AddNeed,
    CannotChange,
    Change,
    EditExpression,
    EditText,
    InsertItem,
    RemoveItem,
    RemoveKey,
    RemoveNeed,
    RenameKey,
    SetValue,
)
from calibrant.model.nodes import Hole, Map, Node, Scalar, at_path
from calibrant.model.text import LineIndex, Span, TextEdit, apply_edits
from calibrant.model.workflow import Workflow
from calibrant.syntax import comments, parse_piece
from dialects.changing import NAMES, Drawing, at, changed, places, whole
from dialects.test_native_properties import PIECES
from dialects.writing import Writer

ROOT = Path(__file__).parents[2]
BOUNDED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 1 << 30)
SAFE = ["word", "two words", "a/b.csv", "x-y", "http://x/y?z", "rather.long.name"]


@cache
def files() -> dict[str, str]:
    """Return real workflows: those of the tests, of the examples, and those that the pages show."""
    found = {path.name: path.read_bytes().decode() for path in sorted((ROOT / "tests/data/native/ok").iterdir())}
    for path in sorted((ROOT / "docs/examples").rglob("*.workflow.*")):
        found[path.name] = path.read_bytes().decode()
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for number, example in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)):
            text = example if re.search(r"^steps:", example, re.MULTILINE) else "steps:\n" + example
            if re.search(r"^(jobs|runs|on):", example, re.MULTILINE):
                continue  # of GitHub Actions
            if re.search(r"^ *- id:", text, re.MULTILINE):
                found[f"{page.stem}-{number}.workflow.yaml"] = text
    return {name: text for name, text in found.items() if not problems(workflow(name, text))}


def workflow(name: str, text: str) -> Workflow:
    found = read(name, text)
    assert found is not None
    return found


def problems(found: Workflow) -> list[str]:
    several = [*found.problems, *(problem for step in found.steps for problem in step.body.problems)]
    return [problem.message for problem in several]


def source(drawing: Drawing) -> tuple[str, str]:
    """Return the name and text of a workflow: a real one, or one made up."""
    pick = drawing.random
    if pick.random() < 0.5:
        name = pick.choice(sorted(files()))
        return name, files()[name]
    steps: list[dict[str, Any]] = []
    for _ in range(pick.randint(1, 4)):
        steps.append(
            {"id": "s", "run": drawing.value(), "with": {key: drawing.value() for key in pick.sample(NAMES, 2)}}
        )
        if pick.random() < 0.5:
            steps[-1]["needs"] = pick.choice(["alpha", [], ["alpha"], ["beta", "alpha"]])
    made = {"x_a": drawing.value(), "steps": steps}
    if pick.random() < 0.3:
        return "a.workflow.json", json.dumps(made, indent=pick.choice([None, 0, 2, 4]))
    text = Writer(pick.randrange(1 << 30)).document(made)
    return "a.workflow.yaml", text.rstrip("\r\n") if pick.random() < 0.2 else text


def shares(text: str) -> bool:
    return re.search(r"(?:^|\s)[&*][A-Za-z]|<<:", text) is not None


def written(name: str, found: Workflow, changes: list[Change]) -> list[TextEdit] | None:
    """Return the edits; None where they are refused with reason: anchors and aliases, or changes at one place."""
    try:
        return write(name, found, changes)
    except CannotChange as reason:
        clash = len(changes) > 1 and re.search("contradict|already in|meet at", str(reason))
        if shares(found.text) or clash or "stands there twice" in str(reason):
            return None
        raise


@BOUNDED
@given(SEEDS, st.sampled_from([1, 1, 1, 2, 3, 5]))
def test_the_edited_text_is_read_as_what_was_meant(seed: int, count: int) -> None:
    drawing = Drawing(seed)
    name, text = source(drawing)
    found = workflow(name, text)
    data = whole(found)
    changes = drawing.changes(data, count)
    edits = written(name, found, changes)
    if edits is None:
        return
    after = apply_edits(text, edits)
    try:
        wanted = changed(data, changes)
    except (AttributeError, LookupError, TypeError):
        assert count > 1  # one of them takes away what another changes
        return
    assert same(whole(workflow(name, after)), wanted), after
    for before, behind in pairwise(edits):
        assert before.span.end <= behind.span.start


def step_node(found: Workflow, path: tuple[str | int, ...]) -> Node | None:
    """Return the node at a path that leads through a step, its spans relative to the step."""
    number = path[1] if len(path) > 1 and path[0] == "steps" else None
    return at_path(found.steps[number].body.node, path[2:]) if isinstance(number, int) else None


def in_one_line(found: Workflow, path: tuple[str | int, ...]) -> bool:
    """Tell whether a text of a step stands in one line, so that writing it anew is writing it as it was."""
    if path[0] != "steps" or len(path) < 2 or not isinstance(path[1], int):
        return False
    node = step_node(found, path)
    return node is not None and "\n" not in found.steps[path[1]].body.text[node.span.start : node.span.end]


def pair(drawing: Drawing, data: Any, found: Workflow) -> tuple[Change, Change] | None:
    """Return a change and its inverse, of those that restore the text."""
    pick = drawing.random
    every = list(places(data))
    maps = [(path, value) for path, value in every if isinstance(value, dict) and value]
    lists = [(path, value) for path, value in every if isinstance(value, list) and value]
    texts = [
        (path, value) for path, value in every if isinstance(value, str) and value in SAFE and in_one_line(found, path)
    ]
    match pick.randrange(6):
        case 0 if texts:
            path, word = pick.choice(texts)
            return SetValue(path, pick.choice(SAFE)), SetValue(path, word)
        case 1 if maps:
            path, inside = pick.choice(maps)
            if "fresh" not in inside:
                return AddKey(path, "fresh", drawing.value(), first=pick.random() < 0.3), RemoveKey((*path, "fresh"))
        case 2 if lists:
            path, items = pick.choice(lists)
            place = pick.randint(0, len(items))
            new = {"id": "fresh", "run": "echo"} if path == ("steps",) else drawing.value()
            return InsertItem(path, place, new), RemoveItem((*path, place))
        case 3 if maps:
            path, inside = pick.choice(maps)
            name = pick.choice(sorted(inside))
            if re.fullmatch("[a-z_]+", name) and name not in ("on", "no") and (*path, name) != ("steps",):
                return RenameKey((*path, name), "renamed"), RenameKey((*path, "renamed"), name)
        case 4 if texts:
            path, word = pick.choice(texts)
            start, end = sorted(pick.randint(0, len(word)) for _ in range(2))
            return EditText(path, start, end, "mid"), EditText(path, start, start + 3, word[start:end])
        case 5:
            steps = [
                at
                for at, step in enumerate(data["steps"])
                if isinstance(step.get("needs", [1]), list) and step.get("needs") != []
            ]
            if steps:
                number = pick.choice(steps)
                return AddNeed(number, "fresh"), RemoveNeed(number, "fresh")
    return None


def without_a_mark(back: str, text: str) -> Iterator[str]:
    """Yield a text without one of its `-`: what stands behind a block scalar at a file's bare end has it marked so, for good."""
    if not text.endswith(("\n", "\r")):
        for one in re.finditer(r"(?<=[|>])-|(?<=[|>]\d)-", back):
            yield back[: one.start()] + back[one.end() :]


@BOUNDED
@given(SEEDS)
def test_a_change_and_its_inverse_give_back_the_text(seed: int) -> None:
    drawing = Drawing(seed)
    name, text = source(drawing)
    found = workflow(name, text)
    both = pair(drawing, whole(found), found)
    edits = written(name, found, [both[0]]) if both else None
    if both is None or edits is None:
        return
    changed_text = apply_edits(text, edits)
    back = apply_edits(changed_text, write(name, workflow(name, changed_text), [both[1]]))
    assert back == text or text in without_a_mark(back, text), (both, changed_text)


@BOUNDED
@given(SEEDS)
def test_a_change_made_twice_is_made_once(seed: int) -> None:
    drawing = Drawing(seed)
    name, text = source(drawing)
    found = workflow(name, text)
    change = drawing.change(whole(found))
    if not isinstance(change, SetValue | AddKey | AddNeed | RemoveNeed):
        return
    edits = written(name, found, [change])
    if edits is not None:
        assert write(name, workflow(name, apply_edits(text, edits)), [change]) == []


def node_lines(found: Workflow, change: Change) -> tuple[int, int] | None:
    """Return the first and last line of the value that a change is about."""
    path: tuple[str | int, ...] = getattr(change, "path", ())
    if path[:1] != ("steps",) or len(path) < 3 or not isinstance(path[-1], str):
        return None
    step = found.steps[int(path[1])]
    parent = at_path(step.body.node, path[2:-1])
    node: Node | None = at_path(step.body.node, path[2:])
    if node is None:
        return None
    entry = parent.entry(str(path[-1])) if isinstance(parent, Map) else None
    span = entry.span if entry is not None else node.span
    lines = LineIndex(found.text)
    return lines.line_of(step.origin + span.start), lines.line_of(step.origin + max(span.end, span.start))


def noted(name: str, text: str) -> list[str]:
    if name.endswith("json"):
        return []
    tree = parse_piece(text, "yaml")
    found = [text[span.start : span.end].rstrip() for span in comments(text, tree.node)]
    return sorted(found + re.findall(r"(?<=[ ])[|>][-+0-9]*[ \t]+(#[^\r\n]*)", text))


@BOUNDED
@given(SEEDS)
def test_edits_touch_only_what_they_must(seed: int) -> None:
    drawing = Drawing(seed)
    name, text = source(drawing)
    found = workflow(name, text)
    change = drawing.change(whole(found))
    edits = written(name, found, [change]) if change is not None else None
    if edits is None or change is None:
        return
    after = apply_edits(text, edits)
    lost = list(noted(name, text))
    for comment in noted(name, after):
        if comment in lost:
            lost.remove(comment)
    scalar = isinstance(change, EditText | EditExpression | RenameKey | AddKey | InsertItem | AddNeed)
    if isinstance(change, SetValue):
        node = step_node(found, change.path)
        scalar = isinstance(node, Scalar | Hole)
    if scalar:
        assert lost == [], after
    lines = node_lines(found, change)
    if isinstance(change, EditText | EditExpression | RenameKey | SetValue) and lines is not None:
        index = LineIndex(text)
        for edit in edits:
            assert lines[0] <= index.line_of(edit.span.start)
            assert index.line_of(edit.span.end) <= lines[1] + 1


LARGE = "steps:\n" + "".join(f"  - id: s{number}\n    run: echo {number}\n" for number in range(3_000))


def test_one_change_in_thousands_of_steps_is_one_edit() -> None:
    found = workflow("a.workflow.yaml", LARGE)
    edits = write("a.workflow.yaml", found, [SetValue(("steps", 2_999, "run"), "true")])
    assert [(LARGE[edit.span.start : edit.span.end], edit.text) for edit in edits] == [("echo 2999", '"true"')]
    assert write("a.workflow.yaml", found, [RemoveItem(("steps", 0))]) == [
        TextEdit(Span(6, LARGE.index("\n  - id: s1\n")), "")
    ]


@pytest.mark.parametrize("name", sorted(files()))
def test_every_text_of_a_real_file_can_be_set_and_set_back(name: str) -> None:
    """The same value again changes nothing; another one changes that value alone."""
    found = workflow(name, files()[name])
    data = whole(found)
    assert (
        write(
            name,
            found,
            [SetValue(path, value) for path, value in places(data) if value is not None and not shares(found.text)],
        )
        == []
    )
    for path, value in places(data):
        if isinstance(value, str):
            edits = written(name, found, [SetValue(path, "calibrant: changed")])
            after = apply_edits(found.text, edits) if edits is not None else None
            assert after is None or at(whole(workflow(name, after)), path) == "calibrant: changed"


@BOUNDED
@given(SEEDS, st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES)), min_size=1, max_size=4))
def test_half_typed_text_is_changed_as_meant_or_not_at_all(seed: int, typed: list[tuple[float, str]]) -> None:
    drawing = Drawing(seed)
    name, text = source(drawing)
    for place, piece in typed:
        cut = int(place * len(text))
        text = text[:cut] + piece + text[cut + drawing.random.choice([0, 0, 1, 20]) :]
    found = workflow(name, text)
    data = whole(found)
    change = drawing.change(data) if isinstance(data, dict) else SetValue(("steps", 0, "run"), "x")
    if change is None:
        return
    try:
        edits = write(name, found, [change])
    except CannotChange as reason:
        assert str(reason)[-1:] == "."  # noqa: PT017 - that it is in words is all that is wanted
        return
    after = workflow(name, apply_edits(text, edits))
    assert same(whole(after), changed(data, [change]))
