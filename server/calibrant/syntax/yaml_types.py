"""Which value a plain YAML scalar is: the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema)."""

import re

from calibrant.model.nodes import Leaf

_WORDS: dict[str, Leaf] = {
    **dict.fromkeys(("null", "Null", "NULL", "~"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DIGITS = 4000
"""Python reads no decimal number with more than 4,300 digits; a longer one stays a text."""


def resolve(text: str) -> Leaf:
    """Return the value of a plain scalar; `yes` and `no` are texts, as YAML 1.2 has it."""
    if text in _WORDS:
        return _WORDS[text]
    if not text or text[0] not in "-+.0123456789" or len(text) > _DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def tagged(text: str, tag: str, untagged: Leaf) -> Leaf:
    """Return a scalar's value under a tag (`!!str`, `!!int`, …); a tag that we do not know changes nothing."""
    name = tag.removeprefix("!!").removeprefix("!<tag:yaml.org,2002:").removesuffix(">")
    if name in ("str", "!", "binary"):
        return text
    value = resolve(text)
    if name == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = {"int": int, "float": float, "bool": bool, "null": type(None)}.get(name)
    return value if wanted is not None and isinstance(value, wanted) else untagged
