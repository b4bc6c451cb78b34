"""Events to findings: each on the exact characters, with the cause that joins it to others."""

import msgspec
import pytest

from calibrant.failures import group
from calibrant.failures.collector import collect
from calibrant.model.event import RunFinished, RunProblem, RunStarted, StepFinished, StepStarted
from calibrant.model.failure import Failure
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from failures.reading import said, workflow

TEXT = """\
# Dispatch 📬 notes
name: mail
inputs:
  team: {type: string}
secrets: [API_TOKEN]
steps:
  - id: fetch
    uses: http.request
    with:
      url: "http://localhost:8099/orders"
      headers:
        Accept: application/json
        X-Team: "{{ inputs.team }}"
      query:
        - {name: since, value: now}
        - {name: until}
  - id: log
    uses: sheet.append
    with: {file: 'report 📊.xlsx', range: UrgentMail, rows: "{{ fetch.body }}"}
  - run: |
      set -e
      pytset -q tests
      cat "notes 📝.txt" missing.csv
    cwd: src
    env: {HOME: 3}
  - id: half
    uses: sheet.append
    with: {file: }
  - id: rows
    uses: sql.query
    with:
      query: select * from query
"""
FLOW = workflow(TEXT)


def one(index: int, failure: Failure, *, provisional: bool = False) -> Finding:
    label = FLOW.steps[index].label
    (found,) = collect(StepFinished(index, label, "failed", provisional=provisional, failures=(failure,)), FLOW)
    return found


def wrong(*parameter: str | int, kind: Kind | None = Kind.PARAMETER, **fields: object) -> Failure:
    return msgspec.structs.replace(Failure("invalid-value", "It is wrong.", kind, parameter=parameter), **fields)


PLACES = {
    "a value": (1, wrong("range"), "UrgentMail", ("with", "range")),
    "a quoted value, with its quotes": (1, wrong("file"), "'report 📊.xlsx'", ("with", "file")),
    "a part of a value": (1, wrong("file", value="report"), "report", ("with", "file")),
    "a subject that is not the parameter's name": (1, wrong("file", subject="report"), "report", ("with", "file")),
    "a value that repeats the parameter's name": (
        4,
        wrong("query", subject="query"),
        "select * from query",
        ("with", "query"),
    ),
    "a value deep inside": (0, wrong("headers", "Accept"), "application/json", ("with", "headers", "Accept")),
    "in a list": (0, wrong("query", 0, "value"), "now", ("with", "query", 0, "value")),
    "a key that lacks something": (0, wrong("headers", "Host"), "headers", ("with", "headers", "Host")),
    "an element that lacks something": (0, wrong("query", 1, "value"), "{name: until}", ("with", "query", 1, "value")),
    "a position past the end": (0, wrong("query", 9), "query", ("with", "query", 9)),
    "not given at all": (1, wrong("key"), "sheet.append", ("with", "key")),
    "not given, short form": (2, wrong("shell"), "run", ("shell",)),
    "a key of the step": (2, wrong("cwd"), "src", ("cwd",)),
    "a dotted name": (2, wrong("env.HOME"), "3", ("env", "HOME")),
    "a value not typed yet": (3, wrong("file"), "file", ("with", "file")),
    "nothing named": (1, wrong(), "log", ()),
    "nothing named, no id": (2, wrong(), "run", ()),
    "a missing parameter by its subject": (
        1,
        Failure("missing-parameter", "It is needed.", Kind.DEFINITION, subject="key"),
        "sheet.append",
        ("with", "key"),
    ),
}


@pytest.mark.parametrize(("index", "failure", "words", "where"), PLACES.values(), ids=PLACES)
def test_the_exact_place(index: int, failure: Failure, words: str, where: tuple[str | int, ...]) -> None:
    found = one(index, failure)
    assert (said(FLOW, found.span), found.where) == (words, where)


def test_the_engines_own_span_wins_and_gives_the_path() -> None:
    step = FLOW.steps[1]
    at = step.body.text.index("fetch.body")
    found = one(1, wrong("file", span=Span(at, at + 10)))
    assert (said(FLOW, found.span), found.where) == ("fetch.body", ("with", "rows"))
    outside = one(1, wrong(span=Span(-5, 10**9)))
    assert said(FLOW, outside.span) == step.body.text


SHELL = {
    "the command that was not found": ("sh: 2: pytset: not found", 127, "pytset"),
    "the file that is not there": ("cat: missing.csv: No such file or directory", 1, "missing.csv"),
    "a file with an emoji in its name": ("cat: 'notes 📝.txt': No such file or directory", 1, "notes 📝.txt"),
    "the line that cannot be read": (
        "sh: 3: Syntax error: Unterminated quoted string",
        2,
        'cat "notes 📝.txt" missing.csv',
    ),
}


@pytest.mark.parametrize(("output", "status", "words"), SHELL.values(), ids=SHELL)
def test_inside_a_script(output: str, status: int, words: str) -> None:
    found = one(2, wrong("command", kind=None, output=output, exit_code=status))
    assert (said(FLOW, found.span), found.where) == (words, ("run",))


