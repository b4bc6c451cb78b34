"""Node: npm, Yarn (classic and from version 2 on), pnpm and bun."""

from collections.abc import Iterator

from calibrant.model.toolchain import Evidence, Toolchain
from calibrant.toolchains.ecosystem import Ecosystem, Folder
from calibrant.toolchains.node.commands import Caller, commands
from calibrant.toolchains.node.locks import outdated
from calibrant.toolchains.node.managers import claims, is_berry
from calibrant.toolchains.node.project import LOCKS, MANIFEST, PNPM_WORKSPACE, Project, project
from calibrant.toolchains.node.runtime import Runtime, runtime
from calibrant.toolchains.signals import decide, unreadable
from calibrant.toolchains.versions import excludes

__all__ = ["ECOSYSTEM", "detect"]


def detect(folder: Folder) -> Iterator[Toolchain]:
    """Yield the Node toolchain of a folder with a package.json: one, whose manager is the one that most speaks for."""
    here = project(folder)
    if here is None:
        return
    version = runtime(here)
    manifest = folder.path(MANIFEST)
    shared = [
        Evidence(manifest, "manifest of a Node project", 0.6),
        *unreadable(manifest, folder.fault(MANIFEST, "json")),
        *_contradictions(version),
    ]
    verdict = decide(claims(here), shared)
    lock = next((name for name, manager in LOCKS.items() if manager == verdict.manager and here.home.has(name)), "")
    installed = _installed(here)
    yield Toolchain(
        "node",
        verdict.manager,
        folder.root,
        verdict.confidence,
        verdict.evidence,
        versions=version.versions,
        environment=installed[0] if installed else "",
        commands=commands(Caller(here, verdict.manager, is_berry(here.home), bool(lock))),
        manifest=manifest,
        lock=here.home.path(lock) if lock else "",
        search=(*(f"{one}/.bin" for one in installed), *([version.programs] if version.programs else [])),
        packages=frozenset(here.declared()),
        outdated=outdated(here, lock) if lock else "",
        conflicts=verdict.conflicts,
    )


def _contradictions(version: Runtime) -> Iterator[Evidence]:
    asked, found = version.versions.asked, version.versions.found
    if version.pinned and version.pinned != asked and excludes(asked, version.pinned):
        yield Evidence(
            version.pinned_by, f"pins Node {version.pinned}, {version.versions.source} asks for {asked}", -0.1
        )
    elif found and excludes(asked, found):
        yield Evidence(version.versions.source, f"asks for Node {asked}, this machine has {found}", -0.1)


def _installed(here: Project) -> tuple[str, ...]:
    """Return the folders of installed packages that a command in the project finds, its own first."""
    folders = dict.fromkeys((here.folder, here.home))
    return tuple(path for one in folders if here.folder.files.holds(path := one.path("node_modules")))


ECOSYSTEM = Ecosystem(
    "node",
    (MANIFEST,),
    detect,
    evidence=(
        *LOCKS,
        *(PNPM_WORKSPACE, ".yarnrc.yml", ".nvmrc", ".node-version", ".tool-versions", "mise.toml", ".mise.toml"),
        *("tsconfig.json", ".pnpmfile.cjs"),
    ),
)
