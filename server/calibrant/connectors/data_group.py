"""data.group: put items that have something in common together."""

from collections.abc import Hashable
from decimal import Decimal

from calibrant.connectors import items, parameters
from calibrant.connectors.refusal import refuse
from calibrant.model import codec
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.issue import Kind
from calibrant.model.ports import UnstorableError
from calibrant.model.shape import ANY, INTEGER, array, like, object_of
from calibrant.model.value import UNKNOWN, holds_unknown

SPEC = ConnectorSpec(
    name="data.group",
    summary="Put items that have something in common together.",
    parameters=(
        ParameterSpec("items", "array", "The items.", required=True, needs_data=True),
        ParameterSpec(
            "by",
            "any",
            "What they have in common, over `item` and `index`.",
            required=True,
            role="per_item",
            over="items",
        ),
    ),
    output=object_of(groups=array(object_of(key=ANY, items=like("items", "array"))), count=INTEGER),
    effects=(Effect.NOTHING,),
    example='- id: by_sender\n  uses: data.group\n  with: {items: "{{ fetch.emails }}", by: item.from}',
)


async def run(params: Params, _context: Context) -> Output:
    """Return the groups in the order in which they first come; unknown as a whole where `by` is unknown for one item.

    Raises:
        StepError: `items` is no array, or `by` cannot be evaluated.
    """
    groups: dict[Hashable, dict[str, object]] = {}
    members: dict[Hashable, list[object]] = {}
    async for item, key in items.each(parameters.array(params, "items"), items.per_item(params, "by")):
        if holds_unknown(key):
            return {"groups": UNKNOWN, "count": UNKNOWN}
        same = _same(key)
        if same not in groups:
            members[same] = []
            groups[same] = {"key": key, "items": members[same]}
        members[same].append(item)
    return {"groups": list(groups.values()), "count": len(groups)}


def _same(key: object) -> Hashable:
    """Return what two keys have in common when they mean the same: 1 and 1.0 do, 1 and true do not, 1 and "1" do not."""
    if isinstance(key, (bool, str)) or key is None:
        return type(key).__name__, key
    if isinstance(key, (int, float, Decimal)):
        return "number", key if key == key else None
    try:
        return "encoded", codec.canonical(key)
    except UnstorableError as error:
        message = f"‘by’ gives a value that cannot be compared: {error}"
        raise refuse("shape-mismatch", "by", message, kind=Kind.DATA_SHAPE) from error


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.NOTHING)
