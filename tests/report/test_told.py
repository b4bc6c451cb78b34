"""Places in source files as tools told them, in every form of result."""

from typing import Any

import msgspec
import pytest
import sarif_pydantic

from calibrant.failures import group
from calibrant.model.issue import At, Finding, Issue, Kind, Place
from calibrant.model.session import SessionResult
from calibrant.model.text import LineIndex, Position, Span
from calibrant.report import Report, issue_object
from calibrant.report.github import annotation
from calibrant.report.sarif import sarif_log
from calibrant.report.text import issue_text
from calibrant.report.told import shown_path, told_line, told_range
from report.samples import INDEX, RESULT
from report.test_json_and_sarif import valid

NOWHERE = Span(0, 0)
TOLD = (
    Place(NOWHERE, "assert 3 == 4", "tests/test a.py", at=At(11)),
    Place(NOWHERE, "raised here", "src/a.py", at=At(2, 7, 2, 9)),
)
FINDING = Finding(
    "test-failed", Kind.TEST_ASSERT, Span(0, 4), "A test failed.", step="tests", related=TOLD, at_run=True
)
ISSUE = Issue("i1", "flows/a.workflow.yaml", FINDING)


def test_json_has_paths_as_the_others_and_ranges() -> None:
    made: Any = issue_object(ISSUE, "../flows/a.workflow.yaml", INDEX)
    assert made["related"] == [
        {
            "message": "assert 3 == 4",
            "path": "../tests/test a.py",
            "range": {"start": {"line": 11, "character": 0}, "end": {"line": 11, "character": 0}},
        },
        {
            "message": "raised here",
            "path": "../src/a.py",
            "range": {"start": {"line": 2, "character": 7}, "end": {"line": 2, "character": 9}},
        },
    ]


def test_sarif_has_them_as_related_locations() -> None:
    log: Any = sarif_log([Report("a.workflow.yaml", INDEX, (ISSUE,))], version="1.0.0", pages=lambda _code: None)
    valid(log, "sarif-subset.schema.json")
    assert sarif_pydantic.Sarif.model_validate(log).runs
    (result,) = log["runs"][0]["results"]
    assert "codeFlows" not in result
    first, second = result["relatedLocations"]
    assert first["physicalLocation"] == {
        "artifactLocation": {"uri": "../tests/test%20a.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 12, "startColumn": 1},
    }
    assert second["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 10}


def test_text_has_them_as_terminals_follow_them() -> None:
    lines = issue_text(ISSUE, INDEX, path="/home/user/ws/flows/a.workflow.yaml").split("\n")
    assert [line.strip() for line in lines if "also" in line] == [
        "= also: /home/user/ws/tests/test a.py:12: assert 3 == 4",
        "= also: /home/user/ws/src/a.py:3:8: raised here",
    ]


def test_annotations_name_them_below_the_message() -> None:
    made = annotation(ISSUE, INDEX, "flows/a.workflow.yaml")
    assert made.endswith("::A test failed.%0Atests/test a.py:12%0Asrc/a.py:3:8")


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        ("a.yaml", "a.yaml", "src/x.py"),
        ("a.yaml", "./a.yaml", "src/x.py"),
        ("a.yaml", "sub/a.yaml", "sub/src/x.py"),
        ("flows/a.yaml", "/ws/flows/a.yaml", "/ws/src/x.py"),
        ("flows/deep/a.yaml", "a.yaml", "../../src/x.py"),
        ("src/flows/a.yaml", "flows/a.yaml", "x.py"),
        ("src/flows/a.yaml", "other.yaml", "src/x.py"),
    ],
)
def test_a_file_is_shown_from_where_its_workflow_is(name: str, shown: str, expected: str) -> None:
    assert shown_path("src/x.py", name, shown) == expected


def test_places_are_within_what_protocols_know() -> None:
    assert told_range(At(-5, -1)) == (Position(0, 0), Position(0, 0))
    assert told_range(At(10**12, 10**12, 10**12, 10**12))[1] == Position(2**31 - 1, 2**31 - 1)
    assert told_range(At(5, 4, 3, 9)) == (Position(5, 4), Position(5, 4))
    assert told_line("a.py", At(0)) == "a.py:1"


def test_they_are_recorded() -> None:
    groups = group("flows/a.workflow.yaml", [FINDING])
    result = msgspec.structs.replace(RESULT, issues=groups)
    again = msgspec.json.decode(msgspec.json.encode(result), type=SessionResult)
    assert again.issues.all[0].finding.related == TOLD


def test_of_joined_issues_no_place_is_lost_and_order_is_theirs() -> None:
    def at(line: int, subject: str) -> Finding:
        place = Place(NOWHERE, "", "src/a.py", at=At(line))
        return msgspec.structs.replace(FINDING, subject=subject, cause="runtime:x", related=(place,))

    (joined,) = group("a.yaml", [at(7, "b"), at(3, "a")]).all
    assert sorted(place.at.line for place in joined.finding.related if place.at) == [3, 7]
    alone = [msgspec.structs.replace(at(line, name), cause="") for line, name in ((7, "a"), (3, "b"))]
    assert [one.finding.subject for one in group("a.yaml", alone).all] == ["b", "a"]


def test_a_line_index_of_another_file_is_not_asked() -> None:
    made: Any = issue_object(ISSUE, "flows/a.workflow.yaml", INDEX, {"src/a.py": LineIndex("short")})
    assert made["related"][1]["range"]["start"] == {"line": 2, "character": 7}
