"""Places of a script that give way to a variable, in the way of the language that the script is written in."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from calibrant.expressions.actions import find_braces
from calibrant.expressions.shell import Quoting, quotings

Places = Sequence[tuple[int, int]]
"""The characters [start, end) of a script, in order and apart."""

_AS_CODE: Final = re.compile(
    r"\b(?:eval|ssh|envsubst|xargs)\b|\b(?:ba|da|z|k)?sh\b[^\n|;&]*[ \t]-\w*c\b"
    r"|\b(?:python\d?|node|ruby|perl|php|deno|Rscript|pwsh|powershell|cmd|mysql|psql|sqlite3|su|docker|kubectl)\b"
    r"[^\n|;&]*[ \t][-/](?:c|e|Command|exec|execute)\b",
    re.IGNORECASE,
)
"""What reads its arguments as code: a variable there is no safer than what it holds."""
_PROGRAMS: Final = re.compile(r"\b(?:awk|sed|jq|yq|perl|python\d?|node|ruby)\b")
"""What has a small language of its own in its arguments."""
_COPIES: Final = re.compile(r"[ \t]*(?:sudo[ \t]+)?(?:cat|tee)\b")
_WORD: Final = re.compile(r"[A-Za-z0-9_]")
_SINGLE_OR_DOUBLE: Final = ("'", '"')


def by_variable(language: str, script: str, places: Places, name: str) -> list[str] | None:
    """Return what to write at each place so that the variable `name` stands there; None where that would be wrong.

    It would be where the language does not look at variables, or where its value would be read as code all the same.
    """
    writers: dict[str, Callable[[str, Places, str], list[str] | None]] = {
        "bash": _bash,
        "sh": _sh,
        "powershell": _powershell,
        "python": _python,
        "javascript": _javascript,
    }
    writer = writers.get(language)
    return writer(script, places, name) if writer is not None and places else None


def is_quoted_alike(language: str, script: str, places: Places) -> bool:
    """Tell whether the shell takes a value at these places as one text already, so that a variable there changes nothing."""
    if language not in ("bash", "sh"):
        return False
    found = _quotings(script, places, bash=language == "bash")
    if _PROGRAMS.search(script):
        return False
    return all(one in (Quoting.DOUBLE, Quoting.TEXT, Quoting.COMMENT) for one in found)


def _bash(script: str, places: Places, name: str) -> list[str] | None:
    return _of_shell(script, places, name, bash=True)


def _sh(script: str, places: Places, name: str) -> list[str] | None:
    return _of_shell(script, places, name, bash=False)


def _of_shell(script: str, places: Places, name: str, *, bash: bool) -> list[str] | None:
    found = _quotings(script, places, bash=bash)
    refused = (Quoting.SINGLE, Quoting.RAW, Quoting.ESCAPED, Quoting.ARITHMETIC)
    if any(one in refused for one in found) or any(_is_code(script, place[0]) for place in places):
        return None
    if any(one is Quoting.TEXT and not _is_copied(script, place[0]) for place, one in zip(places, found, strict=True)):
        return None
    return [_written(script, end, name, one) for (_, end), one in zip(places, found, strict=True)]


def _quotings(script: str, places: Places, *, bash: bool) -> list[Quoting]:
    """Return how the shell reads each place; what stands in braces elsewhere is a value too."""
    others = [(one.start, one.end) for one in find_braces(script)]
    apart = [one for one in others if all(one[1] <= start or end <= one[0] for start, end in places)]
    parts: list[str | None] = []
    at = 0
    for start, end in (values := sorted([*places, *apart])):
        parts += [script[at:start], None]
        at = end
    read = quotings(parts, bash=bash)
    return [one for place, one in zip(values, read, strict=True) if place in places]


def _written(script: str, end: int, name: str, quoting: Quoting) -> str:
    bare = quoting is Quoting.BARE
    variable = f"${{{name}}}" if not bare and _WORD.match(script, end) else f"${name}"
    return f'"{variable}"' if bare else variable


def _is_code(script: str, start: int) -> bool:
    """Tell whether what stands in the command at a place is handed to something that reads code."""
    first = script.rfind("\n", 0, start) + 1
    opening = script.rfind('"', 0, start)
    if 0 <= opening < first and script.count('"', 0, start) % 2:  # the text began on a line before
        first = script.rfind("\n", 0, opening) + 1
    while first and script[:first].endswith("\\\n"):
        first = script.rfind("\n", 0, first - 1) + 1
    return _AS_CODE.search(script, first, start) is not None


def _is_copied(script: str, start: int) -> bool:
    """Tell whether the here-document at a place is only copied, and not read as code by what it is given to."""
    opening = script.rfind("<<", 0, start)
    line_end = script.find("\n", opening)
    line = script[script.rfind("\n", 0, max(opening, 0)) + 1 : line_end]
    return opening >= 0 and _COPIES.match(line) is not None and "|" not in line


def _powershell(script: str, places: Places, name: str) -> list[str] | None:
    if "@'" in script or "`" in script or "<#" in script or any(_is_code(script, place[0]) for place in places):
        return None
    if re.search(r"\b(?:Invoke-Expression|iex)\b", script, re.IGNORECASE):
        return None
    found: list[str] = []
    for start, end in places:
        line = script[script.rfind("\n", 0, start) + 1 : start]
        if "#" in line or line.count("'") % 2:
            return None
        follows = _WORD.match(script, end) or script[end : end + 1] in (":", ".", "[")
        found.append(f"${{env:{name}}}" if follows else f"$env:{name}")
    return found


def _python(script: str, places: Places, name: str) -> list[str] | None:
    if not re.search(r"^import os\b", script, re.MULTILINE):
        return None
    return _in_quotes(script, places, f'os.environ["{name}"]')


def _javascript(script: str, places: Places, name: str) -> list[str] | None:
    found: list[str] = []
    for start, end in places:
        line_start, line_end = script.rfind("\n", 0, start) + 1, script.find("\n", end)
        around = script[line_start:start], script[end : line_end if line_end >= 0 else len(script)]
        if around[0].count("`") % 2 and around[1].count("`") % 2:
            found.append(f"${{process.env.{name}}}")
            continue
        whole = _in_quotes(script, [(start, end)], f"process.env.{name}", also="`")
        if whole is None:
            return None
        found += whole
    return found


def _in_quotes(script: str, places: Places, code: str, also: str = "") -> list[str] | None:
    """Return code for places that are a whole text in quotes, which `outer` widens them to; None for any other."""
    quotes = (*_SINGLE_OR_DOUBLE, *also)
    for start, end in places:
        opening, before = script[start - 1 : start], script[max(start - 2, 0) : start - 1]
        if (
            start == 0
            or opening not in quotes
            or script[end : end + 1] != opening
            or before.isalnum()
            or before in quotes
        ):
            return None
    return [code for _ in places]


def outer(language: str, script: str, place: tuple[int, int], written: str) -> tuple[int, int]:
    """Return which characters give way to what is written at a place: with the quotes around it where code replaces a text."""
    code = language in ("python", "javascript") and not written.startswith("$")
    return (place[0] - 1, place[1] + 1) if code and script else place
