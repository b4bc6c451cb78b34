"""Values as bytes: what goes in comes out, and keys do not depend on the order of an object's keys."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.model.codec import MAX_DEPTH, canonical, decode, encode
from calibrant.model.ports import UnstorableError
from calibrant.model.value import UNKNOWN

TEXTS = st.text(st.characters(), max_size=20)  # lone surrogates too
ZONES = st.one_of(st.none(), st.timezones(), st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m))))
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**60), 10**60), st.floats(allow_nan=False), TEXTS,
    st.binary(max_size=20), st.decimals(allow_nan=False), st.dates(), st.times(), st.timedeltas(),
    st.datetimes(timezones=ZONES),
)  # fmt: skip
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.text())


def values(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.recursive(
        leaves, lambda v: st.lists(v, max_size=5) | st.dictionaries(TEXTS, v, max_size=5), max_leaves=20
    )


VALUES = st.one_of(values(LEAVES), values(PLAIN))


def same(one: object, other: object) -> bool:
    """Equal, of the same types, with keys in the same order."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (datetime, time)) and isinstance(other, (datetime, time)):
        return one.isoformat() == other.isoformat()
    return repr(one) == repr(other)


def turned(value: object) -> object:
    """The same value with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_what_is_encoded_comes_back(value: object) -> None:
    assert same(decode(encode(value)), value)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_a_key_does_not_depend_on_the_order_of_keys(value: object) -> None:
    assert canonical(turned(value)) == canonical(value)
    assert same(turned(decode(canonical(value))), turned(decode(canonical(turned(value)))))


@settings(max_examples=200, deadline=None)
@given(VALUES, VALUES)
def test_different_values_have_different_keys(one: object, other: object) -> None:
    assert (canonical(one) == canonical(other)) == same(_ordered(one), _ordered(other))


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_bytes_of_any_kind_give_a_value_or_a_value_error(data: bytes) -> None:
    try:
        decode(data)
    except ValueError as error:
        assert "no stored value" in str(error)  # noqa: PT017 - both ends are right


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True), (0, False), (1, 1.0), (0.0, -0.0), ("1", 1), (b"a", "a"), (Decimal("1.0"), Decimal("1.00")),
        (Decimal(1), 1), (Decimal(1), "1"), (date(2024, 1, 1), "2024-01-01"), (datetime(2024, 1, 1), date(2024, 1, 1)),  # noqa: DTZ001
        (datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=UTC)), (None, ""), ([], {}), ([1, [2]], [1, 2]),  # noqa: DTZ001
        (10**30, str(10**30)), ("\ud800", "?"), ({"a": 1}, [["a", 1]]), ({"\ud800": 1}, [["\ud800", 1]]),
        (timedelta(seconds=1), 1_000_000),
    ],
)  # fmt: skip
def test_values_that_look_alike_are_told_apart(one: object, other: object) -> None:
    assert encode(one) != encode(other)
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none(number: float) -> None:
    assert repr(decode(encode({"n": [number]}))) == repr({"n": [number]})


@pytest.mark.parametrize(
    ("value", "back"),
    [
        ((1, (2, "x")), [1, [2, "x"]]),
        (MappingProxyType({"a": MappingProxyType({"b": 1})}), {"a": {"b": 1}}),
        (bytearray(b"ab"), b"ab"),
        ([memoryview(b"ab")], [b"ab"]),
        ({"x": (Decimal(1), "a")}, {"x": [Decimal(1), "a"]}),
    ],
)
def test_kinds_of_one_thing_come_back_as_the_plain_one(value: object, back: object) -> None:
    assert same(decode(encode(value)), back)
    assert canonical(value) == canonical(back)


class Thing:
    """Nothing that could be stored."""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Thing(), "The output is of type ‘Thing’, which cannot be stored."),
        ({"a": [1, {"b": {2}}]}, "The value at ‘a[1].b’ is of type ‘set’"),
        ({"rows": [{"price": 1j}]}, "The value at ‘rows[0].price’ is of type ‘complex’"),
        ({"a": UNKNOWN}, "The value at ‘a’ is of type ‘Unknown’"),
        (UNKNOWN, "The output is of type ‘Unknown’"),
        ({1: 2}, "The output has the key 1 (int). Only texts can be keys."),
        ({"a": [{None: 2}]}, "The object at ‘a[0]’ has the key None (NoneType)."),
        ({"a": Decimal(1), "b": {(1, 2): 3}}, "The object at ‘b’ has the key (1, 2) (tuple)."),
        ({"\udc80": Thing()}, "The value at ‘?’ is of type ‘Thing’"),
        (range(3), "The output is of type ‘range’"),
    ],
)
def test_what_cannot_be_stored_is_named_with_its_place(value: object, words: str) -> None:
    for write in (encode, canonical):
        with pytest.raises(UnstorableError) as caught:
            write(value)
        assert words in str(caught.value)


@pytest.mark.parametrize("leaf", [1, Decimal(1), "\ud800"])
def test_deep_nesting_is_stored_up_to_the_limit(leaf: object) -> None:
    lists: object = leaf
    objects: object = leaf
    for _ in range(MAX_DEPTH):
        lists, objects = [lists], {"k": objects}
    for value in (lists, objects):
        assert encode(decode(encode(value))) == encode(value)
    for value in ([lists], {"k": objects}):
        with pytest.raises(UnstorableError, match="nested more than"):
            encode(value)


def test_a_value_that_holds_itself_is_refused() -> None:
    ring: list[object] = []
    ring.append(ring)
    knot: dict[str, object] = {"d": Decimal(1)}
    knot["knot"] = knot
    for value in (ring, knot):
        with pytest.raises(UnstorableError, match="nested more than"):
            encode(value)


def test_a_value_that_grows_without_end_is_refused_in_time() -> None:
    bomb: list[object] = []
    for _ in range(60):
        bomb = [bomb, bomb]
    with pytest.raises(UnstorableError, match="too large"):
        encode(bomb)


def test_keys_keep_their_order_in_outputs() -> None:
    output: Mapping[str, object] = {"b": 1, "a": Decimal(2), "\ud800": {"z": 1, "y": 2}}
    back = decode(encode(output))
    assert isinstance(back, dict)
    assert list(back) == ["b", "a", "\ud800"]
    assert list(back["\ud800"]) == ["z", "y"]
