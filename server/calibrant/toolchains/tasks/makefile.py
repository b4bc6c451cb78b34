"""The targets of a Makefile, as GNU make reads it: without running anything, so what make would work out is not known."""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.tasks.listing import MAX_TEXT, Listed, listed, tasks

NAMES = ("GNUmakefile", "makefile", "Makefile")
"""In the order in which make looks for them; the first one that is there is the one."""

MAX_INCLUDED = 30
_ASSIGNMENT = re.compile(
    r"(?:(?:export|override|private)[ \t]{1,20}){0,3}([^\s:#=!?+]{1,200})[ \t]{0,50}(=|::?:?=|\?=|\+=|!=)[ \t]{0,50}"
)
_DIRECTIVE = re.compile(
    r"(?:else|endif|ifdef|ifndef|ifeq|ifneq|unexport|export|vpath|undefine|override[ \t]{1,20}undefine)(?![\w:=-])"
)
_INCLUDE = re.compile(r"(?:-include|sinclude|include)[ \t]{1,50}")
_DEFINE = re.compile(r"(?:(?:override|export|private)[ \t]{1,20}){0,2}define(?:[ \t]|$)")
_ENDEF = re.compile(r"[ \t]{0,50}endef(?:[ \t#]|$)")
_CALL = re.compile(r"\$[({](?:info|warning|error)[ \t]")
_VARIABLE = re.compile(r"\$\(([\w.-]{1,100})\)|\$\{([\w.-]{1,100})\}")
_COLON = re.compile(r"&?::?(?![=:])")
_OF_ITS_OWN = re.compile(
    r"[ \t]{0,50}(?:(?:export|override|private)[ \t]{1,20}){0,3}[^\s:#=!?+;]{1,200}[ \t]{0,50}(?:=|::?:?=|\?=|\+=|!=)"
)
_SPECIAL = frozenset(
    (
        *("PHONY", "SUFFIXES", "PRECIOUS", "INTERMEDIATE", "NOTINTERMEDIATE", "SECONDARY", "SECONDEXPANSION", "IGNORE"),
        *("DELETE_ON_ERROR", "LOW_RESOLUTION_TIME", "SILENT", "EXPORT_ALL_VARIABLES", "NOTPARALLEL", "ONESHELL"),
        *("POSIX", "MAKE", "WAIT"),
    )
)


class _Line(NamedTuple):
    text: str
    recipe: bool


