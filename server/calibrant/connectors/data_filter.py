"""data.filter: keep the items for which a condition holds."""

from calibrant.connectors import items, parameters
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.shape import INTEGER, like, object_of
from calibrant.model.value import UNKNOWN

SPEC = ConnectorSpec(
    name="data.filter",
    summary="Keep the items for which a condition holds.",
    parameters=(
        ParameterSpec("items", "array", "The items.", required=True, needs_data=True),
        ParameterSpec(
            "where", "any", "The condition, over `item` and `index`.", required=True, role="per_item", over="items"
        ),
    ),
    output=object_of(items=like("items", "array"), count=INTEGER),
    effects=(Effect.NOTHING,),
    example='- id: urgent\n  uses: data.filter\n  with: {items: "{{ fetch.emails }}", where: "\'urgent\' in item.subject"}',
)


async def run(params: Params, _context: Context) -> Output:
    """Return the items for which `where` is true, in their order; unknown as a whole where it is unknown for one.

    Raises:
        StepError: `items` is no array, or the condition cannot be evaluated.
    """
    kept: list[object] = []
    async for item, holds in items.each(parameters.array(params, "items"), items.per_item(params, "where")):
        if holds is UNKNOWN:
            return items.unknown_items()
        if holds:
            kept.append(item)
    return {"items": kept, "count": len(kept)}


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.NOTHING)
