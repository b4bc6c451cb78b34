"""Values as bytes: one explicit encoding for storing outputs and for computing their keys. Never pickle.

Plain data is MessagePack; what MessagePack does not know has an extension code of its own, so that a decimal never comes
back as text. Lists and tuples are both arrays and come back as lists, any mapping comes back as a dict.
Text may hold lone surrogates, which is how names of files that are not valid text look.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

import msgspec

from calibrant.model.ports import UnstorableError

MAX_DEPTH = 400
"""Levels of nesting that a stored value may have: more could not be read back everywhere."""
MAX_PARTS = 10_000_000
"""Lists and objects that one stored value may consist of."""

_FEW, _GLANCE = 12, 3
"""Parts of each list or object, and levels of them, up to which a value is looked at as it is written."""

_BIG, _DECIMAL, _DATE, _TIME, _DATETIME, _DURATION, _TEXT, _OBJECT = range(1, 9)
_LEAVES = frozenset({type(None), bool, int, float, str, bytes})
_PARTS = frozenset({dict, list, tuple})
_PLAIN = _LEAVES | _PARTS
_TEXTS = frozenset({str})
_SIMPLE = frozenset({type(None), bool, float, bytes})
_STEP = timedelta(microseconds=1)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOO_DEEP = f"The output cannot be stored: it is nested more than {MAX_DEPTH} levels deep."


class _Unfit(Exception):  # noqa: N818 - never seen outside
    """Something in a value has no encoding."""


_stored = msgspec.msgpack.Encoder()
_sorted = msgspec.msgpack.Encoder(order="deterministic")


def encode(value: object) -> bytes:
    """Return the value as bytes that `decode` gives back; objects keep the order of their keys.

    Raises:
        UnstorableError: the value holds something that has no encoding; names its place and type.
    """
    return _encode(value, _stored)


def canonical(value: object) -> bytes:
    """Return the bytes that stand for the value in keys: the same for the same value, whatever the order of its keys.

    1, 1.0 and True are different values, as are decimals of different precision.

    Raises:
        UnstorableError: the value holds something that has no encoding; names its place and type.
    """
    return _encode(value, _sorted)


def decode(data: bytes) -> object:
    """Return the value that `encode` was given.

    Raises:
        ValueError: these are not bytes that `encode` made.
    """
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"these bytes are no stored value ({error})") from error


def _encode(value: object, encoder: msgspec.msgpack.Encoder) -> bytes:
    if _is_plain(value):
        try:
            return encoder.encode(value)
        except (OverflowError, UnicodeEncodeError):
            pass  # a large integer or a lone surrogate, which the careful way below knows how to write
    try:
        try:
            return encoder.encode(_lowered(value, encoder, 0))
        except _Unfit:
            raise UnstorableError(_unfit(value) or "The output cannot be stored.") from None
    except RecursionError:
        raise UnstorableError(_TOO_DEEP) from None


def _is_plain(value: object) -> bool:
    """Tell whether MessagePack knows every type in the value; looks at whole levels at once, as it sees each output."""
    if _is_small(value, _GLANCE):
        return True
    if type(value) not in _PLAIN:
        return False
    level: list[object] = [value]
    parts = 0
    for _ in range(MAX_DEPTH + 1):
        level = [part for part in level if type(part) in _PARTS]
        parts += len(level)
        if not level:
            return True
        if parts > MAX_PARTS:
            raise UnstorableError("The output is too large to be stored: it has millions of lists and objects.")
        if not all(set(map(type, part)) <= {str} for part in level if type(part) is dict):
            return False
        below = list(chain.from_iterable(map(_children, level)))
        if not set(map(type, below)) <= _PLAIN:
            return False
        level = below
    raise UnstorableError(_TOO_DEEP)


def _is_small(value: object, levels: int) -> bool:
    """Tell at a glance of a value of few parts and levels that it is plain: most values are."""
    kind = type(value)
    if kind in _LEAVES:
        return True
    if not levels or kind not in _PARTS or len(value) > _FEW:  # type: ignore[arg-type]
        return False
    if kind is dict and not _TEXTS.issuperset(map(type, value)):  # type: ignore[call-overload]
        return False
    for part in _children(value):  # noqa: SIM110 - a generator takes longer than all else here
        if type(part) not in _LEAVES and not _is_small(part, levels - 1):
            return False
    return True


def _children(part: object) -> Iterable[object]:
    return part.values() if isinstance(part, dict) else part  # type: ignore[return-value]


def _lowered(value: object, encoder: msgspec.msgpack.Encoder, depth: int) -> object:
    """Return the value with everything that MessagePack does not know put into extensions; one frame for each level.

    Raises:
        _Unfit: something in it has no encoding.
    """
    kind = type(value)
    if kind in _SIMPLE:
        return value
    lower = _LOWER.get(kind)
    if lower is not None:
        return lower(value)
    if depth >= MAX_DEPTH:
        raise UnstorableError(_TOO_DEEP)
    if isinstance(value, Mapping):
        items = map(_lowered, value.values(), repeat(encoder), repeat(depth + 1))
        return _lowered_object(dict(zip(map(_key, value), items, strict=True)), encoder)
    if isinstance(value, (list, tuple)):
        return list(map(_lowered, value, repeat(encoder), repeat(depth + 1)))
    for base, lower in _LOWER.items():
        if isinstance(value, base):
            return lower(value)
    raise _Unfit


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise _Unfit
    return str.__str__(key)


def _lowered_object(value: dict[str, object], encoder: msgspec.msgpack.Encoder) -> object:
    if _is_text("".join(value)):
        return value
    pairs = [[_text(key), item] for key, item in value.items()]
    return msgspec.msgpack.Ext(_OBJECT, encoder.encode(pairs if encoder is _stored else sorted(pairs, key=_pair_key)))


def _pair_key(pair: list[object]) -> bytes:
    return _stored.encode(pair[0])


def _is_text(text: str) -> bool:
    return text.isascii() or not _SURROGATE.search(text)


def _text(text: str) -> object:
    text = str.__str__(text)
    return text if _is_text(text) else _ext(_TEXT, text)


def _integer(number: int) -> object:
    return int(number) if -(1 << 63) <= number < 1 << 64 else _ext(_BIG, f"{int(number):x}")


def _ext(code: int, text: str) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(code, text.encode("utf-8", "surrogatepass"))


def _object(data: bytes) -> object:
    pairs: list[tuple[str, object]] = _decoder.decode(data)
    return dict(pairs)


def _as_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "surrogatepass"))


_LOWER: dict[type, Callable[[Any], object]] = {
    type(None): lambda nothing: nothing,
    bool: bool,
    int: _integer,
    float: float,
    str: _text,
    bytes: bytes,
    bytearray: bytes,
    memoryview: bytes,
    Decimal: lambda value: _ext(_DECIMAL, str(value)),
    datetime: lambda value: _ext(_DATETIME, value.isoformat()),  # before date, which it is a kind of
    date: lambda value: _ext(_DATE, value.isoformat()),
    time: lambda value: _ext(_TIME, value.isoformat()),
    timedelta: lambda value: _ext(_DURATION, str(value // _STEP)),
}


def _unfit(value: object, path: tuple[str | int, ...] = ()) -> str | None:
    """Return what is wrong with the first part of a value that has no encoding; None where all is well."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                place = f"The object at ‘{_place(path)}’" if path else "The output"
                return f"{place} has the key {key!r} ({type(key).__name__}). Only texts can be keys."
            if words := _unfit(item, (*path, key)):
                return words
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            if words := _unfit(item, (*path, index)):
                return words
    elif not isinstance(value, tuple(_LOWER)):
        place = f"The value at ‘{_place(path)}’" if path else "The output"
        return (
            f"{place} is of type ‘{type(value).__name__}’, which cannot be stored. "
            "Give text, numbers, true or false, dates, bytes, lists or objects."
        )
    return None


def _place(path: tuple[str | int, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".").encode("utf-8", "replace").decode()


_READ: Mapping[int, Callable[[bytes], object]] = {
    _BIG: _as_text(lambda text: int(text, 16)),
    _DECIMAL: _as_text(Decimal),
    _DATE: _as_text(date.fromisoformat),
    _TIME: _as_text(time.fromisoformat),
    _DATETIME: _as_text(datetime.fromisoformat),
    _DURATION: _as_text(lambda text: int(text) * _STEP),
    _TEXT: _as_text(str),
    _OBJECT: _object,
}


def _extension(code: int, data: memoryview) -> object:
    return _READ[code](bytes(data))


_decoder = msgspec.msgpack.Decoder(ext_hook=_extension)
