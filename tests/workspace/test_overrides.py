"""Settings for some files only: which files, who wins, and what a user is told about a bad one."""

from pathlib import Path

import pytest

from calibrant.model.settings import Override, Settings
from calibrant.workspace.overrides import settings_at
from calibrant.workspace.settings import load_settings

LEGACY = Override(("flows/legacy/**",), ("unknown-key",), {"cycle": "hint"})


def levels(settings: Settings, file: str) -> dict[str, str]:
    at = settings_at(settings, Path("/ws") / file, Path("/ws"))
    return {**at.severity, **dict.fromkeys(at.ignore, "off")}


@pytest.mark.parametrize(
    ("globs", "file", "named"),
    [
        (["flows/legacy/**"], "flows/legacy/a.workflow.yaml", True),
        (["flows/legacy/**"], "flows/legacy/deep/er/a.workflow.yaml", True),
        (["flows/legacy/**"], "flows/a.workflow.yaml", False),
        (["flows/legacy/**"], "other/flows/legacy/a.workflow.yaml", False),
        (["flows/legacy"], "flows/legacy/deep/a.workflow.yaml", True),
        (["flows/legacy/"], "flows/legacy/a.workflow.yaml", True),
        (["/flows/legacy/*"], "flows/legacy/a.workflow.yaml", True),
        (["**/legacy/**"], "a/b/legacy/c.workflow.yaml", True),
        (["*.workflow.json"], "a.workflow.json", True),
        (["*.workflow.json"], "deep/a.workflow.json", False),
        (["**/*.workflow.json"], "deep/a.workflow.json", True),
        (["**/*.workflow.json"], "a.workflow.json", True),
        (["none/**", "a.*"], "a.workflow.yaml", True),
        (["flows/leg?cy/**"], "flows/legacy/a.workflow.yaml", True),
        (["../**"], "a.workflow.yaml", False),
        (["größe/**"], "größe/a.workflow.yaml", True),
    ],
)
def test_globs_count_from_the_workspace(globs: list[str], file: str, named: bool) -> None:
    settings = Settings(overrides=(Override(tuple(globs), ("cycle",)),))
    assert (levels(settings, file) == {"cycle": "off"}) is named


def test_a_file_outside_the_workspace_is_named_by_none() -> None:
    settings = Settings(overrides=(Override(("**",), ("cycle",)),))
    assert settings_at(settings, Path("/else/a.workflow.yaml"), Path("/ws")) is settings


def test_what_holds_everywhere_gives_way_and_later_entries_win() -> None:
    settings = Settings(
        ignore=("unused-input", "cycle"),
        severity={"unknown-key": "warning", "unknown-step": "warning"},
        overrides=(LEGACY, Override(("**/a.*",), (), {"unknown-key": "error"})),
    )
    assert levels(settings, "x.workflow.yaml") == {
        "unknown-key": "warning",
        "unknown-step": "warning",
        "cycle": "off",
        "unused-input": "off",
    }
    legacy = {"unknown-key": "off", "unknown-step": "warning", "cycle": "hint", "unused-input": "off"}
    assert levels(settings, "flows/legacy/b.workflow.yaml") == legacy
    assert levels(settings, "flows/legacy/a.workflow.yaml") == legacy | {"unknown-key": "error"}


def test_those_of_all_places_count_and_the_later_place_wins(tmp_path: Path) -> None:
    entry = '[[{}overrides]]\npaths = ["{}"]\nseverity = {{{} = "{}"}}\n'
    (tmp_path / "pyproject.toml").write_text(entry.format("tool.calibrant.", "flows/**", "cycle", "hint"))
    (tmp_path / "calibrant.toml").write_text(entry.format("", "flows/**", "unknown-key", "hint"))
    user = tmp_path / "user.toml"
    user.write_text(entry.format("", "flows/*", "cycle", "warning"))
    editor = {"overrides": [{"paths": ["flows/b.*"], "ignore": ["cycle"]}]}
    loaded, problems = load_settings(tmp_path, environ={}, user=user, editor=editor)
    assert problems == []
    assert len(loaded.overrides) == 4
    for file, cycle in (("a", "warning"), ("b", "off")):
        at = settings_at(loaded, tmp_path / "flows" / f"{file}.workflow.yaml", tmp_path)
        assert at.severity == {"cycle": cycle, "unknown-key": "hint"}


BAD = [
    ("overrides = 3", "‘overrides’ in calibrant.toml should be a list of tables, each with ‘paths’"),
    ("overrides = ['x']", "Override 1 in calibrant.toml should be a table with ‘paths’"),
    ("[[overrides]]\nignore = ['cycle']", "Override 1 in calibrant.toml has no effect: ‘paths’ should say"),
    ("[[overrides]]\npaths = []\nignore = ['cycle']", "Override 1 in calibrant.toml has no effect: ‘paths’ should say"),
    (
        "[[overrides]]\npaths = 'a/**'\nignore = ['cycle']",
        "‘paths’ of override 1 in calibrant.toml should be a list of",
    ),
    ("[[overrides]]\npaths = ['a']", "Override 1 in calibrant.toml has no effect: give it ‘ignore’ or ‘severity’."),
    ("[overrides]\npaths = ['a']", "‘overrides’ in calibrant.toml should be a list of tables"),
]
HALF_GOOD = [
    ("ignore = 'cycle'", "‘ignore’ of override 2 in calibrant.toml should be a list of issue codes."),
    ("severity = {cycle = 'loud'}", "‘severity’ of override 2 in calibrant.toml should be issue codes, each with"),
    (
        "severities = {}",
        "There is no ‘severities’ in an override (in override 2 in calibrant.toml). Did you mean ‘sever",
    ),
    ("zzz = 1", "There are: paths, ignore, severity."),
    ("path = ['b']", "Did you mean ‘paths’?"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_bad_override_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "calibrant.toml").write_text("concurrency = 3\n" + text + "\n")
    loaded, problems = load_settings(tmp_path, environ={}, user=tmp_path / "none")
    assert loaded.concurrency == 3
    assert len(problems) == 1
    assert said in problems[0]
    assert all(not one.ignore for one in loaded.overrides)


@pytest.mark.parametrize(("line", "said"), HALF_GOOD)
def test_what_is_good_beside_it_holds(tmp_path: Path, line: str, said: str) -> None:
    rest = "" if line.startswith("severity =") else "severity = {cycle = 'hint'}\n"
    text = f"[[overrides]]\npaths = ['a']\nignore = ['x']\n[[overrides]]\npaths = ['b']\n{rest}{line}\n"
    (tmp_path / "calibrant.toml").write_text(text)
    loaded, problems = load_settings(tmp_path, environ={}, user=tmp_path / "none")
    assert [one.paths for one in loaded.overrides] == [("a",), ("b",)]
    assert loaded.overrides[1].severity == ({"cycle": "hint"} if rest else {})
    assert len(problems) == 1
    assert said in problems[0]


def test_the_environment_cannot_hold_them(tmp_path: Path) -> None:
    loaded, problems = load_settings(tmp_path, environ={"CALIBRANT_OVERRIDES": "a"}, user=tmp_path / "none")
    assert loaded == Settings()
    assert len(problems) == 1
    assert "in a settings file or the editor" in problems[0]
