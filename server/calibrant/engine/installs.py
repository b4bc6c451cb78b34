"""Which scripts install packages: these get a private copy of the environment that they install into."""

import posixpath
from collections.abc import Iterator, Sequence

import msgspec

from calibrant.syntax.shell.commands import Command, commands

LONGEST = 50_000
"""Characters of a script that are looked at."""

_PIP = frozenset({"install", "uninstall", "download", "wheel"})
_PYTHON: dict[str, frozenset[str]] = {
    "uv": frozenset({"sync", "add", "remove", "venv", "install", "uninstall"}),
    "poetry": frozenset({"install", "add", "remove", "update", "sync"}),
    "pdm": frozenset({"install", "add", "remove", "update", "sync"}),
    "pipenv": frozenset({"install", "uninstall", "update", "sync", "clean"}),
    "conda": frozenset({"install", "update", "remove", "create", "env"}),
    "mamba": frozenset({"install", "update", "remove", "create", "env"}),
    "pip-sync": frozenset(),
    "virtualenv": frozenset(),
    "easy_install": frozenset(),
}
"""What installs of a program's own words; of one without any, every call does."""
_OWN_FOLDERS = {"tox": ".tox", "nox": ".nox"}
"""Programs that keep environments of their own, and where."""
_MODULES = {"pip": _PIP, "venv": frozenset[str](), "ensurepip": frozenset[str](), **_PYTHON}
_CLEAN = frozenset({"ci", "clean-install", "cit", "install-clean", "install-ci-test", "clean-install-test"})
_COMMON = frozenset(
    {"install", "i", "add", "remove", "rm", "uninstall", "update", "up", "upgrade", "link", "unlink", "prune"}
)
_NODE: dict[str, frozenset[str]] = {
    "npm": _COMMON | _CLEAN | {"in", "it", "install-test", "un", "r", "dedupe", "ddp", "rebuild", "rb", "udpate"},
    "pnpm": _COMMON | _CLEAN | {"un", "rebuild", "rb", "dedupe", "import", "fetch"},
    "yarn": _COMMON | {"", "dlx", "workspaces", "dedupe", "rebuild"},
    "bun": _COMMON | {"a"},
}
_VALUED = frozenset(
    {"--prefix", "-C", "--dir", "--cwd", "--project", "--directory", "-p", "--filter", "-F", "-w", "--workspace"}
)

_FOLDERS = frozenset({"--prefix", "-C", "--dir", "--cwd"})
"""Options of Node's managers that name the folder to work in."""


class Installs(msgspec.Struct, frozen=True):
    """What a script may install. `node` are the folders, as seen from the script's own, in which a Node manager is told to; None
    among them is one that cannot be told. `clean`: all of that first removes what is there.

    `globally`: of Node, not into the folder. `folders` are those that programs keep environments in which they name themselves.
    """

    python: bool = False
    node: frozenset[str | None] = frozenset()
    clean: bool = False
    globally: bool = False
    folders: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.python or bool(self.node) or self.globally or bool(self.folders)


def installs(script: str) -> Installs:
    """Return what a shell script may install; a script that cannot be read installs nothing."""
    if len(script) > LONGEST or not _is_likely(script):
        return Installs()
    called = [command.plain for command in commands(script)]
    node = [(word, folder, _is_global(one)) for one in called for word, folder in _of_node(one)]
    return Installs(
        any(map(_is_python, called)),
        frozenset(folder for _, folder, globally in node if not globally),
        bool(node) and all(word in _CLEAN for word, _, _ in node),
        any(globally for _, _, globally in node),
        frozenset(_OWN_FOLDERS[name] for one in called for name in _names(one) if name in _OWN_FOLDERS),
    )


def _names(command: Command) -> Iterator[str]:
    """Yield the program that is called, and the module where that is Python."""
    yield command.name
    words = [word.text or "" for word in command.words[1:]]
    if command.name.startswith("python") and words[:1] == ["-m"]:
        yield from words[1:2]


def _is_global(command: Command) -> bool:
    return any(word.text in ("-g", "--global", "global") for word in command.words[1:])


def _is_likely(script: str) -> bool:
    return "pip" in script or "python" in script or any(name in script for name in (*_PYTHON, *_NODE, *_OWN_FOLDERS))


def _is_python(command: Command) -> bool:
    name, words = command.name, [word.text or "" for word in command.words[1:]]
    if name.startswith("pip") and not name[3:].strip(".0123456789"):
        return bool(_PIP & set(words))
    if name.startswith("python") or name == "py":
        at = words.index("-m") + 1 if "-m" in words else -1
        if 0 < at < len(words) and words[at] in _MODULES:
            return _calls(words[at + 1 :], _MODULES[words[at]])
        return any(word.endswith("setup.py") for word in words[:2]) and bool({"install", "develop"} & set(words))
    return name in _PYTHON and _calls(words, _PYTHON[name])


def _calls(words: Sequence[str], installing: frozenset[str]) -> bool:
    return not installing or bool(installing & set(words[:8]))


def _of_node(command: Command) -> Iterator[tuple[str, str | None]]:
    """Yield the word by which a Node manager is told to install, and the folder in which."""
    if command.name not in _NODE:
        return
    words = [word.text for word in command.words[1:]]
    rest = iter(words)
    first = ""
    for word in rest:
        if word in _VALUED:
            next(rest, "")
        elif not (word or "").startswith("-"):
            first = word or ""
            break
    if first in _NODE[command.name]:
        yield first, _folder(command.cwd, words)


def _folder(cwd: str | None, words: Sequence[str | None]) -> str | None:
    """Return the folder that a manager works in: the one that its options name, else where it is called."""
    named: str | None = ""
    for at, word in enumerate(words):
        name, equals, value = (word or "").partition("=")
        if name in _FOLDERS:
            named = value if equals else words[at + 1] if at + 1 < len(words) else None
    return None if cwd is None or named is None else posixpath.normpath(posixpath.join(cwd, named))
