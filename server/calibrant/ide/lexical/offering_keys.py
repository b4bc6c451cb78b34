"""Keys on offer in a language with a lexicon: those of a place, what is given to what is called, names that are used already."""

from collections.abc import Iterator, Sequence

import msgspec

from calibrant import dialects
from calibrant.ide import completing_keys
from calibrant.ide.cursor import Cursor
from calibrant.ide.item import Item
from calibrant.ide.lexical.offering_words import KINDS
from calibrant.ide.pieces import pieces
from calibrant.ide.place import Place
from calibrant.ide.view import View
from calibrant.ide.writing import Writer
from calibrant.model.connector import SecretSpec
from calibrant.model.lexicon import Lexicon
from calibrant.model.workflow import Workflow


def first(item: Item, usual: Sequence[str]) -> Item:
    """Return an item, further up if most files have it."""
    if item.label not in usual:
        return item
    return msgspec.structs.replace(item, rank=usual.index(item.label) - len(usual) + min(item.rank, 0))


def keys(lexicon: Lexicon, place: Place, view: View) -> Iterator[Item]:
    """Yield the keys that may be typed at a place."""
    cursor, slot, text = place.cursor, place.slot, view.workflow.text
    if cursor.role == "value":
        return
    if slot.keys:
        usual = lexicon.usual(cursor.whole)
        for item in completing_keys.keys(cursor, text, slot.keys, lexicon.alone(cursor.whole)):
            yield first(item, usual)
    if slot.parameters and place.spec is not None:
        for item in completing_keys.parameters(cursor, text, place.spec):
            declared = place.spec.parameter(item.label)
            told = f"{declared.doc} Default: {declared.default}." if declared and declared.default else ""
            doc = (told or (declared.doc if declared else "")).replace("`", "'")
            yield msgspec.structs.replace(item, about=(), doc=doc)
    if slot.secrets and place.spec is not None:
        for rank, secret in enumerate(place.spec.secrets):
            if secret.name not in cursor.siblings:
                yield _secret(cursor, text, secret, rank)
    if slot.names in ("new input", "new secret", "new job"):
        yield from _undeclared(place, view)
    if cursor.role == "either" and not cursor.flow and not slot.keys and "array" in slot.types:
        yield from _begun(lexicon, place, view)
    if slot.names == "axis" and cursor.job is not None:
        yield from _axes(lexicon, cursor, text)


def _begun(lexicon: Lexicon, place: Place, view: View) -> Iterator[Item]:
    """Yield beginnings of a list of maps that has no element yet, with the keys that most elements have."""
    cursor, path = place.cursor, (*place.cursor.whole, 0)
    element = dialects.slot(view.workflow.language.name, path, None)
    usual = lexicon.usual(path) or tuple(key.name for key in element.keys if key.required)
    named = [key for name in usual for key in element.keys if key.name == name]
    for rank, key in enumerate(named):
        text = f"- {key.name}: "
        yield Item(text.rstrip(": "), "key", cursor.span, text, filter=key.name, doc=key.doc, rank=rank)


def _secret(cursor: Cursor, text: str, secret: SecretSpec, rank: int) -> Item:
    """Return a secret that what is called is given, most likely one of the same name."""
    writer = Writer(cursor, text)
    span, plain = (cursor.span, secret.name) if cursor.colon else (writer.span, writer.key(secret.name))
    detail = "secret, required" if secret.required else "secret"
    return Item(secret.name, "secret", span, plain, detail=detail, doc=secret.doc.replace("`", "'"), rank=rank)


def _axes(lexicon: Lexicon, cursor: Cursor, text: str) -> Iterator[Item]:
    """Yield the variables of the job's matrix, for a combination of their values."""
    writer = Writer(cursor, text)
    names = [one.name for one in lexicon.mentions(cursor.job) if one.sort == "axis"] if cursor.job else []
    for rank, name in enumerate(dict.fromkeys(names)):
        if name not in cursor.siblings and cursor.marker not in name:
            span, plain = (cursor.span, name) if cursor.colon else (writer.span, writer.key(name))
            yield Item(name, "variable", span, plain, detail="of the matrix", rank=rank)


def _undeclared(place: Place, view: View) -> Iterator[Item]:
    """Yield the names that are used and not made known yet, where they are made known, as keys."""
    cursor, writer = place.cursor, Writer(place.cursor, view.workflow.text)
    sort = place.slot.names.removeprefix("new ")
    for rank, name in enumerate(_used(view.workflow, place, sort)):
        if name not in cursor.siblings:
            span = cursor.span if cursor.colon else writer.span
            key = name if cursor.colon else f"{name}:"
            yield Item(name, KINDS[sort], span, key, detail="used, and not declared yet", rank=rank)  # type: ignore[index]


def _used(workflow: Workflow, place: Place, sort: str) -> list[str]:
    lexicon = place.lexicon
    if lexicon is None:
        return []
    found: dict[tuple[str, ...], str] = {}
    known: set[tuple[str, ...]] = set()
    for piece in pieces(workflow):
        for one in lexicon.mentions(piece.body):
            if one.sort == sort and one.defines:
                known.add(one.key)
            elif one.sort == sort:
                found.setdefault(one.key, one.name)
    return [name for key, name in found.items() if key not in known and place.cursor.marker not in name]
