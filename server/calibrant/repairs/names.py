"""Which of several names a fix offers, and in which order."""

from collections.abc import Collection, Sequence

import msgspec

from calibrant.model.closest import closest
from calibrant.model.fix import Safety

MOST = 6
"""Names or values that are offered for one that is not there."""

_FAR = 3
"""How many ranks a name lies behind that was hardly meant by its letters."""

_KIN = (
    frozenset({"date", "time", "when", "received", "sent", "created", "timestamp", "day"}),
    frozenset({"from", "sender", "author", "email", "mail", "address"}),
    frozenset({"to", "recipient", "recipients", "receiver"}),
    frozenset({"text", "body", "content", "message", "html", "description"}),
    frozenset({"subject", "title", "name", "label", "headline"}),
    frozenset(
        {"items", "rows", "list", "results", "data", "records", "elements", "entries", "values", "files", "emails"}
    ),
    frozenset({"count", "total", "length", "size", "number", "amount", "affected", "appended", "updated"}),
    frozenset({"url", "link", "href", "uri", "path", "file", "filename"}),
    frozenset({"status", "state", "code", "exit_code"}),
    frozenset({"output", "stdout", "result", "response"}),
)
"""Words that are often taken for each other."""


class Offer(msgspec.Struct, frozen=True):
    """The names to offer, the closest first; the first `near` of them may have been meant by their letters."""

    names: tuple[str, ...]
    near: int
    wanted: str = ""

    @property
    def choices(self) -> int:
        """Among how many names a choice is made."""
        return len(self.names)

    @property
    def meant(self) -> int:
        """Among how many names a choice is made where one that is a slip of the finger away leaves the others out."""
        slips = sum(one_slip(self.wanted, name) for name in self.names)
        return 1 if slips == 1 and one_slip(self.wanted, self.names[0]) else self.choices

    def rank(self, at: int) -> int:
        """Return the rank of a name by its position."""
        return at if at < self.near else at + _FAR

    def level(self, at: int, level: Safety) -> Safety:
        """Return how safe it is to take a name: no other than the closest, and that only where it is close."""
        return level if at == 0 and self.near else "review"


def offered(wanted: str, candidates: Sequence[str]) -> Offer:
    """Return the names to offer in another one's place."""
    names = tuple(dict.fromkeys(name for name in candidates if name != wanted))
    near = closest(wanted, names)
    rest = sorted((name for name in names if name not in near), key=lambda name: not _kin(wanted, name))
    return Offer((*near, *rest)[:MOST], len(near), wanted)


def one_slip(one: str, other: str) -> bool:
    """Tell whether two names differ by one letter at most: more, less, another, or two that changed places; in any case."""
    one, other = one.casefold(), other.casefold()
    if one == other:
        return True
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or one[:2][::-1] + one[2:] == other


def _kin(one: str, other: str) -> bool:
    words = {one.lower(), other.lower()}
    return any(words <= group for group in _KIN)


def fresh(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it where it is taken."""
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
