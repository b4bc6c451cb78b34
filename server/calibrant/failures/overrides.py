"""A user's settings on findings: codes that are not shown, and other severities."""

from collections.abc import Iterable

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.settings import Settings


def apply(findings: Iterable[Finding], settings: Settings) -> list[Finding]:
    """Return the findings without ignored codes and with the severities that the settings give to codes."""
    silent = {*settings.ignore, *(code for code, level in settings.severity.items() if level == "off")}
    out = []
    for finding in findings:
        if finding.code in silent:
            continue
        level = settings.severity.get(finding.code)
        if level is not None and level != "off" and level != finding.severity:
            finding = msgspec.structs.replace(finding, severity=level)  # noqa: PLW2901 - the same finding, as set
        out.append(finding)
    return out
