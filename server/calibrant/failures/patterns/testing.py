"""How test runners sum up that tests failed, where readers find none of these by itself."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HINT = "See in the details what was expected, then correct the code or the test."

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="pytest-summary",
        regex=r"^(?:={1,80} )?(?P<failed>[1-9]\d{0,6}) (?:failed|errors?)(?=,| in )[^\n]{0,200}$",
        kind=Kind.TEST_ASSERT,
        code="test-failed",
        confidence=0.85,
        message="Tests failed; failed in all: {failed}.",
        hint=_HINT,
        matching=("1 failed, 3 passed in 0.12s", "===== 2 failed in 1.00s =====", "1 error in 0.05s"),
        non_matching=("3 passed in 0.12s", "0 failed in 1s"),
    ),
    Pattern(
        name="unittest-summary",
        regex=r"^FAILED \((?:failures|errors)=\d{1,6}",
        kind=Kind.TEST_ASSERT,
        code="test-failed",
        confidence=0.85,
        message="Tests failed.",
        hint=_HINT,
        matching=("FAILED (failures=1)", "FAILED (errors=2, skipped=1)"),
        non_matching=("OK", "FAILED to start"),
    ),
    Pattern(
        name="junit-summary",
        regex=r"Tests run: \d{1,7}, {1,4}Failures: (?:[1-9]\d{0,6}|0, {1,4}Errors: [1-9]\d{0,6})",
        kind=Kind.TEST_ASSERT,
        code="test-failed",
        confidence=0.9,
        message="Tests failed.",
        hint=_HINT,
        matching=("Tests run: 5, Failures: 1, Errors: 0, Skipped: 0", "[ERROR] Tests run: 5, Failures: 0, Errors: 2"),
        non_matching=("Tests run: 5, Failures: 0, Errors: 0, Skipped: 1",),
    ),
    Pattern(
        name="rspec-summary",
        regex=r"^\d{1,7} examples?, [1-9]\d{0,6} failures?",
        kind=Kind.TEST_ASSERT,
        code="test-failed",
        confidence=0.9,
        message="Tests failed.",
        hint=_HINT,
        matching=("12 examples, 2 failures", "1 example, 1 failure"),
        non_matching=("12 examples, 0 failures",),
    ),
)
