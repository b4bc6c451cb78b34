"""Checks an expression by types: what it gives, and what in it cannot be meant, with exact offsets."""

from collections.abc import Collection, Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from calibrant.expressions.actions.calls import check_call
from calibrant.expressions.actions.comparing import never_contains, never_holds
from calibrant.expressions.actions.problem import Inferred, Problem
from calibrant.expressions.actions.shapes import Seen, element, field_of, fields, joined
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
from calibrant.model.closest import closest, ranked
from calibrant.model.shape import ANY, BOOLEAN, Shape

_OF: Final[Mapping[str, Shape]] = {
    "NoneType": Shape("null"),
    "bool": BOOLEAN,
    "int": Shape("number"),
    "float": Shape("number"),
    "str": Shape("string"),
}
_PRIMITIVE: Final = ("string", "number", "integer", "boolean", "null")
_CLOSE: Final = 0.7
"""Similarity from which on a context may have been meant by a name: many of them are short."""

_CUT_SHORT: Final = 0.85
"""Similarity from which on a name of more than `_SHORT` letters is one that is documented, with some left out."""

_SHORT: Final = 6

_MOST: Final = 10
"""Problems that are looked for in one expression."""


def infer(
    tree: Tree, scope: Mapping[str, Shape], special: Collection[str] = (), near: Collection[str] = ()
) -> Inferred:
    """Return the shape of an expression's value and what is certainly wrong in it.

    `scope` has the shapes of the contexts that are there, `special` the functions that are, both by names in lower case.
    An object that is not open has its fields and no others; what is `any`, or in an open object, is never complained of.
    Of the contexts named in `near`, which are open, and of the outputs of steps, a field that is almost one of theirs is taken
    for a slip.
    """
    inference = _Inference(scope, frozenset(special), frozenset(near))
    seen = inference.of(tree)
    return Inferred(seen.shape, tuple(inference.problems))


class _Inference:
    def __init__(self, scope: Mapping[str, Shape], special: frozenset[str], near: frozenset[str]) -> None:
        self._scope = scope
        self._special = special
        self._near = near
        self.problems: list[Problem] = []

    def of(self, tree: Tree) -> Seen:
        """Return what is known of a part's value; note what is wrong in it."""
        match tree:
            case Literal(value=value):
                return Seen(_OF[type(value).__name__])
            case Name(name=name):
                return self._context(tree, name)
            case Property(name=name):
                target = self.of(tree.target)
                return self._field(target, name, tree, (tree.name_start, tree.end))
            case Index():
                return self._element(tree)
            case Filter():
                return self._all(tree)
            case Not():
                self.of(tree.operand)
                return Seen(BOOLEAN)
            case Compare():
                return self._compared(tree)
            case Chain():
                return Seen(joined([self._operand(tree, operand).shape for operand in tree.operands]))
            case Call():
                return self._called(tree)
        raise AssertionError(tree)

    def _operand(self, chain: Chain, operand: Tree) -> Seen:
        """Return what is known of an operand; that a value which has a substitute is in no combination is meant so."""
        noted = len(self.problems)
        seen = self.of(operand)
        if chain.operator == "||" and operand is not chain.operands[-1] and isinstance(operand, Property | Index):
            self.problems[noted:] = [problem for problem in self.problems[noted:] if not _optional(problem)]
        return seen

    def _note(self, problem: Problem) -> None:
        if len(self.problems) < _MOST:
            self.problems.append(problem)

    def _context(self, tree: Tree, name: str) -> Seen:
        shape = self._scope.get(name.lower())
        if shape is None:
            candidates = tuple(get_close_matches(name.lower(), self._scope, cutoff=_CLOSE))
            message = f"There is no context called ‘{name}’ here."
            self._note(Problem("context", tree.start, tree.end, message, _meant(candidates), name, candidates))
            return Seen(ANY)
        return Seen(shape, path=(name,))

    def _field(self, target: Seen, name: str, tree: Tree, at: tuple[int, int]) -> Seen:
        """Return what is known of a field; `at` is where its name stands."""
        shape, path = target.shape, (*target.path, name) if target.path else ()
        if target.filtered:
            inner = self._field(Seen(element(shape), path=target.path), name, tree, at)
            return Seen(Shape("array", item=inner.shape), filtered=True, path=path)
        if shape.type == "any":
            return Seen(ANY, path=path)
        if shape.type != "object":
            self._note(_no_fields(shape, name, at, target.path))
            return Seen(ANY)
        exact = shape.field(name)
        if exact is not None:
            return Seen(exact, path=path)
        found = field_of(shape, name)
        if found is None or (shape.open and not any(key.lower() == name.lower() for key in fields(shape))):
            self._missing(target, name, at, certain=found is None)
        return Seen(ANY if found is None else found, path=path)

    def _missing(self, target: Seen, name: str, at: tuple[int, int], *, certain: bool) -> None:
        names = fields(target.shape)
        owner = ".".join(target.path)
        if certain:
            candidates = ranked(name, names)
            near = closest(name, names)
            if target.path[:1] and target.path[0].lower() == "matrix":
                # what no combination has may be left over: another name is meant only where it is almost the same
                candidates = near = tuple(other for other in near if _slip(name, other))
            has = f"‘{owner}’ has" if owner else "There is"
            message = f"{has} no field called ‘{name}’."
            self._note(
                Problem("field", *at, message, _meant(near), name, candidates, owner=target.path, near=bool(near))
            )
        elif self._is_near(target.path):
            documented = len(target.path) == 1
            candidates = tuple(
                other
                for other in closest(name, names)
                if _slip(name, other) or (documented and _short_slip(name, other))
            )
            if candidates:
                message = f"‘{owner}’ has no field called ‘{name}’."
                self._note(
                    Problem("slip", *at, message, _meant(candidates), name, candidates, owner=target.path, near=True)
                )

    def _is_near(self, path: tuple[str, ...]) -> bool:
        """Tell whether a name that is almost one of an open object's is a slip there."""
        if len(path) == 1:
            return path[0].lower() in self._near
        return len(path) == 3 and (path[0].lower(), path[2].lower()) == ("steps", "outputs")

    def _element(self, tree: Index) -> Seen:
        target = self.of(tree.target)
        index = tree.index
        if isinstance(index, Literal) and isinstance(index.value, str):
            return self._field(target, index.value, tree, (index.start + 1, index.end - 1))
        by = self.of(index)
        if by.shape.type in ("object", "array"):
            what = "an object" if by.shape.type == "object" else "a list"
            message = f"What stands in the brackets is {what}; a name or a position is needed."
            self._note(Problem("type", index.start, index.end, message, subject="index"))
        shape = element(target.shape) if target.filtered else target.shape
        if shape.type in _PRIMITIVE and not target.filtered:
            self._note(_no_fields(shape, "[…]", (index.start, index.end), target.path))
        if shape.type == "array" or (shape.type == "object" and not shape.fields):
            inner = shape.item or ANY
        elif shape.type == "object" and not shape.open:
            inner = joined([field for _, field in shape.fields])
        else:
            inner = ANY
        return Seen(Shape("array", item=inner), filtered=True) if target.filtered else Seen(inner)

    def _all(self, tree: Filter) -> Seen:
        target = self.of(tree.target)
        shape = element(target.shape) if target.filtered else target.shape
        if shape.type not in ("any", "array", "object"):
            self._note(_no_fields(shape, "*", (tree.end - 1, tree.end), target.path))
        path = (*target.path, "*") if target.path else ()
        return Seen(Shape("array", item=element(shape)), filtered=True, path=path)

    def _compared(self, tree: Compare) -> Seen:
        left, right = self.of(tree.left), self.of(tree.right)
        problem = never_holds(tree, left, right)
        if problem is not None:
            self._note(problem)
        return Seen(BOOLEAN)

    def _called(self, tree: Call) -> Seen:
        given = [self.of(argument) for argument in tree.arguments]
        shape, problems = check_call(tree, [seen.shape for seen in given], self._special)
        if tree.name.lower() == "contains" and len(given) == 2 and given[0].filtered:
            problems += filter(None, [never_contains(tree, given[0].path)])
        for problem in problems:
            self._note(problem)
        return Seen(shape)


