"""The scripts of a package.json, which each of the Node managers runs (https://docs.npmjs.com/cli/using-npm/scripts)."""

from collections.abc import Iterator

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.tasks.listing import listed, tasks

NAME = "package.json"


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the scripts of a folder's package.json; a file that cannot be read to its end may have others."""
    read = folder.parsed(NAME, "json")
    if not isinstance(read.value, dict):
        return
    scripts = read.value.get("scripts", {})
    names = (
        [str(name) for name, value in scripts.items() if isinstance(value, str)] if isinstance(scripts, dict) else []
    )
    yield tasks("npm", folder, NAME, listed(names, whole=not read.fault and isinstance(scripts, dict)))


RUNNER = Runner("npm", (NAME,), detect)
