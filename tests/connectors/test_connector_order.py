"""data.sort, data.group and data.pick."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure

NOWHERE = Path("nowhere")
NAN = float("nan")
LATE = datetime.fromisoformat("2024-05-01T08:00")


@pytest.mark.parametrize(
    ("items", "descending", "wanted"),
    [
        ([3, 1.5, Decimal(2)], False, [1.5, Decimal(2), 3]),
        (["b", "a", "B"], False, ["B", "a", "b"]),
        ([3, None, 1], False, [1, 3, None]),
        ([3, None, 1], True, [3, 1, None]),
        ([2, NAN, 1], True, [2, 1, NAN]),
        ([date(2024, 5, 2), LATE], False, [LATE, date(2024, 5, 2)]),
        ([True, False], False, [False, True]),
        ([["b", 1], ["a", 2], ["a", None], ["a", 1]], False, [["a", 1], ["a", 2], ["a", None], ["b", 1]]),
        ([["b", 1], ["a", 2], ["a", None], ["a", 1]], True, [["b", 1], ["a", 2], ["a", 1], ["a", None]]),
        ([], False, []),
        ([None, None], False, [None, None]),
    ],
)
async def test_items_in_order(items: list[object], descending: bool, wanted: list[object]) -> None:
    output = await call("data.sort", NOWHERE, items=items, descending=descending)
    assert repr(output) == repr({"items": wanted, "count": len(wanted)})


@pytest.mark.parametrize("descending", [False, True])
async def test_equal_items_stay_as_they_were(descending: bool) -> None:
    items = [{"n": index % 3, "at": index} for index in range(30)]
    output = await call("data.sort", NOWHERE, items=items, by=lambda item, _: item["n"], descending=descending)
    assert output["items"] == sorted(items, key=lambda item: (-item["n"] if descending else item["n"], item["at"]))


@given(st.lists(st.none() | st.integers() | st.floats()))
@settings(max_examples=100, deadline=None)
async def test_numbers_are_sorted_as_python_does(items: list[Any]) -> None:
    output = await call("data.sort", NOWHERE, items=items)
    known = sorted(item for item in items if item is not None and item == item)
    assert output["items"][: len(known)] == known  # type: ignore[index]
    assert all(item is None or item != item for item in output["items"][len(known) :])  # type: ignore[index]


@pytest.mark.parametrize(
    ("items", "by", "message"),
    [
        ([1, 2, "c"], None, "Item 3 of ‘items’ is text, but item 1 is a whole number; they cannot be put in order."),
        ([1, True], None, "Item 2 of ‘items’ is true or false, but item 1 is a whole number"),
        ([{"a": 1}], None, "Item 1 of ‘items’ is an object, which has no order."),
        ([1, 2], lambda item, _: {1: "a", 2: 2}[item], "‘by’ gives a whole number for item 2, but text for item 1"),
        ([1], lambda *_: {}, "‘by’ gives an object for item 1, which has no order."),
        (
            [LATE, LATE.replace(tzinfo=UTC)],
            None,
            "Item 2 of ‘items’ is a date with time and a time zone, but item 1 is a date with time;",
        ),
        ([[1, 2], [1, "a"]], None, "Item 2 of ‘items’ is a list"),
    ],
)
async def test_items_without_an_order(items: list[object], by: object, message: str) -> None:
    given: dict[str, Any] = {"items": items} | ({} if by is None else {"by": by})
    found = await failure("data.sort", NOWHERE, **given)
    assert found.message.startswith(message)
    assert (found.code, found.kind) == ("shape-mismatch", Kind.DATA_SHAPE)
    assert found.parameter == (("items",) if by is None else ("by",))


async def test_what_to_sort_objects_by_is_suggested() -> None:
    found = await failure("data.sort", NOWHERE, items=[{"name": 1, "a b": 2}])
    assert (found.candidates, found.hint) == (("item.name",), "Say what to sort by, such as by: item.name.")


async def test_what_is_unknown_for_one_is_unknown_for_all() -> None:
    by: Callable[[object, int], object] = lambda item, _: UNKNOWN if item == 2 else item  # noqa: E731
    assert await call("data.sort", NOWHERE, items=[1, 2], by=by) == {"items": UNKNOWN, "count": UNKNOWN}
    assert await call("data.group", NOWHERE, items=[1, 2], by=by) == {"groups": UNKNOWN, "count": UNKNOWN}


@pytest.mark.parametrize(
    ("keys", "members"),
    [
        (["b", "a", "b"], [[0, 2], [1]]),
        ([1, "1", 1.0, True, Decimal(1)], [[0, 2, 4], [1], [3]]),
        ([None, NAN, None, NAN], [[0, 2], [1, 3]]),
        ([[1], {"a": [2]}, [1], {"a": [2]}], [[0, 2], [1, 3]]),
        ([LATE.date(), LATE, LATE.date()], [[0, 2], [1]]),
        ([], []),
    ],
)
async def test_groups(keys: list[object], members: list[list[int]]) -> None:
    output = await call("data.group", NOWHERE, items=list(range(len(keys))), by=lambda item, _: keys[item])
    groups: Any = output["groups"]
    assert [group["items"] for group in groups] == members
    assert [repr(group["key"]) for group in groups] == [repr(keys[member[0]]) for member in members]
    assert output["count"] == len(members)


async def test_fields_are_picked() -> None:
    rows = [{"a": 1, "b": 2, "c": 3}, {"c": None, "a": 4}]
    assert await call("data.pick", NOWHERE, items=rows, fields=["c", "a"]) == {
        "items": [{"c": 3, "a": 1}, {"c": None, "a": 4}]
    }
    assert await call("data.pick", NOWHERE, value=rows[0], fields=["b"]) == {"value": {"b": 2}}
    assert await call("data.pick", NOWHERE, items=[], fields=["b"]) == {"items": []}


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {"items": [{"name": 1}, {"nam": 1, "x": 2}], "fields": ["name"]},
            "missing-field",
            "Item 2 of ‘items’ has no field ‘name’. It has: nam, x.",
        ),
        ({"value": {}, "fields": ["name"]}, "missing-field", "‘value’ has no field ‘name’. It has no fields at all."),
        ({"items": [1], "fields": ["a"]}, "shape-mismatch", "Item 1 of ‘items’ is a whole number; fields can be"),
        ({"items": [], "value": {}, "fields": ["a"]}, "invalid-value", "Give either ‘items’ or ‘value’, not both."),
        ({"fields": ["a"]}, "missing-parameter", "data.pick needs something to pick from"),
        ({"value": {}, "fields": []}, "invalid-value", "‘fields’ is empty"),
        ({"value": {}, "fields": ["a", 1]}, "invalid-value", "‘fields’ takes the names of fields, but has a whole"),
    ],
)
async def test_what_cannot_be_picked(params: dict[str, Any], code: str, message: str) -> None:
    for doing in ("run", "check"):
        found = await failure("data.pick", NOWHERE, doing=doing, **params)
        assert found.message.startswith(message)
        assert found.code == code
        assert found.hint
        if code == "missing-field":
            assert (found.kind, found.parameter, found.value) == (Kind.MISSING_DATA, ("fields",), "name")


async def test_picking_is_checked_as_far_as_it_is_known() -> None:
    assert await call("data.pick", NOWHERE, doing="check", items=UNKNOWN, fields=["a"]) == {}
    assert await call("data.pick", NOWHERE, doing="check", items=[UNKNOWN, {"a": 1}], fields=["a"]) == {}
    found = await failure("data.pick", NOWHERE, doing="check", items=[UNKNOWN, {"ab": 1}], fields=["a"])
    assert found.candidates == ("ab",)
