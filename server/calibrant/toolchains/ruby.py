"""Ruby: Bundler and gems (https://bundler.io/man/gemfile.5.html). A Gemfile is a program: it is read line by line, never run."""

import re
from collections.abc import Iterator

from calibrant.model.toolchain import Commands, Evidence, Machine, Toolchain, Versions
from calibrant.toolchains.calls import general_task, quoted, quoted_path
from calibrant.toolchains.ecosystem import Ecosystem, Folder
from calibrant.toolchains.signals import decide
from calibrant.toolchains.versions import as_numbers, newest, number_in

_GEMFILES = ("Gemfile", "gems.rb")
_LOCKS = ("Gemfile.lock", "gems.locked")
_GEM = re.compile(r"^[ \t]{0,40}gem[ \t(]{1,10}[\"']([A-Za-z0-9_.-]{1,200})[\"']", re.MULTILINE)
_OWN_GEMS = re.compile(r"^[ \t]{0,40}(?:gemspec\b|gem\b[^\n#]{1,200}\bpath:|path\b)", re.MULTILINE)
_NEEDED = re.compile(
    r"^[ \t]{0,40}\w{1,40}\.add_(?:runtime_|development_)?dependency[ \t(]{1,10}[\"']([A-Za-z0-9_.-]{1,200})[\"']",
    re.MULTILINE,
)
_RUBY = re.compile(r"^[ \t]{0,40}ruby[ \t(]{1,10}[\"']([^\"'\n]{1,60})[\"']", re.MULTILINE)
_REQUIRED = re.compile(r"required_ruby_version[ \t]{0,10}=[ \t]{0,10}[^\"'\n]{0,60}[\"']([^\"'\n]{1,60})[\"']")
_CHOOSES = re.compile(r"^[ \t]{0,40}(?:if|unless|case|eval_gemfile|install_if)\b|\bENV\b| (?:if|unless) ", re.MULTILINE)
_DEPENDENCIES = re.compile(r"^DEPENDENCIES\n((?:  [^\n]{1,300}(?:\n|\Z)){0,20000})", re.MULTILINE)
_PATH = re.compile(r"^BUNDLE_PATH: \"?([^\"\n]{1,300})\"?$", re.MULTILINE)
_SHOWN = 5


def detect(folder: Folder) -> Iterator[Toolchain]:
    """Yield the toolchain of a folder with a Gemfile or a gem's specification."""
    gemfile, lock = folder.first(*_GEMFILES), folder.first(*_LOCKS)
    above = None if gemfile or lock else _bundle_above(folder)
    specifications = folder.named("*.gemspec")
    evidence = list(_evidence(folder, gemfile, lock, specifications))
    if above:
        evidence.insert(
            0, Evidence(above.path(above.first(*_GEMFILES)), "the Gemfile above takes gems from its folders", 0.6)
        )
    asked, source = next(((wish, name) for name, wish in _wishes(folder, gemfile, specifications) if wish), ("", ""))
    pinned = _first_line(folder.read(".ruby-version")).removeprefix("ruby-")
    if asked and source == gemfile and as_numbers(asked) and asked[:1].isdigit() and _differ(asked, pinned):
        evidence.append(Evidence(folder.path(".ruby-version"), f"pins Ruby {pinned}, {gemfile} asks for {asked}", -0.1))
    verdict = decide({"bundler" if gemfile or lock or above else "gem": evidence[:1]}, evidence[1:])
    packages = frozenset(_packages(folder, gemfile, specifications))
    yield Toolchain(
        "ruby",
        verdict.manager,
        folder.root,
        verdict.confidence,
        verdict.evidence,
        versions=Versions(asked, _found(folder.machine, pinned or asked), folder.path(source) if source else ""),
        environment=_environment(folder),
        commands=_commands(folder, verdict.manager, packages, specifications),
        manifest=folder.path(gemfile or next(iter(specifications), lock)),
        lock=folder.path(lock) if lock else above.path(above.first(*_LOCKS)) if above and above.first(*_LOCKS) else "",
        search=(folder.path("bin"),) if folder.has("bin/bundle") else (),
        packages=packages,
        outdated=_outdated(folder, gemfile, lock),
        conflicts=verdict.conflicts,
    )


def _bundle_above(folder: Folder) -> Folder | None:
    """Return the folder above whose Gemfile Bundler finds from here, if that takes gems from its own folders.

    https://bundler.io/man/bundle-config.1.html
    """
    found = next((one for one in folder.above() if one.first(*_GEMFILES)), None)
    return found if found and _OWN_GEMS.search(found.read(found.first(*_GEMFILES))[:200_000]) else None


def _evidence(folder: Folder, gemfile: str, lock: str, specifications: list[str]) -> Iterator[Evidence]:
    if gemfile:
        says = bool(
            _GEM.search(folder.read(gemfile)) or "source" in folder.read(gemfile) or "gemspec" in folder.read(gemfile)
        )
        yield Evidence(
            folder.path(gemfile),
            "manifest of Bundler" if says else "is there, and asks for nothing yet",
            0.8 if says else 0.4,
        )
    if lock:
        yield Evidence(folder.path(lock), "lock file of Bundler", 0.7)
    for name in specifications[:1]:
        yield Evidence(folder.path(name), "specification of a gem", 0.7)
    if folder.has(".ruby-version"):
        yield Evidence(folder.path(".ruby-version"), "pins a version of Ruby", 0.3)
    if name := folder.first("Rakefile", "rakefile", "Rakefile.rb"):
        yield Evidence(folder.path(name), "tasks of Rake", 0.3)


