"""Changes made on plain data: what writing them into text is measured by; and changes drawn at random."""

import copy
import random
from collections.abc import Iterator, Sequence
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
from calibrant.model.nodes import plain
from calibrant.model.workflow import Workflow

WORDS = [
    *("word", "two words", "", " ", "yes", "NO", "on", "y", "null", "~", "true", "12", "1.5", "0x1F", "010", "1_000"),
    *(
        "12:30:45",
        "2024-01-31",
        "1e3",
        ".5",
        "-",
        "- a",
        "-a",
        "--flag",
        "?",
        "? a",
        ":",
        "a: b",
        "a:b",
        "a:",
        "http://x/y?z",
    ),
    *(
        "#",
        "a #b",
        "a#b",
        "@x",
        "`x",
        "%d",
        "&a",
        "*a",
        "!x",
        "|",
        ">",
        "a, b",
        "[a]",
        "{a}",
        "it's",
        'say "x"',
        "'\"",
        "\\n",
    ),
    *(
        "{{ inputs.a }}",
        "x {{ a['b'] }} y",
        '{{ a["b"] }}',
        "one\ntwo",
        "one\ntwo\n",
        "one\n\n two\n",
        "\n",
        "a\n\n",
        " a\nb",
    ),
    *("tab\t", "é😀", "\u2028", "\x85", "\x07", "\r\n", "---", "...", "=", "<<", "a" * 90, "trailing ", "a\n# b\nc\n"),
]
NAMES = ["alpha", "beta", "on", "no", "12", "a b", "x-own", "with", "key"]


def whole(found: Workflow) -> Any:
    """Return a workflow's plain value, its steps included."""
    value = plain(found.root)
    if isinstance(value, dict) and isinstance(value.get("steps"), list):
        value["steps"] = [plain(step.body.node) for step in found.steps]
    return value


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def changed(data: Any, changes: Sequence[Change]) -> Any:
    """Return the data with the changes made; every path leads through the data as it was."""
    data = copy.deepcopy(data)
    late: list[tuple[Path, int, Change]] = []
    for order, change in enumerate(changes):
        match change:
            case InsertItem(path, place, _):
                late.append(((*path, place), order - 1000, change))
            case RemoveItem(path) | RemoveKey(path) | RenameKey(path):
                late.append((path, order, change))
            case _:
                _now(data, change)
    for _, _, change in sorted(late, key=_deepest, reverse=True):
        _late(data, change)
    return data


def _deepest(one: tuple[Path, int, Change]) -> tuple[list[tuple[bool, str]], int]:
    """Return what orders changes so that, from behind, none moves what another leads to."""
    path, order, _ = one
    return [(isinstance(part, str), part if isinstance(part, str) else f"{part:09}") for part in path], order


def _now(data: Any, change: Change) -> None:
    match change:
        case SetValue(path, value):
            at(data, path[:-1])[path[-1]] = copy.deepcopy(value)
        case AddKey(path, name, value):
            for part in path:
                if (data.get(part) if isinstance(data, dict) else data[part]) is None:
                    data[part] = {}
                data = data[part]
            data.setdefault(name, copy.deepcopy(value))
        case EditText(path, start, end, text):
            old = at(data, path)
            at(data, path[:-1])[path[-1]] = old[:start] + text + old[end:]
        case EditExpression(path, number, source):
            old = at(data, path)
            braces = find_braces(old)
            start, end = (braces[number].inner, braces[number].inner_end) if braces else (0, len(old))
            inner = old[start:end]
            start += (len(inner) - len(inner.lstrip())) if inner.strip() else 0
            end -= (len(inner) - len(inner.rstrip())) if inner.strip() else 0
            at(data, path[:-1])[path[-1]] = old[:start] + source + old[end:]
        case AddNeed(number, need):
            step = data["steps"][number]
            have = step.get("needs")
            have = have if isinstance(have, list) else [] if have is None else [have]
            if need not in have:
                step["needs"] = [*have, need]
        case RemoveNeed(number, need):
            step = data["steps"][number]
            have = step.get("needs")
            listed = have if isinstance(have, list) else [] if have is None else [have]
            if need in listed:
                left = [one for one in listed if one != need]
                step["needs"] = left
                if not left:
                    del step["needs"]


def _late(data: Any, change: Change) -> None:
    match change:
        case InsertItem(path, place, value):
            at(data, path).insert(place, copy.deepcopy(value))
        case RemoveItem(path) | RemoveKey(path):
            del at(data, path[:-1])[path[-1]]
        case RenameKey(path, name):
            parent = at(data, path[:-1])
            parent[name] = parent.pop(path[-1])


