"""What values were like: types, fields and lengths, over list elements and over runs; and previews of them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.model.codec import encode
from calibrant.model.observed import FIELDS, LOOKED_AT, Observed, merged, observe
from calibrant.model.preview import NOTHING, REST, SIZE, TEXT, More, preview
from calibrant.model.seen import Seen, decode_seen, seen_cut, seen_whole

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=300)
    | st.binary(max_size=20)
    | st.dates()
    | st.decimals(allow_nan=False)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=12), inner, max_size=12)
)


def item_of(value: list[object]) -> Observed:
    found = observe(value).item
    assert found is not None
    return found


def test_types_are_told_the_most_frequent_first() -> None:
    found = item_of([None, "a", 1, "b", None, "c", 2.5, True, date(2026, 1, 1), b"x", Decimal(1)])
    assert found.types == ("string", "null", "integer", "number", "boolean", "date", "bytes", "decimal")
    assert found.counts == (3, 2, 1, 1, 1, 1, 1, 1)
    assert found.times == 11


def test_a_field_that_some_do_not_have_is_optional() -> None:
    found = item_of([{"a": 1, "b": None}, {"a": "x"}, None])
    assert not found.optional("a")
    assert found.optional("b")
    assert found.optional("c")
    assert found.field("a") == Observed(("integer", "string"), (1, 1))


def test_lists_within_lists_are_looked_at_together() -> None:
    found = item_of([[1, 2], [], [None, "x", {"a": 1}]])
    assert (found.least, found.most) == (0, 3)
    assert found.item is not None
    assert found.item.types == ("integer", "null", "string", "object")
    assert found.item.field("a") == observe(1)


def test_of_a_long_list_some_are_looked_at_from_the_start_the_middle_and_the_end() -> None:
    values: list[object] = [1] * 100_000
    values[50_000] = {"middle": 1}
    values[99_999] = {"end": 1}
    values[30_000] = {"missed": 1}
    found = item_of(values)
    assert found.times == LOOKED_AT
    assert [name for name, _ in found.fields] == ["middle", "end"]
    assert observe(values).most == 100_000


def test_objects_that_are_used_as_maps_are_open() -> None:
    found = observe({f"key {number}": number for number in range(5000)})
    assert found.open
    assert len(found.fields) == FIELDS
    assert not found.optional("key 4999")
    long = observe({"x" * 1000: 1, "a": 2})
    assert long.open
    assert [name for name, _ in long.fields] == ["a"]


def test_what_is_nested_without_end_is_looked_into_only_so_far() -> None:
    deep: object = 1
    for _ in range(10_000):
        deep = [{"a": deep}]
    found, levels = observe(deep), 0
    while found.item or found.fields:
        found, levels = found.item or found.fields[0][1], levels + 1
    assert 5 < levels < 50
    assert found.open or found.types == ("array",)


def test_a_value_with_very_many_places_is_looked_at_in_part() -> None:
    wide = [{f"f{row}-{column}": {"x": [row]} for column in range(100)} for row in range(2000)]
    deep = {f"a{one}": {f"b{other}": {"c": 1} for other in range(90)} for one in range(90)}
    for value in (wide, deep):
        assert len(seen_cut(value, values=False)) < 12_000


@given(VALUES)
def test_of_any_value_something_is_told(value: Any) -> None:
    found = observe(value)
    assert found.times == 1
    assert merged(found, found).times == 2
    seen = decode_seen(seen_cut(value, values=True))
    assert seen is not None
    assert seen.observed == found
    assert repr(seen.preview) == repr(preview(value))
    assert decode_seen(seen_cut(value, values=False)) == Seen(found, NOTHING)
    assert decode_seen(seen_whole(encode(value))) == Seen(found, preview(value))


@given(VALUES, VALUES)
def test_runs_are_taken_together_in_any_order(one: Any, other: Any) -> None:
    both, turned = merged(observe(one), observe(other)), merged(observe(other), observe(one))
    assert dict(zip(both.types, both.counts, strict=True)) == dict(zip(turned.types, turned.counts, strict=True))
    assert {name for name, _ in both.fields} == {name for name, _ in turned.fields}
    assert (both.least, both.most, both.open) == (turned.least, turned.most, turned.open)
    for name, _ in both.fields:
        assert both.optional(name) == turned.optional(name)


@given(VALUES)
def test_a_preview_is_part_of_the_value(value: Any) -> None:
    assert _is_part(preview(value), value)


def _is_part(cut: object, whole: object) -> bool:
    if isinstance(cut, More):
        return isinstance(whole, (Mapping, list)) and 0 < cut.count <= len(whole)
    if isinstance(cut, dict) and isinstance(whole, dict):
        shown = {name: part for name, part in cut.items() if not (name == REST and isinstance(part, More))}
        left = cut[REST].count if isinstance(cut.get(REST), More) else 0
        return len(shown) + left == len(whole) and all(
            _is_part(part, inner)
            for part, inner in zip(shown.values(), islice(whole.values(), len(shown)), strict=True)
        )
    if isinstance(cut, list) and isinstance(whole, list):
        rest = isinstance(cut[-1], More) and len(cut) - 1 + cut[-1].count == len(whole) if cut else False
        return all(map(_is_part, cut[:-1] if rest else cut, whole)) and (rest or len(cut) == len(whole))
    if isinstance(cut, str):
        return cut == whole or cut.endswith("…") or not isinstance(whole, str) or not whole.isascii()
    return cut == whole


CUT = [
    ("x" * 1000, "x" * (TEXT - 1) + "…"),
    (list(range(1000)), [0, 1, 2, 3, 4, More(995)]),
    (b"abc", "‹3 bytes›"),
    (Decimal("1.50"), "1.50"),
    (date(2026, 5, 4), "2026-05-04"),
    ([2**100_000], ["‹a whole number of 100,001 bits›"]),
    ("\udc80", "?"),
    ([[[[[[[1]]]]]]], [[[[[[More(1)]]]]]]),
    ({}, {}),
    (None, None),
]


@pytest.mark.parametrize(("value", "cut"), CUT)
def test_values_are_cut_short(value: object, cut: object) -> None:
    assert preview(value) == cut


def test_a_preview_is_short_however_large_the_value_is() -> None:
    large = {f"field {number}": [{"text": "x" * 100, "list": list(range(100))}] * 50 for number in range(100)}
    cut = preview(large)
    assert isinstance(cut, dict)
    assert len(repr(cut)) < 2 * SIZE
    assert isinstance(cut[REST], More)
    assert len(seen_cut(large, values=True)) < 12_000


def test_what_must_not_be_shown_is_hidden_in_names_texts_and_numbers() -> None:
    def hide(text: str) -> str:
        return text.replace("12", "••")

    cut = preview({"a12": "b12", "n": [312, 0.125, True, b"12"]}, hide)
    assert cut == {"a••": "b••", "n": ["3••", "0.••5", True, "‹2 bytes›"]}


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x01", b"\x02", b"\x01\xc1", b"\x02\x93\x01", b"x" * 100])
def test_bytes_of_another_version_tell_nothing(data: bytes) -> None:
    assert decode_seen(data) is None


@given(st.binary(max_size=60))
def test_any_bytes_tell_nothing_or_something(data: bytes) -> None:
    for start in (b"", b"\x01", b"\x02"):
        decode_seen(start + data)
