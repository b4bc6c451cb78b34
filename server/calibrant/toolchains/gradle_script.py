"""What can be told of a Gradle build script, Groovy or Kotlin, by its text: plugins, tasks, versions. Nothing is evaluated."""

import re
from typing import NamedTuple

SCRIPTS = ("build.gradle", "build.gradle.kts")
SETTINGS = ("settings.gradle", "settings.gradle.kts")
MAX_TEXT = 200_000
MAX_PROJECTS = 1_000
_TEXT = r"(?:\"([^\"$\n]{1,200})\"|'([^'\n]{1,200})')"
_NOISE = re.compile(
    r"//[^\n]{0,4000}|/\*(?:[^*]|\*(?!/)){0,20000}\*/|\"(?:[^\"\\\n]|\\.){0,2000}\"|'(?:[^'\\\n]|\\.){0,2000}'"
)
_PLUGINS = (
    re.compile(rf"\bid[ \t(]{{1,5}}{_TEXT}"),
    re.compile(rf"\bapply[ \t(]{{1,5}}plugin[ \t]{{0,5}}[:=][ \t]{{0,5}}{_TEXT}"),
)
_NOT_HERE = re.compile(r"\bapply[ \t(]{1,3}false\b")
_BLOCK = re.compile(r"(?:^|[\n;])[ \t]{0,50}plugins[ \t]{0,5}\{")
_BARE = re.compile(r"(?:^|[\n;{])[ \t]{0,50}(?:`([a-z][a-z-]{1,50})`|([a-z]{2,50}))(?=[ \t]{0,50}(?:[\n;}]|$))")
_KOTLIN = re.compile(rf"\bkotlin\([ \t]{{0,5}}{_TEXT}")
_TASKS = (
    re.compile(r"(?:^|[\n;{])[ \t]{0,50}task[ \t]{1,5}([A-Za-z_][\w-]{0,100})"),
    re.compile(rf"(?:^|[\n;{{])[ \t]{{0,50}}task[ \t(]{{1,5}}{_TEXT}"),
    re.compile(rf"\btasks[ \t]{{0,5}}\.[ \t]{{0,5}}(?:register|create)(?:<[\w.<>]{{1,100}}>)?[ \t(]{{1,5}}{_TEXT}"),
    re.compile(rf"(?:^|[\n;{{])[ \t]{{0,50}}(?:register|create)(?:<[\w.<>]{{1,100}}>)?[ \t(]{{1,5}}{_TEXT}"),
    re.compile(
        r"\bval[ \t]{1,5}([A-Za-z_]\w{0,100})(?:[ \t]{0,5}:[^\n=]{1,100})?[ \t]{1,5}by[ \t]{1,5}tasks\.(?:registering|creating)"
    ),
)
_LANGUAGE = re.compile(
    r"\bJavaLanguageVersion\.of[ \t]{0,5}\([ \t]{0,5}['\"]?(\d{1,3})|\bjvmToolchain[ \t]{0,5}\(?[ \t]{0,5}(\d{1,3})"
)
_COMPATIBILITY = re.compile(
    r"\b(?:source|target)Compatibility[ \t]{0,5}[=(]?[ \t]{0,5}"
    r"(?:JavaVersion\.VERSION_(\d{1,2}(?:_\d{1,2})?)|['\"]?(\d{1,2}(?:\.\d{1,2})?))"
)
_RELEASE = re.compile(r"\boptions\.release(?:\.set[ \t]{0,5}\(|[ \t]{0,5}=)[ \t]{0,5}(\d{1,3})")
_INCLUDE = re.compile(
    r"(?:^|(?<=[\n;{]))[ \t]{0,50}include[ \t(]{1,5}((?:['\"][^'\"\n]{1,300}['\"][\s,)]{0,50}){1,500})"
)
_DEPENDENCY = re.compile(
    r"\b(?:\w{0,50}[iI]mplementation|api|\w{0,50}[cC]ompile(?:Only)?|\w{0,50}[rR]untime(?:Only)?|annotationProcessor|kapt)"
    r"[ \t(]{1,5}(?:platform\(|project\()?['\"]([\w.-]{1,200}:[\w.-]{1,200})"
)
_ANYTHING = re.compile(
    r"\b(?:allprojects|subprojects|buildscript|addRule|afterEvaluate|each|eachWithIndex|forEach|sourceSets|testing|configure|"
    r"configurations|publishing|dynamicTasks|Plugin|withType|create|maybeCreate|register|registering|creating|alias|tooling|extension|"
    r"ext|for|while|if|task|apply|pluginManager|evaluationDependsOn|project|gradle)\b"
)

