"""Checks calls of functions: that there is one of the name, what it is given, and what it gives."""

import re
from collections.abc import Collection, Iterator, Sequence

from calibrant.expressions.actions.formatting import FormatError, placeholders
from calibrant.expressions.actions.functions import FUNCTIONS, HASH_FILES, STATUS, Function
from calibrant.expressions.actions.problem import Problem
from calibrant.expressions.actions.shapes import joined, of_json
from calibrant.expressions.actions.tree import Call, Literal, Tree
from calibrant.model.closest import closest
from calibrant.model.shape import ANY, Shape

_WORDS = {"object": "an object", "array": "a list"}


def check_call(tree: Call, given: Sequence[Shape], special: Collection[str]) -> tuple[Shape, list[Problem]]:
    """Return the shape of what a call gives and what is wrong with it; `given` are the shapes of its arguments."""
    function = FUNCTIONS.get(tree.name.lower())
    if function is None:
        return ANY, [_unknown(tree)]
    if function.special and tree.name.lower() not in special:
        return function.gives, [_not_here(tree, function)]
    problems = [*_count(tree, function, special)]
    if not problems:
        problems += _types(tree, function, given)
        problems += _own(tree, function, given)
    return _result(tree, function, given), problems


def _unknown(tree: Call) -> Problem:
    candidates = closest(tree.name, [function.name for function in FUNCTIONS.values()])
    hint = f"Did you mean ‘{candidates[0]}’?" if candidates else ""
    message = f"There is no function called ‘{tree.name}’."
    return Problem("function", tree.start, tree.name_end, message, hint, tree.name, candidates)


def _not_here(tree: Call, function: Function) -> Problem:
    if tree.name.lower() in STATUS:
        message, hint = f"‘{function.name}()’ can only be called in an ‘if’.", ""
    else:
        message = f"‘{function.name}()’ cannot be called here."
        hint = "It can be called in the keys of a step."
    return Problem("unavailable", tree.start, tree.name_end, message, hint, function.name)


def _count(tree: Call, function: Function, special: Collection[str]) -> Iterator[Problem]:
    count = len(tree.arguments)
    name = function.name
    if name.lower() in ("success", "failure") and HASH_FILES not in special:
        return  # of a job: they may be given the jobs that are meant
    if name == "case" and count >= function.least and count % 2 == 0:
        message = "‘case’ takes conditions with a value each, and at the end the value for all other cases: the last is missing."
        yield Problem("arguments", tree.start, tree.end, message, function.signature, name)
    elif not function.least <= count <= function.most:
        wanted = _wanted(function)
        message = f"‘{name}’ takes {wanted}, not {count}."
        yield Problem("arguments", tree.start, tree.end, message, f"Its arguments are: {function.signature}.", name)


def _wanted(function: Function) -> str:
    least, most = function.least, function.most
    if least == most:
        return "no argument" if most == 0 else f"{least} argument{'s' if least != 1 else ''}"
    if most > 100:
        return f"at least {least} argument{'s' if least != 1 else ''}"
    return f"{least} or {most} arguments"


def _types(tree: Call, function: Function, given: Sequence[Shape]) -> Iterator[Problem]:
    for at, (argument, shape) in enumerate(zip(tree.arguments, given, strict=True)):
        declared = function.argument(at)
        if function.name == "case" or declared is None or shape.type == "any" or shape.type in declared.takes:
            continue
        what = _WORDS.get(shape.type, shape.type)
        hint = "To write it as text, use ‘toJSON(…)’." if function.name in ("format", "fromJSON", "hashFiles") else ""
        message = f"‘{declared.name}’ of ‘{function.name}’ is {what} here, with which it can do nothing."
        yield Problem("type", argument.start, argument.end, message, hint, declared.name, certain=False)


def _own(tree: Call, function: Function, given: Sequence[Shape]) -> Iterator[Problem]:
    first = tree.arguments[0] if tree.arguments else None
    if function.name == "format" and isinstance(first, Literal) and isinstance(first.value, str):
        yield from _format(tree, first, first.value)
    elif function.name == "fromJSON" and isinstance(first, Literal) and isinstance(first.value, str):
        if _no_json(first.value):
            message = "This text is no JSON."
            yield Problem("format", first.start, first.end, message, "", first.value[:100])
    elif function.name == "case":
        yield from _conditions(tree, given)


def _no_json(text: str) -> bool:
    """Tell whether a text is certainly no JSON, also for a reader that takes other quotes and trailing commas."""
    if of_json(text) is not None:
        return False
    bare = re.sub(r'"(?:[^"\\]|\\.)*+"', "", text)
    if "'" in bare or "/" in bare:
        return False
    return not re.search(r"[\[{]", bare) or any(bare.count(a) != bare.count(b) for a, b in ("[]", "{}"))


def _format(tree: Call, first: Tree, text: str) -> Iterator[Problem]:
    count = len(tree.arguments) - 1
    try:
        numbers = {found.number for found in placeholders(text) if found.number is not None}
    except FormatError as error:
        # the place in the source, where quotes are written twice
        at = first.start + 1 + error.at + text.count("'", 0, error.at)
        message = "This brace is part of no placeholder."
        hint = "Placeholders are numbers in braces, as in ‘{0}’; braces themselves are written twice."
        yield Problem("format", at, at + 1, message, hint, text[:100])
        return
    missing = sorted(number for number in numbers if number >= count)
    if missing:
        message = f"There is no value for ‘{{{missing[0]}}}’: the format is given {count or 'none'}."
        yield Problem("format", first.start, first.end, message, "Placeholders are counted from 0.", text[:100])
        return
    for at, argument in enumerate(tree.arguments[1:]):
        if at not in numbers:
            message = f"This value is never used: there is no ‘{{{at}}}’ in the format."
            yield Problem("format", argument.start, argument.end, message, "", str(at), certain=False)


def _conditions(tree: Call, given: Sequence[Shape]) -> Iterator[Problem]:
    for at in range(0, len(given) - 1, 2):
        if given[at].type not in ("any", "boolean"):
            argument = tree.arguments[at]
            message = "A condition of ‘case’ must be true or false, nothing that would have to be converted."
            yield Problem("type", argument.start, argument.end, message, "", "pred")


def _result(tree: Call, function: Function, given: Sequence[Shape]) -> Shape:
    if function.name == "case" and len(given) >= 3:
        return joined([*given[1:-1:2], given[-1]])
    if function.name == "fromJSON" and len(tree.arguments) == 1:
        first = tree.arguments[0]
        if isinstance(first, Literal) and isinstance(first.value, str):
            return of_json(first.value) or ANY
    return function.gives
