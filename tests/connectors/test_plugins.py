"""Connectors of other packages, installed into a folder of their own, and the real command line."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests/data/plugin"
USES = "steps:\n  - {id: hello, uses: acme.greet, with: {name: Ana}}\n"


def install(folder: Path, source: Path = PACKAGE, entry_points: str = "", name: str = "acme_greet") -> Path:
    """Lay a package of one module out as an installer does."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder.mkdir(exist_ok=True)
    for module in source.glob("*.py"):
        shutil.copy(module, folder)
    info = folder / f"{name}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    points = project["entry-points"]["calibrant.connectors"].items()
    lines = entry_points or "".join(f"{point} = {value}\n" for point, value in points)
    (info / "entry_points.txt").write_text(f"[calibrant.connectors]\n{lines}", encoding="utf-8")
    return folder


def calibrant(*words: str, workspace: Path, packages: Path | None = None) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "CALIBRANT_STATE": str(workspace.parent / "state")}
    environ.pop("PYTHONPATH", None)
    if packages:
        environ["PYTHONPATH"] = str(packages)
    command = [sys.executable, "-m", "calibrant", *words]
    return subprocess.run(command, cwd=workspace, env=environ, capture_output=True, text=True, timeout=60)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("", encoding="utf-8")
    return folder


def written(workspace: Path, text: str) -> Path:
    path = workspace / "a.workflow.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def issues(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    result = json.loads(done.stdout)[0]["issues"]
    return result if isinstance(result, list) else [*result["critical"], *result["warnings"], *result["auto_repairs"]]


def test_a_connector_of_another_package_is_checked_and_run(tmp_path: Path, workspace: Path) -> None:
    packages = install(tmp_path / "packages")
    text = (
        "steps:\n  - {id: hello, uses: acme.greet, with: {name: Ana, language: germn}}\n"
        "  - {id: again, uses: acme.greet, with: {name: '{{ merhaba.greeting }}'}}\n"
        "  - {id: merhaba, uses: acme.greet, with: {name: Ana, langage: turkish}}\n"
    )
    path = written(workspace, text)
    checked = calibrant("check", str(path), "--format", "json", workspace=workspace, packages=packages)
    assert {issue["code"] for issue in issues(checked)} == {"unknown-parameter"}
    path = written(workspace, text.replace("langage:", "language:"))
    ran = calibrant("calibrate", str(path), "--format", "json", workspace=workspace, packages=packages)
    [issue] = issues(ran)
    assert (issue["code"], issue["message"]) == (
        "invalid-value",
        "There is no greeting in ‘germn’. There are: english, german, turkish.",
    )
    steps = {step["id"]: step["status"] for step in json.loads(ran.stdout)[0]["steps"]}
    assert steps == {"hello": "failed", "again": "completed", "merhaba": "completed"}
    told = calibrant("doctor", workspace=workspace, packages=packages)
    assert "acme.greet" in told.stdout
    assert "of acme_greet 1.0" in told.stdout
    schema = calibrant("schema", workspace=workspace, packages=packages)
    assert '"acme.greet"' in schema.stdout


def test_without_the_package_it_is_unknown(workspace: Path) -> None:
    path = written(workspace, USES)
    done = calibrant("check", str(path), "--format", "json", workspace=workspace)
    assert [issue["code"] for issue in issues(done)] == ["unknown-connector"]


def test_a_workspace_cannot_bring_connectors_along(workspace: Path) -> None:
    """Neither in its folder, which is the current one, nor in its environment."""
    install(workspace)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    inside = workspace / ".venv/lib" / version / "site-packages"
    inside.mkdir(parents=True)
    (workspace / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n", encoding="utf-8")
    install(inside, name="other")
    for module in (workspace / "acme_greet.py", inside / "acme_greet.py"):
        module.write_text(f"open({str(workspace / 'ran')!r}, 'w')\n", encoding="utf-8")
    path = written(workspace, USES)
    for command in ("check", "calibrate"):
        done = calibrant(command, str(path), "--format", "json", workspace=workspace)
        assert [issue["code"] for issue in issues(done)] == ["unknown-connector"]
    assert not (workspace / "ran").exists()


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("import not_there_at_all\n", "ModuleNotFoundError: No module named 'not_there_at_all'"),
        ("print('noise')\nraise SystemExit(3)\n", "SystemExit: 3"),
        ("CONNECTOR = 3\n", "acme_greet:CONNECTOR is no Connector but of the type int"),
        ("OTHER = 3\n", "AttributeError: module 'acme_greet' has no attribute 'CONNECTOR'"),
        ("def f(:\n", "SyntaxError: invalid syntax"),
        (
            (PACKAGE / "acme_greet.py").read_text(encoding="utf-8").replace('name="acme.greet"', 'name="acme.meet"'),
            "acme_greet:CONNECTOR calls itself ‘acme.meet’, not ‘acme.greet’",
        ),
    ],
)
def test_a_broken_package_breaks_only_the_steps_that_use_it(
    tmp_path: Path, workspace: Path, module: str, why: str
) -> None:
    packages = install(tmp_path / "packages")
    (packages / "acme_greet.py").write_text(module, encoding="utf-8")
    (workspace / "a.txt").write_text("x", encoding="utf-8")
    path = written(workspace, USES + "  - {id: read, uses: file.read, with: {path: a.txt}}\n")
    ran = calibrant("calibrate", str(path), "--format", "json", workspace=workspace, packages=packages)
    [issue] = issues(ran)
    assert (issue["code"], issue["step"]) == ("broken-connector", "hello")
    assert issue["details"].startswith(why)
    assert (issue["range"]["start"]["line"], issue["range"]["start"]["character"]) == (1, 22)
    assert [step["status"] for step in json.loads(ran.stdout)[0]["steps"]] == ["failed", "completed"]
    doctor = calibrant("doctor", workspace=workspace, packages=packages)
    assert (doctor.returncode, why in doctor.stdout) == (2, True)
    assert calibrant("schema", workspace=workspace, packages=packages).returncode == 0


def test_built_in_names_win(tmp_path: Path, workspace: Path) -> None:
    packages = install(tmp_path / "packages", entry_points="file.read = acme_greet:CONNECTOR\n")
    (packages / "acme_greet.py").write_text("raise ValueError\n", encoding="utf-8")
    (workspace / "a.txt").write_text("x", encoding="utf-8")
    path = written(workspace, "steps:\n  - {id: read, uses: file.read, with: {path: a.txt}}\n")
    assert calibrant("calibrate", str(path), workspace=workspace, packages=packages).returncode == 0
    doctor = calibrant("doctor", workspace=workspace, packages=packages)
    assert "is not used: the built-in connector has that name" in doctor.stdout


def test_built_in_names_cost_no_search_and_no_import(tmp_path: Path, workspace: Path) -> None:
    packages = install(tmp_path / "packages")
    path = written(workspace, "steps:\n  - {id: read, uses: file.read, with: {path: a.txt}}\n")
    program = (
        "import sys; from calibrant.cli import main; sys.argv = ['calibrant', 'check', sys.argv[1]]; main();"
        "print(*({'importlib.metadata', 'acme_greet'} & set(sys.modules)), file=sys.stderr)"
    )
    environ = {**os.environ, "PYTHONPATH": str(packages), "CALIBRANT_STATE": str(tmp_path / "state")}
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == "\n"


def test_the_page_shows_this_very_package() -> None:
    page = (ROOT / "docs/writing-a-connector.md").read_text(encoding="utf-8")
    for name in ("acme_greet.py", "pyproject.toml"):
        assert (PACKAGE / name).read_text(encoding="utf-8").rstrip() in page
