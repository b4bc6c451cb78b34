"""What should become of a document's nodes: changes noted at the places they concern, before any text is written."""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

import msgspec

from calibrant.model.change import CannotChange
from calibrant.model.expression import Path
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq, plain


class _Keep:
    """Stands where no new value was noted."""


KEEP: Final = _Keep()


class Added(msgspec.Struct):
    """A new entry (or item, without a name) of a collection, before its element number `at`."""

    at: int
    name: str | None
    value: object


class Spot:
    """One node and what becomes of it. `new` is its new value, `texts` are edits within its text: (start, end, text)."""

    def __init__(self, node: Node, parent: "Spot | None" = None, part: str | int | None = None) -> None:
        self.node, self.parent, self.part = node, parent, part
        self.entry: Entry | None = None
        self.spots: dict[int, Spot] = {}
        self.new: object = KEEP
        self.removed = False
        self.renamed: str | None = None
        self.texts: list[tuple[int, int, str]] = []
        self.added: list[Added] = []

    @property
    def path(self) -> Path:
        """Where the node stands."""
        return () if self.parent is None or self.part is None else (*self.parent.path, self.part)

    @property
    def touched(self) -> bool:
        """Tell whether anything was noted here or below."""
        here = self.new is not KEEP or self.removed or self.renamed is not None or bool(self.texts or self.added)
        return here or self.below

    @property
    def below(self) -> bool:
        """Tell whether anything was noted below."""
        return any(spot.touched for spot in self.spots.values())

    def child(self, part: str | int, nth: int = 0) -> "Spot | None":
        """Return the spot of an entry or item, or None where there is none; of several entries of a name the `nth`."""
        number = self._number(part, nth)
        if number is None:
            return None
        if number not in self.spots:
            node = self.node
            assert isinstance(node, Map | Seq)
            below = node.entries[number].value if isinstance(node, Map) else node.items[number]
            spot = Spot(below, self, part)
            spot.entry = node.entries[number] if isinstance(node, Map) else None
            self.spots[number] = spot
        return self.spots[number]

    def _number(self, part: str | int, nth: int) -> int | None:
        if isinstance(self.node, Map) and isinstance(part, str):
            named = (at for at, entry in enumerate(self.node.entries) if entry.name == part)
            return next(islice(named, nth, None), None)
        if isinstance(self.node, Seq) and isinstance(part, int) and 0 <= part < len(self.node.items):
            return part
        return None

    def value(self, but: "Spot | None" = None) -> object:
        """Return the plain value that the node will have; None for the spot `but`."""
        if self.new is not KEEP:
            return self.new
        if self.texts:
            return self.text()
        if isinstance(self.node, Map):
            found: dict[str, object] = {}
            for name, value in self._entries(self.node, but):
                found.setdefault(name, value)
            return found
        if isinstance(self.node, Seq):
            return [value for _, value in self.elements()]
        return plain(self.node)

    def _entries(self, node: Map, but: "Spot | None") -> Iterator[tuple[str, object]]:
        for at, value in self.elements(but):
            if isinstance(at, Added):
                yield at.name or "", value
            else:
                spot = self.spots.get(at)
                yield (spot.renamed if spot and spot.renamed is not None else node.entries[at].name), value

    def elements(self, but: "Spot | None" = None) -> Iterator[tuple[int | Added, object]]:
        """Yield what the collection will hold, in order: the old element's number, or what is added; and the value."""
        node = self.node
        assert isinstance(node, Map | Seq)
        nodes = [entry.value for entry in node.entries] if isinstance(node, Map) else list(node.items)
        for at in range(len(nodes) + 1):
            for added in self.added:
                if added.at == at:
                    yield added, added.value
            if at < len(nodes) and not ((spot := self.spots.get(at)) and spot.removed):
                yield at, None if spot and spot is but else spot.value() if spot else plain(nodes[at])

    def text(self) -> str:
        """Return the text that the edits make of a text value."""
        value = self.node.value if isinstance(self.node, Scalar) else ""
        assert isinstance(value, str)
        for start, end, text in sorted(self.texts, reverse=True):
            value = value[:start] + text + value[end:]
        return value


def spot_at(root: Spot, path: Path) -> Spot:
    """Return the spot at a path.

    Raises:
        CannotChange: there is nothing, or nothing that could be changed there.
    """
    spot = root
    for at, part in enumerate(path):
        refuse_shared(spot)
        below = spot.child(part)
        if below is None:
            raise CannotChange(f"There is no {place_words(path[: at + 1])} any more.")
        spot = below
        if spot.entry is not None and spot.entry.key.aliased:
            refuse_shared(spot, spot.entry.key)
    return spot


def refuse_shared(spot: Spot, node: Node | None = None) -> None:
    """Refuse to change what stands behind an alias.

    Raises:
        CannotChange: the node (the spot's own where none is given) is written elsewhere.
    """
    node = node or spot.node
    if node.aliased:
        words = place_words(spot.path)
        words = words[:1].upper() + words[1:]
        message = f"{words} comes from an alias: it is written elsewhere, for several places. Change it where its anchor stands."
        raise CannotChange(message)


def place_words(path: Path) -> str:
    """Return what to call a path in a message: ‘with.range’ in step number 4 (of the job ‘build’)."""
    at = path.index("steps") if "steps" in path[:3] else len(path)
    number = path[at + 1] if len(path) > at + 1 else None
    if not isinstance(number, int):
        return f"‘{_dotted(path)}’" if path else "the workflow"
    step = f"step number {number + 1}" + (f" of the job ‘{path[1]}’" if path[0] == "jobs" and at == 2 else "")
    return f"‘{_dotted(path[at + 2 :])}’ in {step}" if len(path) > at + 2 else step


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def settle(spot: Spot) -> None:
    """Check that what was noted fits together.

    Raises:
        CannotChange: two changes contradict each other.
    """
    gone = spot.removed or spot.new is not KEEP
    if (gone and (spot.below or spot.texts or spot.added)) or (spot.removed and spot.new is not KEEP):
        raise conflict(spot.path)
    if spot.removed and spot.renamed is not None:
        raise conflict(spot.path)
    edits = sorted(spot.texts)
    for before, after in pairwise(edits):
        if after[0] < before[1] or after[:2] == before[:2]:
            raise conflict(spot.path)
    if isinstance(spot.node, Map) and (spot.added or any(below.renamed is not None for below in spot.spots.values())):
        _settle_names(spot, spot.node)
    for below in spot.spots.values():
        settle(below)


def _settle_names(spot: Spot, node: Map) -> None:
    kept = [
        below.renamed if (below := spot.spots.get(at)) and below.renamed is not None else entry.name
        for at, entry in enumerate(node.entries)
        if not ((gone := spot.spots.get(at)) and gone.removed)
    ]
    names = kept + [added.name or "" for added in spot.added]
    fresh = [below.renamed for below in spot.spots.values() if below.renamed is not None]
    fresh += [added.name or "" for added in spot.added]
    for name in fresh:
        if names.count(name) > 1:
            raise CannotChange(f"There is a key ‘{name}’ already in {place_words(spot.path)}.")


def conflict(path: Path) -> CannotChange:
    """Return the refusal of changes that cannot be made together."""
    return CannotChange(f"Two of the changes contradict each other at {place_words(path)}.")


def is_empty(node: Node) -> bool:
    """Tell whether a key has no value yet."""
    return (isinstance(node, Hole) and node.missing) or (isinstance(node, Scalar) and node.value is None)
