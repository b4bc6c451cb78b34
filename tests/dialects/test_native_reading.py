"""What a native workflow's text means."""

from pathlib import Path

import pytest

from calibrant.dialects import dialect_of, read
from calibrant.model.nodes import Hole, Map, Scalar, Seq, plain
from calibrant.model.workflow import StepBody, Workflow

OK = sorted((Path(__file__).parents[1] / "data" / "native" / "ok").iterdir())

FULL = """\
# calibrant: ignore[unused-input]
name: full
description: all keys
inputs:
  box: {type: path, default: a.mbox, sample: b.mbox, required: true, description: Where, enum: [a.mbox, b.mbox]}
  bare:
secrets: [TOKEN, "OTHER"]
steps:
  # calibrant: ignore[a, b]
  - id: one
    name: First
    uses: file.read
    with:
      path: "{{ inputs.box }}/x"   # calibrant: ignore
      as: text
    needs: zero
    if: zero.count > 0 and item
    for_each: "{{ zero.items }}"
    retry: {attempts: 3, delay: 0.5}
    timeout: 5
    sample: {content: "{{ not a template }}"}
  - id: two
    run: |
      echo {{ one }}
      echo {{ index }}
    cwd: sub
    env: {A: "{{ secrets.TOKEN }}"}
    shell: bash
    needs: [one, zero]
  - id: three
    templating: false
    run: echo {{ one }}
    x-calibrant-ignore: [c]
tail: kept
"""


def workflow(text: str, path: str = "a.workflow.yaml", previous: Workflow | None = None) -> Workflow:
    found = read(path, text, previous)
    assert found is not None
    return found


def body(step_text: str) -> StepBody:
    return workflow("steps:\n" + step_text).steps[0].body


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.workflow.yaml", "native"),
        ("/x/y/a.b.workflow.yml", "native"),
        ("C:\\x\\a.workflow.json", "native"),
        ("A.Workflow.YAML", "native"),
        ("a.yaml", None),
        ("workflow.yaml", None),
        ("a.workflow.yaml.txt", None),
    ],
)
def test_files_are_known_by_name(path: str, name: str | None) -> None:
    assert dialect_of(path) == name
    assert (read(path, "") is None) == (name is None)


def test_what_stands_around_the_steps() -> None:
    found = workflow(FULL)
    assert (found.name, found.description, found.is_workflow) == ("full", "all keys", True)
    box, bare = found.inputs
    assert (box.name, box.type, box.required, box.description, box.enum) == (
        "box",
        "path",
        True,
        "Where",
        ("a.mbox", "b.mbox"),
    )
    assert box.default is not None
    assert box.sample is not None
    assert (plain(box.default), plain(box.sample)) == ("a.mbox", "b.mbox")
    assert FULL[box.name_span.start : box.name_span.end] == "box"
    assert (bare.name, bare.type, bare.default) == ("bare", "string", None)
    assert [(secret.name, FULL[secret.span.start : secret.span.end]) for secret in found.secrets] == [
        ("TOKEN", "TOKEN"),
        ("OTHER", '"OTHER"'),
    ]
    assert isinstance(found.root, Map)
    assert [entry.name for entry in found.root.entries] == ["name", "description", "inputs", "secrets", "steps", "tail"]
    for entry in found.root.entries:
        assert FULL[entry.key.span.start : entry.key.span.end] == entry.name
    listed = found.root.get("steps")
    assert isinstance(listed, Seq)
    assert listed.items == ()
    assert listed.span == found.steps_span
    assert found.steps_span is not None
    assert FULL[found.steps_span.start :].lstrip().startswith("# calibrant: ignore[a, b]")
    assert [(set(ignore.codes), ignore.whole) for ignore in found.ignores] == [({"unused-input"}, False)]


