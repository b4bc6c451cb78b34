"""Keeps credentials that stand in plain text out of what is shown of a workflow: pages, lists of what may be typed, outlines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import is_

import msgspec

from calibrant.ide.item import Item, Offered
from calibrant.ide.outline import Entry
from calibrant.ide.page import Block, Code, Items, Page, Said, Text, Title, Value
from calibrant.rules.concealing import HIDDEN, concealer
from calibrant.rules.credential_search import distinct, formats_in, of_provider


def hider(confidential: Sequence[str]) -> Callable[[str], str]:
    """Return what takes credentials out of a text: those of the workflow, and those that any reader would know for one."""
    own = concealer(confidential)

    def hide(text: str) -> str:
        text = own(text)
        for found in reversed(distinct(of_provider(text, formats_in(text)))):
            text = text[: found.span.start] + HIDDEN + text[found.span.end :]
        return text

    return hide


def hidden_page(page: Page, confidential: Sequence[str]) -> Page:
    """Return a page without credentials."""
    hide = hider(confidential)
    return tuple(_block(block, hide) for block in page)


def hidden_items(offered: Offered, confidential: Sequence[str]) -> Offered:
    """Return what is on offer without credentials: none is offered, and none is told of what is."""
    hide = hider(confidential)
    kept = (one for one in offered.items if hide(one.label) == one.label and hide(one.insert) == one.insert)
    return Offered(tuple(_item(one, hide) for one in kept), offered.incomplete)


def hidden_entries(entries: Iterable[Entry], confidential: Sequence[str]) -> Iterator[Entry]:
    """Yield entries of an outline without credentials in their names and details."""
    hide = hider(confidential)
    return (_entry(one, hide) for one in entries)


def _block(block: Block, hide: Callable[[str], str]) -> Block:
    match block:
        case Title():
            return Title(hide(block.name), hide(block.kind))
        case Text() | Said():
            return type(block)(hide(block.text))
        case Value():
            return Value(hide(block.words), hide(block.text))
        case Code():
            return Code(hide(block.text), block.language)
        case Items():
            return Items(tuple(map(hide, block.items)))
    return block


def _item(item: Item, hide: Callable[[str], str]) -> Item:
    detail, doc, code = hide(item.detail), hide(item.doc), hide(item.code)
    same = (detail, doc, code) == (item.detail, item.doc, item.code)
    return item if same else msgspec.structs.replace(item, detail=detail, doc=doc, code=code)


def _entry(entry: Entry, hide: Callable[[str], str]) -> Entry:
    name, detail = hide(entry.name), hide(entry.detail)
    below = tuple([_entry(one, hide) for one in entry.below])
    if name == entry.name and detail == entry.detail and all(map(is_, below, entry.below)):
        return entry  # as nearly all are
    return msgspec.structs.replace(entry, name=name, detail=detail, below=below)
