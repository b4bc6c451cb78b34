"""From what tools printed to findings: one for each complaint, on the command that ran its tool, with its place in the source."""

from collections.abc import Collection

import msgspec

from calibrant.failures import group
from calibrant.failures.collector import collect
from calibrant.model.event import StepFinished
from calibrant.model.failure import Failure, Left
from calibrant.model.issue import At, Finding, Kind
from failures.complained import OUTPUTS, output_of
from failures.reading import said, workflow

ROOTS = ("/home/user/shop",)
FLOW = workflow("""\
steps:
  - id: tests
    run: |
      echo "running pytest"
      python -m pytest -q --maxfail {{ inputs.most }}
      ruff check .
  - id: below
    run: cd packages/x && mypy . && echo done
  - id: each
    run: for p in a b; do (cd $p && mypy .); done
  - id: make
    run: make check
  - id: plain
    uses: shell.run
    with: {command: "uv run mypy src"}
  - id: go
    run: |
      go vet ./...
      go test ./...
  - id: sent
    run: make -C native/lib
  - id: left
    run: ./check.sh; status=$?; exit $status
""")
MYPY = "src/a.py:3: error: Incompatible types  [assignment]\nsrc/a.py:9: error: Incompatible types  [assignment]\n"


def found(step: str, output: str, files: Collection[str] = (), **fields: object) -> list[Finding]:
    index = next(at for at, one in enumerate(FLOW.steps) if one.id == step)
    failure = Failure("command-failed", "It failed.", parameter=("command",), output=output, exit_code=1)
    failures = (msgspec.structs.replace(failure, **fields),)
    return collect(StepFinished(index, step, "failed", failures=failures), FLOW, ROOTS, files)


def places(finding: Finding) -> list[tuple[str, int]]:
    return [(place.path, place.at.line + 1) for place in finding.related if place.at]


def test_each_failed_test_is_a_finding_on_the_command_with_its_place() -> None:
    total = next(
        one for one in found("tests", output_of(OUTPUTS / "pytest" / "short-9.txt")) if "test_total" in one.message
    )
    assert said(FLOW, total.span) == "python -m pytest -q --maxfail {{ inputs.most }}"
    assert total.message == "The test ‘test_total’ in tests/test_cart.py failed, line 17: assert 3 == 4"
    assert (total.code, total.kind, total.severity) == ("test-failed", Kind.TEST_ASSERT, "error")
    assert places(total) == [("tests/test_cart.py", 17)]
    assert "E   assert 3 == 4" in total.details
    assert total.evidence["tool"] == "pytest"
    assert (total.evidence["file"], total.evidence["line"]) == ("tests/test_cart.py", "17")
    assert total.at_run


def test_where_a_test_stopped_and_where_it_was_raised_are_both_told() -> None:
    rate = next(
        one for one in found("tests", output_of(OUTPUTS / "pytest" / "native-9.txt")) if "test_rate" in one.message
    )
    assert places(rate) == [("tests/test_cart.py", 27), ("src/shop/cart.py", 15)]


def test_another_tool_of_the_same_script_stands_on_its_own_command() -> None:
    lint = found("tests", output_of(OUTPUTS / "ruff" / "concise-0.5.7.txt"))[0]
    assert said(FLOW, lint.span) == "ruff check ."
    assert lint.severity == "warning"


def test_a_module_that_is_missing_is_the_cause_with_the_place_of_its_import() -> None:
    every = found("tests", output_of(OUTPUTS / "pytest" / "collection-9.txt"))
    assert [(one.code, places(one)) for one in every] == [
        ("python-missing-dep", [("tests/test_missing.py", 1)]),
        ("script-syntax", [("tests/test_syntax.py", 1)]),
    ]
    assert every[0].evidence["module"] == "no_such_package"
    assert every[0].subject == "no_such_package"


def test_a_missing_module_of_many_tests_is_one_issue_with_all_its_places() -> None:
    section = "_____ ERROR collecting {0} _____\n{0}:1: in <module>\n    import x\nE   ModuleNotFoundError: No module named 'x'\n"
    output = (
        "===== ERRORS =====\n"
        + section.format("tests/test_a.py")
        + section.format("tests/test_b.py")
        + "=== 2 errors ===\n"
    )
    (issue,) = group("a.workflow.yaml", found("tests", output)).all
    assert places(issue.finding) == [("tests/test_a.py", 1), ("tests/test_b.py", 1)]


def test_what_made_it_fail_comes_out_beside_what_was_found() -> None:
    output = output_of(OUTPUTS / "pytest" / "short-9.txt") + "\nOSError: [Errno 28] No space left on device\n"
    codes = [one.code for one in found("tests", output)]
    assert codes.count("disk-full") == 1
    assert codes.count("test-failed") == 15


def test_a_signal_that_ended_the_tool_is_told_beside_what_it_found_before() -> None:
    codes = {one.code for one in found("tests", "FAILED tests/test_a.py::test_x - no\n", exit_code=139)}
    assert codes == {"test-failed", "process-crashed"}


def test_the_same_said_twice_has_an_ordinal_and_no_position() -> None:
    first, second = found("plain", MYPY)
    assert second.subject == f"{first.subject} 2"
    moved = found("plain", MYPY.replace(":3:", ":30:").replace(":9:", ":90:"))
    assert [one.subject for one in moved] == [first.subject, second.subject]
    assert len(group("a.workflow.yaml", [first, second]).all) == 2
    assert said(FLOW, first.span) == "uv run mypy src"


def test_the_same_complaint_twice_is_told_once() -> None:
    assert len(found("plain", MYPY + MYPY)) == 2


