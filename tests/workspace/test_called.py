"""What GitHub Actions files call of their own repository: real files, links, submodules, and what leads out of it."""

import os
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.model.workflow import Workflow
from calibrant.workspace.called import MISSING, callables, called, find, on_disk
from calibrant.workspace.locate import repository_of

ACTION = "name: a\ndescription: b\ninputs: {one: {required: true}}\nruns: {using: composite, steps: []}\n"
CALLED = "on: {workflow_call: {inputs: {two: {type: string}}}}\njobs: {}\n"


def make(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def repository(root: Path) -> Path:
    return make(
        root,
        **{
            ".github/actions/a/action.yml": ACTION,
            ".github/workflows/w.yml": CALLED,
            "deep/er/action.yaml": ACTION,
            "image/Dockerfile": "FROM scratch\n",
            "empty/readme.md": "",
            ".gitmodules": '[submodule "x"]\n\tpath = sub/module\n',
        },
    )


def read(text: str) -> Workflow:
    workflow = dialects.read(".github/workflows/ci.yml", text)
    assert workflow is not None
    return workflow


@pytest.mark.parametrize(
    "name", ["./.github/actions/a", "./.github/actions/a/", "$/.github/actions/a", "./deep/er", "./deep//er"]
)
def test_an_action_is_found_by_its_folder(tmp_path: Path, name: str) -> None:
    spec = find(repository(tmp_path), name).spec
    assert spec is not None
    assert (spec.name, spec.broken, [one.name for one in spec.parameters]) == (name, "", ["one"])


@pytest.mark.parametrize("name", ["./.github/workflows/w.yml", "$/.github/workflows/w.yml"])
def test_a_workflow_is_found_by_its_file(tmp_path: Path, name: str) -> None:
    spec = find(repository(tmp_path), name).spec
    assert spec is not None
    assert [one.name for one in spec.parameters] == ["two"]


@pytest.mark.parametrize(
    "name", ["./nowhere", "./empty", "./.github/workflows/no.yml", "./.github/workflows", "./.github/actions/a@v1"]
)
def test_what_is_not_there_is_missing(tmp_path: Path, name: str) -> None:
    found = find(repository(tmp_path), name)
    assert found.path is None
    assert found.spec is not None
    assert found.spec.broken == MISSING


@pytest.mark.parametrize(
    "name", ["./image", "./sub/module", "./sub/module/action", "./../outside", "./a/../../outside"]
)
def test_of_what_cannot_be_told_nothing_is_said(tmp_path: Path, name: str) -> None:
    make(tmp_path, **{"outside/action.yml": ACTION})
    found = find(repository(tmp_path / "in"), name)
    assert (found.path, found.spec) == (None, None)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links")
def test_links_that_lead_out_or_in_circles_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, **{"outside/action.yml": ACTION})
    root = repository(tmp_path / "in")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "circle").symlink_to(root / "circle")
    (root / "inside").symlink_to(root / "deep" / "er")
    assert find(root, "./out").spec is None
    assert find(root, "./circle").path is None
    inside = find(root, "./inside").spec
    assert inside is not None
    assert [one.name for one in inside.parameters] == ["one"]


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    root = make(
        tmp_path,
        **{"a/action.yml": "\0", "b/action.yml": "runs: [", "c/action.yml": "- hosts: all\n", "d/action.yml": ""},
    )
    (root / "e" / "action.yml").mkdir(parents=True)
    assert [find(root, f"./{name}").spec for name in "acd"] == [None, None, None]
    half = find(root, "./b").spec
    assert half is None or half.open
    assert find(root, "./e").spec is not None, "a folder is no action"


@pytest.mark.parametrize("name", ["./" + "a" * 300, "./a\0b", "./" + "a/" * 3000, ".//etc", "$/\ud800"])
def test_names_that_no_file_has_harm_nothing(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path)
    assert find(root, name).path is None
    assert callables(root, [name])


