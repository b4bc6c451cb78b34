"""Java, and other languages of its machine: Maven and Gradle."""

import re
from collections.abc import Iterator

from calibrant.model.toolchain import Evidence, Toolchain, Versions
from calibrant.toolchains.calls import general_task
from calibrant.toolchains.ecosystem import Ecosystem, Folder
from calibrant.toolchains.gradle_script import SCRIPTS, SETTINGS
from calibrant.toolchains.java.gradle import LOCK, PROPERTIES, Gradle, gradle
from calibrant.toolchains.java.jdk import Jdk, current, fitting, plain
from calibrant.toolchains.java.maven import POM, Maven, maven
from calibrant.toolchains.signals import decide, unreadable
from calibrant.toolchains.versions import number_in

__all__ = ["ECOSYSTEM", "detect"]

_TOOL = re.compile(r"^java[ \t=]{1,20}(?:[a-z][a-z-]{0,40}-)?(\d{1,3}(?:\.\d{1,4}){0,3})", re.MULTILINE)
_WEAK = 0.4


def detect(folder: Folder) -> Iterator[Toolchain]:
    """Yield the Java toolchain of a folder: one, of Maven or of Gradle, whichever more speaks for."""
    if folder.root.rpartition("/")[2] == "buildSrc":
        return
    by_maven, by_gradle = maven(folder), gradle(folder)
    claims: dict[str, list[Evidence]] = {}
    if by_maven:
        claims["maven"] = list(by_maven.evidence())
    if by_gradle:
        claims["gradle"] = list(by_gradle.evidence())
    if not claims:
        return
    if by_maven and by_gradle and by_maven.in_use() != by_gradle.in_use():
        unused = "gradle" if by_maven.in_use() else "maven"
        claims[unused] = [Evidence(one.path, one.says, min(one.weight, _WEAK)) for one in claims[unused]]
    first = decide(claims)
    build: Maven | Gradle | None = by_maven if first.manager == "maven" else by_gradle
    if build is None:
        return
    asked, source = _asked(build)
    jdk = fitting(folder.machine, _major(asked))
    pom_fault = by_maven.fault if by_maven else 0
    verdict = decide(claims, [*unreadable(folder.path(POM), pom_fault), *_contradictions(asked, source, jdk)])
    other = jdk if jdk and jdk != current(folder.machine) else None
    commands = build.commands()
    yield Toolchain(
        "java",
        verdict.manager,
        folder.root,
        verdict.confidence,
        verdict.evidence,
        versions=Versions(asked, jdk.version if jdk else "", source),
        commands=type(commands)(
            install=commands.install,
            test=commands.test or general_task(folder, "test"),
            lint=commands.lint or general_task(folder, "lint"),
            build=commands.build or general_task(folder, "build"),
            format=commands.format or general_task(folder, "format", "fmt"),
        ),
        manifest=folder.path(POM if isinstance(build, Maven) else folder.first(*SCRIPTS, *SETTINGS)),
        lock=folder.path(LOCK) if isinstance(build, Gradle) and folder.has(LOCK) else "",
        search=(f"{other.folder}/bin",) if other else (),
        variables={"JAVA_HOME": other.folder} if other else {},
        packages=build.packages(),
        conflicts=verdict.conflicts,
    )


def _major(version: str) -> int:
    number = number_in(plain(version))
    return int(number.split(".")[0]) if number else 0


def _asked(build: Maven | Gradle) -> tuple[str, str]:
    folder = build.folder
    if version := build.version():
        return version, folder.path(POM if isinstance(build, Maven) else folder.first(*SCRIPTS, *SETTINGS))
    for place in (folder, *folder.above()):
        if version := place.read(".java-version").strip()[:50].split("\n")[0]:
            return version, place.path(".java-version")
        for name in (".sdkmanrc", ".tool-versions"):
            if found := _TOOL.search(place.read(name)[:20_000]):
                return found[1], place.path(name)
    return "", ""


def _contradictions(asked: str, source: str, jdk: Jdk | None) -> Iterator[Evidence]:
    if jdk and _major(asked) > jdk.major > 0:
        yield Evidence(source, f"asks for Java {asked}, this machine has {jdk.version}", -0.1)


ECOSYSTEM = Ecosystem(
    "java",
    (POM, *SCRIPTS, *SETTINGS),
    detect,
    evidence=(LOCK, PROPERTIES.rpartition("/")[2], ".java-version", ".sdkmanrc", ".tool-versions"),
)
