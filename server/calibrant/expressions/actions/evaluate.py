"""Evaluates expressions as GitHub does, within bounds of size; how deep they go the parser has bounded."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from calibrant.expressions.actions.formatting import FormatError, placeholders
from calibrant.expressions.actions.functions import FUNCTIONS
from calibrant.expressions.actions.limits import TEXT_LIMIT
from calibrant.expressions.actions.tojson import to_json
from calibrant.expressions.actions.tree import (
    Call,
    Chain,
    Compare,
    Filter,
    Index,
    Literal,
    Name,
    Not,
    Property,
    Tree,
)
from calibrant.expressions.actions.values import Filtered, Value, equal, less, number, same_case, text, truthy

Special = Callable[[Sequence[Value]], Value]
"""A function that only the one who evaluates can answer: `hashFiles`, `success` …"""

_WHOLE: Final = 2**31 - 1


class EvaluationError(Exception):
    """An expression that GitHub could not evaluate either, in plain words; [start, end) of its source is at fault."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def evaluate(tree: Tree, contexts: Mapping[str, Value], special: Mapping[str, Special]) -> Value:
    """Return the value of an expression.

    `contexts` are the values of the contexts that are there, `special` the functions beside those that hang on nothing but
    their arguments; both by names in lower case. What is not there is null, as long as its context is.

    Raises:
        EvaluationError: an unknown context or function, arguments that it cannot take, a result that is too large.
    """
    return _Evaluation(contexts, special).of(tree)


class _Evaluation:
    def __init__(self, contexts: Mapping[str, Value], special: Mapping[str, Special]) -> None:
        self._contexts = contexts
        self._special = special
        self._made = 0

    def of(self, tree: Tree) -> Value:
        match tree:
            case Literal():
                return tree.value
            case Name(name=name):
                if name.lower() not in self._contexts:
                    raise EvaluationError(f"There is no context called ‘{name}’ here.", tree.start, tree.end)
                return self._contexts[name.lower()]
            case Property():
                return self._taken(tree, self.of(tree.target), tree.name)
            case Index():
                return self._taken(tree, self.of(tree.target), self.of(tree.index))
            case Filter():
                return self._all(tree, self.of(tree.target))
            case Not():
                return not truthy(self.of(tree.operand))
            case Compare():
                return _compared(tree.operator, self.of(tree.left), self.of(tree.right))
            case Chain():
                return self._decided(tree)
            case Call():
                return self._called(tree)
        raise AssertionError(tree)

    def _decided(self, tree: Chain) -> Value:
        """Return the first operand that decides, else the last: the operand itself, not a boolean."""
        value: Value = None
        for operand in tree.operands:
            value = self.of(operand)
            if truthy(value) == (tree.operator == "||"):
                return value
        return value

    def _taken(self, tree: Tree, target: Value, key: Value) -> Value:
        if isinstance(target, Filtered):
            found = [_look_up(item, key) for item in target]
            return Filtered(self._count(tree, [item for has, item in found if has]))
        return _look_up(target, key)[1]

    def _all(self, tree: Tree, target: Value) -> Value:
        if isinstance(target, Filtered):
            return Filtered(self._count(tree, [value for item in target for value in _elements(item)]))
        return Filtered(self._count(tree, _elements(target)))

    def _count(self, tree: Tree, made: list[Value]) -> list[Value]:
        self._size(tree, len(made))
        return made

    def _size(self, tree: Tree, size: int) -> None:
        self._made += size + 1
        if self._made > TEXT_LIMIT:
            raise EvaluationError("The value of this expression is too large.", tree.start, tree.end)

    def _called(self, tree: Call) -> Value:
        name = tree.name.lower()
        function = FUNCTIONS.get(name)
        if function is None or (function.special and name not in self._special):
            raise EvaluationError(f"There is no function called ‘{tree.name}’ here.", tree.start, tree.name_end)
        special = self._special.get(name)
        count = len(tree.arguments)
        takes_any = special is not None and function.most == 0  # a job's status functions may be given jobs
        if not takes_any and not function.least <= count <= function.most:
            raise EvaluationError(f"‘{function.name}’ cannot be called with {count} arguments.", tree.start, tree.end)
        if name == "case":
            return self._case(tree)
        values = [self.of(argument) for argument in tree.arguments]
        result = special(values) if special else self._plain(tree, name, values)
        if isinstance(result, str):
            self._size(tree, len(result))
        return result

    def _plain(self, tree: Call, name: str, values: Sequence[Value]) -> Value:
        match name:
            case "contains":
                return _contains(values[0], values[1])
            case "startswith":
                return _beside(values, str.startswith)
            case "endswith":
                return _beside(values, str.endswith)
            case "format":
                return self._format(tree, text(values[0]), [text(value) for value in values[1:]])
            case "join":
                return self._joined(tree, values[0], values[1] if len(values) > 1 else ",")
            case "tojson":
                return to_json(values[0], lambda size: self._size(tree, size))
            case _:
                return self._from_json(tree, text(values[0]))

    def _case(self, tree: Call) -> Value:
        arguments = tree.arguments
        if len(arguments) % 2 == 0:
            message = "‘case’ takes a condition and a value each, and at the end the value for all other cases."
            raise EvaluationError(message, tree.start, tree.end)
        for at in range(0, len(arguments) - 1, 2):
            holds = self.of(arguments[at])
            if not isinstance(holds, bool):
                raise EvaluationError(
                    "A condition of ‘case’ must be true or false.", arguments[at].start, arguments[at].end
                )
            if holds:
                return self.of(arguments[at + 1])
        return self.of(arguments[-1])

    def _format(self, tree: Call, form: str, values: Sequence[str]) -> str:
        parts: list[str] = []
        at = 0
        try:
            for found in placeholders(form):
                if found.number is not None and found.number >= len(values):
                    message = f"There is no value for ‘{{{found.number}}}’ in this format."
                    raise EvaluationError(message, tree.start, tree.end)
                part = found.text if found.number is None else values[found.number]
                self._size(tree, len(part) + found.start - at)
                parts += (form[at : found.start], part)
                at = found.end
        except FormatError as error:
            raise EvaluationError(
                "This format has a brace that is neither doubled nor a placeholder.", tree.start, tree.end
            ) from error
        return "".join((*parts, form[at:]))

    def _joined(self, tree: Call, items: Value, separator: Value) -> str:
        if isinstance(items, Mapping):
            return ""
        if isinstance(items, str) or not isinstance(items, Sequence):
            return text(items)
        between = "," if isinstance(separator, Mapping | list | tuple) else text(separator)
        parts: list[str] = []
        for item in items:
            parts.append(text(item))
            self._size(tree, len(parts[-1]) + len(between))
        return between.join(parts)

    def _from_json(self, tree: Call, source: str) -> Value:
        self._size(tree, len(source))
        try:
            value: Value = json.loads(source)
        except (ValueError, RecursionError) as error:
            raise EvaluationError("This text is no JSON.", tree.start, tree.end) from error
        return value


