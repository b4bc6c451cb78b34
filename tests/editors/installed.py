"""Where the real editors are, and how to have them."""

import os
from pathlib import Path

import pytest

HOW = "run tests/editors/install.sh to have it"


def cache() -> Path:
    """Return the folder that install.sh installs into."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("CALIBRANT_EDITORS") or Path(home) / "calibrant-editors")


def program(name: str) -> Path:
    """Return a program of the cache; the test that needs it is skipped where it is not installed."""
    path = cache() / "bin" / name
    if not path.exists():
        pytest.skip(f"{name} is not installed for the tests: {HOW}")
    return path
