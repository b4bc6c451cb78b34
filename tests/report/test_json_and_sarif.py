"""JSON, SARIF and GitHub annotations: valid against their schemas, in the units they promise."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import msgspec
import pytest
import sarif_pydantic
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calibrant.model.issue import Finding, Issue, Kind
from calibrant.model.text import LineIndex, Span
from calibrant.report import Report, check_object, dumps, issue_object, session_object
from calibrant.report.github import annotation, annotations, escape_message, escape_property
from calibrant.report.sarif import sarif_log, uri
from report.samples import GROUPS, INDEX, REPORT, RESULT, issue

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
PAGE = "# unknown-step\n\nA name that no step has.\n\n## Why it matters\n\n```yaml\nid: x\n```\n"
ODD = st.text(st.characters(codec=None), max_size=40)


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def valid(value: object, name: str) -> None:
    jsonschema.Draft202012Validator(schema(name)).validate(json.loads(dumps(value)))


def log(*reports: Report) -> Any:
    return sarif_log(reports, version="0.1.0", pages=lambda code: PAGE if code == "unknown-step" else None)


def test_our_json_is_as_our_schema_says() -> None:
    valid([session_object(RESULT, INDEX)], "calibrant.schema.json")
    valid([check_object(REPORT), check_object(Report("b.yaml", LineIndex("")))], "calibrant.schema.json")


def test_a_session_says_what_the_contract_names() -> None:
    made = session_object(RESULT, INDEX)
    assert list(made)[:6] == ["session", "path", "status", "summary", "issues", "steps"]
    assert (list(made)[6:], made["life"], made["answers"]) == (["life", "answers", "changes"], made["status"], "")
    assert made["summary"] == {
        "total": 4,
        "critical": 1,
        "warnings": 2,
        "auto_repairs": 1,
        "completed_steps": 1,
        "failed_steps": 1,
        "skipped_steps": 1,
        "total_steps": 3,
    }


def test_an_issues_path_is_that_of_its_file() -> None:
    made: Any = session_object(msgspec.structs.replace(RESULT, path="../elsewhere.yaml"), INDEX)
    assert {one["path"] for group in made["issues"].values() for one in group} == {"../elsewhere.yaml"}
    checked: Any = check_object(Report("../elsewhere.yaml", INDEX, GROUPS.all))
    assert {one["path"] for one in checked["issues"]} == {"../elsewhere.yaml"}


def test_places_are_zero_based_and_in_utf16_units() -> None:
    others = {"other.yaml": LineIndex("a\nb")}
    made: Any = issue_object(issue("unknown-step"), "flows/a.yaml", INDEX, others)
    assert made["range"] == {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 13}}
    here, there = made["related"]
    assert here == {
        "message": "here too",
        "path": "flows/a.yaml",
        "range": {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 4}},
    }
    assert there["path"] == "other.yaml"
    assert there["range"]["end"] == {"line": 1, "character": 1}
    unread: Any = issue_object(issue("unknown-step"), "flows/a.yaml", INDEX)
    assert unread["related"][1]["range"]["start"] == {"line": 0, "character": 0}


def test_half_a_surrogate_pair_can_be_written() -> None:
    assert json.loads(dumps({"a\ud800": "📬\udc00"}).encode()) == {"a\ufffd": "📬\ufffd"}


def test_sarif_is_valid() -> None:
    made = log(REPORT, Report("clean.yaml", LineIndex("a")))
    valid(made, "sarif-subset.schema.json")
    valid(log(), "sarif-subset.schema.json")
    (run,) = made["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["bad-expression", "empty-data", "hardcoded-value", "unknown-step"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert rules[3]["shortDescription"]["text"] == "A name that no step has."
    assert rules[3]["help"] == {
        "text": "unknown-step\n\nA name that no step has.\n\nWhy it matters\n\nid: x",
        "markdown": PAGE,
    }


def test_sarif_is_valid_to_a_stranger() -> None:
    """Models of the standard that others made from its schema accept the log, and refuse one that is wrong."""
    made = log(REPORT)
    assert len(sarif_pydantic.Sarif.model_validate(made).runs[0].results or []) == len(REPORT.issues)
    made["runs"][0]["results"][0]["level"] = "awful"
    with pytest.raises(ValueError, match="level"):
        sarif_pydantic.Sarif.model_validate(made)


def test_sarif_results() -> None:
    results = {result["ruleId"]: result for result in log(REPORT)["runs"][0]["results"]}
    assert {code: result["level"] for code, result in results.items()} == {
        "unknown-step": "error",
        "bad-expression": "error",
        "empty-data": "warning",
        "hardcoded-value": "note",
    }
    made = results["unknown-step"]
    assert made["partialFingerprints"] == {"calibrantIssue/v1": issue("unknown-step").id}
    assert made["message"]["text"] == "‘mail’ is wrong. Mend it."
    (place,) = made["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "flows/%C3%BCrgent%20mail.workflow.yaml", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 1, "startColumn": 10, "endLine": 1, "endColumn": 14},
    }
    here, there = made["relatedLocations"]
    assert (here["id"], there["id"]) == (1, 2)
    assert there["physicalLocation"] == {"artifactLocation": {"uri": "other.yaml", "uriBaseId": "SRCROOT"}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b#c?.yaml", {"uri": "a%20b%23c%3F.yaml", "uriBaseId": "SRCROOT"}),
        ("./a.yaml", {"uri": "a.yaml", "uriBaseId": "SRCROOT"}),
        ("a:b.yaml", {"uri": "a%3Ab.yaml", "uriBaseId": "SRCROOT"}),
        ("100%.yaml", {"uri": "100%25.yaml", "uriBaseId": "SRCROOT"}),
        ("/tmp/ä.yaml", {"uri": "file:///tmp/%C3%A4.yaml"}),
        ("C:\\flows\\a b.yaml", {"uri": "file:///C:/flows/a%20b.yaml"}),
        ("caf\udce9.yaml", {"uri": "caf%E9.yaml", "uriBaseId": "SRCROOT"}),
    ],
)
def test_uris(path: str, expected: dict[str, str]) -> None:
    assert uri(path) == expected


def test_github_annotations() -> None:
    lines = list(annotations([REPORT]))
    assert len(lines) == len(GROUPS.all)
    assert lines[0] == (
        "::error file=flows/ürgent mail.workflow.yaml,line=1,endLine=1,col=10,endColumn=14,title=unknown-step"
        "::‘mail’ is wrong.%0AMend it."
    )
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning", "::notice"]


def test_github_columns_are_left_out_over_several_lines() -> None:
    made = Issue("i", "a", Finding("c", Kind.SYNTAX, Span(0, 5), "m"))
    assert annotation(made, LineIndex("ab\ncd\n"), "a") == "::error file=a,line=1,endLine=2,title=c::m"


@settings(max_examples=200, deadline=None)
@given(ODD, ODD)
def test_nothing_in_a_text_ends_or_starts_a_github_command(message: str, path: str) -> None:
    line = annotation(Issue("i", path, Finding("c", Kind.SYNTAX, Span(0, 1), message)), LineIndex("abc"), path)
    assert not any(ord(char) < 32 for char in line)
    head, fields, said = line.split("::", 2)
    assert head == ""
    assert dict(part.split("=", 1) for part in fields.removeprefix("error ").split(",")).keys() == {
        "file",
        "line",
        "endLine",
        "col",
        "endColumn",
        "title",
    }
    assert "\r" not in unquote(said)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("a%0A:,;\r\n25D="), max_size=20))
def test_github_escapes_can_be_undone(text: str) -> None:
    assert unquote(escape_property(text)) == text
    assert unquote(escape_message(text)) == text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=100, deadline=None)
@given(ODD, ODD, st.integers(-5, 50), st.integers(-5, 50), ODD.filter(bool))
@example("", "", 0, 0, "\udd00")
def test_any_issue_gives_valid_json_and_sarif(text: str, message: str, start: int, length: int, path: str) -> None:
    made = Issue("0123456789ab", path, Finding("c", Kind.SYNTAX, Span(start, start + length), "m" + message))
    report = Report(path, LineIndex(text), (made,))
    valid([check_object(report)], "calibrant.schema.json")
    valid(log(report), "sarif-subset.schema.json")
