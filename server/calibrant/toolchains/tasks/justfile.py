"""The recipes of a justfile (https://just.systems/man/en/grammar.html)."""

import re
from collections.abc import Callable, Iterator

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.tasks.listing import MAX_TEXT, Listed, listed, tasks

NAMES = ("justfile", "Justfile", "JUSTFILE", ".justfile", ".Justfile")
MAX_IMPORTED = 30
_NAME = r"[A-Za-z_][A-Za-z0-9_-]{0,200}"
_ALIAS = re.compile(rf"alias[ \t]{{1,20}}({_NAME})[ \t]{{0,20}}:=[ \t]{{0,20}}({_NAME}(?:::{_NAME}){{0,10}})")
_ASSIGNMENT = re.compile(
    rf"(?:(?:export|eager|lazy|private|unexport)[ \t]{{1,20}}){{0,3}}{_NAME}[ \t]{{0,50}}:=|unexport[ \t]{{1,20}}{_NAME}"
)
_SETTING = re.compile(r"set[ \t]{1,20}([a-z-]{1,50})(?:[ \t]{0,20}:=[ \t]{0,20}(.{0,2000}))?")
_IMPORT = re.compile(r"import\??[ \t]{1,20}(?:'([^']{1,500})'|\"([^\"\\]{1,500})\")")
_MODULE = re.compile(rf"mod\??[ \t]{{1,20}}({_NAME})")
_RECIPE = re.compile(rf"@?({_NAME})(?=[ \t:])")
_QUOTES = ('"""', "'''", "```", '"', "'", "`")


def recipes(text: str, read: Callable[[str], str] = lambda _name: "", budget: int = MAX_IMPORTED) -> Listed:
    """Return the recipes and aliases of a justfile; `read` gives the text of what it imports, else an empty one."""
    names: dict[str, None] = {}
    whole = len(text) <= MAX_TEXT
    for line in _tops(text[:MAX_TEXT]):
        imported = _IMPORT.match(line)
        setting = _SETTING.match(line)
        alias = _ALIAS.match(line)
        if imported:
            budget -= 1
            inner = read(imported.group(1) or imported.group(2)) if budget > 0 else ""
            # What a file in another folder imports is relative to that, so it is not followed any further.
            below = recipes(inner, lambda _name: "", 0) if inner else Listed((), whole=False)
            names.update(dict.fromkeys(below.names))
            whole = whole and below.whole
        elif setting:
            # With `fallback`, what is not here is looked for in the folders above.
            whole = whole and not (setting.group(1) == "fallback" and (setting.group(2) or "true").strip() != "false")
        elif alias:
            names[alias.group(1)] = None
        elif _ASSIGNMENT.match(line) or line.startswith("["):
            continue
        elif (recipe := _RECIPE.match(line)) and ":" in line:
            names[recipe.group(1)] = None
        else:
            if module := _MODULE.match(line):
                names[module.group(1)] = None
            whole = False
    return listed(names, whole=whole)


def _tops(text: str) -> Iterator[str]:
    """Yield the lines that begin something, comments left out; what a recipe does is indented, and long strings are skipped."""
    lines = iter(text.split("\n"))
    for raw in lines:
        line = raw.rstrip("\r").rstrip()
        if not line or line[0] in "# \t":
            continue
        yield line
        end = _open(line)
        while end:
            following = next(lines, None)
            if following is None:
                break
            at = following.find(end)
            end = "" if at >= 0 and not _open(following[at + len(end) :]) else end
        if line.endswith("\\"):
            for following in lines:
                if not following.rstrip().endswith("\\"):
                    break


def _open(line: str) -> str:
    """Return the quote that a line leaves open, empty where there is none."""
    at = 0
    while at < len(line):
        if line[at] == "#":
            return ""
        quote = next((quote for quote in _QUOTES if line.startswith(quote, at)), "")
        if quote:
            close = _close(line, at + len(quote), quote)
            if close < 0:
                return quote
            at = close + len(quote)
        else:
            at += 1
    return ""


def _close(line: str, at: int, quote: str) -> int:
    while at < len(line):
        if line[at] == "\\" and quote in ('"', '"""'):
            at += 2
        elif line.startswith(quote, at):
            return at
        else:
            at += 1
    return -1


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the recipes of a folder's justfile."""
    name = next((name for name in NAMES if folder.has(name)), None)
    if name is not None:
        yield tasks("just", folder, name, recipes(folder.read(name), lambda path: _beside(folder, path)))


def _beside(folder: Folder, path: str) -> str:
    return "" if path.startswith(("/", "~")) or ".." in path.split("/") else folder.read(path)


RUNNER = Runner("just", NAMES, detect, evidence=("*.just",))
