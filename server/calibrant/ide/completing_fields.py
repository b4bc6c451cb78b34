"""Fields and elements on offer behind a name in an expression."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from calibrant.ide import typed
from calibrant.ide.around import Around
from calibrant.ide.cursor import Cursor
from calibrant.ide.item import Item, Kind, escaped
from calibrant.ide.listing import listing
from calibrant.model.shape import accepts
from calibrant.model.text import Span
from calibrant.rules.concealing import HIDDEN

_NAME: Final = re.compile(r"[^\W\d]\w*")
_MOST_ELEMENTS: Final = 3
_KINDS: Final[Mapping[str, Kind]] = {"inputs": "input", "secrets": "secret"}


def parts(around: Around) -> Iterator[Item]:
    """Yield the fields and elements of what the chain leads to."""
    found = around.followed()
    if found is None:
        return
    for rank, field in enumerate(typed.fields(found)):
        made = _field(around, field, rank)
        if made is not None:
            yield made
    if around.typing.quote:
        return
    elements = typed.element(found)
    if elements is not None and (found.shape.type == "array" or (found.observed and found.observed.lists)):
        yield from _elements(around, found, elements)


def attributes(around: Around) -> Iterator[Item]:
    """Yield the fields of the elements of what the chain leads to, for a text that names one."""
    found = around.followed()
    elements = typed.element(found) if found is not None else None
    for rank, field in enumerate(typed.fields(elements) if elements is not None else ()):
        if _is_name(field.name):
            yield Item(field.name, "field", around.span, field.name, detail=typed.words(field.typed), rank=rank)


def _field(around: Around, field: typed.Field, rank: int) -> Item | None:
    """Return a field as it is on offer; None where its name cannot be written at that place."""
    made = _written(around, field.name)
    if made is None:
        return None
    typing = around.typing
    kind = _KINDS.get(str(typing.chain[0]), "field") if not typing.path else "field"
    return msgspec.structs.replace(
        made,
        kind=kind,
        detail=_field_words(around, field),
        doc=_input_doc(around, field.name) if typing.chain == ("inputs",) else "",
        code=listing(field.typed),
        rank=rank + 1_000 * field.optional + 500 * (not _fits_parameter(around, field.typed)),
    )


def _field_words(around: Around, field: typed.Field) -> str:
    if around.typing.chain[0] == "secrets":
        return "secret"
    return ", ".join(filter(None, [typed.words(field.typed), "not always there" * field.optional]))


def _fits_parameter(around: Around, value: typed.Typed) -> bool:
    """Tell whether a value may be what is wanted, or holds what is, where the expression is all that is given."""
    declared, typing = around.declared, around.typing
    if declared is None or declared.role != "value" or len(around.cursor.path) > 2 or not typing.braces:
        return True
    if around.cursor.value[: typing.start].lstrip().count("{{") != 1 or not around.cursor.value.lstrip().startswith(
        "{{"
    ):
        return True
    seen = value.observed.types if value.observed is not None else ()
    types = seen or (() if value.shape.type in ("any", "object") else (value.shape.type,))
    return not types or any(accepts(declared.type, one) or one == "object" for one in types)


def _written(around: Around, name: str) -> Item | None:
    """Return a name as it is written behind a dot, in quotes, or in brackets."""
    typing, span = around.typing, around.span
    if not can_be_shown(name):
        return None
    if typing.kind == "field" and _is_name(name):
        close = around.closing
        return Item(name, "field", span, name, f"{name}$0{close}" if close else "")
    quote = typing.quote or _quote(around.cursor)
    if quote in name or "\\" in name or not _fits(around.cursor, name):
        return None
    if typing.quote:
        closes = "" if typing.follows == quote else quote + ("" if "]" in around.rest else "]")
        return Item(name, "field", span, name + closes)
    text = f"{quote}{name}{quote}"
    if typing.kind == "element":
        return Item(name, "field", span, text + ("" if around.rest.startswith("]") else "]"), filter=text)
    dot, close = _dot(around), around.closing
    if dot is None:
        return None
    return Item(name, "field", dot, f"[{text}]", f"{escaped(f'[{text}]')}$0{close}" if close else "", filter=f".{name}")


def can_be_shown(name: str) -> bool:
    """Tell whether a field's name shows as what it is: it is there, no part of it is hidden, and it has no line ends."""
    return bool(name) and HIDDEN not in name and name.isprintable()


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _quote(cursor: Cursor) -> str:
    """Return the quotes that can stand in the value as it is written."""
    return "'" if cursor.style in ("double", "json", "bare") else '"'


def _fits(cursor: Cursor, name: str) -> bool:
    if cursor.flow and cursor.style == "plain" and not cursor.json:
        return False  # brackets would end it
    return cursor.style in ("literal", "folded") or not any(char in name for char in "'\"#:,[]{}")


def _dot(around: Around) -> Span | None:
    """Return the place of the name with the dot before it, where these touch."""
    start = around.typing.start - 1
    return around.place(start, around.typing.end) if around.cursor.value[start : start + 1] == "." else None


def _elements(around: Around, found: typed.Typed, inner: typed.Typed) -> Iterator[Item]:
    words = typed.words(inner)
    least = found.latest.least if found.latest is not None else 1
    count = max(1, min(_MOST_ELEMENTS, least)) if around.typing.kind == "element" else 1
    last = around.typing.kind == "element" and least > 1
    for at in [*range(count), *([-1] if last else [])]:
        name = f"[{at}]"
        detail = f"{words}, the last" if at < 0 and words else words
        if around.typing.kind == "element":
            closes = "" if around.rest.startswith("]") else "]"
            yield Item(str(at), "element", around.span, f"{at}{closes}", detail=detail, rank=abs(at))
            continue
        dot = _dot(around)
        if dot is not None:
            yield Item(name, "element", dot, name, filter=f".{name}", detail=detail, rank=abs(at))


def _input_doc(around: Around, name: str) -> str:
    return next((one.description.replace("`", "'") for one in around.view.workflow.inputs if one.name == name), "")
