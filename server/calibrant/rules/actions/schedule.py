"""Times that `schedule` cannot mean, or that come too often."""

from collections.abc import Iterator

from calibrant.github.cron import FEWEST_MINUTES, Fault, closest_runs, never, read, seldom
from calibrant.github.languages import WORKFLOW
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Scalar, Seq, at_path
from calibrant.model.workflow import Workflow
from calibrant.rules.actions.walking import text_of
from calibrant.rules.actions.zones import zone_fault
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    entries = at_path(workflow.root, ("on", "schedule"))
    if not isinstance(entries, Seq) or workflow.language.name != WORKFLOW:
        return
    for at, item in enumerate(entries.items):
        if not isinstance(item, Map) or item.aliased:
            continue
        cron, zone = item.get("cron"), item.get("timezone")
        where = ("on", "schedule", at)
        if isinstance(cron, Scalar) and isinstance(cron.value, str) and text_of(cron):
            yield from _of_time(cron, cron.value, (*where, "cron"))
        if isinstance(zone, Scalar) and isinstance(zone.value, str) and text_of(zone):
            yield from _of_zone(zone, zone.value, (*where, "timezone"))


def _of_time(node: Scalar, text: str, where: tuple[str | int, ...]) -> Iterator[Finding]:
    times = read(text)
    if isinstance(times, Fault):
        span = node.locate(times.start, times.end)
        yield Finding(
            "bad-cron",
            Kind.DEFINITION,
            span,
            times.message,
            hint=times.hint,
            where=where,
            subject=text,
            candidates=(times.better,) if times.better else (),
        )
    elif never(times):
        message = "There is no such day in any year, so this never runs."
        hint = "Choose a day that each of the months has, or other months."
        yield Finding("bad-cron", Kind.DEFINITION, node.span, message, hint=hint, where=where, subject=text)
    elif closest_runs(times) < FEWEST_MINUTES:
        message = (
            f"This asks for a run every {closest_runs(times)} minute{'s' if closest_runs(times) > 1 else ''}; "
            f"GitHub runs a schedule at most every {FEWEST_MINUTES} minutes."
        )
        hint = f"Write ‘*/{FEWEST_MINUTES}’ for the minutes, or fewer of them."
        better = seldom(text)
        yield Finding(
            "frequent-schedule",
            Kind.LINT,
            node.span,
            message,
            hint=hint,
            severity="warning",
            where=where,
            subject=text,
            candidates=(better,) if better else (),
        )


def _of_zone(node: Scalar, text: str, where: tuple[str | int, ...]) -> Iterator[Finding]:
    fault = zone_fault(text)
    if fault is not None:
        message, hint, near = fault
        yield Finding(
            "unknown-timezone",
            Kind.DEFINITION,
            node.span,
            message,
            hint=hint,
            where=where,
            subject=text,
            candidates=near,
        )


RULE = Rule(("bad-cron", "frequent-schedule", "unknown-timezone"), workflow=_check)
