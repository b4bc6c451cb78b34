"""Which files are of a language: by endings, by names, and by the folder that they stand in."""

import pytest

from calibrant.model.language import FileNames

WORKFLOWS = FileNames((".yml", ".yaml"), folder=".github/workflows")
ACTIONS = FileNames((), names=("action.yml", "action.yaml"))


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        "/home/me/x/.github/workflows/ci.yaml",
        "C:\\x\\.github\\workflows\\ci.yml",
        "vscode-vfs://github/me/x/.github/workflows/ci.yml",
        ".github/workflows/.yml",
    ],
)
def test_a_folder_makes_every_file_in_it_one(path: str) -> None:
    assert WORKFLOWS.matches(path)


@pytest.mark.parametrize(
    "path",
    [
        "ci.yml",
        ".github/ci.yml",
        ".github/workflows/deep/ci.yml",
        "x.github/workflows/ci.yml",
        ".github/workflows/ci.yml.bak",
        ".github/workflows/readme.md",
        ".GitHub/workflows/ci.yml",
        "/.github/workflows",
    ],
)
def test_other_folders_and_endings_do_not_count(path: str) -> None:
    assert not WORKFLOWS.matches(path)


@pytest.mark.parametrize("path", ["action.yml", "/a/b/action.yaml", "C:\\a\\action.yml"])
def test_a_name_counts_wherever_it_stands(path: str) -> None:
    assert ACTIONS.matches(path)


@pytest.mark.parametrize("path", ["my-action.yml", "action.yml/x", "action.json", "actions.yml", ""])
def test_only_the_whole_name_counts(path: str) -> None:
    assert not ACTIONS.matches(path)
