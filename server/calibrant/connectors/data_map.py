"""data.map: make another value of each item."""

from calibrant.connectors import items, parameters
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.shape import INTEGER, array, like, object_of
from calibrant.model.value import holds_unknown

SPEC = ConnectorSpec(
    name="data.map",
    summary="Make another value of each item.",
    parameters=(
        ParameterSpec("items", "array", "The items.", required=True, needs_data=True),
        ParameterSpec(
            "to", "any", "The new value, with `item` and `index` in it.", required=True, role="per_item", over="items"
        ),
    ),
    output=object_of(items=array(like("to")), count=INTEGER),
    effects=(Effect.NOTHING,),
    example='- id: rows\n  uses: data.map\n  with: {items: "{{ urgent.items }}", to: {Subject: "{{ item.subject }}"}}',
)


async def run(params: Params, _context: Context) -> Output:
    """Return what `to` gives for each item, in their order; unknown as a whole where it is unknown for one.

    Raises:
        StepError: `items` is no array, or `to` cannot be evaluated.
    """
    made: list[object] = []
    async for _item, value in items.each(parameters.array(params, "items"), items.per_item(params, "to")):
        if holds_unknown(value):
            return items.unknown_items()
        made.append(value)
    return {"items": made, "count": len(made)}


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.NOTHING)
