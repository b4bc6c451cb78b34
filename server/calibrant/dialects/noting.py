"""Changes noted on a draft of a workflow, in any language."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from calibrant.model.change import (
    AddKey,
    AddNeed,
    CannotChange,
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
from calibrant.model.nodes import Map, Scalar, Seq, plain
from calibrant.syntax.draft import KEEP, Added, Spot, conflict, is_empty, place_words, refuse_shared, spot_at


class Habits(msgspec.Struct, frozen=True):
    """What a language has of its own.

    `order` is that of the keys of the map at a path (empty: none); `insides` are where the expressions of a text stand, each
    without its braces.
    """

    order: Callable[[Path], Sequence[str]]
    insides: Callable[[str], Sequence[tuple[int, int]]]


def note(root: Spot, changes: Sequence[Change], habits: Habits) -> None:
    """Note changes on a draft, each path leading through the document as it was.

    Raises:
        CannotChange: one of them does not fit the document, or two contradict each other.
    """
    needs: dict[Path, list[AddNeed | RemoveNeed]] = {}
    for change in dict.fromkeys(map(_Once, changes)):
        match change.change:
            case SetValue(path, value):
                _set(spot_at(root, path), value)
            case AddKey(path, name, value, first):
                _add_key(root, path, name, value, habits, first=first)
            case RemoveKey(path, nth):
                _remove_key(root, path, nth)
            case RenameKey(path, name, nth):
                _rename(root, path, name, nth)
            case InsertItem(path, at, value):
                _insert(spot_at(root, path), at, value)
            case RemoveItem(path):
                _remove_item(root, path)
            case EditText(path, start, end, text):
                _edit_text(spot_at(root, path), start, end, text)
            case EditExpression(path, number, source):
                _edit_expression(spot_at(root, path), number, source, habits)
            case AddNeed() | RemoveNeed():
                needs.setdefault(change.change.path, []).append(change.change)
    for path, several in needs.items():
        _needs(root, path, several, habits)


class _Once:
    """A change by its content, so that the same one told twice is made once."""

    def __init__(self, change: Change) -> None:
        self.change, self._words = change, repr(change)

    def __hash__(self) -> int:
        return hash(self._words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other._words == self._words


def same(one: object, other: object) -> bool:
    """Tell whether two plain values are the same, types included; the order of keys means nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return type(one) is type(other) and (one == other or (one != one and other != other))


def _set(spot: Spot, value: object) -> None:
    if spot.parent is None:
        raise CannotChange("A whole document is not replaced by a change; name the keys that should change.")
    refuse_shared(spot)
    if spot.new is not KEEP and not same(spot.new, value):
        raise conflict(spot.path)
    if not same(plain(spot.node), value) or is_empty(spot.node):
        spot.new = value


def _add_key(root: Spot, path: Path, name: str, value: object, habits: Habits, *, first: bool = False) -> None:
    spot, rest = root, [*path, name]
    while (below := spot.child(rest[0]) if not isinstance(spot.new, dict) else None) is not None:
        if len(rest) == 1:
            return
        refuse_shared(spot)
        spot = below
        rest.pop(0)
    refuse_shared(spot)
    made = value
    for part in reversed(rest[1:]):
        made = {part: made}
    key = rest[0]
    if not isinstance(key, str):
        raise CannotChange(f"There is no {place_words((*spot.path, key))} any more.")
    if isinstance(spot.node, Map):
        _add_to_map(spot, Added(_place(spot, spot.node, key, habits.order(spot.path), first=first), key, made))
    elif is_empty(spot.node):
        if spot.new is not KEEP and not isinstance(spot.new, dict):
            raise conflict(spot.path)
        spot.new = _merged(spot.path, {} if spot.new is KEEP else spot.new, {key: made})
    else:
        raise CannotChange(
            f"{place_words(spot.path)} is no map of keys and values, so that ‘{key}’ cannot be added to it."
        )


def _place(spot: Spot, node: Map, name: str, order: Sequence[str], *, first: bool) -> int:
    """Return before which entry a new key stands: in the usual order where there is one, else last or first.

    The key that an item of a list begins with stays the first one.
    """
    if name not in order:
        return 0 if first else len(node.entries)
    later = order[order.index(name) :]
    at = next((at for at, entry in enumerate(node.entries) if entry.name in later), len(node.entries))
    return max(at, 1) if isinstance(spot.part, int) else at


def _add_to_map(spot: Spot, new: Added) -> None:
    for added in spot.added:
        if added.name == new.name:
            added.value = _merged(spot.path, added.value, new.value)
            return
    spot.added.append(new)


