"""How coverage tools report that too little was covered.

Samples of pytest-cov 7, coverage, interrogate 1.7, diff-cover, jest 30, nyc, c8 and vitest 4 (its documented words).
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HINT = "Test what is not covered yet (the details name it), or agree on another share."


def _pattern(name: str, tool: str, regex: str, matching: tuple[str, ...], other: str) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.POLICY,
        code="low-coverage",
        confidence=0.95,
        message="The share that is covered ({found}) is below what is asked for ({asked}).",
        hint=_HINT,
        subject="coverage",
        tool=tool,
        matching=matching,
        non_matching=(other,),
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "pytest-coverage",
        "pytest",
        (
            r"^(?:FAIL |ERROR: )?Required test coverage of (?P<asked>[\d.]{1,8}%) not reached\. Total coverage: "
            r"(?P<found>[\d.]{1,8}%)"
        ),
        ("FAIL Required test coverage of 95% not reached. Total coverage: 50.00%",),
        "Required test coverage of 90% reached. Total coverage: 95.00%",
    ),
    _pattern(
        "coverage-report",
        "coverage",
        r"^Coverage failure: total of (?P<found>[\d.]{1,8}) is less than fail-under=(?P<asked>[\d.]{1,8})",
        ("Coverage failure: total of 50 is less than fail-under=95",),
        "TOTAL         6      3    50%",
    ),
    _pattern(
        "jest-coverage",
        "jest",
        r"coverage threshold for \w{1,20} \((?P<asked>[\d.]{1,8}%)\) not met: (?P<found>[\d.]{1,8}%)",
        ('Jest: "global" coverage threshold for lines (95%) not met: 40%',),
        "coverage threshold met",
    ),
    _pattern(
        "threshold-coverage",
        "",
        (
            r"^ERROR: Coverage for \w{1,20} \((?P<found>[\d.]{1,8}%)\) does not meet (?:\"?[\w./*-]{1,60}\"? )?"
            r"(?:global |per-file )?threshold \((?P<asked>[\d.]{1,8}%)\)"
        ),
        (
            "ERROR: Coverage for lines (40%) does not meet global threshold (95%)",
            'ERROR: Coverage for branches (50%) does not meet "src/*.ts" threshold (90%)',
        ),
        "Coverage for lines meets the threshold",
    ),
    _pattern(
        "docstring-coverage",
        "interrogate",
        r"^RESULT: FAILED \(minimum: (?P<asked>[\d.]{1,8}%), actual: (?P<found>[\d.]{1,8}%)\)",
        ("RESULT: FAILED (minimum: 80.0%, actual: 0.0%)",),
        "RESULT: PASSED (minimum: 80.0%, actual: 100.0%)",
    ),
    _pattern(
        "diff-coverage",
        "diff-cover",
        r"^Failure\. Coverage is below (?P<asked>[\d.]{1,8}%)\.(?:\n[^\n]{0,300}){0,80}?\nCoverage: (?P<found>[\d.]{1,8}%)",
        ("Failure. Coverage is below 90%.\nDiff Coverage\nTotal:   4 lines\nMissing: 3 lines\nCoverage: 25%",),
        "Coverage: 25%",
    ),
    _pattern(
        "type-coverage",
        "type-coverage",
        r"^The type coverage rate\((?P<found>[\d.]{1,8}%)\) is lower than the target\((?P<asked>[\d.]{1,8}%)\)",
        ("The type coverage rate(66.66%) is lower than the target(95%).",),
        "type-coverage success.",
    ),
)
