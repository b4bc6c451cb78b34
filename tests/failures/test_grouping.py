"""Findings to issues: duplicates, causes, order, identities."""

import sys
from itertools import permutations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.failures import apply, group, summarise
from calibrant.model.event import StepStatus
from calibrant.model.issue import Finding, FixRef, Kind, Place, Severity, identity
from calibrant.model.session import StepResult
from calibrant.model.settings import Settings
from calibrant.model.text import Span

PATH = "a.workflow.yaml"
FIX = FixRef("f1", "Use ‘fetch’", "safe", 0.9)


def static(code: str = "unknown-step", start: int = 10, end: int = 14, **fields: object) -> Finding:
    made = Finding(
        code, Kind.DEFINITION, Span(start, end), f"{code}.", "Do.", step="log", where=("with", "rows"), subject="fetc"
    )
    return msgspec.structs.replace(made, **fields)


def ran(code: str = "missing-data", start: int = 8, end: int = 20, **fields: object) -> Finding:
    made = static(code, start, end, kind=Kind.MISSING_DATA, subject="fetc.emails", at_run=True)
    return msgspec.structs.replace(made, **fields)


def only(*findings: Finding) -> Finding:
    (issue,) = group(PATH, findings).all
    return issue.finding


def test_exact_duplicates_are_one() -> None:
    assert only(static(), static(), static()) == static()


def test_a_run_time_finding_joins_the_static_one_it_overlaps() -> None:
    found = only(
        ran(evidence={"seen": "list", "a": "run"}, candidates=("fetch",), details="log", provisional=True),
        static(evidence={"a": "text"}),
    )
    assert (found.code, found.span, found.message) == ("unknown-step", Span(10, 14), "unknown-step.")
    assert found.evidence == {"a": "text", "seen": "list"}
    assert (found.candidates, found.details) == (("fetch",), "log")
    assert not found.provisional
    assert not found.at_run


def test_a_run_time_finding_joins_the_static_one_of_the_same_identity_elsewhere() -> None:
    found = only(static("missing-parameter", 3, 6), ran("missing-parameter", 90, 95, subject="fetc"))
    assert found.span == Span(3, 6)


def test_what_joins_from_elsewhere_stays_as_a_related_place() -> None:
    found = only(static("missing-parameter", 3, 6), ran("missing-parameter", 90, 95, subject="fetc"))
    assert [place.span for place in found.related] == [Span(90, 95)]


def test_different_families_steps_and_places_stay_apart() -> None:
    others = (
        ran(kind=Kind.RUNTIME),
        ran(step="other"),
        ran("unknown-step", subject="urgnet"),
        ran(start=14, end=20),
        ran(start=4, end=10),
        static("hardcoded-value", 10, 14, kind=Kind.HARDCODED, severity="hint"),
    )
    for other in others:
        assert len(group(PATH, [static(), other]).all) == 2, other


def test_an_empty_place_is_as_wide_as_a_character() -> None:
    assert only(static(start=10, end=10), ran(start=10, end=10)).code == "unknown-step"
    assert only(static(start=10, end=12), ran(start=11, end=11)).code == "unknown-step"


def test_a_worse_severity_is_kept() -> None:
    assert only(static(severity="warning"), ran(severity="error")).severity == "error"


def test_one_cause_in_several_steps_is_one_issue_with_all_its_places() -> None:
    found = [
        ran(
            "connection-failed",
            10 * at,
            10 * at + 5,
            kind=Kind.CONNECTION,
            step=f"s{at}",
            cause="connection:http://x:1",
        )
        for at in range(4)
    ]
    for order in permutations(found):
        (issue,) = group(PATH, order).all
        assert issue.finding.span == Span(0, 5)
        assert [(place.step, place.span) for place in issue.finding.related] == [
            (f"s{at}", Span(10 * at, 10 * at + 5)) for at in (1, 2, 3)
        ]
    (rest,) = group(PATH, found[1:]).all
    assert rest.id == issue.id, "mending one of the places must not make it another issue"


def test_provisional_only_where_all_are() -> None:
    one, two = (ran(step=step, cause="c", provisional=True, start=at, end=at + 1) for step, at in (("a", 1), ("b", 9)))
    assert only(one, two).provisional
    real = msgspec.structs.replace(two, provisional=False)
    assert not only(one, real).provisional
    assert only(one, real).step == "b", "what was seen on real data is what is told"


def test_groups_and_their_order() -> None:
    findings = [
        static("a-hint", 1, 2, severity="hint"),
        static("a-warning", 50, 51, severity="warning"),
        static("late-error", 40, 41),
        static("early-error", 30, 31),
        static("mendable", 20, 21),
        static("mendable-warning", 10, 11, severity="warning"),
        static("mendable-hint", 5, 6, severity="hint"),
    ]
    fixes = {identity(PATH, finding): (FIX,) for finding in findings if "mendable" in finding.code}
    groups = group(PATH, findings, fixes)
    assert [issue.code for issue in groups.critical] == ["early-error", "late-error"]
    assert [issue.code for issue in groups.warnings] == ["a-warning", "a-hint", "mendable-hint"]
    assert [issue.code for issue in groups.auto_repairs] == ["mendable", "mendable-warning"]
    assert groups.auto_repairs[0].fixes == (FIX,)


