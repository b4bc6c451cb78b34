"""Files of which a tool tells only how their path ends, and complaints that say only where the work stopped."""

import pytest

from calibrant.failures.collector import collect
from calibrant.failures.reports.ends import Ends
from calibrant.failures.reports.packages import apart
from calibrant.model.event import StepFinished
from calibrant.model.failure import Failure
from calibrant.model.issue import Finding
from failures.reading import workflow

FILES = (
    "go.mod",
    "main_test.go",
    "sub/",
    "sub/sums_test.go",
    "other/sums_test.go",
    "tools/main_test.go",
    "a/src/test/java/com/example/SumsTest.java",
    "b/src/test/java/com/example/SumsTest.java",
    "b/src/test/java/com/example/OtherTest.java",
    "lib/link.c",
)
FLOW = workflow("steps:\n  - id: build\n    run: make all\n")


@pytest.mark.parametrize(
    ("end", "cwd", "expected"),
    [
        ("example.com/sums/sub/sums_test.go", ".", "sub/sums_test.go"),
        ("example.com/sums/main_test.go", ".", "main_test.go"),
        ("example.com/sums/main_test.go", "sub", None),
        ("example.com/sums/sums_test.go", ".", None),
        ("com/example/OtherTest.java", ".", "b/src/test/java/com/example/OtherTest.java"),
        ("com/example/SumsTest.java", ".", None),
        ("com/example/SumsTest.java", "a", "a/src/test/java/com/example/SumsTest.java"),
        ("link.c", ".", "lib/link.c"),
        ("main_test.go", "tools", "tools/main_test.go"),
        ("main_test.go", ".", "main_test.go"),
        ("none.c", ".", None),
        ("", ".", None),
        ("sub", ".", None),
    ],
)
def test_the_one_file_that_a_path_is_the_end_of(end: str, cwd: str, expected: str | None) -> None:
    assert Ends(FILES).find(end, cwd) == expected


def told(output: str) -> list[Finding]:
    failure = Failure("command-failed", "It failed.", output=output, exit_code=2, cwd=".")
    return collect(StepFinished(0, "build", "failed", failures=(failure,)), FLOW, ("/home/user/ws",), FILES)


def test_a_test_of_java_is_found_in_the_folder_of_its_package() -> None:
    (found,) = told(
        "OtherTest > adds FAILED\n    java.lang.AssertionError at OtherTest.java:9\n".replace(
            "Other", "com.example.Other", 1
        )
    )
    assert [(place.path, place.at.line) for place in found.related if place.at] == [
        ("b/src/test/java/com/example/OtherTest.java", 8)
    ]
    assert found.evidence["file"] == "b/src/test/java/com/example/OtherTest.java"


def test_where_make_stopped_is_told_where_nothing_says_why() -> None:
    (found,) = told("docs\nmake: *** [Makefile:10: docs] Error 3\n")
    assert found.code == "build-failed"
    assert found.message == "The build stops in Makefile, line 10: the recipe of ‘docs’ failed (error 3)"
    assert "docs\nmake" in found.details


def test_where_make_stopped_is_a_further_place_of_what_a_pattern_says() -> None:
    (found,) = told("Killed by its parent: KeyError\nValueError: no such mail\nmake: *** [Makefile:10: docs] Error 1\n")
    assert found.code == "script-error"
    assert [place.path for place in found.related] == ["Makefile"]


def test_where_make_stopped_is_not_told_beside_what_the_compiler_says() -> None:
    (found,) = told("a.c:3:5: error: expected ‘;’ before ‘}’ token\nmake: *** [Makefile:7: a.o] Error 1\n")
    assert found.message == "a.c does not compile, line 3: expected ‘;’ before ‘}’ token"
    assert [place.path for place in found.related] == ["a.c"]


def test_a_program_that_cannot_be_linked_is_not_said_not_to_compile() -> None:
    (found,) = told(
        "/usr/bin/ld: /home/user/a.o: in function `main':\nlink.c:(.text+0x5): undefined reference to `foo'\n"
    )
    assert found.message == "The program cannot be linked in lib/link.c: nothing defines ‘foo’"
    assert found.related[0].path == "lib/link.c"


def test_an_error_behind_many_warnings_is_told_one_by_one() -> None:
    warnings = "".join(
        f"a.c:{line}:1: warning: unused variable ‘x{line}’ [-Wunused-variable]\n" for line in range(1, 151)
    )
    found = told(f"{warnings}a.c:200:5: error: expected ‘;’ before ‘}}’ token\n")
    assert len(found) == 101
    assert [one.message for one in found if one.severity == "error"] == [
        "a.c does not compile, line 200: expected ‘;’ before ‘}’ token"
    ]
    assert found[-1].message == "The step reported 51 more, in a.c; the first 100 are shown one by one."


def test_marks_of_a_merge_are_the_cause_where_a_compiler_meets_them() -> None:
    (found,) = told("a.c:2:1: error: version control conflict marker in file\n    2 | <<<<<<< HEAD\n      | ^~~~~~~\n")
    assert found.code == "merge-conflict"
    assert [(place.path, place.at.line) for place in found.related if place.at] == [("a.c", 1)]


def test_lines_of_packages_that_run_at_once_are_told_apart() -> None:
    output = (
        "a/web check$ tsc\na/lib test$ node t.js\na/web check: x.ts(2,7): error TS2322: one\na/lib test: hello\n"
        "a/web check:   more of one\nnot of: a package\na/lib test: x.js\n"
    )
    assert list(apart(output)) == [
        ("a/web", "tsc\nx.ts(2,7): error TS2322: one\n  more of one"),
        ("a/lib", "node t.js\nhello\nx.js"),
        ("", "not of: a package\n"),
    ]
    (found,) = told(output)
    assert found.evidence["file"] == "a/web/x.ts"
    assert "more of one" in found.details
