"""The extension for VS Code as people install it."""

import os
import subprocess
import sys
from pathlib import Path

from editors.installed import program

FOLDER = Path(__file__).parents[2] / "editors" / "vscode"


def build() -> Path:
    """Return the extension: the one that CALIBRANT_VSIX names, else built from the source here."""
    if given := os.environ.get("CALIBRANT_VSIX"):
        return Path(given).absolute()
    node = program("node").resolve().parent
    environment = os.environ | {"PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "PYTHON": sys.executable}
    if not (FOLDER / "node_modules").exists():
        subprocess.run(["npm", "ci"], cwd=FOLDER, env=environment, check=True)
    subprocess.run(["npm", "run", "package"], cwd=FOLDER, env=environment, check=True)
    return FOLDER / "calibrant.vsix"