def test_a_step_with_a_connector() -> None:
    found = workflow(FULL)
    step = found.steps[0]
    one = step.body
    assert (one.id, one.name, one.action, one.short, step.label) == ("one", "First", "file.read", False, "one")
    assert [(parameter.name, parameter.path) for parameter in one.parameters] == [
        ("path", ("with", "path")),
        ("as", ("with", "as")),
    ]
    assert [need.id for need in one.needs] == ["zero"]
    assert (one.retry.attempts, one.retry.delay, one.timeout) == (3, 0.5, 5.0)
    assert one.condition is not None
    assert one.condition.source == "zero.count > 0 and item"
    assert one.sample is not None
    assert plain(one.sample) == {"content": "{{ not a template }}"}
    assert [str(reference) for reference in one.references] == ["inputs.box", "zero.count", "zero.items"]
    for reference in one.references:
        span = step.at(reference.span)
        assert FULL[span.start : span.end] == str(reference)
    assert isinstance(one.for_each, Scalar)
    assert one.for_each.template is not None
    assert one.for_each.template.whole is not None
    assert FULL[step.head.start : step.head.end] == "one"
    silenced = [(set(ignore.codes), ignore.whole) for ignore in one.ignores]
    assert silenced == [({"a", "b"}, True), (set(), False)]
    line = one.text[one.ignores[1].span.start : one.ignores[1].span.end]
    assert line.strip() == 'path: "{{ inputs.box }}/x"   # calibrant: ignore'


def test_the_nodes_of_a_step_carry_the_templates() -> None:
    one = workflow(FULL).steps[0].body
    assert isinstance(one.node, Map)
    given = one.node.get("with")
    assert isinstance(given, Map)
    assert given.get("path") is one.parameters[0].value
    assert isinstance(one.parameters[0].value, Scalar)
    assert one.parameters[0].value.template is not None


def test_a_script_is_a_shell_step() -> None:
    two = workflow(FULL).steps[1].body
    assert (two.action, two.short) == ("shell.run", True)
    assert two.action_node is not None
    assert two.action_node.value == "run"
    assert [(parameter.name, parameter.path) for parameter in two.parameters] == [
        ("command", ("run",)),
        ("cwd", ("cwd",)),
        ("env", ("env",)),
        ("shell", ("shell",)),
    ]
    assert [need.id for need in two.needs] == ["one", "zero"]
    assert [str(reference) for reference in two.references] == ["one", "secrets.TOKEN"]


def test_templating_can_be_switched_off() -> None:
    three = workflow(FULL).steps[2].body
    assert not three.templating
    assert three.expressions == ()
    assert [(set(ignore.codes), ignore.whole) for ignore in three.ignores] == [({"c"}, True)]


@pytest.mark.parametrize(
    ("text", "retry", "timeout"),
    [
        ("  - id: a\n    retry: 3\n    timeout: x\n", (1, 1.0), 60.0),
        ("  - id: a\n    retry: {attempts: 0, delay: -1}\n    timeout: 0\n", (1, 1.0), 60.0),
        ("  - id: a\n    retry: {attempts: true, delay: 0}\n    timeout: true\n", (1, 0.0), 60.0),
        ("  - id: a\n    retry: {attempts: 2}\n    timeout: .nan\n", (2, 1.0), 60.0),
        ("  - id: a\n    timeout: 0.5\n", (1, 1.0), 0.5),
    ],
)
def test_numbers_that_make_no_sense_count_as_absent(text: str, retry: tuple[int, float], timeout: float) -> None:
    read_ = body(text)
    assert ((read_.retry.attempts, read_.retry.delay), read_.timeout) == (retry, timeout)


def test_forms_that_rules_judge_are_kept() -> None:
    assert body("  - id: 5\n").id is None
    number = body("  - id: 5\n").id_node
    assert number is not None
    assert number.value == 5
    twice = body("  - id: a\n    id: b\n    with: {x: 1, x: 2}\n    uses: u\n")
    assert twice.id == "a"
    assert [parameter.name for parameter in twice.parameters] == ["x", "x"]
    both = body("  - id: a\n    uses: file.read\n    run: x\n")
    assert (both.action, both.short) == ("file.read", False)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty-workflow", ""),
        ("# nothing\n", "empty-workflow", "#"),
        ("text\n", "not-a-mapping", "text"),
        ("- a\n- b\n", "not-a-mapping", "- a"),
        ("a: 1\n---\nb: 1\n", "several-documents", "---"),
        ("a\0b", "not-text", "\0"),
        ("x" * 10_000_001, "file-too-large", "x"),
        ("a: [\n", "syntax-error", "["),
        ("a: *b\n", "unknown-anchor", "*b"),
    ],
)
def test_what_is_wrong_with_the_whole(text: str, code: str, place: str) -> None:
    found = workflow(text)
    (problem,) = found.problems
    assert (problem.code, text[problem.span.start : problem.span.end]) == (code, place)
    assert problem.message.endswith(".")
    assert problem.hint


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ("  -\n", "not-a-mapping", "-", "begin with"),
        ("  - id\n", "not-a-mapping", "id", "begin with"),
        ("  - id:x\n", "not-a-mapping", "id:x", "‘id: x’"),
        ("  - [a]\n", "not-a-mapping", "[a]", "begin with"),
        ("  -id: x\n", "syntax-error", "-", "‘- id: x’"),
        ("  - id: x\n    run: 'a\n", "syntax-error", "'a", "at its end"),
    ],
)
def test_what_is_wrong_with_a_step(text: str, code: str, place: str, hint: str) -> None:
    whole = f"steps:\n{text}  - id: after\n    run: echo\n"
    found = workflow(whole)
    assert found.problems == ()
    (problem,) = found.steps[0].body.problems
    span = found.steps[0].at(problem.span)
    assert (problem.code, whole[span.start : span.end]) == (code, place)
    assert hint in problem.hint
    assert found.steps[1].id == "after"
    assert found.steps[1].body.problems == ()


