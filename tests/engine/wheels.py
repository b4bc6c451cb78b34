"""Real packages made by hand, so that real installers have something to install without a network."""

import io
import json
import tarfile
import zipfile
from pathlib import Path


def wheel(folder: Path, name: str, version: str = "1.0", *, says: str = "") -> Path:
    """Write a wheel of one module and one command, both of that name; the command prints what the package `says`."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": f"VERSION = {version!r}\n\n\ndef main():\n    print({says or name!r})\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    return path


def tarball(folder: Path, name: str, version: str = "1.0.0") -> Path:
    """Write a package for npm with one module, which is its name, and one command of that name, which prints it."""
    files = {
        "package/package.json": json.dumps(
            {"name": name, "version": version, "main": "index.js", "bin": {name: "bin.js"}}
        ),
        "package/index.js": f"module.exports = '{name}'\n",
        "package/bin.js": f"#!/usr/bin/env node\nconsole.log('{name}')\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for member, text in files.items():
            data = text.encode()
            entry = tarfile.TarInfo(member)
            entry.size, entry.mode = len(data), 0o755
            archive.addfile(entry, io.BytesIO(data))
    return path
