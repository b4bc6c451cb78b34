"""How tools report a file that is not what it should be: marks of a merge in it, another encoding, line ends of another system.

Samples of Python 3.11, Node.js 20, TypeScript, gcc 12, rustc 1.95, esbuild, Git 2.39, javac 17,
psql 15, GNU iconv, bash 5.2 and dash.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_SETTLE = "Open the file, keep what is right of both sides, and take the lines with <<<<<<<, ======= and >>>>>>> out."
_UTF8 = "Save the file as UTF-8, or say which encoding it has where it is read."
_UNIX = "Save the script with line ends of Unix (LF); ‘*.sh text eol=lf’ in .gitattributes keeps them."


def _merge(name: str, regex: str, matching: tuple[str, ...], others: tuple[str, ...], sure: float = 0.97) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.RUNTIME,
        code="merge-conflict",
        confidence=sure,
        message="There is a merge in the files that nobody has settled.",
        hint=_SETTLE,
        matching=matching,
        non_matching=others,
    )


def _ends(name: str, regex: str, matching: tuple[str, ...], others: tuple[str, ...], sure: float = 0.96) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.RUNTIME,
        code="line-ends",
        confidence=sure,
        message="A script has line ends of Windows, which the shell takes for parts of its words.",
        hint=_UNIX,
        matching=matching,
        non_matching=others,
    )


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="git-conflict",
        regex=r"^CONFLICT \([^)\n]{1,60}\): (?:Merge conflict in )?(?P<file>[^\n]{1,300})$",
        kind=Kind.RUNTIME,
        code="merge-conflict",
        confidence=0.98,
        message="Git cannot join the two versions of ‘{file}’ by itself.",
        hint="Settle the conflict by hand, then run again.",
        subject="{file}",
        tool="git",
        many=True,
        matching=("Auto-merging a.txt\nCONFLICT (content): Merge conflict in a.txt",),
        non_matching=("Auto-merging a.txt",),
    ),
    _merge(
        "git-unmerged",
        (
            r"^error: (?:Committing|Merging|Pulling|Cherry-picking|Reverting) is not possible because you have unmerged files|"
            r"^fatal: Exiting because of an unresolved conflict|^\S{1,300}:\d{1,7}: leftover conflict marker"
        ),
        (
            "error: Committing is not possible because you have unmerged files.",
            "a.txt:1: leftover conflict marker",
        ),
        ("Automatic merge went well; stopped before committing as requested",),
    ),
    _merge(
        "merge-marks-named",
        (
            r"version control conflict marker in file|encountered diff marker|[Mm]erge conflict marker|"
            r"(?:unresolved|unmerged) (?:merge )?conflict"
        ),
        (
            "a.c:2:1: error: version control conflict marker in file\n    2 | <<<<<<< HEAD",
            "error: encountered diff marker\n --> src/main.rs:2:1",
            "a.ts(1,1): error TS1185: Merge conflict marker encountered.",
        ),
        ("all conflicts are settled",),
    ),
    _merge(
        "merge-marks-shown",
        r"^(?: {0,12}\d{0,7} {0,3}[|│>] ?)?[ \t+]{0,20}(?:\"\"\")?<{7} \S{1,100}$",
        (
            '  File "a.py", line 2\n    <<<<<<< HEAD\n    ^^\nSyntaxError: invalid syntax',
            '✘ [ERROR] Unexpected "<<"\n\n    a.js:1:0:\n      1 │ <<<<<<< HEAD\n        ╵ ~~',
            "/home/user/project/a.cjs:2\n<<<<<<< HEAD\n^^\n\nSyntaxError: Unexpected token '<<'",
        ),
        ("cat <<EOF", "<<<<<<<<<< start of the report"),
        0.96,
    ),
    Pattern(
        name="npm-merge-marks",
        regex=r"^npm (?:ERR!|error)[^\n]{0,60}(?:[Mm]erge conflict|<{7})",
        kind=Kind.RUNTIME,
        code="merge-conflict",
        confidence=0.97,
        message="There is a merge in package.json or the lock file that nobody has settled.",
        hint=_SETTLE,
        tool="npm",
        matching=("npm error JSON.parse Merge conflict detected in your package.json.",),
        non_matching=("npm error code ERESOLVE",),
    ),
    Pattern(
        name="text-encoding",
        regex=(
            r"^(?:E {1,8})?(?:\w{1,40}\.){0,4}Unicode(?:De|En)codeError: |"
            r"^'(?:utf-8|ascii|[\w-]{2,20})' codec can't (?:de|en)code |"
            r"invalid byte sequence in (?:UTF-8|US-ASCII)|"
            r"illegal input sequence at position|incompatible character encodings"
        ),
        kind=Kind.RUNTIME,
        code="wrong-encoding",
        confidence=0.93,
        message="A text is not in the encoding in which it is read or written.",
        hint=_UTF8,
        matching=(
            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 13: invalid continuation byte",
            "UnicodeEncodeError: 'ascii' codec can't encode character '\\xef' in position 2: ordinal not in range(128)",
        ),
        non_matching=("except UnicodeDecodeError: pass",),
    ),
    Pattern(
        name="source-encoding",
        regex=(
            r"^(?:E {1,8})?SyntaxError: (?:\(unicode error\)|Non-UTF-8 code )|"
            r"unmappable character \(?0x[0-9A-F]{2}\)? for encoding|stream did not contain valid UTF-8|"
            r"invalid byte sequence for encoding \"UTF8\""
        ),
        kind=Kind.RUNTIME,
        code="wrong-encoding",
        confidence=0.96,
        message="A source file is not saved in the encoding in which it is read.",
        hint=_UTF8,
        matching=(
            (
                "SyntaxError: Non-UTF-8 code starting with '\\xe9' in file /home/user/project/a.py on line 1, but no "
                "encoding declared"
            ),
            "A.java:1: error: unmappable character (0xE9) for encoding UTF-8",
            'psql:a.sql:1: ERROR:  invalid byte sequence for encoding "UTF8": 0xe9 0x27 0x3b',
        ),
        non_matching=("SyntaxError: invalid syntax",),
    ),
    _ends(
        "carriage-return-quoted",
        r"\$'[^'\n]{0,200}\\r'|\^M: bad interpreter|^(?:/usr/bin/)?env: [‘'][^’'\n]{1,200}\\r[’']",
        (
            "a.sh: line 2: $'make\\r': command not found",
            "./a.sh: /bin/bash^M: bad interpreter: No such file or directory",
            "env: ‘python3\\r’: No such file or directory",
            "./env.sh: line 1: syntax error near unexpected token `$'{\\r''",
        ),
        ("a.sh: line 2: make: command not found",),
    ),
    _ends(
        "carriage-return-plain",
        (
            r"^[^\n:]{1,200}: (?:line )?\d{1,6}: (?:[^\n]{0,200}\n: not found|(?:set: )?[Ii]llegal option -\n|"
            r"(?:cd: )?(?:can't cd to )?[^\n]{0,200}\n: No such file or directory|set: [^\n]{0,60}\n: invalid option)"
        ),
        (
            "a.sh: 1: ls\r: not found",
            "a.sh: 1: set: Illegal option -\r\n",
            "a.sh: line 2: cd: src\r: No such file or directory",
        ),
        ("a.sh: 1: lss: not found",),
    ),
)
