"""Going over items with a per-item parameter, without holding up other steps."""

from collections.abc import AsyncIterator, Callable

from calibrant.connectors.threads import give_way
from calibrant.model.connector import Params, PerItem
from calibrant.model.value import UNKNOWN

_BREATH = 256


async def each(items: list[object], function: PerItem) -> AsyncIterator[tuple[object, object]]:
    """Yield (item, result of `function` for it); lets other steps work now and then."""
    for index, item in enumerate(items):
        if index % _BREATH == _BREATH - 1:
            await give_way()
        yield item, function(item, index)


def per_item(params: Params, name: str) -> PerItem:
    """Return a per-item parameter as a function; one that is a plain value gives that value for every item."""
    value = params.get(name)
    if callable(value):
        function: Callable[[object, int], object] = value
        return function
    return lambda _item, _index: value


def unknown_items() -> dict[str, object]:
    """Return the output of a step whose items cannot be told, some result being unknown."""
    return {"items": UNKNOWN, "count": UNKNOWN}
