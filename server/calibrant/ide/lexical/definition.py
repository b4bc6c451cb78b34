"""Where what stands at an offset is made known, in a language with a lexicon."""

from calibrant.ide.lexical.names import Names, NameSymbol, Stands, asked_at, defined, standing, symbol_of
from calibrant.ide.pieces import pieces_at
from calibrant.ide.target import Target
from calibrant.ide.things import unquoted
from calibrant.model.nodes import Map, Node
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow


def definition_of(names: Names, offset: int) -> Target | None:
    """Return where what is named at an offset is made known; None where it is not in this file."""
    asked = asked_at(names, offset)
    if asked is None:
        return None
    found = defined(names, symbol_of(asked.piece, asked.mention), asked.piece)
    return Target(asked.span, _whole(names.workflow, found), found.span) if found is not None else None


def called_at(workflow: Workflow, offset: int) -> tuple[str, Span] | None:
    """Return what a step or a job calls, where its name stands at an offset."""
    for piece in pieces_at(workflow, offset):
        node = None if isinstance(piece.body, Workflow) else piece.body.action_node
        if node is not None and not node.aliased and isinstance(node.value, str):
            span = piece.at(node.locate(0, len(node.value)))
            if span.holds(offset):
                return node.value, span
    return None


def given_at(workflow: Workflow, offset: int) -> tuple[str, str, Span] | None:
    """Return what a step or a job calls, and the input of that whose name stands at an offset, where it is given something."""
    for piece in pieces_at(workflow, offset):
        if isinstance(piece.body, Workflow) or piece.body.action is None:
            continue
        for one in piece.body.parameters:
            span = piece.at(unquoted(piece.text, one.name_span))
            if span.holds(offset):
                return piece.body.action, one.name, span
    return None


def input_in(names: Names, name: str) -> Span | None:
    """Return where an input of that name is declared; the case does not count."""
    symbol = NameSymbol("input", (name.lower(),), -1, name)
    return next((one.span for one in standing(names, symbol) if one.mention.defines), None)


def _whole(workflow: Workflow, found: Stands) -> Span:
    """Return all of what is made known: the step, the job, or the entry whose key the name is."""
    piece, mention = found.piece, found.mention
    if mention.sort == "step":
        return workflow.steps[piece.step].span.cover(found.span) if piece.step >= 0 else found.span
    if mention.sort == "job":
        return found.span.cover(piece.at(piece.node.span))
    entry = _entry(piece.node, mention.span)
    return found.span.cover(piece.at(entry)) if entry is not None else found.span


def _entry(node: Node, span: Span) -> Span | None:
    """Return the entry whose key holds a span."""
    if not isinstance(node, Map) or node.aliased:
        return None
    for entry in node.entries:
        if entry.key.span.start <= span.start and span.end <= entry.key.span.end:
            return entry.span
        if entry.value.span.start <= span.start and span.end <= entry.value.span.end:
            return _entry(entry.value, span)
    return None
