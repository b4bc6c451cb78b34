"""The commands that are given to people where no change of the workflow helps."""

import pytest

from calibrant import failures
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span


def hint(code: str, *, at_run: bool = True, **evidence: str) -> str:
    finding = Finding(
        code, Kind.RUNTIME, Span(0, 1), "Said.", hint="Do it.", step="a", evidence=evidence, at_run=at_run
    )
    (issue,) = failures.group("x", (finding,)).all
    return issue.finding.hint


def test_a_command_stands_behind_the_hint_once() -> None:
    said = hint("port-in-use")
    assert said == "Do it. ‘ss -ltnp’ names the program that has it."
    finding = Finding("port-in-use", Kind.INFRA, Span(0, 1), "Said.", hint=said, at_run=True)
    (issue,) = failures.group("x", (finding,)).all
    assert issue.finding.hint == said


def test_the_pattern_says_which_tool_it_is() -> None:
    assert "alembic heads" in hint("migration-order", pattern="alembic-order")
    assert hint("migration-order", pattern="migrations-order") == "Do it."


@pytest.mark.parametrize(("host", "named"), [("db.example", True), ("", False), ("a; rm -rf /", False)])
def test_a_name_is_put_into_a_command_only_where_it_is_one(host: str, named: bool) -> None:
    said = hint("host-not-found", host=host)
    assert ("getent hosts db.example" in said) is named
    assert named or said == "Do it."


def test_what_a_check_found_has_a_hint_of_its_own() -> None:
    assert hint("port-in-use", at_run=False) == "Do it."
