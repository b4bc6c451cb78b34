"""Loops over hundreds, nothing at all, conditions on what failed or was skipped, long chains, wide fans, diamonds."""

from typing import Any

import pytest

from calibrant.model.event import StepFinished
from depth.running import Place, give, place

__all__ = ["place"]

MISSING = "nothere.txt"


def read(id_: str, path: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "uses": "file.read", "with": {"path": path}, **more}


def test_some_of_hundreds_of_elements_fail_and_are_one_issue(place: Place) -> None:
    bad = [6, 70, 71, 300, 398, 399]
    (place.folder / "a.txt").write_text("x", encoding="utf-8")
    names = [MISSING if at in bad else "a.txt" for at in range(400)]
    behind = {"id": "behind", "uses": "file.write", "with": {"path": "o", "content": "{{ each[0].content }}"}}
    done = place.run([read("each", "{{ item }}", for_each=names), behind])
    (issue,) = done.said
    assert (issue.step, issue.code, issue.at) == ("each", "file-not-found", '"{{ item }}"')
    assert issue.message.startswith("Elements 7, 71, 72, 301, 399 and 1 more of 400: There is no file ‘nothere.txt’.")
    (finding,) = [one.finding for one in done.issues]
    assert finding.details.startswith("Elements at fault: 7, 71, 72, 301, 399, 400")
    assert finding.evidence["elements"] == "6,70,71,300,398,399"
    assert done.status == {"each": "failed", "behind": "skipped"}
    assert "each" in done.reasons["behind"]


def test_elements_that_fail_in_two_ways_are_two_issues(place: Place) -> None:
    place.folder.joinpath("bad.json").write_text("{", encoding="utf-8")
    place.folder.joinpath("a.txt").write_text("x", encoding="utf-8")
    done = place.run([read("each", "{{ item }}", for_each=["a.txt", "bad.json", MISSING] * 100)])
    assert {one.code: one.message.partition(":")[0] for one in done.said} == {
        "bad-content": "Elements 2, 5, 8, 11, 14 and 95 more of 300",
        "file-not-found": "Elements 3, 6, 9, 12, 15 and 95 more of 300",
    }


def test_a_field_that_only_some_elements_lack(place: Place) -> None:
    rows: list[dict[str, object]] = [{"a": at} if at % 100 else {"b": at} for at in range(300)]
    done = place.run([give("each", "{{ row.a }}", for_each=rows)])
    assert [one.code for one in done.said] == ["unknown-step"]
    done = place.run(
        [
            give("rows", rows),
            {
                "id": "each",
                "for_each": "{{ rows.items[0] }}",
                "uses": "file.write",
                "with": {"path": "o", "content": "{{ item.a }}"},
            },
        ]
    )
    (issue,) = done.said
    assert (issue.code, issue.at) == ("missing-field", "a")
    assert issue.message.startswith("Elements 1, 101, 201 of 300: ‘item’ has no field called ‘a’.")


def test_nothing_to_go_through(place: Place) -> None:
    none: list[object] = []
    done = place.run(
        [
            give("each", "{{ item }}", for_each=none),
            give("whole", "{{ each }}"),
            give("counted", "{{ each | length }}"),
            give("first", "{{ each[0] }}"),
            {"id": "nothing", "uses": "data.filter", "with": {"items": none, "where": "item.x.y.z"}},
            {"id": "groups", "uses": "data.group", "with": {"items": "{{ nothing.items }}", "by": "item.x"}},
            {"id": "sorted", "uses": "data.sort", "with": {"items": "{{ nothing.items }}", "by": "item.x"}},
            {"id": "picked", "uses": "data.pick", "with": {"items": "{{ nothing.items }}", "fields": ["a"]}},
            give("again", "{{ item }}", for_each="{{ groups.groups }}"),
        ]
    )
    errors = [(one.step, one.code, one.message) for one in done.said if one.severity == "error"]
    assert errors == [("first", "missing-field", "‘each’ has no elements, so there is none at position 0.")]
    assert {one.code for one in done.said if one.severity == "warning"} == {"empty-data", "never-runs"}
    out = place.outputs()
    assert out["each"] == []
    assert out["whole"]["items"] == [[]]
    assert out["counted"]["items"] == [0]
    assert (out["nothing"], out["groups"]) == ({"items": [], "count": 0}, {"groups": [], "count": 0})
    assert out["sorted"] == {"items": [], "count": 0}
    assert out["picked"]["items"] == []
    assert out["again"] == []


# the condition of a step behind `bad` (fails), `off` (its condition is false), `lost` (needs what is not there)
CONDITIONS: list[tuple[str, str, str]] = [
    ("bad.size > 0", "skipped", "bad"),
    ("off.count > 0", "skipped", "off"),
    ("bad.content is defined", "skipped", "bad"),
    ("fine.count > 0", "completed", ""),
    ("fine.count > 5", "skipped", "Its condition is false: fine.count > 5"),
    ("fine.count > 0 or bad.size > 0", "completed", ""),
    ("true", "completed", ""),
    ("none", "skipped", "Its condition is false: none"),
    ("''", "skipped", "Its condition is false: ''"),
    ("fine.items", "completed", ""),
    ("fine.nothing", "failed", "Its condition cannot be evaluated."),
]


@pytest.mark.parametrize(("condition", "status", "reason"), CONDITIONS)
def test_a_condition(place: Place, condition: str, status: str, reason: str) -> None:
    steps = [
        read("bad", MISSING),
        give("off", 1, **{"if": "1 > 2"}),
        give("fine", 1),
        give("asked", 1, **{"if": condition}),
    ]
    done = place.run(steps)
    assert done.status["asked"] == status, done.said
    assert reason in done.reasons.get("asked", "")
    errors = [one.step for one in done.said if one.severity == "error"]
    assert errors == (["bad", "asked"] if status == "failed" else ["bad"])


