"""data.filter, data.map and data.join."""

import asyncio
from pathlib import Path

import pytest

from calibrant.model.failure import Failure, StepError
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure

ITEMS = [{"n": 1}, {"n": 2}, {"n": 3}]
NOWHERE = Path("nowhere")


async def test_filter_keeps_what_holds() -> None:
    output = await call("data.filter", NOWHERE, items=ITEMS, where=lambda item, _index: item["n"] > 1)
    assert output == {"items": [{"n": 2}, {"n": 3}], "count": 2}
    output = await call("data.filter", NOWHERE, items=ITEMS, where=lambda _item, index: index == 0)
    assert output == {"items": [{"n": 1}], "count": 1}


async def test_filter_of_nothing_is_nothing() -> None:
    assert await call("data.filter", NOWHERE, items=[], where=lambda *_: True) == {"items": [], "count": 0}


async def test_what_is_unknown_for_one_is_unknown_for_all() -> None:
    unknown = {"items": UNKNOWN, "count": UNKNOWN}
    assert await call("data.filter", NOWHERE, items=ITEMS, where=lambda item, _: item["n"] < 3 or UNKNOWN) == unknown
    assert await call("data.map", NOWHERE, items=ITEMS, to=lambda item, _: {"x": [UNKNOWN]}) == unknown


async def test_map_makes_a_value_of_each() -> None:
    output = await call("data.map", NOWHERE, items=ITEMS, to=lambda item, index: [index, item["n"]])
    assert output == {"items": [[0, 1], [1, 2], [2, 3]], "count": 3}
    assert (await call("data.map", NOWHERE, items=ITEMS, to="same"))["items"] == ["same"] * 3


async def test_an_error_of_the_condition_is_the_step_s_error() -> None:
    def fail(_item: object, _index: int) -> object:
        raise StepError(Failure("missing-field", "There is no ‘x’."))

    assert (await failure("data.filter", NOWHERE, items=ITEMS, where=fail)).code == "missing-field"


async def test_going_over_many_items_lets_others_work() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(tick())
    await call("data.map", NOWHERE, items=[0] * 5000, to=lambda item, _: item)
    other.cancel()
    assert ticks > 10


LEFT = [{"id": 1, "name": "tea"}, {"id": 2, "name": "jam"}, {"id": None, "name": "?"}]
RIGHT = [
    {"id": 1, "price": 3, "name": "Tea"},
    {"id": 1.0, "price": 4, "name": "T"},
    {"id": None, "price": 0, "name": ""},
]


async def test_inner_join() -> None:
    output = await call("data.join", NOWHERE, left=LEFT, right=RIGHT, on="id")
    assert output == {
        "items": [
            {"id": 1, "name": "tea", "price": 3, "name_right": "Tea"},
            {"id": 1, "name": "tea", "price": 4, "name_right": "T"},
        ],
        "count": 2,
    }


async def test_left_join_keeps_every_row() -> None:
    output = await call("data.join", NOWHERE, left=LEFT, right=RIGHT, on=["id"], how="left")
    assert output["count"] == 4
    assert output["items"][2:] == [  # type: ignore[index]
        {"id": 2, "name": "jam", "price": None, "name_right": None},
        {"id": None, "name": "?", "price": None, "name_right": None},
    ]


async def test_join_on_two_fields() -> None:
    left, right = [{"a": 1, "b": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 2, "c": "x"}]
    output = await call("data.join", NOWHERE, left=left, right=right, on=["a", "b"])
    assert output["items"] == [{"a": 1, "b": 2, "c": "x"}]


async def test_join_where_the_sides_call_it_differently() -> None:
    left, right = [{"email": "a", "n": 1}, {"email": "b", "n": 2}], [{"from": "a", "n": 3}, {"from": "c", "n": 4}]
    output = await call("data.join", NOWHERE, left=left, right=right, on={"email": "from"}, how="left")
    assert output["items"] == [{"email": "a", "n": 1, "n_right": 3}, {"email": "b", "n": 2, "n_right": None}]
    found = await failure("data.join", NOWHERE, left=left, right=right, on="email")
    assert (found.message, found.candidates) == ("There is no field ‘email’ in ‘right’. It has: from, n.", ("n",))
    found = await failure("data.join", NOWHERE, left=left, right=right, on={"email": "form"})
    assert found.candidates[0] == "from"
    found = await failure("data.join", NOWHERE, left=[{"a": 1}], right=[{"b": 1}], on="a")
    assert found.hint == "If the sides call it differently, write ‘on: {a: …}’."


@pytest.mark.parametrize("on", [[], [1], 3, "", {}, {"a": 1}])
async def test_join_on_what_is_no_field(on: object) -> None:
    assert (await failure("data.join", NOWHERE, left=LEFT, right=RIGHT, on=on)).code == "invalid-value"


async def test_join_on_a_value_that_cannot_be_compared() -> None:
    found = await failure("data.join", NOWHERE, left=[{"a": [1]}], right=[{"a": 1}], on="a")
    assert found.message == "‘a’ is a list in item 1 of ‘left’; rows can be joined on text or numbers."


async def test_a_join_is_checked_as_far_as_it_is_known() -> None:
    found = await failure("data.join", NOWHERE, doing="check", left=LEFT, right=UNKNOWN, on="nme")
    assert (found.code, found.candidates[0]) == ("missing-field", "name")
    assert await call("data.join", NOWHERE, doing="check", left=UNKNOWN, right=[UNKNOWN], on="nme") == {}
    assert await call("data.join", NOWHERE, doing="check", left=LEFT, right=RIGHT, on=UNKNOWN) == {}
