"""The names of a workflow in a language with a lexicon: where each stands, kept for the pieces that stay the same."""

from collections.abc import Iterator, Mapping

import msgspec

from calibrant.ide.lexical.places import nearest, referred_at
from calibrant.ide.pieces import Piece, pieces, pieces_at
from calibrant.model.lexicon import Lexicon, Mention, Sort
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow


class NameSymbol(msgspec.Struct, frozen=True, tag=True):
    """What has a name: `key` among those of its sort, in the job number `job` where it holds in that one only, else -1.

    `name` is how it is written where it was asked about.
    """

    sort: Sort
    key: tuple[str, ...]
    job: int
    name: str
    nth: int = 0


class Names(msgspec.Struct, frozen=True, eq=False):
    """The pieces of a workflow, each with its names; `found` leads to their positions by sort and key."""

    workflow: Workflow
    lexicon: Lexicon
    pieces: tuple[Piece, ...]
    mentions: tuple[tuple[Mention, ...], ...]
    found: Mapping[tuple[Sort, tuple[str, ...]], list[int]]


class Stands(msgspec.Struct, frozen=True):
    """A name where it stands in the document."""

    piece: Piece
    mention: Mention
    span: Span


def names_of(workflow: Workflow, lexicon: Lexicon, previous: Names | None = None) -> Names:
    """Return the names of a workflow; `previous` lends those of the pieces whose text is the same."""
    kept = (
        {id(one.body): told for one, told in zip(previous.pieces, previous.mentions, strict=True)} if previous else {}
    )
    there = tuple(pieces(workflow))
    mentions: list[tuple[Mention, ...]] = []
    found: dict[tuple[Sort, tuple[str, ...]], list[int]] = {}
    for at, piece in enumerate(there):
        told = kept.get(id(piece.body))
        mentions.append(lexicon.mentions(piece.body) if told is None else told)
        for key in {(one.sort, one.key) for one in mentions[-1]}:
            found.setdefault(key, []).append(at)
    return Names(workflow, lexicon, there, tuple(mentions), found)


def symbol_of(piece: Piece, mention: Mention) -> NameSymbol:
    """Return what a name in a piece is the name of; what stands around the only job is of that one."""
    return NameSymbol(mention.sort, mention.key, max(piece.job, 0) if mention.local else -1, mention.name)


def stands_at(names: Names, offset: int) -> Stands | None:
    """Return the name at an offset; where two meet, the one that begins there."""
    for piece in pieces_at(names.workflow, offset):
        found = nearest(_in(names, piece), offset - piece.origin)
        if found is not None:
            return Stands(piece, found, piece.at(found.span))
    return None


def _in(names: Names, piece: Piece) -> tuple[Mention, ...]:
    """Return the names in a piece."""
    first = 1 + len(names.workflow.jobs)
    at = first + piece.step if piece.step >= 0 else 1 + piece.job if piece.job >= 0 else 0
    return names.mentions[at]


def standing(names: Names, symbol: NameSymbol) -> Iterator[Stands]:
    """Yield where a symbol is named, in the order of the text."""
    found: list[Stands] = []
    for at in names.found.get((symbol.sort, symbol.key), ()):
        piece = names.pieces[at]
        if symbol.job >= 0 and max(piece.job, 0) != symbol.job:
            continue
        found += [
            Stands(piece, one, piece.at(one.span))
            for one in names.mentions[at]
            if one.sort == symbol.sort and one.key == symbol.key
        ]
    yield from sorted(found, key=lambda one: one.span)


def defined(names: Names, symbol: NameSymbol, near: Piece) -> Stands | None:
    """Return where a symbol is made known: the nearest place to a piece, outwards, of several alike the first."""
    places = [one for one in standing(names, symbol) if one.mention.defines]
    return min(places, key=lambda one: _distance(one.piece, near), default=None)


def _distance(piece: Piece, near: Piece) -> int:
    if piece.body is near.body:
        return 0
    if piece.step < 0:
        return 1 if piece.job == near.job else 2 if piece.job < 0 else 3
    return 3 if piece.job == near.job else 4


def asked_at(names: Names, offset: int) -> Stands | None:
    """Return the name at an offset; at a field behind a name in an expression, that name, with the field's place."""
    found = stands_at(names, offset)
    if found is not None:
        return found
    for piece in pieces_at(names.workflow, offset):
        referred = referred_at(piece.expressions, offset - piece.origin)
        if referred is None:
            continue
        spans = referred.reference.parts[1 : referred.part]
        named = [one for one in _in(names, piece) if one.span in spans]
        return Stands(piece, named[-1], piece.at(referred.span)) if named else None
    return None
