"""The edits of a name in all its places: of exactly its characters, or as changes that the dialect writes."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from calibrant.ide.new_names import NamedSymbol
from calibrant.ide.occurrences import Occurrence
from calibrant.ide.sites import part_in_value, scalars
from calibrant.ide.symbols import InputSymbol
from calibrant.model.change import CannotChange, Change, EditText, RenameKey
from calibrant.model.expression import Path
from calibrant.model.nodes import Map, Node, at_path
from calibrant.model.text import Span, TextEdit
from calibrant.model.workflow import Workflow
from calibrant.syntax.scalar_text import is_plain

_DOTTED = re.compile(r"[^\W\d]\w*")
_TWICE = (
    "‘{name}’ also stands where it cannot be told from another: behind an alias, or in a key that stands there twice."
)


class _Put(NamedTuple):
    """Characters [start, end) of a text that holds a name, and what comes there."""

    start: int
    end: int
    text: str


def _put(one: Occurrence, text: str, place: tuple[int, int], name: str) -> _Put:
    """Return how a name is written at a place of a text: behind a dot, where it can be, or in brackets."""
    start, end = place
    if one.part == 0 or _DOTTED.fullmatch(name):
        return _Put(start, end, name)
    dot = start - 1
    while dot > 0 and text[dot].isspace():
        dot -= 1
    if text[dot] != ".":
        return _Put(start, end, name)
    quote = '"' if one.site and one.site.scalar.style == "single" else "'"
    return _Put(dot, end, f"[{quote}{name}{quote}]")


def literal_edits(
    workflow: Workflow, places: Iterable[Occurrence], symbol: NamedSymbol, name: str
) -> list[TextEdit] | None:
    """Return the edits of exactly the characters of the name; None where it is not written as what it is somewhere."""
    edits: list[TextEdit] = []
    text = workflow.text
    for one in places:
        quoted = text[one.span.start - 1 : one.span.start] in ("'", '"')
        if text[one.span.start : one.span.end] != symbol.name:
            return None
        if one.site is None and not (quoted or is_plain(name, flow=True)):
            return None
        if one.site is None:
            edits.append(TextEdit(one.span, name))
            continue
        put = _put(one, text, (one.span.start, one.span.end), name)
        edits.append(TextEdit(Span(put.start, put.end), put.text))
    return edits


def changes(workflow: Workflow, places: Iterable[Occurrence], symbol: NamedSymbol, name: str) -> Iterator[Change]:
    """Yield the changes that give the places another name, whatever they are written like.

    Raises:
        CannotChange: a place is one that no change can name.
    """
    for one in places:
        if one.site is not None and one.step is not None and not one.shared:
            path: Path = ("steps", one.step.index, *one.site.path)
            if at_path(one.step.body.node, one.site.path) is not one.site.scalar:
                raise CannotChange(_TWICE.format(name=symbol.name))
            put = _put(one, str(one.site.scalar.value), part_in_value(one.site, one.number, one.part), name)
            yield EditText(path, put.start, put.end, put.text)
        elif isinstance(symbol, InputSymbol) and one.role == "definition":
            yield RenameKey(_key_path(workflow.root, one.span), name, symbol.nth)
        else:
            yield _whole_value(workflow, one, symbol, name)


def _whole_value(workflow: Workflow, one: Occurrence, symbol: NamedSymbol, name: str) -> Change:
    """Return the change of a name that is all of its value: an id, an entry of `needs`, a secret."""
    node = one.step.body.node if one.step else workflow.root
    origin = one.step.origin if one.step else 0
    above: Path = ("steps", one.step.index) if one.step else ()
    for scalar, path in scalars(node):
        if not scalar.aliased and scalar.span.shift(origin).start <= one.span.start <= scalar.span.shift(origin).end:
            if scalar.value != symbol.name or at_path(node, path) is not scalar:
                break
            return EditText((*above, *path), 0, len(symbol.name), name)
    raise CannotChange(_TWICE.format(name=symbol.name))


def _key_path(node: Node, span: Span, path: Path = ()) -> Path:
    """Return the path of the entry whose key holds a span; an empty one where there is none."""
    if isinstance(node, Map):
        for entry in node.entries:
            if entry.key.span.start <= span.start and span.end <= entry.key.span.end:
                return (*path, entry.name)
            below = _key_path(entry.value, span, (*path, entry.name))
            if below:
                return below
    return ()
