"""What stands behind `uses` and is no action, or no workflow, that could be called there."""

import re
from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import JobBody, StepBody
from calibrant.rules.actions.uses import WORKFLOWS, Uses, uses_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_ACTION = "An action is ‘owner/repository@version’, ‘./folder’ or ‘docker://image’."
_WORKFLOW = f"A workflow is ‘./{WORKFLOWS}name.yml’, or ‘owner/repository/{WORKFLOWS}name.yml@version’."


def _step(body: StepBody, known: Known) -> Iterator[Finding]:
    if found := uses_of(body):
        node, uses = found
        if uses.workflow is not None and uses.is_workflow:
            hint = (
                "Call it from a job of its own: ‘jobs:’, a name, and ‘uses: …’ in the place of ‘runs-on’ and ‘steps’."
            )
            yield _finding(node, uses, f"‘{_short(uses)}’ is a workflow, which a job calls, not a step.", hint)
        elif not (uses.is_local or uses.is_image):
            yield from _public(node, uses, known)
        elif uses.is_image and uses.text == "docker://":
            yield _finding(node, uses, "‘docker://’ names no image.", _ACTION)


def _public(node: Scalar, uses: Uses, known: Known) -> Iterator[Finding]:
    owner, slash, rest = uses.path.partition("/")
    if owner.startswith(".") and (not slash or owner in (".", "..", ".github")):
        local = f"./{uses.path}" if owner == ".github" else ""
        message = f"‘{_short(uses)}’ is no action: what lies in this repository is called by its path behind ‘./’."
        yield _finding(node, uses, message, f"Write ‘{local}’." if local else _ACTION, (local,) if local else ())
    elif not slash or not owner or not rest.partition("/")[0]:
        near = tuple(name for name in known.specs if name.partition("@")[0].partition("/")[2] == uses.path)
        hint = f"Did you mean ‘{near[0]}’?" if near else _ACTION
        yield _finding(node, uses, f"‘{_short(uses)}’ does not say whose action it is.", hint, near)
    elif not uses.ref:
        near = tuple(name for name in known.specs if name.partition("@")[0] == uses.path)
        hint = f"Add it, as in ‘{near[0] if near else uses.path + '@v1'}’."
        yield _finding(node, uses, f"‘{_short(uses)}’ has no version: what is called needs an ‘@’ and one.", hint, near)
    elif re.search(r"\s", uses.text.strip()):
        whole = "".join(uses.text.split())
        yield _finding(
            node, uses, f"‘{_short(uses)}’ has a blank in it, so GitHub finds no such action.", _ACTION, (whole,)
        )


def _job(body: JobBody, _known: Known) -> Iterator[Finding]:
    if found := uses_of(body):
        node, uses = found
        if uses.is_local and uses.ref is not None and uses.is_workflow:
            message = f"‘{_short(uses)}’ lies in this repository, so it cannot have a version: it is always that of this commit."
            yield _finding(node, uses, message, f"Write ‘{uses.path}’.", (uses.path,))
        elif uses.workflow is not None and not uses.is_workflow:
            yield _finding(node, uses, f"Workflows must lie directly in ‘{WORKFLOWS}’ to be called.", _WORKFLOW)
        elif uses.is_workflow and not uses.is_local and not uses.ref:
            yield _finding(node, uses, f"‘{_short(uses)}’ has no version: add ‘@’ and one.", _WORKFLOW)
        elif not uses.is_workflow:
            hint = f"{_WORKFLOW} An action is called by a step."
            yield _finding(node, uses, f"‘{_short(uses)}’ is no workflow that a job could call.", hint)


def _short(uses: Uses) -> str:
    return uses.text if len(uses.text) <= 80 else uses.text[:79] + "…"


def _finding(node: Scalar, uses: Uses, message: str, hint: str, candidates: tuple[str, ...] = ()) -> Finding:
    return Finding(
        code="uses-format",
        kind=Kind.DEFINITION,
        span=node.span,
        message=message,
        hint=hint,
        where=("uses",),
        subject=uses.text[:80],
        candidates=candidates,
    )


RULE = Rule(("uses-format",), step=_step, job=_job)
