"""Where a workspace begins and which workflow files are found in it: real folders, links and odd names."""

import os
from pathlib import Path

import pytest

from calibrant.dialects import DIALECTS
from calibrant.workspace.locate import (
    FILES,
    MARKS,
    find_workflows,
    is_excluded,
    is_run,
    is_workflow_file,
    too_wide,
    workspace_of,
)

SAMPLES = (".github/workflows/a.yml", "action.yml", "a.workflow.yaml")


def make(root: Path, *names: str) -> None:
    for name in names:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("steps: []\n")


def found(root: Path, *exclude: str) -> list[str]:
    return [path.relative_to(root).as_posix() for path in find_workflows(root, exclude)]


@pytest.mark.parametrize("mark", ["calibrant.toml", "pyproject.toml", ".git"])
def test_nearest_marked_folder_is_the_workspace(tmp_path: Path, mark: str) -> None:
    make(tmp_path, "a/b/c/x.workflow.yaml", f"a/{mark}")
    assert workspace_of(tmp_path / "a/b/c/x.workflow.yaml") == tmp_path / "a"
    assert workspace_of(tmp_path / "a/b") == tmp_path / "a"


def test_what_is_looked_for_is_what_can_be_read() -> None:
    assert [dialect.language.files for dialect in DIALECTS] == list(FILES)
    assert all(is_run(sample) == dialect.language.runs for sample, dialect in zip(SAMPLES, DIALECTS, strict=True))


@pytest.mark.parametrize("sample", ["a/.github/workflows/b.workflow.yml", "C:\\a\\.github\\workflows\\b.yaml"])
def test_what_github_reads_is_githubs(sample: str) -> None:
    assert is_workflow_file(sample)
    assert not is_run(sample)


def test_files_of_github_actions_are_found(tmp_path: Path) -> None:
    make(
        tmp_path,
        ".github/workflows/ci.yml",
        ".github/workflows/release.yaml",
        ".github/workflows/deep/no.yml",
        ".github/workflows/notes.md",
        ".github/dependabot.yml",
        ".github/actions/build/action.yml",
        "action.yaml",
        "my-action.yml",
        "node_modules/x/action.yml",
        "node_modules/x/.github/workflows/ci.yml",
    )
    expected = [
        "action.yaml",
        ".github/actions/build/action.yml",
        ".github/workflows/ci.yml",
        ".github/workflows/release.yaml",
    ]
    assert found(tmp_path, "**/node_modules/**") == expected
    assert found(tmp_path, "**/node_modules/**", ".github/actions/**") == [expected[0], *expected[2:]]
    inside = find_workflows(tmp_path / ".github" / "workflows")
    assert [path.name for path in inside] == ["ci.yml", "release.yaml"]
    assert [path.name for path in find_workflows(tmp_path / ".github")] == ["action.yml", "ci.yml", "release.yaml"]


def test_what_github_would_not_read_in_a_repository_is_left_alone(tmp_path: Path) -> None:
    make(
        tmp_path,
        ".github/workflows/ci.yml",
        "templates/{{ name }}/.github/workflows/ci.yml",
        "templates/plain/.github/actions/x/action.yml",
        "sub/.github/workflows/ci.yml",
        "sub/.git",
    )
    nested = "templates/{{ name }}/.github/workflows/ci.yml"
    assert nested in found(tmp_path), "of what is in no repository nothing is known"
    (tmp_path / ".git").mkdir()
    assert found(tmp_path) == [
        ".github/workflows/ci.yml",
        "sub/.github/workflows/ci.yml",
        "templates/plain/.github/actions/x/action.yml",
    ]
    assert [path.name for path in find_workflows(tmp_path / "templates" / "{{ name }}")] == ["ci.yml"], "it is named"


def test_without_a_mark_the_folder_above_github_is_the_workspace(tmp_path: Path) -> None:
    make(tmp_path, ".github/workflows/ci.yml")
    if any((folder / mark).exists() for folder in tmp_path.parents for mark in MARKS):
        pytest.skip("the folder for temporary files lies in a workspace")
    assert workspace_of(tmp_path / ".github/workflows/ci.yml") == tmp_path
    assert workspace_of(tmp_path / ".github/workflows") == tmp_path


def test_a_workflow_is_known_by_its_name() -> None:
    assert is_workflow_file("a.workflow.yaml")
    assert is_workflow_file(Path("/somewhere/a.workflow.json"))
    assert is_workflow_file("C:\\somewhere\\a.workflow.yml")
    assert not is_workflow_file("a.workflow.yaml/readme.md")
    assert not is_workflow_file("aworkflow.yaml")


