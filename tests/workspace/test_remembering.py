"""What is remembered of steps by what they say: through typing, new names, other connectors, and runs in any order."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.ide.view import NOTHING, StepRun
from calibrant.model.codec import encode
from calibrant.model.event import StepStatus
from calibrant.model.seen import seen_whole
from calibrant.model.session import StepRecord
from calibrant.model.workflow import Workflow
from calibrant.workspace.definition import definition, form_of
from calibrant.workspace.remembering import LATELY, Remembered

TEXT = """\
steps:
  - id: a
    uses: file.list
    with: {path: .}
  - id: b
    uses: data.map
    with: {items: "{{ a.files }}", to: "{{ item }}"}
  - {id: c, needs: [a, b], run: "echo {{ b.count }}"}
"""


def read(text: str) -> Workflow:
    workflow = dialects.read("a.workflow.yaml", text)
    assert workflow is not None
    return workflow


def record(
    text: str, label: str, session: str, output: object = NOTHING, status: StepStatus = "completed"
) -> StepRecord:
    (body,) = (step.body for step in read(text).steps if step.label == label)
    observed = b"" if output is NOTHING else seen_whole(encode(output))
    return StepRecord(session, label, status, definition=definition(body), observed=observed)


def known(remembered: Remembered, text: str = TEXT) -> dict[str, StepRun]:
    return dict(remembered.of(read(text), previews=True))


def after(*records: StepRecord) -> Remembered:
    remembered = Remembered()
    for one in records:
        remembered.ended(one)
    return remembered


def test_what_is_loaded_is_older_than_what_is_known_already() -> None:
    remembered = after(record(TEXT, "a", "s9", {"n": 9}))
    remembered.load([record(TEXT, "a", session, {"o": session}) for session in ("s9", "s8", "s7", "s6", "s5")])
    run = known(remembered)["a"]
    assert (run.session, run.preview) == ("s9", {"n": 9})
    assert run.observed
    assert run.observed.objects == LATELY
    assert run.observed.optional("n")


def test_a_failure_is_newer_than_what_was_given_before() -> None:
    remembered = Remembered()
    remembered.load([record(TEXT, "a", "s2", status="failed"), record(TEXT, "a", "s1", {"n": 1})])
    run = known(remembered)["a"]
    assert (run.status, run.session, run.earlier, run.preview) == ("failed", "s2", True, {"n": 1})


def test_only_what_was_given_in_the_same_form_counts() -> None:
    other = TEXT.replace("uses: data.map", "uses: data.sort")
    remembered = after(record(TEXT, "b", "s1", {"n": 1}), record(other, "b", "s2", {"m": 2}))
    assert known(remembered)["b"].preview == {"n": 1}
    assert known(remembered)["b"].outdated
    assert known(remembered, other)["b"].preview == {"m": 2}
    remembered.ended(record(TEXT, "b", "s3", {"k": 3}))
    run = known(remembered)["b"]
    assert run.observed
    assert [name for name, _ in run.observed.fields] == ["k"]


def test_a_step_that_runs_is_running_until_it_ended_or_the_run_is_over() -> None:
    remembered = after(record(TEXT, "a", "s1", {"n": 1}))
    remembered.began("a", "s2", record(TEXT, "a", "s2").definition)
    remembered.began("b", "s2", record(TEXT, "b", "s2").definition)
    assert [(run.status, run.session, run.outdated) for run in known(remembered).values()] == [
        ("running", "s2", False),
        ("running", "s2", False),
    ]
    assert known(remembered)["a"].earlier
    remembered.over("another")
    assert known(remembered)["a"].status == "running"
    remembered.over("s2")
    assert {label: run.status for label, run in known(remembered).items()} == {"a": "completed"}


def test_a_new_name_is_followed_where_it_can_only_be_that_step() -> None:
    remembered = after(*(record(TEXT, label, "s1", {"n": label}) for label in "abc"))
    renamed = TEXT.replace("id: b", "id: bb").replace("[a, b]", "[a, bb]").replace("b.count", "bb.count")
    runs = known(remembered, renamed)
    assert {label: (run.preview, run.outdated) for label, run in runs.items()} == {
        label: ({"n": former}, False) for label, former in (("a", "a"), ("bb", "b"), ("c", "c"))
    }
    both = renamed.replace("id: a\n", "id: first\n").replace("a.files", "first.files").replace("[a,", "[first,")
    assert known(remembered, both)["first"].preview == {"n": "a"}
    twice = renamed + renamed[renamed.index("  - id: bb") : renamed.index("  - {id: c")].replace("bb", "bbb")
    assert "bbb" not in known(remembered, twice)
    assert "bb" not in known(remembered, twice)
    edited = renamed.replace("{{ item }}", "{{ item | upper }}")
    assert "bb" not in known(remembered, edited)


SAME = [
    TEXT.replace("steps:", "name: x\nsteps:"),
    TEXT.replace("  - id: b", "\n  # about b\n  - id: b"),
    TEXT.replace("  - id: b", "  - id:   b"),
    TEXT.replace("\n", "\r\n"),
    "# above\n" + TEXT + "  - id: d\n    run: echo\n",
]


@pytest.mark.parametrize("text", SAME, ids=range(len(SAME)))
def test_what_stands_around_a_step_says_nothing_of_it(text: str) -> None:
    remembered = after(record(TEXT, "a", "s1", {"n": 1}))
    assert not known(remembered, text)["a"].outdated


def test_what_an_alias_stands_for_is_part_of_what_a_step_says() -> None:
    text = "x-shared: &p {path: .}\nsteps:\n  - {id: a, uses: file.list, with: *p}\n"
    remembered = after(record(text, "a", "s1", {"n": 1}))
    assert not known(remembered, text)["a"].outdated
    assert known(remembered, text.replace("{path: .}", "{path: ..}"))["a"].outdated


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), max_size=12))
def test_the_last_end_is_told_and_what_was_given_is_of_the_last_that_gave(
    ends: Sequence[tuple[str, bool, bool]],
) -> None:
    remembered = Remembered()
    last: dict[str, str] = {}
    gave: dict[str, str] = {}
    for number, (label, good, newer) in enumerate(ends):
        session = f"s{number:02}"
        text = TEXT.replace("path: .", "path: ..") if newer else TEXT
        remembered.ended(record(text, label, session, {"s": session} if good else NOTHING))
        last[label] = session
        if good:
            gave[label] = session
    runs = known(remembered)
    assert {label: run.session for label, run in runs.items()} == last
    assert {label: run.preview for label, run in runs.items() if run.latest} == {
        label: {"s": session} for label, session in gave.items()
    }
    assert all(run.earlier == (gave.get(label, run.session) != run.session) for label, run in runs.items())
    loaded = Remembered()
    rows = [row for row in (_rows(ends)) if row.observed or row.session == last[row.id]]
    loaded.load(rows[::-1])
    assert {label: (run.session, run.preview) for label, run in known(loaded).items()} == {
        label: (run.session, run.preview) for label, run in runs.items()
    }


def _rows(ends: Sequence[tuple[str, bool, bool]]) -> list[StepRecord]:
    return [
        record(
            TEXT.replace("path: .", "path: ..") if newer else TEXT,
            label,
            f"s{number:02}",
            {"s": f"s{number:02}"} if good else NOTHING,
        )
        for number, (label, good, newer) in enumerate(ends)
    ]


def test_the_form_is_the_connector_and_whether_it_loops() -> None:
    loop = TEXT.replace("    uses: data.map", "    for_each: [1]\n    uses: data.map")
    forms = [form_of(record(text, label, "s").definition) for text, label in ((TEXT, "b"), (loop, "b"), (TEXT, "c"))]
    assert forms == ["data.map", "data.map[]", "shell.run"]
