"""What holds for changes of any GitHub Actions file in any style: exact, undone by their inverse, and refused in words."""

import random
import re
from itertools import pairwise
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
from calibrant.model.expression import Path
from calibrant.model.nodes import plain
from calibrant.model.text import TextEdit, apply_edits
from calibrant.model.workflow import Workflow
from calibrant.syntax import normal, parse_piece
from dialects.changing import NAMES, Drawing, changed, places
from dialects.test_native_properties import PIECES
from dialects.writing import Writer

BOUNDED = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 1 << 30)
WORKFLOW = ".github/workflows/ci.yml"
ACTION = "greet/action.yml"

KEPT = """\
name: CI  # the name
on:
  push:
    branches: [main, 'release/**']
  pull_request:
# what may be done
permissions: {contents: read}
env: &shared
  MODE: "fast"
jobs:
  # builds it
  build:
    runs-on: ubuntu-latest   # here
    outputs:
      made: ${{ steps.make.outputs.made }}
    steps:
      # gets it
      - uses: actions/checkout@v4

      - name: Make
        id: make
        env: *shared
        run: |
          echo "${{ github.ref }}"  # no comment

          make ${{ matrix.os }} {{.Name}}

  deploy:
    needs: build
    if: ${{ github.ref == 'refs/heads/main' }}
    runs-on: ubuntu-latest
    steps: [{run: echo}, {uses: './a', with: {x: "${{ needs.build.outputs.made }}"}}]
"""


def whole(text: str) -> Any:
    """Return the plain value of a text, read in one go by the YAML reader alone."""
    return plain(parse_piece(normal(text), "yaml").node)


def workflow(path: str, text: str) -> Workflow:
    found = read(path, text)
    assert found is not None
    return found


class Made(Drawing):
    """Draws files, and changes that fit them."""

    def file(self) -> tuple[str, str]:
        """Return the path and the text of a file."""
        if self.random.random() < 0.2:
            return WORKFLOW, KEPT if self.random.random() < 0.7 else KEPT.replace("\n", "\r\n")
        writer = Writer(self.random.randrange(1 << 30))
        if self.random.random() < 0.25:
            runs = {"using": "composite", "steps": self.steps()}
            return ACTION, writer.document({"name": self.value(), "description": "x", "runs": runs})
        jobs = {
            name: self.job() for name in self.random.sample(["build", "test", "a-b", "c_d"], self.random.randint(1, 3))
        }
        text = writer.document({"on": "push", "env": {"A": self.value()}, "jobs": jobs})
        return WORKFLOW, text.rstrip("\r\n") if self.random.random() < 0.2 else text

    def job(self) -> dict[str, Any]:
        job: dict[str, Any] = {"runs-on": self.value(), "name": self.value()}
        if self.random.random() < 0.5:
            job["needs"] = self.random.choice(["build", [], ["build"], ["test", "build"]])
        job["steps"] = self.steps()
        return job

    def steps(self) -> list[Any]:
        return [
            {"id": "s", "run": self.text(), **{key: self.value() for key in self.random.sample(NAMES, 2)}}
            for _ in range(self.random.randint(0, 3))
        ]

    def text(self) -> str:
        return self.random.choice(["echo ${{ github.ref }} {{.x}}", "a\n${{ a.b }} ${{ c }}\n", "word", "two\nlines\n"])

    def _expression(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick([one for one in found if isinstance(one[1], str) and "${{" in one[1]])
        if one is None:
            return None
        number = self.random.randrange(one[1].count("${{"))
        return EditExpression(one[0], number, self.random.choice(["a.b", "format('{0}', x)", "a['it''s'] && !b"]))

    def _insert(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick([one for one in found if isinstance(one[1], list)])
        if one is None:
            return None
        return InsertItem(one[0], self.random.randint(0, len(one[1])), {"run": "x"} if one[0][-1] == "steps" else "x")

    def _need(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        jobs = data.get("jobs") or {}
        if not jobs:
            return None
        name = self.random.choice(sorted(jobs))
        kind = AddNeed if self.random.random() < 0.5 else RemoveNeed
        return kind(("jobs", name), self.random.choice(["build", "test", "other"]))


def expected(data: Any, changes: list[Change]) -> Any:
    """Return the data with the changes made; those of expressions and of `needs` are made here."""
    done: list[Change] = []
    for change in changes:
        match change:
            case EditExpression(path, number, source):
                text = at(data, path)
                inside = list(re.finditer(r"\$\{\{\s*(.*?)\s*\}\}", text))[number]
                done.append(EditText(path, inside.start(1), inside.end(1), source))
            case AddNeed(path) | RemoveNeed(path):
                done += needed(data, change)
            case _:
                done.append(change)
    return changed(data, done)


def needed(data: Any, change: AddNeed | RemoveNeed) -> list[Change]:
    have = at(data, change.path).get("needs")
    before = have if isinstance(have, list) else [] if have is None else [have]
    left = [one for one in before if one != change.id]
    after = left if isinstance(change, RemoveNeed) else before + [change.id] * (change.id not in before)
    if after == before:
        return []
    if not after:
        return [RemoveKey((*change.path, "needs"))]
    if have is None:
        return [AddKey(change.path, "needs", after)]
    return [
        SetValue(
            (*change.path, "needs"),
            after[0] if isinstance(change, RemoveNeed) and not isinstance(have, list) else after,
        )
    ]


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def written(path: str, found: Workflow, changes: list[Change]) -> list[TextEdit] | None:
    """Return the edits; None where they are refused with reason: anchors and aliases, or changes at one place."""
    try:
        return write(path, found, changes)
    except CannotChange as reason:
        if re.search(r"(?:^|\s)[&*][A-Za-z]|<<:", found.text):
            return None
        if len(changes) > 1 and re.search("contradict|already in|meet at", str(reason)):
            return None
        raise


@BOUNDED
@given(SEEDS, st.sampled_from([1, 1, 1, 2, 3, 5]))
def test_the_edited_text_is_read_as_what_was_meant(seed: int, count: int) -> None:
    drawing = Made(seed)
    path, text = drawing.file()
    data = whole(text)
    changes = [change for _ in range(count) if (change := drawing.change(data)) is not None]
    paths = [change.path for change in changes]
    if any(one[: len(other)] == other for one in paths for other in paths if one is not other):
        changes = changes[:1]  # what changes one place is settled, or refused, one by one
    edits = written(path, workflow(path, text), changes)
    if edits is None:
        return
    after = apply_edits(text, edits)
    assert same(whole(after), expected(data, changes)), (changes, after)
    for before, behind in pairwise(edits):
        assert before.span.end <= behind.span.start


@BOUNDED
@given(SEEDS)
def test_what_is_added_and_removed_again_leaves_the_text_as_it_was(seed: int) -> None:
    drawing = Made(seed)
    path, text = drawing.file()
    both = pair(drawing.random, whole(text))
    edits = written(path, workflow(path, text), [both[0]]) if both else None
    if both is None or edits is None:
        return
    once = apply_edits(text, edits)
    back = apply_edits(once, write(path, workflow(path, once), [both[1]]))
    assert back == text, (both, once)


def pair(pick: random.Random, data: Any) -> tuple[Change, Change] | None:
    """Return a change and its inverse."""
    every = list(places(data))
    maps = [(path, value) for path, value in every if isinstance(value, dict) and value]
    lists = [(path, value) for path, value in every if isinstance(value, list) and value]
    match pick.randrange(3):
        case 0 if maps:
            path, _ = pick.choice(maps)
            return AddKey(path, "fresh", "x", first=pick.random() < 0.3), RemoveKey((*path, "fresh"))
        case 1 if lists:
            path, items = pick.choice(lists)
            place = pick.randint(1, len(items))
            return InsertItem(path, place, {"run": "x"}), RemoveItem((*path, place))
        case 2 if maps:
            path, inside = pick.choice(maps)
            name = pick.choice(sorted(inside))
            if re.fullmatch("[a-z_]+", name) and name not in ("on", "no") and (*path, name) not in ROOMS:
                return RenameKey((*path, name), "renamed"), RenameKey((*path, "renamed"), name)
    return None


ROOMS = {("jobs",), ("runs",)}


@BOUNDED
@given(SEEDS, st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES)), min_size=1, max_size=4))
def test_half_typed_text_is_changed_as_meant_or_not_at_all(seed: int, typed: list[tuple[float, str]]) -> None:
    drawing = Made(seed)
    path, text = drawing.file()
    for place, piece in typed:
        cut = int(place * len(text))
        text = text[:cut] + piece + text[cut + drawing.random.choice([0, 0, 1, 20]) :]
    found = workflow(path, text)
    data = plain(found.root)
    change = SetValue(("jobs", "build", "steps", 0, "run"), "x")
    if drawing.random.random() < 0.5 and isinstance(data, dict) and path == WORKFLOW:
        change = AddKey(("jobs", "build"), "fresh", "x")  # type: ignore[assignment]
    try:
        edits = write(path, found, [change])
    except CannotChange as reason:
        assert str(reason)[-1:] == "."  # noqa: PT017 - that it is in words is all that is wanted
        return
    after = workflow(path, apply_edits(text, edits))
    assert any(job.id == "build" for job in after.jobs) or not edits


