"""How shells and the programs in them report files and options that are not right."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_SAYERS = r"^(?:[^:\n]{1,100}: ){0,4}?(?:can(?:not|'t|’t) [a-z ]{1,40})?"
_FILE_HINT = "Check the path; relative ones start at the folder that the command runs in."

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="permission-error",
        regex=_SAYERS + r"['\"‘]?(?P<path>[^:\n]{1,300}?)['\"’]?: Permission denied$",
        kind=Kind.RUNTIME,
        code="permission-error",
        confidence=0.9,
        message="There is no permission to use ‘{path}’.",
        hint="Make the file readable, or executable where it is a program; check who owns it.",
        subject="{path}",
        shared=True,
        matching=(
            "sh: 1: ./run.sh: Permission denied",
            "cat: /etc/shadow: Permission denied",
            "ls: cannot open directory '/root': Permission denied",
        ),
        non_matching=("git@github.com: Permission denied (publickey).",),
    ),
    Pattern(
        name="permission-error-call",
        regex=(
            r"(?:\[Errno 13\] Permission denied|EACCES: permission denied, \w{1,20}|"
            r"EPERM: operation not permitted, \w{1,20}):? '(?P<path>[^'\n]{1,300})'"
        ),
        kind=Kind.RUNTIME,
        code="permission-error",
        confidence=0.93,
        message="There is no permission to use ‘{path}’.",
        hint="Make the file readable, or writable where it is written; check who owns it.",
        subject="{path}",
        shared=True,
        matching=(
            "PermissionError: [Errno 13] Permission denied: '/etc/shadow'",
            "Error: EACCES: permission denied, open '/etc/x'",
        ),
        non_matching=("PermissionError: no",),
    ),
    Pattern(
        name="no-such-file",
        regex=_SAYERS + r"['\"‘]?(?P<path>[^:\n]{1,300}?)['\"’]?: (?:\[Errno 2\] )?No such file or directory$",
        kind=Kind.RUNTIME,
        code="file-not-found",
        confidence=0.9,
        message="The command looked for ‘{path}’, which is not there.",
        hint=_FILE_HINT,
        subject="{path}",
        shared=True,
        matching=(
            "cat: report.txt: No such file or directory",
            "ls: cannot access 'x y': No such file or directory",
            "python3: can't open file '/a/b.py': [Errno 2] No such file or directory",
            "bash: line 1: data/in.csv: No such file or directory",
        ),
        non_matching=("No such file or directory", "a.c:1:10: fatal error: foo.h: No such file or directory here"),
    ),
    Pattern(
        name="pytest-no-such-file",
        regex=r"^ERROR: file or directory not found: (?P<path>[^\n]{1,300})$",
        kind=Kind.RUNTIME,
        code="file-not-found",
        confidence=0.95,
        message="pytest looked for ‘{path}’, which is not there.",
        hint="Check the path; relative ones start at the folder that the command runs in.",
        subject="{path}",
        matching=(
            (
                "============================ no tests ran in 0.00s =============================\nERROR: file or "
                "directory not found: tests/unit"
            ),
        ),
        non_matching=("ERROR: not found",),
    ),
    Pattern(
        name="java-no-such-file",
        regex=r"^Error: Unable to access jarfile (?P<path>[^\n]{1,300})$",
        kind=Kind.RUNTIME,
        code="file-not-found",
        confidence=0.95,
        message="Java looked for ‘{path}’, which is not there.",
        hint="Build it first, or correct the path; relative ones start at the folder that the command runs in.",
        subject="{path}",
        matching=("Error: Unable to access jarfile build/app.jar",),
        non_matching=("jarfile is there",),
    ),
    Pattern(
        name="no-such-file-call",
        regex=(
            r"(?:\[Errno 2\] No such file or directory|ENOENT: no such file or directory, \w{1,20}):? "
            r"'(?P<path>[^'\n]{1,300})'"
        ),
        kind=Kind.RUNTIME,
        code="file-not-found",
        confidence=0.93,
        message="The program looked for ‘{path}’, which is not there.",
        hint=_FILE_HINT,
        subject="{path}",
        shared=True,
        matching=(
            "FileNotFoundError: [Errno 2] No such file or directory: 'data/in.csv'",
            "Error: ENOENT: no such file or directory, open 'config.json'",
        ),
        non_matching=("FileNotFoundError",),
    ),
    Pattern(
        name="unset-variable",
        regex=(
            r"^(?:[^:\n]{1,100}: ){1,3}(?P<variable>(?![A-Z][A-Z0-9_]{1,100}:)\w{1,100}): "
            r"(?:unbound variable|parameter (?:null or )?not set)$"
        ),
        kind=Kind.RUNTIME,
        code="unset-variable",
        confidence=0.95,
        message="The script uses the variable ‘{variable}’, which has no value.",
        hint="Give it under ‘env’, or take the value from a step: ‘{{{{ … }}}}’.",
        subject="{variable}",
        matching=("bash: line 2: target: unbound variable", "sh: 1: 1: parameter not set"),
        non_matching=(
            "bash: line 2: TARGET: unbound variable",
            "TARGET: unbound variable is a message of bash",
        ),
    ),
    Pattern(
        name="shell-syntax",
        regex=r"^[^\n:]{1,100}: (?:-c: )?(?:line )?(?P<line>\d{1,6}): [Ss]yntax error:? (?P<said>[^\n]{1,200})",
        kind=Kind.RUNTIME,
        code="script-syntax",
        confidence=0.95,
        message="The script cannot be read by the shell: {said}",
        hint="Look for a missing quote, ‘fi’, ‘done’ or bracket in the script.",
        subject="{said}",
        matching=(
            "sh: 2: Syntax error: Unterminated quoted string",
            "bash: -c: line 3: syntax error near unexpected token `done'",
        ),
        non_matching=("Syntax error: somewhere",),
    ),
    Pattern(
        name="wrong-option",
        regex=(
            r"(?:unrecognized (?:arguments?|option)|[Uu]nknown option|invalid option|illegal option|[Nn]o such option|"
            r"unexpected argument|ambiguous option|bad option|Unrecognized VM option|^curl: option)(?: --|:)? ?['\"‘`]?"
            r"(?P<option>-{0,2}[\w=./-]{1,100})"
        ),
        kind=Kind.RUNTIME,
        code="wrong-usage",
        confidence=0.82,
        message="The command does not know ‘{option}’.",
        hint="Check its spelling; the command's help names what it knows.",
        subject="{option}",
        matching=(
            "pytest: error: unrecognized arguments: --verbos",
            "ls: unrecognized option '--al'",
            "error: unexpected argument '--lockd' found",
            "grep: invalid option -- 'Y'",
        ),
        non_matching=("all options are known",),
    ),
    Pattern(
        name="missing-argument",
        regex=(
            r"(?:the following (?:required )?arguments (?:are required|were not provided):|[Mm]issing (?:required )?argument:?|"
            r"Error: Missing (?:parameter|option):?)\s{1,4}['\"‘]?(?P<argument>[^'\"’\n]{1,200})"
        ),
        kind=Kind.RUNTIME,
        code="wrong-usage",
        confidence=0.82,
        message="The command needs ‘{argument}’, which was not given.",
        hint="Add it to the command.",
        subject="{argument}",
        matching=(
            "tool.py: error: the following arguments are required: path",
            "Error: Missing argument 'NAME'.",
            "error: the following required arguments were not provided:\n  <PATH>",
        ),
        non_matching=("arguments: path",),
    ),
)
