"""Follows references into data, and says exactly where a path leaves it."""

import json
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from calibrant.model.closest import closest, ranked
from calibrant.model.expression import Reference
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN, type_name
from calibrant.model.words import in_words

_SHOWN: Final = 8
_CANDIDATES: Final = 20
_JSON_TEXT: Final = re.compile(r"\s*[\[{]")
_NUMBER: Final = re.compile(r"\s*[+-]?\d{1,18}(?P<part>\.\d{1,18})?\s*")
_LARGEST_TEXT: Final = 1_000_000


class Stop(NamedTuple):
    """Where a path left the data: the number of path elements that were followed, and the value reached by them.

    `at` is -1 where already the root is not there.
    """

    at: int
    value: object


def walk(reference: Reference, scope: Mapping[str, object]) -> tuple[object, Stop | None]:
    """Return the value that a reference leads to, or where it stops. What lies behind an unknown value is unknown."""
    if reference.root not in scope:
        return None, Stop(-1, scope)
    value = scope[reference.root]
    for at, part in enumerate(reference.path):
        if value is UNKNOWN:
            return UNKNOWN, None
        found, inner = _step(value, part)
        if not found:
            return None, Stop(at, value)
        value = inner
    return value, None


def follow(reference: Reference, scope: Mapping[str, object]) -> object:
    """Return the value that a reference leads to.

    Raises:
        StepError: `missing-field` or `shape-mismatch`, its span the path element at fault.
    """
    value, stop = walk(reference, scope)
    if stop is not None:
        raise StepError(explain_stop(reference, stop))
    return value


def _step(value: object, part: str | int) -> tuple[bool, object]:
    if isinstance(value, Mapping):
        key = part if isinstance(part, str) else str(part)
        return (True, value[key]) if key in value else (False, None)
    if isinstance(value, list | tuple | str) and isinstance(part, int):
        return (True, value[part]) if -len(value) <= part < len(value) else (False, None)
    return False, None


def explain_stop(reference: Reference, stop: Stop) -> Failure:
    """Return the failure for a reference that left the data at `stop`."""
    if stop.at < 0:
        names = tuple(map(str, stop.value)) if isinstance(stop.value, Mapping) else ()
        message = f"There is nothing called ‘{reference.root}’ here. {there_is('There is', reference.root, names)}"
        return _missing(reference, -1, message.strip(), names)
    part, value = reference.path[stop.at], stop.value
    if isinstance(value, Mapping) and isinstance(part, str):
        return _no_field(reference, stop.at, part, value)
    if isinstance(value, list | tuple | str) and isinstance(part, int):
        what = name_of(reference, stop.at)
        size = f"{len(value)} element{'' if len(value) == 1 else 's'}" if value else "no elements"
        message = f"‘{what}’ has {size}, so there is none at position {part}."
        hint = f"Positions count from 0: the last one is {len(value) - 1}." if value else ""
        return _missing(reference, stop.at, message, (), hint)
    return _wrong_shape(reference, stop.at, part, value)


def name_of(reference: Reference, parts: int) -> str:
    """Return how a reference is written up to the given number of path elements."""
    return str(Reference(reference.root, reference.path[:parts], reference.span, reference.parts))


def there_is(opening: str, wanted: str, names: tuple[str, ...]) -> str:
    """Return a sentence that lists names, those closest to the wanted one first."""
    if not names:
        return ""
    near = ranked(wanted, names)
    more = f" and {len(near) - _SHOWN} more" if len(near) > _SHOWN else ""
    return f"{opening}: {', '.join(near[:_SHOWN])}{more}."