def test_what_stands_twice_in_a_script_is_not_guessed_at() -> None:
    flow = workflow("steps:\n  - run: |\n      tool a\n      tool b\n")
    failure = wrong("command", kind=None, output="tool: unrecognized option '--x'\nbash: tool: command not found")
    (found,) = collect(StepFinished(0, "#1", "failed", failures=(failure,)), flow)
    assert said(flow, found.span).startswith("|")


def test_what_a_finding_carries() -> None:
    failure = wrong(
        "range",
        hint="Use ‘UrgentEmails’.",
        details="KeyError\n  at 3",
        value="UrgentMail",
        candidates=("UrgentEmails", "Sheet1"),
        evidence={"file": "report.xlsx"},
        elements=(0, 2),
    )
    found = one(1, failure, provisional=True)
    assert (found.step, found.subject, found.severity, found.at_run, found.provisional) == (
        "log",
        "UrgentMail",
        "error",
        True,
        True,
    )
    assert found.candidates == ("UrgentEmails", "Sheet1")
    assert found.details == "Elements at fault: 1, 3\nKeyError\n  at 3"
    assert found.evidence == {"file": "report.xlsx", "value": "UrgentMail", "elements": "0,2"}
    assert (found.message, found.hint, found.cause) == ("It is wrong.", "Use ‘UrgentEmails’.", "")


def test_raw_output_becomes_details_and_words() -> None:
    found = one(2, wrong("command", kind=None, output="x\n" * 500 + "\x1b[31mboom\x1b[0m", exit_code=3))
    assert found.code == "unknown-failure"
    assert found.message == "The command ended with exit status 3. Its last words were: boom"
    assert found.details.endswith("x\nboom")
    assert found.details.count("\n") < 50
    assert found.evidence == {"exit_code": "3", "confidence": "0"}


def test_the_severity_is_that_of_the_kind() -> None:
    assert one(1, wrong("rows", kind=Kind.EMPTY_DATA)).severity == "warning"
    lint = wrong("command", kind=None, output="a.py:1:8: F401 unused", exit_code=1)
    assert one(2, lint).severity == "warning"


CAUSES = {
    "connection": (wrong("url", kind=Kind.CONNECTION, origin="http://a:1"), "connection:http://a:1"),
    "auth": (wrong(kind=Kind.AUTH, origin="http://a:1", credential="API_TOKEN"), "auth:http://a:1:API_TOKEN"),
    "throttling": (wrong(kind=Kind.RATE_LIMIT, origin="http://a:1"), "rate_limit:http://a:1"),
    "machine": (wrong(kind=None, output="cp: x: No space left on device"), "infra:disk-full:"),
    "missing module": (
        wrong(kind=None, output="ModuleNotFoundError: No module named 'x'"),
        "runtime:python-missing-dep:x",
    ),
    "on its own": (wrong("range", value="x"), ""),
    "test": (wrong(kind=None, output="FAILED a.py::test_b - x"), ""),
}


@pytest.mark.parametrize(("failure", "cause"), CAUSES.values(), ids=CAUSES)
def test_causes(failure: Failure, cause: str) -> None:
    assert one(1, failure).cause == cause


def test_one_cause_in_two_steps_becomes_one_issue() -> None:
    failure = wrong("url", kind=Kind.CONNECTION, origin="http://localhost:8099")
    groups = group("a.yaml", [one(0, failure), one(1, failure)])
    (issue,) = groups.critical
    assert said(FLOW, issue.finding.span) == '"http://localhost:8099/orders"'
    assert [(place.step, said(FLOW, place.span)) for place in issue.finding.related] == [("log", "sheet.append")]


def test_problems_of_the_run_stand_at_inputs_and_secrets() -> None:
    cases = (
        (RunProblem(wrong(kind=Kind.MISSING_DATA, subject="team"), "team"), "team"),
        (RunProblem(wrong(kind=Kind.DEFINITION, subject="API_TOKEN")), "API_TOKEN"),
        (RunProblem(wrong(kind=Kind.PARAMETER, subject="nobody"), "nobody"), "name"),
        (RunProblem(wrong(kind=Kind.INFRA)), "name"),
    )
    for problem, words in cases:
        (found,) = collect(problem, FLOW)
        assert said(FLOW, found.span) == words
        assert found.step is None
        assert found.at_run


def test_a_run_problem_in_an_empty_file_has_a_place() -> None:
    empty = msgspec.structs.replace(FLOW, root=FLOW.steps[0].body.node, inputs=(), secrets=(), steps=(), text="")
    empty = msgspec.structs.replace(empty, root=msgspec.structs.replace(empty.root, entries=()))
    (found,) = collect(RunProblem(wrong()), empty)
    assert found.span == Span(0, 0)


def test_a_step_that_is_not_in_the_text_still_speaks() -> None:
    (found,) = collect(StepFinished(99, "gone", "failed", failures=(wrong("x"),)), FLOW)
    assert (found.step, found.message) == ("gone", "It is wrong.")


def test_other_events_hold_no_findings() -> None:
    for event in (
        RunStarted("s", 1),
        StepStarted(0, "fetch"),
        StepFinished(0, "fetch", "completed"),
        RunFinished("failed"),
    ):
        assert collect(event, FLOW) == []
