"""Which manager a Node project uses: npm, Yarn, pnpm or bun, and what says so."""

import re
from collections.abc import Iterator

from calibrant.model.toolchain import Evidence
from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.node.project import LOCKS, MANIFEST, PNPM_WORKSPACE, Project
from calibrant.toolchains.parsing import table, text

MANAGERS = ("npm", "pnpm", "yarn", "bun")
_NAMED = re.compile(r"(npm|pnpm|yarn|bun)@(\d{1,4}(?:\.\d{1,6}){0,2})")
_ONLY = re.compile(r"only-allow[ \t]{1,5}(npm|pnpm|yarn|bun)\b")
_VERSION = re.compile(r"[\s\dvx.*^~<>=|-]{1,100}")
_FILES = {
    PNPM_WORKSPACE: ("pnpm", "settings of a pnpm workspace", 0.6),
    ".pnpmfile.cjs": ("pnpm", "hooks of pnpm", 0.5),
    ".yarnrc.yml": ("yarn", "settings of Yarn from version 2 on", 0.6),
    ".pnp.cjs": ("yarn", "packages as Yarn installs them", 0.5),
    ".yarnrc": ("yarn", "settings of Yarn 1", 0.4),
    "bunfig.toml": ("bun", "settings of bun", 0.4),
}


def claims(project: Project) -> dict[str, list[Evidence]]:
    """Return what speaks for each manager. Members of a workspace use that of its root."""
    found: dict[str, list[Evidence]] = {manager: [] for manager in MANAGERS}
    for manager, evidence in _signals(project.home, own=not project.member):
        found[manager].append(evidence)
    if project.member:
        for name, manager in LOCKS.items():
            if project.folder.has(name):
                says = f"lock file of {manager} in a member of a workspace"
                found[manager].append(Evidence(project.folder.path(name), says, 0.5))
    if not any(found.values()):
        path = project.folder.path(MANIFEST)
        found["npm"].append(Evidence(path, "names no manager, and npm is the one that comes with Node", 0.3))
    return {manager: evidence for manager, evidence in found.items() if evidence}


def _signals(folder: Folder, *, own: bool) -> Iterator[tuple[str, Evidence]]:
    manifest = folder.json(MANIFEST)
    path = folder.path(MANIFEST)
    of = "" if own else " of the workspace"
    named = _NAMED.match(text(manifest, "packageManager"))
    if named:
        yield named[1], Evidence(path, f"packageManager{of} is {named[1]} {named[2]}", 0.9)
    for manager in _development(manifest):
        yield manager, Evidence(path, f"devEngines{of} names {manager}", 0.9)
    for name, manager in LOCKS.items():
        if folder.has(name):
            kind = " (version 2 or later)" if name == "yarn.lock" and is_berry(folder) else ""
            yield manager, Evidence(folder.path(name), f"lock file of {manager}{kind}{of}", 0.85)
    for name, (manager, says, weight) in _FILES.items():
        if folder.has(name):
            yield manager, Evidence(folder.path(name), says, weight)
    only = _ONLY.search(text(manifest, "scripts", "preinstall")[:2000])
    if only:
        yield only[1], Evidence(path, f"its script preinstall allows only {only[1]}", 0.6)
    for manager in ("pnpm", "yarn", "bun"):
        if _VERSION.fullmatch(text(manifest, "engines", manager)):
            yield manager, Evidence(path, f"engines asks for a version of {manager}", 0.3)
        if text(manifest, "volta", manager):
            yield manager, Evidence(path, f"volta pins {manager}", 0.4)


def _development(manifest: dict[str, object]) -> Iterator[str]:
    asked = table(manifest, "devEngines").get("packageManager")
    for one in asked if isinstance(asked, list) else [asked]:
        if text(one, "name") in MANAGERS:
            yield text(one, "name")
            return


def is_berry(folder: Folder) -> bool:
    """Tell whether Yarn is of version 2 or later, which has other options."""
    named = _NAMED.match(text(folder.json(MANIFEST), "packageManager"))
    if named and named[1] == "yarn":
        return not named[2].startswith(("0", "1."))
    lock = folder.read("yarn.lock")[:2000]
    if lock.strip():
        return "__metadata:" in lock and "# yarn lockfile v1" not in lock
    return folder.has(".yarnrc.yml")
