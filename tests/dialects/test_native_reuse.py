"""An unchanged step keeps its body, so that what was found on it need not be found again."""

from calibrant.dialects import read
from calibrant.model.workflow import Workflow

STEPS = "".join(f"  - id: s{n}\n    run: echo {{{{ s{n - 1} }}}}\n" for n in range(1, 6))
TEXT = f"name: x\nsteps:\n{STEPS}"


def workflow(text: str, previous: Workflow | None = None, path: str = "a.workflow.yaml") -> Workflow:
    found = read(path, text, previous)
    assert found is not None
    return found


def kept(text: str, changed: str, path: str = "a.workflow.yaml") -> list[bool]:
    before = workflow(text, path=path)
    bodies = [step.body for step in before.steps]
    after = workflow(changed, before, path)
    return [any(step.body is body for body in bodies) for step in after.steps]


def test_an_edit_in_one_step() -> None:
    assert kept(TEXT, TEXT.replace("echo {{ s2 }}", "echo {{ s2.x }}")) == [True, True, False, True, True]


def test_steps_that_move() -> None:
    assert kept(TEXT, TEXT.replace("name: x", "name: something longer\n# and a note")) == [True] * 5
    assert kept(TEXT, TEXT.replace("  - id: s2\n", "  - id: new\n    run: x\n  - id: s2\n")) == [
        True,
        False,
        True,
        True,
        True,
        True,
    ]


def test_a_mistake_in_one_step() -> None:
    assert kept(TEXT, TEXT.replace("echo {{ s1 }}", "'echo")) == [True, False, True, True, True]


def test_json_steps() -> None:
    text = '{"steps": [{"id": "a"}, {"id": "b"}]}'
    assert kept(text, text.replace('"b"', '"c"'), "a.workflow.json") == [True, False]


def test_steps_in_braces() -> None:
    text = "steps: [{id: a, run: x}, {id: b, run: y},\n  {id: c, run: '{{ a }}'}]\n"
    assert kept(text, text.replace("run: y", "run: z")) == [True, False, True]
    assert kept(text, "name: moved\n" + text) == [True, True, True]
    assert kept('{"steps": [{"id": "a"}, {"id": "b"}]}', '{"steps": [{"id": "a"}, {"id": "c"}]}') == [True, False]


def test_a_step_in_braces_that_uses_an_anchor_elsewhere_follows_it() -> None:
    text = "x-a: &a one\nsteps: [{id: s, run: *a}, {id: t, run: x}]\n"
    changed = text.replace("one", "two")
    assert workflow(changed, workflow(text)) == workflow(changed)
    assert kept(text, changed) == [False, True]


def test_a_step_that_uses_an_anchor_elsewhere_follows_it() -> None:
    text = "x-a: &a one\nsteps:\n  - id: s\n    run: *a\n  - id: t\n    run: x\n"
    changed = text.replace("one", "two")
    after = workflow(changed, workflow(text))
    assert after == workflow(changed)
    first = after.steps[0].body.parameter("command")
    assert first is not None
    assert getattr(first.value, "value", None) == "two"
    assert kept(text, changed) == [False, True]


def test_a_step_whose_anchor_another_uses() -> None:
    text = "steps:\n  - id: s\n    run: &a x\n  - id: t\n    run: *a\n"
    changed = text + "  - id: u\n    run: *a\n"
    after = workflow(changed, workflow(text))
    assert after == workflow(changed)
    assert [problem for step in after.steps for problem in step.body.problems] == []


def test_steps_that_share_anchors_are_kept_while_these_stand_for_the_same() -> None:
    steps = "".join(f"  - {{<<: *d, id: s{n}, run: *r}}\n" for n in range(4))
    text = f"name: x\nx-d: &d {{timeout: 5}}\nsteps:\n  - id: first\n    run: &r echo\n{steps}"
    assert kept(text, text.replace("name: x", "name: longer")) == [True] * 5
    assert kept(text, text.replace("id: first", "id: other")) == [False, True, True, True, True]
    assert kept(text, text.replace("run: &r echo", "run: &r true")) == [False] * 5
    assert kept(text, text.replace("timeout: 5", "timeout: 6")) == [True, False, False, False, False]
    assert kept(text, text.replace("x-d: &d", "x-d: &e")) == [True, False, False, False, False]
    assert kept(text, text.replace("id: s1, run: *r", "id: s1, run: &r new")) == [True, True, False, False, False]


def test_an_anchor_in_what_cannot_be_read_is_looked_at_each_time() -> None:
    broken = "steps:\n  - id: a\n    run: &r 'x\n  - id: b\n    run: *r\n"
    assert kept(broken, broken + "  - id: c\n    run: x\n") == [True, True, False]
    mended = broken.replace("'x", "'x'")
    assert workflow(mended, workflow(broken)) == workflow(mended)
    assert workflow(broken, workflow(mended)) == workflow(broken)


def test_aliases_in_each_of_many_steps_are_not_too_many() -> None:
    steps = "".join(f"- {{<<: *d, id: s{n}, run: echo}}\n" for n in range(6000))
    text = f"x-d: &d {{timeout: 5, retry: {{attempts: 2}}}}\nsteps:\n{steps}"
    assert [problem for step in workflow(text).steps for problem in step.body.problems] == []


def test_a_step_read_with_the_whole_document_is_not_lent() -> None:
    """What was wrong in it was told for the document then, and must be told for the step now."""
    broken = '{"steps": [{"id": "a",}, 5]}'
    cut = '{"steps": [{"id": "a",}]}'
    before = workflow(broken, path="a.workflow.json")
    assert [problem.message for problem in before.problems] == ["There is a comma too many here."]
    after = workflow(cut, before, "a.workflow.json")
    assert after == workflow(cut, path="a.workflow.json")
    assert [problem.message for problem in after.steps[0].body.problems] == ["There is a comma too many here."]
