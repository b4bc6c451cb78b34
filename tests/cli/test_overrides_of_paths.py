"""Settings for some files, as the command line uses them."""

from itertools import chain
from pathlib import Path

import pytest

from cli.command import calibrant, workflow

FAULTY = "steps:\n  - {id: a, uses: file.lisst}\n"


@pytest.mark.parametrize("command", ["check", "calibrate"])
def test_they_count_for_the_files_they_name(tmp_path: Path, command: str) -> None:
    (tmp_path / "calibrant.toml").write_text(
        '[[overrides]]\npaths = ["old/**"]\nseverity = {unknown-connector = "warning"}\n'
        '[[overrides]]\npaths = ["old/dead/**"]\nignore = ["unknown-connector"]\n'
    )
    for folder in ("new", "old", "old/dead"):
        (tmp_path / folder).mkdir()
        workflow(tmp_path / folder, FAULTY)
    # also from inside the folder, and by a single file's name
    for place, paths in ((tmp_path, ["."]), (tmp_path / "old", [".", "../new/a.workflow.yaml"])):
        done = calibrant(command, *paths, "--format", "json", folder=place, state=tmp_path / "state")
        found = {}
        for one in done.json:
            issues = one["issues"] if command == "check" else list(chain.from_iterable(one["issues"].values()))
            name = (place / one["path"]).resolve().relative_to(tmp_path).parent.as_posix()
            found[name] = [issue["severity"] for issue in issues if issue["code"] == "unknown-connector"]
        assert found == {"new": ["error"], "old": ["warning"], "old/dead": []}
        assert done.status == 1
    assert calibrant("check", "old", folder=tmp_path).status == 0


def test_a_bad_one_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "calibrant.toml").write_text("[[overrides]]\npath = ['a']\nignore = ['cycle']\n")
    workflow(tmp_path, FAULTY)
    done = calibrant("check", ".", folder=tmp_path)
    assert (
        "calibrant: There is no ‘path’ in an override (in override 1 in calibrant.toml). Did you mean ‘paths’?"
        in done.err
    )
    assert "Override 1 in calibrant.toml has no effect" in done.err
