"""The tasks of a Gradle build, as far as its scripts and the plugins that they name tell them."""

from collections.abc import Iterator

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.gradle_script import BUILT_IN, SCRIPTS, SETTINGS, included, read_script, uncommented
from calibrant.toolchains.tasks.listing import listed, tasks


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the tasks of a folder's build script.

    A root is asked for the tasks of all its projects, so theirs are listed too. They are all there are only where a build is of
    one project, and neither its script nor its settings do anything that could make others.
    """
    name = folder.first(*SCRIPTS)
    settings = folder.first(*SETTINGS)
    if not name and not settings:
        return
    names: list[str] = []
    whole = bool(name and settings)
    for project in (".", *folder.made(settings, included)):
        place = folder.at(project)
        script = place.first(*SCRIPTS) if place else ""
        if place and script:
            read = place.made(script, read_script)
            names += read.offered()
            whole = whole and project == "." and read.complete()
    whole = whole and _plain(folder.read(settings)) and not folder.has("buildSrc") and not folder.has("init.gradle")
    yield tasks("gradle", folder, name or settings, listed((*names, *BUILT_IN), whole=whole))


def _plain(settings: str) -> bool:
    """Tell whether settings do no more than name the build."""
    lines = [line.strip() for line in uncommented(settings).split("\n") if line.strip()]
    return all(line.startswith("rootProject.name") and "{" not in line and ";" not in line for line in lines)


RUNNER = Runner("gradle", (*SCRIPTS, *SETTINGS), detect)
