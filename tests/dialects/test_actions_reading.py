"""GitHub Actions files are read job by job and step by step, into the same values as if they were read in one go."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq, plain
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Step, Workflow
from calibrant.syntax.reader import parse_piece

PATH = ".github/workflows/ci.yml"
TEXT = """\
name: CI
on:
  push: {branches: [main]}
  workflow_dispatch:
    inputs:
      level: {type: choice, options: [low, high], required: true}
env:
  MODE: ${{ inputs.level }}
jobs:
  # builds it
  build:
    runs-on: ubuntu-latest
    outputs:
      made: ${{ steps.make.outputs.made }}
    steps:
      - uses: actions/checkout@v4
      # makes it
      - id: make
        name: Make 🧰
        run: |
          echo "a: b"
          echo ${{ github.sha }}
        env: {A: "${{ env.MODE }}"}
    timeout-minutes: 5
  "deploy":
    needs: [build]
    if: github.ref == 'refs/heads/main'
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {os: [ubuntu-latest]}}
    steps:
    - if: ${{ success() }}
      run: ./deploy ${{ needs.build.outputs.made }}

  call:
    uses: ./.github/workflows/other.yml
    with: {level: high}
permissions: {}
"""
ACTION = """\
name: Greet
description: Says hello.
inputs:
  who: {description: Whom to greet, default: world}
runs:
  using: composite
  steps:
    - run: echo ${{ inputs.who }}
      shell: bash
    - uses: ./x
"""


def read(text: str, previous: Workflow | None = None, path: str = PATH) -> Workflow:
    workflow = dialects.read(path, text, previous)
    assert workflow is not None
    return workflow


def test_a_workflow_is_read_into_jobs_and_steps() -> None:
    found = read(TEXT)
    assert found.in_pieces
    assert not found.problems
    assert [job.id for job in found.jobs] == ["build", "deploy", "call"]
    assert [(job.first, job.after) for job in found.jobs] == [(0, 2), (2, 3), (3, 3)]
    assert [step.label for step in found.steps] == ["build/#1", "build/make", "deploy/#1"]
    assert [found.path_of(step) for step in found.steps] == [
        ("jobs", "build", "steps", 0),
        ("jobs", "build", "steps", 1),
        ("jobs", "deploy", "steps", 0),
    ]
    assert [(step.body.action, step.body.run is not None) for step in found.steps] == [
        ("actions/checkout@v4", False),
        (None, True),
        (None, True),
    ]
    build, deploy, call = found.jobs
    assert plain(build.body.node) == {
        "runs-on": "ubuntu-latest",
        "outputs": {"made": "${{ steps.make.outputs.made }}"},
        "steps": [],
        "timeout-minutes": 5,
    }
    assert [need.id for need in deploy.body.needs] == ["build"]
    assert call.body.action == "./.github/workflows/other.yml"
    assert [parameter.name for parameter in call.body.parameters] == ["level"]
    assert [one.name for one in found.inputs] == ["level"]
    assert found.inputs[0].enum == ("low", "high")
    assert isinstance(found.root, Map)
    assert [entry.name for entry in found.root.entries] == ["name", "on", "env", "jobs", "permissions"]


def test_every_place_is_where_it_says() -> None:
    found = read(TEXT)
    said = [TEXT[one.span.start : one.span.end] for one in found.expressions]
    said += [TEXT[job.at(one.span).start : job.at(one.span).end] for job in found.jobs for one in job.body.expressions]
    said += [
        TEXT[step.at(one.span).start : step.at(one.span).end] for step in found.steps for one in step.body.expressions
    ]
    assert said == [
        "inputs.level",
        "steps.make.outputs.made",
        "github.ref == 'refs/heads/main'",
        "matrix.os",
        "github.sha",
        "env.MODE",
        "success()",
        "needs.build.outputs.made",
    ]
    for job in found.jobs:
        for entry in _entries(job.body.node):
            key = job.at(entry.key.span)
            assert TEXT[key.start : key.end].strip("\"'") == entry.name
    assert [TEXT[job.head.start : job.head.end] for job in found.jobs] == ["build", '"deploy"', "call"]
    heads = [TEXT[step.head.start : step.head.end] for step in found.steps]
    assert heads == ["actions/checkout@v4", "make", "if"]


def _entries(node: Node) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, Map) else ()


def test_an_action_is_read_by_its_name() -> None:
    found = read(ACTION, path="a/action.yml")
    assert found.language.name == "github-action"
    assert [job.label for job in found.jobs] == ["runs"]
    assert plain(found.jobs[0].body.node) == {"using": "composite", "steps": []}
    assert [found.path_of(step) for step in found.steps] == [("runs", "steps", 0), ("runs", "steps", 1)]
    assert [one.name for one in found.inputs] == ["who"]


def test_a_workflow_may_be_called_action() -> None:
    found = read(TEXT, path="/src/.github/workflows/action.yml")
    assert found.language.name == "github-workflow"
    assert len(found.jobs) == 3


@pytest.mark.parametrize("text", ["", "- hosts: all\n", "name: x\ntasks: []\n", "just words"])
def test_nothing_is_said_of_another_programs_file_of_that_name(text: str) -> None:
    found = read(text, path="roles/x/action.yml")
    assert not found.is_workflow
    assert not found.problems


def test_an_unchanged_step_is_the_same_object_after_an_edit_elsewhere() -> None:
    before = read(TEXT)
    after = read(TEXT.replace("echo ${{ github.sha }}", "echo ${{ github.sha }} more"), before)
    assert [new.body is old.body for new, old in zip(after.steps, before.steps, strict=True)] == [True, False, True]
    assert [new.body is old.body for new, old in zip(after.jobs, before.jobs, strict=True)] == [False, True, True]
    assert after == read(after.text)


def test_steps_in_brackets_are_steps_too() -> None:
    text = TEXT.replace("    strategy:", "    steps: [{run: a}, {id: b, uses: 'x/y@v1'}]\n    strategy:").split(
        "    steps:\n    - if"
    )[0]
    found = read(text)
    assert found.in_pieces
    assert [step.label for step in found.steps][2:] == ["deploy/#1", "deploy/b"]
    again = read(text.replace("echo ${{", "echo 1 ${{"), found)
    assert [new.body is old.body for new, old in zip(again.steps, found.steps, strict=True)] == [
        True,
        False,
        True,
        True,
    ]
    for step in found.steps:
        assert text[step.origin : step.origin + len(step.body.text)] == step.body.text


def test_a_broken_step_leaves_the_others() -> None:
    found = read(TEXT.replace("name: Make 🧰", "name: [Make"))
    assert [bool(step.body.problems) for step in found.steps] == [False, True, False]
    assert [need.id for need in found.jobs[1].body.needs] == ["build"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [TEXT, ACTION], ids=["workflow", "action"])
def test_pieces_are_what_the_whole_is(text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    path = PATH if text.startswith("name: CI") else "action.yml"
    found = read(text, path=path)
    whole = plain(parse_piece(text, "yaml").node)
    assert _rebuilt(found) == whole
    anchored = read(text + f"# x{newline}x: &anchor 1{newline}", path=path)
    assert not anchored.in_pieces
    assert [step.body.node for step in anchored.steps] == [
        _moved(step.body.node, found_step.body.node)
        for step, found_step in zip(anchored.steps, found.steps, strict=True)
    ]


def _moved(one: Node, other: Node) -> Node:
    assert plain(one) == plain(other)
    return one


def _rebuilt(found: Workflow) -> object:
    root = plain(found.root)
    assert isinstance(root, dict)
    steps = [plain(step.body.node) for step in found.steps]
    for job in found.jobs:
        value = plain(job.body.node)
        if isinstance(value, dict) and "steps" in value:
            value["steps"] = steps[job.first : job.after]
        if job.path == ("runs",):
            root["runs"] = value
        else:
            root["jobs"][job.path[1]] = value
    return root


ANCHORED = """\
on: push
jobs:
  a: &a
    runs-on: ubuntu-latest
    steps: &steps
      - &one
        run: echo ${{ github.sha }}
      - *one
  b:
    needs: a
    runs-on: ubuntu-latest
    steps: *steps
  c: *a