def test_a_condition_on_what_failed_is_decided_on_its_sample(place: Place) -> None:
    done = place.run(
        [
            read("bad", MISSING, sample={"content": "x", "path": "x", "size": 3}),
            give("big", 1, **{"if": "bad.size > 2"}),
            give("small", 1, **{"if": "bad.size < 2"}),
        ]
    )
    assert done.status == {"bad": "failed", "big": "completed", "small": "skipped"}


def test_needs_alone_waits_for_what_failed_or_was_skipped_and_then_runs(place: Place) -> None:
    done = place.run(
        [
            read("bad", MISSING),
            give("off", 1, **{"if": "false"}),
            give("after_bad", 1, needs="bad"),
            give("after_off", 1, needs="off"),
            give("after_both", 1, needs=["after_bad", "after_off"]),
        ]
    )
    assert done.status == {
        "bad": "failed",
        "off": "skipped",
        "after_bad": "completed",
        "after_off": "completed",
        "after_both": "completed",
    }


def test_a_chain_of_thousands_by_needs(place: Place) -> None:
    count = 2_000
    steps = [give(f"s{at}", at, **({"needs": f"s{at - 1}"} if at else {})) for at in range(count)]
    done = place.run(steps[::-1])
    assert [event.step for event in done.events if isinstance(event, StepFinished)] == [f"s{at}" for at in range(count)]
    assert not done.said


def test_a_chain_by_references_carries_a_value_to_its_end_and_a_failure_only_once(place: Place) -> None:
    count = 1_000
    steps = [give("s0", 0)] + [give(f"s{at}", f"{{{{ s{at - 1}.items[0] + 1 }}}}") for at in range(1, count)]
    done = place.run(steps)
    assert set(done.status.values()) == {"completed"}
    assert place.outputs()[f"s{count - 1}"]["items"] == [count - 1]
    done = place.run([read("s0", MISSING), *steps[1:]], path="b.workflow.json")
    assert [(one.step, one.code) for one in done.said if one.code == "file-not-found"] == [("s0", "file-not-found")]
    assert len(done.said) <= 2


def test_a_fan_of_thousands_that_meets_again(place: Place) -> None:
    count = 5_000
    fan = [give(f"f{at}", "{{ start.items[0] }}") for at in range(count)]
    end = {"id": "end", "uses": "data.map", "needs": [f"f{at}" for at in range(count)]}
    steps = [give("start", 7), *fan, end | {"with": {"items": [1], "to": f"{{{{ f0.count + f{count - 1}.count }}}}"}}]
    done = place.run(steps)
    assert (done.end.status, len(done.status), done.said) == ("completed", count + 2, ())
    assert set(done.status.values()) == {"completed"}
    assert place.outputs()["end"]["items"] == [2]


def test_a_diamond_runs_what_is_in_the_middle_once_and_tells_its_fault_once(place: Place) -> None:
    layers = 12
    steps = [read("n0", MISSING)]
    for at in range(layers):
        below = f"{{{{ n{at}.content }}}}" if at == 0 else f"{{{{ n{at}.items }}}}"
        steps += [give(f"l{at}", below), give(f"r{at}", below)]
        both = [f"{{{{ l{at}.items[0] }}}}", f"{{{{ r{at}.items[0] }}}}"]
        steps.append(give(f"n{at + 1}", both))
    done = place.run(steps)
    assert [(one.step, one.code) for one in done.said] == [("n0", "file-not-found")]
    assert len(done.status) == len(steps)
    (place.folder / MISSING).write_text("7", encoding="utf-8")
    done = place.run(steps)
    assert (set(done.status.values()), done.said) == ({"completed"}, ())


def test_an_output_lives_as_long_as_somebody_reads_it(place: Place) -> None:
    steps = [
        give("a", "x"),
        give("b", "{{ a.items[0] }}"),
        give("c", "{{ b.items[0] }}", needs="b"),
        give("late", "{{ a.items[0] }} {{ b.items[0] }} {{ c.items[0] }}", needs=["c"]),
        give("twice", "{{ a.items[0] }}{{ a.items[0] }}", needs="late", for_each=[1, 2, 3]),
    ]
    done = place.run(steps)
    assert not done.said
    out = place.outputs()
    assert out["late"]["items"] == ["x x x"]
    assert [one["items"] for one in out["twice"]] == [["xx"]] * 3


def test_each_element_of_a_command_is_told_with_its_own_places(place: Place) -> None:
    print_ = "printf '%s:1:8: F401 `os` imported but unused\\n' \"$F\"; exit 1"
    done = place.run([{"id": "each", "for_each": ["a.py", "b.py", "a.py"], "run": print_, "env": {"F": "{{ item }}"}}])
    assert [one.message for one in done.said] == [
        "The linter objects to a.py, line 1: `os` imported but unused (F401)",
        "The linter objects to b.py, line 1: `os` imported but unused (F401)",
    ]


def test_elements_in_folders_of_their_own_tell_places_from_there(place: Place) -> None:
    for name in ("one", "two"):
        (place.folder / name).mkdir()
        (place.folder / name / "a.py").write_text("import os\n")
    print_ = "echo 'a.py:1:8: F401 `os` imported but unused'; exit 1"
    done = place.run([{"id": "each", "for_each": ["one", "two"], "run": print_, "cwd": "{{ item }}"}])
    assert [one.message for one in done.said] == [
        "The linter objects to one/a.py, line 1: `os` imported but unused (F401)",
        "The linter objects to two/a.py, line 1: `os` imported but unused (F401)",
    ]
