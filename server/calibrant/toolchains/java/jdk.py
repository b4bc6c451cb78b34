"""The JDKs of a machine, found by their folders and the file `release` in them."""

import posixpath
import re
from collections.abc import Iterator

import msgspec

from calibrant.model.toolchain import Machine
from calibrant.toolchains.versions import as_numbers, number_in

_VERSION = re.compile(r'^JAVA_VERSION="([^"\n]{1,50})"', re.MULTILINE)
_FOLDERS = ("/usr/lib/jvm", "/usr/java", "/opt/java", "/Library/Java/JavaVirtualMachines")
_OF_HOME = (
    ".sdkman/candidates/java",
    ".jdks",
    ".asdf/installs/java",
    ".local/share/mise/installs/java",
    ".jenv/versions",
)


class Jdk(msgspec.Struct, frozen=True):
    """A JDK: its version without the leading "1." of old ones, and its folder."""

    version: str
    folder: str

    @property
    def major(self) -> int:
        """Return the first number of its version."""
        return (*as_numbers(self.version), 0)[0]


def current(machine: Machine) -> Jdk | None:
    """Return the JDK that commands find: that of JAVA_HOME, else the one whose `java` is on PATH."""
    home = machine.environ.get("JAVA_HOME", "")
    if home and (found := _at(machine, home)):
        return found
    program = machine.program("java")
    return _at(machine, posixpath.dirname(posixpath.dirname(program))) if program else None


def installed(machine: Machine) -> Iterator[Jdk]:
    """Yield the JDKs in the folders where they usually are."""
    home = machine.environ.get("HOME", "")
    seen: set[str] = set()
    for base in (*_FOLDERS, *(f"{home}/{name}" for name in _OF_HOME if home)):
        for name in machine.listed(base):
            found = None if name in ("current", "default-java") else _at(machine, f"{base}/{name}")
            if found and found.version not in seen:
                seen.add(found.version)
                yield found


def _at(machine: Machine, folder: str) -> Jdk | None:
    for place in (folder, f"{folder}/Contents/Home", posixpath.dirname(folder)):
        said = _VERSION.search(machine.read(f"{place}/release")[:20_000])
        if said:
            return Jdk(plain(said[1]), place)
    named = number_in(posixpath.basename(folder))
    return Jdk(plain(named), folder) if named and machine.listed(f"{folder}/bin") else None


def plain(version: str) -> str:
    """Return a version of Java in today's form: "8" for "1.8"."""
    return version.removeprefix("1.") if re.match(r"1\.\d", version) else version


def fitting(machine: Machine, major: int) -> Jdk | None:
    """Return the JDK to use where a version is asked for: the current one if it is new enough, else the oldest that is."""
    now = current(machine)
    if not major or (now and now.major >= major):
        return now
    newer = [one for one in installed(machine) if one.major >= major]
    return min(newer, key=lambda one: as_numbers(one.version), default=now)
