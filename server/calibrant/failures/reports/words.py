"""What a tool complains of, in plain words."""

from calibrant.failures.reports.reader import Complaint
from calibrant.failures.words import quoted
from calibrant.model.issue import Kind

_WHO = {
    "lint-finding": "The linter objects to",
    "typecheck-failed": "The type checker objects to",
    "script-syntax": "The code cannot be read in",
}
_HINTS = {
    "test-failed": "See in the details what was expected, then correct the code or the test.",
    "lint-finding": "Correct the code there, or switch the rule off where it does not apply.",
    "typecheck-failed": "Correct the types there.",
    "build-failed": "Correct the code there.",
    "script-syntax": "Correct the code there.",
    "script-error": "Correct the program, or what it is given.",
    "vulnerability-found": "Correct the code there, or update the package at fault.",
}
FORMAT = "format"
"""The rule of a complaint that a formatter would change a file."""
LINK = "link"
"""The rule of a complaint by a linker."""


def message(complaint: Complaint, file: str) -> str:
    """Return what is wrong and where, in one sentence; `file` is the path to show, empty where there is none."""
    said = quoted(complaint.message)
    if complaint.rule == FORMAT and not said:
        return f"The formatter would change ‘{quoted(file)}’."
    opening = _opening(complaint, quoted(file)) + (f", line {complaint.at.line + 1}" if complaint.at and file else "")
    named = complaint.rule not in ("", FORMAT, LINK) and complaint.rule not in said
    rule = f" ({quoted(complaint.rule)})" if named else ""
    return f"{opening}: {said}{rule}" if said else f"{opening}{rule}."


def _opening(complaint: Complaint, file: str) -> str:
    where = f" in {file}" if file else ""
    if complaint.code == "test-failed":
        if complaint.name:
            return f"The test ‘{quoted(complaint.name)}’{where} failed"
        return "Tests could not be run" + (f" because of {file}" if file else "")
    if complaint.severity != "error" or complaint.code not in (*_WHO, "build-failed", "script-error"):
        verb = "warns" if complaint.severity == "warning" else "reports"
        return f"{_tool(complaint)} {verb}" + (f" of {file}" if file else "")
    if complaint.code == "build-failed" and complaint.rule == LINK:
        return f"The program cannot be linked{where}"
    if complaint.code == "build-failed" and complaint.kind == Kind.RUNTIME:
        return f"The build stops{where}"
    if complaint.code == "build-failed":
        return f"{file or 'The code'} does not compile"
    if complaint.code == "script-error":
        return f"The program stopped with an error of its own{where}"
    return f"{_WHO[complaint.code]} {file or 'the code'}"


def _tool(complaint: Complaint) -> str:
    if complaint.tool == "annotation":
        return "The step"
    return complaint.tool or "The tool"


def hint(complaint: Complaint) -> str:
    """Return what to do about it; empty where its kind says that best."""
    if complaint.rule == FORMAT:
        return "Run the formatter and keep what it writes."
    if complaint.weak:
        return "The details show what was said before it stopped."
    return _HINTS.get(complaint.code, "")
