"""One mistake is told once: what follows from it elsewhere in the file is left out."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from calibrant.github.languages import ACTION, WORKFLOW
from calibrant.github.places import places_of
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Workflow
from calibrant.rules.actions.belonging import BELOW_JOBS, below_event, is_job
from calibrant.rules.actions.beside import told_above
from calibrant.rules.actions.doubled import without_doubles
from calibrant.rules.actions.walking import missing

_FOLLOWING = frozenset(
    {
        *("unknown-key", "unknown-event", "duplicate-key", "missing-key", "wrong-type", "invalid-value"),
        *("conflicting-keys", "uses-format", "unknown-job", "self-reference", "missing-parameter", "unknown-parameter"),
    }
)
"""What is told of a map where a line that could not be read, or stands at a wrong column, has moved what is behind it."""

_MISPLACED = frozenset({"misplaced-expression", "misplaced-context"})

_GATHERED = {"unknown-key": 4, "unknown-event": 4, "duplicate-key": 3}
"""From how many in one map on there is probably one cause for all: a line is missing, or the map is in a wrong place."""

_KEY_OF_A_JOB = len(("jobs", "its id", "its key"))

_OF_A_JOB = frozenset({"steps", "uses", "runs-on"})


_STRUCTURE = frozenset({"unknown-key", "unknown-event", "duplicate-key", "wrong-type"})


def settle(workflow: Workflow, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of a file, in the order of their places, without those that only follow from others."""
    kept = _without_orphans(workflow, findings)
    if not any(_is_unread(finding) or finding.code in _FOLLOWING for finding in kept):
        return kept
    pieces = _Pieces(workflow)
    causes = _Causes(kept, pieces)
    astray = _astray(workflow)
    told = [one for one in kept if not causes.explain(one) and not (one.code == "missing-key" and one.where in astray)]
    return _gathered(told_above(workflow, without_doubles(told)), pieces)


def _is_unread(finding: Finding) -> bool:
    """Tell whether a part of the file could not be read; expressions and scripts that are wrong hide nothing but themselves."""
    return finding.kind is Kind.SYNTAX and finding.code not in ("bad-expression", "shell-syntax")


class _Causes:
    """What is wrong with the parts of a file, so that what is told of others may be for that reason alone."""

    def __init__(self, findings: Iterable[Finding], pieces: "_Pieces") -> None:
        self.pieces = pieces
        self.unread: dict[Span, int] = {}
        self.unread_jobs: set[int | None] = set()
        self.blamed: dict[str, set[int | None]] = {"steps": set(), "needs": set(), "keys": set()}
        self.unknown: set[tuple[Span, Path]] = set()
        self.trigger = False
        for finding in findings:
            self._take(finding)

    def _take(self, finding: Finding) -> None:
        start = finding.span.start
        piece, job = self.pieces.of(start), self.pieces.job(start)
        if _is_unread(finding):
            self.unread.setdefault(piece, start)
            self.unread_jobs.add(job)
        elif finding.code == "unknown-job":
            self.blamed["needs"].add(job)
        elif finding.code == "missing-key" and finding.subject == "steps":
            self.blamed["steps"].add(job)
        elif finding.code in ("unknown-key", "unknown-event"):
            self.unknown.add((piece, finding.where))
            if len(finding.where) == _KEY_OF_A_JOB:
                self.blamed["keys"].add(job)
        self.trigger |= finding.code in _STRUCTURE and finding.where[:1] == ("on",)

    def explain(self, finding: Finding) -> bool:
        """Tell whether a finding only follows from another one."""
        start = finding.span.start
        piece = self.pieces.of(start)
        if (finding.code in _FOLLOWING or finding.code in _MISPLACED) and start >= self.unread.get(piece, start + 1):
            return True
        if any((piece, finding.where[:length]) in self.unknown for length in range(1, len(finding.where))):
            return True
        job = self.pieces.job(start)
        match finding.code:
            case "missing-field" if finding.evidence.get("of", "").lower().startswith("matrix"):
                return job in self.unread_jobs or job in self.blamed["keys"] | self.blamed["steps"]
            case "unknown-step":
                hidden = job in self.blamed["keys"] and job in self.pieces.without_steps
                return hidden or job in self.unread_jobs or job in self.blamed["steps"]
            case "missing-need":
                return job in self.unread_jobs or job in self.blamed["needs"]
            case "unknown-job" | "cycle":
                return any(self.pieces.around_steps(piece) for piece in self.unread)
            case "unknown-input":
                return self.trigger or None in self.unread_jobs
        return False


