"""Labels of runners: those that GitHub no longer serves, slips of the finger, and several that contradict each other."""

import re
from collections.abc import Iterator

from calibrant.github.runners import CURRENT, RUNNERS, SELF_HOSTED, RunnerSpec
from calibrant.model.closest import closest
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.workflow import JobBody
from calibrant.rules.actions.walking import ACTION, elements, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_HOSTED = re.compile(r"(ubuntu|windows|macos)[-_ ]?(latest|\d[\d.]*)", re.IGNORECASE)
"""What looks like a label of GitHub's own: the name of a system, and a version of it."""


def _check(body: JobBody, known: Known) -> Iterator[Finding]:
    if known.language.name == ACTION or not isinstance(body.node, Map):
        return
    labels = labels_of(body.node)
    for node, _, where in labels:
        yield from _of_label(node, where)
    yield from _contradictions(labels)
    yield from _in_matrix(body.node)


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
    runner = RUNNERS.get(labels[0][1].lower()) if len(labels) == 1 else None
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
    squeezed = re.sub(r"[-_ .]", "", text.lower())
    same = [label for label in CURRENT if re.sub(r"[-_ .]", "", label) == squeezed]
    near = tuple(same) or (closest(text, CURRENT) if _slipped(text) else ())
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
    """Tell whether a label is one of GitHub's with a letter or two wrong, or has a version that GitHub never had."""
    return _HOSTED.fullmatch(text) is not None or any(
        abs(len(text) - len(label)) <= 2 and _apart(text.lower(), label) <= 2 and text.lower()[0] == label[0]
        for label in ("ubuntu-latest", "windows-latest", "macos-latest")
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
    if any(text.lower() in ("self-hosted", *SELF_HOSTED) for _, text, _ in labels):
        return
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
