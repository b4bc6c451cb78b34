"""What a command that succeeded tells all the same: annotations in its output, and findings in the reports that it left."""

import re
from collections.abc import Iterable

from calibrant.model.connector import Completed
from calibrant.model.failure import Failure, Left
from calibrant.model.issue import Kind

_ANNOTATION = re.compile(r"^[ \t]{0,20}::(?:error|warning)(?:[ \t][^\n]{0,4000}?)?::[^\n]{0,8000}", re.MULTILINE)
_MOST = 200
_FINDINGS = {
    "sarif": re.compile(r"\"results\"\s{0,200}:\s{0,200}\[\s{0,200}\{"),
    "junit": re.compile(r"<(?:failure|error)[\s/>]"),
}


def told(done: Completed) -> Failure | None:
    """Return what a command that ended well reports: of its output the annotations alone. None where it reports nothing."""
    if done.exit_code != 0:
        return None
    said = [*_annotations(done.stdout), *_annotations(done.stderr)][:_MOST]
    left = tuple(report for report in done.left if _has_findings(report))
    if not said and not left:
        return None
    return Failure(
        "reported-problems",
        "It succeeded, but it reports problems.",
        Kind.LINT,
        hint="See in the details what is reported, and where.",
        details="\n".join(said) or "\n".join(f"Left in {report.path}." for report in left),
        subject="reported",
        exit_code=0,
        output="\n".join(said),
        cwd=done.cwd,
        left=left,
    )


def _annotations(text: str) -> Iterable[str]:
    if "::error" not in text and "::warning" not in text:
        return
    for count, match in enumerate(_ANNOTATION.finditer(text)):
        if count == _MOST:
            return
        yield match[0]


def _has_findings(report: Left) -> bool:
    return _FINDINGS[report.format].search(report.text) is not None
