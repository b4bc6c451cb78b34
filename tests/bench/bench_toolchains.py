"""How long detection takes in a monorepo of 200 projects, beside a bare walk that reads the same files.

Run it: python tests/bench/bench_toolchains.py (half a minute; --quick for a small sample)

The monorepo has members of workspaces of uv, pnpm, Go and Cargo, modules of Maven, and projects of Poetry and pip, 30 source
files in each. Floor and survey by turns, medians; both begin with the same warm cache of the disk.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.options import quick
from calibrant.toolchains import survey
from calibrant.workspace.surveying import DiskFiles, DiskMachine

PROJECTS = 200
SOURCES = 30
ROUNDS = 15
CLOSED = {".git", "node_modules", ".venv"}


def lay_out(root: Path, projects: int) -> None:
    """Write a monorepo of so many projects of each sort in turn."""
    sorts = (_uv, _pnpm, _go, _cargo, _maven, _poetry, _pip)
    names: dict[str, list[str]] = {sort.__name__: [] for sort in sorts}
    for number in range(projects):
        sort = sorts[number % len(sorts)]
        folder = f"{sort.__name__[1:]}/p{number}"
        names[sort.__name__].append(f"p{number}")
        for name, text in sort(number).items():
            _write(root / folder / name, text)
        for source in range(SOURCES):
            _write(root / folder / "src" / f"part{source}.txt", "")
    _write(root / "pyproject.toml", '[project]\nname = "all"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["uv/*"]\n')
    _write(root / "uv.lock", "version = 1\n" + "".join(_locked(f"p{number}") for number in range(2_000)))
    _write(root / "package.json", '{"name": "all", "private": true, "packageManager": "pnpm@9.1.0"}')
    _write(root / "pnpm-workspace.yaml", "packages:\n  - pnpm/*\n")
    importers = "".join(f"  pnpm/{name}:\n    dependencies: {{}}\n" for name in names["_pnpm"])
    _write(root / "pnpm-lock.yaml", f"lockfileVersion: '9.0'\nimporters:\n  .: {{}}\n{importers}")
    _write(root / "go.work", "go 1.21\nuse (\n" + "".join(f"\t./go/{name}\n" for name in names["_go"]) + ")\n")
    _write(root / "Cargo.toml", '[workspace]\nmembers = ["cargo/*"]\n')
    _write(root / "Cargo.lock", "version = 3\n" + "".join(_locked(f"p{number}") for number in range(2_000)))
    modules = "".join(f"<module>maven/{name}</module>" for name in names["_maven"])
    _write(root / "pom.xml", f"<project><artifactId>all</artifactId><modules>{modules}</modules></project>")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _locked(name: str) -> str:
    return f'\n[[package]]\nname = "{name}"\nversion = "1.0.0"\n'


def _project(number: int) -> str:
    return f'[project]\nname = "p{number}"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ["p1"]\n\n[tool.ruff]\n'


def _uv(number: int) -> dict[str, str]:
    return {"pyproject.toml": _project(number) + "\n[tool.pytest.ini_options]\n"}


def _poetry(number: int) -> dict[str, str]:
    return {"pyproject.toml": _project(number) + "\n[tool.poetry]\n", "poetry.lock": _locked("p1") * 100}


def _pip(number: int) -> dict[str, str]:
    return {
        "requirements.txt": "requests\nflask\n" * 20,
        "setup.py": "from setuptools import setup\nsetup()\n",
        "Makefile": "test:\n\ttrue\n",
    }


def _pnpm(number: int) -> dict[str, str]:
    return {
        "package.json": f'{{"name": "p{number}", "scripts": {{"test": "jest", "build": "tsc"}}}}',
        "tsconfig.json": "{}",
    }


def _go(number: int) -> dict[str, str]:
    return {
        "go.mod": f"module example.org/p{number}\n\ngo 1.21\n\nrequire example.org/a v1.0.0\n",
        "go.sum": "example.org/a v1.0.0 h1:x\n",
    }


def _cargo(number: int) -> dict[str, str]:
    return {"Cargo.toml": f'[package]\nname = "p{number}"\nversion = "1.0.0"\n[dependencies]\np1 = "1"\n'}


def _maven(number: int) -> dict[str, str]:
    return {
        "pom.xml": f"<project><parent><artifactId>all</artifactId></parent><artifactId>p{number}</artifactId></project>"
    }


class Counting(DiskFiles):
    """Remembers which files were read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seen: Counter[str] = Counter()

    def read(self, path: str) -> str:
        """Read as ever."""
        self.seen[path] += 1
        return super().read(path)


def bare(root: Path, read: list[str]) -> int:
    """Walk the folder and read the files, and do nothing else; returns how many bytes there were."""
    waiting = [str(root)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            waiting += [one.path for one in found if one.is_dir(follow_symlinks=False) and one.name not in CLOSED]
    total = 0
    for path in read:
        with open(root / path, "rb") as file:  # noqa: PTH123 - what is cheapest
            total += len(file.read())
    return total


def main() -> None:
    """Print medians and the ratio."""
    small = quick(__doc__)
    projects = 20 if small else PROJECTS
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        lay_out(root, projects)
        files = Counting(root)
        found = survey(files, DiskMachine(os.environ))
        read = [path for path in files.seen if (root / path).is_file()]
        twice = [path for path, times in files.seen.items() if times > 1]
        taken: dict[str, list[float]] = {"bare walk": [], "survey": []}
        for _ in range(2 if small else ROUNDS):
            began = time.perf_counter()
            bare(root, read)
            taken["bare walk"].append(time.perf_counter() - began)
            began = time.perf_counter()
            survey(DiskFiles(root), DiskMachine(os.environ))
            taken["survey"].append(time.perf_counter() - began)
        floor = statistics.median(taken["bare walk"])
        roots = len({one.root for one in found.toolchains})
        print(f"{projects} projects, {len(found.files):,} names: {len(found.toolchains)} toolchains in {roots} folders")
        print(f"{len(read)} files read, {len(twice)} of them more than once")
        for what, values in taken.items():
            median = statistics.median(values)
            print(f"{what:10} {median * 1000:7.1f} ms   {median / floor:5.1f} × the bare walk")


if __name__ == "__main__":
    main()
