"""From findings to issues: duplicates out, one issue per cause, most pressing first, each with a lasting identity."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

import msgspec

from calibrant.failures.following import Causes, by_module
from calibrant.failures.hints import by_hand, next_step
from calibrant.failures.merging import absorb, family, identity_of, order, position, same, width_of
from calibrant.model.fix import Fix, reference
from calibrant.model.issue import Finding, FixRef, Issue
from calibrant.model.session import Groups, StepResult, Summary

_Key = tuple[object, ...]


def group(path: str, findings: Iterable[Finding], fixes: Mapping[str, tuple[FixRef, ...]] | None = None) -> Groups:
    """Return the findings of one file as grouped issues; `fixes` are those on offer, by issue id.

    The order in which findings come does not matter. Takes O(n log n).
    """
    joined = [_hinted(finding) for finding in _join(_merge(_unique(sorted(findings, key=position))))]
    offered = fixes or {}
    issues = [
        Issue(id_, path, finding, offered.get(id_, ()))
        for id_, finding in _identified(path, sorted(joined, key=position))
    ]
    return _groups(sorted(issues, key=lambda issue: order(issue.finding)))


def offer(groups: Groups, fixes: Mapping[str, Iterable[Fix]]) -> Groups:
    """Return the groups with the fixes on offer, by issue id."""
    issues = [
        msgspec.structs.replace(issue, fixes=tuple(map(reference, fixes.get(issue.id, ())))) for issue in groups.all
    ]
    return _groups(issues)


def _groups(issues: Sequence[Issue]) -> Groups:
    repairable = [issue for issue in issues if issue.fixes and issue.severity != "hint"]
    rest = [issue for issue in issues if not issue.fixes or issue.severity == "hint"]
    return Groups(
        critical=tuple(issue for issue in rest if issue.severity == "error"),
        warnings=tuple(issue for issue in rest if issue.severity != "error"),
        auto_repairs=tuple(repairable),
    )


def _hinted(finding: Finding) -> Finding:
    """Return the finding with a next step, where whoever found it had none to offer, and with the command to give by hand."""
    hint, command = finding.hint or next_step(finding.candidates, finding.kind), by_hand(finding)
    if command and command not in hint:
        hint = f"{hint} {command}"
    return finding if hint == finding.hint else msgspec.structs.replace(finding, hint=hint)


def summarise(groups: Groups, steps: Sequence[StepResult]) -> Summary:
    """Return the counts of a result. Rehearsed steps count as completed, not-run ones as skipped."""
    status = [step.status for step in steps]
    return Summary(
        total=len(groups.critical) + len(groups.warnings) + len(groups.auto_repairs),
        critical=len(groups.critical),
        warnings=len(groups.warnings),
        auto_repairs=len(groups.auto_repairs),
        completed_steps=status.count("completed") + status.count("rehearsed"),
        failed_steps=status.count("failed"),
        skipped_steps=status.count("skipped") + status.count("not_run"),
        total_steps=len(status),
    )


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    """Join what says the same of the same place."""
    return _by_key(findings, lambda finding: (*same(finding), finding.span, finding.cause, finding.at_run))


def _by_key(findings: Iterable[Finding], key: Callable[[Finding], _Key]) -> list[Finding]:
    bundles: dict[_Key, list[Finding]] = {}
    for finding in findings:
        bundles.setdefault(key(finding), []).append(finding)
    return [absorb(bundle[0], bundle[1:]) for bundle in bundles.values()]


def _merge(findings: Sequence[Finding]) -> list[Finding]:
    """Join each run-time finding to the static one of the same cause, or to the one that it follows from; others stay."""
    static = [finding for finding in findings if not finding.at_run]
    find, causes = _Statics(static).find, Causes(enumerate(static))
    taken: dict[int, list[Finding]] = defaultdict(list)
    alone: list[Finding] = []
    for finding in findings:
        if finding.at_run:
            at = find(finding)
            at = causes.of(finding) if at is None else at
            (alone if at is None else taken[at]).append(finding)
    return [absorb(finding, taken.get(at, ())) for at, finding in enumerate(static)] + _followed(alone)


def _followed(findings: Sequence[Finding]) -> list[Finding]:
    """Join what only repeats of a run what another finding of its step says; a cause is no other one's effect."""
    causes = Causes(enumerate(findings))
    leads = [causes.of(finding) for finding in findings]
    taken: dict[int, list[Finding]] = defaultdict(list)
    for finding, lead in zip(findings, leads, strict=True):
        if lead is not None and leads[lead] is None:
            taken[lead].append(finding)
    return [
        absorb(finding, taken.get(at, ()))
        for at, (finding, lead) in enumerate(zip(findings, leads, strict=True))
        if lead is None or leads[lead] is not None
    ]


class _Statics:
    """Finds the static finding that a run-time one repeats, in O(log n)."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._same: dict[_Key, int] = {}
        self._exact: dict[_Key, int] = {}
        rows: dict[_Key, list[tuple[int, int, int]]] = defaultdict(list)
        for at, finding in enumerate(findings):
            self._same.setdefault(same(finding), at)
            self._exact.setdefault((finding.step, family(finding), finding.span), at)
            rows[finding.step, family(finding)].append((finding.span.start, width_of(finding.span).end, at))
        self._rows = {key: _Row(row) for key, row in rows.items()}

    def find(self, finding: Finding) -> int | None:
        """Return the place among the static findings of the one with the same cause."""
        key = (finding.step, family(finding))
        at = self._same.get(same(finding))
        if at is not None:
            return at
        at = self._exact.get((*key, finding.span))
        if at is None and key in self._rows:
            at = self._rows[key].overlapping(finding)
        return None if at is None or self._differ(self._findings[at], finding) else at

    def _differ(self, one: Finding, other: Finding) -> bool:
        """Tell whether two findings at one place say the same of different things (two parameters that are missing)."""
        return one.code == other.code and one.subject != other.subject


class _Row:
    """Spans sorted by start, searched for the first that overlaps another."""

    def __init__(self, spans: list[tuple[int, int, int]]) -> None:
        spans.sort()
        self._spans = spans
        self._starts = [start for start, _, _ in spans]
        self._reach = list(accumulate((end for _, end, _ in spans), max))

    def overlapping(self, finding: Finding) -> int | None:
        span = width_of(finding.span)
        at = bisect_left(self._reach, span.start + 1)
        if at < len(self._spans) and self._starts[at] < span.end:
            return self._spans[at][2]
        return None


def _join(findings: Iterable[Finding]) -> list[Finding]:
    """Join what has one cause in several places into one finding with all its places."""
    shared: dict[str, list[Finding]] = {}
    out: list[Finding] = []
    kept, following = by_module(list(findings))
    for finding in kept:
        if finding.cause:
            shared.setdefault(finding.cause, []).append(finding)
        else:
            out.append(finding)
    for cause, bundle in shared.items():
        bundle.sort(key=lambda finding: (finding.provisional, position(finding)))
        out.append(absorb(bundle[0], (*bundle[1:], *following.get(cause, ()))))
    return out


def _identified(path: str, findings: Iterable[Finding]) -> Iterable[tuple[str, Finding]]:
    """Yield each finding with its id; where several would be equal, the later ones get an ordinal."""
    seen: dict[str, int] = defaultdict(int)
    for finding in findings:
        base = identity_of(path, finding)
        seen[base] += 1
        yield (base if seen[base] == 1 else f"{base}-{seen[base]}"), finding
