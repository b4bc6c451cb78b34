"""Gradle: what its scripts say of plugins, versions and dependencies (https://docs.gradle.org/current/userguide/)."""

import re
from collections.abc import Iterator

import msgspec

from calibrant.model.toolchain import Commands, Evidence
from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.gradle_script import SCRIPTS, SETTINGS, Script, included, read_script
from calibrant.toolchains.java.wrapper import called

WRAPPER = "gradlew"
PROPERTIES = "gradle/wrapper/gradle-wrapper.properties"
LOCK = "gradle.lockfile"
_DISTRIBUTION = re.compile(r"gradle-(\d{1,3}(?:\.\d{1,4}){1,2})")
_LINT = ("checkstyleMain", "pmdMain", "spotbugsMain", "codenarcMain", "detekt", "ktlintCheck", "spotlessCheck", "lint")
_FORMAT = ("spotlessApply", "ktlintFormat")
_SOURCES = tuple(f"src/{kind}" for kind in ("main", "test"))


class Gradle(msgspec.Struct, frozen=True):
    """A folder with a build script or settings. `home` has the settings that include it.

    `scripts` are its own, and what that of its home says of all; `below` are those of the projects that it includes.
    """

    folder: Folder
    home: Folder
    scripts: tuple[Script, ...]
    below: tuple[Script, ...]

    @property
    def call(self) -> str:
        """Return how Gradle is called in the folder: by the wrapper nearest above, else by its name."""
        return called(self.folder, WRAPPER) or "gradle"

    def version(self) -> str:
        """Return the version of Java that is asked for; empty where none is."""
        return next((script.java for script in (*self.scripts, *self.below) if script.java), "")

    def packages(self) -> frozenset[str]:
        """Return its dependencies as "group:name"."""
        return self.scripts[0].libraries if self.scripts else frozenset()

    def commands(self) -> Commands:
        """Return what to call: what its plugins bring, and those of the projects that it includes."""
        call = self.call
        offered = {task for script in (*self.scripts, *self.below) for task in script.offered()}
        places = (self.folder, *(place for path in self._included() if (place := self.folder.at(path))))
        sources = {name for place in places for name in _SOURCES if place.has(name)}
        lint = next((task for task in _LINT if task in offered), "")
        form = next((task for task in _FORMAT if task in offered), "")
        return Commands(
            test=f"{call} test" if "test" in offered or "src/test" in sources else "",
            lint=f"{call} {lint}" if lint else "",
            build=f"{call} assemble" if "assemble" in offered or "src/main" in sources else "",
            format=f"{call} {form}" if form else "",
        )

    def _included(self) -> tuple[str, ...]:
        return self.folder.made(self.folder.first(*SETTINGS), included)

    def evidence(self) -> Iterator[Evidence]:
        """Yield what speaks for Gradle."""
        script, settings = self.folder.first(*SCRIPTS), self.folder.first(*SETTINGS)
        if script:
            yield Evidence(self.folder.path(script), "build script of Gradle", 0.6)
        if settings:
            yield Evidence(self.folder.path(settings), "settings of Gradle", 0.5)
        elif self.home.root != self.folder.root:
            yield Evidence(self.home.path(self.home.first(*SETTINGS)), "includes it", 0.5)
        for place in dict.fromkeys((self.folder, self.home)):
            if place.has(WRAPPER):
                found = _DISTRIBUTION.search(place.read(PROPERTIES)[:5000])
                yield Evidence(
                    place.path(WRAPPER), f"wrapper that brings Gradle {found[1] if found else ''}".strip(), 0.5
                )
            if place.has(LOCK):
                yield Evidence(place.path(LOCK), "lock file of Gradle", 0.4)

    def in_use(self) -> bool:
        """Tell whether there are signs that it is really used."""
        return any(place.has(WRAPPER) or place.has(".gradle") for place in (self.folder, self.home))


def gradle(folder: Folder) -> Gradle | None:
    """Read a folder's Gradle scripts; None where there are none, or they only set up the build (`buildSrc` has its own)."""
    script, settings = folder.first(*SCRIPTS), folder.first(*SETTINGS)
    if not script and not settings:
        return None
    home = folder if settings else _home(folder)
    own = [folder.made(script, read_script)] if script else []
    if home.root != folder.root and home.first(*SCRIPTS):
        own.append(_shared(home.made(home.first(*SCRIPTS), read_script)))
    below = [
        place.made(place.first(*SCRIPTS), read_script)
        for path in folder.made(settings, included)
        if (place := folder.at(path)) and place.first(*SCRIPTS)
    ]
    return Gradle(folder, home, tuple(own), tuple(below))


def _shared(script: Script) -> Script:
    """Return what a root's script may say of the projects that it includes: its version of Java, nothing that is its own."""
    return script._replace(plugins=(), tasks=(), libraries=frozenset())


def _home(folder: Folder) -> Folder:
    for above in folder.above():
        settings = above.first(*SETTINGS)
        if settings:
            return above if above.relative(folder) in above.made(settings, included) else folder
    return folder