def _compared(operator: str, left: Value, right: Value) -> bool:
    match operator:
        case "==":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
        case "<":
            return less(left, right)
        case "<=":
            return less(left, right) or equal(left, right)
        case ">":
            return less(right, left)
        case _:
            return less(right, left) or equal(left, right)


def _look_up(target: Value, key: Value) -> tuple[bool, Value]:
    """Return whether there is something at a key or position, and what."""
    if isinstance(target, Mapping):
        if isinstance(key, Mapping | list | tuple):
            return False, None
        name = text(key)
        if name in target:
            return True, target[name]
        same = same_case(name)
        return next(((True, value) for other, value in target.items() if same_case(other) == same), (False, None))
    if isinstance(target, Sequence) and not isinstance(target, str):
        position = number(key)
        if math.isnan(position) or not 0 <= position <= _WHOLE or int(position) >= len(target):
            return False, None
        return True, target[int(position)]
    return False, None


def _elements(target: Value) -> list[Value]:
    if isinstance(target, Mapping):
        return list(target.values())
    return list(target) if isinstance(target, Sequence) and not isinstance(target, str) else []


def _contains(search: Value, item: Value) -> bool:
    if isinstance(search, Mapping):
        return False
    if isinstance(search, Sequence) and not isinstance(search, str):
        return any(equal(element, item) for element in search)
    return not isinstance(item, Mapping | list | tuple) and same_case(text(item)) in same_case(text(search))


def _beside(values: Sequence[Value], test: Callable[[str, str], bool]) -> bool:
    if any(isinstance(value, Mapping | list | tuple) for value in values):
        return False
    return test(same_case(text(values[0])), same_case(text(values[1])))
