"""Plan and scheduler: order, bounds, and workflows that cannot be run as they are."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.engine.plan import make_plan
from calibrant.model.cycles import cycles
from calibrant.model.issue import Kind
from engine.actions import GIVE, Failing, Recording, Sleeping
from engine.building import MemoryStore, Steps, run, workflow_of


async def test_values_flow_along_references_whatever_the_order_in_the_file(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"id": "last", "uses": "seen", "with": {"value": "{{ b.value }}-{{ c.value }}"}},
        {"id": "c", "uses": "give", "with": {"value": "{{ a.value }}2"}},
        {"id": "b", "uses": "give", "with": {"value": "{{ a.value }}1"}},
        {"id": "a", "uses": "give", "with": {"value": "x"}},
    ]
    seen = await run(tmp_path, steps, [GIVE, seen_by.connector])
    assert seen_by.values == ["x1-x2"]
    assert seen.order[0] == "a"
    assert seen.order[-1] == "last"
    assert seen.end.status == "completed"
    assert not any(event.provisional for event in seen.finished.values())


async def test_a_whole_reference_keeps_its_type(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": [1, {"b": True}]}},
        {"id": "b", "uses": "seen", "with": {"value": {"inside": "{{ a.value }}", "step": "{{ a }}"}}},
    ]
    await run(tmp_path, steps, [GIVE, seen_by.connector])
    assert seen_by.values == [{"inside": [1, {"b": True}], "step": {"value": [1, {"b": True}]}}]


@pytest.mark.parametrize("needs", ["reference", "needs"])
async def test_a_chain_of_ten_thousand(tmp_path: Path, needs: str) -> None:
    steps: Steps = [{"id": "s0", "uses": "give", "with": {"value": 0}}]
    for number in range(1, 10_000):
        before = f"s{number - 1}"
        given = {"with": {"value": f"{{{{ {before}.value }}}}"}} if needs == "reference" else {"needs": [before]}
        steps.append({"id": f"s{number}", "uses": "give", **given})
    store = MemoryStore()
    seen = await run(tmp_path, list(reversed(steps)), [GIVE], store=store)
    assert seen.order == [f"s{number}" for number in range(10_000)]
    assert set(seen.status().values()) == {"completed"}
    assert len(store.puts) == 10_000


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_a_step_that_waits_to_be_tried_again_holds_nobody_up(tmp_path: Path, concurrency: int) -> None:
    broken = Failing(Kind.TRANSIENT)
    retry = {"attempts": 2, "delay": 0.3}
    steps: Steps = [{"id": f"bad{n}", "uses": "broken", "retry": retry} for n in range(3)]
    steps += [{"id": f"good{n}", "uses": "give"} for n in range(3)]
    steps += [{"id": "last", "uses": "give", "needs": [step["id"] for step in steps]}]
    seen = await run(tmp_path, steps, [broken.connector, GIVE], concurrency=concurrency)
    assert list(seen.finished)[:3] == ["good0", "good1", "good2"]
    assert list(seen.finished)[-1] == "last"
    assert broken.calls == 6


async def test_a_fan_is_bounded_by_the_concurrency(tmp_path: Path) -> None:
    sleeping = Sleeping()
    steps: Steps = [{"id": "a", "uses": "sleep"}]
    steps += [{"id": f"f{number}", "uses": "sleep", "needs": "a"} for number in range(40)]
    seen = await run(tmp_path, steps, [sleeping.connector], concurrency=5)
    assert sleeping.most == 5
    assert set(seen.status().values()) == {"completed"}


async def test_members_of_a_circle_are_not_called_and_the_rest_is(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"id": "a", "uses": "seen", "with": {"value": "{{ c.value }}"}},
        {"id": "b", "uses": "seen", "needs": ["a"]},
        {"id": "c", "uses": "seen", "needs": ["b"]},
        {"id": "self", "uses": "seen", "needs": ["self"]},
        {"id": "behind", "uses": "seen", "needs": ["c", "self"], "with": {"value": "ran"}},
        {"id": "free", "uses": "seen", "with": {"value": "free"}},
    ]
    seen = await run(tmp_path, steps, [seen_by.connector])
    expected = {
        "a": "failed",
        "b": "failed",
        "c": "failed",
        "self": "failed",
        "behind": "completed",
        "free": "completed",
    }
    assert seen.status() == expected
    assert seen.finished["a"].reason == "It is part of a circle: it depends on itself through ‘b’, ‘c’."
    assert seen.finished["self"].reason == "It depends on itself."
    assert sorted(map(str, seen_by.values)) == ["free", "ran"]
    assert seen.end.status == "completed"


async def test_steps_that_cannot_be_called_count_as_failed(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"uses": "seen"},
        {"id": "no_action"},
        {"id": "twice", "uses": "seen", "with": {"value": 1}},
        {"id": "twice", "uses": "seen", "with": {"value": 2}},
        {"id": "unheard", "uses": "no.such"},
        {"id": "broken", "uses": "seen", "with": {"value": 3}},
        {"id": "inputs", "uses": "seen"},
        {"id": "missing_need", "uses": "seen", "needs": ["nowhere"], "with": {"value": 4}},
    ]
    seen = await run(tmp_path, steps, [seen_by.connector], broken=(5,))
    finished = [event for event in seen.events if type(event).__name__ == "StepFinished"]
    reasons = {event.index: event.reason for event in finished if event.status == "failed"}  # type: ignore[union-attr]
    assert reasons == {
        0: "It has no id.",
        1: "It does not say what to do.",
        3: "Another step has the id ‘twice’ already.",
        4: "There is no connector called ‘no.such’.",
        5: "It has an error that must be fixed before it can be called.",
        6: "‘inputs’ means something else in expressions and cannot be an id.",
    }
    assert sorted(map(str, seen_by.values)) == ["1", "4"]


def test_the_plan_of_ten_thousand_in_a_circle_does_not_recurse() -> None:
    steps: Steps = [{"id": f"s{n}", "uses": "give", "needs": [f"s{(n + 1) % 10_000}"]} for n in range(10_000)]
    assert len(make_plan(workflow_of(steps), {}).barred) == 10_000


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_cycles_are_exactly_what_reaches_itself(edges: list[tuple[int, int]]) -> None:
    before = [tuple({other for here, other in edges if here == node}) for node in range(10)]
    reach = [set(waits) for waits in before]
    for _ in range(10):
        reach = [found.union(*(reach[other] for other in found)) for found in reach]
    assert {node for group in cycles(before) for node in group} == {node for node in range(10) if node in reach[node]}
