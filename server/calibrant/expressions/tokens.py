"""Cuts an expression into Jinja2's tokens, each with its place in the source."""

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from calibrant.expressions.words import BRACKET_LIMIT

if TYPE_CHECKING:
    from jinja2 import Environment

_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_STRANGE: Final = {
    "&": "For “both”, write ‘and’.",
    "!": "For “not equal”, write ‘!=’; to turn a condition round, write ‘not’.",
    "?": "For a choice, write ‘a if condition else b’.",
    "$": "Write names without ‘$’.",
    "\\": "A backslash means something only inside quotes.",
    "‘": "Use straight quotes: ' or \".",
    "’": "Use straight quotes: ' or \".",
    "“": "Use straight quotes: ' or \".",
    "”": "Use straight quotes: ' or \".",
}


class Token(NamedTuple):
    """One token that is not blank: Jinja2's type for it, its text and its place in the source."""

    type: str
    value: str
    start: int

    @property
    def end(self) -> int:
        """The offset after the token."""
        return self.start + len(self.value)

    def is_operator(self, *values: str) -> bool:
        """Tell whether the token is one of these operators."""
        return self.type == "operator" and self.value in values


class ExpressionError(Exception):
    """An expression that cannot be read: a message in plain words and the characters at fault."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


@cache
def parsing_environment() -> "Environment":
    """Return the environment that expressions are parsed in; nothing is ever compiled with it."""
    from jinja2 import Environment

    return Environment(autoescape=False, keep_trailing_newline=True, optimized=False)  # noqa: S701 - it makes no pages


def tokenise(source: str) -> list[Token]:
    """Return the tokens of an expression without blanks; line ends in `source` must be single characters.

    Raises:
        ExpressionError: a character that is no token, a bracket that is not closed, brackets nested too deeply.
    """
    from jinja2 import TemplateSyntaxError

    tokens: list[Token] = []
    open_brackets: list[Token] = []
    at = 0
    try:
        for _, kind, value in parsing_environment().lexer.tokeniter(source, None, None, "variable"):
            token = Token(kind, value, at)
            at = token.end
            if kind == "variable_end":
                raise ExpressionError("There is a ‘}}’ here without its ‘{{’.", token.start, token.end)
            if kind != "whitespace":
                _follow_brackets(token, open_brackets)
                tokens.append(token)
    except TemplateSyntaxError as error:
        raise _cannot_lex(source, at, open_brackets) from error
    if open_brackets:
        raise _never_closed(open_brackets[-1])
    return tokens


def _follow_brackets(token: Token, open_brackets: list[Token]) -> None:
    if token.is_operator(*_CLOSING):
        open_brackets.append(token)
        if len(open_brackets) > BRACKET_LIMIT:
            message = (
                f"Brackets are nested more than {BRACKET_LIMIT} deep here. Split the expression over several steps."
            )
            raise ExpressionError(message, token.start, token.end)
    elif token.is_operator(*_CLOSING.values()):
        open_brackets.pop()


def _never_closed(bracket: Token) -> ExpressionError:
    message = f"This ‘{bracket.value}’ is never closed. Add ‘{_CLOSING[bracket.value]}’."
    return ExpressionError(message, bracket.start, bracket.end)


def _cannot_lex(source: str, at: int, open_brackets: list[Token]) -> ExpressionError:
    char = source[at] if at < len(source) else ""
    if char in "'\"" and char:
        return ExpressionError(f"This text is never closed. Add {char} where it ends.", at, len(source))
    if char and char in ")]}":
        if not open_brackets:
            return ExpressionError(f"This ‘{char}’ closes nothing. Take it out, or open it before.", at, at + 1)
        bracket = open_brackets[-1]
        message = f"This ‘{char}’ does not fit: ‘{bracket.value}’ must be closed with ‘{_CLOSING[bracket.value]}’."
        return ExpressionError(message, at, at + 1)
    hint = _STRANGE.get(char, "")
    return ExpressionError(f"‘{char}’ has no meaning in an expression. {hint}".strip(), at, min(at + 1, len(source)))
