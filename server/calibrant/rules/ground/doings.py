"""What commands may do to files, as far as it matters for what is looked up in them later."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from calibrant.rules.commands import Call, call
from calibrant.rules.ground.claim import Claim, installed
from calibrant.rules.ground.effects import BOUNDED, CHANGING, HARMLESS, HARMLESS_OF, LOCKS
from calibrant.syntax.shell import Command


class Doing(msgspec.Struct, frozen=True, gc=False):
    """What something may do to files. `at` is where it stands in its script.

    `makes`: it may make any file. `changes`: it may change any that is there too. `names` are the last names of files and folders
    that it surely has to do with.
    """

    at: int
    makes: bool = False
    changes: bool = False
    names: frozenset[str] = frozenset()


ANYTHING = Doing(-1, makes=True, changes=True)

_FROZEN = frozenset(("ci", "--frozen-lockfile", "--immutable", "--locked", "--frozen", "--deploy", "sync"))
_WRITING = re.compile(r"^(?:init|create|add|remove|pkg|set|set-script|import|lock|new)$")
_TELLING = frozenset(("--version", "-v", "-V", "--help", "-h", "version"))
_WORDS = re.compile(r"[^\s/=:\"']+")
_OF_GITHUB = re.compile(r"GITHUB_(?:OUTPUT|ENV|PATH|STEP_SUMMARY|STATE)|/dev/(?:null|stderr|stdout)")


def doings(commands: Iterable[Command], script: str) -> tuple[Doing, ...]:
    """Return what the commands of a script may do to files, without those that do nothing to any."""
    found: list[Doing] = []
    for command in commands:
        made = [target for target in command.targets if target.writes]
        made = [one for one in made if not _OF_GITHUB.search(script[one.word.span.start : one.word.span.end])]
        inner = command.unwrapped
        if made:
            found.append(_bounded(command.span.start, [one.word.text for one in made]))
        if inner.words:
            does = _of(inner, command)
            if does is not None:
                found.append(does)
    return tuple(found)


def _bounded(at: int, texts: Sequence[str | None]) -> Doing:
    """Return what something does that has to do only with what it names."""
    if any(text is None or text.rstrip("/") in ("", ".", "..") for text in texts):
        return Doing(at, makes=True, changes=True)
    return Doing(at, names=frozenset(word for text in texts if text for word in _WORDS.findall(text)))


def _of(inner: Command, command: Command) -> Doing | None:
    at = command.span.start
    name = inner.name
    texts = [word.text for word in inner.words[1:]]
    if not name or name in ("eval", "source", "."):
        harmless = name in ("source", ".") and texts and (texts[0] or "").endswith(("activate", "nvm.sh", ".cargo/env"))
        return None if harmless else Doing(at, makes=True, changes=True)
    if "/" in (inner.words[0].text or "") and call(inner) is None:
        return Doing(at, makes=True)
    if name in HARMLESS or (texts and all(text in _TELLING for text in texts)):
        return None
    if name in BOUNDED:
        return _bounded(at, texts)
    if name == "git":
        sub = next((text for text in texts if text and not text.startswith("-")), "")
        return None if sub in HARMLESS_OF["git"] else Doing(at, makes=True, changes=True)
    if name in CHANGING:
        return Doing(at, makes=True, changes=True)
    understood = call(inner) or call(command)
    return _of_call(understood, at) if understood is not None else Doing(at, makes=True)


def _of_call(called: Call, at: int) -> Doing | None:
    program, sub = called.program, called.sub
    if program == "python" and called.arguments.has("-m"):
        module = called.arguments.values("-m")
        return (
            None
            if module and module[0].text in HARMLESS | {"venv", "unittest", "compileall"}
            else Doing(at, makes=True)
        )
    if _WRITING.match(sub) or (program == "go" and sub == "mod" and any(one.text == "init" for one in called.given)):
        return Doing(at, makes=True, changes=True)
    installing = sub in ("install", "i", "") if program != "npm" else sub in ("install", "i", "add")
    if program in LOCKS and (installing or sub in ("ci", "sync")):
        options = {sub, *(name for name, _ in called.arguments.options)}
        pinned = options & _FROZEN or called.arguments.has("-g", "--global")
        return None if pinned else Doing(at, names=frozenset(map(installed, LOCKS[program])))
    return None if sub in HARMLESS_OF.get(program, ()) and sub else Doing(at, makes=True)


class Done:
    """All that was done to files so far."""

    def __init__(self) -> None:
        self._makes = self._changes = False
        self._names: set[str] = set()

    def add(self, found: Iterable[Doing]) -> None:
        """Add what is done next."""
        for one in found:
            self._makes |= one.makes
            self._changes |= one.changes
            self._names |= one.names

    def leaves(self, claim: Claim) -> bool:
        """Tell whether none of it can have made a claim untrue."""
        return not (self._makes if claim.absent else self._changes) and self._names.isdisjoint(claim.names)
