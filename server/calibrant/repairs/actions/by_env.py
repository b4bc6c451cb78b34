"""A value of strangers that becomes part of a script: handed over as a variable, which the shell never reads as code."""

import re
from collections.abc import Iterator
from typing import Final

from calibrant.expressions.actions import find_braces
from calibrant.model.change import AddKey, Change, EditText
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Scalar
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.scripts import Places, by_variable, is_quoted_alike, outer
from calibrant.repairs.names import fresh
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, path_of, scalar_at, shared, step_at
from calibrant.repairs.wording import quoted

_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_OWN: Final = frozenset({"PATH", "HOME", "USER", "SHELL", "PWD", "IFS", "LANG", "TMPDIR", "CI", "BASH_ENV", "ENV"})
"""Variables that programs know already."""


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    step, path = step_at(workflow, finding), path_of(workflow, finding)
    scalar, source = scalar_at(workflow, path), finding.evidence.get("expression", "")
    if step is None or scalar is None or not isinstance(scalar.value, str) or not source:
        return
    of_run = finding.where == ("run",)
    script_action = (step.body.action or "").lower().startswith("actions/github-script@")
    language = finding.evidence.get("shell", "") if of_run else "javascript" if script_action else ""
    braces = find_braces(scalar.value)
    places = [(one.start, one.end) for one in braces if scalar.value[one.inner : one.inner_end].strip() == source]
    env = variable(workflow, workflow.path_of(step), finding.evidence.get("variable", "VALUE"), f"${{{{ {source} }}}}")
    if env is None:
        return
    name, given = env
    edits = replaced(language, path, scalar, places, name)
    if edits:
        title = f"Hand {quoted(source)} over as the variable {quoted(name)}"
        alike = is_quoted_alike(language, scalar.value, places)
        yield Proposal(title, (*given, *edits), safety(issue, workflow, specs, 1) if alike else "review")


def replaced(language: str, path: Path, scalar: Scalar, places: Places, name: str) -> list[Change]:
    """Return the changes that put a variable at places of a script; none where it cannot stand there."""
    script = scalar.value if isinstance(scalar.value, str) else ""
    written = by_variable(language, script, places, name) or []
    changes: list[Change] = []
    for place, text in zip(places, written, strict=False):
        start, end = outer(language, script, place, text)
        changes.append(EditText(path, start, end, text))
    return changes[::-1]  # from the end, so that each offset holds when the others are made


def variable(workflow: Workflow, step: Path, wanted: str, value: str) -> tuple[str, tuple[Change, ...]] | None:
    """Return the name of a variable of a step that has a value, and the change that gives it; None where there can be none."""
    path: Path = (*step, "env")
    node = node_at(workflow, path)
    if shared(workflow, path) or not (node is None or isinstance(node, Map)):
        return None
    entries = node.entries if isinstance(node, Map) else ()
    for entry in entries:
        if isinstance(entry.value, Scalar) and entry.value.value == value:
            return entry.name, ()
    taken = {entry.name for entry in entries} | _elsewhere(workflow, step)
    own = wanted in _OWN or wanted.startswith(("GITHUB_", "RUNNER_"))
    name = fresh(f"{wanted}_VALUE" if own else wanted, taken)
    return name, (AddKey(path, name, value),)


def _elsewhere(workflow: Workflow, step: Path) -> set[str]:
    """Return the names that mean something to a step already: words of its script, and variables of its job and workflow."""
    script = node_at(workflow, (*step, "run"))
    found = set(_WORD.findall(str(script.value))) if isinstance(script, Scalar) else set()
    for path in ((*step[:-2], "env"), ("env",)):
        node = node_at(workflow, path)
        found |= {entry.name for entry in node.entries} if isinstance(node, Map) else set()
    return found


REPAIR = Repair("by-env", frozenset({"script-injection"}), 0.75, _propose)
