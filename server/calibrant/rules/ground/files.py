"""Files that a command is told to read, and that are not there."""

import posixpath
import re
from collections.abc import Iterator

from calibrant.model.closest import ranked
from calibrant.rules.commands import Call, Given
from calibrant.rules.commands.programs import PROGRAMS
from calibrant.rules.ground.claim import Claim, Near, Site, parts
from calibrant.syntax.shell import Command

CODE = "file-not-found"
_MADE = frozenset(
    ("build", "dist", "out", "target", "bin", "obj", "lib", "tmp", "temp", "coverage", "generated", "node_modules")
)
"""Names of folders that hold what is built: what is not there yet may be made by something that is not seen."""

_SCRIPTS = {"python": (".py",), "bash": (".sh", ".bash"), "node": (".js", ".mjs", ".cjs", ".ts")}
_MODES = frozenset(
    {"-c", "-m", "-e", "--eval", "-p", "--print", "-s", "--test", "--watch", "--run", "-i", "--version", "-V", "-v"}
)
_KINDS = (
    (frozenset({"-r", "--requirement", "--requirements"}), "requirements file", (".txt", ".in", ".lock")),
    (frozenset({"-c", "--constraint", "--constraints"}), "constraints file", (".txt", ".in", ".lock")),
    (frozenset({"--makefile"}), "makefile", (".mk", "Makefile", "makefile")),
    (frozenset({"--manifest-path"}), "manifest", ("Cargo.toml",)),
    (frozenset({"--justfile"}), "justfile", ("justfile",)),
    (frozenset({"--gemfile"}), "Gemfile", ("Gemfile",)),
)
_NEAR = 8
_MANY = 80
"""Files that are compared by their letters, those that lie highest."""


def check(call: Call, site: Site) -> Iterator[Claim]:
    """Tell of files that an option names, and of scripts that an interpreter is given."""
    for name, value in call.arguments.options:
        spec = PROGRAMS["uv" if call.command.plain.name == "uv" else call.program]
        if value is None or name not in spec.files:
            continue
        kind, ends = next(((kind, ends) for names, kind, ends in _KINDS if name in names), _by_program(call.program))
        yield from _named(value, call.cwd, site, kind, ends)
    ends = _SCRIPTS.get(call.program, ())
    if ends and call.sure and call.arguments.given and not any(_other_mode(name) for name, _ in call.arguments.options):
        first = call.arguments.given[0]
        if first.text.endswith(ends) and not any(char.isspace() for char in first.text):
            yield from _named(first, call.cwd, site, "script", ends)


def _other_mode(option: str) -> bool:
    """Tell whether an option says that no file is run, also among letters that stand together: `bash -lc`."""
    return option in _MODES or bool(re.fullmatch(r"-[A-Za-z]*[cm][A-Za-z]*", option))


def check_called(command: Command, site: Site) -> Iterator[Claim]:
    """Tell of a program that is called by its place in the workspace: `./gradlew`, `scripts/build.sh`."""
    plain = command.plain
    text = plain.words[0].text if plain.words else None
    if text is None or "/" not in text or text.startswith(("/", "~")):
        return
    known = posixpath.basename(text) in ("gradlew", "mvnw") or text.endswith((".sh", ".bash", ".py"))
    if known:
        end = posixpath.splitext(text)[1] or posixpath.basename(text)
        yield from _named(Given(text, plain.words[0].span), plain.cwd, site, "script", (end,))


def _by_program(program: str) -> tuple[str, tuple[str, ...]]:
    match program:
        case "mvn":
            return "project file", ("pom.xml",)
        case "make":
            return "makefile", (".mk", "Makefile", "makefile")
        case "tox":
            return "configuration", (".ini", ".toml", ".cfg")
        case "gradle":
            return "build file", (".gradle", ".kts")
        case "just":
            return "justfile", ("justfile",)
    return "file", ()


def _named(value: Given, cwd: str | None, site: Site, kind: str, ends: tuple[str, ...]) -> Iterator[Claim]:
    folder, text = site.folder(cwd), value.text
    if folder is None or not text or "://" in text or text.startswith(("/", "~", "-")) or text.endswith("/"):
        return
    path = site.missing(folder, text)
    if (
        path is None
        or not site.there(folder)
        or any(part in _MADE or part.startswith(".") for part in parts(path)[:-1])
    ):
        return
    where = "" if folder == site.ground.folder else f" in {site.from_base(folder)}"
    yield site.claim(
        CODE,
        value.span,
        f"There is no {kind} called ‘{text}’{where}.",
        subject=text,
        names=parts(path),
        near=lambda: _near(path, folder, site, ends),
        key=(path, folder, *ends),
        evidence={"file": text, "folder": site.from_base(folder)},
    )


def _near(path: str, folder: str, site: Site, ends: tuple[str, ...]) -> Near:
    """Return files of the same sort, as the command would name them, the closest first: those of the same name before all."""
    name = posixpath.basename(path)
    files = [one for one in site.survey.files if one.endswith(ends or f"/{name}") and not one.endswith("/")]
    same = sorted((one for one in files if posixpath.basename(one) == name), key=_depth)[:_NEAR]
    order = ranked(path, sorted(files, key=_depth)[:_MANY])
    near = tuple(dict.fromkeys(posixpath.relpath(one, folder) for one in (*ranked(path, same), *order)))[:_NEAR]
    return Near(near, f"Did you mean ‘{near[0]}’?" if near else "Correct its path, or add it.")


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path