LARGE = "on: push\njobs:\n" + "".join(
    f"  job{job}:\n    runs-on: ubuntu-latest\n    steps:\n"
    + "".join(f"      - id: s{step}\n        run: echo {step}\n" for step in range(100))
    for job in range(30)
)


def test_one_change_in_thousands_of_steps_is_one_edit() -> None:
    found = workflow(WORKFLOW, LARGE)
    edits = write(WORKFLOW, found, [SetValue(("jobs", "job29", "steps", 99, "run"), "make")])
    assert [(LARGE[edit.span.start : edit.span.end], edit.text) for edit in edits] == [("echo 99", "make")]
    (added,) = write(WORKFLOW, found, [AddNeed(("jobs", "job7"), "job6")])
    assert added.text == "    needs: [job6]\n"
    assert LARGE[added.span.start :].startswith("    runs-on: ubuntu-latest\n    steps:\n      - id: s0\n")
    assert LARGE[: added.span.start].endswith("  job7:\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (SetValue(("jobs", "nope", "name"), "x"), "There is no ‘jobs.nope’ any more."),
        (
            SetValue(("jobs", "build", "steps", 9, "run"), "x"),
            "There is no step number 10 of the job ‘build’ any more.",
        ),
        (
            EditExpression(("jobs", "build", "steps", 1, "run"), 2, "x"),
            "‘run’ in step number 2 of the job ‘build’ has no",
        ),
        (SetValue(("jobs", "build", "steps", 1, "env", "MODE"), "x"), "comes from an alias"),
        (RenameKey(("jobs", "build"), "deploy"), "There is a key ‘deploy’ already in ‘jobs’."),
    ],
)
def test_what_does_not_fit_is_refused_in_words(change: Change, words: str) -> None:
    with pytest.raises(CannotChange) as refused:
        write(WORKFLOW, workflow(WORKFLOW, KEPT), [change])
    assert words in str(refused.value)