BUILT_IN = (
    *(
        "help",
        "tasks",
        "projects",
        "properties",
        "dependencies",
        "dependencyInsight",
        "buildEnvironment",
        "components",
        "model",
    ),
    *(
        "dependentComponents",
        "outgoingVariants",
        "resolvableConfigurations",
        "javaToolchains",
        "artifactTransforms",
        "init",
    ),
    *("wrapper", "nothing", "prepareKotlinBuildScriptModel", "updateDaemonJvm", "kotlinDslAccessorsReport"),
)
"""Tasks of every build (https://docs.gradle.org/current/userguide/command_line_interface.html)."""
_BASE = ("assemble", "build", "check", "clean")
_JAVA = (
    *_BASE,
    *(
        "buildNeeded",
        "buildDependents",
        "classes",
        "compileJava",
        "processResources",
        "jar",
        "javadoc",
        "test",
        "testClasses",
    ),
    *("compileTestJava", "processTestResources", "javadocJar", "sourcesJar"),
)
_DISTRIBUTION = ("assembleDist", "distTar", "distZip", "installDist")
OF_PLUGINS: dict[str, tuple[str, ...]] = {
    "base": _BASE,
    "java": _JAVA,
    "java-library": _JAVA,
    "application": (*_JAVA, "run", "startScripts", *_DISTRIBUTION),
    "distribution": (*_BASE, *_DISTRIBUTION),
    "war": (*_JAVA, "war"),
    "ear": (*_BASE, "ear"),
    "groovy": (*_JAVA, "compileGroovy", "compileTestGroovy", "groovydoc"),
    "scala": (*_JAVA, "compileScala", "compileTestScala", "scaladoc"),
    "kotlin-jvm": (*_JAVA, "compileKotlin", "compileTestKotlin"),
    "org.jetbrains.kotlin.jvm": (*_JAVA, "compileKotlin", "compileTestKotlin"),
    "checkstyle": ("checkstyleMain", "checkstyleTest"),
    "pmd": ("pmdMain", "pmdTest"),
    "codenarc": ("codenarcMain", "codenarcTest"),
    "jacoco": ("jacocoTestReport", "jacocoTestCoverageVerification"),
    "maven-publish": ("publish", "publishToMavenLocal"),
    "com.diffplug.spotless": ("spotlessCheck", "spotlessApply", "spotlessDiagnose"),
    "com.github.spotbugs": ("spotbugsMain", "spotbugsTest"),
    "org.jlleitschuh.gradle.ktlint": ("ktlintCheck", "ktlintFormat"),
    "io.gitlab.arturbosch.detekt": ("detekt", "detektMain", "detektTest"),
    "org.springframework.boot": ("bootRun", "bootJar", "bootBuildImage", "bootTestRun"),
    "com.github.johnrengelman.shadow": ("shadowJar", "runShadow"),
    "com.android.application": (*_BASE, "lint", "test", "testDebugUnitTest", "connectedAndroidTest"),
    "com.android.library": (*_BASE, "lint", "test", "testDebugUnitTest", "connectedAndroidTest"),
    "com.gradleup.shadow": ("shadowJar", "runShadow"),
}
"""The tasks that plugins bring, each as its documentation names them; of some there are more."""
_COMPLETE = frozenset({"base", "java", "java-library", "application", "distribution", "war"})
"""Plugins of which all tasks are known."""


class Script(NamedTuple):
    """A build script: the plugins that it applies, the tasks that it makes, and whether it can certainly make no others.

    `java` is the version of Java that it asks for, `libraries` are its dependencies as "group:name".
    """

    plugins: tuple[str, ...]
    tasks: tuple[str, ...]
    plain: bool
    java: str
    libraries: frozenset[str]

    def offered(self) -> tuple[str, ...]:
        """Return its own tasks, and those that its plugins bring."""
        return (*self.tasks, *(task for plugin in self.plugins for task in OF_PLUGINS.get(plugin, ())))

    def complete(self) -> bool:
        """Tell whether `offered` and the built-in tasks are all there are."""
        return self.plain and _COMPLETE.issuperset(self.plugins)


def read_script(text: str) -> Script:
    """Read a build script; a text too long to be one tells nothing."""
    if len(text) > MAX_TEXT:
        return Script((), (), False, "", frozenset())
    bare = uncommented(text)
    plugins = _plugins("\n".join(line for line in bare.split("\n") if not _NOT_HERE.search(line)))
    tasks = tuple(dict.fromkeys(name for pattern in _TASKS for name in _all(pattern, bare)))
    made = bare
    for pattern in (*_TASKS, *_PLUGINS):
        made = pattern.sub(" ", made)
    plain = not _ANYTHING.search(_without_texts(made)) and bare.count("{") == bare.count("}")
    versions = [*_all(_LANGUAGE, bare), *_all(_RELEASE, bare), *_all(_COMPATIBILITY, bare)]
    java = next((one.replace("_", ".").removeprefix("1.") for one in versions if one), "")
    return Script(plugins, tasks, plain, java, frozenset(_all(_DEPENDENCY, bare)))


def _plugins(bare: str) -> tuple[str, ...]:
    found = [name for pattern in _PLUGINS for name in _all(pattern, bare)]
    block = _BLOCK.search(bare)
    if block:
        end = bare.find("}", block.end())
        inside = bare[block.end() - 1 : end if end >= 0 else len(bare)]
        found += _all(_BARE, inside)
        found += [f"org.jetbrains.kotlin.{name}" for name in _all(_KOTLIN, inside)]
    return tuple(dict.fromkeys(found))


def included(text: str) -> tuple[str, ...]:
    """Return the folders of the projects that a settings script includes: ":libs:core" for "libs/core"."""
    bare = uncommented(text[:MAX_TEXT])
    names = [name for group in _all(_INCLUDE, bare) for name in re.findall(r"['\"]([^'\"\n]{1,300})['\"]", group)]
    return tuple(dict.fromkeys(name.strip(":").replace(":", "/") for name in names))[:MAX_PROJECTS]


def uncommented(text: str) -> str:
    """Return a script without its comments."""
    return _NOISE.sub(lambda found: found[0] if found[0][0] in "\"'" else " ", text)


def _without_texts(text: str) -> str:
    return _NOISE.sub("''", text)


def _all(pattern: re.Pattern[str], text: str) -> list[str]:
    return [next((one for one in found.groups() if one), "") for found in pattern.finditer(text)]