class _Reading:
    """What is known of one Makefile and the files that it includes."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self.read = read
        self.names: dict[str, None] = {}
        self.whole = True
        self.variables: dict[str, str | None] = {}
        self.included = 0
        self.left = MAX_TEXT

    def file(self, text: str) -> None:
        self.left -= len(text)
        if self.left < 0:
            self.whole = False
            return
        if re.search(r"\$[({](?:eval|guile)\b", text):
            self.whole = False
        in_define, depth = 0, 0
        for line in _lines(text):
            bare = line.text.strip(" \t")
            if in_define:
                in_define += (1 if _DEFINE.match(bare) else 0) - (1 if _ENDEF.match(bare) else 0)
            elif line.recipe or not bare:
                continue
            elif _DEFINE.match(bare):
                in_define = 1
            else:
                depth += 1 if bare.startswith(("ifeq", "ifneq", "ifdef", "ifndef")) else 0
                depth -= 1 if bare.startswith("endif") else 0
                self.line(bare, conditional=depth > 0)
        if in_define:
            self.whole = False

    def line(self, text: str, *, conditional: bool) -> None:
        assigned = _ASSIGNMENT.match(text)
        if assigned:
            self.assign(assigned.group(1), assigned.group(2), text[assigned.end() :], conditional=conditional)
        elif _INCLUDE.match(text):
            self.include(_INCLUDE.sub("", text, count=1))
        elif _DIRECTIVE.match(text) or _CALL.match(text):
            return
        else:
            self.rule(text)

    def assign(self, name: str, operator: str, value: str, *, conditional: bool) -> None:
        plain = operator in ("=", ":=", "::=", ":::=") and not conditional and "$" not in value
        if name in (".RECIPEPREFIX", "MAKEFILES"):
            self.whole = False
        self.variables[name] = value.strip() if plain and name not in self.variables else None

    def include(self, value: str) -> None:
        files = self.expanded(value)
        if files is None or any(character in files for character in "$*?[~%"):
            self.whole = False
            return
        for name in files.split():
            self.included += 1
            text = self.read(name) if self.included <= MAX_INCLUDED else ""
            if text:
                self.file(text)
            else:
                self.whole = False

    def rule(self, text: str) -> None:
        colon = _colon(text)
        if colon is None:
            self.whole = False
            return
        targets, after = text[: colon.start()], text[colon.end() :]
        if _OF_ITS_OWN.match(after):
            return
        if ".PHONY" in targets.split():
            self.add(after.split(";")[0])
        else:
            self.add(targets)

    def add(self, text: str) -> None:
        value = self.expanded(text)
        if value is None:
            self.whole = False
            value = _VARIABLE.sub("$", text)
        for word in re.split(r"(?<!\\)[ \t]+", value.strip()):
            name = re.sub(r"\\([:#%\\ ])", r"\1", word).replace("$$", "\0")
            if not name or (name.startswith(".") and name[1:] in _SPECIAL):
                continue
            if name == ".DEFAULT" or _suffix_rule(name) or re.search(r"[$%*?\[\](){}\\]", name):
                self.whole = False
            else:
                self.names[name.replace("\0", "$")] = None

    def expanded(self, text: str) -> str | None:
        known = [self.variables.get(one or other) for one, other in _VARIABLE.findall(text)]
        if any(value is None for value in known):
            return None
        value = _VARIABLE.sub(lambda found: self.variables.get(found.group(1) or found.group(2)) or "", text)
        return None if re.search(r"(?<!\$)\$(?!\$)", value.replace("$$", "")) else value


def targets(text: str, read: Callable[[str], str] = lambda _name: "") -> Listed:
    """Return the targets of a Makefile; `read` gives the text of a file that it includes, empty where there is none.

    Not among them are files that are there, which make takes for targets that are up to date, and what its built-in rules make of
    such (https://www.gnu.org/software/make/manual/make.html#Catalogue-of-Rules).
    """
    reading = _Reading(read)
    reading.file(text)
    return listed(reading.names, whole=reading.whole)


def _lines(text: str) -> Iterator[_Line]:
    """Yield lines without comments, continued ones joined; a line that begins with a tab belongs to a recipe after a rule."""
    waiting, recipe, after_rule = "", False, False
    for raw in text.split("\n"):
        line = raw.rstrip("\r")
        if not waiting:
            recipe = line.startswith("\t") and after_rule
        continued = (len(line) - len(line.rstrip("\\"))) % 2 == 1
        if continued and len(waiting) < 100_000:
            waiting += line[:-1].rstrip() + " " if not recipe else line
            continue
        whole, waiting = waiting + line, ""
        bare = whole if recipe else _uncommented(whole)
        if bare.strip() and not recipe:
            after_rule = after_rule or _colon(bare) is not None
        yield _Line(bare, recipe)
    if waiting:
        yield _Line(waiting if recipe else _uncommented(waiting), recipe)


def _uncommented(line: str) -> str:
    comment = re.search(r"(?<!\\)#", line)
    return line[: comment.start()] if comment else line


def _colon(text: str) -> re.Match[str] | None:
    """Return the colon that ends the targets: one outside of references, and not escaped."""
    depth, at = 0, 0
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 1
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth = max(0, depth - 1)
        elif not depth and character in "&:" and (found := _COLON.match(text, at)):
            return found
        at += 1
    return None


def _suffix_rule(name: str) -> bool:
    return re.fullmatch(r"\.[A-Za-z0-9+~]{1,10}(?:\.[A-Za-z0-9+~]{1,10})?", name) is not None


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the targets of a folder's Makefile."""
    name = next((name for name in NAMES if folder.has(name)), None)
    if name is None:
        return

    def beside(path: str) -> str:
        return "" if path.startswith("/") or ".." in posixpath.normpath(path).split("/") else folder.read(path)

    yield tasks("make", folder, name, targets(folder.read(name), beside))


RUNNER = Runner("make", NAMES, detect, evidence=("*.mk", "*.mak", "Makefile.*"))
