"""Semantic tokens: what words mean, where we know more of them than a grammar for YAML or JSON does."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from calibrant import dialects
from calibrant.expressions.lexemes import Lexeme, Sort, lexemes
from calibrant.ide.texts import Embedded, expressions
from calibrant.ide.things import is_alias, unquoted
from calibrant.model.connector import ParameterSpec
from calibrant.model.language import KeySpec
from calibrant.model.lexicon import Sort as Named
from calibrant.model.nodes import Map, Node, Scalar
from calibrant.model.text import Span
from calibrant.model.token import Modifier, Token, TokenType
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.known import Known

_SORTS: Final[Mapping[Sort, tuple[TokenType, tuple[Modifier, ...]]]] = {
    "part": ("property", ()),
    "filter": ("function", ("defaultLibrary",)),
    "test": ("function", ("defaultLibrary",)),
    "function": ("function", ("defaultLibrary",)),
    "method": ("method", ()),
    "argument": ("parameter", ()),
    "word": ("keyword", ()),
    "constant": ("enumMember", ("readonly",)),
    "string": ("string", ()),
    "number": ("number", ()),
    "operator": ("operator", ()),
}
_ROOTS: Final[Mapping[str, tuple[TokenType, tuple[Modifier, ...]]]] = {
    "inputs": ("namespace", ()),
    "secrets": ("namespace", ()),
    "env": ("namespace", ()),
    "item": ("variable", ("readonly",)),
    "index": ("variable", ("readonly",)),
}
_MEMBERS: Final[Mapping[str, tuple[TokenType, tuple[Modifier, ...]]]] = {
    "inputs": ("parameter", ()),
    "secrets": ("variable", ("readonly",)),
    "env": ("variable", ()),
}
_MENTIONED: Final[Mapping[Named, tuple[TokenType, tuple[Modifier, ...]]]] = {
    "step": ("function", ()),
    "job": ("class", ()),
    "input": ("parameter", ()),
    "secret": ("variable", ("readonly",)),
    "axis": ("variable", ("readonly",)),
    "output": ("property", ()),
    "job output": ("property", ()),
    "service": ("property", ()),
}
"""What names are in a language with a lexicon; any other is a variable."""


def step_tokens(body: StepBody, known: Known) -> tuple[Token, ...]:
    """Return the tokens of a step, relative to it, in order; none overlaps another."""
    if dialects.lexicon(known.language.name) is not None:
        return spoken_tokens(body, known)
    return _ordered([*_names(body), *_call(body, known), *_expressions(body, known)], len(body.text))


def spoken_tokens(body: StepBody | JobBody | Workflow, known: Known) -> tuple[Token, ...]:
    """Return the tokens of a piece of a language with a lexicon, relative to it, in order; none overlaps another."""
    lexicon = dialects.lexicon(known.language.name)
    if lexicon is None:
        return ()
    found: list[Token] = []
    for place in expressions(body, known):
        found += _braces(place)
        found += (
            Token(*_bounds(place.at(one.start, one.end)), one.type, one.modifiers)
            for one in lexicon.tokens(place.source)
        )
    for mention in lexicon.mentions(body):
        type_, modifiers = _MENTIONED.get(mention.sort, ("variable", ()))
        made: tuple[Modifier, ...] = ("declaration", *modifiers) if mention.defines else modifiers
        found.append(Token(*_bounds(mention.span), type_, made))
    node = None if isinstance(body, Workflow) else body.action_node
    if node is not None and not node.aliased and isinstance(node.value, str):
        found.append(Token(*_bounds(node.locate(0, len(node.value))), "class"))
    return _ordered(found, len(body.text))


def head_tokens(workflow: Workflow) -> tuple[Token, ...]:
    """Return the tokens outside the steps, in order: what is declared."""
    text = workflow.text
    types = next((key for key in workflow.language.keys.get("input", ()) if key.name == "type"), None)
    found = [_on(text, one.name_span, "parameter", "declaration") for one in workflow.inputs]
    found += [_on(text, one.span, "variable", "declaration", "readonly") for one in workflow.secrets]
    for one in workflow.inputs:
        found += _input_type(text, one.node, types)
    return _ordered(found, len(text))


def _on(text: str, span: Span, type_: TokenType, *modifiers: Modifier) -> Token:
    """Return the token of a name, without quotes around it; an empty one for an alias, and for one in a block of its own."""
    if is_alias(text, span) or text[span.start : span.start + 1] in ("|", ">"):
        return Token(span.start, span.start, type_)
    return Token(*_bounds(unquoted(text, span)), type_, modifiers)


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _input_type(text: str, node: Node, key: KeySpec | None) -> Iterator[Token]:
    given = node.get(key.name) if key and isinstance(node, Map) else None
    if key and isinstance(given, Scalar) and given.value in key.values:
        yield _on(text, given.span, "type")


def _names(body: StepBody) -> Iterator[Token]:
    if body.id_node is not None and body.id is not None:
        yield _on(body.text, body.id_node.span, "function", "declaration")
    for need in body.needs:
        yield _on(body.text, need.span, "function")


def _call(body: StepBody, known: Known) -> Iterator[Token]:
    """Yield what is known of the connector: its name, its parameters, and values that it prescribes."""
    spec = known.spec(body)
    if spec is None or body.action_node is None:
        return
    if not body.short:
        yield _on(body.text, body.action_node.span, "class")
    for parameter in body.parameters:
        declared = spec.parameter(parameter.name)
        if declared is None:
            continue
        if not body.short:
            yield _on(body.text, parameter.name_span, "property")
        yield from _prescribed(body.text, parameter.value, declared)


def _prescribed(text: str, value: Node, declared: ParameterSpec) -> Iterator[Token]:
    if isinstance(value, Scalar) and value.template is None and value.value in declared.enum:
        yield _on(text, value.span, "enumMember", "readonly")


def _braces(place: Embedded) -> Iterator[Token]:
    scalar, braces = place.scalar, place.braces
    if braces is not None:
        yield Token(*_bounds(scalar.locate(braces.start, braces.inner)), "macro")
        if braces.closed:
            yield Token(*_bounds(scalar.locate(braces.inner_end, braces.end)), "macro")


def _expressions(body: StepBody, known: Known) -> Iterator[Token]:
    for place in expressions(body, known):
        yield from _braces(place)
        for lexeme in lexemes(place.source):
            if lexeme.sort not in ("open", "close", "mark"):
                yield _lexeme(place, lexeme)


def _lexeme(place: Embedded, lexeme: Lexeme) -> Token:
    if lexeme.sort == "root":
        type_, modifiers = _ROOTS.get(lexeme.text, ("function", ()))
    elif lexeme.of in _MEMBERS:
        type_, modifiers = _MEMBERS[lexeme.of]
    else:
        type_, modifiers = _SORTS[lexeme.sort]
    return Token(*_bounds(place.at(lexeme.start, lexeme.end)), type_, modifiers)


def _ordered(tokens: Iterable[Token], length: int) -> tuple[Token, ...]:
    """Return the tokens in order, without empty ones and without any that begins in the one before."""
    found: list[Token] = []
    end = 0
    for token in sorted(tokens, key=_bounds_of):
        if end <= token.start < token.end <= length:
            found.append(token)
            end = token.end
    return tuple(found)


def _bounds_of(token: Token) -> tuple[int, int]:
    return token.start, token.end
