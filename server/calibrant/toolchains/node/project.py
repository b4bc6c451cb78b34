"""A package.json as a project: what it declares, and the workspace that it is a member of."""

from typing import Any

import msgspec

from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.globs import named
from calibrant.toolchains.parsing import table, text

MANIFEST = "package.json"
PNPM_WORKSPACE = "pnpm-workspace.yaml"
SECTIONS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
LOCKS = {
    "npm-shrinkwrap.json": "npm",
    "package-lock.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
"""The lock files by name, and whose they are."""
MAX_PATTERNS = 500
_OF_A_PROJECT = (*SECTIONS, "name", "scripts", "workspaces", "packageManager", "engines", "bin")


class Project(msgspec.Struct, frozen=True):
    """A folder with a package.json; `home` is the root of the workspace that it is a member of, or the folder itself."""

    folder: Folder
    home: Folder

    @property
    def member(self) -> bool:
        """Tell whether it is a member of a workspace above it."""
        return self.folder.root != self.home.root

    @property
    def here(self) -> str:
        """Return its path from the root of its workspace; "." for that itself."""
        return self.home.relative(self.folder)

    def declared(self, *sections: str) -> dict[str, str]:
        """Return the packages that it needs with the versions asked for, of the sections given or all."""
        manifest = self.folder.json(MANIFEST)
        return {
            name: version
            for section in sections or SECTIONS
            for name, version in table(manifest, section).items()
            if isinstance(name, str) and isinstance(version, str)
        }


def project(folder: Folder) -> Project | None:
    """Return the project of a folder; None where its package.json only says how files beside it are read."""
    manifest = folder.json(MANIFEST)
    if not any(key in manifest for key in _OF_A_PROJECT) and not folder.first(*LOCKS, PNPM_WORKSPACE):
        return None
    if members(folder):
        return Project(folder, folder)
    for above in folder.above():
        globs = members(above)
        if globs:
            path = above.relative(folder)
            own = [glob for glob in globs if not glob.startswith("!")]
            not_own = [glob[1:] for glob in globs if glob.startswith("!")]
            return Project(folder, above if named(path, own, not_own) else folder)
    return Project(folder, folder)


def members(folder: Folder) -> tuple[str, ...]:
    """Return the patterns by which a folder names the members of its workspace; none where it is no root of one."""
    listed: Any = folder.json(MANIFEST).get("workspaces")
    if isinstance(listed, dict):
        listed = listed.get("packages")
    if folder.has(PNPM_WORKSPACE):
        listed = folder.yaml(PNPM_WORKSPACE).get("packages")
    return tuple(one for one in listed[:MAX_PATTERNS] if isinstance(one, str)) if isinstance(listed, list) else ()


def names_of_members(home: Folder) -> frozenset[str]:
    """Return the names of the packages in a workspace."""
    globs = members(home)
    paths = {
        path for glob in globs if not glob.startswith("!") for path in home.below(f"{glob.rstrip('/')}/{MANIFEST}")
    }
    return frozenset(text(home.json(path), "name") for path in paths) - {""}