def test_ids_are_the_identity_and_later_twins_get_a_number() -> None:
    base = identity(PATH, static())
    groups = group(PATH, [static(start=30, end=34), static(), static(start=20, end=24)])
    assert [(issue.id, issue.finding.span.start) for issue in groups.all] == [
        (base, 10),
        (f"{base}-2", 20),
        (f"{base}-3", 30),
    ]


def test_summary_counts_rehearsed_as_completed_and_not_run_as_skipped() -> None:
    states: tuple[StepStatus, ...] = ("completed", "rehearsed", "failed", "skipped", "not_run", "not_run")
    groups = group(PATH, [static(), static("w-w", 1, 2, severity="warning")])
    summary = summarise(groups, [StepResult(str(at), status) for at, status in enumerate(states)])
    assert msgspec.to_builtins(summary) == {
        "total": 2,
        "critical": 1,
        "warnings": 1,
        "auto_repairs": 0,
        "completed_steps": 2,
        "failed_steps": 1,
        "skipped_steps": 3,
        "total_steps": 6,
    }


def test_settings_silence_and_change_severity() -> None:
    findings = [static("keep-me"), static("drop-me"), static("off-me"), static("soften-me")]
    changed = apply(findings, Settings(ignore=("drop-me",), severity={"off-me": "off", "soften-me": "hint"}))
    assert [(finding.code, finding.severity) for finding in changed] == [("keep-me", "error"), ("soften-me", "hint")]
    assert apply(findings, Settings()) == findings


SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 30), st.integers(0, 6))
SEVERITIES: list[Severity] = ["error", "warning", "hint"]
FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["unknown-step", "missing-data", "connection-failed"]),
    kind=st.sampled_from([Kind.DEFINITION, Kind.MISSING_DATA, Kind.CONNECTION, Kind.LINT]),
    span=SPANS,
    message=st.sampled_from(["a", "b"]),
    severity=st.sampled_from(SEVERITIES),
    step=st.sampled_from([None, "s1", "s2"]),
    where=st.sampled_from([(), ("with", "rows"), ("with", 0)]),
    subject=st.sampled_from(["", "x"]),
    cause=st.sampled_from(["", "", "c1"]),
    related=st.lists(st.builds(Place, SPANS, st.just("also")), max_size=1).map(tuple),
    evidence=st.dictionaries(st.sampled_from("kl"), st.sampled_from("uv"), max_size=1),
    provisional=st.booleans(),
    at_run=st.booleans(),
)


def overlaps(one: Span, other: Span) -> bool:
    return one.start < max(other.end, other.start + 1) and other.start < max(one.end, one.start + 1)


def reached(finding: Finding, findings: list[Finding]) -> list[Finding]:
    """Return the findings of one step whose places overlap from one to the next, beginning at this one."""
    found, waiting = [finding], [finding]
    while waiting:
        here = waiting.pop()
        near = [one for one in findings if one.step == here.step and overlaps(one.span, here.span) and one not in found]
        found += near
        waiting += near
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(FINDINGS, max_size=12), st.randoms(use_true_random=False))
def test_grouping_loses_no_place_and_repeats_no_id_in_any_order(findings: list[Finding], random: object) -> None:
    groups = group(PATH, findings)
    places = [(one.finding.step, one.finding.span) for one in groups.all]
    places += [(place.step, place.span) for one in groups.all for place in one.finding.related]
    for finding in findings:
        # one cause is shown at one of places that overlap, and a place may be shown by one that overlaps it
        spans = [one.span for one in reached(finding, findings)]
        assert any(step == finding.step and overlaps(span, other) for step, span in places for other in spans)
    ids = [one.id for one in groups.all]
    assert len(set(ids)) == len(ids)
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group(PATH, shuffled) == groups


def test_ten_thousand_findings_take_no_quadratic_work() -> None:
    def calls(count: int) -> int:
        wide = static(start=0, end=count * 10)
        found = [wide, *(static(start=at * 10, end=at * 10 + 3, subject=str(at)) for at in range(count))]
        found += [ran(start=at * 10 + 5, end=at * 10 + 7, subject=f"r{at}") for at in range(count)]
        made = 0

        def note(*_: object) -> None:
            nonlocal made
            made += 1

        sys.setprofile(note)
        try:
            group(PATH, found)
        finally:
            sys.setprofile(None)
        return made

    assert calls(8_000) < 12 * calls(1_000)
