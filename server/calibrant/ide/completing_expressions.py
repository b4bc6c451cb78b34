"""What is on offer in an expression: names, fields, elements, filters, tests, functions and operators."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from calibrant.expressions.filter_words import FILTERS, TESTS, Word
from calibrant.expressions.filters import known_filters, known_tests
from calibrant.expressions.words import EXPRESSION_WORDS
from calibrant.ide import typed
from calibrant.ide.around import Around
from calibrant.ide.completing_fields import attributes, parts
from calibrant.ide.completing_values import reachable
from calibrant.ide.item import Item, Kind

_NAME: Final = re.compile(r"[^\W\d]\w*")
_FAR: Final = 100_000
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


def expressions(around: Around) -> Iterator[Item]:
    """Yield what may be typed at a place of an expression."""
    match around.typing.kind:
        case "root":
            yield from _roots(around)
        case "field" | "element":
            yield from parts(around)
        case "attribute":
            yield from attributes(around)
        case "filter":
            yield from _words(around, FILTERS, known_filters(), "filter")
        case "test":
            yield from _words(around, TESTS, known_tests(), "test")
        case "operator":
            for rank, (name, detail) in enumerate(_OPERATORS):
                yield Item(name, "operator", around.span, name, detail=detail, rank=rank)


def _roots(around: Around) -> Iterator[Item]:
    close = around.closing

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


def _has(around: Around, name: str) -> bool:
    workflow = around.view.workflow
    return bool(workflow.inputs) if name == "inputs" else bool(workflow.secrets) if name == "secrets" else False


def _type(around: Around, name: str) -> str:
    found = around.root(name)
    return typed.words(found) if found is not None else ""


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
