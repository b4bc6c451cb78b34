"""How checkers whose lines no reader takes apart report what they find.

Samples of codespell 2.4, commitlint 21, doc8 2, gitlint 0.19, htmlhint, markdownlint-cli, oxlint, pydocstyle 6, pyflakes 3, ruff,
rustfmt, standard 17, stylelint 17, vulture 2, yamllint, ty, ctest 3, jasmine 6 and playwright 1.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind


def _lint(tool: str, regex: str, matching: tuple[str, ...], other: str) -> Pattern:
    return Pattern(
        name=f"{tool}-finding",
        regex=regex,
        kind=Kind.LINT,
        code="lint-finding",
        confidence=0.9,
        message=f"{tool} objects to something: {{said}}",
        hint="Correct it there, or switch the rule off where it does not apply; the details list all.",
        subject=tool,
        tool=tool,
        many=True,
        matching=matching,
        non_matching=(other,),
    )


def _test(tool: str, regex: str, matching: tuple[str, ...], other: str) -> Pattern:
    return Pattern(
        name=f"{tool}-failed",
        regex=regex,
        kind=Kind.TEST_ASSERT,
        code="test-failed",
        confidence=0.88,
        message="Tests failed ({failed}).",
        hint="See in the details what was expected, then correct the code or the test.",
        tool=tool,
        matching=matching,
        non_matching=(other,),
    )


PATTERNS: tuple[Pattern, ...] = (
    _lint(
        "codespell",
        r"^[^\s:][^:\n]{0,300}:\d{1,7}: (?P<said>[\w'-]{1,60} ==> [^\n]{1,200})$",
        ("./a.md:1: adress ==> address",),
        "a ==> b",
    ),
    _lint(
        "commitlint",
        r"^✖ {1,4}(?P<said>(?!found )[^\n]{1,200} \[[a-z-]{3,60}\])$",
        ("✖   subject may not be empty [subject-empty]",),
        "✖   found 3 problems, 0 warnings",
    ),
    _lint(
        "doc8",
        r"^[^\s:][^:\n]{0,300}:\d{1,7}: (?P<said>D0\d{2} [^\n]{1,200})$",
        ("a.rst:4: D002 Trailing whitespace",),
        "a.rst:4: nothing",
    ),
    _lint(
        "gitlint",
        r"^\d{1,5}: (?P<said>(?:[TBM]|CT|UC)\d{1,2} [A-Z][^\n]{1,300})$",
        ('1: T3 Title has trailing punctuation (.): "WIP fixed stuff."',),
        "1: title",
    ),
    _lint(
        "htmlhint",
        r"^ {6,20}\^ (?P<said>[^\n]{1,300} \([a-z-]{3,60}\))$",
        ("          ^ Doctype must be declared before any non-comment content. (doctype-first)",),
        "          ^ here",
    ),
    _lint(
        "markdownlint",
        r"^[^\s:][^:\n]{0,300}:\d{1,7}(?::\d{1,6})? (?:error )?(?P<said>MD\d{3}/[\w/-]{1,80} [^\n]{1,300})$",
        ("a.md:7 error MD032/blanks-around-lists Lists should be surrounded by blank lines",),
        "MD032 is a rule",
    ),
    _lint(
        "oxlint",
        r"^ {2}[!x×⚠] (?P<said>[\w-]{1,40}\([\w/-]{1,80}\): [^\n]{1,300})$",
        ("  ! eslint(no-unused-vars): Variable 'a' is declared but never used.",),
        "Found 0 warnings and 0 errors.",
    ),
    _lint(
        "pydocstyle",
        r"^[^\s:][^:\n]{0,300}:\d{1,7} (?:at|in) [^\n]{1,200}:\n {8}(?P<said>D\d{3}: [^\n]{1,200})$",
        ("a.py:4 in public function `f`:\n        D103: Missing docstring in public function",),
        "a.py:4 in public function `f`:",
    ),
    _lint(
        "pyflakes",
        (
            r"^[^\s:][^:\n]{0,300}\.py:\d{1,7}:\d{1,6}:? (?P<said>(?:'[^'\n]{1,200}' imported but unused|"
            r"undefined name [^\n]{1,200}|"
            r"local variable [^\n]{1,200}|redefinition of unused [^\n]{1,200}|'from [^\n]{1,200}))$"
        ),
        ("a.py:10:9: local variable 'x' is assigned to but never used", "a.py:1:1: 'os' imported but unused"),
        "a.py:1:1: fine",
    ),
    _lint(
        "ruff-format",
        r"^(?P<said>[1-9]\d{0,6} files? would be reformatted)",
        ("+class a:\n+    pass\n\n1 file would be reformatted",),
        "1 file already formatted",
    ),
    _lint(
        "rustfmt",
        r"^Diff in (?P<said>[^\n]{1,300}?)(?::| at line )\d{1,7}:$",
        ("Diff in /home/user/project/src/main.rs:1:\n-fn main(){let a=1;}",),
        "Diff in words",
    ),
    _lint(
        "standard",
        r"^ {2}[^\s:][^:\n]{0,300}:\d{1,7}:\d{1,6}: (?P<said>[^\n]{1,300} \([\w@/-]{1,80}\))$",
        ("  /home/user/project/a.js:1:12: Extra semicolon. (semi)",),
        "standard: Use JavaScript Standard Style (https://standardjs.com)",
    ),
    _lint(
        "stylelint",
        r"^ {1,4}\d{1,7}:\d{1,6} {1,6}✖ {1,4}(?P<said>[^\n]{1,300})$",
        ('  1:12  ✖  Expected "#FFFFFF" to be "#FFF"  color-hex-length',),
        "✖ 2 problems (2 errors, 0 warnings)",
    ),
    _lint(
        "vulture",
        r"^[^\s:][^:\n]{0,300}:\d{1,7}: (?P<said>(?:unused|unreachable) [^\n]{1,200} \(\d{2,3}% confidence)",
        ("a.py:1: unused import 'os' (90% confidence)",),
        "unused import",
    ),
    _lint(
        "yamllint",
        r"^[^\s:][^:\n]{0,300}:\d{1,7}:\d{1,6}: \[(?:error|warning)\] (?P<said>[^\n]{1,200})$",
        ("./a.yaml:2:5: [error] too many spaces after colon (colons)",),
        "[error] something",
    ),
    _lint(
        "deptry",
        r"^[^\s:][^:\n]{0,300}: (?P<said>DEP\d{3} '[^\n]{1,300})$",
        ("pyproject.toml: DEP002 'rich' defined as a dependency but not used in the codebase",),
        "DEP002 is a rule",
    ),
    _lint(
        "isort",
        r"^ERROR: (?P<said>[^\n]{1,300} Imports are incorrectly sorted)",
        ("ERROR: /home/user/project/i.py Imports are incorrectly sorted and/or formatted.",),
        "Skipped 1 files",
    ),
    _lint(
        "jshint",
        r"^[^\s:][^:\n]{0,300}: line \d{1,7}, col \d{1,6}, (?P<said>[^\n]{1,300})$",
        ("j.js: line 1, col 10, Missing semicolon.",),
        "a.sh: line 3: oops",
    ),
    _lint(
        "sqlfluff",
        r"^L: {1,6}\d{1,7} \| P: {1,6}\d{1,6} \| {1,4}(?P<said>[A-Z]{2,3}\d{0,3} \| [^\n]{1,300})$",
        ("L:   1 | P:  18 | LT14 | The 'where' keyword should always start a new line.",),
        "All Finished!",
    ),
    _lint(
        "cpplint",
        r"^[^\s:][^:\n]{0,300}:\d{1,7}: {2}(?P<said>[^\n]{1,300} {2}\[[a-z]{2,20}/[\w+]{1,40}\]) \[\d\]$",
        ("z.cc:12:  Missing space around colon  [whitespace/forcolon] [2]",),
        "Done processing z.cc",
    ),
    _test(
        "ava",
        r"^ {2}(?P<failed>[1-9]\d{0,6}) tests? failed$",
        ("  ─\n\n  1 test failed",),
        "  1 test passed",
    ),
    _test(
        "mocha",
        r"^ {2}(?P<failed>[1-9]\d{0,6}) failing$",
        ("  0 passing (3ms)\n  1 failing\n\n  1) zero:",),
        "  1 passing (3ms)",
    ),
    _test(
        "doctest",
        r"^\*\*\*Test Failed\*\*\* (?P<failed>[1-9]\d{0,6}) failures?\.",
        ("1 items had failures:\n   1 of   1 in dt.g\n***Test Failed*** 1 failures.",),
        "1 items passed all tests:",
    ),
    _test(
        "minitest",
        r"^\d{1,7} (?:runs|tests), \d{1,7} assertions, (?P<failed>[1-9]\d{0,6} failures|\d{1,7} failures, [1-9]\d{0,6} errors)",
        ("1 runs, 1 assertions, 1 failures, 0 errors, 0 skips",),
        "1 runs, 1 assertions, 0 failures, 0 errors, 0 skips",
    ),
    _test(
        "prove",
        r"^Files=\d{1,6}, Tests=\d{1,7},[^\n]{1,200}\nResult: (?P<failed>FAIL)$",
        ("Files=1, Tests=1,  0 wallclock secs ( 0.01 usr  0.00 sys)\nResult: FAIL",),
        "Files=1, Tests=1,  0 wallclock secs ( 0.01 usr  0.00 sys)\nResult: PASS",
    ),
    _test(
        "bats",
        r"^\d{1,7} tests?, (?P<failed>[1-9]\d{0,6}) failures?$",
        ("     `false' failed\n\n1 test, 1 failure",),
        "1 test, 0 failures",
    ),
    Pattern(
        name="ty-finding",
        regex=(
            r"^error\[(?P<rule>[a-z][a-z-]{2,60})\]: (?P<said>[^\n]{1,300})\n {1,8}--> (?P<file>[^:\n]{1,300}\.pyi?):"
            r"(?P<line>\d{1,7})"
        ),
        kind=Kind.TYPECHECK,
        code="typecheck-failed",
        confidence=0.93,
        message="The type checker objects to {file}, line {line}: {said}",
        hint="Correct the types there; the details list every place.",
        subject="{file} {rule}",
        tool="ty",
        many=True,
        matching=("error[invalid-assignment]: Object of type `int` is not assignable to `str`\n --> a.py:5:13\n  |",),
        non_matching=("error[E0308]: mismatched types\n --> src/main.rs:2:18",),
    ),
    _test(
        "ctest",
        r"^\d{1,3}% tests passed, (?P<failed>[1-9]\d{0,6}) tests? failed out of \d",
        ("0% tests passed, 1 tests failed out of 1",),
        "100% tests passed, 0 tests failed out of 1",
    ),
    _test(
        "jasmine",
        r"^\d{1,7} specs?, (?P<failed>[1-9]\d{0,6}) failures?",
        ("2 specs, 1 failure\nFinished in 0.004 seconds",),
        "2 specs, 0 failures",
    ),
    _test(
        "playwright",
        r"^ {2}(?P<failed>[1-9]\d{0,6}) failed\n {4}\S[^\n]{1,300}:\d{1,7}:\d{1,6} › ",
        ("  1 failed\n    a.spec.js:2:1 › adds ───────",),
        "  1 passed (2.5s)",
    ),
)
