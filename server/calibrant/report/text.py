"""Issues and results as plain text for a terminal or a log, in the manner of modern compilers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from calibrant.model.issue import Issue, Place, Severity
from calibrant.model.language import ONLY_CHECKED
from calibrant.model.session import SessionResult, StepResult, Summary
from calibrant.model.text import LineIndex
from calibrant.model.words import counted
from calibrant.report.snippet import Snippet, snippet
from calibrant.report.source import Others, Report, showable
from calibrant.report.told import shown_path, told_line
from calibrant.report.visible import one_line, width

_NONE: Mapping[str, LineIndex] = {}
_COLOUR: dict[Severity, str] = {"error": "1;31", "warning": "1;33", "hint": "1;36"}
_STEP_COLOUR: Final = {"completed": "32", "rehearsed": "32", "failed": "1;31", "skipped": "33", "not_run": "33"}
_FAINT: Final = "2"
_BOLD: Final = "1"

PLACES_SHOWN: Final = 10
STEPS_SHOWN: Final = 40
_DETAILS_SHOWN: Final = 12
_LONGEST: Final = 600


class Style(msgspec.Struct, frozen=True):
    """How to write: with `colour` for a terminal that shows it, without for pipes; `details` adds technical details."""

    colour: bool = False
    details: bool = False

    def paint(self, text: str, code: str) -> str:
        """Return the text in a colour, given as the parameters of SGR."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


PLAIN: Final = Style()


def check_text(reports: Sequence[Report], style: Style = PLAIN, others: Others = _NONE) -> Iterator[str]:
    """Yield what `check` prints: the issues of each file, then one line that sums them up. Items end without a line end."""
    for report in reports:
        yield from report_text(report, style, others)
    yield style.paint(check_summary(reports), _BOLD)


def report_text(report: Report, style: Style = PLAIN, others: Others = _NONE) -> Iterator[str]:
    """Yield the issues of one file."""
    index = showable(report.index, report.issues)
    for issue in report.issues:
        yield issue_text(issue, index, style, others, path=report.path) + "\n"


def session_text(
    result: SessionResult, index: LineIndex, style: Style = PLAIN, others: Others = _NONE
) -> Iterator[str]:
    """Yield what `calibrate` prints of one workflow: issues by group, its steps, and one line that sums it up."""
    groups = (
        ("Critical", result.issues.critical, "1;31"),
        ("Warnings", result.issues.warnings, "1;33"),
        ("Auto-repairs", result.issues.auto_repairs, "1;36"),
    )
    index = showable(index, result.issues.all)
    for title, issues, colour in groups:
        if issues:
            yield style.paint(f"{title} ({len(issues)})", colour) + "\n"
            for issue in issues:
                yield issue_text(issue, index, style, others, path=result.path) + "\n"
    if any(step.reason != ONLY_CHECKED for step in result.steps):
        yield style.paint("Steps", _BOLD)
        yield "\n".join(steps_table(result.steps, style)) + "\n"
    for line in not_run_notes(result.steps):
        yield line + "\n"
    if result.answers:
        yield f"The first run after fix {result.answers}.\n"
    yield style.paint(session_summary(result), _BOLD)


def issue_text(issue: Issue, index: LineIndex, style: Style = PLAIN, others: Others = _NONE, *, path: str = "") -> str:
    """Return one issue: place, severity and code, message, the source line with marks, and what belongs to it."""
    finding = issue.finding
    index = showable(index, (issue,))
    shown = snippet(index, finding.span)
    column = finding.span.start - index.line_span(shown.number - 1).start + 1
    place = style.paint(f"{one_line(path or issue.path)}:{shown.number}:{max(1, column)}:", _BOLD)
    name = style.paint(f"{finding.severity}[{issue.code}]", _COLOUR[finding.severity])
    lines = [f"{place} {name}: {_short(finding.message)}"]
    lines += _source(shown, style, _COLOUR[finding.severity])
    margin = " " * len(f"{shown.number:>5} ")
    for label, text in _notes(issue, index, style, others, path or issue.path):
        lines.append(f"{margin}{style.paint('=', _FAINT)} {style.paint(label + ':', _BOLD)} {text}")
    return "\n".join(lines)


def steps_table(steps: Sequence[StepResult], style: Style = PLAIN) -> Iterator[str]:
    """Yield one line for each step; of more than 40, those that completed, for no reason of their own, are only counted."""
    many = len(steps) > STEPS_SHOWN
    shown = [step for step in steps if not many or step.status != "completed" or step.reason]
    listed = shown[: 5 * STEPS_SHOWN]
    widest = min(40, max((width(one_line(step.id)) for step in listed), default=0))
    for step in listed:
        name = one_line(step.id)
        status = style.paint(f"{step.status.replace('_', ' '):<9}", _STEP_COLOUR[step.status])
        line = f"  {name}{' ' * (widest - width(name))}  {status}  {step.seconds:8.2f} s  {_step_note(step)}"
        yield line.rstrip()
    if completed := len(steps) - len(shown):
        yield f"  and {counted(completed, 'completed step')}"
    if len(shown) > len(listed):
        yield f"  and {len(shown) - len(listed):,} more that did not complete"