def test_each_name_counts_once_and_expressions_do_not() -> None:
    workflow = read(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: ./x\n      - uses: ./x\n      - uses: actions/checkout@v4\n      - uses: ./${{ github.ref }}\n"
        "  b:\n    uses: $/.github/workflows/y.yml\n"
    )
    assert called(workflow) == ("./x", "$/.github/workflows/y.yml")


def test_only_where_something_is_missing_the_repository_is_looked_through(tmp_path: Path) -> None:
    root = repository(tmp_path)
    path = root / ".github/workflows/ci.yml"
    step = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {}\n"
    found, near = on_disk(path, read(step.format("./.github/actions/a")))
    assert (list(found), near) == (["./.github/actions/a"], ())
    _, near = on_disk(path, read(step.format("./.github/actions/b")))
    assert near == ("./.github/actions/a", "./.github/workflows/w.yml")
    assert set(callables(root)) == set(near)
    _, near = on_disk(path, read(step.format("./deep/re")))
    assert near[0] == "./deep/er", "what lies beside it comes first"


def test_the_repository_begins_where_github_lies(tmp_path: Path) -> None:
    root = repository(tmp_path)
    assert repository_of(root / ".github/workflows/ci.yml") == root
    assert repository_of(root / ".github/actions/a/action.yml") == root
    assert repository_of(root / "deep/er/action.yaml") == root
    (root / "deep/.git").mkdir()
    assert repository_of(root / "deep/er/action.yaml") == root / "deep"


@pytest.mark.parametrize("part", ["a" * 5000, "/".join(["a" * 200] * 100), "a\0b", "\ud800", "a\nb", "\x7f"])
def test_names_that_no_file_can_have_do_no_harm(tmp_path: Path, part: str) -> None:
    root = repository(tmp_path)
    for name in (f"./{part}", f"$/{part}", f"./.github/workflows/{part}.yml", f"./{part}/../deep"):
        found, near = on_disk(root / ".github" / "workflows" / "ci.yml", read(f"jobs: {{a: {{uses: {name!a}}}}}"))
        assert all(one.path is None for one in found.values())
        assert find(root, name).path is None
        assert all(one.startswith("./") for one in near)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
def test_pipes_and_endless_files_are_not_read(tmp_path: Path) -> None:
    root = make(tmp_path, **{".github/workflows/ci.yml": "", "b/readme.md": "", "c/readme.md": ""})
    os.mkfifo(root / ".gitmodules")
    os.mkfifo(root / "b" / "action.yml")
    (root / "c" / "action.yml").symlink_to("/dev/zero")
    assert [find(root, name).path for name in ("./a", "./b", "./c")] == [None, None, None]
    (root / ".gitmodules").unlink()
    (root / ".gitmodules").symlink_to("/dev/zero")
    assert find(root, "./a").path is None


def test_metadata_that_is_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    make(tmp_path, **{"outside/secret.yml": ACTION})
    root = repository(tmp_path / "in")
    (root / "empty" / "action.yml").symlink_to(tmp_path / "outside" / "secret.yml")
    (root / ".github" / "workflows" / "linked.yml").symlink_to(tmp_path / "outside" / "secret.yml")
    for name in ("./empty", "./.github/workflows/linked.yml"):
        assert (find(root, name).path, find(root, name).spec) == (None, None)
        assert name not in callables(root, ["./other"])


def test_of_a_thousand_workflows_that_call_each_other_few_are_read(tmp_path: Path) -> None:
    calls = [[(at + by) % 1000 for by in range(1, 6)] for at in range(1000)]
    texts = ("".join(f"  x{at}: {{uses: ./.github/workflows/w{at}.yml}}\n" for at in own) for own in calls)
    files = {f".github/workflows/w{at}.yml": f"on: workflow_call\njobs:\n{text}" for at, text in enumerate(texts)}
    root = make(tmp_path, **files)
    found, _ = on_disk(root / ".github" / "workflows" / "w0.yml", read(files[".github/workflows/w0.yml"]))
    assert {f"./.github/workflows/w{at}.yml" for at in range(1, 6)} <= set(found)
    assert len(found) <= 60