def places(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every path below the root, and what stands there."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in inside:
        yield (*path, part), value
        yield from places(value, (*path, part))


class Drawing:
    """Draws values and changes that fit some data."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def value(self, depth: int = 0) -> Any:
        kind = self.random.randrange(9 if depth < 2 else 6)
        if kind < 4:
            return self.random.choice(WORDS)
        if kind < 6:
            return self.random.choice([None, True, False, 0, -7, 12, 1.5, 1e16, 2.5e-9])
        size = self.random.choice([0, 1, 1, 2, 3])
        if kind == 6:
            return [self.value(depth + 1) for _ in range(size)]
        return {name: self.value(depth + 1) for name in self.random.sample(NAMES, size)}

    def change(self, data: Any) -> Change | None:
        """Return one change that fits the data, or None where none was found."""
        found = list(places(data))
        kinds = [
            self._set,
            self._add,
            self._remove,
            self._rename,
            self._insert,
            self._drop,
            self._text,
            self._expression,
            self._need,
        ]
        return self.random.choice(kinds)(data, found)

    def changes(self, data: Any, count: int) -> list[Change]:
        """Return some changes that fit the data, none of them twice, and no two inside one text or on what one step waits for."""
        found: dict[str, Change] = {}
        for _ in range(count):
            change = self.change(data)
            if change is not None:
                path = ("steps", change.step, "needs") if isinstance(change, AddNeed | RemoveNeed) else change.path
                single = path[2:3] == ("needs",) or isinstance(change, EditText | EditExpression)
                found.setdefault(str(path[:3] if path[2:3] == ("needs",) else path) if single else repr(change), change)
        return list(found.values())

    def _pick(self, found: list[tuple[Path, Any]]) -> tuple[Path, Any] | None:
        return self.random.choice(found) if found else None

    def _set(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick([one for one in found if one[0] != ("steps",)])
        return SetValue(one[0], self.value()) if one else None

    def _add(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        maps: list[tuple[Path, Any]] = [
            ((), data),
            *((path, value) for path, value in found if isinstance(value, dict) or value is None),
        ]
        path, value = self.random.choice(maps)
        name = self.random.choice([*NAMES, "inputs", "needs"])
        if self.random.random() < 0.3 and (not value or name not in value):
            path, name = (*path, name), "inner"
        return AddKey(path, name, self.value(), first=self.random.random() < 0.3)

    def _keys(self, found: list[tuple[Path, Any]]) -> list[tuple[Path, Any]]:
        return [one for one in found if isinstance(one[0][-1], str) and one[0] != ("steps",)]

    def _remove(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick(self._keys(found))
        return RemoveKey(one[0]) if one else None

    def _rename(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick(self._keys(found))
        name = self.random.choice(NAMES)
        return RenameKey(one[0], name) if one and name not in at(data, one[0][:-1]) else None

    def _insert(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick([one for one in found if isinstance(one[1], list)])
        if one is None:
            return None
        value = {"id": "fresh", "run": self.random.choice(WORDS)} if one[0] == ("steps",) else self.value()
        return InsertItem(one[0], self.random.randint(0, len(one[1])), value)

    def _drop(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick([one for one in found if isinstance(one[0][-1], int)])
        return RemoveItem(one[0]) if one else None

    def _text(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick([one for one in found if isinstance(one[1], str)])
        if one is None:
            return None
        start, end = sorted(self.random.randint(0, len(one[1])) for _ in range(2))
        return EditText(one[0], start, end, self.random.choice(WORDS))

    def _expression(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        one = self._pick([one for one in found if isinstance(one[1], str) and "{{" in one[1]])
        if one is None:
            return None
        number = self.random.randrange(len(find_braces(one[1])))
        return EditExpression(
            one[0], number, self.random.choice(["a.b", 'a["b"] | first', "it['x']", "x > 1 and not y"])
        )

    def _need(self, data: Any, found: list[tuple[Path, Any]]) -> Change | None:
        steps = [at for at, step in enumerate(data.get("steps") or ()) if isinstance(step, dict)]
        steps = [at for at in steps if _waits(data["steps"][at].get("needs"))]
        if not steps:
            return None
        number = self.random.choice(steps)
        if self.random.random() < 0.5:
            return AddNeed(number, self.random.choice(["alpha", "beta", "on"]))
        have = data["steps"][number].get("needs")
        have = have if isinstance(have, list) else [have] if have else ["alpha"]
        return RemoveNeed(number, self.random.choice(have or ["alpha"]))


def _waits(value: object) -> bool:
    """Tell whether this is a value that `needs` may have."""
    items = value if isinstance(value, list) else [value]
    return value is None or all(isinstance(item, str) for item in items)
