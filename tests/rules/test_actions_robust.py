"""Whatever is typed into a GitHub file, the rules neither raise nor point outside of it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant import connectors, dialects, rules

DATA = Path(__file__).parents[1] / "data" / "actions"
FILES = sorted(DATA.glob("ok/**/*.yml")) + sorted(DATA.glob("err/**/*.yml"))
TEXTS = [(path, path.read_text(encoding="utf-8")) for path in FILES]
PUT = st.sampled_from(
    ["", ":", "- ", "[", "]", "{", "}", "*", "&a", "'", '"', "\n", "  ", "${{", "}}", "|", "#", "null", "<<: ", "!"]
)


def check(path: Path, text: str) -> None:
    name = "action.yml" if "actions" in path.relative_to(DATA).parts else f".github/workflows/{path.name}"
    workflow = dialects.read(name, text)
    assert workflow is not None
    for finding in rules.check(workflow, connectors.specs()).findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text), finding


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEXTS), st.floats(0, 1), st.integers(0, 12), PUT)
def test_a_file_with_something_cut_out_or_put_in(file: tuple[Path, str], where: float, dropped: int, put: str) -> None:
    path, text = file
    at = int(where * len(text))
    check(path, text[:at] + put + text[at + dropped :])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(TEXTS), st.floats(0, 1))
def test_a_file_as_far_as_it_is_typed(file: tuple[Path, str], where: float) -> None:
    path, text = file
    check(path, text[: int(where * len(text))])


@pytest.mark.parametrize(
    "value", ["", "null", "[]", "{}", "text", "5", "true", "[null]", "{a: null}", "[[a]]", "*x", "? a"]
)
@pytest.mark.parametrize("key", ["on", "jobs", "permissions", "env", "defaults", "concurrency", "name", "run-name"])
def test_every_key_of_a_workflow_with_any_value(key: str, value: str) -> None:
    check(DATA / "any.yml", f"{key}: {value}\n")


@pytest.mark.parametrize(
    "value", ["", "null", "[]", "{}", "text", "5", "true", "[null]", "{a: null}", "[[a]]", "[{}]", "*x"]
)
@pytest.mark.parametrize(
    "key",
    [
        *("needs", "runs-on", "strategy", "container", "services", "steps", "uses", "with", "secrets", "outputs", "if"),
        *("environment", "snapshot", "timeout-minutes", "continue-on-error", "concurrency", "permissions", "defaults"),
    ],
)
def test_every_key_of_a_job_with_any_value(key: str, value: str) -> None:
    check(DATA / "any.yml", f"on: push\njobs:\n  a:\n    {key}: {value}\n")


@pytest.mark.parametrize(
    "value", ["", "null", "[]", "{}", "text", "5", "true", "[null]", "{a: null}", "[[a]]", "[{}]", "*x"]
)
@pytest.mark.parametrize(
    "key",
    [
        *("id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env", "continue-on-error"),
        *("timeout-minutes", "background", "wait", "wait-all", "cancel", "parallel"),
    ],
)
def test_every_key_of_a_step_with_any_value(key: str, value: str) -> None:
    check(DATA / "any.yml", f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {key}: {value}\n")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), PUT), min_size=1, max_size=3))
def test_what_is_found_after_edits_is_what_is_found_afresh(
    file: tuple[Path, str], edits: list[tuple[float, int, str]]
) -> None:
    path, text = file
    name = "action.yml" if "actions" in path.relative_to(DATA).parts else f".github/workflows/{path.name}"
    workflow = dialects.read(name, text)
    assert workflow is not None
    checked = rules.check(workflow, connectors.specs())
    for where, dropped, put in edits:
        at = int(where * len(text))
        text = text[:at] + put + text[at + dropped :]
        workflow = dialects.read(name, text, workflow)
        assert workflow is not None
        checked = rules.check(workflow, connectors.specs(), checked)
        fresh = dialects.read(name, text)
        assert fresh is not None
        assert checked.findings == rules.check(fresh, connectors.specs()).findings