class _Pieces:
    """Which part of the text an offset is in: a step, a job around its steps, or what is around the jobs."""

    def __init__(self, workflow: Workflow) -> None:
        self.steps = [Span(step.origin, step.origin + len(step.body.text)) for step in workflow.steps]
        self.jobs = [Span(job.origin, job.origin + len(job.body.text)) for job in workflow.jobs]
        self.without_steps = {job.index for job in workflow.jobs if job.first == job.after}
        self.step_starts = [span.start for span in self.steps]
        self.job_starts = [span.start for span in self.jobs]

    def around_steps(self, piece: Span) -> bool:
        """Tell whether a part is no step."""
        return piece not in self.steps

    def job(self, offset: int) -> int | None:
        """Return the number of the job that an offset is in, None around the jobs."""
        at = bisect_right(self.job_starts, offset) - 1
        return at if at >= 0 and offset < max(self.jobs[at].end, self.jobs[at].start + 1) else None

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
    told = _orphan(orphans[0], _before(workflow, orphans[0]))
    return sorted([*kept, told], key=lambda finding: (finding.span.start, finding.span.end, finding.code))


def _before(workflow: Workflow, orphan: Job) -> Job | None:
    """Return the job that a key behind it was meant for: it has no such key yet."""
    at = workflow.jobs.index(orphan) - 1
    job = workflow.jobs[at] if at >= 0 else None
    if job is None or not orphan.id:
        return None
    node = job.body.node
    lacks = missing(node) or (isinstance(node, Map) and node.entry(orphan.id) is None)
    return job if lacks else None


def _astray(workflow: Workflow) -> set[Path]:
    """Return the paths of keys that are missing where they belong, and stand at a wrong column instead."""
    if workflow.language.name == ACTION:
        return set()
    orphans = [(job, _before(workflow, job)) for job in workflow.jobs if _is_orphan(job)]
    found: set[Path] = {(*before.path, job.id or "") for job, before in orphans if before is not None}
    found |= {(*before.path, "steps") for _, before in orphans if before is not None and missing(before.body.node)}
    if isinstance(workflow.root, Map) and any(is_job(entry) for entry in workflow.root.entries):
        found.add(("jobs",))
    return found


def _is_orphan(job: Job) -> bool:
    node = job.body.node
    if job.id not in {key.name for key in places_of(WORKFLOW)["job"].keys}:
        return False
    return not isinstance(node, Map) or not any(entry.name in _OF_A_JOB for entry in node.entries)


def _within(offset: int, spans: Iterable[Span]) -> bool:
    return any(span.start <= offset < span.end for span in spans)


def _orphan(job: Job, before: Job | None) -> Finding:
    hint = "Write the job's id, such as ‘build:’, on the line above, and indent what is below it."
    if before is not None:
        hint = f"Indent it, and what is below it, to make it a key of ‘{before.id}’."
    return Finding(
        code="wrong-type",
        kind=Kind.DEFINITION,
        span=job.head,
        message=f"‘{job.id}’ is a key of a job, and stands here where a job's id belongs.",
        hint=hint,
        where=job.path,
        subject=job.id or "",
    )


def _gathered(findings: Sequence[Finding], pieces: _Pieces) -> list[Finding]:
    """Tell many of one kind in one map as the first of them, with the places of the others."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        if finding.code in _GATHERED:
            key = (
                finding.code,
                finding.hint in (BELOW_JOBS, below_event("branches")),
                pieces.of(finding.span.start),
                finding.where[:-1],
            )
            groups.setdefault(key, []).append(finding)
    first: dict[int, Finding] = {}
    others: set[int] = set()
    for (code, jobs, *_), group in groups.items():
        if len(group) >= (2 if jobs else _GATHERED[str(code)]):
            places = tuple(Place(one.span, f"‘{one.subject}’") for one in group[1:])
            first[id(group[0])] = msgspec.structs.replace(group[0], related=(*group[0].related, *places))
            others |= {id(one) for one in group[1:]}
    return [first.get(id(finding), finding) for finding in findings if id(finding) not in others]
