"""What commands may do to files, as far as it matters for what is looked up in them later."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from calibrant.rules.commands import Call, call
from calibrant.rules.ground.claim import Claim, installed
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

_HARMLESS = frozenset(
    (
        *(
            "echo",
            "printf",
            "cd",
            "pwd",
            "ls",
            "cat",
            "test",
            "[",
            "true",
            "false",
            ":",
            "export",
            "set",
            "unset",
            "which",
        ),
        *(
            "command",
            "type",
            "hash",
            "sleep",
            "date",
            "uname",
            "whoami",
            "id",
            "env",
            "head",
            "tail",
            "grep",
            "egrep",
            "fgrep",
        ),
        *(
            "wc",
            "sort",
            "uniq",
            "diff",
            "cmp",
            "jq",
            "tree",
            "file",
            "stat",
            "df",
            "du",
            "free",
            "nproc",
            "ps",
            "kill",
            "wait",
        ),
        *("trap", "exit", "return", "read", "local", "umask", "ulimit", "hostname", "cut", "tr", "basename", "dirname"),
        *(
            "realpath",
            "readlink",
            "md5sum",
            "sha256sum",
            "apt-get",
            "apt",
            "add-apt-repository",
            "brew",
            "choco",
            "dnf",
            "yum",
        ),
        *(
            "apk",
            "pacman",
            "rustup",
            "corepack",
            "nvm",
            "fnm",
            "n",
            "volta",
            "chmod",
            "pushd",
            "popd",
            "sysctl",
            "locale-gen",
        ),
        *(
            "pytest",
            "py.test",
            "ruff",
            "mypy",
            "flake8",
            "pylint",
            "black",
            "isort",
            "pyright",
            "eslint",
            "prettier",
            "bandit",
        ),
        *(
            "pre-commit",
            "codecov",
            "shellcheck",
            "yamllint",
            "actionlint",
            "golangci-lint",
            "gofmt",
            "rubocop",
            "rspec",
        ),
        *(
            "coverage",
            "pycodestyle",
            "pydocstyle",
            "twine",
            "gem",
            "safety",
            "pip-audit",
            "vulture",
            "codespell",
            "sudo",
            "ty",
        ),
        *(
            "systemctl",
            "service",
            "locale",
            "seq",
            "logger",
            "ip",
            "ss",
            "ping",
            "dig",
            "nslookup",
            "clear",
            "time",
            "umask",
        ),
    )
)
"""Programs that make no file that a later command of a build would read."""

_BOUNDED = frozenset(
    ("touch", "mkdir", "rm", "rmdir", "ln", "tee", "sed", "truncate", "mv", "cp", "install", "perl", "awk")
)
"""Programs that change only what they are given."""

_CHANGING = frozenset(
    ("curl", "wget", "tar", "unzip", "rsync", "patch", "scp", "gh", "svn", "hg", "degit", "cookiecutter", "copier")
)
_SUBS: dict[str, frozenset[str]] = {
    "pip": frozenset(("install", "list", "freeze", "show", "check", "config", "cache", "uninstall", "debug")),
    "uv": frozenset(("sync", "venv", "tool", "python", "tree", "cache", "self", "version")),
    "poetry": frozenset(("install", "config", "env", "self", "check", "show", "version", "cache", "sync")),
    "pdm": frozenset(("install", "sync", "config", "info", "list", "use", "venv", "self")),
    "pipenv": frozenset(("install", "sync", "verify", "check", "graph")),
    "npm": frozenset(
        ("ci", "config", "cache", "audit", "list", "ls", "login", "whoami", "version", "outdated", "t", "test", "bin")
    ),
    "pnpm": frozenset(("install", "i", "fetch", "config", "store", "audit", "list", "test", "t", "outdated")),
    "yarn": frozenset(("install", "config", "cache", "audit", "list", "test", "why")),
    "bun": frozenset(("install", "i", "ci", "test", "pm")),
    "cargo": frozenset(
        ("check", "clippy", "fmt", "test", "install", "fetch", "audit", "deny", "nextest", "build", "doc", "bench")
    ),
    "go": frozenset(("vet", "test", "mod", "version", "env", "install", "build", "list", "fmt")),
    "dotnet": frozenset(("restore", "test", "format", "tool", "--info", "build")),
    "bundle": frozenset(("install", "config", "check", "exec")),
}
"""What package managers do without making such files; installing makes a lock file, see `_LOCKS`."""

_GIT = frozenset(
    (
        *(
            "status",
            "diff",
            "log",
            "config",
            "rev-parse",
            "describe",
            "show",
            "fetch",
            "tag",
            "branch",
            "remote",
            "add",
        ),
        *(
            "commit",
            "push",
            "ls-files",
            "rev-list",
            "merge-base",
            "name-rev",
            "symbolic-ref",
            "ls-remote",
            "shortlog",
            "blame",
        ),
    )
)
_LOCKS: dict[str, tuple[str, ...]] = {
    "npm": ("package-lock.json",),
    "pnpm": ("pnpm-lock.yaml",),
    "yarn": ("yarn.lock",),
    "bun": ("bun.lock", "bun.lockb"),
    "uv": ("uv.lock",),
    "poetry": ("poetry.lock",),
    "pdm": ("pdm.lock",),
    "pipenv": ("Pipfile", "Pipfile.lock"),
    "cargo": ("Cargo.lock",),
    "bundle": ("Gemfile.lock",),
}
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
    if name in _HARMLESS or (texts and all(text in _TELLING for text in texts)):
        return None
    if name in _BOUNDED:
        return _bounded(at, texts)
    if name == "git":
        sub = next((text for text in texts if text and not text.startswith("-")), "")
        return None if sub in _GIT else Doing(at, makes=True, changes=True)
    if name in _CHANGING:
        return Doing(at, makes=True, changes=True)
    understood = call(inner) or call(command)
    return _of_call(understood, at) if understood is not None else Doing(at, makes=True)


def _of_call(called: Call, at: int) -> Doing | None:
    program, sub = called.program, called.sub
    if program == "python" and called.arguments.has("-m"):
        module = called.arguments.values("-m")
        return (
            None
            if module and module[0].text in _HARMLESS | {"venv", "unittest", "compileall"}
            else Doing(at, makes=True)
        )
    if _WRITING.match(sub) or (program == "go" and sub == "mod" and any(one.text == "init" for one in called.given)):
        return Doing(at, makes=True, changes=True)
    installing = sub in ("install", "i", "") if program != "npm" else sub in ("install", "i", "add")
    if program in _LOCKS and (installing or sub in ("ci", "sync")):
        options = {sub, *(name for name, _ in called.arguments.options)}
        pinned = options & _FROZEN or called.arguments.has("-g", "--global")
        return None if pinned else Doing(at, names=frozenset(map(installed, _LOCKS[program])))
    return None if sub in _SUBS.get(program, ()) and sub else Doing(at, makes=True)


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
