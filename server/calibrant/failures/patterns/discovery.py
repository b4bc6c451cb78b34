"""How test runners report that they found no test at all: a run that proves nothing.

Samples of pytest 9, unittest of Python 3.11, jest 30, vitest 4, mocha 11, Go 1.19 and Cargo 1.95. Not seen here are words
of unittest since Python 3.12 (its documentation) and those of Maven's Surefire (failIfNoTests).
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HINT = "Check the folder that the step runs in, the path that it names, and how test files and tests must be called to be found."


def _pattern(
    tool: str, regex: str, matching: tuple[str, ...], others: tuple[str, ...], sure: float = 0.93, unless: str = ""
) -> Pattern:
    return Pattern(
        name=f"{tool}-no-tests",
        regex=regex,
        kind=Kind.RUNTIME,
        code="missing-test-discovery",
        confidence=sure,
        message=f"{tool} found no test to run.",
        hint=_HINT,
        subject=tool,
        tool=tool,
        unless=unless,
        matching=matching,
        non_matching=others,
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "pytest",
        r"^(?:={2,80} )?(?:no tests ran|\d{1,7} deselected)(?:, \d{1,5} warnings?)? in \d",
        (
            "collected 0 items\n\n============================ no tests ran in 0.73s =============================",
            "1 deselected in 0.25s",
        ),
        ("1 passed, 2 deselected in 0.25s", "collected 0 items / 1 error"),
    ),
    _pattern(
        "unittest",
        r"^Ran 0 tests in \d|^NO TESTS RAN",
        (
            "----------------------------------------------------------------------\nRan 0 tests in 0.000s\n\nOK",
            "NO TESTS RAN",
        ),
        ("Ran 10 tests in 0.001s",),
    ),
    _pattern(
        "jest",
        r"^No tests found, exiting with code 1",
        ("No tests found, exiting with code 1\nRun with `--passWithNoTests` to exit with code 0",),
        ("No tests found related to files changed since last commit.",),
    ),
    _pattern(
        "vitest",
        r"^No test files found, exiting with code 1",
        ("No test files found, exiting with code 1\n\ninclude: **/*.{test,spec}.?(c|m)[jt]s?(x)",),
        ("No test files found, exiting with code 0",),
    ),
    _pattern(
        "mocha",
        r"^(?:Error: )?No test files found: ",
        ('Error: No test files found: "test"',),
        ("Error: Cannot find module 'mocha'",),
    ),
    _pattern(
        "ava",
        r"Couldn[’']t find any (?:files to test|matching tests)",
        ("\n  ✘ Couldn’t find any files to test",),
        ("  ✘ Timed out while running tests",),
    ),
    _pattern(
        "playwright",
        r"^Error: No tests found",
        ("Error: No tests found",),
        ("No tests found in the report",),
    ),
    _pattern(
        "go",
        r"^\?[ \t]{1,8}\S{1,200}[ \t]{1,8}\[no test files\]$|^testing: warning: no tests to run",
        ("?   \ta\t[no test files]\n", "testing: warning: no tests to run\nPASS"),
        ("ok  \tb\t0.002s",),
        unless=r"^(?:ok|FAIL|---)[ \t]",
    ),
    _pattern(
        "cargo",
        r"^running 0 tests\n\ntest result: ok\. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
        (
            (
                "     Running unittests src/lib.rs (target/debug/deps/app-71ce70495b798487)\n\nrunning 0 tests\n\n"
                "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"
            ),
        ),
        (
            "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
        ),
        unless=r"^running [1-9]",
    ),
    _pattern(
        "surefire",
        r"No tests (?:were executed!|to run\.)",
        ("[ERROR] Failed to execute goal surefire:test: No tests were executed!  (Set -DfailIfNoTests=false)",),
        ("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0",),
    ),
)
