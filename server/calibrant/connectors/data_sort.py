"""data.sort: put items in order."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from calibrant.connectors import items, parameters
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import INTEGER, like, object_of
from calibrant.model.value import holds_unknown, type_name
from calibrant.model.words import in_words

SPEC = ConnectorSpec(
    name="data.sort",
    summary="Put items in order.",
    parameters=(
        ParameterSpec("items", "array", "The items.", required=True, needs_data=True),
        ParameterSpec(
            "by",
            "any",
            "What to sort by, over `item` and `index`; the items themselves where not given.",
            role="per_item",
            over="items",
        ),
        ParameterSpec("descending", "boolean", "The greatest first.", default=False),
    ),
    output=object_of(items=like("items", "array"), count=INTEGER),
    effects=(Effect.NOTHING,),
    example='- id: newest\n  uses: data.sort\n  with: {items: "{{ fetch.emails }}", by: item.date, descending: true}',
)

Part = tuple[int, object]
"""A value to compare: nothing (null) goes by the number before it, so that it comes last either way."""


async def run(params: Params, _context: Context) -> Output:
    """Return the items in order, equal ones as they were; null and NaN last. Unknown as a whole where `by` is for one.

    Raises:
        StepError: `items` is no array, `by` cannot be evaluated, or two items cannot be compared.
    """
    given = parameters.array(params, "items")
    descending = parameters.flag(params, "descending", default=False)
    by = items.per_item(params, "by") if params.get("by") is not None else lambda item, _index: item
    values: list[object] = []
    async for _item, value in items.each(given, by):
        if holds_unknown(value):
            return items.unknown_items()
        values.append(value)
    parameter = "by" if params.get("by") is not None else "items"
    _check_comparable(values, parameter)
    keys = [_key(value, descending) for value in values]
    order = sorted(range(len(given)), key=keys.__getitem__, reverse=descending)
    return {"items": [given[index] for index in order], "count": len(given)}


def _key(value: object, descending: bool) -> tuple[Part, ...]:
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(
        (int(_is_nothing(part) != descending), 0 if _is_nothing(part) else _comparable(part)) for part in parts
    )


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, (float, Decimal)) and value != value)


def _comparable(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def _check_comparable(values: Sequence[object], parameter: str) -> None:
    """Refuse values of which two cannot be compared; lists are compared part by part."""
    seen: dict[int, tuple[int, str]] = {}
    for index, value in enumerate(values):
        for place, part in enumerate(value if isinstance(value, (list, tuple)) else (value,)):
            if _is_nothing(part):
                continue
            sort = _sort(part)
            if not sort:
                raise _unordered(part, index, parameter)
            first, wanted = seen.setdefault(place, (index, sort))
            if sort != wanted:
                raise _mixed(values[index], index, values[first], first, parameter)


def _sort(value: object) -> str:
    """Return which values a value can be compared with; empty where it can be with none."""
    match value:
        case bool():
            return "boolean"
        case int() | float() | Decimal():
            return "number"
        case str() | bytes():
            return type_name(value)
        case datetime() if value.tzinfo is not None:
            return "moment"
        case date():
            return "date"
        case time():
            return "time with zone" if value.tzinfo is not None else "time"
        case _:
            return ""


def _unordered(value: object, index: int, parameter: str) -> StepError:
    what = f"‘{parameter}’ gives {in_words(type_name(value))} for item {index + 1}"
    if parameter == "items":
        what = f"Item {index + 1} of ‘items’ is {in_words(type_name(value))}"
    fields = [f"item.{name}" for name in value if str(name).isidentifier()] if isinstance(value, Mapping) else []
    hint = f"Say what to sort by, such as by: {fields[0]}." if fields else "Sort by a number, text or date."
    message = f"{what}, which has no order."
    evidence = {"wanted": "string", "found": type_name(value)}
    return refuse(
        "shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE, hint=hint, candidates=fields, evidence=evidence
    )


def _mixed(value: object, index: int, first: object, at: int, parameter: str) -> StepError:
    found, wanted = _words(value), _words(first)
    what = f"‘by’ gives {found} for item {index + 1}, but {wanted} for item {at + 1}"
    if parameter == "items":
        what = f"Item {index + 1} of ‘items’ is {found}, but item {at + 1} is {wanted}"
    message = f"{what}; they cannot be put in order."
    hint = "Make all of one type, with ‘| string’ or ‘| float’ in ‘by’."
    evidence = {"wanted": type_name(first), "found": type_name(value), "item": str(index)}
    return refuse("shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE, hint=hint, evidence=evidence)


def _words(value: object) -> str:
    zone = " and a time zone" if isinstance(value, (datetime, time)) and value.tzinfo is not None else ""
    return in_words(type_name(value)) + zone


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.NOTHING)
