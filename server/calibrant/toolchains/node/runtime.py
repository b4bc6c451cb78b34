"""The version of Node: the one asked for, and the one that commands find, read off names and headers."""

import posixpath
import re
from collections.abc import Iterator

import msgspec

from calibrant.model.toolchain import Machine, Versions
from calibrant.toolchains.node.project import MANIFEST, Project
from calibrant.toolchains.parsing import table, text
from calibrant.toolchains.versions import as_numbers, newest

_IN_PATH = re.compile(r"/v?(\d{1,3}\.\d{1,4}\.\d{1,4})(?:_\d{1,3})?/(?:installation/)?bin/node$")
_DEFINED = re.compile(r"^#define[ \t]{1,20}NODE_(MAJOR|MINOR|PATCH)_VERSION[ \t]{1,20}(\d{1,5})", re.MULTILINE)
_PIN = re.compile(r"v?(\d{1,3}(?:\.\d{1,4}){0,2})")
_TOOL = re.compile(r"^(?:nodejs|node)[ \t]{1,20}(\S{1,50})", re.MULTILINE)
_FOLDERS = (
    ("NVM_DIR", ".nvm", "versions/node", "{}/bin"),
    ("FNM_DIR", ".local/share/fnm", "node-versions", "{}/installation/bin"),
    ("FNM_DIR", ".fnm", "node-versions", "{}/installation/bin"),
    ("VOLTA_HOME", ".volta", "tools/image/node", "{}/bin"),
    ("ASDF_DATA_DIR", ".asdf", "installs/nodejs", "{}/bin"),
    ("MISE_DATA_DIR", ".local/share/mise", "installs/node", "{}/bin"),
    ("NODENV_ROOT", ".nodenv", "versions", "{}/bin"),
)
"""Where managers of versions put them: the variable that names their folder, that folder in HOME, and what is in it."""


class Runtime(msgspec.Struct, frozen=True):
    """The versions of Node, the folder of its programs (empty where PATH has it), and the version that a file pins."""

    versions: Versions
    programs: str = ""
    pinned: str = ""
    pinned_by: str = ""


def runtime(project: Project) -> Runtime:
    """Return what is asked for and what is found: where a version is pinned and installed, that one, else the one on PATH."""
    asked, source = next(_asked(project), ("", ""))
    pinned, pinned_by = next(_pinned(project), ("", ""))
    found, programs = version_of(project.folder.machine), ""
    pin = _PIN.fullmatch(pinned)
    if pin and not _is(found, pin[1]):
        fitting = {version: folder for version, folder in _installed(project.folder.machine) if _is(version, pin[1])}
        if fitting:
            found = newest(fitting)
            programs = fitting[found]
    return Runtime(Versions(asked or pinned, found, source or pinned_by), programs, pinned, pinned_by)


def _is(version: str, wanted: str) -> bool:
    numbers = as_numbers(wanted)
    return as_numbers(version)[: len(numbers)] == numbers


def _asked(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the ranges that manifests ask for, the nearest first."""
    for folder in dict.fromkeys((project.folder, project.home)):
        manifest = folder.json(MANIFEST)
        if version := text(manifest, "engines", "node").strip():
            yield version, folder.path(MANIFEST)
        engines = table(manifest, "devEngines").get("runtime")
        for one in engines if isinstance(engines, list) else [engines]:
            if text(one, "name") == "node" and text(one, "version"):
                yield text(one, "version").strip(), folder.path(MANIFEST)


def _pinned(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the versions that files for managers of versions name, the nearest first."""
    for folder in dict.fromkeys((project.folder, project.home, *project.folder.above())):
        if version := text(folder.json(MANIFEST), "volta", "node"):
            yield version, folder.path(MANIFEST)
        for name in (".nvmrc", ".node-version"):
            lines = [line.split("#")[0].strip() for line in folder.read(name).split("\n")]
            if version := next((line for line in lines if line), "")[:50]:
                yield version, folder.path(name)
        if tool := _TOOL.search(folder.read(".tool-versions")[:20_000]):
            yield tool[1], folder.path(".tool-versions")
        for name in ("mise.toml", ".mise.toml"):
            if version := text(folder.toml(name), "tools", "node"):
                yield version, folder.path(name)


def version_of(machine: Machine) -> str:
    """Return the version of the Node on PATH, by the name of its folder or the header that lies beside it."""
    program = machine.program("node")
    if not program:
        return ""
    found = _IN_PATH.search(program)
    if found:
        return found[1]
    prefix = posixpath.dirname(posixpath.dirname(program))
    header = dict(_DEFINED.findall(machine.read(f"{prefix}/include/node/node_version.h")))
    parts = [header.get(part, "") for part in ("MAJOR", "MINOR", "PATCH")]
    return ".".join(parts) if all(parts) else ""


def _installed(machine: Machine) -> Iterator[tuple[str, str]]:
    home = machine.environ.get("HOME", "")
    for variable, usual, inside, programs in _FOLDERS:
        base = machine.environ.get(variable, "") or (f"{home}/{usual}" if home else "")
        if not base:
            continue
        for name in machine.listed(f"{base}/{inside}"):
            version = _PIN.fullmatch(name)
            if version and version[1].count(".") == 2:
                yield version[1], f"{base}/{inside}/{programs.format(name)}"