def _wishes(folder: Folder, gemfile: str, specifications: list[str]) -> Iterator[tuple[str, str]]:
    own = _RUBY.search(folder.read(gemfile)[:200_000]) if gemfile else None
    yield gemfile, own[1] if own else ""
    yield ".ruby-version", _first_line(folder.read(".ruby-version"))
    for line in folder.read(".tool-versions")[:10_000].splitlines():
        if line.startswith("ruby "):
            yield ".tool-versions", number_in(line, 1)
    for name in specifications[:1]:
        required = _REQUIRED.search(folder.read(name)[:200_000])
        yield name, required[1] if required else ""


def _packages(folder: Folder, gemfile: str, specifications: list[str]) -> Iterator[str]:
    yield from (found[1] for found in _GEM.finditer(folder.read(gemfile)[:200_000]))
    for name in specifications[:1]:
        yield from (found[1] for found in _NEEDED.finditer(folder.read(name)[:200_000]))


def _commands(folder: Folder, manager: str, packages: frozenset[str], specifications: list[str]) -> Commands:
    run = "bundle exec " if manager == "bundler" else ""
    rubocop = folder.has(".rubocop.yml") or "rubocop" in packages
    standard = folder.has(".standard.yml") or "standard" in packages
    linter = f"{run}rubocop" if rubocop else f"{run}standardrb" if standard else ""
    types = f"{run}srb tc" if folder.has("sorbet/config") else f"{run}steep check" if folder.has("Steepfile") else ""
    corrects = " --autocorrect" if rubocop else " --fix"
    return Commands(
        install="bundle install" if manager == "bundler" else "",
        test=_test(folder, run, packages),
        lint=_task(folder, run, "lint", "rubocop") or linter,
        typecheck=types,
        build=general_task(folder, "build")
        or (f"gem build {quoted_path(specifications[0])}" if specifications else ""),
        format=_task(folder, run, "format") or (f"{linter}{corrects}" if linter else ""),
    )


def _test(folder: Folder, run: str, packages: frozenset[str]) -> str:
    if folder.has(".rspec") or (folder.has("spec") and any(name.startswith("rspec") for name in packages)):
        return general_task(folder, "test", "spec") or f"{run}rspec"
    if folder.has("bin/rails") and folder.has("test"):
        return general_task(folder, "test") or "bin/rails test"
    return _task(folder, run, "test", "spec")


def _task(folder: Folder, run: str, *names: str) -> str:
    """Return the call of a recipe, a target or a task of Rake."""
    if found := general_task(folder, *names):
        return found
    name = folder.task("rake", *names)
    return f"{run}rake {quoted(name)}" if name else ""


def _environment(folder: Folder) -> str:
    told = _PATH.search(folder.read(".bundle/config")[:10_000])
    path = told[1] if told else "vendor/bundle"
    return folder.path(path) if not path.startswith("/") and folder.files.holds(folder.path(path)) else ""


def _outdated(folder: Folder, gemfile: str, lock: str) -> str:
    """Say which gems the lock file lacks; a Gemfile that chooses by conditions is not judged."""
    content = folder.read(gemfile)[:200_000] if gemfile else ""
    section = _DEPENDENCIES.search(folder.read(lock)) if lock else None
    if section is None or _CHOOSES.search(content):
        return ""
    locked = {line.split()[0].rstrip("!") for line in section[1].splitlines() if line.strip()}
    plain = (line for line in content.splitlines() if not line.lstrip().startswith("#"))
    missing = sorted({found[1] for found in _GEM.finditer("\n".join(plain))} - locked)
    if not missing:
        return ""
    more = len(missing) - _SHOWN
    return (
        f"{lock} lacks {', '.join(missing[:_SHOWN])}"
        + (f" and {more} more" if more > 0 else "")
        + f", which {gemfile} asks for"
    )


def _found(machine: Machine, asked: str) -> str:
    """Return the Ruby that a command gets: of rbenv where it has the one that is asked for, else of PATH."""
    home = machine.environ.get("HOME", "")
    root = machine.environ.get("RBENV_ROOT", "") or (f"{home}/.rbenv" if home else "")
    wanted = as_numbers(asked) if asked[:1].isdigit() else ()
    installed = (
        [name for name in machine.listed(f"{root}/versions") if as_numbers(name)[: len(wanted)] == wanted]
        if wanted
        else []
    )
    program = machine.program("ruby")
    if "/shims/" in program:  # a script of rbenv, which runs the version that is chosen for the user
        return newest(installed) or number_in(
            machine.environ.get("RBENV_VERSION", "") or machine.read(f"{root}/version"), 1
        )
    return newest(installed) or next(
        (found for part in reversed(program.split("/")) if "ruby" in part and (found := number_in(part, 1))), ""
    )


def _differ(one: str, other: str) -> bool:
    first, second = as_numbers(one), as_numbers(other)
    shared = min(len(first), len(second))
    return bool(shared) and first[:shared] != second[:shared]


def _first_line(content: str) -> str:
    return next((line.strip()[:60] for line in content[:1_000].splitlines() if line.strip()), "")


ECOSYSTEM = Ecosystem(
    "ruby",
    (*_GEMFILES, *_LOCKS, "*.gemspec"),
    detect,
    evidence=(".ruby-version", ".tool-versions", ".rspec", ".rubocop.yml", ".standard.yml", "Rakefile", "Steepfile"),
)
