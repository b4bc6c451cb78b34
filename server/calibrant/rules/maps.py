"""The maps of a file, wherever they stand."""

from collections.abc import Iterator

from calibrant.model.expression import Path
from calibrant.model.nodes import Map, Node, Seq


def maps(root: Node) -> Iterator[tuple[Map, Path]]:
    """Yield the maps at and below a node, with their paths. Those of aliases are looked at where they are written."""
    waiting: list[tuple[Node, Path]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if isinstance(node, Seq) and not node.aliased:
            waiting += ((item, (*path, at)) for at, item in enumerate(node.items))
        elif isinstance(node, Map) and not node.aliased:
            yield node, path
            waiting += ((entry.value, (*path, entry.name)) for entry in node.entries)
