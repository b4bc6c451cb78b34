"""How repairs put values and names into titles and into expressions."""

import json
import re

_NAME = re.compile(r"[^\W\d]\w*")
_LONGEST = 60


def quoted(text: object) -> str:
    """Return a value for a title: in quotes, on one line, cut where it is long."""
    line = " ".join(_written(text).split())
    return f"‘{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}’"


def change(old: object, new: object) -> str:
    """Return the title of a fix that puts one thing in another's place."""
    return f"Change {quoted(old)} to {quoted(new)}"


def field_of(source: str, name: str, quote: str = "'") -> str:
    """Return the expression for a field of what `source` gives."""
    return f"{source}.{name}" if _NAME.fullmatch(name) else f"{source}[{literal(name, quote)}]"


def literal(text: str, quote: str = "'") -> str:
    """Return a text as it is written in an expression, in these quotes where they are not in it."""
    plain = quote not in text and "\\" not in text
    return f"{quote}{text}{quote}" if plain else json.dumps(text, ensure_ascii=False)


def is_name(text: str) -> bool:
    """Tell whether a text can stand in an expression as a name."""
    return _NAME.fullmatch(text) is not None


def listed(names: list[str]) -> str:
    """Return names as a title lists them."""
    shown = ", ".join(f"‘{name}’" for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
