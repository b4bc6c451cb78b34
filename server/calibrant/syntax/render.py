"""Plain values as YAML and JSON text in a given look."""

from collections.abc import Sequence
from itertools import starmap
from typing import Final

import msgspec

from calibrant.model.nodes import Style
from calibrant.syntax.scalar_text import Quote, json_scalar, scalar_text

FITS: Final = 100
"""Columns that a flow collection may reach where its neighbours are flow collections."""
_SHORT_LIST: Final = 60
_SPECIAL = "\x85\u2028\u2029\ufeff"


class Look(msgspec.Struct, frozen=True):
    """How a document is written.

    `unit` is the indentation of one level and `offset` that of a list below its key, in columns; `leaf_flow`: maps of plain
    values stand between braces, or in one line. `lined`: JSON over several lines. `colon` and `comma` are written between
    brackets. `literals`: texts of several lines may stand in block scalars.
    """

    json: bool = False
    line_end: str = "\n"
    unit: int = 2
    offset: int = 2
    quote: Quote = "double"
    leaf_flow: bool = False
    colon: str = ": "
    comma: str = ", "
    key_style: Style = "plain"
    literals: bool = True
    lined: bool = False


def leaf(value: object, look: Look, style: Style = "plain", *, flow: bool = False) -> str:
    """Return a value that is no collection as a scalar.

    Raises:
        ValueError: JSON has no form for this number.
        TypeError: the value is no plain data.
    """
    if not (value is None or isinstance(value, str | int | float | bool)):
        raise TypeError(f"{type(value).__name__} is no plain data")
    if look.json:
        return json_scalar(value)
    return scalar_text(value, style, flow=flow, quote=look.quote)


def key_text(name: str, look: Look, style: Style | None = None, *, flow: bool = False) -> str:
    """Return a key as text, in a style if that can hold it."""
    return leaf(name, look, style or look.key_style, flow=flow)


def flow_text(value: object, look: Look, style: Style = "plain") -> str:
    """Return a value on one line, collections between brackets."""
    if isinstance(value, dict):
        pairs = (f"{key_text(str(k), look, flow=True)}{look.colon}{flow_text(v, look)}" for k, v in value.items())
        return "{" + look.comma.join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + look.comma.join(flow_text(item, look) for item in value) + "]"
    return leaf(value, look, style, flow=True)


def json_lines(value: object, look: Look, indent: str, unit: str) -> str:
    """Return a value as JSON over several lines; `indent` is what the line begins with on which it opens."""
    if not isinstance(value, dict | list | tuple) or not value or _is_short(value):
        return flow_text(value, look)
    if isinstance(value, dict) and look.leaf_flow and _is_leaf(value) and len(flow_text(value, look)) <= FITS:
        return flow_text(value, look)
    inner = indent + unit
    if isinstance(value, dict):
        parts = [f"{json_scalar(str(k))}{look.colon}{json_lines(v, look, inner, unit)}" for k, v in value.items()]
        opening, closing = "{}"
    else:
        parts = [json_lines(item, look, inner, unit) for item in value]
        opening, closing = "[]"
    joint = "," + look.line_end + inner
    return f"{opening}{look.line_end}{inner}{joint.join(parts)}{look.line_end}{indent}{closing}"


def is_block(value: object, look: Look, at: int = 0) -> bool:
    """Tell whether a collection is written in lines of its own, and not between brackets; `at` is the column it begins at."""
    if not isinstance(value, dict | list | tuple) or not value:
        return False
    if isinstance(value, dict):
        return not (look.leaf_flow and _is_leaf(value) and at + len(flow_text(value, look)) <= FITS)
    return not _is_short(value)


def block_lines(value: object, look: Look) -> list[str]:
    """Return the lines of a collection that is not empty in block style, without the indentation of the whole."""
    if isinstance(value, dict):
        return [line for name, item in value.items() for line in entry_lines(str(name), item, look)]
    assert isinstance(value, list | tuple)
    return [line for item in value for line in item_lines(item, look)]


def entry_lines(name: str, value: object, look: Look) -> list[str]:
    """Return the lines of `name: value` in a block map."""
    key = key_text(name, look)
    first, rest = value_lines(value, look, len(key) + 2)
    return [f"{key}:{' ' if first else ''}{first}", *rest]


def item_lines(value: object, look: Look, *, flow: bool = False) -> list[str]:
    """Return the lines of an item of a block list, its dash included; `flow`: a map stands between braces where it fits."""
    fits = flow and len(flow_text(value, look)) <= FITS
    if is_block(value, look, 2) or (isinstance(value, dict) and value and not fits):
        return [("- " if not at else "  " if line else "") + line for at, line in enumerate(block_lines(value, look))]
    first, rest = value_lines(value, msgspec.structs.replace(look, leaf_flow=True), 2)
    return [f"- {first}", *rest]


def value_lines(value: object, look: Look, at: int = 0, style: Style = "plain") -> tuple[str, list[str]]:
    """Return what follows a key on its line, and the lines below it, indented from the key's column."""
    if is_block(value, look, at):
        indent = " " * (look.offset if isinstance(value, list | tuple) else look.unit)
        return "", [indent + line if line else "" for line in block_lines(value, look)]
    if isinstance(value, str) and look.literals and is_literal(value):
        return literal_lines(value, look.unit)
    if isinstance(value, dict | list | tuple):
        return flow_text(value, look), []
    return leaf(value, look, style), []


def is_literal(text: str, lines: int = 2) -> bool:
    """Tell whether a block scalar can hold a text as it is, of at least so many lines (a line end counts as one more)."""
    body = text.removesuffix("\n")
    rows = body.split("\n")
    if len(rows) + text.endswith("\n") < lines or not body or body.endswith("\n") or rows[0][:1] in (" ", "\t", ""):
        return False
    if any(char in _SPECIAL or "\x7f" <= char <= "\x9f" or (char < " " and char not in "\t\n") for char in text):
        return False
    return all(not line or not line.isspace() for line in rows)


def literal_lines(text: str, indent: int) -> tuple[str, list[str]]:
    """Return a literal scalar's indicator and its lines."""
    body = text.removesuffix("\n")
    return "|" if text.endswith("\n") else "|-", [" " * indent + line if line else "" for line in body.split("\n")]


def _is_leaf(value: dict[object, object]) -> bool:
    return all(not isinstance(item, dict | list | tuple) or not item or _is_short(item) for item in value.values())


def _is_short(value: object) -> bool:
    """Tell whether this is a list of few plain values, which stands between brackets."""
    if not isinstance(value, list | tuple) or any(isinstance(item, dict | list | tuple) and item for item in value):
        return False
    texts = [str(item) for item in value]
    return sum(map(len, texts)) + 2 * len(texts) <= _SHORT_LIST and not any("\n" in text for text in texts)


def joined(lines: Sequence[str], indent: int, look: Look, *, first: bool = True) -> str:
    """Return lines as one text, each indented by so many columns; the first one only where `first` is set."""
    blank = " " * indent

    def written(number: int, line: str) -> str:
        return blank + line if line and (first or number) else line

    return look.line_end.join(starmap(written, enumerate(lines)))
