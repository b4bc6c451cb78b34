"""Other language servers for GitHub's workflow files, installed into a cache of the benchmarks: never into the clone.

The cache is $CALIBRANT_BENCH, else ~/.cache/calibrant-bench. What is there already is left alone, and what was broken off is
made anew. Without a network, or without Node, a server cannot be had: then it is said why.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

LANGUAGE_SERVER = "@actions/languageserver"
LANGUAGE_SERVER_VERSION = "0.3.61"
ZIZMOR_VERSION = "1.32.0"
_TIMEOUT = 180


class NotToBeHadError(Exception):
    """A server that cannot be installed here; its text says why."""


def cache() -> Path:
    """Return the folder that is installed into."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("CALIBRANT_BENCH") or Path(home) / "calibrant-bench")


def language_server() -> tuple[str, ...]:
    """Return the command of GitHub's own server; it is installed first where it is not there yet.

    Raises:
        NotToBeHadError: there is no Node or npm, or no network.
    """
    program = "node_modules/@actions/languageserver/dist/cli.bundle.cjs"
    node, npm = _program("node"), _program("npm")
    package = f"{LANGUAGE_SERVER}@{LANGUAGE_SERVER_VERSION}"
    options = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-save")
    folder = _installed(
        f"languageserver-{LANGUAGE_SERVER_VERSION}",
        program,
        lambda into: _run(npm, "install", "--prefix", str(into), *options, package),
    )
    return (node, str(folder / program), "--stdio")


def zizmor() -> tuple[str, ...]:
    """Return the command of zizmor's server, which is told not to ask the network; installed first where it is not there yet.

    Raises:
        NotToBeHadError: there is no network, or no wheel for this machine.
    """

    def install(into: Path) -> None:
        _run(
            *(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--only-binary",
                ":all:",
            ),
            *("--target", str(into), f"zizmor=={ZIZMOR_VERSION}"),
        )

    folder = _installed(f"zizmor-{ZIZMOR_VERSION}", "bin/zizmor", install)
    return (str(folder / "bin" / "zizmor"), "--offline", "--lsp")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotToBeHadError(f"there is no {name} on the PATH")
    return found


def _installed(name: str, program: str, install: Callable[[Path], None]) -> Path:
    """Return the folder of that name in the cache: whole, or not there."""
    folder = cache() / name
    if (folder / program).is_file():
        return folder
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial.", dir=cache(), ignore_cleanup_errors=True) as partial:
        made = Path(partial) / name
        install(made)
        if not (made / program).is_file():
            raise NotToBeHadError(f"{name} was installed, but has no {program}")
        if not (folder / program).is_file():  # by another one meanwhile
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
    return folder


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        raise NotToBeHadError(f"{command[0]} did not end within {_TIMEOUT} seconds") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotToBeHadError(said[-1] if said else f"{command[0]} ended with {done.returncode}")
