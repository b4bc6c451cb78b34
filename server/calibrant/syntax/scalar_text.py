"""Plain values as YAML and JSON scalars, quoted where the text needs it."""

import json
import math
import re
from typing import Final, Literal

from calibrant.model.nodes import Leaf, Style
from calibrant.syntax.yaml_types import resolve

Quote = Literal["single", "double"]

_OLD_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ""})
"""Texts that readers of YAML 1.1 take for something else (https://yaml.org/type/), in lower case."""
_NUMBER_LIKE = re.compile(r"[-+.]*[0-9][0-9A-Fa-f_.:,+xXoObBeETtZz -]*")
"""Also dates, and numbers in base 60, with underscores or in octal, as YAML 1.1 has them."""
_FIRST = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?![\s,\[\]{}]|\Z)")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_BREAKS_PLAIN = re.compile(r":(?=\s|\Z)|\s#|\s\Z|\A\s|\A---|\A\.\.\.")
_BREAKS_FLOW = re.compile(r"[,\[\]{}]|:(?=[,\[\]{}])")
_BRACES = re.compile(r"(?<!\$)\{\{")
"""An expression that is usually written in quotes; GitHub's `${{` is not."""
_ESCAPED = re.compile('["\\\\]|' + _UNPRINTABLE.pattern)
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def scalar_text(value: Leaf, style: Style = "plain", *, flow: bool = False, quote: Quote = "double") -> str:
    """Return a value as a YAML scalar on one line: in `style` if that can hold it, else in quotes.

    `quote` is the kind of quotes for a text that cannot be plain; `flow`: between brackets.
    """
    if not isinstance(value, str):
        return _typed(value)
    if style == "plain" and is_plain(value, flow=flow):
        return value
    wanted = style if style in ("single", "double") else quote
    if style == "plain" and '"' in value and "'" not in value:
        wanted = "single"
    elif style == "plain" and "'" in value and '"' not in value:
        wanted = "double"
    return "'" + value.replace("'", "''") + "'" if wanted == "single" and is_single(value) else double_quoted(value)


def json_scalar(value: Leaf) -> str:
    """Return a value as a JSON scalar.

    Raises:
        ValueError: a number that JSON has no form for.
    """
    if isinstance(value, str):
        return double_quoted(value)
    return json.dumps(value, allow_nan=False)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Tell whether every reader of YAML, also of version 1.1, takes the text without quotes for this text."""
    if text.lower() in _OLD_WORDS or not isinstance(resolve(text), str) or _NUMBER_LIKE.fullmatch(text):
        return False
    if _FIRST.match(text) is None or _UNPRINTABLE.search(text) or _BREAKS_PLAIN.search(text):
        return False
    if _BRACES.search(text):
        return False
    return not (flow and _BREAKS_FLOW.search(text))


def is_single(text: str) -> bool:
    """Tell whether single quotes can hold the text on one line."""
    return _UNPRINTABLE.search(text) is None


def double_quoted(text: str) -> str:
    """Return the text in double quotes, as both YAML and JSON read it."""
    return f'"{double_escaped(text)}"'


def double_escaped(text: str) -> str:
    """Return the text as it stands between double quotes."""
    return _ESCAPED.sub(lambda match: _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}", text)


def _typed(value: float | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    digits, exponent, power = repr(value).partition("e")
    # readers of YAML 1.1 take a number for a float only where it has a point
    return digits + ("" if "." in digits else ".0") + exponent + power
