"""What may be typed at a place of a language with a lexicon: keys, values, names, and what expressions are made of."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from calibrant.ide import completing_keys, completing_values
from calibrant.ide.around import Around
from calibrant.ide.cursor import Cursor
from calibrant.ide.item import NONE, Item, Kind, Offered, escaped, offered
from calibrant.ide.lexical.about import taken
from calibrant.ide.lexical.standing import at_cursor
from calibrant.ide.pieces import pieces
from calibrant.ide.place import Place, parameters_key
from calibrant.ide.view import View
from calibrant.ide.writing import Writer
from calibrant.model.connector import SecretSpec
from calibrant.model.lexicon import Lexicon, Sort, Standing, Word
from calibrant.model.workflow import Workflow

_KINDS: Final[dict[Sort, Kind]] = {
    "step": "step",
    "output": "field",
    "job": "job",
    "job output": "field",
    "input": "input",
    "secret": "secret",
    "variable": "variable",
    "axis": "variable",
    "service": "field",
    "field": "field",
    "context": "variable",
    "function": "function",
    "constant": "constant",
    "operator": "operator",
    "value": "value",
}
_OPERATORS: Final = (
    ("==", "are equal"),
    ("!=", "are not equal"),
    ("&&", "both hold"),
    ("||", "one of both holds, or else the other value"),
    ("<", "is less"),
    ("<=", "is less or equal"),
    (">", "is more"),
    (">=", "is more or equal"),
)


def complete_by(lexicon: Lexicon, place: Place, view: View, near: tuple[str, ...] = ()) -> Offered:
    """Return what is on offer at a place; `near` is what there is to call in the same repository."""
    cursor = place.cursor
    if place.typing is not None:
        around = Around(cursor, place.typing, place.slot, place.declared, view)
        return offered(_in_expression(lexicon, around), place.typing.typed)
    behind = view.workflow.text[cursor.offset : cursor.offset + 1]
    if not cursor.typed and cursor.role == "value" and behind in ("[", "{"):
        return NONE  # a list or map stands there already
    if any(one.start < cursor.at < one.end for one in lexicon.braces(cursor.value)):
        return NONE
    items = [*_keys(lexicon, place, view), *_values(lexicon, place, view, near)]
    return offered(items, cursor.typed) if items else NONE


def _in_expression(lexicon: Lexicon, around: Around) -> Iterator[Item]:
    typing = around.typing
    typed = around.cursor.value[typing.start : typing.end]
    standing = at_cursor(around.view.workflow, around.view.specs, around.cursor, typed)
    match around.typing.kind:
        case "root":
            words = list(lexicon.roots(standing))
            if any(one.sort == "context" for one in words):
                yield from (_item(around, one, rank) for rank, one in enumerate(words))
        case "field":
            yield from (_item(around, one, rank) for rank, one in enumerate(_members(lexicon, standing, around)))
        case "element":
            for rank, one in enumerate(_members(lexicon, standing, around)):
                name = one.name if around.typing.quote else f"'{one.name}'"
                made = _item(around, one, rank)
                yield msgspec.structs.replace(made, insert=name, snippet="", label=one.name, filter=name)
        case "text":
            for rank, one in enumerate(lexicon.texts(standing, around.typing.chain)):
                name = one.name.replace("'", "''")
                yield Item(one.name, "value", around.span, name, detail=one.detail, doc=one.doc, rank=rank)
        case "operator":
            for rank, (name, detail) in enumerate(_OPERATORS):
                yield Item(name, "operator", around.span, name, detail=detail, rank=rank)


def _members(lexicon: Lexicon, standing: Standing, around: Around) -> Iterator[Word]:
    yield from lexicon.members(standing, around.typing.chain)


def _item(around: Around, word: Word, rank: int) -> Item:
    close = around.closing
    name, snippet = word.name, ""
    detail = word.detail
    if word.arguments is not None:
        detail = f"({word.arguments}) → {word.detail}"
        if around.typing.follows != "(":
            inner = "$1" if word.arguments else ""
            snippet, name = f"{name}({inner})$0{close}", name if inner else f"{name}()"
    elif close:
        snippet = f"{escaped(name)}$0{close}"
    return Item(word.name, _KINDS[word.sort], around.span, name, snippet, detail=detail, doc=word.doc, rank=rank)


def _first(item: Item, usual: Sequence[str]) -> Item:
    """Return an item, further up if most files have it."""
    if item.label not in usual:
        return item
    return msgspec.structs.replace(item, rank=usual.index(item.label) - len(usual) + min(item.rank, 0))


def _keys(lexicon: Lexicon, place: Place, view: View) -> Iterator[Item]:
    cursor, slot, text = place.cursor, place.slot, view.workflow.text
    if cursor.role == "value":
        return
    if slot.keys:
        usual = lexicon.usual(cursor.whole)
        for item in completing_keys.keys(cursor, text, slot.keys, lexicon.alone(cursor.whole)):
            yield _first(item, usual)
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
    if slot.names == "axis" and cursor.job is not None:
        yield from _axes(lexicon, cursor, text)


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
            yield Item(name, _KINDS[sort], span, key, detail="used, and not declared yet", rank=rank)  # type: ignore[index]


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


def _values(lexicon: Lexicon, place: Place, view: View, near: tuple[str, ...]) -> Iterator[Item]:
    cursor, slot = place.cursor, place.slot
    if cursor.role == "key" or not cursor.alone or lexicon.opens in cursor.value:
        return
    if cursor.role == "either" and (slot.keys or slot.secrets or slot.parameters):
        return
    there = frozenset(cursor.listed)
    match slot.names:
        case "action" | "reusable workflow":
            yield from _called(lexicon, place, view, near)
        case "job":
            yield from _jobs(place, view, there)
        case "step":
            yield from _steps(place, view, there)
    yield from _fixed(lexicon, place, view, there)


def _called(lexicon: Lexicon, place: Place, view: View, near: tuple[str, ...]) -> Iterator[Item]:
    """Yield what a step or a job may call, with what that must be given."""
    cursor, text = place.cursor, view.workflow.text
    writer, key = Writer(cursor, text), parameters_key(view.workflow.language.name, cursor)
    for rank, name in enumerate(dict.fromkeys((*near, *view.specs))):
        spec = view.specs.get(name)  # of some no more than the name is known
        if not lexicon.fits(name, place.slot.names) or (spec is not None and spec.broken):
            continue
        yield Item(
            name,
            "connector",
            writer.span,
            writer.value(name),
            snippet=completing_values.with_parameters(cursor, spec, key) if spec is not None and key else "",
            filter=writer.filter(name),
            detail=spec.summary if spec is not None else "of this repository",
            code=taken(spec) if spec is not None else "",
            rank=rank,
        )


def _jobs(place: Place, view: View, there: frozenset[str]) -> Iterator[Item]:
    """Yield the jobs that a job may wait for: not itself, none that waits for it."""
    cursor, workflow = place.cursor, view.workflow
    writer = Writer(cursor, workflow.text)
    own = (cursor.job.id or "").lower() if cursor.job else ""
    waiting = {own}
    names = {(job.body.id or "").lower(): {need.id.lower() for need in job.body.needs} for job in workflow.jobs}
    while more := {name for name, needs in names.items() if needs & waiting} - waiting:
        waiting |= more
    for rank, job in enumerate(workflow.jobs):
        name = job.body.id or ""
        if name and name.lower() not in waiting and name not in there:
            detail = job.body.name or job.body.action or ""
            yield Item(
                name, "job", writer.span, writer.value(name), filter=writer.filter(name), detail=detail, rank=rank
            )


def _steps(place: Place, view: View, there: frozenset[str]) -> Iterator[Item]:
    """Yield the steps before, by their ids."""
    cursor, workflow = place.cursor, view.workflow
    writer = Writer(cursor, workflow.text)
    if not 0 <= cursor.job_index < len(workflow.jobs):
        return
    job = workflow.jobs[cursor.job_index]
    for rank, step in enumerate(reversed(workflow.steps[job.first : cursor.step.index if cursor.step else job.after])):
        name = step.body.id or ""
        if name and name not in there:
            detail = step.body.name or ""
            yield Item(
                name, "step", writer.span, writer.value(name), filter=writer.filter(name), detail=detail, rank=rank
            )


def _fixed(lexicon: Lexicon, place: Place, view: View, there: frozenset[str]) -> Iterator[Item]:
    """Yield the values that are prescribed, with what they mean."""
    cursor, declared = place.cursor, place.declared
    if declared is not None and not declared.enum and isinstance(declared.default, str) and declared.default:
        # it is written as people write it: what is given to an action is a text in any case
        plain = declared.default if cursor.style in ("plain", "bare") and declared.default.isalnum() else ""
        writer = Writer(cursor, view.workflow.text)
        insert = plain or writer.value(declared.default)
        yield Item(declared.default, "value", writer.span, insert, detail="default")
        return
    for item in completing_values.fixed(cursor, view.workflow.text, place.slot, declared):
        if item.label not in there:
            told = msgspec.structs.replace(item, doc=lexicon.meaning(cursor.whole, item.label))
            yield _first(told, lexicon.usual(cursor.whole))