def _no_fields(shape: Shape, name: str, at: tuple[int, int], path: tuple[str, ...]) -> Problem:
    owner = f"‘{'.'.join(path)}’" if path else "This"
    if shape.type == "array":
        message = f"{owner} is a list, which has no field called ‘{name}’."
        hint = f"Write ‘[0].{name}’ for that of the first element, ‘.*.{name}’ for those of all."
        return Problem("type", *at, message, hint, name, owner=path)
    what = {"string": "a text", "boolean": "true or false", "null": "null"}.get(shape.type, "a number")
    message = f"{owner} is {what}, so nothing can be taken from it: this gives null."
    hint = "If it holds JSON, read that first: ‘fromJSON(…)’." if shape.type == "string" else ""
    return Problem("type", *at, message, hint, name, owner=path)


def _optional(problem: Problem) -> bool:
    return problem.sort == "field" and not problem.near and [part.lower() for part in problem.owner[:1]] == ["matrix"]


def _meant(candidates: tuple[str, ...]) -> str:
    return f"Did you mean ‘{candidates[0]}’?" if candidates else ""


def _slip(name: str, other: str) -> bool:
    """Tell whether a name is so near to another that it is hardly one of its own."""
    here, there = name.lower().replace("-", "_"), other.lower().replace("-", "_")
    if here == there or _swapped(here, there):
        return True
    if min(len(here), len(there)) < 4 or abs(len(here) - len(there)) > 1:
        return False
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    end = 0
    while end < min(len(here), len(there)) - same and here[-1 - end] == there[-1 - end]:
        end += 1
    return max(len(here), len(there)) - same - end <= (2 if len(here) == len(there) else 1)


def _swapped(here: str, there: str) -> bool:
    """Tell whether two letters side by side have changed places."""
    places = [at for at, (one, other) in enumerate(zip(here, there, strict=False)) if one != other]
    if len(here) != len(there) or len(places) != 2 or places[1] != places[0] + 1:
        return False
    return here[places[0]] == there[places[1]] and here[places[1]] == there[places[0]]


def _short_slip(name: str, other: str) -> bool:
    """Tell whether a name is another with a letter too many or too few, or one that was cut short inside, as ‘job-idx’."""
    here, there = name.lower(), other.lower()
    if SequenceMatcher(None, here, there).ratio() >= _CUT_SHORT and min(len(here), len(there)) > _SHORT:
        return True
    longer, shorter = sorted((here, there), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )
