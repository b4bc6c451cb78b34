"""Expressions as they are written in other languages, rewritten in this one; only outside of quotes."""

import re
from collections.abc import Callable, Iterator
from typing import Final

Rewritten = tuple[str, str, str]
"""The expression rewritten, what was replaced, and by what."""

_QUOTED: Final = re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'|\"[^\"\\]*(?:\\.[^\"\\]*)*\"", re.DOTALL)
_CURLY: Final = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}

_OPERATORS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"\s*&&\s*", " and ", "&&"),
    (r"\s*\|\|\s*", " or ", "||"),
    (r"!==", "!=", "!=="),
    (r"===", "==", "==="),
    (r"<>", "!=", "<>"),
    (r"!(?!=)\s*", "not ", "!"),
    (r"(?<![\w.])AND(?![\w.(])", "and", "AND"),
    (r"(?<![\w.])OR(?![\w.(])", "or", "OR"),
    (r"(?<![\w.])NOT(?![\w.])", "not", "NOT"),
    (r"(?<![\w.])IN(?![\w.(])", "in", "IN"),
    (r"\?\.(?=[A-Za-z_\[])", ".", "?."),
    (r"(?<=\w)\.\.(?=[A-Za-z_])", ".", ".."),
    (r"\$(?=[A-Za-z_])", "", "$"),
    (r";\s*\Z", "", ";"),
)
"""What is written elsewhere, what is written here, and what to call it."""

_SINGLE: Final = re.compile(r"(?<![=!<>~])=(?!=)")
_KEYWORD: Final = re.compile(r"[(,]\s*\w+\s*\Z")
_CALL: Final = re.compile(r"(?<![\w.|])(?P<name>[A-Za-z_]\w*)\(")

FUNCTIONS: Final = {
    "fromjson": "from_json", "parsejson": "from_json", "parse_json": "from_json", "tojson": "to_json", "len": "length",
    "size": "length", "length": "length", "str": "string", "tostring": "string", "number": "float", "tonumber": "float",
    "lower": "lower", "tolower": "lower", "lowercase": "lower", "upper": "upper", "toupper": "upper", "trim": "trim",
}  # fmt: skip
"""Functions of other languages that are filters here, by their name in small letters."""

FILTERS: Final = {
    "downcase": "lower", "lowercase": "lower", "tolower": "lower", "upcase": "upper", "uppercase": "upper",
    "toupper": "upper", "size": "length", "len": "length", "strip": "trim", "to_i": "int", "integer": "int",
    "to_f": "float", "number": "float", "str": "string", "to_s": "string", "tostring": "string", "text": "string",
    "fromjson": "from_json", "parse_json": "from_json", "json": "to_json", "to_nice_json": "to_json", "head": "first",
    "uniq": "unique", "or": "default", "sort_by": "sort", "array": "as_list", "where": "selectattr",
}  # fmt: skip
"""Filters of other languages, and what they are called here."""

WORDS: Final = {
    "null": "none", "nil": "none", "undefined": "none", "nothing": "none", "yes": "true", "no": "false", "true": "true",
    "false": "false", "none": "none",
}  # fmt: skip
"""Constants of other languages in small letters, and what they are called here."""


def rewritten(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return an expression with all that is of other languages rewritten, and what was replaced by what."""
    notes: list[tuple[str, str]] = []
    straight = outside(text, lambda part: part.translate(_CURLY))
    if straight != text:
        text = straight
        notes.append(("”", '"'))
    for pattern, new, name in _OPERATORS:
        changed = outside(text, lambda part, p=pattern, n=new: re.sub(p, n, part))  # type: ignore[misc]
        if changed != text:
            text = changed.strip()
            notes.append((name, new.strip()))
    for step in (_compared, _called, _chosen):
        found = step(text)
        if found is not None:
            text = found[0]
            notes.append(found[1:])
    return text, notes


def outside(text: str, change: Callable[[str], str]) -> str:
    """Return a text in which what stands outside of quotes is changed."""
    out, at = [], 0
    for match in _QUOTED.finditer(text):
        out += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join((*out, change(text[at:])))


def bare(text: str) -> str:
    """Return an expression with blanks in place of what stands in quotes, every character where it was."""
    return _QUOTED.sub(lambda match: " " * len(match[0]), text)


def _compared(text: str) -> Rewritten | None:
    """Write `==` for `=`, but where it names an argument."""
    seen = bare(text)
    places = [match.start() for match in _SINGLE.finditer(seen) if not _KEYWORD.search(seen, 0, match.start())]
    for at in reversed(places):
        text = f"{text[:at]}=={text[at + 1 :]}"
    return (text, "=", "==") if places else None


def _called(text: str) -> Rewritten | None:
    """Write a function of one value that is a filter here as that filter."""
    seen = bare(text)
    for match in _CALL.finditer(seen):
        name = FUNCTIONS.get(match["name"].lower().replace("_", "")) or FUNCTIONS.get(match["name"].lower())
        end = _closed(seen, match.end() - 1)
        inside = text[match.end() : end].strip() if end > 0 else ""
        if match["name"].lower() == "contains" and inside.count(",") == 1 and end > 0:
            around, one = (part.strip() for part in inside.split(","))
            return f"{text[: match.start()]}{one} in {around}{text[end + 1 :]}", "contains(…)", "in"
        if name and inside and "," not in bare(inside):
            value = inside if re.fullmatch(r"[\w.\[\]'\"]+", inside) else f"({inside})"
            made = f"{value} | {name}"
            alone = match.start() == 0 and end == len(text) - 1
            new = f"{text[: match.start()]}{made if alone else f'({made})'}{text[end + 1 :]}"
            return new, f"{match['name']}(…)", f"… | {name}"
    return None


def _closed(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at
    return -1


def _chosen(text: str) -> Rewritten | None:
    """Write `a if c else b` for `c ? a : b`."""
    seen = bare(text)
    ask, colon = seen.find("?"), seen.find(":", seen.find("?"))
    if ask <= 0 or colon < 0 or seen.count("?") > 1 or seen.count(":") > 1 or set(seen) & set("{["):
        return None
    condition, first, second = (part.strip() for part in (text[:ask], text[ask + 1 : colon], text[colon + 1 :]))
    return f"{first} if {condition} else {second}", "? :", "if … else"


def balanced(text: str) -> Iterator[Rewritten]:
    """Yield an expression with its brackets or quotes closed, and with those taken out that close nothing."""
    seen, waiting, extra = bare(text), "", []
    quote = next((char for char in seen if char in "'\""), "")
    if quote:
        yield text.rstrip() + quote, "", quote
        return
    for at, char in enumerate(seen):
        if char in _CLOSING:
            waiting += _CLOSING[char]
        elif char in _CLOSING.values():
            if waiting.endswith(char):
                waiting = waiting[:-1]
            elif waiting:
                yield f"{text[:at]}{waiting[-1]}{text[at + 1 :]}", char, waiting[-1]
                return
            else:
                extra.append(at)
    if extra:
        taken = "".join(char for at, char in enumerate(text) if at not in extra)
        yield taken.strip(), text[extra[0]], ""
    elif waiting:
        yield text.rstrip() + waiting[::-1], "", waiting[::-1]
