"""What a step, an input or a secret may be called."""

import re

from calibrant.ide.index import Index
from calibrant.ide.symbols import InputSymbol, SecretSymbol, StepSymbol
from calibrant.model.language import OWN
from calibrant.rules.step_id import fault

NamedSymbol = StepSymbol | InputSymbol | SecretSymbol

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_A_VARIABLE = re.compile(r"[^A-Za-z0-9_]+")
_NOT_IN_A_KEY = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff'\"\\{}]")
_EMPTY = "A name must not be empty. Write one, such as ‘{example}’."
_BLANKS = "A name must not begin or end with a blank. Write ‘{better}’."
_CHARACTER = "An input's name cannot have {char} in it: no expression could name it. Leave that out."
_OWN = (
    "Keys that begin with ‘{own}’ are your own and are ignored, so no input can be called ‘{name}’. Write ‘{better}’."
)
_NO_VARIABLE = (
    "‘{name}’ cannot be the name of a secret: it is also that of the environment variable which holds it, so it must be "
    "letters, digits and ‘_’, and not begin with a digit.{hint}"
)
_TAKEN = "There is {what} called ‘{name}’ already. Choose another name, or rename that one first."


def refusal(index: Index, symbol: NamedSymbol, name: str) -> str:
    """Return why a symbol cannot get a name, in words that say what to do; empty where it can."""
    if not name.strip():
        return _EMPTY.format(example=symbol.name)
    if name != name.strip():
        return _BLANKS.format(better=name.strip())
    match symbol:
        case StepSymbol():
            wrong = fault(name, index.workflow.language)
            taken, what = name in index.ids, "a step"
            why = f"{wrong.message} {wrong.hint}".rstrip() if wrong else ""
        case InputSymbol():
            taken, what = any(one.name == name for one in index.workflow.inputs), "an input"
            why = _of_input(name)
        case SecretSymbol():
            taken, what = any(one.name == name for one in index.workflow.secrets), "a secret"
            why = _of_secret(name)
    return why or (_TAKEN.format(what=what, name=name) if taken else "")


def _of_input(name: str) -> str:
    char = _NOT_IN_A_KEY.search(name)
    if char is not None:
        return _CHARACTER.format(char=f"‘{char[0]}’" if char[0].isprintable() else "a character that does not show")
    if name.startswith(OWN):
        return _OWN.format(own=OWN, name=name, better=name.removeprefix(OWN) or "x")
    return ""


def _of_secret(name: str) -> str:
    if _VARIABLE.fullmatch(name):
        return ""
    better = _NOT_IN_A_VARIABLE.sub("_", name).strip("_")
    better = f"_{better}" if better[:1].isdigit() else better
    return _NO_VARIABLE.format(name=name, hint=f" Write ‘{better}’." if better else "")
