"""A name changed everywhere in its workflow, in a language with a lexicon."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from calibrant import dialects
from calibrant.ide.cannot import CannotRename
from calibrant.ide.lexical.names import Names, NameSymbol, Stands, names_of, standing, stands_at, symbol_of
from calibrant.ide.pieces import Piece
from calibrant.model.issue import Kind
from calibrant.model.lexicon import Sort
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span, TextEdit, apply_edits

_ONLY: Final = "Only steps, jobs, inputs, outputs of jobs, services and variables of a matrix can be renamed."
_NOT_HERE: Final[dict[Sort, str]] = {
    "output": "‘{name}’ is what a step gives, so it cannot be renamed here: change the script, or the action, and its uses.",
    "secret": "‘{name}’ is kept in the repository's settings, or given by the caller, so it cannot be renamed here.",
    "variable": "‘{name}’ is also known to scripts and programs by that name, so it cannot be renamed safely.",
}
_WHAT: Final[dict[Sort, str]] = {"job output": "output of the job", "axis": "variable of the matrix"}
_NOT_THERE: Final = "There is no {what} called ‘{name}’ in this file, so there is nothing to rename."
_TAKEN: Final = "There is something called ‘{name}’ there already. Choose another name, or rename that one first."
_EMPTY: Final = "A name must not be empty."
_UNWRITABLE: Final = (
    "‘{name}’ cannot be written as ‘{new}’ everywhere without changing something else. Change it by hand."
)


def renamable(names: Names, offset: int) -> Stands | None:
    """Return the name at an offset that can be changed, None where there is none.

    Raises:
        CannotRename: what stands there has no name that could be changed here.
    """
    found = stands_at(names, offset)
    if found is None:
        return None
    mention = found.mention
    if mention.sort in _NOT_HERE:
        raise CannotRename(f"{_NOT_HERE[mention.sort].format(name=mention.name)} {_ONLY}")
    symbol = symbol_of(found.piece, mention)
    if not any(one.mention.defines for one in standing(names, symbol)):
        raise CannotRename(_NOT_THERE.format(what=_WHAT.get(mention.sort, mention.sort), name=mention.name))
    return found


def edits_of(path: str, names: Names, symbol: NameSymbol, new: str) -> list[TextEdit]:
    """Return the edits that give a symbol another name everywhere; none where it is called that already.

    Raises:
        CannotRename: the name does not do, or a place cannot be written.
    """
    if new == symbol.name:
        return []
    why = _refusal(names, symbol, new)
    if why:
        raise CannotRename(why)
    text, places = names.workflow.text, list(standing(names, symbol))
    spans = sorted({one.span for one in places})
    edits = [TextEdit(span, new) for span in spans]
    as_written = all(text[span.start : span.end].lower() == symbol.key[-1] for span in spans)
    if not as_written or not _is_renamed(path, names, edits, symbol, new):
        raise CannotRename(_UNWRITABLE.format(name=symbol.name, new=new))
    return edits


def left_of(names: Names, symbol: NameSymbol) -> list[Span]:
    """Return where a symbol may be meant in text that cannot be read, so that a rename leaves it as it is."""
    word = re.compile(rf"(?<![\w-]){re.escape(symbol.name)}(?![\w-])", re.IGNORECASE)
    known = {one.span for one in standing(names, symbol)}
    found = (
        piece.at(Span(*match.span()))
        for piece in names.pieces[1:]
        if _is_flawed(piece)
        for match in word.finditer(piece.text)
    )
    return sorted({span for span in found if span not in known})


def _is_flawed(piece: Piece) -> bool:
    problems = (one.kind is Kind.SYNTAX for one in piece.body.problems)
    return any(problems) or any(one.error is not None for one in piece.expressions)


def _refusal(names: Names, symbol: NameSymbol, new: str) -> str:
    if not new.strip():
        return _EMPTY
    why = names.lexicon.refusal(_WHAT.get(symbol.sort, symbol.sort), new)
    if why or new.lower() == symbol.key[-1]:
        return why
    other = NameSymbol(symbol.sort, (*symbol.key[:-1], new.lower()), symbol.job, new)
    return _TAKEN.format(name=new) if any(standing(names, other)) else ""


_Told = tuple[str, tuple[str, ...], str, bool, bool, int]


def _is_renamed(path: str, names: Names, edits: Sequence[TextEdit], symbol: NameSymbol, new: str) -> bool:
    """Tell whether the edited text is the same workflow in which that symbol, and nothing else, has the new name."""
    before = names.workflow
    after = dialects.read(path, apply_edits(before.text, edits), before)
    if after is None or (len(after.jobs), len(after.steps)) != (len(before.jobs), len(before.steps)):
        return False
    now = names_of(after, names.lexicon, names)
    changed = [edit.span for edit in edits]
    for at, (old, piece) in enumerate(zip(names.pieces, now.pieces, strict=True)):
        if old.body is piece.body:
            continue
        expected = [_renamed(old, one, symbol, new) for one in _told(names, at)]
        if expected != [told for told, _ in _told(now, at)] or not _same(old, piece, changed):
            return False
        if [one.code for one in old.body.problems] != [one.code for one in piece.body.problems]:
            return False
    return True


def _told(names: Names, at: int) -> list[tuple[_Told, NameSymbol]]:
    piece = names.pieces[at]
    return [
        ((one.sort, one.key, one.name, one.defines, one.local, max(piece.job, 0)), symbol_of(piece, one))
        for one in names.mentions[at]
    ]


def _renamed(piece: Piece, told: tuple[_Told, NameSymbol], symbol: NameSymbol, new: str) -> _Told:
    """Return a name as it must be read afterwards."""
    (sort, key, name, defines, local, job), own = told
    if (own.sort, own.key, own.job) == (symbol.sort, symbol.key, symbol.job):
        return sort, (*key[:-1], new.lower()), new, defines, local, job
    belongs = {"step": "output", "job": "job output"}.get(symbol.sort)
    if sort == belongs and key[0] == symbol.key[0] and symbol.job in (-1, max(piece.job, 0)):
        return sort, (new.lower(), *key[1:]), name, defines, local, job
    return told[0]


def _same(old: Piece, new: Piece, changed: Sequence[Span]) -> bool:
    """Tell whether two pieces are the same but for the texts that the changes touch."""
    for one, other in zip(_parts(old.node), _parts(new.node), strict=False):
        if one.aliased and other.aliased:
            continue  # it is what its anchor says
        if isinstance(one, Scalar) and isinstance(other, Scalar):
            touched = any(span.touches(old.at(one.span)) for span in changed)
            if type(one.value) is not type(other.value) or (not touched and one.value != other.value):
                return False
        elif type(one) is not type(other) or _size(one) != _size(other):
            return False
    return True


def _parts(node: Node) -> Iterator[Node]:
    yield node
    if node.aliased:
        return
    match node:
        case Map():
            for entry in node.entries:
                yield entry.key
                yield from _parts(entry.value)
        case Seq():
            for item in node.items:
                yield from _parts(item)
        case Scalar() | Hole():
            return


def _size(node: Node) -> int:
    return len(node.entries) if isinstance(node, Map) else len(node.items) if isinstance(node, Seq) else 0
