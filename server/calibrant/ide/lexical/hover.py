"""What is said of the place that one points at, in a language with a lexicon."""

from collections.abc import Iterator
from typing import Final

from calibrant.ide.about import input_page, key_page
from calibrant.ide.lexical.about import called_page, given_page, input_of
from calibrant.ide.lexical.places import Leaf, called_at, leaf_at, nearest, referred_at
from calibrant.ide.lexical.standing import in_piece
from calibrant.ide.page import Block, Code, Link, Page, Said, Text, Title
from calibrant.ide.pieces import Piece, pieces_at
from calibrant.ide.view import View
from calibrant.model.connector import ConnectorSpec
from calibrant.model.lexicon import Lexicon, Mention, Standing, Word
from calibrant.model.text import Span
from calibrant.model.words import shortened
from calibrant.model.workflow import Workflow
from calibrant.rules.known import Known

_NAME: Final = 80
_LONGEST: Final = 400
_LISTED: Final = 30
_OWN: Final = frozenset({"field", "context", "function", "constant"})
"""Sorts of words whose documentation is the language's own, not the user's."""
_CALLED: Final = {
    "output": "output of a step",
    "job output": "output of a job",
    "axis": "variable of the matrix",
    "variable": "environment variable",
}


def said_at(lexicon: Lexicon, view: View, offset: int) -> tuple[Page, Span] | None:
    """Return what is said of what an offset is in or right behind, and of which part of the document."""
    for piece in pieces_at(view.workflow, offset):
        found = _in_piece(lexicon, view, piece, offset - piece.origin)
        if found is not None:
            page, span = found
            return page, piece.at(span)
    return None


def _in_piece(lexicon: Lexicon, view: View, piece: Piece, at: int) -> tuple[Page, Span] | None:
    standing = in_piece(view.workflow, view.specs, piece, ())
    called = called_at(lexicon, piece.expressions, at)
    if called is not None:
        function = lexicon.function(called[0].name)
        return (_function(function), called[1]) if function else None
    referred = referred_at(piece.expressions, at)
    if referred is not None:
        word = lexicon.word(standing, referred.chain)
        page = _word(lexicon, standing, word, referred.chain) if word else ()
        if page:
            return page, referred.span
    mention = nearest(lexicon.mentions(piece.body), at)
    if mention is not None:
        page = _mentioned(lexicon, standing, mention)
        if page:
            return page, mention.span
    leaf = leaf_at(piece.node, at)
    return _of_leaf(lexicon, view, piece, leaf) if leaf else None


def _function(word: Word) -> Page:
    return (Title(f"{word.name}({word.arguments or ''})", f"function, gives {word.detail}"), Text(word.doc))


def _mentioned(lexicon: Lexicon, standing: Standing, mention: Mention) -> Page:
    """Return what is said of a name where it is made known, or used outside of expressions."""
    if mention.sort == "input":
        return next((input_page(one) for one in standing.workflow.inputs if one.name.lower() == mention.key[0]), ())
    word = lexicon.named(standing, mention)
    if word is not None:
        return _word(lexicon, standing, word, (mention.name,))
    called = _CALLED.get(mention.sort, mention.sort)
    return (Title(shortened(mention.name, _NAME), called),) if mention.defines else ()


def _word(lexicon: Lexicon, standing: Standing, word: Word, chain: tuple[str | int, ...]) -> Page:
    return tuple(_told(lexicon, standing, word, chain))


def _told(lexicon: Lexicon, standing: Standing, word: Word, chain: tuple[str | int, ...]) -> Iterator[Block]:
    if word.sort == "input":
        item = next((one for one in standing.workflow.inputs if one.name.lower() == word.name.lower()), None)
        if item is not None:
            yield from input_page(item)
            return
    name = ".".join(str(part) for part in (*chain[:-1], word.name)) if word.sort == "field" else word.name
    yield Title(shortened(name, _NAME), word.detail if word.sort in _OWN else _kind(word))
    if word.doc:
        yield Text(word.doc) if word.sort in _OWN else Said(shortened(word.doc, _LONGEST))
    outputs = list(lexicon.gives(standing, word))[:_LISTED]
    if outputs:
        yield Text("It gives:")
        yield Code("\n".join(_line(one) for one in outputs), "yaml")


def _kind(word: Word) -> str:
    if word.sort in ("step", "job"):
        return f"{word.sort}, {shortened(word.detail, _NAME)}" if word.detail not in ("", word.sort) else word.sort
    called = _CALLED.get(word.sort, word.sort)
    if word.detail.startswith(called):
        return shortened(word.detail, _NAME)
    return f"{called}: {shortened(word.detail, _NAME)}" if word.detail else called


def _line(word: Word) -> str:
    return f"{word.name}: {shortened(word.detail, _NAME)}" if word.detail else word.name


def _of_leaf(lexicon: Lexicon, view: View, piece: Piece, leaf: Leaf) -> tuple[Page, Span] | None:
    path = (*piece.path, *leaf.path)
    spec = lexicon.key(path)
    called = _called(view, piece)
    if not leaf.is_key:
        if not isinstance(piece.body, Workflow) and leaf.scalar is piece.body.action_node:
            return _action(lexicon, str(leaf.scalar.value), called, leaf.span)
        meaning = lexicon.meaning(path, str(leaf.scalar.value))
        return ((Title(shortened(str(leaf.scalar.value), _NAME)), Text(meaning)), leaf.span) if meaning else None
    if called is not None:
        declared = input_of(called, str(leaf.path[-1])) if leaf.path in _parameters(piece) else None
        if declared is not None:
            return given_page(called, declared), leaf.span
    if spec is None or spec.name != leaf.path[-1]:
        return None
    return key_page(spec, _place(lexicon, path[:-1])), leaf.span


def _parameters(piece: Piece) -> Iterator[tuple[str | int, ...]]:
    if not isinstance(piece.body, Workflow):
        yield from (one.path for one in piece.body.parameters)


def _called(view: View, piece: Piece) -> ConnectorSpec | None:
    """Return the declaration of what a step or a job calls."""
    if isinstance(piece.body, Workflow) or not piece.body.action:
        return None
    known = Known(view.workflow.language, view.specs).spec(piece.body)
    return known or view.specs.get(piece.body.action)


def _action(lexicon: Lexicon, name: str, spec: ConnectorSpec | None, span: Span) -> tuple[Page, Span] | None:
    address = lexicon.page(name)
    more = (Link(name, address),) if address else ()
    if spec is not None:
        return (*called_page(spec), *more), span
    return ((Title(shortened(name, _NAME)), Text("Nothing is known of it here."), *more), span) if more else None


def _place(lexicon: Lexicon, path: tuple[str | int, ...]) -> str:
    return lexicon.label(path).replace("‘", "").replace("’", "")
