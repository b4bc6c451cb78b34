"""Labels of runners: those that GitHub no longer serves, slips of the finger, and several that contradict each other."""

import re
from collections.abc import Iterator

from calibrant.github.languages import ACTION
from calibrant.github.runners import CURRENT, RUNNERS, SELF_HOSTED, RunnerSpec
from calibrant.model.closest import closest
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.workflow import JobBody
from calibrant.rules.actions.walking import elements, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_VERSIONED = re.compile(r"(ubuntu|windows|macos)-(\d+(?:\.\d+)?)", re.IGNORECASE)
"""What looks like a label of GitHub's own: the name of a system, and a version of it."""

_NEWEST = {"ubuntu": 26.04, "windows": 2025.0, "macos": 26.0}
"""The newest versions that are known: of a label with a newer one nothing is said."""

_LATEST = ("ubuntu-latest", "windows-latest", "macos-latest")


def _check(body: JobBody, known: Known) -> Iterator[Finding]:
    if known.language.name == ACTION or not isinstance(body.node, Map):
        return
    labels = labels_of(body.node)
    if not _own(body.node, labels):
        for node, _, where in labels:
            yield from _of_label(node, where)
        yield from _contradictions(labels)
    yield from _in_matrix(body.node)


def _own(job: Map, labels: list[tuple[Scalar, str, Path]]) -> bool:
    """Tell whether a runner of one's own is asked for: by one of the labels these have, or by a group."""
    return isinstance(job.get("runs-on"), Map) or any(text.lower() in SELF_HOSTED for _, text, _ in labels)


def labels_of(job: Map) -> list[tuple[Scalar, str, Path]]:
    """Return the labels that a job's runner must all have, as far as they are written: node, text and path below the job."""
    node = job.get("runs-on")
    path: Path = ("runs-on",)
    if isinstance(node, Map):
        node, path = node.get("labels"), ("runs-on", "labels")
    found: list[tuple[Scalar, str, Path]] = []
    for at, item in enumerate(elements(node)):
        text = text_of(item)
        if text and isinstance(item, Scalar):
            found.append((item, text.strip(), (*path, at) if isinstance(node, Seq) else path))
    return found


def hosted_system(job: Map) -> str:
    """Return the system of GitHub's own runner that a job surely has, "" where it is none of these, or not known."""
    labels = labels_of(job)
    alone = len(labels) == 1 and not _own(job, labels)
    runner = RUNNERS.get(labels[0][1].lower()) if alone else None
    return runner.system if runner is not None else ""


def system_of(job: Map) -> str:
    """Return the system that a job's scripts surely run on ("Linux", "macOS", "Windows"), "" where that is not known."""
    return "" if isinstance(job.get("container"), Scalar | Map) else hosted_system(job)


def _of_label(node: Scalar, where: Path) -> Iterator[Finding]:
    text = text_of(node)
    if text is None or node.aliased:
        return
    runner = RUNNERS.get(text.strip().lower())
    if runner is not None:
        yield from _of_hosted(runner, node, text, where)
    elif text.lower() not in SELF_HOSTED:
        yield from _of_unknown(node, text, where)


def _of_hosted(runner: RunnerSpec, node: Scalar, text: str, where: Path) -> Iterator[Finding]:
    if runner.removed:
        message = (
            f"GitHub removed ‘{text}’ on {runner.removed}: unless a runner of your own has this label, the job waits for one "
            "that never comes."
        )
        yield Finding(
            "removed-runner",
            Kind.DEFINITION,
            node.span,
            message,
            hint=f"Use ‘{runner.instead}’.",
            severity="warning",
            where=where,
            subject=text,
            candidates=(runner.instead,),
        )
    elif runner.leaving:
        yield Finding(
            "removed-runner",
            Kind.LINT,
            node.span,
            f"GitHub will remove ‘{text}’ on {runner.leaving}.",
            hint=f"Use ‘{runner.instead}’.",
            severity="hint",
            where=where,
            subject=text,
            candidates=(runner.instead,),
        )


def _of_unknown(node: Scalar, text: str, where: Path) -> Iterator[Finding]:
    """Tell of a label that looks like GitHub's own and is none; any other one may be of a runner of one's own."""
    near = closest(text, CURRENT) if _slipped(text.lower()) else ()
    if not near:
        return
    yield Finding(
        "unknown-runner",
        Kind.DEFINITION,
        node.span,
        f"GitHub has no runner ‘{text}’: unless one of your own has this label, the job waits for one that never comes.",
        hint=f"Did you mean ‘{near[0]}’?",
        severity="warning",
        where=where,
        subject=text,
        candidates=near,
    )


def _slipped(text: str) -> bool:
    """Tell whether a label in lower case is one of GitHub's with a letter or two wrong, or has a version that GitHub never had.

    One that only goes on behind a label of GitHub's ("ubuntu-latest-l") is how people call larger runners.
    """
    versioned = _VERSIONED.fullmatch(text)
    if versioned is not None:
        oldest = 2000.0 if versioned[1] == "windows" else 0.0  # ‘windows-10’ is how people call runners of their own
        return oldest < float(versioned[2]) < _NEWEST[versioned[1]]
    return any(
        not text.startswith(label)
        and text[:1] == label[0]
        and abs(len(text) - len(label)) <= 2
        and _apart(text, label) <= 2
        for label in _LATEST
    )


def _apart(one: str, other: str) -> int:
    """Return how many letters must be added, dropped or changed to make one text of another."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for index, wanted in enumerate(other, 1):
            before, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, before + (letter != wanted))
    return row[-1]


def _contradictions(labels: list[tuple[Scalar, str, Path]]) -> Iterator[Finding]:
    hosted = [(node, text, path) for node, text, path in labels if text.lower() in RUNNERS]
    for node, text, path in hosted[1:]:
        first = hosted[0]
        if text.lower() != first[1].lower():
            yield Finding(
                "conflicting-runners",
                Kind.DEFINITION,
                node.span,
                f"A runner must have every label of the list, and none is both ‘{first[1]}’ and ‘{text}’.",
                hint="To run on each of them, make a matrix: ‘strategy: {matrix: {os: […]}}’.",
                severity="warning",
                where=path,
                subject=text,
                related=(Place(first[0].span, f"‘{first[1]}’ stands here."),),
            )


def _in_matrix(job: Map) -> Iterator[Finding]:
    """Look at the labels of a matrix that ‘runs-on’ takes as they are."""
    runs_on = job.get("runs-on")
    axis = _axis(runs_on)
    strategy = job.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, Map) else None
    if not axis or not isinstance(matrix, Map):
        return
    row = matrix.get(axis)
    for at, item in enumerate(row.items if isinstance(row, Seq) and not row.aliased else ()):
        if isinstance(item, Scalar):
            yield from _of_label(item, ("strategy", "matrix", axis, at))
    include = matrix.get("include")
    for at, item in enumerate(include.items if isinstance(include, Seq) and not include.aliased else ()):
        value = item.get(axis) if isinstance(item, Map) else None
        if isinstance(value, Scalar):
            yield from _of_label(value, ("strategy", "matrix", "include", at, axis))


def _axis(node: Node | None) -> str:
    """Return the row of the matrix that is the whole of a value, "" where it is none."""
    whole = node.template.whole if isinstance(node, Scalar) and node.template is not None else None
    if whole is None or not whole.plain or len(whole.references) != 1:
        return ""
    reference = whole.references[0]
    return str(reference.path[0]) if reference.root.lower() == "matrix" and len(reference.path) == 1 else ""


RULE = Rule(("removed-runner", "unknown-runner", "conflicting-runners"), job=_check)
