"""`calibrate --resume partial`: what is reused is said, in text and in JSON, and the issues are those of a full run."""

from pathlib import Path
from typing import Any

from cli.command import calibrant, workflow
from cli.test_shapes_in_runs import TEXT as FAULTY
from connectors.workspace import build

TEXT = """\
steps:
  - {id: orders, uses: file.read, with: {path: orders.json}}
  - {id: names, uses: data.map, with: {items: "{{ orders.content }}", to: "{{ item.name }}"}}
"""


def ids(result: Any) -> list[str]:
    return sorted(issue["id"] for group in result["issues"].values() for issue in group)


def test_what_is_reused_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "orders.json").write_text('[{"name": "ink"}]')
    path = workflow(folder, TEXT)
    first = calibrant("calibrate", path, folder=folder)
    assert "reused" not in first.out + first.err
    path.write_text(TEXT.replace("item.name }}", "item.name | upper }}"))
    partly = calibrant("calibrate", path, "--resume", "partial", folder=folder)
    assert "2 of 2 steps completed, 1 reused, in" in partly.out
    lines = [line.split("  ", 3)[-1].strip() for line in partly.out.splitlines() if line.startswith("  ")]
    assert any(line.endswith("s  reused") for line in lines)
    assert any(line.endswith("s  It was changed.") for line in lines)
    assert "✓ orders  completed  reused" in partly.err
    (told,) = calibrant("calibrate", path, "--resume", "partial", "--format", "json", folder=folder).json
    assert [(step["id"], step["reused"], step["reason"]) for step in told["steps"]] == [
        ("orders", True, ""),
        ("names", True, ""),
    ]
    (whole,) = calibrant("calibrate", path, "--format", "json", folder=folder).json
    assert [(step["reused"], step["reason"]) for step in whole["steps"]] == [(False, ""), (False, "")]


def test_the_issues_are_those_of_a_full_run(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    path = workflow(build(folder), FAULTY)
    (full,) = calibrant("calibrate", path, "--format", "json", folder=folder).json
    (partly,) = calibrant("calibrate", path, "--resume", "partial", "--format", "json", folder=folder).json
    assert ids(partly) == ids(full)
    assert partly["summary"] == full["summary"]
    reused = {step["id"] for step in partly["steps"] if step["reused"]}
    assert reused >= {"fetch", "kept", "made", "sorted", "groups", "each"}
    assert not reused & {step["id"] for step in full["steps"] if step["status"] == "failed"}
