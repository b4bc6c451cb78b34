"""`calibrant check`: static checks, written to stdout; changes nothing anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from calibrant import __version__, app, failures
from calibrant.cli.output import style_for_terminal, write
from calibrant.cli.targets import Target, loaded, targets
from calibrant.model.issue import Finding, Issue
from calibrant.model.text import LineIndex
from calibrant.report import Report, check_object, dumps
from calibrant.workspace.analysis import GroundOf

Format = Literal["text", "json", "sarif", "github"]


def check(paths: Sequence[Path], style: Format) -> int:
    """Check workflows and print what was found; returns the exit status."""
    chosen, ground_of = targets(paths), app.grounding()
    reports: list[Report] = []
    if style == "text":
        write(_as_found(chosen, reports, ground_of))
    else:
        reports += filter(None, (_report(target, ground_of) for target in chosen))
        write(_rendered(reports, style))
    if len(reports) < len(chosen):
        return 2
    return 1 if any(issue.severity == "error" for report in reports for issue in report.issues) else 0


def _report(target: Target, ground_of: GroundOf) -> Report | None:
    """Return what is wrong with a file, None where it cannot be read."""
    file = loaded(target)
    if file is None:
        return None
    return Report(target.shown, LineIndex(file.text), _issues(target, file.problem, file.text, ground_of))


def _issues(target: Target, problem: Finding | None, text: str, ground_of: GroundOf) -> tuple[Issue, ...]:
    analysis = None if problem else app.analyse(str(target.path), text, target.settings, ground_of=ground_of)
    if analysis is not None:
        return app.offers(target.name, analysis).groups.all
    return failures.group(target.name, [problem] if problem else []).all


def _as_found(chosen: Iterable[Target], reports: list[Report], ground_of: GroundOf) -> Iterator[str]:
    """Yield what is wrong with each file as soon as that is known, file after file, then one line that sums up all."""
    from calibrant.report.text import check_summary, report_text

    style = style_for_terminal()
    for target in chosen:
        if report := _report(target, ground_of):
            reports.append(report)
            yield from report_text(report, style)
    yield style.paint(check_summary(reports), "1")


def _rendered(reports: Sequence[Report], style: Format) -> Iterable[str]:
    if style == "json":
        return [dumps([check_object(report) for report in reports])]
    if style == "sarif":
        return [sarif(reports)]
    from calibrant.report.github import annotations

    return annotations(reports)


def sarif(reports: Sequence[Report]) -> str:
    """Return a SARIF log as text."""
    from calibrant.pages import page
    from calibrant.report.sarif import sarif_log

    return dumps(sarif_log(reports, version=__version__, pages=page))
