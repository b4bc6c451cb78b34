"""data.pick: keep some fields of objects."""

from collections.abc import Mapping

from calibrant.connectors import parameters
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import OBJECT, array, object_of
from calibrant.model.value import UNKNOWN, type_name
from calibrant.model.words import in_words

SPEC = ConnectorSpec(
    name="data.pick",
    summary="Keep some fields of objects.",
    parameters=(
        ParameterSpec("items", "array", "Objects; or give `value`.", needs_data=True),
        ParameterSpec("value", "object", "One object; or give `items`."),
        ParameterSpec(
            "fields",
            "array",
            "The names of the fields to keep, in their new order.",
            required=True,
            fields_of=("items", "value"),
        ),
    ),
    output=object_of(items=array(OBJECT), value=OBJECT),
    effects=(Effect.NOTHING,),
    example='- id: short\n  uses: data.pick\n  with: {items: "{{ fetch.emails }}", fields: [date, subject]}',
)


async def run(params: Params, _context: Context) -> Output:
    """Return the objects, or the one object, with these fields alone.

    Raises:
        StepError: a field is missing, an item is no object, or not exactly one of `items` and `value` is given.
    """
    fields = _fields(params)
    if _given(params) == "value":
        return {"value": _picked(parameters.mapping(params, "value"), fields, "‘value’", "value")}
    rows = parameters.array(params, "items")
    return {"items": [_picked(row, fields, f"Item {number} of ‘items’", "items") for number, row in enumerate(rows, 1)]}


async def check(params: Params, _context: Context) -> None:
    """Look whether the fields are in the objects as far as they are known.

    Raises:
        StepError: one is not.
    """
    if not parameters.known(params, "fields"):
        return
    fields, given = _fields(params), _given(params)
    value = params.get(given)
    for number, row in enumerate(value if isinstance(value, (list, tuple)) else [value], 1):
        if row is not UNKNOWN:
            _picked(row, fields, f"Item {number} of ‘items’" if given == "items" else "‘value’", given)


def _given(params: Params) -> str:
    given = [name for name in ("items", "value") if params.get(name) is not None]
    if len(given) == 1:
        return given[0]
    if given:
        raise refuse(
            "invalid-value", "value", "Give either ‘items’ or ‘value’, not both.", hint="Leave one of them out."
        )
    message = "data.pick needs something to pick from: ‘items’ (objects) or ‘value’ (one object)."
    raise refuse("missing-parameter", "", message, kind=Kind.DEFINITION, hint="Give one of them.")


def _fields(params: Params) -> list[str]:
    fields = parameters.array(params, "fields")
    names = [name for name in fields if isinstance(name, str)]
    if len(names) != len(fields):
        wrong = next(name for name in fields if not isinstance(name, str))
        message = f"‘fields’ takes the names of fields, but has {in_words(type_name(wrong))} among them."
        raise refuse("invalid-value", "fields", message)
    if not names:
        raise refuse("invalid-value", "fields", "‘fields’ is empty: nothing would be left.", hint="Name a field.")
    return names


def _picked(row: object, fields: list[str], what: str, parameter: str) -> dict[str, object]:
    if not isinstance(row, Mapping):
        message = f"{what} is {in_words(type_name(row))}; fields can be picked from objects only."
        evidence = {"wanted": "object", "found": type_name(row)}
        raise refuse("shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE, evidence=evidence)
    for name in fields:
        if name not in row:
            raise _missing(name, [str(key) for key in row], what)
    return {name: row[name] for name in fields}


def _missing(name: str, there: list[str], what: str) -> StepError:
    has = f" It has: {listing(there)}." if there else " It has no fields at all."
    message = f"{what} has no field ‘{name}’.{has}"
    candidates = ranked(name, there)
    return refuse("missing-field", "fields", message, kind=Kind.MISSING_DATA, value=name, candidates=candidates)


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.NOTHING, check=check)
