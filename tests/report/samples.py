"""Results to report on: a text with everything that is hard to place, and issues in it."""

from calibrant.failures import group, summarise
from calibrant.model.issue import Finding, FixRef, Issue, Kind, Place, Severity
from calibrant.model.session import SessionResult, StepResult
from calibrant.model.text import LineIndex, Span
from calibrant.report import Report

PATH = "flows/ürgent mail.workflow.yaml"
TEXT = "name: 📬 mail\r\nsteps:\n\t- id: fetch # 表 x\n  with: {rows: ooo}\n" + "  long: " + "y" * 500 + "END\nlast"
INDEX = LineIndex(TEXT)


def span(words: str, after: str = "") -> Span:
    start = TEXT.index(words, TEXT.index(after))
    return Span(start, start + len(words))


def finding(words: str, code: str = "unknown-step", severity: Severity = "error", **fields: object) -> Finding:
    kind = {"error": Kind.DEFINITION, "warning": Kind.EMPTY_DATA, "hint": Kind.HARDCODED}[severity]
    known: dict[str, object] = {"subject": words, "step": "fetch", "hint": "Mend it."}
    return Finding(code, kind, span(words), f"‘{words}’ is wrong.", severity=severity, **(known | fields))  # type: ignore[arg-type]


RELATED = (Place(span("last"), "here too", step="log"), Place(Span(0, 4), "in another file", "other.yaml"))
FINDINGS = (
    finding("mail", related=RELATED),
    finding("x", "empty-data", "warning", provisional=True),
    finding("ooo", "hardcoded-value", "hint"),
    finding("END", "bad-expression", details="Traceback\n  boom"),
)
FIX = FixRef("f-1", "Use ‘fetch’", "safe", 0.9, verified=True)
_PLAIN = group(PATH, FINDINGS)
FIXES = {issue.id: (FIX,) for issue in _PLAIN.all if issue.code == "bad-expression"}
GROUPS = group(PATH, FINDINGS, FIXES)
STEPS = (
    StepResult("fetch", "failed", "It was refused.", 1.25),
    StepResult("log", "rehearsed", provisional=True),
    StepResult("表", "not_run", "The workspace is not trusted.", reused=True),
)
RESULT = SessionResult("s1", PATH, "completed", summarise(GROUPS, STEPS), GROUPS, STEPS, seconds=1.5)
REPORT = Report(PATH, INDEX, GROUPS.all)


def issue(code: str) -> Issue:
    return next(one for one in GROUPS.all if one.code == code)
