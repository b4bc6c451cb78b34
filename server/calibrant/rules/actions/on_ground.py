"""Where a job's commands and the repository disagree: managers, files, tasks, folders, versions, lock files.

Only behind a plain checkout, which brings the repository; not in actions and in workflows that others may call, which run beside
the files of whoever calls them.
"""

from collections.abc import Iterator, Sequence

import msgspec

from calibrant.expressions.actions import find_braces
from calibrant.github.languages import ACTION
from calibrant.github.script_shell import may_choose, script_language
from calibrant.model.expression import Expression
from calibrant.model.issue import Finding
from calibrant.model.nodes import Map, Node, Scalar, Seq, at_path
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Step, StepBody, Workflow
from calibrant.rules.actions.ground_steps import Bringing, brings, does, from_hash
from calibrant.rules.actions.setups import Setup, caches, of_versions, setup_of
from calibrant.rules.ground.claim import Claim, Near, Site, told
from calibrant.rules.ground.doings import Doing, Done
from calibrant.rules.ground.native import lost_folder
from calibrant.rules.ground.script import CODES, Script, claims, read, steers
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule
from calibrant.syntax.shell import Command

_SHELLS = frozenset({"bash", "sh"})
_FOLDER = "working-directory"
_DEFAULTS = ("defaults", "run", _FOLDER)


class _Step(Script, frozen=True, gc=False):
    """What is known of a step by itself; `brings` the repository, or what else it does to the files that a job starts with.

    `setup` is what it says of the version of a language. `own`: it says itself in which folder it works.
    """

    brings: Bringing = "nothing"
    setup: Setup | None = None
    own: bool = False


def _notes(body: StepBody, known: Known) -> Iterator[Noted]:
    if known.ground is None or known.language.name == ACTION:
        return
    script = body.run
    if script is None:
        yield _Step(
            "step", "", "", Span(0, 0), (), doings=does(body), brings=brings(body), setup=setup_of(body), own=True
        )
        return
    braces = find_braces(script.value) if isinstance(script.value, str) else ()
    found, done = read(script, [Span(one.start, one.end) for one in braces])
    base = at_path(body.node, (_FOLDER,))
    text = _plain(base) if base is not None else "."
    seeming: tuple[Claim, ...] = ()
    if text is not None and _sure(body):
        seeming = _in_folder(Site(known.ground, text, script.locate, ("run",)), found, done, base, (_FOLDER,))
    yield _Step("step", "", "", Span(0, 0), (), commands=found, doings=done, claims=seeming, own=base is not None)


def _in_folder(
    site: Site, found: Sequence[Command], done: tuple[Doing, ...], node: Node | None, path: tuple[str, ...]
) -> tuple[Claim, ...]:
    """Return what seems wrong with a step's commands, or with the folder that they run in."""
    if isinstance(node, Scalar):
        lost = lost_folder(site.base, node, Site(site.ground, ".", node.locate, path))
        if lost is not None:
            return (lost,)
    return claims(found, done, site)


def _plain(node: Node | None) -> str | None:
    """Return a text without expressions."""
    value = node.value if isinstance(node, Scalar) and not node.aliased else None
    return value if isinstance(value, str) and "${{" not in value else None


def _sure(body: StepBody) -> bool:
    """Tell whether a step is run whatever the files are, its end matters, and nothing steers its programs."""
    node = body.node
    if not isinstance(node, Map) or node.get("continue-on-error") is not None or not _always(body.condition, node):
        return False
    return not _steered(node)


def _always(condition: Expression | None, node: Map) -> bool:
    return not may_choose(condition) and not from_hash(node.get("if"))


def _steered(node: Node | None) -> bool:
    env = node.get("env") if isinstance(node, Map) else None
    return env is not None and (not isinstance(env, Map) or steers(entry.name for entry in env.entries))


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], known: Known) -> Iterator[Finding]:
    if known.ground is None or known.language.name == ACTION or _callable(workflow) or _steered(workflow.root):
        return
    steps = [next((note for note in notes if isinstance(note, _Step)), None) for notes in noted]
    for job in workflow.jobs:
        node = job.body.node
        if not isinstance(node, Map) or node.get("continue-on-error") is not None:
            continue
        if not _steered(node) and _always(job.body.condition, node):
            yield from _of_job(workflow, job, node, steps[job.first : job.after], known)


def _callable(workflow: Workflow) -> bool:
    on = at_path(workflow.root, ("on",))
    names = [entry.name for entry in on.entries] if isinstance(on, Map) else []
    items = on.items if isinstance(on, Seq) else (on,)
    names += [str(item.value) for item in items if isinstance(item, Scalar)]
    return "workflow_call" in names


def _of_job(workflow: Workflow, job: Job, node: Map, steps: Sequence[_Step | None], known: Known) -> Iterator[Finding]:
    """Go through the steps of a job in their order, what they do to files being remembered."""
    assert known.ground is not None
    base, folder = _base(workflow, node)
    here, done = False, Done()
    working: list[tuple[Step, Script]] = []
    setups: list[tuple[Step, Setup]] = []
    found: list[Finding] = []
    near: dict[tuple[str, ...], Near] = {}
    for step, script in zip(workflow.steps[job.first : job.after], steps, strict=True):
        if script is None or script.brings == "other":
            break
        here = here or script.brings == "repository"
        if here and script.setup is not None and _sure(step.body):
            setups.append((step, script.setup))
            found += [_placed(told(one, near), step) for one in caches(script.setup, known.ground) if done.leaves(one)]
        if here and step.body.run is not None and script_language(workflow, step) in _SHELLS:
            judged = script if script.own or folder is None else _again(step, script, base, known)
            if judged is not None:
                working.append((step, judged))
                found += [_placed(told(one, near), step) for one in judged.claims if done.leaves(one)]
        done.add(script.doings)
    yield from found
    for at, finding in of_versions(node, setups, working, known.ground, base if folder is not None else "."):
        if at is not None:
            yield _placed(finding, at)
        else:
            yield msgspec.structs.replace(finding.shifted(job.origin), where=(*job.path, *finding.where))


def _base(workflow: Workflow, job: Map) -> tuple[str | None, Node | None]:
    """Return the folder that a job's scripts run in where they do not say so themselves, and what names it."""
    for node in (job, workflow.root):
        found = at_path(node, _DEFAULTS)
        if found is not None:
            return _plain(found), found
    return ".", None


def _again(step: Step, script: _Step, base: str | None, known: Known) -> Script | None:
    """Return what is known of a step in the folder that is set for all of its job."""
    run = step.body.run
    if base is None or run is None or known.ground is None:
        return None
    sure = _sure(step.body)
    site = Site(known.ground, base, run.locate, ("run",))
    return msgspec.structs.replace(script, claims=claims(script.commands, script.doings, site) if sure else ())


def _placed(finding: Finding, step: Step) -> Finding:
    return msgspec.structs.replace(finding.shifted(step.origin), step=step.label)


RULE = Rule(CODES, notes=_notes, together=_together)