def test_a_problem_knows_its_step() -> None:
    assert body("  - id: x\n    run: 'a\n").problems[0].step == "x"


def test_commas_between_json_steps() -> None:
    text = '{"steps": [{"id": "a"} {"id": "b"},, {"id": "c"}]}'
    found = workflow(text, "a.workflow.json")
    assert [step.id for step in found.steps] == ["a", "b", "c"]
    assert [(text[p.span.start : p.span.end], p.message) for p in found.problems] == [
        ("{", "There is a comma missing before this step."),
        (",", "There is a comma too many here."),
    ]


def test_json_places_lie_in_the_document() -> None:
    text = '{"steps": [{"id": "a", "run": "é😀 {{ b.c }}"}],\n "name": "x", "bad": tru}'
    found = workflow(text, "a.workflow.json")
    assert found.name == "x"
    assert [text[p.span.start : p.span.end] for p in found.problems] == ["tru"]
    span = found.steps[0].at(found.steps[0].body.references[0].span)
    assert text[span.start : span.end] == "b.c"
    assert found.steps_span is not None
    assert text[found.steps_span.start : found.steps_span.end] == '[{"id": "a", "run": "é😀 {{ b.c }}"}]'


@pytest.mark.parametrize(
    "text",
    [
        "steps: [{id: a, run: 'x {{ b }}'}, {id: b}]\n",
        "steps: &s\n  - id: a\n    run: |\n      x {{ b }}\n\n  - id: b\n",
        "{name: x, steps: [{id: a, run: 'x {{ b }}'},\n {id: b}]}",
        "x: &a {id: a, run: 'x {{ b }}'}\nsteps: [*a, {id: b}]\n",
    ],
)
def test_steps_that_cannot_be_cut_are_read_all_the_same(text: str) -> None:
    found = workflow(text)
    assert [step.id for step in found.steps] == ["a", "b"]
    assert [str(reference) for reference in found.steps[0].body.references] == ["b"]
    assert isinstance(found.root, Map)
    listed = found.root.get("steps")
    assert isinstance(listed, Seq)
    assert listed.items == ()
    second = found.steps[1]
    assert text[second.head.start : second.head.end] == "b"


def test_a_byte_order_mark_and_windows_lines_move_nothing() -> None:
    text = "\ufeffname: x\r\nsteps:\r\n  - id: a\r\n    run: |\r\n      echo {{ b }}\r\n"
    found = workflow(text)
    assert found.problems == ()
    assert found.text == text
    span = found.steps[0].at(found.steps[0].body.references[0].span)
    assert text[span.start : span.end] == "b"


def test_a_missing_value_is_a_hole() -> None:
    node = body("  - id:\n    run:\n").node
    assert isinstance(node, Map)
    hole = node.get("id")
    assert isinstance(hole, Hole)
    assert hole.missing
    unreadable = body("  - id: [\n").node
    assert isinstance(unreadable, Map)
    assert unreadable.get("id") == Hole(unreadable.entries[0].value.span, missing=False)


@pytest.mark.parametrize("path", OK, ids=[path.name for path in OK])
def test_right_workflows_are_read_without_a_word(path: Path) -> None:
    text = path.read_bytes().decode()
    found = workflow(text, path.name)
    assert found.problems == ()
    assert found.steps
    for step in found.steps:
        assert step.body.problems == ()
        assert step.id is not None
        assert [expression.error for expression in step.body.expressions if expression.error] == []
