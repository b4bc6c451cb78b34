"""Says in plain words what is wrong where tokens do not make an expression."""

from typing import Final

from calibrant.expressions.actions.tokens import Fault, Token

_OTHER_WORDS: Final = {
    "and": "For “both”, write ‘&&’.",
    "or": "For “either”, write ‘||’.",
    "not": "For “not”, write ‘!’.",
    "is": "To compare, write ‘==’.",
    "eq": "To compare, write ‘==’.",
    "ne": "To compare, write ‘!=’.",
    "in": "To look for something in a list or a text, write ‘contains(list, value)’.",
    "if": "For a choice, write ‘case(condition, a, b)’.",
}

_SIGNS: Final = {"and": "&&", "or": "||"}


def nothing_there(tokens: list[Token], at: int) -> Fault:
    """Return what is wrong where a value should stand at `at` and none does."""
    before = tokens[at - 1] if at else None
    if at >= len(tokens):
        last = tokens[-1]
        if last.kind == "open":
            return _never_closed(last)
        if last.kind == "dot":
            return Fault("A name is missing after this dot.", last.start, last.end)
        return Fault(f"Something is missing after ‘{last.text}’.", last.start, last.end)
    token = tokens[at]
    if before is not None and before.kind == "dot":
        hint = " For an element of a list, write its number in brackets: ‘[0]’." if token.kind == "number" else ""
        return Fault(f"A name must follow the dot, not ‘{_short(token)}’.{hint}", token.start, token.end)
    if token.kind == "operator":
        beside = f"between ‘{_short(before)}’ and ‘{token.text}’" if before else f"before ‘{token.text}’"
        return Fault(f"Something is missing {beside}.", token.start, token.end)
    if token.kind == "close" and before is None:
        return _closes_nothing(token)
    if token.kind in ("close", "comma"):
        beside = f"between ‘{_short(before)}’ and ‘{token.text}’" if before else f"before ‘{token.text}’"
        return Fault(f"Something is missing {beside}.", token.start, token.end)
    if token.kind == "star":
        hint = "Expressions do not calculate; ‘*’ stands for all elements, as in ‘list.*.name’."
        return Fault(f"‘*’ is not expected here. {hint}", token.start, token.end)
    return Fault(f"‘{_short(token)}’ is not expected here.", token.start, token.end)


def not_expected(tokens: list[Token], at: int, bracket: Token | None = None) -> Fault:
    """Return what is wrong with a token that cannot follow the value before it, between brackets if given."""
    token, before = tokens[at], tokens[at - 1]
    if token.kind == "close":
        if bracket is None:
            return _closes_nothing(token)
        closing = ")" if bracket.text == "(" else "]"
        message = f"This ‘{token.text}’ does not fit: ‘{bracket.text}’ must be closed with ‘{closing}’."
        return Fault(message, token.start, token.end)
    if token.kind == "comma":
        message = "A comma stands only between what a function is given."
        return Fault(message, token.start, token.end)
    if token.kind == "number" and token.text[0] in "+-":
        return Fault(f"‘{token.text[0]}’ is not expected here. Expressions do not calculate.", token.start, token.end)
    if token.kind in ("name", "string", "number"):
        word = _OTHER_WORDS.get(token.text.lower()) or _OTHER_WORDS.get(before.text.lower())
        hint = word or f"An operator is missing after ‘{_short(before)}’."
        message = f"‘{_short(token)}’ is not expected here. {hint}"
        return Fault(message, token.start, token.end, _SIGNS.get(token.text.lower(), ""))
    return Fault(f"‘{token.text}’ is not expected here. {_hint(token, before)}".strip(), token.start, token.end)


def _hint(token: Token, before: Token) -> str:
    match token.kind, before.kind:
        case "open", "name" if token.text == "(":
            return f"‘{_short(before)}’ is no function: fields cannot be called."
        case "open" | "dot", "string" | "number":
            return "Nothing can be taken from a text or a number."
        case "star", _:
            return "Expressions do not calculate; ‘*’ stands for all elements, as in ‘list.*.name’."
        case "operator", _ if token.text == "!":
            return "For “not equal”, write ‘!=’."
    return ""


def _never_closed(bracket: Token) -> Fault:
    closing = ")" if bracket.text == "(" else "]"
    return Fault(f"This ‘{bracket.text}’ is never closed. Add ‘{closing}’.", bracket.start, bracket.end)


def _closes_nothing(token: Token) -> Fault:
    message = f"This ‘{token.text}’ closes nothing. Take it out, or open it before."
    return Fault(message, token.start, token.end)


def _short(token: Token) -> str:
    line = " ".join(token.text.split())
    return line if len(line) <= 40 else line[:39] + "…"
