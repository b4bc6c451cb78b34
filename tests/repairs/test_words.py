"""Names of a workspace that come into a script: none of them is more than one word there."""

import json
from pathlib import Path

import pytest

from calibrant.repairs.words import is_plain, may_stand
from cli.command import calibrant


@pytest.mark.parametrize("word", ["build", "lint:all", "a/b.txt", "é", "pkg@1", "requirements-dev.txt"])
def test_plain_words_stand(word: str) -> None:
    assert may_stand("npm run biuld", 8, 13, word)


@pytest.mark.parametrize(
    "word",
    [
        "a;b",
        "$(id)",
        "`id`",
        "a b",
        "a\nb",
        "-x",
        "--",
        "{{ secrets.X }}",
        "a{{",
        "a&b",
        "a|b",
        ">b",
        "'",
        '"',
        "",
        "a*",
    ],
)
def test_what_the_shell_would_take_for_more_does_not(word: str) -> None:
    assert not may_stand("npm run biuld", 8, 13, word)


def test_between_quotes_and_for_options() -> None:
    assert may_stand('cat "a 1.txt"', 5, 12, "b 1.txt")
    for word in ('b"', "$b", "`b`", "\\b", "!!", "b\n"):
        assert not may_stand('cat "a 1.txt"', 5, 12, word)
    assert may_stand("ruff --chekc", 5, 12, "--check")


def test_values_that_hold_an_expression() -> None:
    assert is_plain("a { b")
    assert not is_plain("${{ github.token }}")


@pytest.mark.parametrize("name", ["te;st", "-tst", "test`id`", "{{test", "test$(id)"])
@pytest.mark.parametrize("path", ["a.workflow.yaml", ".github/workflows/a.yml"])
def test_a_script_of_the_workspace_with_such_a_name_is_not_offered(tmp_path: Path, name: str, path: str) -> None:
    step = "{id: a, run: npm run test}"
    jobs = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
    jobs += f"      - uses: actions/checkout@v4\n      - {step}\n"
    workflow = tmp_path / path
    workflow.parent.mkdir(parents=True, exist_ok=True)
    workflow.write_text(jobs if path.startswith(".github") else f"name: a\nsteps:\n  - {step}\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "scripts": {name: "x"}}))
    told = calibrant("check", path, "--format", "json", folder=tmp_path)
    found = [issue for one in told.json for issue in one["issues"] if issue["code"] == "unknown-task"]
    assert [issue["fixes"] for issue in found] == [[]]
