"""Reads expressions that are more than a plain reference: Jinja2's syntax, parsed and never compiled here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from calibrant.expressions.filters import known_filters, known_tests
from calibrant.expressions.names import find_references
from calibrant.expressions.reference import Locate
from calibrant.expressions.tokens import ExpressionError, Token, parsing_environment, tokenise
from calibrant.expressions.words import DEPTH_LIMIT, FUNCTIONS, OPERATOR_WORDS
from calibrant.model.closest import closest
from calibrant.model.expression import Expression
from calibrant.model.text import Span

if TYPE_CHECKING:
    from jinja2 import nodes

_TOO_DEEP: Final = "This expression is nested too deeply. Split it over several steps."


def parse_full(source: str, span: Span, locate: Locate) -> Expression:
    """Return the expression with its references; `locate` places the characters of `source`. Never raises."""
    # single characters for line ends, so that offsets hold: the lexer joins \r\n
    text = source.replace("\r\n", " \n").replace("\r", "\n")
    try:
        tokens = tokenise(text)
        _check_tree(text, tokens)
        _check_names(tokens)
        references = tuple(find_references(tokens, locate))
    except ExpressionError as error:
        return Expression(source, span, error=error.message, error_span=locate(error.start, error.end))
    return Expression(source, span, references)


def _check_tree(text: str, tokens: list[Token]) -> None:
    from jinja2 import TemplateSyntaxError
    from jinja2.parser import Parser

    try:
        parser = Parser(parsing_environment(), text, state="variable")
        try:
            tree = parser.parse_expression()
            left = len(list(parser.stream))
        except TemplateSyntaxError as error:
            raise _not_expected(tokens, len(list(parser.stream))) from error
    except RecursionError as error:
        raise ExpressionError(_TOO_DEEP, 0, len(text)) from error
    except (TemplateSyntaxError, ValueError, OverflowError, SyntaxError) as error:
        # numbers and escapes that Python itself cannot read, such as 5,000 digits or '\\x'
        raise ExpressionError("A number or text in this expression cannot be read.", 0, len(text)) from error
    if left:
        raise _not_expected(tokens, left)
    _check_depth(tree, len(text))


def _not_expected(tokens: list[Token], left: int) -> ExpressionError:
    """Say what is wrong from the number of tokens that the parser had not used."""
    if left == 0 or left > len(tokens):
        last = tokens[-1]
        return ExpressionError(f"Something is missing after ‘{last.value}’.", last.start, last.end)
    at = len(tokens) - left
    token = tokens[at]
    before = tokens[at - 1].value if at else ""
    if token.value == "=":
        hint = "To compare, write ‘==’."
    elif token.value == before == "|":
        hint = "For “either”, write ‘or’."
    elif at and token.type in ("name", "string", "integer", "float"):
        hint = f"An operator or a comma is missing after ‘{before}’."
    else:
        hint = "Something is missing before it." if token.type == "operator" else ""
    return ExpressionError(f"‘{token.value}’ is not expected here. {hint}".strip(), token.start, token.end)


def _check_depth(tree: "nodes.Node", length: int) -> None:
    from jinja2 import nodes

    stack: list[tuple[nodes.Node, int]] = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > DEPTH_LIMIT:
            raise ExpressionError(_TOO_DEEP, 0, length)
        if isinstance(node, nodes.Name) and node.name in OPERATOR_WORDS:
            raise ExpressionError(f"‘{node.name}’ cannot stand here: something is missing beside it.", 0, length)
        stack.extend((child, depth + 1) for child in node.iter_child_nodes())


def _check_names(tokens: list[Token]) -> None:
    """Check that the filters, tests and functions named are there."""
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.type != "name":
            continue
        if before is not None and before.is_operator("|"):
            _known(token, known_filters(), "filter")
        elif _names_test(tokens, at):
            _known(token, known_tests(), "test")
        elif after is not None and after.is_operator("(") and not (before and before.is_operator(".")):
            _check_function(token)


def _check_function(token: Token) -> None:
    if token.value not in FUNCTIONS | OPERATOR_WORDS:
        hint = f" Write ‘… | {token.value}’." if token.value in known_filters() else ""
        message = f"There is no function called ‘{token.value}’.{hint}"
        raise ExpressionError(message, token.start, token.end)


def _names_test(tokens: list[Token], at: int) -> bool:
    before = tokens[at - 1] if at else None
    if before is None or before.type != "name" or tokens[at].value == "not":
        return False
    return before.value == "is" or (before.value == "not" and at > 1 and tokens[at - 2].value == "is")


def _known(token: Token, names: Iterable[str], what: str) -> None:
    names = frozenset(names)
    if token.value not in names:
        near = closest(token.value, names)
        hint = f" Did you mean ‘{near[0]}’?" if near else ""
        raise ExpressionError(f"There is no {what} called ‘{token.value}’.{hint}", token.start, token.end)
