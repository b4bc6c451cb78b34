"""data.join: put the rows of two lists together by a field that they share."""

from collections.abc import Hashable, Mapping, Sequence

from calibrant.connectors import parameters
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import INTEGER, OBJECT, array, object_of
from calibrant.model.value import UNKNOWN, type_name
from calibrant.model.words import in_words

_HOW = ("inner", "left")
Row = dict[str, object]
Key = tuple[Hashable, ...]

SPEC = ConnectorSpec(
    name="data.join",
    summary="Put the rows of two lists together by a field that they share.",
    parameters=(
        ParameterSpec("left", "array", "Rows.", required=True, needs_data=True),
        ParameterSpec("right", "array", "Rows to add to them.", required=True, needs_data=True),
        ParameterSpec("on", "any", "The field whose value must be the same, or a list of fields.", required=True),
        ParameterSpec(
            "how", "string", "`inner`: only rows that match; `left`: all of `left`.", default="inner", enum=_HOW
        ),
    ),
    output=object_of(items=array(OBJECT), count=INTEGER),
    effects=(Effect.NOTHING,),
    example='- id: priced\n  uses: data.join\n  with: {left: "{{ orders.rows }}", right: "{{ prices.rows }}", on: sku}',
)


async def run(params: Params, _context: Context) -> Output:
    """Return the joined rows, in the order of `left`; a right field that `left` has too is called `<name>_right`.

    Raises:
        StepError: a side is no array of objects, a field is not there (`missing-field`), or the values cannot be compared.
    """
    how = parameters.text(params, "how", "inner")
    if how not in _HOW:
        message = f"There is no way to join called ‘{how}’. The choices are: {listing(_HOW)}."
        raise refuse("invalid-value", "how", message, value=how, candidates=ranked(how, _HOW))
    on = _fields(params)
    left, right = _rows(params, "left", on), _rows(params, "right", on)
    _check_comparable(left, right, on)
    joined = _join(left, right, on, keep=how == "left")
    return {"items": joined, "count": len(joined)}


async def check(params: Params, _context: Context) -> None:
    """Look for the fields in the side that is known.

    Raises:
        StepError: it does not have them.
    """
    if parameters.known(params, "on"):
        on = _fields(params)
        for side in ("left", "right"):
            rows = params.get(side)
            if isinstance(rows, (list, tuple)) and all(row is not UNKNOWN for row in rows):
                _rows(params, side, on)


def _fields(params: Params) -> tuple[str, ...]:
    value = params.get("on")
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not names or not all(isinstance(name, str) and name for name in names):
        raise refuse(
            "invalid-value", "on", "‘on’ must be the name of a field, or a list of names.", kind=Kind.PARAMETER
        )
    return tuple(names)


def _rows(params: Params, side: str, on: tuple[str, ...]) -> list[Row]:
    out: list[Row] = []
    for number, row in enumerate(parameters.array(params, side), 1):
        if not isinstance(row, Mapping):
            message = f"Item {number} of ‘{side}’ is {in_words(type_name(row))}; rows to join must be objects."
            raise refuse("shape-mismatch", side, message, kind=Kind.DATA_SHAPE, evidence={"wanted": "object"})
        for name in on:
            if name not in row:
                raise _missing_field(name, [str(key) for key in row], side)
            if not isinstance(row[name], Hashable):
                found = in_words(type_name(row[name]))
                message = f"‘{name}’ is {found} in item {number} of ‘{side}’; rows can be joined on text or numbers."
                raise refuse("shape-mismatch", "on", message, kind=Kind.DATA_SHAPE, value=name)
        out.append({str(key): value for key, value in row.items()})
    return out


def _missing_field(name: str, fields: Sequence[str], side: str) -> StepError:
    message = f"There is no field ‘{name}’ in ‘{side}’."
    if fields:
        message += f" It has: {listing(fields)}."
    candidates = ranked(name, fields)
    evidence = {"side": side}
    return refuse(
        "missing-field", "on", message, kind=Kind.MISSING_DATA, value=name, candidates=candidates, evidence=evidence
    )


def _check_comparable(left: list[Row], right: list[Row], on: tuple[str, ...]) -> None:
    """Refuse a field that is text on one side and a number on the other: nothing could ever match."""
    for name in on:
        here, there = _types(left, name), _types(right, name)
        if here and there and not here & there:
            first, second = (in_words(min(types)) for types in (here, there))
            message = f"‘{name}’ is {first} in ‘left’ but {second} in ‘right’, so no rows can match."
            evidence = {"wanted": min(here), "found": min(there)}
            raise refuse("shape-mismatch", "on", message, kind=Kind.DATA_SHAPE, value=name, evidence=evidence)


def _types(rows: list[Row], name: str) -> set[str]:
    words = {type_name(row[name]) for row in rows} - {"null"}
    return {"number" if word in ("integer", "decimal", "boolean") else word for word in words}


def _join(left: list[Row], right: list[Row], on: tuple[str, ...], *, keep: bool) -> list[Row]:
    matches: dict[Key, list[Row]] = {}
    for row in right:
        matches.setdefault(_key(row, on), []).append(row)
    fields = list(dict.fromkeys(name for row in right for name in row if name not in on))
    nothing: Row = dict.fromkeys(fields)
    out: list[Row] = []
    for row in left:
        key = _key(row, on)
        found = [] if None in key else matches.get(key, [])
        out += [_merged(row, other, on) for other in found or ([nothing] if keep else [])]
    return out


def _key(row: Row, on: tuple[str, ...]) -> Key:
    return tuple(value if isinstance(value := row[name], Hashable) else None for name in on)


def _merged(row: Row, other: Row, on: tuple[str, ...]) -> Row:
    out = dict(row)
    for name, value in other.items():
        if name not in on:
            out[f"{name}_right" if name in row else name] = value
    return out


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.NOTHING, check=check)