def not_run_notes(steps: Sequence[StepResult]) -> Iterator[str]:
    """Yield, once for each reason, which steps were not run, why, and how to let them run."""
    reasons: dict[str, list[str]] = {}
    for step in steps:
        if step.status == "not_run":
            reasons.setdefault(step.reason, []).append(f"‘{one_line(step.id)}’")
    for reason, names in reasons.items():
        if reason == ONLY_CHECKED:
            yield f"Not run: {counted(len(names), 'step')}. {reason}"
            continue
        named = ", ".join(names[:PLACES_SHOWN]) + (" and others" if len(names) > PLACES_SHOWN else "")
        yield f"Not run: {named}. {_short(reason)}"


def check_summary(reports: Sequence[Report]) -> str:
    """Return the closing line of a check."""
    found = [issue.severity for report in reports for issue in report.issues]
    files = counted(len(reports), "file")
    if not found:
        return f"No issues in {files}."
    kinds: tuple[Severity, ...] = ("error", "warning", "hint")
    parts = [counted(found.count(kind), kind) for kind in kinds if kind in found]
    return f"{', '.join(parts)} in {files}."


def session_summary(result: SessionResult) -> str:
    """Return the closing line of a calibration."""
    ended = {"completed": "", "failed": "The run broke off. ", "cancelled": "The run was cancelled. "}[result.status]
    reason = f"{_short(result.reason)} " if result.reason and result.status != "completed" else ""
    return f"{reason or ended}{_issues_count(result.summary)} {_steps_count(result)}"


def _issues_count(summary: Summary) -> str:
    if not summary.total:
        return "No issues."
    parts = (
        f"{summary.critical:,} critical",
        counted(summary.warnings, "warning"),
        counted(summary.auto_repairs, "auto-repair"),
    )
    return f"{counted(summary.total, 'issue')}: {', '.join(parts)}."


def _steps_count(result: SessionResult) -> str:
    if result.steps and all(step.reason == ONLY_CHECKED for step in result.steps):
        return f"Checked in {result.seconds:.1f} s."
    summary, reused = result.summary, sum(step.reused for step in result.steps)
    parts = [f"{summary.completed_steps:,} of {counted(summary.total_steps, 'step')} completed"]
    parts += [f"{summary.failed_steps:,} failed"] * bool(summary.failed_steps)
    parts += [f"{summary.skipped_steps:,} skipped"] * bool(summary.skipped_steps)
    parts += [f"{reused:,} reused"] * bool(reused)
    return f"{', '.join(parts)}, in {result.seconds:.1f} s."


def _source(shown: Snippet, style: Style, colour: str) -> Iterator[str]:
    bar = style.paint("|", _FAINT)
    yield f"{style.paint(f'{shown.number:>5}', _FAINT)} {bar} {shown.source}".rstrip()
    goes_on = f" (to line {shown.last})" if shown.last else ""
    yield f"{' ' * 5} {bar} {' ' * shown.indent}{style.paint('^' * shown.marks, colour)}{goes_on}"


def _notes(issue: Issue, index: LineIndex, style: Style, others: Others, path: str) -> Iterator[tuple[str, str]]:
    finding = issue.finding
    if finding.hint:
        yield "hint", _short(finding.hint)
    if finding.provisional:
        yield "provisional", "found with a stand-in for what an earlier step would have given"
    for place in finding.related[:PLACES_SHOWN]:
        yield "also", _place(place, issue, index, others, path)
    if len(finding.related) > PLACES_SHOWN:
        yield "also", f"{len(finding.related) - PLACES_SHOWN:,} more places"
    shown = issue.fixes if style.details else issue.fixes[:1]
    for fix in shown:
        told = ", verified" if fix.verified else ", did not help" if fix.tried else ""
        yield "fix", f"{_short(fix.title)} ({fix.safety}{told}) {fix.id}"
    if len(issue.fixes) > len(shown):
        yield "fix", f"{len(issue.fixes) - len(shown)} more with --details"
    if style.details and finding.details:
        for line in finding.details.split("\n")[-_DETAILS_SHOWN:]:
            yield "details", _short(line)


def _place(place: Place, issue: Issue, index: LineIndex, others: Others, path: str) -> str:
    of_place = others.get(place.path) if place.path else index
    where = one_line(place.path or issue.path)
    if place.at is not None:
        where = one_line(told_line(shown_path(place.path, issue.path, path), place.at))
    elif of_place is not None:
        at = of_place.position(place.span.start, "utf-32")
        where = f"{where}:{at.line + 1}:{at.character + 1}"
    in_step = f" in ‘{one_line(place.step)}’" if place.step else ""
    said = f": {_short(place.message)}" if place.message and place.message != issue.finding.message else ""
    return f"{where}{in_step}{said}"


def _step_note(step: StepResult) -> str:
    words: Iterable[tuple[bool, str]] = (
        (step.reused, "reused"),
        (step.provisional, "provisional"),
        (bool(step.reason) and step.status != "not_run", _short(step.reason)),
    )
    return "; ".join(word for on, word in words if on)


def _short(text: str) -> str:
    text = one_line(text[: _LONGEST * 2])
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