"""


def test_what_is_shared_by_anchors_is_there_in_each_place() -> None:
    found = read(ANCHORED)
    assert [(job.id, job.after - job.first) for job in found.jobs] == [("a", 2), ("b", 2), ("c", 2)]
    assert [plain(step.body.node) for step in found.steps] == [{"run": "echo ${{ github.sha }}"}] * 6


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Map):
        for entry in node.entries:
            yield entry.key
            yield from _nodes(entry.value)
    elif isinstance(node, Seq):
        for item in node.items:
            yield from _nodes(item)


def _within(span: Span, text: str) -> bool:
    return 0 <= span.start <= span.end <= len(text)


def check_places(found: Workflow) -> None:
    text = found.text
    for node in _nodes(found.root):
        assert _within(node.span, text)
    parts: list[Job | Step] = [*found.jobs, *found.steps]
    for part in parts:
        assert _within(part.at(part.body.node.span), text)
        for node in _nodes(part.body.node):
            assert _within(part.at(node.span), text)
            if isinstance(node, Scalar) and node.template:
                for one in node.template.expressions:
                    assert _within(part.at(one.span), text)
        for problem in part.body.problems:
            assert _within(part.at(problem.span), text)
    origins = [step.origin for step in found.steps]
    assert origins == sorted(origins)


@given(st.integers(0, len(TEXT)), st.integers(0, 12), st.text(alphabet=" \n:-{}[]$'\"#&*|>ajobs🧰\t\r", max_size=12))
def test_any_edit_is_read_and_read_again_alike(at: int, gone: int, new: str) -> None:
    edited = TEXT[:at] + new + TEXT[at + gone :]
    found = read(edited, read(TEXT))
    check_places(found)
    assert found == read(edited)


@given(st.text(max_size=200), st.sampled_from([PATH, "action.yml"]))
def test_any_text_is_read(text: str, path: str) -> None:
    check_places(read(text, path=path))


def test_half_typed_files_are_read_at_every_length() -> None:
    previous = None
    for end in random.Random(7).sample(range(len(TEXT)), 120):
        previous = read(TEXT[:end], previous)
        check_places(previous)


def test_real_files_in_pieces_are_what_the_whole_is() -> None:
    files = sorted((Path(__file__).parents[1] / "data" / "actions" / "ok").glob("**/*.yml"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        found = read(text, path="action.yml" if "actions" in file.parts[-2:] else PATH)
        assert _rebuilt(found) == plain(parse_piece(text, "yaml").node), file.name
        check_places(found)


def test_comments_above_a_job_or_step_speak_of_all_of_it_in_a_text_with_anchors() -> None:
    text = ANCHORED.replace("  b:\n", "  # calibrant: ignore[one]\n  b:\n")
    text = text.replace("      - &one\n", "      # calibrant: ignore[two]\n      - &one\n")
    found = read(text)
    assert not found.in_pieces
    assert [[(set(one.codes), one.whole) for one in job.body.ignores] for job in found.jobs] == [
        [],
        [({"one"}, True)],
        [],
    ]
    whole = [[set(one.codes) for one in step.body.ignores if one.whole] for step in found.steps]
    assert whole[:2] == [[{"two"}], []]
    check_places(found)
