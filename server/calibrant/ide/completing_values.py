"""Values on offer: connectors, steps, secrets, the values a parameter or key takes, and what its target has."""

from collections.abc import Iterator, Sequence
from typing import Final

from calibrant.ide.completing_keys import is_reference
from calibrant.ide.cursor import Cursor
from calibrant.ide.dependents import dependents
from calibrant.ide.item import Item, Kind, escaped
from calibrant.ide.writing import Writer
from calibrant.model.connector import Choice, ConnectorSpec, ParameterSpec, Specs
from calibrant.model.nodes import Map, Seq, at_path
from calibrant.model.slot import Slot
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow

_KINDS: Final[dict[str, Kind]] = {
    "file": "file",
    "folder": "folder",
    "sheet": "sheet",
    "table": "table",
    "range": "sheet",
    "column": "column",
}

_USED: Final = "used, and not declared yet"


def connectors(cursor: Cursor, text: str, specs: Specs, key: str) -> Iterator[Item]:
    """Yield the connectors that can be used, by name; a new step gets the parameters that its connector must be given.

    `key` is the one beside the connector's under which parameters stand; empty where the language has none.
    """
    writer = Writer(cursor, text)
    for rank, (name, spec) in enumerate(sorted(specs.items())):
        if spec.broken:
            continue
        yield Item(
            name,
            "connector",
            writer.span,
            writer.value(name),
            snippet=with_parameters(cursor, spec, key) if key else "",
            filter=writer.filter(name),
            detail=spec.summary,
            about=("connector", name),
            rank=rank,
        )


def with_parameters(cursor: Cursor, spec: ConnectorSpec, key: str) -> str:
    """Return the connector's name with what it must be given below it, as a snippet; empty where that would be in the way."""
    body = cursor.body
    if body is None or cursor.json or cursor.style != "plain" or not cursor.ends or not isinstance(body.node, Map):
        return ""
    required = [parameter for parameter in spec.parameters if parameter.required]
    if not required or body.node.flow or body.node.get(key) is not None or len(cursor.path) != 1:
        return ""
    own = body.node.entry(str(cursor.path[0]))
    if own is None or own.key.span.start > cursor.scalar.span.start:
        return ""
    below = "\n" + " " * (cursor.key_column - cursor.lead)
    lines = [f"{below}  {one.name}: {_blank(one, at)}" for at, one in enumerate(required, 1)]
    return f"{escaped(spec.name)}{below}{key}:{''.join(lines)}"


def _blank(parameter: ParameterSpec, at: int) -> str:
    return f'"{{{{ ${at} }}}}"' if is_reference(parameter) else f"${at}"


def steps(cursor: Cursor, text: str, workflow: Workflow) -> Iterator[Item]:
    """Yield the steps that the cursor's step can wait for: not itself, nothing that waits for it, nothing named already."""
    writer = Writer(cursor, text)
    taken = {need.id for need in cursor.body.needs} if cursor.body else set()
    for rank, step in reachable(cursor, workflow):
        if step.body.id is None or step.body.id in taken:
            continue
        name = step.body.id
        detail = step.body.name or step.body.action or ""
        yield Item(name, "step", writer.span, writer.value(name), filter=writer.filter(name), detail=detail, rank=rank)


def reachable(cursor: Cursor, workflow: Workflow) -> Iterator[tuple[int, Step]]:
    """Yield the steps that the cursor's step can use, with how far off they are: those before it come first, from it upwards."""
    here = cursor.step.index if cursor.step else len(workflow.steps)
    barred = dependents(workflow, cursor.step, cursor.marker) if cursor.step else frozenset()
    own = cursor.body.id.replace(cursor.marker, "") if cursor.body and cursor.body.id else ""
    seen: set[str] = {own}
    for step in workflow.steps:
        if step.body.id is None or step.index in barred or step.body.id in seen:
            continue
        if cursor.step is not None and step.origin == cursor.step.origin:
            continue
        seen.add(step.body.id)
        yield (here - step.index if step.index < here else len(workflow.steps) + step.index), step


