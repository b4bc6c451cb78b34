"""Reports that tools left in files, real ones and hostile ones."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.failures.reports import junit, read_left, sarif
from calibrant.failures.reports.reader import Complaint
from calibrant.model.failure import Left
from failures.complained import OUTPUTS, left_in, shown

KEPT = sorted(path for path in (OUTPUTS / "left").iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_a_tool_really_left(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert expected
    assert [shown(one) for one in read_left(left_in(path))] == expected


def log(*results: object, **run: object) -> str:
    driver = {"name": "Checker", "rules": [{"id": "R1", "messageStrings": {"default": {"text": "‘{0}’ is {1}."}}}]}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **run}]})


def place(uri: str, base: str = "", **region: int) -> object:
    artifact = {"uri": uri, **({"uriBaseId": base} if base else {})}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def one(text: str) -> Complaint:
    (found,) = sarif.read(text)
    return found


def test_a_result_of_a_log_has_its_rule_place_and_level() -> None:
    message = {"id": "default", "arguments": ["x", "unused"]}
    found = one(
        log({"ruleIndex": 0, "message": message, "level": "note", "locations": [place("a%20b/c.py", startLine=3)]})
    )
    assert (found.file, found.rule, found.message, found.severity) == ("a b/c.py", "R1", "‘x’ is unused.", "hint")
    assert found.at
    assert (found.at.line, found.at.column, found.at.end_column) == (2, 0, -1)


def test_paths_of_a_log_count_from_their_bases() -> None:
    bases = {"SRC": {"uri": "file:///home/user/ws/src/"}}
    based = log({"message": {"text": "x"}, "locations": [place("a.py", "SRC")]}, originalUriBaseIds=bases)
    assert one(based).file == "/home/user/ws/src/a.py"
    assert one(log({"message": {"text": "x"}, "locations": [place("a.py", "SRCROOT")]})).file == "a.py"
    assert one(log({"message": {"text": "x"}, "locations": [place("https://x.example/a.py")]})).file == ""
    indexed = {"message": {"text": "x"}, "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}]}
    assert one(log(indexed, artifacts=[{"location": {"uri": "b.py"}}])).file == "b.py"


@pytest.mark.parametrize(
    "result",
    [
        {"level": "none"},
        {"kind": "pass"},
        {"baselineState": "unchanged"},
        {"suppressions": [{"kind": "inSource"}]},
    ],
)
def test_what_a_log_does_not_hold_against_anyone_is_not_told(result: dict[str, object]) -> None:
    assert not list(sarif.read(log({"message": {"text": "x"}, **result})))


def test_a_rejected_suppression_hides_nothing() -> None:
    rejected = [{"kind": "external", "status": "rejected"}]
    assert one(log({"message": {"text": "x"}, "suppressions": rejected})).message == "x"


def test_a_scanner_of_weaknesses_is_told_from_a_linter() -> None:
    found = one(log({"message": {"text": "x"}, "ruleId": "R"}))
    assert found.code == "lint-finding"
    weak = {"runs": [{"tool": {"driver": {"name": "Bandit"}}, "results": [{"message": {"text": "x"}}]}]}
    assert one(json.dumps(weak)).code == "vulnerability-found"


CASE = '<testsuite name="a"><testcase classname="a.B" name="c" file="src/b.test.js" line="7">{}</testcase></testsuite>'


def test_a_test_of_another_runner_has_the_place_that_its_text_tells_else_its_attributes() -> None:
    (told,) = junit.read(CASE.format('<failure message="boom">Error: boom\n  at run (/x/src/b.test.js:12:5)</failure>'))
    assert (told.tool, told.file, told.name, told.message) == ("junit", "src/b.test.js", "B.c", "boom")
    assert told.at
    assert told.at.line == 11
    (bare,) = junit.read(CASE.format('<error message="boom"/>'))
    assert bare.at
    assert bare.at.line == 6


def test_skipped_and_passed_tests_are_no_complaints() -> None:
    assert not list(junit.read(CASE.format("<skipped/>")))
    assert not list(junit.read(CASE.format("")))


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "ISO-8859-1", "windows-1252", "koi8-r", "x"])
def test_what_an_xml_file_says_of_its_encoding_is_that_of_the_file(encoding: str) -> None:
    """Its text was decoded before."""
    failure = '<failure message="größer — 😀"/>'
    text = f'<?xml version="1.0" encoding="{encoding}"?>{CASE.format(failure)}'
    assert [one.message for one in junit.read(text)] == ["größer — 😀"]


def test_what_a_killed_runner_left_is_read_as_far_as_it_goes() -> None:
    assert len(list(junit.read(CASE.format("<failure/>") + "<testcase"))) == 1


BOMB = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "x">{BOMB}]>{CASE.format("<failure>&a9;</failure>")}',
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{CASE.format("<failure>&a;</failure>")}',
        f'<!DOCTYPE x SYSTEM "http://x.example/x.dtd">{CASE.format("<failure/>")}',
        "<testsuite>" * 10_000 + CASE.format("<failure/>"),
        "",
        "no xml",
    ],
    ids=["bomb", "outside", "dtd", "deep", "empty", "text"],
)
def test_what_may_do_harm_is_not_read(text: str) -> None:
    assert not list(junit.read(text))


def test_a_report_may_not_make_too_much() -> None:
    assert len(read_left(Left("a.xml", "junit", f"<a>{CASE.format('<failure/>') * 10_000}</a>"))) == 5_000
    assert len(read_left(Left("a.sarif", "sarif", log(*({"message": {"text": "x"}},) * 10_000)))) == 5_000
    long = CASE.format(f"<failure>{'x' * 1_000_000}</failure>")
    assert all(len(found.details) <= 20_000 for found in junit.read(long))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"runs":' * 50_000, "{", "[]", '{"runs": [1, {"results": [1, {}]}]}', "\ud800"]
)
def test_no_text_is_too_strange(text: str) -> None:
    assert all(found.message == "" for found in sarif.read(text))


KEYS = (
    *(
        "runs",
        "results",
        "message",
        "text",
        "locations",
        "physicalLocation",
        "artifactLocation",
        "uri",
        "region",
        "startLine",
    ),
    *("tool", "driver", "rules", "ruleIndex", "level", "id", "arguments", "suppressions", "properties"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_no_log_does_any_harm(value: object) -> None:
    for found in sarif.read(
        json.dumps({"runs": [{"results": [value, {"locations": [value], "message": value}], "tool": value}]})
    ):
        assert isinstance(found.message, str)
        assert found.at is None or found.at.line >= 0
