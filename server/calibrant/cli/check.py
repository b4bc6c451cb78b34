"""`calibrant check`: static checks, written to stdout; changes nothing anywhere."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import click

from calibrant import __version__, app, failures
from calibrant.cli.output import style_for_terminal, write
from calibrant.cli.targets import Target, targets
from calibrant.model.issue import Finding
from calibrant.model.text import LineIndex
from calibrant.report import Report, check_object, dumps
from calibrant.workspace.files import load

Format = Literal["text", "json", "sarif", "github"]


def check(paths: Sequence[Path], style: Format) -> int:
    """Check workflows and print what was found; returns the exit status."""
    reports = [_report(target) for target in targets(paths)]
    write(_rendered(reports, style))
    return 1 if any(issue.severity == "error" for report in reports for issue in report.issues) else 0


def _report(target: Target) -> Report:
    text, findings = _findings(target)
    name = target.name
    return Report(target.shown, LineIndex(text), failures.group(name, findings).all)


def _findings(target: Target) -> tuple[str, Sequence[Finding]]:
    try:
        loaded = load(target.path)
    except OSError as error:
        raise click.ClickException(f"‘{target.shown}’ cannot be read: {error.strerror}.") from error
    if loaded.problem:
        return "", [loaded.problem]
    analysis = app.analyse(str(target.path), loaded.text, target.settings)
    return loaded.text, analysis.findings if analysis else ()


def _rendered(reports: Sequence[Report], style: Format) -> Iterable[str]:
    if style == "json":
        return [dumps([check_object(report) for report in reports])]
    if style == "sarif":
        return [sarif(reports)]
    if style == "github":
        from calibrant.report.github import annotations

        return annotations(reports)
    from calibrant.report.text import check_text

    return check_text(reports, style_for_terminal())


def sarif(reports: Sequence[Report]) -> str:
    """Return a SARIF log as text."""
    from calibrant.pages import page
    from calibrant.report.sarif import sarif_log

    return dumps(sarif_log(reports, version=__version__, pages=page))