def test_nearer_mark_wins_and_a_git_folder_counts(tmp_path: Path) -> None:
    make(tmp_path, "calibrant.toml", "in/.git/HEAD", "in/deep/x.workflow.yaml")
    assert workspace_of(tmp_path / "in/deep/x.workflow.yaml") == tmp_path / "in"


def test_without_a_mark_it_is_the_own_folder() -> None:
    assert workspace_of(Path("/no-such-folder-here/x.workflow.yaml")) == Path("/no-such-folder-here")


def test_finds_all_suffixes_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.workflow.yml", "a.workflow.yaml", "x.yaml", "deep/er/c.workflow.json", "aa/z.workflow.yaml")
    assert found(tmp_path) == ["a.workflow.yaml", "b.workflow.yml", "aa/z.workflow.yaml", "deep/er/c.workflow.json"]


@pytest.mark.parametrize(
    ("glob", "left"),
    [
        ("**/node_modules/**", ["a.workflow.yaml", "sub/b.workflow.yaml"]),
        ("sub/*.workflow.yaml", ["a.workflow.yaml", "node_modules/m.workflow.yaml"]),
        ("*.yaml", ["node_modules/m.workflow.yaml", "sub/b.workflow.yaml"]),
        ("**/*.yaml", []),
        ("**", []),
        ("sub", ["a.workflow.yaml", "node_modules/m.workflow.yaml"]),
        ("[", ["a.workflow.yaml", "node_modules/m.workflow.yaml", "sub/b.workflow.yaml"]),
        ("", ["a.workflow.yaml", "node_modules/m.workflow.yaml", "sub/b.workflow.yaml"]),
    ],
)
def test_globs_leave_out(tmp_path: Path, glob: str, left: list[str]) -> None:
    make(tmp_path, "a.workflow.yaml", "sub/b.workflow.yaml", "node_modules/m.workflow.yaml")
    assert found(tmp_path, glob) == left
    everything = ["a.workflow.yaml", "node_modules/m.workflow.yaml", "sub/b.workflow.yaml"]
    assert [name for name in everything if not is_excluded(tmp_path / name, tmp_path, [glob])] == left


def test_a_glob_made_to_be_slow_is_not(tmp_path: Path) -> None:
    make(tmp_path, "a" * 200 + ".workflow.yaml", "/".join(["d"] * 30) + "/x.workflow.yaml")
    assert len(found(tmp_path, "*a" * 40 + "b", "/".join(["**", "*"] * 20) + "/never")) == 2


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    make(outside, "o.workflow.yaml", "dir/p.workflow.yaml")
    make(inside, "real.workflow.yaml")
    (inside / "dir").symlink_to(outside / "dir", target_is_directory=True)
    (inside / "loop").symlink_to(inside, target_is_directory=True)
    (inside / "out.workflow.yaml").symlink_to(outside / "o.workflow.yaml")
    (inside / "broken.workflow.yaml").symlink_to(inside / "nowhere")
    (inside / "circle.workflow.yaml").symlink_to(inside / "circle.workflow.yaml")
    (inside / "same.workflow.yaml").symlink_to(inside / "real.workflow.yaml")
    assert found(inside) == ["real.workflow.yaml", "same.workflow.yaml"]


def test_a_folder_that_looks_like_a_workflow_and_one_that_is_missing(tmp_path: Path) -> None:
    make(tmp_path, "odd.workflow.yaml/in.workflow.yaml")
    assert found(tmp_path) == ["odd.workflow.yaml/in.workflow.yaml"]
    assert found(tmp_path / "missing") == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.workflow.yaml", "shut/b.workflow.yaml")
    (tmp_path / "shut").chmod(0)
    assert found(tmp_path) == ["a.workflow.yaml"]
    (tmp_path / "shut").chmod(0o755)


def test_a_search_ends_and_says_so(tmp_path: Path) -> None:
    make(tmp_path, *(f"w{number}.workflow.yaml" for number in range(10)), "in/below.workflow.yaml")
    ended: list[bool] = []
    paths = list(find_workflows(tmp_path, limit=5, on_limit=lambda: ended.append(True)))
    assert (len(paths), ended) == (10, [True])
    ended.clear()
    assert len(list(find_workflows(tmp_path, limit=50, on_limit=lambda: ended.append(True)))) == 11
    assert ended == []


def test_folders_that_no_one_means_to_look_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / "me"
    (home / "project").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    link = tmp_path / "link"
    link.symlink_to(home)
    assert too_wide(Path("/")) == "the whole file system"
    assert too_wide(home) == too_wide(link) == "your home folder"
    assert too_wide(home.parent) == "the folder of all home folders"
    assert too_wide(home / "project") == too_wide(tmp_path) == ""
    (home / "calibrant.toml").touch()
    assert too_wide(home) == ""
