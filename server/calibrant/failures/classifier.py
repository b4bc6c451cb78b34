"""From what a step reported to what it means: kind, code and plain words, with how sure that is."""

import re
from collections import defaultdict
from collections.abc import Mapping

import msgspec

from calibrant.failures.pattern import ExitPattern, Pattern
from calibrant.failures.patterns import IN_ORDER
from calibrant.failures.patterns.commands import CODE as COMMAND_NOT_FOUND
from calibrant.failures.patterns.commands import program
from calibrant.failures.patterns.machine import EXITS
from calibrant.failures.patterns.order import causes as is_cause
from calibrant.failures.words import last_words, quoted, searchable
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind

_BESIDES = ("port-in-use", "low-coverage")
"""Codes that come out beside what checkers complain of, though these are the stronger where only one thing is told."""

_CAUSING = tuple(pattern for tier in IN_ORDER for pattern in tier if is_cause(pattern) or pattern.code in _BESIDES)
_EXITS: Mapping[int, ExitPattern] = {pattern.status: pattern for pattern in EXITS}
_COUNTED = 1_000
_SIGNALS = 128
_NOT_EXECUTABLE = 126


class Classified(msgspec.Struct, frozen=True):
    """What a failure was taken for. `confidence` (0–1) is 1 where the step said so itself.

    `subject` is what the complaint is about, without positions or counts; `shared`: elsewhere the same is the same cause.
    """

    kind: Kind
    code: str
    confidence: float
    message: str
    hint: str = ""
    subject: str = ""
    evidence: dict[str, str] = {}
    shared: bool = False


def classify(failure: Failure) -> Classified:
    """Tell what a failure is. The step's own word wins; else patterns in its output and details; else its exit status."""
    if failure.kind is not None:
        return _said(failure, failure.kind)
    found = _by_pattern(searchable(failure.output or failure.details))
    status = _EXITS.get(_status(failure.exit_code))
    if found and not (status and status.confidence > found.confidence):
        return found
    if status:
        return Classified(status.kind, status.code, status.confidence, status.message, status.hint)
    return _unknown(failure)


def _said(failure: Failure, kind: Kind) -> Classified:
    """Return what a step itself says; of a program that is not there it is added what brings it."""
    said = Classified(kind, failure.code, 1.0, failure.message, failure.hint, failure.subject, dict(failure.evidence))
    if failure.code != COMMAND_NOT_FOUND or failure.exit_code == _NOT_EXECUTABLE or not failure.subject:
        return said
    more = program({"command": failure.subject})
    hint = more["advice"] if more["package"] else failure.hint
    evidence = {**failure.evidence, **_kept(more)}
    return msgspec.structs.replace(said, hint=hint, evidence=evidence, shared="/" not in failure.subject)


def by_signal(failure: Failure) -> Classified | None:
    """Return what it means that a signal ended the command, where the exit status says that one did (128 and above)."""
    status = _EXITS.get(_status(failure.exit_code))
    if status is None or status.status <= _SIGNALS:
        return None
    return Classified(status.kind, status.code, status.confidence, status.message, status.hint)


def causes(text: str) -> list[Classified]:
    """Return what made a command fail rather than what it found, as its output tells: the strongest first, of each code one."""
    text = searchable(text)
    found: dict[str, Classified] = {}
    for pattern in _CAUSING:
        if pattern.code not in found and (matches := _matches(pattern, text)):
            found[pattern.code] = _told(pattern, matches)
    return list(found.values())


def _by_pattern(text: str) -> Classified | None:
    """Return what the strongest tier that has a match tells: of the surest patterns in it the last one in the text."""
    for tier in IN_ORDER:
        best: tuple[float, int, Pattern, list[re.Match[str]]] | None = None
        for pattern in tier:
            if best and pattern.confidence < best[0]:
                break
            matches = _matches(pattern, text)
            if matches and (best is None or matches[-1].start() > best[1]):
                best = (pattern.confidence, matches[-1].start(), pattern, matches)
        if best:
            return _told(best[2], best[3])
    return None


def _matches(pattern: Pattern, text: str) -> list[re.Match[str]]:
    out: list[re.Match[str]] = []
    if pattern.unless and re.search(pattern.unless, text, re.MULTILINE):
        return out
    for match in re.finditer(pattern.regex, text, re.MULTILINE):
        out.append(match)
        if len(out) == _COUNTED:
            break
    return out


def _told(pattern: Pattern, matches: list[re.Match[str]]) -> Classified:
    match = matches[0] if pattern.many else matches[-1]
    groups = {name: quoted(value) for name, value in match.groupdict().items() if value}
    more = dict(pattern.more(groups)) if pattern.more else {}
    fill = defaultdict(str, {**groups, **more})
    subject = pattern.subject.format_map(fill).strip()
    others = len({found[0] for found in matches}) - 1 if pattern.many else 0
    message = _tidy(pattern.message.format_map(fill))
    if others:
        message = f"{message} ({others} more like it in the details.)"
    return Classified(
        pattern.kind,
        pattern.code,
        pattern.confidence,
        message,
        pattern.hint.format_map(fill),
        subject,
        {**groups, **_kept(more), "pattern": pattern.name, **({"tool": pattern.tool} if pattern.tool else {})},
        pattern.shared,
    )


def _kept(more: Mapping[str, str]) -> dict[str, str]:
    """Return what of the words that a pattern adds is evidence: advice is for people only."""
    return {name: value for name, value in more.items() if value and name != "advice"}


def _tidy(message: str) -> str:
    """Return a message whose optional parts were empty without the marks that they leave."""
    message = re.sub(r" {2,}", " ", message).strip().replace(" ()", "")
    return message[:-1] + "." if message.endswith(":") else message


def _status(exit_code: int | None) -> int:
    """Return an exit status as shells count it: 128 + n for a process ended by signal n."""
    if exit_code is None:
        return 0
    return 128 - exit_code if exit_code < 0 else exit_code


def _unknown(failure: Failure) -> Classified:
    if failure.exit_code is None:
        message = failure.message or "The step failed and did not say why."
    else:
        words = last_words(failure.output or failure.details)
        said = f"Its last words were: {words}" if words else "It said nothing."
        message = f"The command ended with exit status {failure.exit_code}. {said}"
    hint = failure.hint or "Run it by itself to see more, or look at the details."
    subject = failure.subject or (str(failure.exit_code) if failure.exit_code is not None else "")
    return Classified(Kind.UNKNOWN, "unknown-failure", 0.0, message, hint, subject, dict(failure.evidence))
