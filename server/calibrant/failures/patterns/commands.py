"""How shells report a program that is not there; samples of dash, bash 5.2, GNU env and npm 10."""

from collections.abc import Mapping

from calibrant.failures.pattern import Pattern
from calibrant.failures.providers import command_of, provider_of
from calibrant.model.issue import Kind

CODE = "command-not-found"
_SPELL = "Check its spelling, or install it where the workflow runs."


def program(groups: Mapping[str, str]) -> Mapping[str, str]:
    """Return what brings a program, and what to do."""
    command = next((value for name, value in groups.items() if name != "line"), "")
    found = provider_of(command)
    if found is None:
        return {"command": command, "package": "", "installer": "", "advice": _SPELL}
    who = f"The {found.installer} package ‘{found.package}’ brings it"
    advice = f"{who}: install it where the workflow runs (‘{command_of(found)}’)."
    return {"command": command, "package": found.package, "installer": found.installer, "advice": advice}


def _pattern(name: str, regex: str, confidence: float, matching: tuple[str, ...], others: tuple[str, ...]) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.RUNTIME,
        code=CODE,
        confidence=confidence,
        message="The command ‘{command}’ was not found.",
        hint="{advice}",
        subject="{command}",
        shared=True,
        more=program,
        matching=matching,
        non_matching=others,
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "make-command-not-found",
        r"^g?make(?:\[\d{1,3}\])?: (?P<command>[^\s:/]{1,200}): No such file or directory$",
        0.95,
        ("make: golangci-lint: No such file or directory\nmake: *** [Makefile:2: lint] Error 127",),
        ("make: *** backend: No such file or directory.  Stop.",),
    ),
    _pattern(
        "subprocess-not-found",
        (
            r"^[^\n]{0,60}Exception running subprocess \[Errno 2\] No such file or directory: '(?P<command>[^'/\n]{1,200})'|"
            r"^\[PdmUsageError\]: Command '(?P<pdm>[^'\n]{1,200})' is not found in your PATH|^Command not found: "
            r"(?P<poetry>\S{1,200})$|"
            r"^error: Failed to spawn: `?(?P<uv>[^`\s]{1,200})`?$|^nox > Program (?P<nox>\S{1,200}) not found\.$|"
            r'ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL {1,4}Command "(?P<pnpm>[^"\n]{1,200})" not found'
        ),
        0.95,
        (
            "a: Exception running subprocess [Errno 2] No such file or directory: 'pytestt'",
            "[PdmUsageError]: Command 'zz' is not found in your PATH.",
            "Command not found: zz",
            "error: Failed to spawn: zz\n  cause: No such file or directory (os error 2)",
        ),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",),
    ),
    _pattern(
        "command-not-found",
        r"^(?:[^:\n]{1,200}: ){0,3}?(?:(?:line )?(?P<line>\d{1,6}): )?(?P<command>[^\s:]{1,200}): command not found$",
        0.95,
        (
            "bash: line 3: pytset: command not found",
            "/bin/sh: jq: command not found",
            "./run.sh: line 12: foo-bar: command not found",
        ),
        ("the command was not found in the manual", "404: command not found here"),
    ),
    _pattern(
        "command-not-found-posix",
        r"^[^\s:]{1,200}: (?:line )?(?P<line>\d{1,6}): (?:exec: )?(?P<command>[^\s:]{1,200}): not found$",
        0.95,
        (
            "sh: 1: pytset: not found",
            "/bin/sh: 4: exec: foo: not found",
            "> x@1.0.0 test\n> jest\n\nsh: 1: jest: not found",
        ),
        ("error: page: not found", "sh: 1: not found"),
    ),
    _pattern(
        "command-not-found-zsh",
        r"^(?:[^\s:]{1,100}:(?:\d{1,6}:)? ?)?command not found: (?P<command>\S{1,200})$",
        0.95,
        ("zsh: command not found: pytset", "zsh:1: command not found: jq"),
        ("zsh: no matches found: *.x",),
    ),
    _pattern(
        "interpreter-not-found",
        r"^(?:/usr/bin/)?env: [‘'\"“]?(?P<command>[^’'\"”:\n]{1,200})[’'\"”]?: No such file or directory$",
        0.96,
        ("env: ‘python’: No such file or directory", "/usr/bin/env: 'node': No such file or directory"),
        ("cat: env: No such file or directory",),
    ),
)
