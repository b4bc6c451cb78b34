"""How linters and type checkers report what they find in source code."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_FILE = r"^(?P<file>[^\s:][^:\n]{0,300})"
_AT = r":(?P<line>\d{1,7}):(?P<column>\d{1,6})"
_LINT = "The linter objects to {file}, line {line}: {said} ({rule})"
_LINT_HINT = "Correct the code there, or switch the rule off where it does not apply."
_TYPE = "The type checker objects to {file}, line {line}: {said}"
_TYPE_HINT = "Correct the types there; the details list every place."

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="lint-concise",
        regex=_FILE + _AT + r": (?P<rule>[A-Z]{1,5}\d{1,5}):? (?:\[\*\] )?(?P<said>[^\n]{1,300})$",
        kind=Kind.LINT,
        code="lint-finding",
        confidence=0.93,
        message=_LINT,
        hint=_LINT_HINT,
        subject="{file} {rule}",
        many=True,
        matching=(
            "src/a.py:1:8: F401 [*] `os` imported but unused",
            "a.py:10:80: E501 line too long (90 > 79 characters)",
            "a.py:1:0: C0114: Missing module docstring (missing-module-docstring)",
        ),
        non_matching=("a.py:1: F401 unused", "12:30:45: INFO started", "http://x:80:1: hello"),
    ),
    Pattern(
        name="lint-pointed",
        regex=(
            r"^(?P<rule>[A-Z]{1,5}\d{1,5}) (?:\[\*\] )?(?P<said>[^\n]{1,300})\n {0,8}--> "
            r"(?P<file>[^:\n]{1,300}):(?P<line>\d{1,7}):(?P<column>\d{1,6})"
        ),
        kind=Kind.LINT,
        code="lint-finding",
        confidence=0.93,
        message=_LINT,
        hint=_LINT_HINT,
        subject="{file} {rule}",
        many=True,
        matching=("F401 [*] `os` imported but unused\n --> a.py:1:8\n  |\n1 | import os",),
        non_matching=("F401 is the rule for unused imports",),
    ),
    Pattern(
        name="eslint",
        regex=(
            r"^ {1,8}(?P<line>\d{1,7}):(?P<column>\d{1,6}) {1,6}error {1,6}"
            r"(?P<said>[^\n]{1,300}?) {2,40}(?P<rule>[@\w/-]{1,100})$"
        ),
        kind=Kind.LINT,
        code="lint-finding",
        confidence=0.93,
        message="The linter objects to line {line}: {said} ({rule})",
        hint=_LINT_HINT,
        subject="{rule}",
        many=True,
        matching=("/a/b.js\n  3:10  error  'x' is defined but never used  no-unused-vars\n\n✖ 1 problem",),
        non_matching=("  3:10  warning  'x' is unused  no-unused-vars", "  3:10 am error"),
    ),
    Pattern(
        name="shellcheck",
        regex=_FILE + _AT + r": (?:note|warning|error): (?P<said>[^\n]{1,300}) \[(?P<rule>SC\d{4})\]$",
        kind=Kind.LINT,
        code="lint-finding",
        confidence=0.93,
        message=_LINT,
        hint=_LINT_HINT,
        subject="{file} {rule}",
        many=True,
        matching=("run.sh:3:5: note: Double quote to prevent globbing. [SC2086]",),
        non_matching=("run.sh: line 3: oops",),
    ),
    Pattern(
        name="format-check",
        regex=r"^(?:would reformat|Would reformat:|\[warn\] Code style issues found in) (?P<file>[^\n]{1,300})$",
        kind=Kind.LINT,
        code="lint-finding",
        confidence=0.9,
        message="The formatter would change ‘{file}’.",
        hint="Run the formatter and keep what it writes.",
        subject="{file}",
        many=True,
        matching=("would reformat src/a.py\n1 file would be reformatted.", "Would reformat: a.py"),
        non_matching=("3 files left unchanged.",),
    ),
    Pattern(
        name="mypy",
        regex=(
            r"^(?P<file>[^\s:][^:\n]{0,300}\.pyi?):(?P<line>\d{1,7}):(?:(?P<column>\d{1,6}):)? error: "
            r"(?P<said>[^\n]{1,300}?)(?: {2}\[(?P<rule>[\w-]{1,60})\])?$"
        ),
        kind=Kind.TYPECHECK,
        code="typecheck-failed",
        confidence=0.95,
        message=_TYPE,
        hint=_TYPE_HINT,
        subject="{file} {rule}",
        many=True,
        matching=(
            'a.py:3: error: Incompatible return value type (got "int", expected "str")  [return-value]',
            "src/b.pyi:3:7: error: Name is not defined",
        ),
        non_matching=("a.py:3: note: Revealed type is int", "Success: no issues found in 3 source files"),
    ),
    Pattern(
        name="pyright-or-tsc-pretty",
        regex=r"^ {0,4}(?P<file>[^\s:][^:\n]{0,300})"
        + _AT
        + r" - error(?: (?P<rule>TS\d{3,5}))?: (?P<said>[^\n]{1,300})$",
        kind=Kind.TYPECHECK,
        code="typecheck-failed",
        confidence=0.95,
        message=_TYPE,
        hint=_TYPE_HINT,
        subject="{file} {said}",
        many=True,
        matching=(
            '  /a/b.py:3:12 - error: Type "int" is not assignable to type "str" (reportReturnType)',
            "src/a.ts:2:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
        ),
        non_matching=("  /a/b.py:3:12 - warning: unused", "0 errors, 0 warnings"),
    ),
    Pattern(
        name="tsc",
        regex=(
            r"^(?P<file>[^\s(][^(\n]{0,300})\((?P<line>\d{1,7}),(?P<column>\d{1,6})\): "
            r"error (?P<rule>TS\d{3,5}): (?P<said>[^\n]{1,300})$"
        ),
        kind=Kind.TYPECHECK,
        code="typecheck-failed",
        confidence=0.95,
        message=_TYPE,
        hint=_TYPE_HINT,
        subject="{file} {rule}",
        many=True,
        matching=("src/a.ts(2,7): error TS2322: Type 'string' is not assignable to type 'number'.",),
        non_matching=("f(2,7): error: bad",),
    ),
)
