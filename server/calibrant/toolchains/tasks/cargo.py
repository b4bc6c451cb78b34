"""The aliases of Cargo (https://doc.rust-lang.org/cargo/reference/config.html#alias); any program cargo-x is a command too."""

from collections.abc import Iterator

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.parsing import table
from calibrant.toolchains.tasks.listing import listed, tasks

NAMES = (".cargo/config.toml", ".cargo/config")


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the aliases that are made for a folder; there are always other commands."""
    for name in NAMES:
        aliases = table(folder.toml(name), "alias")
        if aliases:
            yield tasks("cargo", folder, name, listed((str(one) for one in aliases), whole=False))
            return


RUNNER = Runner("cargo", (".cargo",), detect, evidence=("config.toml",))