def _merged(path: Path, one: object, other: object) -> object:
    """Return two new values of one key together."""
    if same(one, other):
        return one
    if not isinstance(one, dict) or not isinstance(other, dict):
        raise conflict(path)
    return {
        **one,
        **{name: _merged(path, one[name], value) if name in one else value for name, value in other.items()},
    }


def _key(root: Spot, path: Path, nth: int | None) -> Spot:
    spot = spot_at(root, path)
    if spot.entry is None or spot.parent is None:
        raise CannotChange(f"{place_words(path)} is no key.")
    refuse_shared(spot.parent)
    node = spot.parent.node
    if nth is None and isinstance(node, Map) and sum(entry.name == spot.entry.name for entry in node.entries) > 1:
        raise CannotChange(f"{place_words(path)} stands there twice; take one of them away by hand first.")
    meant = spot.parent.child(path[-1], nth or 0)
    if meant is None or (meant.entry is not None and meant.entry.key.aliased):
        raise CannotChange(f"{place_words(path)} no longer stands there {(nth or 0) + 1} times.")
    return meant


def _remove_key(root: Spot, path: Path, nth: int | None = None) -> None:
    _key(root, path, nth).removed = True


def _rename(root: Spot, path: Path, name: str, nth: int | None) -> None:
    spot = _key(root, path, nth)
    if spot.renamed is not None and spot.renamed != name:
        raise conflict(path)
    if spot.entry is not None and spot.entry.name != name:
        spot.renamed = name


def _insert(spot: Spot, at: int, value: object) -> None:
    refuse_shared(spot)
    if is_empty(spot.node) and at == 0:
        spot.new = [*(spot.new if isinstance(spot.new, list) else []), value]
        return
    if not isinstance(spot.node, Seq):
        raise CannotChange(f"{place_words(spot.path)} is no list, so that nothing can be inserted there.")
    if not 0 <= at <= len(spot.node.items):
        raise CannotChange(f"{place_words(spot.path)} has no place number {at + 1} any more.")
    spot.added.append(Added(at, None, value))


def _remove_item(root: Spot, path: Path) -> None:
    spot = spot_at(root, path)
    if spot.parent is None or not isinstance(spot.parent.node, Seq):
        raise CannotChange(f"{place_words(path)} is no item of a list.")
    refuse_shared(spot.parent)
    spot.removed = True


def _text_of(spot: Spot) -> str:
    refuse_shared(spot)
    if not isinstance(spot.node, Scalar) or not isinstance(spot.node.value, str):
        raise CannotChange(f"{place_words(spot.path)} is no text.")
    return spot.node.value


def _edit_text(spot: Spot, start: int, end: int, text: str) -> None:
    value = _text_of(spot)
    if not 0 <= start <= end <= len(value):
        raise CannotChange(f"{place_words(spot.path)} is shorter than it was.")
    if value[start:end] != text and (start, end, text) not in spot.texts:
        spot.texts.append((start, end, text))


def _edit_expression(spot: Spot, number: int, source: str, habits: Habits) -> None:
    node = spot.node
    if isinstance(node, Scalar) and not isinstance(node.value, str) and node.value is not None and number == 0:
        _set(spot, source)
        return
    value = _text_of(spot)
    insides = habits.insides(value)
    if not 0 <= number < max(len(insides), 1):
        raise CannotChange(f"{place_words(spot.path)} has no expression number {number + 1} any more.")
    start, end = insides[number] if insides else (0, len(value))
    inner = value[start:end]
    if inner.strip():
        end -= len(inner) - len(inner.rstrip())
        start += len(inner) - len(inner.lstrip())
    _edit_text(spot, start, end, source)


def _needs(root: Spot, path: Path, changes: Iterable[AddNeed | RemoveNeed], habits: Habits) -> None:
    """Note what the step or job at a path waits for, whether that is missing, one id or a list."""
    spot = spot_at(root, path)
    refuse_shared(spot)
    added = [change.id for change in changes if isinstance(change, AddNeed)]
    removed = [change.id for change in changes if isinstance(change, RemoveNeed)]
    if set(added) & set(removed):
        raise conflict((*path, "needs"))
    listed = spot.child("needs")
    if listed is None:
        if added:
            _add_key(root, path, "needs", added, habits)
        return
    before = plain(listed.node)
    have = before if isinstance(before, list) else [] if before is None else [before]
    added = [need for need in added if need not in have]
    left = [need for need in have if need not in removed] + added
    if left == have:
        return
    refuse_shared(listed)
    if not left:
        _remove_key(root, (*path, "needs"))
    elif isinstance(listed.node, Seq):
        for at, need in enumerate(have):
            if need in removed:
                _remove_item(root, (*path, "needs", at))
        for need in added:
            _insert(listed, len(have), need)
    else:
        _set(listed, left[0] if len(left) == 1 and before is not None else left)
