"""What a native step's script and its workspace disagree on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from calibrant.expressions.scan import find_braces
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Scalar
from calibrant.model.text import Span
from calibrant.model.toolchain import Ground
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.ground.claim import Claim, Near, Site, parts, told
from calibrant.rules.ground.doings import ANYTHING, Doing, Done
from calibrant.rules.ground.folders import CODE, folders_near, may_be_made
from calibrant.rules.ground.script import Script, claims, read, steers
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted
from calibrant.syntax.shell import Command

_SHELLS = frozenset({"sh", "bash"})
_QUIET = ("data.", "http.", "mail.", "sql.", "sheet.")
_MOST_AWAITED = 1_000
_READING = frozenset({"file.read", "file.list"})


def notes(body: StepBody, known: Known) -> Iterator[Noted]:
    """Note the commands of a step, what they may do to files, and what seems wrong with them."""
    if known.ground is None:
        return
    script = body.script
    if script is None:
        yield Script("script", "", "", Span(0, 0), (), doings=_of_connector(body))
        return
    braces = find_braces(str(script.value)) if script.template is not None else ()
    found, done = read(script, [Span(one.start, one.end) for one in braces])
    seeming: tuple[Claim, ...] = ()
    given = body.parameter("command") or body.parameter("run")
    if given is not None and body.condition is None and _plain_shell(body) and not _steered(body):
        seeming = tuple(_claims(body, script, given.path, known.ground, found, done))
    yield Script("script", "", "", Span(0, 0), (), commands=found, doings=done, claims=seeming)


def _claims(
    body: StepBody,
    script: Scalar,
    path: tuple[str | int, ...],
    ground: Ground,
    found: Iterable[Command],
    done: tuple[Doing, ...],
) -> Iterator[Claim]:
    base, cwd = ".", body.parameter("cwd")
    if cwd is not None:
        if not isinstance(cwd.value, Scalar) or not isinstance(cwd.value.value, str) or cwd.value.template is not None:
            return
        base = cwd.value.value
        lost = lost_folder(base, cwd.value, Site(ground, ".", cwd.value.locate, cwd.path))
        if lost is not None:
            yield lost
            return
    yield from claims(found, done, Site(ground, base, script.locate, path))


def lost_folder(text: str, node: Scalar, site: Site) -> Claim | None:
    """Return that the folder which a step names to run in is not there."""
    if not text or text.startswith(("/", "~")):
        return None
    path = site.missing(site.ground.folder, text)
    if path is None or may_be_made(path):
        return None
    start = site.ground.folder
    message = f"There is no folder called ‘{text}’ here."
    finding = Finding(
        CODE, Kind.PARAMETER, node.span, message, where=site.path, subject=text, evidence={"missing": text}
    )
    near = partial(folders_near, path, start, site)
    return Claim(finding, frozenset(parts(path)), True, near, (CODE, "lost", path, start, "True"))


def _plain_shell(body: StepBody) -> bool:
    """Tell whether sh or bash reads the script."""
    given = body.parameter("shell")
    if given is None:
        return True
    value = given.value.value if isinstance(given.value, Scalar) and given.value.template is None else None
    words = value.split() if isinstance(value, str) else []
    return bool(words) and words[0].rpartition("/")[2] in _SHELLS


def _steered(body: StepBody) -> bool:
    given = body.parameter("env")
    return (
        isinstance(given.value, Map) and steers(entry.name for entry in given.value.entries)
        if given is not None
        else False
    )


def _of_connector(body: StepBody) -> tuple[Doing, ...]:
    """Return what a step without a script may do to files."""
    action = body.action or ""
    if action.startswith(_QUIET) or action in _READING:
        return ()
    path = body.parameter("path") if action == "file.write" else None
    if (
        path is not None
        and isinstance(path.value, Scalar)
        and isinstance(path.value.value, str)
        and path.value.template is None
    ):
        return (Doing(-1, names=frozenset(parts(path.value.value))),)
    return (ANYTHING,)


def together(workflow: Workflow, noted: Sequence[Sequence[Noted]], known: Known) -> Iterable[Finding]:
    """Tell of each step what nothing before it can have put right: the steps above it, and all that it waits for."""
    if known.ground is None:
        return
    scripts = [next((note for note in notes if isinstance(note, Script)), None) for notes in noted]
    if not any(script is not None and script.claims for script in scripts):
        return
    near: dict[tuple[str, ...], Near] = {}
    by_id = {one.id: one for one in workflow.steps if one.id}
    above = Done()
    for step, script in zip(workflow.steps, scripts, strict=True):
        if script is not None and script.claims:
            below = Done()
            for at in _awaited(by_id, step):
                other = scripts[at]
                below.add(other.doings if other is not None and at > step.index else ())
            yield from (
                placed(told(one, near), step) for one in script.claims if above.leaves(one) and below.leaves(one)
            )
        above.add(script.doings if script is not None else ())


def placed(finding: Finding, step: Step) -> Finding:
    """Return a finding of a step in its place in the document."""
    return msgspec.structs.replace(finding.shifted(step.origin), step=step.label)


def _awaited(by_id: Mapping[str, Step], step: Step) -> set[int]:
    """Return the positions of the steps that one waits for, directly or not; of very many only some."""
    found, waiting = {step.index}, [step]
    while waiting and len(found) < _MOST_AWAITED:
        body = waiting.pop().body
        for name in (*(need.id for need in body.needs), *(reference.root for reference in body.references)):
            one = by_id.get(name)
            if one is not None and one.index not in found:
                found.add(one.index)
                waiting.append(one)
    return found