def undeclared(cursor: Cursor, text: str, workflow: Workflow, what: str) -> Iterator[Item]:
    """Yield the names of secrets, inputs or steps that steps use and nothing declares: where they are declared."""
    writer = Writer(cursor, text)
    kind: Kind = "secret" if what == "new secret" else "input" if what == "new input" else "step"
    for rank, name in enumerate(_undeclared(workflow, what)):
        if name in cursor.siblings:
            continue
        if kind != "input":
            yield Item(name, kind, writer.span, writer.value(name), filter=writer.filter(name), detail=_USED, rank=rank)
            continue
        key = f"{writer.value(name)}: "
        span, plain = (cursor.span, name) if cursor.colon else (writer.span, key)
        snippet = "" if cursor.colon else escaped(key) + ('{"type": "$1"}$0' if cursor.json else "{type: $1}$0")
        yield Item(name, kind, span, plain, snippet, filter=writer.filter(name), detail=_USED, rank=rank)


def _undeclared(workflow: Workflow, what: str) -> list[str]:
    references = [reference for step in workflow.steps for reference in step.body.references]
    if what == "new step":
        known = {step.body.id for step in workflow.steps} | workflow.language.reserved_ids
        needed = [need.id for step in workflow.steps for need in step.body.needs]
        used = [*(reference.root for reference in references), *needed]
    else:
        root = "secrets" if what == "new secret" else "inputs"
        known = {one.name for one in (workflow.secrets if what == "new secret" else workflow.inputs)}
        used = [str(reference.path[0]) for reference in references if reference.root == root and reference.path]
    return [name for name in dict.fromkeys(used) if name not in known]


def fixed(cursor: Cursor, text: str, slot: Slot, declared: ParameterSpec | None) -> Iterator[Item]:
    """Yield the values that are prescribed: enumerations, true and false, what holds where nothing is given."""
    writer = Writer(cursor, text)
    values = (declared.enum if declared and declared.enum else slot.values) or ()
    for rank, value in enumerate(values):
        detail = "default" if declared is not None and declared.default == value else ""
        yield Item(
            value, "value", writer.span, writer.value(value), filter=writer.filter(value), detail=detail, rank=rank
        )
    kinds = (declared.type,) if declared is not None else slot.types
    if "boolean" in kinds and cursor.style in ("plain", "bare"):
        for rank, word in enumerate(("true", "false")):
            default = declared is not None and declared.default is (word == "true")
            yield Item(
                word, "constant", cursor.span, word, detail="default" if default else "", rank=len(values) + rank
            )
    if not values and declared is not None and isinstance(declared.default, str) and declared.default:
        value = declared.default
        yield Item(
            value,
            "value",
            writer.span,
            writer.value(value),
            filter=writer.filter(value),
            detail="default",
            rank=9_000,
        )


def chosen(
    cursor: Cursor, text: str, choices: Sequence[Choice], suffixes: tuple[str, ...] = (), *, word: Span | None = None
) -> Iterator[Item]:
    """Yield what the target has, files that end with one of the `suffixes` first.

    `word`: they are words in the value, of which the cursor is in this one.
    """
    writer = Writer(cursor, text)
    for rank, one in enumerate(sorted(choices, key=lambda one: _is_other_file(one, suffixes))):
        if not one.value.isprintable() or (word is not None and not one.value.isidentifier()):
            continue  # what such a name looks like is not what it is
        if cursor.role == "key" and one.value in cursor.siblings:
            continue
        kind = _KINDS.get(one.kind, "value")
        if word is not None:
            yield Item(one.value, kind, word, one.value, detail=one.detail, rank=rank)
        else:
            yield Item(
                one.value,
                kind,
                writer.span,
                writer.key(one.value) if cursor.role == "key" else writer.value(one.value),
                filter=writer.filter(one.value),
                detail=one.detail,
                rank=rank,
            )


def _is_other_file(one: Choice, suffixes: tuple[str, ...]) -> bool:
    return bool(suffixes) and one.kind == "file" and not one.value.lower().endswith(suffixes)


def listed_already(cursor: Cursor) -> tuple[str, ...]:
    """Return the other texts of the list that the cursor's value is in."""
    if cursor.body is None or not cursor.path or not isinstance(cursor.path[-1], int):
        return ()
    around = at_path(cursor.body.node, cursor.path[:-1])
    items = around.items if isinstance(around, Seq) else ()
    values = (getattr(item, "value", None) for at, item in enumerate(items) if at != cursor.path[-1])
    return tuple(value for value in values if isinstance(value, str))
