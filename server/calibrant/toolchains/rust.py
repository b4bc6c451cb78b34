"""Rust: packages and workspaces of Cargo (https://doc.rust-lang.org/cargo/reference/manifest.html)."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from calibrant.model.toolchain import Commands, Evidence, Machine, Toolchain, Versions
from calibrant.toolchains.calls import general_task, quoted
from calibrant.toolchains.ecosystem import Ecosystem, Folder
from calibrant.toolchains.globs import fits, named
from calibrant.toolchains.parsing import as_toml, table, text, texts
from calibrant.toolchains.signals import decide, unreadable
from calibrant.toolchains.versions import as_numbers, number_in

MANIFEST, LOCK = "Cargo.toml", "Cargo.lock"
_PINS = ("rust-toolchain", "rust-toolchain.toml")
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies")
_LOCKED = re.compile(r"^name = \"([A-Za-z0-9_-]{1,200})\"\nversion = \"([^\"\n]{1,100})\"", re.MULTILINE)
_BUILT_WITH = re.compile(r"-rust-(\d{1,3}\.\d{1,4}\.\d{1,4})")
_CHANNEL = re.compile(r"[\w.-]{1,100}")
_SHOWN = 5


def detect(folder: Folder) -> Iterator[Toolchain]:
    """Yield the toolchain of a package, or of a virtual workspace."""
    manifest = folder.toml(MANIFEST)
    above = _workspace(folder, manifest)
    home = above or folder
    evidence = list(_evidence(folder, manifest, above))
    channel, source = _channel(folder)
    least = _least(folder, above)
    found = rust_version(folder.machine, channel)
    if (
        channel
        and least
        and as_numbers(channel)
        and as_numbers(channel) < as_numbers(least)[: len(as_numbers(channel))]
    ):
        evidence.append(Evidence(source, f"pins Rust {channel}, {MANIFEST} asks for {least} or newer", -0.1))
    elif least and as_numbers(found) and as_numbers(found) < as_numbers(least):
        evidence.append(Evidence(folder.path(MANIFEST), f"asks for Rust {least} or newer, {found} is found", -0.1))
    evidence += unreadable(folder.path(MANIFEST), folder.fault(MANIFEST, "toml"))
    verdict = decide({"cargo": evidence[:1]}, evidence[1:])
    registry, programs = _cargo_home(folder.machine, "registry"), _cargo_home(folder.machine, "bin")
    yield Toolchain(
        "rust",
        "cargo",
        folder.root,
        verdict.confidence,
        verdict.evidence,
        versions=Versions(channel or least, found, source if channel else folder.path(MANIFEST) if least else ""),
        environment=folder.path("vendor") if folder.has("vendor") and _is_vendored(folder) else registry,
        commands=_commands(folder, manifest, home),
        manifest=folder.path(MANIFEST),
        lock=home.path(LOCK) if home.has(LOCK) else "",
        search=(programs,) if programs else (),
        packages=frozenset(_packages(manifest, home)),
        outdated=_outdated(folder, manifest, home),
        conflicts=verdict.conflicts,
    )


def _evidence(folder: Folder, manifest: dict[str, Any], above: Folder | None) -> Iterator[Evidence]:
    path = folder.path(MANIFEST)
    if any(isinstance(manifest.get(key), dict) for key in ("package", "workspace")):
        yield Evidence(
            path, "declares a Rust package" if "package" in manifest else "declares a workspace of Cargo", 0.9
        )
    else:
        yield Evidence(path, "is there, and declares no package yet", 0.4)
    if folder.has(LOCK):
        yield Evidence(folder.path(LOCK), "lock file of Cargo", 0.5)
    if above is not None:
        yield Evidence(above.path(MANIFEST), "has this folder as a member of its workspace", 0.5)
        if above.has(LOCK):
            yield Evidence(above.path(LOCK), "lock file of Cargo, of the workspace", 0.3)
    channel, source = _channel(folder)
    if channel:
        yield Evidence(source, f"pins the toolchain {channel}", 0.3)


def _workspace(folder: Folder, manifest: dict[str, Any]) -> Folder | None:
    """Return the root of the workspace that a package is a member of: listed, or a dependency by path of one that is."""
    if "workspace" in manifest:
        return None
    if told := text(manifest, "package", "workspace"):
        return folder.at(told)
    for above in folder.above():
        settings = above.toml(MANIFEST).get("workspace")
        if not isinstance(settings, dict):
            continue
        here = above.relative(folder)
        if any(here == out or fits(here, f"{out}/**") for out in texts(settings, "exclude")):
            return None
        return above if named(here, texts(settings, "members")) or here in above.made(MANIFEST, _by_path) else None
    return None


def _by_path(content: str) -> frozenset[str]:
    """Return the folders that a manifest depends on by path."""
    return frozenset(posixpath.normpath(path) for path in _paths(as_toml(content).value))


def _paths(manifest: dict[str, Any]) -> Iterator[str]:
    for key in _DEPENDENCIES:
        for wanted in (*table(manifest, key).values(), *table(manifest, "workspace", key).values()):
            if path := text(wanted, "path"):
                yield path


def _packages(manifest: dict[str, Any], home: Folder) -> Iterator[str]:
    """Yield the names of what is needed, as the registry knows them: a renamed one by its real name."""
    shared = table(home.toml(MANIFEST), "workspace", "dependencies")
    targets = table(manifest, "target")
    for source in (manifest, *(table(targets, name) for name in targets)):
        for key in _DEPENDENCIES:
            for name, wanted in table(source, key).items():
                inherited = shared.get(name) if table(wanted).get("workspace") is True else wanted
                yield text(inherited, "package") or name


def _channel(folder: Folder) -> tuple[str, str]:
    """Return the toolchain that is pinned, and by which file: the nearest one upwards counts."""
    for place in (folder, *folder.above()):
        for name in _PINS:
            if content := place.read(name).strip():
                told = text(place.toml(name), "toolchain", "channel")
                plain = content if "\n" not in content and _CHANNEL.fullmatch(content) else ""
                if told or plain:
                    return (told or plain)[:100], place.path(name)
    return "", ""


def _least(folder: Folder, above: Folder | None) -> str:
    own = table(folder.toml(MANIFEST), "package").get("rust-version")
    if isinstance(own, str):
        return own
    home = above or folder
    return (
        text(home.toml(MANIFEST), "workspace", "package", "rust-version")
        if own or "package" not in folder.toml(MANIFEST)
        else ""
    )


def _commands(folder: Folder, manifest: dict[str, Any], home: Folder) -> Commands:
    whole = " --workspace" if "workspace" in manifest else ""
    nextest = home.has(".config/nextest.toml")
    test = f"cargo nextest run{whole}" if nextest else f"cargo test{whole}"
    return Commands(
        install="cargo fetch",
        test=_task(folder, "test", "tests", "unit") or test,
        lint=_task(folder, "lint", "clippy") or (f"cargo clippy{whole}" if _lints(folder, home) else ""),
        typecheck=_task(folder, "typecheck") or f"cargo check{whole}",
        build=_task(folder, "build") or f"cargo build{whole}",
        format=_task(folder, "fmt", "format")
        or ("cargo fmt" + (" --all" if whole else "") if _formats(folder, home) else ""),
    )


def _task(folder: Folder, *names: str) -> str:
    alias = folder.task("cargo", *names)
    return f"cargo {quoted(alias)}" if alias else general_task(folder, *names)


def _lints(folder: Folder, home: Folder) -> bool:
    """Tell whether Clippy is set up, or is there to be called."""
    if any(place.first("clippy.toml", ".clippy.toml") for place in (folder, home)):
        return True
    set_up = table(folder.toml(MANIFEST), "lints") or table(home.toml(MANIFEST), "workspace", "lints")
    return bool(set_up) or "clippy" in _components(home) or bool(folder.machine.program("cargo-clippy"))


def _formats(folder: Folder, home: Folder) -> bool:
    set_up = any(place.first("rustfmt.toml", ".rustfmt.toml") for place in (folder, home))
    return set_up or "rustfmt" in _components(home) or bool(folder.machine.program("cargo-fmt"))


def _components(home: Folder) -> tuple[str, ...]:
    return texts(home.toml("rust-toolchain.toml"), "toolchain", "components")


def _is_vendored(folder: Folder) -> bool:
    return "source" in folder.toml(".cargo/config.toml")


def _outdated(folder: Folder, manifest: dict[str, Any], home: Folder) -> str:
    """Say what Cargo.lock lacks: packages that are needed, or the package itself in its version."""
    locked = home.made(LOCK, _locked)
    if not locked or folder.fault(MANIFEST, "toml") or home.fault(MANIFEST, "toml"):
        return ""
    missing = sorted(set(_packages(manifest, home)) - locked.keys())
    if missing:
        more = len(missing) - _SHOWN
        shown = ", ".join(missing[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return f"{LOCK} lacks {shown}, which {MANIFEST} asks for"
    name, version = text(manifest, "package", "name"), text(manifest, "package", "version")
    if name and version and version not in locked.get(name, ()):
        there = next(iter(locked.get(name, ())), "")
        return f"{LOCK} has {name} {there}, {MANIFEST} is of {version}" if there else f"{LOCK} lacks {name} itself"
    return ""


def _locked(content: str) -> dict[str, list[str]]:
    """Return the versions of each package in a lock file."""
    versions: dict[str, list[str]] = {}
    for found in _LOCKED.finditer(content):
        versions.setdefault(found[1], []).append(found[2])
    return versions


def rust_version(machine: Machine, channel: str) -> str:
    """Return the version that a command gets: of the pinned toolchain of rustup, or its default one.

    rustup's toolchains are named by channel; which version a channel stands for is in the name of the library of its compiler.
    """
    program = machine.program("rustc") or machine.program("cargo")
    if not program.endswith("/rustup"):
        return number_in(program, 1) if program else ""
    home = machine.environ.get("HOME", "")
    root = machine.environ.get("RUSTUP_HOME", "") or (f"{home}/.rustup" if home else "")
    if not channel:
        default = re.search(
            r"^default_toolchain = \"([^\"\n]{1,100})\"", machine.read(f"{root}/settings.toml"), re.MULTILINE
        )
        channel = default[1] if default else "stable"
    for name in machine.listed(f"{root}/toolchains"):
        if (
            name == channel
            or name.startswith(f"{channel}-")
            or (as_numbers(channel) and name.startswith(f"{channel}."))
        ):
            inside = (_BUILT_WITH.search(file) for file in machine.listed(f"{root}/toolchains/{name}/lib"))
            exact = number_in(name, 1) if name[:1].isdigit() else ""
            return exact or next((found[1] for found in inside if found), "")
    return ""


def _cargo_home(machine: Machine, below: str) -> str:
    home = machine.environ.get("HOME", "")
    root = machine.environ.get("CARGO_HOME", "") or (f"{home}/.cargo" if home else "")
    return f"{root}/{below}" if root and machine.listed(f"{root}/{below}") else ""


ECOSYSTEM = Ecosystem(
    "rust",
    (MANIFEST,),
    detect,
    evidence=(LOCK, *_PINS, "clippy.toml", ".clippy.toml", "rustfmt.toml", ".rustfmt.toml", "nextest.toml"),
)
