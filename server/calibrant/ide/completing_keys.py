"""Keys on offer: those of a place in the language, and the parameters of a step's connector."""

from collections.abc import Iterator
from typing import Final

import msgspec

from calibrant.ide.cursor import Cursor
from calibrant.ide.item import Item, choice
from calibrant.ide.writing import Writer
from calibrant.model.connector import ConnectorSpec, ParameterSpec
from calibrant.model.language import KeySpec

_MOST_CHOICES: Final = 12
_STEP: Final = 2


class _Key(msgspec.Struct, frozen=True):
    """A key to be offered, of either sort."""

    name: str
    kind: str
    types: tuple[str, ...]
    doc: str
    required: bool
    values: tuple[str, ...]
    detail: str
    whole: bool = False
    """Its value is most likely one whole expression."""
    place: str = ""
    """What is told of the inside of its value, as in `KeySpec`."""
    others: bool = False
    alone: bool = False
    """It says enough by being there."""


def keys(cursor: Cursor, text: str, specs: tuple[KeySpec, ...], alone: frozenset[str] = frozenset()) -> Iterator[Item]:
    """Yield the keys that are missing, the required ones first; those `alone` say enough by being there."""
    for spec in specs:
        if spec.name in cursor.siblings:
            continue
        types = tuple(name for name in spec.types if name != "null") or ("any",)
        one = _Key(
            name=spec.name,
            kind="key",
            types=types,
            doc=spec.doc,
            required=spec.required,
            values=spec.values,
            detail=_detail(types, spec.required),
            whole="array" in types and "expression" in types,
            place=spec.place,
            others=spec.others,
            alone=spec.name in alone,
        )
        yield _item(cursor, text, one, len(specs))


def parameters(cursor: Cursor, text: str, spec: ConnectorSpec) -> Iterator[Item]:
    """Yield the parameters that are missing, the required ones first."""
    for parameter in spec.parameters:
        if parameter.name not in cursor.siblings:
            made = _item(cursor, text, _of_parameter(parameter), len(spec.parameters))
            yield msgspec.structs.replace(made, about=("parameter", spec.name, parameter.name))


def parameter_detail(parameter: ParameterSpec) -> str:
    """Return a parameter's type, and whether it must be given."""
    kind = "expression" if parameter.takes_expression else parameter.type
    return _detail((kind,), parameter.required)


def _of_parameter(parameter: ParameterSpec) -> _Key:
    return _Key(
        parameter.name,
        "parameter",
        ("expression",) if parameter.takes_expression else (parameter.type,),
        "",
        parameter.required,
        parameter.enum,
        parameter_detail(parameter),
        whole=is_reference(parameter),
    )


def is_reference(parameter: ParameterSpec) -> bool:
    """Tell whether what is given is most likely what another step made: a list of data."""
    return parameter.type == "array" and parameter.needs_data


def _detail(types: tuple[str, ...], required: bool) -> str:
    words = " or ".join("any value" if name == "any" else name for name in types)
    return f"{words}, required" if required else words


def _item(cursor: Cursor, text: str, key: _Key, count: int) -> Item:
    writer = Writer(cursor, text)
    plain, snippet = _texts(cursor, key)
    span = cursor.span if cursor.colon else writer.span
    rank = 0 if key.required else count
    return Item(
        label=key.name,
        kind="parameter" if key.kind == "parameter" else "key",
        span=span,
        insert=plain,
        snippet=snippet,
        filter="" if cursor.colon else writer.filter(key.name),
        detail=key.detail,
        doc=key.doc,
        rank=rank,
    )


def _texts(cursor: Cursor, key: _Key) -> tuple[str, str]:
    """Return what is inserted for a key: plain, and as a snippet."""
    if cursor.colon:
        return (key.name if not cursor.json or cursor.style == "json" else f'"{key.name}"'), ""
    if cursor.json:
        return f'"{key.name}": ', f'"{key.name}": {_json_value(key)}'
    if not cursor.ends and not cursor.flow:
        return f"{key.name}: ", ""
    value = _flow_value(key) if cursor.flow else _block_value(cursor, key)
    if key.alone:
        return f"{key.name}:", f"{key.name}:$0"
    plain = f"{key.name}:" if value.startswith("\n") else f"{key.name}: "
    return plain, f"{key.name}:{value}" if value.startswith("\n") else f"{key.name}: {value}"


def _json_value(key: _Key) -> str:
    if key.values and len(key.values) <= _MOST_CHOICES:
        return f'"{choice(key.values)}"'
    match key.types[0]:
        case "boolean":
            return choice(("true", "false"))
        case "number" | "integer" | "any":
            return "$0"
        case "object":
            return "{$0}"
        case "array":
            return '"{{ $1 }}"$0' if key.whole else "[$0]"
        case _:
            return '"$1"$0'


def _flow_value(key: _Key) -> str:
    match key.types[0]:
        case "object":
            return "{$1}$0"
        case "array":
            return '"{{ $1 }}"$0' if key.whole else "[$1]$0"
        case _:
            return _simple(key)


def _block_value(cursor: Cursor, key: _Key) -> str:
    below = "\n" + " " * (cursor.column - cursor.lead + _STEP)
    if key.place:
        return _structured(key, below)
    if "array" in key.types:
        if key.whole:
            return '"{{ $1 }}"$0'
        return f"{below}- $0" if cursor.body is None and key.required else "[$1]$0"
    return f"{below}$0" if key.types[0] == "object" else _simple(key)


def _structured(key: _Key, below: str) -> str:
    """Return what follows a key of whose value's inside more is told."""
    prescribed = key.required or (key.values and not key.others)
    if key.types[0] == "object" or ("object" in key.types and prescribed):
        return f"{below}$0"
    if key.types[0] == "array":
        return f"{below}- $0"
    return "[$1]$0" if "array" in key.types and "object" not in key.types else "$0"


def _simple(key: _Key) -> str:
    if key.values and len(key.values) <= _MOST_CHOICES:
        return choice(key.values)
    return choice(("true", "false")) if key.types == ("boolean",) else "$0"
