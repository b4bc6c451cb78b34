"""What is offered for completion, as data: for any editor."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from calibrant.model.text import Span

Kind = Literal[
    "key", "parameter", "connector", "value", "constant", "file", "folder", "sheet", "table", "column", "step", "job", "input",
    "secret", "variable", "field", "element", "filter", "test", "function", "operator",
]  # fmt: skip

MOST = 150
"""How many are offered at once; where there are more, those that fit best, and the editor asks again as one types on."""


class Item(msgspec.Struct, frozen=True):
    """One thing on offer.

    `insert` replaces `span` of the document; a client that knows snippets gets `snippet` in its place, where there is one.
    `filter` is what the word there is compared with, where that is not the label. `detail` is said beside the label, `doc`
    when it is looked at, what is between backticks as code, and `code` below it as it is; `about` names what the
    documentation is of, where there is more.
    The lower `rank`, the further up.
    """

    label: str
    kind: Kind
    span: Span
    insert: str
    snippet: str = ""
    filter: str = ""
    detail: str = ""
    doc: str = ""
    code: str = ""
    about: tuple[str, ...] = ()
    rank: int = 0


class Offered(msgspec.Struct, frozen=True):
    """All on offer at a place, the most useful first; `incomplete`: there is more to be had as one types on."""

    items: tuple[Item, ...] = ()
    incomplete: bool = False


NONE = Offered()


def offered(items: Iterable[Item], typed: str, *, incomplete: bool = False) -> Offered:
    """Return what is on offer, bounded: where there is too much, what has the typed letters in it, those nearest first."""
    found = sorted(items, key=lambda item: item.rank)
    if len(found) > MOST:
        fitting = [item for item in found if has_letters(item.filter or item.label, typed)]
        found = sorted(fitting, key=lambda item: _distance(item, typed))[:MOST] if typed else fitting[:MOST]
        incomplete = True
    return Offered(tuple(found), incomplete)


def has_letters(text: str, typed: str) -> bool:
    """Tell whether the letters of `typed` come in that order in a text, as editors look for them."""
    rest = iter(text.casefold())
    return all(letter in rest for letter in typed.casefold())


def _distance(item: Item, typed: str) -> tuple[bool, bool, int]:
    name = (item.filter or item.label).casefold()
    return (not name.startswith(typed.casefold()), typed.casefold() not in name, item.rank)


def escaped(text: str) -> str:
    """Return a text as a snippet writes it."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def choice(values: Sequence[str]) -> str:
    """Return a place in a snippet where one of some values is chosen."""
    inside = ",".join(value.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|") for value in values)
    return f"${{1|{inside}|}}"
