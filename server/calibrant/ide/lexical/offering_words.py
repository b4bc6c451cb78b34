"""What is on offer in an expression of a language with a lexicon: names, functions, texts, operators."""

from collections.abc import Iterator
from typing import Final

import msgspec

from calibrant.ide.around import Around
from calibrant.ide.item import Item, Kind, escaped
from calibrant.ide.lexical.standing import at_cursor
from calibrant.model.lexicon import Lexicon, Sort, Word

KINDS: Final[dict[Sort, Kind]] = {
    "step": "step",
    "output": "field",
    "job": "job",
    "job output": "field",
    "input": "input",
    "secret": "secret",
    "variable": "variable",
    "axis": "variable",
    "service": "field",
    "field": "field",
    "context": "variable",
    "function": "function",
    "constant": "constant",
    "operator": "operator",
    "value": "value",
}
_OPERATORS: Final = (
    ("==", "are equal"),
    ("!=", "are not equal"),
    ("&&", "both hold"),
    ("||", "one of both holds, or else the other value"),
    ("<", "is less"),
    ("<=", "is less or equal"),
    (">", "is more"),
    (">=", "is more or equal"),
)


def in_expression(lexicon: Lexicon, around: Around) -> Iterator[Item]:
    """Yield what may be typed at a place of an expression."""
    typing = around.typing
    typed = around.cursor.value[typing.start : typing.end]
    standing = at_cursor(around.view.workflow, around.view.specs, around.cursor, typed)
    match around.typing.kind:
        case "root":
            words = list(lexicon.roots(standing))
            if any(one.sort == "context" for one in words):
                yield from (_item(around, one, rank) for rank, one in enumerate(words))
        case "field":
            yield from (
                _item(around, one, rank) for rank, one in enumerate(lexicon.members(standing, around.typing.chain))
            )
        case "element":
            for rank, one in enumerate(lexicon.members(standing, around.typing.chain)):
                name = one.name if around.typing.quote else f"'{one.name}'"
                made = _item(around, one, rank)
                yield msgspec.structs.replace(made, insert=name, snippet="", label=one.name, filter=name)
        case "text":
            for rank, one in enumerate(lexicon.texts(standing, around.typing.chain)):
                name = one.name.replace("'", "''")
                yield Item(one.name, "value", around.span, name, detail=one.detail, doc=one.doc, rank=rank)
        case "operator":
            for rank, (name, detail) in enumerate(_OPERATORS):
                yield Item(name, "operator", around.span, name, detail=detail, rank=rank)


def _item(around: Around, word: Word, rank: int) -> Item:
    close = around.closing
    name, snippet = word.name, ""
    detail = word.detail
    if word.arguments is not None:
        detail = f"({word.arguments}) → {word.detail}"
        if around.typing.follows != "(":
            inner = "$1" if word.arguments else ""
            snippet, name = f"{name}({inner})$0{close}", name if inner else f"{name}()"
    elif close:
        snippet = f"{escaped(name)}$0{close}"
    return Item(word.name, KINDS[word.sort], around.span, name, snippet, detail=detail, doc=word.doc, rank=rank)
