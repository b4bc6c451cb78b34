"""Results of many workflows as plain text: each under its name, and a table of the folders they lie in."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from calibrant.model.language import ONLY_CHECKED
from calibrant.model.session import SessionResult
from calibrant.model.text import LineIndex
from calibrant.report.text import Style, session_text
from calibrant.report.visible import one_line, width

WIDEST = 48
"""Columns above which a folder's name is cut."""


class Entry(msgspec.Struct, frozen=True):
    """One workflow: its path as shown, and its result where it was run."""

    path: str
    result: SessionResult | None

    @property
    def folder(self) -> str:
        """The folder that it lies in, as shown."""
        return self.path.rpartition("/")[0] or "."


def has_errors(result: SessionResult) -> bool:
    """Tell whether a run found something of severity error."""
    return any(issue.severity == "error" for issue in result.issues.all)


def all_well(result: SessionResult) -> bool:
    """Tell whether a run came to its end, found nothing, and left no step out that could be run."""
    only_checked = sum(step.reason == ONLY_CHECKED for step in result.steps)
    done = result.summary.completed_steps + only_checked == result.summary.total_steps
    return result.status == "completed" and not result.issues.all and done


def titled_session_text(result: SessionResult, index: LineIndex, style: Style) -> Iterator[str]:
    """Yield what is printed of one workflow among several."""
    title = one_line(result.path)
    yield style.paint(f"── {title} " + "─" * max(2, 76 - width(title)), "1")
    yield from session_text(result, index, style)
    yield ""


def folders_text(entries: Sequence[Entry], total: int, seconds: float, style: Style) -> Iterator[str]:
    """Yield a line for each folder and one for all; `total` is how many workflows there were to run."""
    by_folder = groupby(sorted(entries, key=lambda entry: entry.folder), key=lambda entry: entry.folder)
    rows = [(folder, list(inside)) for folder, inside in by_folder]
    names = {folder: _cut(one_line(folder)) for folder, _ in rows}
    widest = max(map(width, names.values()), default=0)
    if len(rows) > 1:
        for folder, inside in rows:
            wrong = any(
                not entry.result or entry.result.status != "completed" or has_errors(entry.result) for entry in inside
            )
            padded = names[folder] + " " * (widest - width(names[folder]))
            yield f"{style.paint(padded, '1;31' if wrong else '32')}  {_counts(inside)}"
        yield ""
    left = total - len(entries)
    not_begun = f", {left:,} not begun" if left else ""
    yield style.paint(f"{_counts(entries)}{not_begun}, in {seconds:.1f} s.", "1")


def _counts(entries: Sequence[Entry]) -> str:
    results = [entry.result for entry in entries if entry.result]
    parts = [_number(len(entries), "workflow")]
    for count, words in (
        (sum(map(has_errors, results)), "with errors"),
        (sum(result.status == "failed" for result in results), "broke off"),
        (sum(result.status == "cancelled" for result in results), "cancelled"),
        (len(entries) - len(results), "not run"),
    ):
        parts += [f"{count:,} {words}"] * bool(count)
    found = sum(result.summary.total for result in results)
    return f"{', '.join(parts)}: {_number(found, 'issue') if found else 'no issues'}"


def _cut(name: str) -> str:
    return name if len(name) <= WIDEST else "…" + name[1 - WIDEST :]


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
