"""Files of GitHub Actions on the command line: found, checked, and in words not run."""

from pathlib import Path

from cli.command import calibrant

WORKFLOW = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: touch made
"""


def repository(folder: Path) -> Path:
    """Make a repository with one workflow, one native workflow, and what only looks like an action."""
    for name, text in (
        ("calibrant.toml", ""),
        (".github/workflows/ci.yml", WORKFLOW),
        ("roles/x/action.yml", "- hosts: all\n"),
        ("a.workflow.yaml", "name: a\nsteps:\n  - {id: one, uses: data.filter, with: {items: [1], where: item > 0}}\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_is_checked_with_what_lies_in_dot_github(tmp_path: Path) -> None:
    done = calibrant("check", ".", "--format", "json", folder=repository(tmp_path / "w"))
    assert [(one["path"], one["issues"]) for one in done.json] == [
        ("a.workflow.yaml", []),
        (".github/workflows/ci.yml", []),
        ("roles/x/action.yml", []),
    ]


def test_a_workflow_that_is_only_checked_says_so_and_runs_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "w")
    done = calibrant("calibrate", ".github/workflows/ci.yml", "--trust", "--format", "json", folder=root)
    assert done.status == 0, done.err
    (result,) = done.json
    assert result["status"] == "completed"
    assert result["summary"]["skipped_steps"] == result["summary"]["total_steps"] == 2
    assert [(step["id"], step["status"]) for step in result["steps"]] == [
        ("build/#1", "not_run"),
        ("build/#2", "not_run"),
    ]
    assert all("not run yet" in step["reason"] for step in result["steps"])
    assert not (root / "made").exists()
    said = calibrant("calibrate", ".github/workflows/ci.yml", folder=root).out
    assert "Not run: 2 steps. GitHub Actions files are checked, and are not run yet." in said
    assert calibrant("history", ".", "--format", "json", folder=root).json == []


def test_beside_others_it_counts_as_well(tmp_path: Path) -> None:
    done = calibrant("calibrate", ".", folder=repository(tmp_path / "w"))
    assert done.status == 0, done.out
    assert "3 workflows: no issues" in done.out


def test_the_exit_status_tells_of_errors_in_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "w")
    (root / ".github/workflows/ci.yml").write_text("jobs: [\n", encoding="utf-8")
    for command in ("check", "calibrate"):
        assert calibrant(command, ".github/workflows/ci.yml", folder=root).status == 1


def test_what_is_called_of_the_repository_is_looked_up(tmp_path: Path) -> None:
    root = repository(tmp_path / "w")
    (root / ".github/act").mkdir()
    (root / ".github/act/action.yml").write_text(
        "name: a\ndescription: b\ninputs: {one: {required: true}}\nruns: {using: node24, main: a.js}\n",
        encoding="utf-8",
    )
    (root / ".github/workflows/ci.yml").write_text(
        WORKFLOW.replace("touch", "echo")
        + "      - uses: ./.github/akt\n      - uses: ./.github/act\n        with: {onee: 1}\n",
        encoding="utf-8",
    )
    done = calibrant("check", ".github", "--format", "json", folder=root)
    issues = [(issue["code"], issue["step"], issue["severity"]) for one in done.json for issue in one["issues"]]
    assert issues == [("missing-action", "build/#3", "error"), ("unknown-parameter", "build/#4", "warning")]
    assert "Did you mean ‘./.github/act’?" in [issue["hint"] for one in done.json for issue in one["issues"]]
    assert done.status == 1
