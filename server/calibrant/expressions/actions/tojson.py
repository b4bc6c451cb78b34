"""Writes values as JSON, over several lines, as GitHub's `toJSON` does."""

import json
from collections.abc import Callable, Mapping, Sequence

from calibrant.expressions.actions.values import Value, text

_DEEPEST = 200
_ESCAPED = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What GitHub escapes beside quotes, backslashes and control characters."""


def to_json(value: Value, count: Callable[[int], None]) -> str:
    """Return a value as JSON, indented by two blanks. `count` is told how much was written, and may raise to end it."""
    out: list[str] = []

    def write(part: str) -> None:
        count(len(part))
        out.append(part)

    _write(value, 0, write)
    return "".join(out)


def _write(value: Value, level: int, write: Callable[[str], None]) -> None:
    if isinstance(value, Mapping) and level < _DEEPEST:
        _write_all(
            "{",
            "}",
            [(_quoted(name) + ": ", item) for name, item in value.items()],
            level,
            write,
        )
    elif isinstance(value, Sequence) and not isinstance(value, str) and level < _DEEPEST:
        _write_all("[", "]", [("", item) for item in value], level, write)
    elif isinstance(value, str):
        write(_quoted(value))
    elif value is None:
        write("null")
    else:
        write("{}" if isinstance(value, Mapping | Sequence) else text(value))


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)


def _write_all(
    opening: str, closing: str, items: Sequence[tuple[str, Value]], level: int, write: Callable[[str], None]
) -> None:
    if not items:
        write(opening + closing)
        return
    write(opening)
    for at, (name, item) in enumerate(items):
        write(("," if at else "") + "\n" + "  " * (level + 1) + name)
        _write(item, level + 1, write)
    write("\n" + "  " * level + closing)
