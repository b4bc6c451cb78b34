"""How test runners report a test that ran out of time: often one that passes when it is run again.

Samples of pytest-timeout 2.4, vitest 4, mocha 11, ava 8, playwright and Node.js 20; those of jest and jasmine by their sources.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HINT = "Run it again; where it happens often, find out what the test waits for, or allow it more time."


def _pattern(name: str, tool: str, regex: str, matching: tuple[str, ...], other: str, sure: float = 0.95) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.TRANSIENT,
        code="flaky-timeout",
        confidence=sure,
        message="A test took longer than it may and was stopped.",
        hint=_HINT,
        tool=tool,
        many=True,
        matching=matching,
        non_matching=(other,),
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "pytest-timeout",
        "pytest",
        r"Failed: Timeout \(?>[\d.]{1,10}s\)?|^\.{0,200}\+{20,60} Timeout \+{20,60}$",
        (
            "FAILED test_a.py::test_waits_for_the_queue - Failed: Timeout (>1.0s) from pyt...",
            ".+++++++++++++++++++++++++++++++++++ Timeout ++++++++++++++++++++++++++++++++++++",
        ),
        "timeout: 1.0s",
    ),
    _pattern(
        "jest-timeout",
        "jest",
        r"(?:Exceeded timeout of \d{1,9} ?ms for a (?:test|hook)|thrown: \"Exceeded timeout of \d{1,9} ?ms)",
        (
            '    thrown: "Exceeded timeout of 300 ms for a test.\n    Add a timeout value to this test to increase the timeout',
        ),
        "timeout of 300 ms",
    ),
    _pattern(
        "vitest-timeout",
        "vitest",
        r"^(?:Error: )?(?:Test|Hook) timed out in \d{1,9}ms\.",
        ("Error: Test timed out in 300ms.\nIf this is a long-running test, pass a timeout value as the last argument",),
        "no test timed out",
    ),
    _pattern(
        "mocha-timeout",
        "mocha",
        r"Timeout of \d{1,9}ms exceeded\. For async tests and hooks",
        ('     Error: Timeout of 300ms exceeded. For async tests and hooks, ensure "done()" is called',),
        "axios: timeout of 300ms exceeded",
    ),
    _pattern(
        "playwright-timeout",
        "playwright",
        r"Test timeout of \d{1,9}ms exceeded",
        ("    Test timeout of 500ms exceeded.",),
        "Timeout 500ms exceeded while waiting",
    ),
    _pattern(
        "ava-timeout",
        "ava",
        r"^ {0,4}✘ Timed out while running tests|^ {0,4}\d{1,6} tests? remained pending after a timeout",
        ("  ✔ one\n  ✘ Timed out while running tests",),
        "  ✘ one Rejected promise returned by test",
    ),
    _pattern(
        "node-test-timeout",
        "node",
        r"^[ #]{0,8}(?:error: |Error: )?'?test timed out after \d{1,9}ms",
        ("  error: 'test timed out after 300ms'\n  code: 'ERR_TEST_FAILURE'",),
        "no test timed out after all",
    ),
    _pattern(
        "jasmine-timeout",
        "jasmine",
        r"Async function did not complete within \d{1,9}ms",
        (
            "    Error: Timeout - Async function did not complete within 300ms (set by jasmine.DEFAULT_TIMEOUT_INTERVAL)",
        ),
        "Async function did complete",
    ),
    _pattern(
        "go-test-timeout",
        "go",
        r"^panic: test timed out after [\d.hms]{1,20}",
        ("panic: test timed out after 1s\n\ngoroutine 18 [running]:",),
        "panic: runtime error: index out of range",
    ),
    _pattern(
        "ctest-timeout",
        "ctest",
        r"^ {0,8}\d{1,6}/\d{1,6} Test {1,4}#\d{1,6}: [^\n]{1,200}\*\*\*Timeout",
        ("1/1 Test #1: sum ..............................***Timeout   1.01 sec",),
        "1/1 Test #1: sum ..............................***Failed    0.00 sec",
    ),
)
