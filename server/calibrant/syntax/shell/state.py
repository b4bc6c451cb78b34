"""In which folder the next command of a script runs, and how certain that is: what each command does to it."""

import posixpath
from collections.abc import Sequence

import msgspec

from calibrant.syntax.shell.commands import HERE
from calibrant.syntax.shell.reading import Word

_LONGEST_PATH = 1_000
"""Characters of a folder's path from which on it is not followed."""

_HARMLESS = ("activate", "nvm.sh", ".cargo/env", ".bashrc", ".profile", ".bash_profile", "conda.sh", "sdkman-init.sh")
"""Ends of the names of files that are read in by many scripts, and change no folder."""

_ELSEWHERE = frozenset({"eval", "source", "."})


class State(msgspec.Struct, frozen=True):
    """Where the next command runs, whether it is certain, and the folders that `pushd` left; `lenient`: errors are let pass."""

    cwd: str | None = HERE
    certain: bool = True
    left: tuple[str | None, ...] = ()
    lenient: bool = False

    def doubted(self) -> "State":
        """Return the state where the next command is not certain to run."""
        return msgspec.structs.replace(self, certain=False)

    def at(self, cwd: str | None) -> "State":
        """Return the state in another folder, None for one that is not known."""
        return msgspec.structs.replace(self, cwd=cwd)


def behind(words: tuple[Word, ...], state: State) -> State:
    """Return the state that a command leaves."""
    texts = [one.text for one in words]
    name, rest = (texts[0] if texts else ""), texts[1:]
    if name in {"builtin", "command"} and rest and rest[0] in {"cd", "pushd", "popd"}:
        name, rest = rest[0], rest[1:]
    match name:
        case "cd" | "chdir":
            return state.at(_moved(state.cwd, rest))
        case "pushd":
            moved = _moved(state.cwd, rest)
            return msgspec.structs.replace(state, cwd=moved, left=(*state.left, state.cwd)[-50:])
        case "popd":
            back = state.left[-1] if state.left and not rest else None
            return msgspec.structs.replace(state, cwd=back, left=state.left[:-1])
        case "exit" | "return" | "exec" if state.certain and (name != "exec" or rest):
            return state.doubted()
        case "set" if rest:
            return _set(rest, state)
        case _ if name in _ELSEWHERE:
            read = (rest[0] or "") if rest else ""
            return state if name != "eval" and read.endswith(_HARMLESS) else state.at(None)
    return state


def _set(rest: Sequence[str | None], state: State) -> State:
    options = [one or "" for one in rest]
    named = "errexit" in options
    if any(one.startswith("+") and ("e" in one or named) for one in options):
        return msgspec.structs.replace(state, lenient=True)
    if any(one.startswith("-") and ("e" in one or named) for one in options):
        return msgspec.structs.replace(state, lenient=False)
    return state


def _moved(cwd: str | None, rest: Sequence[str | None]) -> str | None:
    """Return the folder that `cd` leads to."""
    given = [one for one in rest if one not in {"-P", "-L", "-e", "--", "-q", "-s"}]
    folder = given[0] if len(given) == 1 else None
    if folder is None or folder in {"", "-"} or folder.startswith(("+", "~", "-")):
        return None
    if folder.startswith("/"):
        return posixpath.normpath(folder)
    if cwd is None or len(cwd) + len(folder) > _LONGEST_PATH:
        return None
    return posixpath.normpath(posixpath.join(cwd, folder))