def hint_for(near: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Return what to do about a name that is not there: `near` are names that may have been meant, `names` all there are."""
    if near:
        return f"Did you mean ‘{near[0]}’?"
    return "Use one of the names that are there." if names else "Look at what gives this value."


def _no_field(reference: Reference, at: int, part: str, value: Mapping[str, object]) -> Failure:
    what, names = name_of(reference, at), tuple(map(str, value))
    if what == "env":
        # the environment's many names would say nothing
        message, near = f"There is no environment variable called ‘{part}’.", closest(part, names)
        return _missing(reference, at, message, near, "" if near else "Set it where Calibrant is started from.")
    listed = there_is("It has", part, names) or "It has none at all."
    failure = _missing(reference, at, f"‘{what}’ has no field called ‘{part}’. {listed}", names)
    return msgspec.structs.replace(failure, evidence=failure.evidence | _near(reference, at, value))


def _missing(reference: Reference, at: int, message: str, names: tuple[str, ...], hint: str = "") -> Failure:
    name = str(reference.path[at]) if at >= 0 else reference.root
    near = closest(name, names)
    return Failure(
        code="missing-field",
        kind=Kind.MISSING_DATA,
        message=message,
        hint=hint or hint_for(near, names),
        subject=name,
        candidates=ranked(name, names)[:_CANDIDATES],
        span=reference.parts[at + 1],
        evidence={"reference": str(reference), "found_in": name_of(reference, max(at, 0))},
    )


def _wrong_shape(reference: Reference, at: int, part: str | int, value: object) -> Failure:
    what, found = name_of(reference, at), type_name(value)
    lacks = f"field called ‘{part}’" if isinstance(part, str) else f"position {part}"
    return Failure(
        code="shape-mismatch",
        kind=Kind.DATA_SHAPE,
        message=f"‘{what}’ is {in_words(found)}, so it has no {lacks}.",
        hint=_shape_hint(what, part, value),
        subject=str(part),
        span=reference.parts[at + 1],
        evidence={"reference": str(reference), "found_in": what, "found": found, **_inside(part, value)},
    )


def _inside(part: str | int, value: object) -> dict[str, str]:
    """Return whether the part is in what a text stands for, or in the elements of a list ("perhaps": it has none)."""
    if isinstance(value, str):
        return stands_for(value)
    if isinstance(value, list | tuple) and isinstance(part, str):
        have = all(isinstance(item, Mapping) and part in item for item in value)
        return {"each": "yes" if value else "perhaps"} if have else {}
    return {}


def stands_for(text: str) -> dict[str, str]:
    """Return the type of what a text stands for: as `json` where it is a JSON list or object, as `number` where it is one."""
    if len(text) <= _LARGEST_TEXT and _JSON_TEXT.match(text):
        try:
            return {"json": type_name(json.loads(text))}
        except (ValueError, RecursionError):
            return {}
    found = _NUMBER.fullmatch(text)
    return {"number": "number" if found["part"] else "integer"} if found else {}


def _near(reference: Reference, at: int, value: Mapping[str, object]) -> dict[str, str]:
    """Return whether what is missing stands one level deeper (in which fields), or what lies behind it one level higher."""
    part = reference.path[at]
    deeper = [str(name) for name, inner in value.items() if isinstance(inner, Mapping) and part in inner]
    found = {"deeper": json.dumps(deeper[:_SHOWN], ensure_ascii=False)} if deeper else {}
    if at + 1 < len(reference.path) and reference.path[at + 1] in value:
        found["higher"] = str(reference.path[at + 1])
    return found


def _shape_hint(what: str, part: str | int, value: object) -> str:
    if isinstance(value, list | tuple) and isinstance(part, str):
        if value and not all(isinstance(item, Mapping) and part in item for item in value):
            return ""
        return f"Did you mean ‘{part}’ of each element of it? Write ‘{what} | map(attribute='{part}') | list’."
    if isinstance(value, str) and _JSON_TEXT.match(value):
        return f"The text looks like JSON. Read it with ‘({what} | from_json)’ first."
    if isinstance(value, Mapping):
        return there_is("Its fields are", str(part), tuple(map(str, value)))
    return ""
