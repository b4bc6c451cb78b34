"""What becomes of a whole value with expressions in it, and of a condition."""

from collections.abc import Mapping

from calibrant.expressions.actions.evaluate import EvaluationError, Special, evaluate
from calibrant.expressions.actions.functions import STATUS
from calibrant.expressions.actions.parse import parse
from calibrant.expressions.actions.scan import find_braces
from calibrant.expressions.actions.tree import Call, Tree, children
from calibrant.expressions.actions.values import Value, text, truthy


def render(source: str, contexts: Mapping[str, Value], special: Mapping[str, Special]) -> Value:
    """Return the value of a text with `${{ … }}` in it: one that is nothing but an expression keeps its type.

    Raises:
        EvaluationError: an expression that cannot be read or evaluated; its offsets are those of the whole text.
    """
    parts: list[str] = []
    at = 0
    for braces in find_braces(source):
        if not braces.closed:
            raise EvaluationError("This ‘${{’ is never closed.", braces.start, braces.end)
        value = _value(source, (braces.inner, braces.inner_end), contexts, special)
        if braces.start == 0 and braces.end == len(source):
            return value
        parts += (source[at : braces.start], text(value))
        at = braces.end
    return "".join((*parts, source[at:]))


def holds(condition: str, contexts: Mapping[str, Value], special: Mapping[str, Special]) -> bool:
    """Tell whether an `if` holds. One that calls no status function holds only where `success()` does.

    With anything around its braces it is a text, which counts as true.

    Raises:
        EvaluationError: see `render`.
    """
    found = find_braces(condition)
    if not found:
        tree = _tree(condition, 0, len(condition))
        value = evaluate(tree, contexts, special)
    else:
        trees = [_tree(condition, braces.inner, braces.inner_end) for braces in found]
        tree = trees[0]
        value = render(condition, contexts, special)
        if any(map(_asks_for_status, trees)):
            return truthy(value)
    if _asks_for_status(tree):
        return truthy(value)
    success = special.get("success")
    return truthy(value) and (success is None or truthy(success(())))


def _value(source: str, at: tuple[int, int], contexts: Mapping[str, Value], special: Mapping[str, Special]) -> Value:
    start = at[0] + len(source[at[0] : at[1]]) - len(source[at[0] : at[1]].lstrip())
    try:
        return evaluate(_tree(source, *at), contexts, special)
    except EvaluationError as error:
        raise EvaluationError(error.message, start + error.start, start + error.end) from error


def _tree(source: str, start: int, end: int) -> Tree:
    inner = source[start:end]
    parsed = parse(inner.strip())
    if parsed.tree is None:
        raise EvaluationError(parsed.error or "", parsed.error_start, parsed.error_end)
    return parsed.tree


def _asks_for_status(tree: Tree) -> bool:
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Call) and here.name.lower() in STATUS:
            return True
        waiting.extend(children(here))
    return False
