"""What one document's pieces share while they are read one after the other: anchors, and how much aliases stand for."""

from calibrant.model.nodes import Anchors, Node
from calibrant.model.text import Span
from calibrant.syntax.moving import aliased
from calibrant.syntax.tree import LIMITS

_NOWHERE = Span(0, 0)


class Scope:
    """The anchors known so far, without their places, and how many nodes aliases have made.

    Keeps record of what the piece that is being read takes from it and gives to it.
    """

    def __init__(self) -> None:
        self.anchors: dict[str, Node] = {}
        self.aliased = 0
        self.allowed = LIMITS.alias_nodes
        self.told: set[str] = set()
        self._same: dict[tuple[int, int], tuple[Node, Node, bool]] = {}
        self.begin(0)

    def begin(self, length: int) -> None:
        """Begin with a piece of so many characters: a longer text may have more values by way of aliases."""
        self.allowed += length
        self._taken: dict[str, Node | None] = {}
        self._given: dict[str, Node] = {}
        self._before = self.aliased

    def record(self, *, flawed: bool) -> Anchors | None:
        """Return what the piece took and gave; None where that does not tell all that its reading hangs on.

        `flawed` tells whether something was found wrong with it: that may name, or hang on, any other anchor.
        """
        if (self._taken or self._given) and (flawed or self.aliased > self.allowed):
            return None
        return Anchors(tuple(self._taken.items()), tuple(self._given.items()), self.aliased - self._before)

    def declare(self, name: str, node: Node) -> None:
        """Make an anchor known."""
        self.anchors[name] = self._given[name] = aliased(node, _NOWHERE)

    def find(self, name: str) -> Node | None:
        """Return what an alias stands for."""
        found = self.anchors.get(name)
        if name not in self._given:
            self._taken[name] = found
        return found

    def repeat(self, anchors: Anchors, length: int) -> bool:
        """Tell whether a piece with this record would be read as it was then; if so, do to the scope what reading it does."""
        if self.aliased + anchors.values > self.allowed + length:
            return False
        if not all(self._is(self.anchors.get(name), then) for name, then in anchors.taken):
            return False
        self.allowed += length
        self.anchors.update(anchors.given)
        self.aliased += anchors.values
        return True

    def _is(self, now: Node | None, then: Node | None) -> bool:
        """Compare two nodes, of which one may be large and asked for often."""
        if now is None or then is None:
            return now is then
        known = self._same.get((id(now), id(then)))
        if known is None:
            known = self._same[id(now), id(then)] = now, then, now == then
        return known[2]
