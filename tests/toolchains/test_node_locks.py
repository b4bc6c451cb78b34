"""Lock files as their managers write them, and what is said of them: only what the manager itself would refuse."""

from pathlib import Path

import pytest

from calibrant.model.toolchain import Survey
from calibrant.workspace.surveying import survey_of

LEFT = '{"name": "a", "dependencies": {"left-pad": "^1.3.0"}}'


def outdated(folder: Path, **files: str) -> str:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    survey: Survey = survey_of(folder, {})
    return next(one.outdated for one in survey.toolchains if one.root == ".")


def test_a_lock_of_pnpm_in_two_documents(tmp_path: Path) -> None:
    """What stands in a document before the last one is of pnpm itself."""
    own = "importers:\n\n  .:\n    packageManagerDependencies:\n      pnpm:\n        specifier: 11.0.0\n"
    lock = (
        "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      left-pad:\n        specifier: ^1.3.0\n"
    )
    assert outdated(tmp_path, **{"package.json": LEFT, "pnpm-lock.yaml": f"---\n{own}\n---\n{lock}"}) == ""


@pytest.mark.parametrize(
    ("lock", "content"),
    [
        ("package-lock.json", '{"lockfileVersion": 3, "packages": {'),
        ("package-lock.json", '{"lockfileVersion": 3, "packages": []}'),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n\nimporters:\n\n  other:\n    dependencies: {}\n"),
        ("bun.lock", '{"workspaces": {"other": {}}}'),
        ("bun.lockb", "#!/usr/bin/env bun\nbun-lockfile-format-v0\n"),
        ("yarn.lock", ""),
    ],
)
def test_of_a_lock_that_cannot_be_read_nothing_is_said(tmp_path: Path, lock: str, content: str) -> None:
    assert outdated(tmp_path, **{"package.json": LEFT, lock: content}) == ""


@pytest.mark.parametrize(
    "asked", ["latest", "github:a/b", "file:../b", "npm:other@^1.0.0", "*", "", "^1.0.0 || ^2.0.0", "1.x", "~1.3"]
)
def test_a_version_that_may_fit_is_not_told(tmp_path: Path, asked: str) -> None:
    manifest = LEFT.replace("^1.3.0", asked)
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/left-pad": {"version": "1.3.0"}}}'
    assert outdated(tmp_path, **{"package.json": manifest, "package-lock.json": lock}) == ""


def test_a_dependency_that_moved_to_another_version(tmp_path: Path) -> None:
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/left-pad": {"version": "1.2.0"}}}'
    said = outdated(tmp_path, **{"package.json": LEFT, "package-lock.json": lock})
    assert said == "‘left-pad’ is ^1.3.0 in package.json and 1.2.0 in package-lock.json"


def test_a_linked_package_has_no_version_to_compare(tmp_path: Path) -> None:
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/left-pad": {"resolved": "libs/left-pad", "link": true}}}'
    assert outdated(tmp_path, **{"package.json": LEFT, "package-lock.json": lock}) == ""


def test_many_are_counted(tmp_path: Path) -> None:
    names = ", ".join(f'"dep-{number}": "1"' for number in range(6))
    manifest = f'{{"dependencies": {{{names}}}}}'
    said = outdated(tmp_path, **{"package.json": manifest, "package-lock.json": '{"packages": {"": {}}}'})
    assert said.endswith("; and 3 more")
