"""What a check and a run, or two tools, tell of one cause is one issue; all really run."""

from pathlib import Path

import pytest

from calibrant.model.issue import Issue
from calibrant.repairs import propose
from repairs.trying import SPECS, calibrated, read

PASSES = "def test_sum() -> None:\n    assert 1 + 1 == 2\n"


def issues(folder: Path, text: str, files: dict[str, str]) -> list[Issue]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    flow = folder / "x.workflow.yaml"
    flow.write_text(text, encoding="utf-8")
    return [issue for issue in calibrated(read(flow, text, folder), folder) if issue.severity != "hint"]


def test_make_in_a_folder_without_makefile(tmp_path: Path) -> None:
    text = "steps:\n  - {id: docs, run: make html}\n"
    (issue,) = issues(tmp_path, text, {"docs/Makefile": "html:\n\techo html\n"})
    assert (issue.code, issue.finding.candidates) == ("wrong-working-dir", ())
    assert issue.finding.evidence["folders"] == "docs"


def test_a_merge_that_nobody_settled(tmp_path: Path) -> None:
    files = {"a.py": "x = 0\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n"}
    (issue,) = issues(tmp_path, "steps:\n  - {id: one, run: python3 a.py}\n", files)
    assert issue.code == "merge-conflict"


def test_a_requirements_file_that_is_not_there(tmp_path: Path) -> None:
    text = "steps:\n  - {id: one, run: python3 -m pip install -r requirement.txt}\n"
    (issue,) = issues(tmp_path, text, {"requirements.txt": ""})
    assert issue.code == "file-not-found"


def test_a_target_that_there_is_none_of(tmp_path: Path) -> None:
    (issue,) = issues(tmp_path, "steps:\n  - {id: one, run: make tset}\n", {"Makefile": "test:\n\techo\n"})
    assert (issue.code, issue.finding.candidates) == ("unknown-task", ("test",))


def test_a_package_that_the_tests_and_the_type_checker_miss(tmp_path: Path) -> None:
    text = """\
steps:
  - {id: types, run: mypy app.py}
  - {id: tests, run: pytest -q -p no:cacheprovider test_app.py}
  - {id: app, run: pytest -q -p no:cacheprovider other_test.py}
"""
    files = {
        "app.py": "import no_such_package\n",
        "test_app.py": f"import app\n\n\n{PASSES}",
        "other_test.py": "import app\n",
    }
    (issue,) = issues(tmp_path, text, files)
    assert (issue.code, issue.finding.evidence["module"]) == ("python-missing-dep", "no_such_package")
    assert {issue.finding.step, *(place.step for place in issue.finding.related)} >= {"types", "tests", "app"}


@pytest.mark.parametrize("other", ["another_package", "no_such_package_either"])
def test_two_packages_are_two(tmp_path: Path, other: str) -> None:
    text = "steps:\n  - {id: types, run: mypy app.py}\n  - {id: app, run: python3 b.py}\n"
    found = issues(tmp_path, text, {"app.py": f"import {other}\n", "b.py": "import no_such_package\n"})
    assert sorted(issue.code for issue in found) == ["python-missing-dep", "typecheck-failed"]


def test_types_that_mypy_lacks_are_installed_by_a_step_before(tmp_path: Path) -> None:
    text = "steps:\n  - {id: types, run: mypy app.py}\n"
    (issue,) = issues(tmp_path, text, {"app.py": "import toml\n\nx: int = ''\n"})[:1]
    workflow = read(tmp_path / "x.workflow.yaml", text, tmp_path).workflow
    assert [fix.title for fix in propose([issue], workflow, SPECS)[issue.id]] == [
        "Run ‘python3 -m pip install types-toml’ before"
    ]
    (other,) = [one for one in issues(tmp_path, text, {}) if one.finding.evidence["rule"] == "assignment"]
    assert propose([other], workflow, SPECS) == {}, "an error in the code is the author's"
