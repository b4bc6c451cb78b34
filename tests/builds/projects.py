"""Real projects, made of packages: one in Python and one for Node, each with the same faults in its sources and its workflow.

All that steps install comes from files in the project itself, for a calibration has no network; the tools (pytest, ruff, mypy,
eslint, tsc) are installed into the project's own environment beforehand, as its people would.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

PYTHON_TOOLS = ("pytest", "ruff", "mypy")
NODE_TOOLS = ("eslint@9", "typescript@5", "@types/node@22")
MAKING_SECONDS = 300


def wheel(folder: Path, name: str, version: str, source: str) -> Path:
    """Write a wheel of one module into a folder (see the specification of binary distributions)."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{path},sha256={_digest(text)},{len(text.encode())}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    made = folder / f"{name}-{version}-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return made


def package(folder: Path, name: str, version: str, source: str) -> Path:
    """Write an npm package of one module into a folder, as `npm pack` does."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{name}-{version}.tgz"
    described = json.dumps({"name": name, "version": version, "main": "index.js"})
    with tarfile.open(made, "w:gz") as archive:
        for path, text in {"package/package.json": described, "package/index.js": source}.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, BytesIO(text.encode()))
    return made


def write(root: Path, files: dict[str, str]) -> None:
    """Write texts below a folder."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def call(folder: Path, *command: str) -> str:
    """Run a program in a folder as a developer would, to its end, and return what it wrote."""
    environ = {**os.environ, "npm_config_update_notifier": "false", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=MAKING_SECONDS)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def python_environment(root: Path) -> None:
    """Make the project's virtual environment, with its tools."""
    call(root, sys.executable, "-m", "venv", ".venv")
    call(root, ".venv/bin/python", "-m", "pip", "install", "-q", *PYTHON_TOOLS)


def node_environment(root: Path) -> None:
    """Install the tools of a Node workspace."""
    call(root, "npm", "install", "--silent", "--no-audit", "--no-fund", "--save-dev", *NODE_TOOLS)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
