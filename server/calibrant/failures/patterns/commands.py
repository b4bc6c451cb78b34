"""How shells report a program that is not there; samples of dash, bash 5.2, GNU env and npm 10."""

from collections.abc import Mapping

from calibrant.failures.pattern import Pattern
from calibrant.failures.providers import command_of, provider_of
from calibrant.model.issue import Kind

_SPELL = "Check its spelling, or install it where the workflow runs."


def program(groups: Mapping[str, str]) -> Mapping[str, str]:
    """Return what brings a program, and what to do."""
    found = provider_of(groups.get("command", ""))
    if found is None:
        return {"package": "", "installer": "", "advice": _SPELL}
    who = f"The {found.installer} package ‘{found.package}’ brings it"
    advice = f"{who}: install it where the workflow runs (‘{command_of(found)}’)."
    return {"package": found.package, "installer": found.installer, "advice": advice}


def _pattern(name: str, regex: str, confidence: float, matching: tuple[str, ...], others: tuple[str, ...]) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.RUNTIME,
        code="command-not-found",
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
