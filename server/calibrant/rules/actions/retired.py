"""Versions of actions that GitHub runs no more, and runtimes that it took out of service."""

import re
from collections.abc import Iterator

from calibrant.github import languages
from calibrant.github.retired import RETIRED, RUNTIMES
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Scalar
from calibrant.model.workflow import JobBody, StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_VERSION = re.compile(r"v?(\d+)(?:\.\d+){0,2}")


def _action(body: StepBody, _known: Known) -> Iterator[Finding]:
    node, (name, at, version) = body.action_node, (body.action or "").partition("@")
    retired = RETIRED.get(name.lower()) if at and node is not None else None
    found = _VERSION.fullmatch(version) if retired else None
    if node is None or retired is None or found is None or int(found[1]) not in retired.majors:
        return
    start = len(name) + 1
    yield Finding(
        code="retired-action",
        kind=Kind.DEFINITION,
        span=node.locate(start, start + len(version)),
        message=f"GitHub fails every run of ‘{name}@{version}’ since {retired.since}: {retired.why}.",
        hint=f"Use a newer version, such as ‘{name}@{retired.newest}’, and see its page for what has changed.",
        where=("uses",),
        subject=f"{name}@{version}",
        candidates=(retired.newest,),
        evidence={"action": name, "version": version, "newest": retired.newest},
    )


def _runtime(body: JobBody, known: Known) -> Iterator[Finding]:
    using = body.node.get("using") if known.language.name == languages.ACTION and isinstance(body.node, Map) else None
    runtime = RUNTIMES.get(using.value) if isinstance(using, Scalar) and isinstance(using.value, str) else None
    if using is None or runtime is None:
        return
    yield Finding(
        code="retired-runtime",
        kind=Kind.DEFINITION,
        span=using.span if not isinstance(using, Scalar) else using.locate(0, len(runtime.name)),
        message=f"The runtime ‘{runtime.name}’ is out of service. {runtime.words}, and warn at each run.",
        hint=f"Write ‘{runtime.instead}’, once the action is tried with it.",
        severity="warning",
        where=("using",),
        subject=runtime.name,
        candidates=(runtime.instead,),
        evidence={"runtime": runtime.name, "instead": runtime.instead},
    )


ACTION = Rule(("retired-action",), step=_action)
RUNTIME = Rule(("retired-runtime",), job=_runtime)
