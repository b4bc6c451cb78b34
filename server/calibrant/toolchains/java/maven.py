"""Maven: what a pom.xml says of modules, versions, plugins and dependencies (https://maven.apache.org/pom.html)."""

import posixpath
import re
from collections.abc import Iterator

import msgspec

from calibrant.model.toolchain import Commands, Evidence
from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.java.wrapper import called
from calibrant.toolchains.xml_tree import Element, read_xml

POM = "pom.xml"
WRAPPER = "mvnw"
_PROPERTY = re.compile(r"\$\{([\w.-]{1,100})\}")
_VERSIONS = ("maven.compiler.release", "maven.compiler.target", "maven.compiler.source", "java.version", "jdk.version")
_LINTERS = {
    "maven-checkstyle-plugin": "checkstyle:check",
    "maven-pmd-plugin": "pmd:check",
    "spotbugs-maven-plugin": "spotbugs:check",
    "spotless-maven-plugin": "spotless:check",
}
_FORMATTERS = {
    "spotless-maven-plugin": "spotless:apply",
    "fmt-maven-plugin": "fmt:format",
    "formatter-maven-plugin": "formatter:format",
}
_MAX_PARENTS = 10


class Maven(msgspec.Struct, frozen=True):
    """A folder with a pom.xml: the root element of it and of its parents in the workspace, the nearest first.

    `fault` is the line from which on it cannot be read. `home` is the folder of the outermost pom that has it for a module.
    """

    folder: Folder
    home: Folder
    poms: tuple[Element, ...]
    fault: int

    @property
    def call(self) -> str:
        """Return how Maven is called in the folder: by the wrapper nearest above, else by its name."""
        return f"{called(self.folder, WRAPPER) or 'mvn'} -B"

    def version(self) -> str:
        """Return the version of Java that is asked for; empty where none is, or it is not plain to see."""
        if self.has("maven-toolchains-plugin"):  # Maven then compiles by another JDK than the one that it runs on
            return ""
        for pom in self.poms:
            for name in _VERSIONS:
                if any(other.value("profiles", "profile", "properties", name) for other in self.poms):
                    return ""
                if found := self.resolved(pom.value("properties", name)):
                    return found
            for plugin in _plugins(pom):
                if plugin.value("artifactId") == "maven-compiler-plugin":
                    for name in ("release", "target", "source"):
                        if found := self.resolved(plugin.value("configuration", name)):
                            return found
        return ""

    def resolved(self, value: str) -> str:
        """Return a value with the properties that it names; empty where one is not known."""
        for _ in range(5):
            found = _PROPERTY.search(value)
            if found is None:
                return value[:100]
            known = next((text for pom in self.poms if (text := pom.value("properties", found[1]))), "")
            if not known or len(value) > 1000:
                return ""
            value = value.replace(found[0], known)
        return ""

    def has(self, *plugins: str) -> str:
        """Return the first of some plugins that is used, by its artifactId; empty where none is."""
        used = {plugin.value("artifactId") for pom in self.poms for plugin in _plugins(pom)}
        return next((name for name in plugins if name in used), "")

    def packages(self) -> frozenset[str]:
        """Return its dependencies as "group:artifact"."""
        pom = self.poms[0]
        found = (f"{one.value('groupId')}:{one.value('artifactId')}" for one in pom.all("dependencies", "dependency"))
        return frozenset(name for name in found if name != ":" and "$" not in name)

    def commands(self) -> Commands:
        """Return what to call; dependencies of a build of several modules can only be resolved by building them."""
        call = self.call
        several = bool(modules(self.poms[0])) or self.home.root != self.folder.root
        lint, form = self.has(*_LINTERS), self.has(*_FORMATTERS)
        return Commands(
            install=f"{call} install -DskipTests" if several else f"{call} dependency:resolve",
            test=f"{call} {'verify' if self.has('maven-failsafe-plugin') else 'test'}",
            lint=f"{call} {_LINTERS[lint]}" if lint else "",
            build=f"{call} package -DskipTests",
            format=f"{call} {_FORMATTERS[form]}" if form else "",
        )

    def evidence(self) -> Iterator[Evidence]:
        """Yield what speaks for Maven."""
        yield Evidence(self.folder.path(POM), "project of Maven", 0.7)
        for place in dict.fromkeys((self.folder, self.home)):
            if place.has(WRAPPER):
                yield Evidence(place.path(WRAPPER), "wrapper that brings Maven", 0.5)
            if place.has(".mvn"):
                yield Evidence(place.path(".mvn"), "settings of Maven", 0.2)
        if self.home.root != self.folder.root:
            yield Evidence(self.home.path(POM), "has it for a module", 0.4)

    def in_use(self) -> bool:
        """Tell whether there are signs that it is really used."""
        return any(place.has(WRAPPER) or place.has("target") for place in (self.folder, self.home))


def maven(folder: Folder) -> Maven | None:
    """Read a folder's pom.xml; None where there is none that is a project."""
    document, fault = folder.made(POM, read_xml) if folder.has(POM) else (Element("", {}), 0)
    own = next(document.all("project"), None)
    if own is None:
        return None
    return Maven(folder, _home(folder), (own, *_parents(folder, own)), fault)


def _parents(folder: Folder, own: Element) -> Iterator[Element]:
    for _ in range(_MAX_PARENTS):
        parent = next(own.all("parent"), None)
        if parent is None:
            return
        written = next(parent.all("relativePath"), None)
        path = written.text.strip() if written is not None else "../pom.xml"
        place = folder.at(posixpath.dirname(path) if path.endswith(".xml") else path) if path else None
        if place is None or place.root == folder.root:
            return
        found = next(place.made(POM, read_xml)[0].all("project"), None)
        if found is None or found.value("artifactId") != parent.value("artifactId"):
            return
        yield found
        folder, own = place, found


def _home(folder: Folder) -> Folder:
    home = folder
    for above in folder.above():
        if above.has(POM):
            own = above.made(POM, _module_paths)
            if above.relative(home) in own or posixpath.join(above.relative(home), POM) in own:
                home = above
    return home


def _module_paths(content: str) -> frozenset[str]:
    root = next(read_xml(content)[0].all("project"), Element("", {}))
    return frozenset(posixpath.normpath(name) for name in modules(root))


def modules(pom: Element) -> tuple[str, ...]:
    """Return the folders of a pom's modules."""
    found = [*pom.all("modules", "module"), *pom.all("profiles", "profile", "modules", "module")]
    return tuple(one.text.strip() for one in found if one.text.strip())


def _plugins(pom: Element) -> Iterator[Element]:
    yield from pom.all("build", "plugins", "plugin")
    yield from pom.all("build", "pluginManagement", "plugins", "plugin")
