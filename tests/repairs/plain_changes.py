"""What changes mean, on plain data: the dialects' writing must come to the same."""

import copy
from collections.abc import Iterable
from typing import Any

from calibrant.expressions.scan import find_braces
from calibrant.model.change import (
    AddKey,
    AddNeed,
    Change,
    EditExpression,
    EditText,
    InsertItem,
    RemoveItem,
    RemoveKey,
    RemoveNeed,
    RenameKey,
    SetValue,
)
from calibrant.model.expression import Path


def applied(data: Any, changes: Iterable[Change]) -> Any:
    """Return the data with the changes made, one after the other."""
    data = copy.deepcopy(data)
    for change in changes:
        _apply(data, change)
    return data


def _apply(data: Any, change: Change) -> None:
    match change:
        case SetValue():
            _at(data, change.path[:-1])[change.path[-1]] = change.value
        case AddKey():
            _add(data, change)
        case RemoveKey(nth=nth) | RenameKey(nth=nth) if nth is not None:
            raise ValueError("plain data holds each key once")
        case RemoveKey() | RemoveItem():
            del _at(data, change.path[:-1])[change.path[-1]]
        case RenameKey():
            around = _at(data, change.path[:-1])
            items = [(change.name if key == change.path[-1] else key, value) for key, value in around.items()]
            around.clear()
            around.update(items)
        case InsertItem():
            _at(data, change.path).insert(change.at, change.value)
        case EditText():
            text = _at(data, change.path)
            _at(data, change.path[:-1])[change.path[-1]] = text[: change.start] + change.text + text[change.end :]
        case EditExpression():
            around, key = _at(data, change.path[:-1]), change.path[-1]
            around[key] = _expressed(around[key], change.number, change.source)
        case AddNeed() | RemoveNeed():
            _need(_at(data, change.path), change)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _add(data: Any, change: AddKey) -> None:
    around = data
    for part in change.path:
        if isinstance(around, dict) and around.get(part) is None:
            around[part] = {}
        around = around[part]
    if change.name in around:
        return
    items = list(around.items())
    items.insert(0 if change.first else len(items), (change.name, change.value))
    around.clear()
    around.update(items)


def _expressed(text: str, number: int, source: str) -> str:
    found = find_braces(text)
    if not found:
        assert number == 0
        return source
    inner = text[found[number].inner : found[number].inner_end]
    start = found[number].inner + len(inner) - len(inner.lstrip())
    end = found[number].inner_end - (len(inner) - len(inner.rstrip()))
    return text[:start] + source + text[end:]


def _need(step: dict[str, Any], change: AddNeed | RemoveNeed) -> None:
    needs = step.get("needs", [])
    needs = [needs] if isinstance(needs, str) else list(needs)
    if isinstance(change, AddNeed):
        needs = [*needs, change.id] if change.id not in needs else needs
    else:
        needs = [need for need in needs if need != change.id]
    if needs:
        step["needs"] = needs
    else:
        step.pop("needs", None)