def test_paths_count_from_the_folder_that_the_command_ran_in() -> None:
    assert places(found("below", MYPY, cwd="app")[0]) == [("app/packages/x/src/a.py", 3)]
    assert places(found("below", MYPY.replace("src/a.py", "../y/a.py"))[0]) == [("packages/y/a.py", 3)]
    assert places(found("plain", MYPY.replace("src/a.py", "/home/user/shop/b c.py"))[0]) == [("b c.py", 3)]


def test_a_folder_that_cannot_be_told_gives_no_place_but_the_words() -> None:
    (first, _) = found("each", MYPY)
    assert not first.related
    assert "src/a.py, line 3" in first.message


def test_what_lies_outside_the_workspace_is_in_the_message_only() -> None:
    (first, _) = found("plain", MYPY.replace("src/a.py", "/usr/lib/python3/x.py"))
    assert not first.related
    assert "/usr/lib/python3/x.py, line 3" in first.message


def test_make_tells_where_its_tools_ran() -> None:
    output = f"make[1]: Entering directory '/home/user/shop/lib'\n{MYPY}make[1]: Leaving directory '/home/user/shop/lib'\n{MYPY}"
    assert [places(one) for one in found("make", output)] == [
        *([("lib/src/a.py", 3)], [("lib/src/a.py", 9)]),
        *([("src/a.py", 3)], [("src/a.py", 9)]),
    ]


def test_of_many_the_first_hundred_are_told_and_the_rest_counted() -> None:
    every = found("plain", "".join(f"a.py:{line}: error: No {'x' * line}  [misc]\n" for line in range(1, 251)))
    assert len(every) == 101
    assert every[-1].message == "The step reported 150 more, in a.py; the first 100 are shown one by one."
    assert len(group("a.workflow.yaml", every).all) == 101


def test_warnings_of_a_tool_are_warnings() -> None:
    (warned,) = found(
        "plain", "a.py:1:2 - warning: Import is unused (reportUnusedImport)".replace("a.py", "/home/user/shop/a.py")
    )
    assert warned.severity == "warning"
    assert warned.kind == Kind.TYPECHECK


def test_an_uncaught_exception_keeps_its_words_and_gets_its_place() -> None:
    (error,) = found("make", output_of(OUTPUTS / "python" / "chained.txt"))
    assert error.message == "The program looked for ‘price’ in its data, which does not have it."
    assert places(error) == [("script.py", 8)]
    assert error.evidence["line"] == "8"


def test_a_traceback_that_was_not_the_end_gives_no_place_to_something_else() -> None:
    output = output_of(OUTPUTS / "python" / "chained.txt") + "\nmake: *** No rule to make target 'x'.  Stop.\n"
    every = found("make", output)
    assert all(not places(one) for one in every if one.code != "script-error")


CASE = '<testcase classname="tests.test_a" name="test_x"><failure message="no">{}</failure></testcase>'
REPORT = f'<testsuite name="pytest">{CASE}</testsuite>'


def test_a_report_that_was_left_is_read_and_repeats_nothing() -> None:
    left = (Left("report.xml", "junit", REPORT.format("tests/test_a.py:4: AssertionError")),)
    (alone,) = found("tests", "nothing to see", left=left)
    assert places(alone) == [("tests/test_a.py", 4)]
    printed = "FAILED tests/test_a.py::test_x - no\n"
    assert len(found("tests", printed, left=left)) == 1
    assert len(found("tests", printed.replace("test_x", "test_y"), left=left)) == 2


def test_an_annotation_of_what_was_printed_is_not_told_again() -> None:
    annotation = "::error title=ruff (F401),file=/home/user/shop/src/a.py,line=1::x\n"
    assert len(found("tests", f"src/a.py:1:8: F401 [*] `os` imported but unused\n{annotation}")) == 1


def test_what_a_command_that_succeeded_reports_is_a_warning() -> None:
    every = found(
        "tests",
        "::error file=src/a.py,line=3,endLine=3,col=2,endColumn=5::It is%0Awrong",
        code="reported-problems",
        kind=Kind.LINT,
        parameter=(),
        exit_code=0,
    )
    assert [(one.code, one.severity, places(one)) for one in every] == [
        ("reported-problems", "warning", [("src/a.py", 3)])
    ]
    assert every[0].related[0].at == At(2, 1, 2, 4)


def test_what_no_reader_reads_is_told_as_a_whole() -> None:
    (unknown,) = found("make", "nothing that anyone knows")
    assert unknown.code == "unknown-failure"
    (known,) = found("make", "cat: x.txt: No such file or directory")
    assert known.code == "file-not-found"


def test_of_several_commands_of_a_program_the_one_that_tests_has_the_tests() -> None:
    output = "--- FAIL: TestAdd (0.00s)\n    a_test.go:8: wrong -1\nFAIL\nFAIL\texample.com/x/pkg\t0.002s\nFAIL\n"
    (one,) = found("go", output, ["pkg/a_test.go"])
    assert said(FLOW, one.span) == "go test ./..."


def test_a_path_counts_from_the_folder_that_an_option_names_where_that_has_the_file() -> None:
    output = "a.c:2:10: fatal error: nothere.h: No such file or directory\ncompilation terminated.\n"
    assert places(found("sent", output, ["native/lib/a.c"])[0]) == [("native/lib/a.c", 2)]
    assert places(found("sent", output, ["native/a.c"])[0]) == [("native/a.c", 2)], "or one above it"
    assert places(found("sent", output, ["a.c", "native/lib/a.c"])[0]) == [("a.c", 2)]


def test_a_command_that_only_ends_the_script_is_not_what_ran_the_tool() -> None:
    assert said(FLOW, found("left", MYPY)[0].span) == "./check.sh"
