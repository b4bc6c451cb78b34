"""One mistake is told once: what follows from it elsewhere in the file is left out."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from calibrant.github.places import places_of
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Workflow
from calibrant.rules.actions.walking import ACTION

_FOLLOWING = frozenset(
    {
        *("unknown-key", "unknown-event", "duplicate-key", "missing-key", "wrong-type", "invalid-value"),
        *("conflicting-keys", "uses-format", "unknown-job", "self-reference", "missing-parameter", "unknown-parameter"),
    }
)
"""What is told of a map where a line that could not be read, or stands at a wrong column, has moved what is behind it."""

_GATHERED = {"unknown-key": 4, "unknown-event": 4, "duplicate-key": 3}
"""From how many in one map on there is probably one cause for all: a line is missing, or the map is in a wrong place."""

_OF_A_JOB = frozenset({"steps", "uses", "runs-on"})


def settle(workflow: Workflow, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of a file, in the order of their places, without those that only follow from others."""
    kept = _without_orphans(workflow, findings)
    if not any(finding.code in _FOLLOWING for finding in kept):
        return kept
    pieces = _Pieces(workflow)
    flawed: dict[Span, int] = {}
    for finding in kept:
        if finding.kind is Kind.SYNTAX:
            flawed.setdefault(pieces.of(finding.span.start), finding.span.start)
    whole = len(workflow.text) + 1
    kept = [
        finding
        for finding in kept
        if finding.code not in _FOLLOWING or finding.span.start < flawed.get(pieces.of(finding.span.start), whole)
    ]
    return _gathered(kept, pieces)


class _Pieces:
    """Which part of the text an offset is in: a step, a job around its steps, or what is around the jobs."""

    def __init__(self, workflow: Workflow) -> None:
        self.steps = [Span(step.origin, step.origin + len(step.body.text)) for step in workflow.steps]
        self.jobs = [Span(job.origin, job.origin + len(job.body.text)) for job in workflow.jobs]
        self.step_starts = [span.start for span in self.steps]
        self.job_starts = [span.start for span in self.jobs]

    def of(self, offset: int) -> Span:
        """Return the innermost part that holds an offset."""
        for starts, spans in ((self.step_starts, self.steps), (self.job_starts, self.jobs)):
            at = bisect_right(starts, offset) - 1
            if at >= 0 and offset < max(spans[at].end, spans[at].start + 1):
                return spans[at]
        return Span(0, 0)


def _without_orphans(workflow: Workflow, findings: Sequence[Finding]) -> list[Finding]:
    """Tell keys of a job that stand where jobs' ids belong once, and nothing else of them."""
    if workflow.language.name == ACTION:
        return list(findings)
    orphans = [job for job in workflow.jobs if _is_orphan(job)]
    if not orphans:
        return list(findings)
    spans = [Span(job.origin, job.origin + len(job.body.text)) for job in orphans]
    kept = [one for one in findings if one.kind is Kind.SYNTAX or not _within(one.span.start, spans)]
    told = _orphan(orphans[0])
    return sorted([*kept, told], key=lambda finding: (finding.span.start, finding.span.end, finding.code))


def _is_orphan(job: Job) -> bool:
    node = job.body.node
    if job.id not in {key.name for key in places_of("github-workflow")["job"].keys}:
        return False
    return not isinstance(node, Map) or not any(entry.name in _OF_A_JOB for entry in node.entries)


def _within(offset: int, spans: Iterable[Span]) -> bool:
    return any(span.start <= offset < span.end for span in spans)


def _orphan(job: Job) -> Finding:
    return Finding(
        code="wrong-type",
        kind=Kind.DEFINITION,
        span=job.head,
        message=f"‘{job.id}’ is a key of a job, and stands here where a job's id belongs.",
        hint="Write the job's id, such as ‘build:’, on the line above, and indent what is below it.",
        where=job.path,
        subject=job.id or "",
    )


def _gathered(findings: Sequence[Finding], pieces: _Pieces) -> list[Finding]:
    """Tell many of one kind in one map as the first of them, with the places of the others."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        if finding.code in _GATHERED:
            key = (finding.code, pieces.of(finding.span.start), finding.where[:-1])
            groups.setdefault(key, []).append(finding)
    first: dict[int, Finding] = {}
    others: set[int] = set()
    for (code, *_), group in groups.items():
        if len(group) >= _GATHERED[str(code)]:
            places = tuple(Place(one.span, f"‘{one.subject}’") for one in group[1:])
            first[id(group[0])] = msgspec.structs.replace(group[0], related=(*group[0].related, *places))
            others |= {id(one) for one in group[1:]}
    return [first.get(id(finding), finding) for finding in findings if id(finding) not in others]
