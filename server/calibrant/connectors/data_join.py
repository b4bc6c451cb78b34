"""data.join: put the rows of two lists together by a field that they share."""

import json
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
_SIDES = ("left", "right")
Row = dict[str, object]
Key = tuple[Hashable, ...]
On = Sequence[tuple[str, str]]
"""What the field is called in ‘left’ and in ‘right’, for each field that rows are joined on."""

SPEC = ConnectorSpec(
    name="data.join",
    summary="Put the rows of two lists together by a field that they share.",
    parameters=(
        ParameterSpec("left", "array", "Rows.", required=True, needs_data=True),
        ParameterSpec("right", "array", "Rows to add to them.", required=True, needs_data=True),
        ParameterSpec(
            "on",
            "any",
            "The field whose value must be the same, a list of fields, or by each field of `left` that of `right`.",
            required=True,
            fields_of=("left", "right"),
        ),
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
    left, right = _rows(params, 0, on), _rows(params, 1, on)
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
        for side in range(2):
            if _known(params, side) is not None:
                _rows(params, side, on)


def _fields(params: Params) -> On:
    value = params.get("on")
    names = [value] if isinstance(value, str) else value
    pairs = list(names.items()) if isinstance(names, Mapping) else []
    if isinstance(names, (list, tuple)):
        pairs = [(name, name) for name in names]
    if not pairs or not all(isinstance(name, str) and name for pair in pairs for name in pair):
        message = "‘on’ must be the name of a field, a list of names, or a name in ‘right’ for each name in ‘left’."
        raise refuse("invalid-value", "on", message, kind=Kind.PARAMETER)
    return pairs


def _known(params: Params, side: int) -> Sequence[object] | None:
    """Return the rows of a side, None where they are not all known."""
    rows = params.get(_SIDES[side])
    return rows if isinstance(rows, (list, tuple)) and all(row is not UNKNOWN for row in rows) else None


def _rows(params: Params, number: int, on: On) -> list[Row]:
    side = _SIDES[number]
    out: list[Row] = []
    for at, row in enumerate(parameters.array(params, side), 1):
        if not isinstance(row, Mapping):
            message = f"Item {at} of ‘{side}’ is {in_words(type_name(row))}; rows to join must be objects."
            raise refuse("shape-mismatch", side, message, kind=Kind.DATA_SHAPE, evidence={"wanted": "object"})
        for pair in on:
            name = pair[number]
            if name not in row:
                raise _missing_field(params, pair, [str(key) for key in row], number)
            if not isinstance(row[name], Hashable):
                found = in_words(type_name(row[name]))
                message = f"‘{name}’ is {found} in item {at} of ‘{side}’; rows can be joined on text or numbers."
                raise refuse("shape-mismatch", "on", message, kind=Kind.DATA_SHAPE, value=name)
        out.append({str(key): value for key, value in row.items()})
    return out


def _missing_field(params: Params, pair: tuple[str, str], fields: Sequence[str], number: int) -> StepError:
    """Return the error of a field that a side does not have; what can be named instead has to be in both."""
    name, side = pair[number], _SIDES[number]
    message = f"There is no field ‘{name}’ in ‘{side}’."
    if fields:
        message += f" It has: {listing(fields)}."
    others = _known(params, 1 - number)
    there = {str(key) for row in (others or ())[:1] if isinstance(row, Mapping) for key in row}
    candidates = [one for one in ranked(name, fields) if not there or one in there or pair[0] != pair[1]]
    left, right = (name, "…") if number else ("…", name)
    hint = "" if candidates else f"If the sides call it differently, write ‘on: {{{left}: {right}}}’."
    evidence = {"side": side, "fields": json.dumps(fields, ensure_ascii=False), "other": pair[1 - number]}
    kind = Kind.MISSING_DATA
    return refuse(
        "missing-field", "on", message, kind=kind, value=name, candidates=candidates, evidence=evidence, hint=hint
    )


def _check_comparable(left: list[Row], right: list[Row], on: On) -> None:
    """Refuse a field that is text on one side and a number on the other: nothing could ever match."""
    for name, other in on:
        here, there = _types(left, name), _types(right, other)
        if here and there and not here & there:
            first, second = (in_words(min(types)) for types in (here, there))
            again = "" if name == other else f"‘{other}’ "
            message = f"‘{name}’ is {first} in ‘left’ but {again}{second} in ‘right’, so no rows can match."
            evidence = {"wanted": min(here), "found": min(there)}
            raise refuse("shape-mismatch", "on", message, kind=Kind.DATA_SHAPE, value=name, evidence=evidence)


def _types(rows: list[Row], name: str) -> set[str]:
    words = {type_name(row[name]) for row in rows} - {"null"}
    return {"number" if word in ("integer", "decimal", "boolean") else word for word in words}


def _join(left: list[Row], right: list[Row], on: On, *, keep: bool) -> list[Row]:
    here, there = [name for name, _ in on], [name for _, name in on]
    matches: dict[Key, list[Row]] = {}
    for row in right:
        matches.setdefault(_key(row, there), []).append(row)
    fields = list(dict.fromkeys(name for row in right for name in row if name not in there))
    nothing: Row = dict.fromkeys(fields)
    out: list[Row] = []
    for row in left:
        key = _key(row, here)
        found = [] if None in key else matches.get(key, [])
        out += [_merged(row, other, there) for other in found or ([nothing] if keep else [])]
    return out


def _key(row: Row, names: Sequence[str]) -> Key:
    return tuple(value if isinstance(value := row[name], Hashable) else None for name in names)


def _merged(row: Row, other: Row, there: Sequence[str]) -> Row:
    out = dict(row)
    for name, value in other.items():
        if name not in there:
            out[f"{name}_right" if name in row else name] = value
    return out


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.NOTHING, check=check)
