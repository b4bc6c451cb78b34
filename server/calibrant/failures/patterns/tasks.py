"""How task runners report a script, target, session or task that is not there.

Samples of npm 10, pnpm 11, Yarn 1.22, GNU make 4.3, tox 4, nox 2026, poethepoet, Gradle 4.4.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind


def _pattern(
    name: str, what: str, file: str, regex: str, matching: tuple[str, ...], others: tuple[str, ...], sure: float = 0.97
) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.RUNTIME,
        code="unknown-task",
        confidence=sure,
        message=f"There is no {what} called ‘{{task}}’ here.",
        hint=f"Correct its name, or add it to {file}.",
        subject="{task}",
        matching=matching,
        non_matching=others,
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "npm-unknown-script",
        "npm script",
        "package.json",
        r'^npm (?:ERR!|error) Missing script: "?(?P<task>[^"\n]{1,100})"?',
        ('npm error Missing script: "tset"\nnpm error\nnpm error Did you mean this?', "npm ERR! Missing script: tset"),
        ("npm ERR! code ELIFECYCLE",),
    ),
    _pattern(
        "pnpm-unknown-script",
        "script",
        "package.json",
        r"^[ \t]{0,4}(?:× |ERR_PNPM_NO_SCRIPT\S{0,20}[ \t]{1,4})Missing script: (?P<task>\S{1,100})$",
        ('Error: ERR_PNPM_NO_SCRIPT\n\n  × Missing script: tset\n  help: Command "tset" not found.',),
        ("Missing script files were found",),
    ),
    _pattern(
        "yarn-unknown-script",
        "script",
        "package.json",
        r'^(?:error Command|Usage Error: Couldn\'t find a script named) "(?P<task>[^"\n]{1,100})"(?: not found)?\.',
        ('error Command "tset" not found.\ninfo Visit https://yarnpkg.com/en/docs/cli/run for documentation.',),
        ('Command "a" not found in the list',),
    ),
    _pattern(
        "make-unknown-target",
        "target",
        "the makefile",
        r"^g?make(?:\[\d{1,3}\])?: \*\*\* No rule to make target [`'‘](?P<task>[^'’\n]{1,200})['’]\.",
        ("make: *** No rule to make target 'tset'.  Stop.",),
        ("make: Nothing to be done for 'all'.", "make: *** No rule to make target 'c.txt', needed by 'b'.  Stop."),
    ),
    _pattern(
        "tox-unknown-environment",
        "tox environment",
        "tox.ini",
        r"provided environments not found in configuration file:\n(?P<task>\S{1,100})",
        ("ROOT: HandledError| provided environments not found in configuration file:\nzz",),
        ("  py: OK (0.09 seconds)",),
    ),
    _pattern(
        "nox-unknown-session",
        "nox session",
        "noxfile.py",
        r"^nox > Sessions not found: (?P<task>[^\n]{1,100})$",
        ("nox > Error while collecting sessions.\nnox > Sessions not found: zz",),
        ("nox > Session a was successful.",),
    ),
    _pattern(
        "poe-unknown-task",
        "task",
        "pyproject.toml",
        r"^Error: Unrecognized task '(?P<task>[^'\n]{1,100})'$",
        ("Poe the Poet (version 0.48.0)\n\nError: Unrecognized task 'zz'",),
        ("Error: Unrecognized option",),
    ),
    _pattern(
        "gradle-unknown-task",
        "Gradle task",
        "build.gradle",
        r"^Task '(?P<task>[^'\n]{1,100})' not found in (?:root )?project '[^'\n]{1,200}'",
        ("* What went wrong:\nTask 'zz' not found in root project 't'.",),
        ("> Task :compileJava",),
    ),
    _pattern(
        "just-unknown-recipe",
        "recipe",
        "the justfile",
        r"^error: [Jj]ustfile does not contain recipes? `(?P<task>[^`\n]{1,100})`",
        ("error: Justfile does not contain recipe `tset`\nDid you mean `test`?",),
        ("error: Recipe `test` failed on line 3 with exit code 1",),
    ),
    _pattern(
        "cargo-unknown-command",
        "cargo command",
        "Cargo's aliases, or install it",
        r"^error: no such command: `(?P<task>[^`\n]{1,100})`",
        ("error: no such command: `zz`\n\nhelp: view all installed commands with `cargo --list`",),
        ("error: could not find `Cargo.toml` in `/home/user/e` or any parent directory",),
    ),
    _pattern(
        "ant-unknown-target",
        "target",
        "build.xml",
        r"^Target \"(?P<task>[^\"\n]{1,100})\" does not exist in the project",
        ('BUILD FAILED\nTarget "lnit" does not exist in the project "null". ',),
        ("BUILD SUCCESSFUL",),
    ),
    _pattern(
        "mvn-unknown-phase",
        "phase",
        "pom.xml",
        r"Unknown lifecycle phase \"(?P<task>[^\"\n]{1,100})\"",
        ('[ERROR] Unknown lifecycle phase "tset". You must specify a valid lifecycle phase or a goal',),
        ("[INFO] BUILD SUCCESS",),
    ),
    _pattern(
        "rake-unknown-task",
        "rake task",
        "the Rakefile",
        r"^Don't know how to build task '(?P<task>[^'\n]{1,100})'",
        ("rake aborted!\nDon't know how to build task 'zz' (See the list of available tasks with `rake --tasks`)",),
        ("rake aborted!\nNo Rakefile found (looking for: rakefile, Rakefile, rakefile.rb, Rakefile.rb)",),
    ),
)
