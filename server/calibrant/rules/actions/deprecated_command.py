"""Commands to the runner that scripts print and that it reads no more, or soon will not (docs: workflow commands)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from calibrant.github.script_shell import script_language
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule

_FILES: Final = {
    "set-output": "GITHUB_OUTPUT",
    "save-state": "GITHUB_STATE",
    "set-env": "GITHUB_ENV",
    "add-path": "GITHUB_PATH",
}
"""The file that takes what each command told."""

_GONE: Final = frozenset({"set-env", "add-path"})
_ALLOWED: Final = "ACTIONS_ALLOW_UNSECURE_COMMANDS"
_COMMAND = re.compile(r"::(?P<command>set-output|save-state|set-env|add-path)(?:[ \t]+name=(?P<name>[^:\n]{0,200}))?::")
_PRINTED = re.compile(
    r"(?<![\w-])(?:echo|printf|print|puts|Write-Host|Write-Output|console\.log)(?:[ \t]+-\w+)*[ \t(]*[frbFRB]?[\"'`]?\Z"
)
_NEAR: Final = 80
"""Characters before a command in which that is looked for which prints it."""

_ESCAPED = re.compile(r"%(?:0A|0D|25|3A|2C)", re.IGNORECASE)
_END = r"(?=[ \t]*(?:\n|;|&&|\|\||\}|\)|\Z))"
_INNER = r"\$\(\([^()\n]*\)\)|\$\([^()\n]*\)|\$\{\{[^\n]*?\}\}|\$\{[^{}\n]*\}|\$(?![({'\"])"
_FORMS: Final = (
    re.compile(rf'echo[ \t]+"{_COMMAND.pattern}(?P<value>(?:{_INNER}|[^"\\`$\n]|\\.)*)"{_END}'),
    re.compile(rf"echo[ \t]+'{_COMMAND.pattern}(?P<value>[^'\n]*)'{_END}"),
    re.compile(rf"echo[ \t]+{_COMMAND.pattern}(?P<value>(?:{_INNER}|[^\s;&|<>()\"'`$\\#{{}}~*?\[\]])*){_END}"),
)
"""How the command is printed in a way that can be written anew: in double quotes, in single ones, or in none."""


class _Said(NamedTuple):
    """A command as printed: its span in the script, its parts, and what to write in place of what, if that is known."""

    start: int
    end: int
    command: str
    name: str
    old: str = ""
    new: str = ""


def _notes(body: StepBody, _known: Known) -> Iterator[Noted]:
    script = body.run
    if script is None or not isinstance(script.value, str) or "::" not in script.value:
        return
    for said in _said(script.value):
        span = script.locate(said.start, said.end)
        yield Noted(said.command, said.old, said.new, span, ("run",), said.name)


def _said(script: str) -> Iterable[_Said]:
    for match in _COMMAND.finditer(script):
        line = script.rfind("\n", 0, match.start()) + 1
        before = script[max(line, match.start() - _NEAR) : match.start()]
        if script[line : line + _NEAR].lstrip().startswith("#") or not _PRINTED.search(before):
            continue
        name = (match["name"] or "").strip()
        old, new = _rewritten(script, match, max(line, match.start() - _NEAR))
        yield _Said(match.start(), match.end(), match["command"], name, old, new)


def _rewritten(script: str, match: re.Match[str], start: int) -> tuple[str, str]:
    """Return the command that prints, and what says the same to the file; nothing where that is not certain."""
    end = script.find("\n", match.end())
    for form, quote in zip(_FORMS, ('"', "'", ""), strict=True):
        found = form.search(script, start, end if end >= 0 else len(script))
        if found is None or found.start("command") != match.start("command") or _ESCAPED.search(found["value"]):
            continue
        name = (found["name"] or "").strip()
        if match["command"] == "add-path":
            told = found["value"]
        elif re.fullmatch(r"[\w-]+", name):
            told = f"{name}={found['value']}"
        else:
            continue
        return found[0], f'echo {quote}{told}{quote} >> "${_FILES[match["command"]]}"'
    return "", ""


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    allowed = any(noted) and _ALLOWED in workflow.text
    for step, notes in zip(workflow.steps, noted, strict=True):
        language = script_language(workflow, step) if notes else ""
        for note in notes:
            yield _finding(note, step, language, allowed=allowed)


def _finding(note: Noted, step: Step, language: str, *, allowed: bool) -> Finding:
    command, file = note.sort, _FILES[note.sort]
    gone = command in _GONE
    what = (
        "is read by runners no more, for anything that a script prints could give it: the step fails"
        if gone
        else "is deprecated: GitHub warns of it at each run, and means to stop reading it"
    )
    told = "the folder" if command == "add-path" else f"‘{note.name or 'name'}=value’"
    evidence = {"command": command, "file": file, "name": note.name, "shell": language}
    if note.key and language in {"bash", "sh"}:
        evidence |= {"old": note.key, "new": note.value}
    return Finding(
        code="deprecated-command",
        kind=Kind.DEFINITION,
        span=step.at(Span(note.span.start, note.span.end)),
        message=f"The command ‘{command}’ {what}.",
        hint=f'Append {told} to the file that ‘${file}’ names: ‘echo "…" >> "${file}"’.',
        severity="error" if gone and not allowed else "warning",
        step=step.label,
        where=note.where,
        subject=f"{command} {note.name}".strip(),
        evidence=evidence,
    )


RULE = Rule(("deprecated-command",), notes=_notes, together=_together)
