"""What is on offer in an expression: names, fields, elements, filters, tests, functions and operators."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from calibrant.expressions.filter_words import FILTERS, TESTS, Word
from calibrant.expressions.filters import known_filters, known_tests
from calibrant.expressions.words import EXPRESSION_WORDS
from calibrant.ide import typed
from calibrant.ide.completing_values import reachable
from calibrant.ide.cursor import Cursor
from calibrant.ide.expression_cursor import Typing
from calibrant.ide.item import Item, Kind
from calibrant.ide.listing import listing
from calibrant.ide.view import View
from calibrant.model.connector import ParameterSpec
from calibrant.model.shape import accepts
from calibrant.model.slot import Slot
from calibrant.model.text import Span
from calibrant.model.workflow import Step
from calibrant.rules.uses import FOR_EACH
from calibrant.syntax.scalar_text import double_escaped

_NAME: Final = re.compile(r"[^\W\d]\w*")
_FAR: Final = 100_000
_MOST_ELEMENTS: Final = 3
_FUNCTIONS: Final = {
    "range": ("a list of whole numbers", "The whole numbers up to, and without, the one given: `{{ range(3) | list }}`"),
    "dict": ("an object", "An object made of named values: `{{ dict(id=item.id) }}`"),
}  # fmt: skip
_CONSTANTS: Final = ("true", "false", "none")
_OPERATORS: Final = (
    ("and", "both hold"), ("or", "one of both holds"), ("in", "is one of them"), ("not in", "is none of them"),
    ("is", "a test follows"), ("is not", "a test follows"), ("if", "a choice: ‘a if condition else b’"),
    ("else", "the other value of a choice"), ("not", "the opposite"),
)  # fmt: skip
_SPACES: Final = {
    "inputs": ("input", "what the workflow is given"),
    "secrets": ("secret", "values from environment variables, never shown"),
    "env": ("variable", "environment variables"),
}

_KINDS: Final[Mapping[str, Kind]] = {"inputs": "input", "secrets": "secret"}


class Around(msgspec.Struct, frozen=True):
    """An expression that is being typed in: the value it stands in, what may stand there, and what is known of all else."""

    cursor: Cursor
    typing: Typing
    slot: Slot
    declared: ParameterSpec | None
    view: View

    @property
    def span(self) -> Span:
        """The place in the document of the name that is being typed."""
        return self.place(self.typing.start, self.typing.end)

    def place(self, start: int, end: int) -> Span:
        """Return the place in the document of some characters of the value's text, all on the cursor's line."""
        cursor = self.cursor
        back, forth = self._length(start, cursor.at), self._length(cursor.at, end)
        return Span(cursor.offset - back, cursor.offset + forth)

    def _length(self, start: int, end: int) -> int:
        """Return how many characters of the document those of the value take."""
        cursor, text = self.cursor, self.view.workflow.text
        wanted = cursor.value[start:end]
        after = start >= cursor.at
        stands = text[cursor.offset : cursor.offset + len(wanted)] if after else text[: cursor.offset][-len(wanted) :]
        if not wanted or stands == wanted:
            return len(wanted)
        return len(_escaped_as(wanted, cursor.style))

    @property
    def step(self) -> Step | None:
        """The step, as far as the workflow that was checked knows it."""
        step = self.cursor.step
        return step if step is not None and step.index < len(self.view.checked.reached) else None

    @property
    def over(self) -> str | None:
        """What `item` goes through; None where there is none."""
        body = self.cursor.body
        if body is None or self.slot.before_loop:
            return None
        if self.declared is not None and self.declared.role == "per_item":
            return self.declared.over
        return FOR_EACH if body.for_each is not None or "for_each" in _keys(self.cursor) else None


def _keys(cursor: Cursor) -> frozenset[str]:
    node = cursor.body.node if cursor.body else None
    return frozenset(entry.name for entry in getattr(node, "entries", ()))


def _escaped_as(text: str, style: str) -> str:
    if style in ("double", "json"):
        return double_escaped(text)
    return text.replace("'", "''") if style == "single" else text


def expressions(around: Around) -> Iterator[Item]:
    """Yield what may be typed at a place of an expression."""
    match around.typing.kind:
        case "root":
            yield from _roots(around)
        case "field" | "element":
            yield from _parts(around)
        case "attribute":
            yield from _attributes(around)
        case "filter":
            yield from _words(around, FILTERS, known_filters(), "filter")
        case "test":
            yield from _words(around, TESTS, known_tests(), "test")
        case "operator":
            for rank, (name, detail) in enumerate(_OPERATORS):
                yield Item(name, "operator", around.span, name, detail=detail, rank=rank)


def _roots(around: Around) -> Iterator[Item]:
    close = _closing(around)

    def item(name: str, kind: Kind, detail: str, rank: int, doc: str = "", snippet: str = "") -> Item:
        made = snippet or (name + "$0" + close if close else "")
        return Item(name, kind, around.span, name, made, detail=detail, doc=doc, rank=rank)

    if around.over is not None:
        yield item("item", "variable", _type(around, "item") or "the element", 0)
        yield item("index", "variable", "the element's position", 1)
    for far, step in reachable(around.cursor, around.view.workflow):
        name = step.body.id or ""
        if _NAME.fullmatch(name) and name not in EXPRESSION_WORDS:
            yield item(name, "step", step.body.action or "", 10 + far, (step.body.name or "").replace("`", "'"))
    for at, (name, (kind, detail)) in enumerate(_SPACES.items()):
        there = _has(around, name)
        yield item(name, "variable", detail, (5 if there and kind == "input" else _FAR) + at)
    for at, (name, (detail, doc)) in enumerate(_FUNCTIONS.items()):
        yield item(name, "function", detail, _FAR + 10 + at, doc, f"{name}($1)$0{close}")
    for at, name in enumerate((*_CONSTANTS, "not")):
        yield item(name, "constant", "", _FAR + 20 + at)


def _closing(around: Around) -> str:
    """Return what closes the expression, where that is not there yet and nothing else follows."""
    typing = around.typing
    if typing.closed or not typing.braces:
        return ""
    rest = around.cursor.value[typing.end :].split("\n", 1)[0].strip()
    return "" if rest else " }}"


def _has(around: Around, name: str) -> bool:
    workflow = around.view.workflow
    return bool(workflow.inputs) if name == "inputs" else bool(workflow.secrets) if name == "secrets" else False


def _type(around: Around, name: str) -> str:
    found = typed.root(around.view, around.step, name, around.over or "")
    return typed.words(found) if found is not None else ""


def _followed(around: Around) -> typed.Typed | None:
    name, *path = around.typing.chain
    if name in ("item", "index") and around.over is None:
        return None
    found = typed.root(around.view, around.step, str(name), around.over or "")
    for part in path:
        if found is None:
            return None
        found = typed.part(found, part)
    return found


def _parts(around: Around) -> Iterator[Item]:
    """Yield the fields and elements of what the chain leads to."""
    found = _followed(around)
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


def _attributes(around: Around) -> Iterator[Item]:
    """Yield the fields of the elements of what the chain leads to, for a text that names one."""
    found = _followed(around)
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
    if typing.kind == "field" and _is_name(name):
        close = _closing(around)
        return Item(name, "field", span, name, f"{name}$0{close}" if close else "")
    quote = typing.quote or _quote(around.cursor)
    if quote in name or "\\" in name or not name.isprintable() or not _fits(around.cursor, name):
        return None
    if typing.quote:
        closes = "" if typing.follows == quote else quote + ("" if "]" in _rest(around) else "]")
        return Item(name, "field", span, name + closes)
    text = f"{quote}{name}{quote}"
    if typing.kind == "element":
        return Item(name, "field", span, text + ("" if _rest(around).startswith("]") else "]"), filter=text)
    dot = _dot(around)
    return Item(name, "field", dot, f"[{text}]", filter=f".{name}") if dot is not None else None


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _quote(cursor: Cursor) -> str:
    """Return the quotes that can stand in the value as it is written."""
    return "'" if cursor.style in ("double", "json", "bare") else '"'


def _fits(cursor: Cursor, name: str) -> bool:
    if cursor.flow and cursor.style == "plain" and not cursor.json:
        return False  # brackets would end it
    return cursor.style in ("literal", "folded") or not any(char in name for char in "'\"#:,[]{}")


def _rest(around: Around) -> str:
    return around.cursor.value[around.typing.end :]


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
            closes = "" if _rest(around).startswith("]") else "]"
            yield Item(str(at), "element", around.span, f"{at}{closes}", detail=detail, rank=abs(at))
            continue
        dot = _dot(around)
        if dot is not None:
            yield Item(name, "element", dot, name, filter=f".{name}", detail=detail, rank=abs(at))


def _input_doc(around: Around, name: str) -> str:
    return next((one.description.replace("`", "'") for one in around.view.workflow.inputs if one.name == name), "")


def _words(around: Around, words: Mapping[str, Word], known: frozenset[str], kind: Kind) -> Iterator[Item]:
    for name in sorted(known):
        word = words.get(name) or Word("", "", "")
        called = around.typing.follows == "("
        snippet = f"{name}($1)$0" if word.wanted and not called else ""
        yield Item(
            name,
            kind,
            around.span,
            name,
            snippet,
            detail=f"({word.arguments})" if word.arguments else "",
            about=(kind, name),
            rank=_FAR if word.alias else 0,
        )
