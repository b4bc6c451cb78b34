"""What task runners can be asked for in a folder, one file per runner: read off the files, nothing is evaluated."""

from calibrant.toolchains.ecosystem import Runner
from calibrant.toolchains.tasks import cargo, gradle, justfile, makefile, nox, package_scripts, pyproject, rakefile, tox

__all__ = ["RUNNERS"]

RUNNERS: tuple[Runner, ...] = (
    makefile.RUNNER,
    justfile.RUNNER,
    package_scripts.RUNNER,
    tox.RUNNER,
    nox.RUNNER,
    *pyproject.RUNNERS,
    gradle.RUNNER,
    cargo.RUNNER,
    rakefile.RUNNER,
)
"""The registry: one line for each runner."""
