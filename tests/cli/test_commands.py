"""The command line as scripts and people rely on it: formats, exit status, state."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from calibrant import pages
from cli.command import calibrant, workflow
from house.source import ROOT

FAULTY = "steps:\n  - id: one\n    uses: file.read\n    with: {path: nope.txt}\n  - id: two\n    needs: oen\n    run: 'true'\n"
FINE = "steps:\n  - id: one\n    uses: data.map\n    with: {items: [1, 2], to: '{{ item + 1 }}'}\n"


def errors(result: dict[str, Any]) -> set[str]:
    """Return the codes of what is wrong at severity error, whether it can be repaired or not."""
    return {issue["code"] for group in result["issues"].values() for issue in group if issue["severity"] == "error"}


def test_check_says_what_where_and_how(tmp_path: Path) -> None:
    workflow(tmp_path, FAULTY)
    done = calibrant("check", ".", folder=tmp_path)
    assert done.status == 1
    assert "a.workflow.yaml:6:12: error[unknown-step]" in done.out
    assert "‘one’" in done.out
    assert "^^^" in done.out
    assert "\x1b" not in done.out
    assert not (tmp_path.parent / f"{tmp_path.name}-state").exists(), "check writes nothing"


def test_check_as_json(tmp_path: Path) -> None:
    workflow(tmp_path, FAULTY)
    workflow(tmp_path, FINE, "b.workflow.yaml")
    done = calibrant("check", ".", "--format", "json", folder=tmp_path)
    assert [file["path"] for file in done.json] == ["a.workflow.yaml", "b.workflow.yaml"]
    (issue,) = done.json[0]["issues"]
    assert issue["code"] == "unknown-step"
    assert issue["range"] == {"start": {"line": 5, "character": 11}, "end": {"line": 5, "character": 14}}
    assert [fix["title"] for fix in issue["fixes"]] == ["Change ‘oen’ to ‘one’"]
    assert issue["fixes"][0]["safety"] == "safe"
    assert done.json[1]["issues"] == []


def test_check_as_github_annotations(tmp_path: Path) -> None:
    workflow(tmp_path, FAULTY)
    done = calibrant("check", ".", "--format", "github", folder=tmp_path)
    assert done.out.startswith("::error file=a.workflow.yaml,line=6,")


@pytest.mark.parametrize("command", ["check", "calibrate"])
def test_sarif(tmp_path: Path, command: str) -> None:
    workflow(tmp_path, FAULTY)
    log = calibrant(command, ".", "--format", "sarif", folder=tmp_path).json
    assert log["version"] == "2.1.0"
    codes = {result["ruleId"] for result in log["runs"][0]["results"]}
    assert "unknown-step" in codes
    assert ("file-not-found" in codes) is (command == "calibrate")


def test_calibrate_goes_on_and_tells_all(tmp_path: Path) -> None:
    workflow(tmp_path, FAULTY)
    done = calibrant("calibrate", "a.workflow.yaml", "--format", "json", folder=tmp_path)
    assert done.status == 1
    (result,) = done.json
    assert result["status"] == "completed"
    assert errors(result) == {"unknown-step", "file-not-found"}
    assert [step["status"] for step in result["steps"]] == ["failed", "failed"]
    assert result["summary"]["total_steps"] == 2


def test_plain_lines_in_a_pipe(tmp_path: Path) -> None:
    workflow(tmp_path, FINE)
    done = calibrant("calibrate", ".", folder=tmp_path)
    assert done.status == 0
    assert "✓ one  completed" in done.err
    assert "\x1b" not in done.out + done.err
    assert "\r" not in done.err


def test_commands_need_trust(tmp_path: Path) -> None:
    workflow(tmp_path, "steps:\n  - id: one\n    run: echo ran > ran.txt\n")
    (tmp_path / "calibrant.toml").write_text('execute = "unsandboxed"\n', encoding="utf-8")
    done = calibrant("calibrate", ".", "--format", "json", folder=tmp_path)
    assert done.json[0]["steps"][0]["status"] == "not_run"
    assert "calibrant trust" in done.json[0]["steps"][0]["reason"]
    assert "no effect" in done.err, "a workspace cannot loosen its own walls"
    trusted = calibrant("calibrate", ".", "--trust", "--format", "json", folder=tmp_path)
    assert trusted.json[0]["steps"][0]["status"] in {"completed", "rehearsed"}
    assert not (tmp_path / "ran.txt").exists(), "a command writes into the private copy"
    again = calibrant("calibrate", ".", "--format", "json", folder=tmp_path)
    assert again.json[0]["steps"][0]["status"] == "not_run", "--trust is for one run"


def test_an_issue_of_a_run_is_silenced_where_it_stands(tmp_path: Path) -> None:
    workflow(tmp_path, FAULTY.replace("{path: nope.txt}", "{path: nope.txt}  # calibrant: ignore[file-not-found]"))
    done = calibrant("calibrate", ".", "--format", "json", folder=tmp_path)
    assert errors(done.json[0]) == {"unknown-step"}
    assert done.json[0]["steps"][0]["status"] == "failed", "silence changes what is shown, not what happened"


def test_commands_find_their_programs_where_home_is_not_the_account_s(tmp_path: Path) -> None:
    folder, home = tmp_path / "w", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    workflow(folder, "steps:\n  - id: one\n    run: python3 -c 'print(6 * 7)'\n")
    done = calibrant("calibrate", ".", "--trust", folder=folder, env={"HOME": str(home)})
    assert done.status == 0, done.out
    assert list(home.iterdir()) == []


def test_details_are_shown_when_asked_for(tmp_path: Path) -> None:
    workflow(tmp_path, "steps:\n  - id: one\n    run: expr 800 + 77; expr 50 + 5; exit 3\n")
    assert "877" not in calibrant("calibrate", ".", "--trust", folder=tmp_path).out
    assert "877" in calibrant("calibrate", ".", "--trust", "--details", folder=tmp_path).out


def test_trust_is_remembered_and_taken_back(tmp_path: Path) -> None:
    workflow(tmp_path, FINE)
    (tmp_path / "calibrant.toml").touch()
    assert calibrant("trust", folder=tmp_path).status == 0
    assert "is trusted" in calibrant("doctor", folder=tmp_path).out
    assert calibrant("trust", "--revoke", folder=tmp_path).status == 0
    assert "not trusted" in calibrant("doctor", folder=tmp_path).out


def test_inputs_are_given_on_the_command_line(tmp_path: Path) -> None:
    workflow(
        tmp_path,
        "inputs:\n  many: {type: integer, required: true}\nsteps:\n  - id: one\n    uses: data.map\n"
        "    with: {items: ['{{ inputs.many }}'], to: '{{ item + 1 }}'}\n",
    )
    without = calibrant("calibrate", ".", "--format", "json", folder=tmp_path)
    assert without.status == 1
    assert errors(without.json[0]) == {"missing-input"}
    assert calibrant("calibrate", ".", "--input", "many=3", folder=tmp_path).status == 0
    assert calibrant("calibrate", ".", "--input", "many=three", folder=tmp_path).status == 1


def test_a_second_run_at_the_same_time_is_told(tmp_path: Path) -> None:
    workflow(tmp_path, "steps:\n  - id: one\n    run: sleep 20\n")
    state = tmp_path / "state"
    first = subprocess.Popen(
        [sys.executable, "-m", "calibrant", "calibrate", ".", "--trust"],
        cwd=tmp_path,
        env={**os.environ, "CALIBRANT_STATE": str(state)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert first.stderr is not None
        assert first.stderr.readline().startswith("a.workflow.yaml"), "the run has begun"
        done = calibrant("calibrate", ".", "--trust", folder=tmp_path, state=state)
        assert done.status == 3
        assert "already running" in done.err
    finally:
        first.terminate()
        assert first.wait(10) != 0
        if first.stderr:
            first.stderr.close()


def test_explain_every_code() -> None:
    assert len(pages.codes()) > 20
    for code in ("unknown-step", "cycle", "file-not-found"):
        done = calibrant("explain", code, folder=ROOT)
        assert done.status == 0
        assert done.out.startswith(f"# {code}\n")


def test_schema_is_a_schema_that_fits_the_example() -> None:
    schema = calibrant("schema", folder=ROOT).json
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "steps" in schema["properties"]


def test_clean_forgets(tmp_path: Path) -> None:
    workflow(tmp_path, FINE)
    state = tmp_path / "state"
    calibrant("calibrate", ".", folder=tmp_path, state=state)
    assert list((state / "workspaces").iterdir())
    done = calibrant("clean", "--yes", folder=tmp_path, state=state)
    assert done.status == 0
    assert "Forgot 1 workspace" in done.out
    assert not list((state / "workspaces").iterdir())


@pytest.mark.parametrize("command", ["check", "calibrate", "trust", "explain", "schema", "doctor", "clean", "serve"])
def test_help_teaches(tmp_path: Path, command: str) -> None:
    done = calibrant(command, "--help", folder=tmp_path)
    assert done.status == 0
    assert len(done.out.splitlines()) > 5
