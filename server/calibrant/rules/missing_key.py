"""Keys that must be there and are not, or have no value."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Map
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.places import Keyed, empty, step_maps, unreadable, workflow_maps
from calibrant.rules.rule import Rule
from calibrant.rules.unknown_key import ELSEWHERE
from calibrant.rules.wording import misspelt


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    for keyed in step_maps(body, known):
        for finding in _missing(keyed):
            # a key that cannot be read is not missing
            if not unreadable(body) or keyed.node.entry(finding.subject):
                yield finding
    if isinstance(body.node, Map) and not unreadable(body):
        yield from _no_action(body.node, [key.name for key in known.language.keys.get("step", ())])


def _check_workflow(workflow: Workflow, known: Known) -> Iterator[Finding]:
    broken = any(problem.kind is Kind.SYNTAX for problem in workflow.problems)
    for keyed in workflow_maps(workflow, known):
        for finding in _missing(keyed):
            if not broken or keyed.node.entry(finding.subject):
                yield finding


def _missing(keyed: Keyed) -> Iterator[Finding]:
    for key in keyed.keys:
        if not key.required:
            continue
        entry = keyed.node.entry(key.name)
        given = [entry.name for entry in keyed.node.entries]
        if entry is None and misspelt(key.name, given, [other.name for other in keyed.keys]):
            continue  # told as an unknown key
        if entry is None:
            message = f"{keyed.label[0].upper()}{keyed.label[1:]} needs the key ‘{key.name}’. {key.doc}"
            yield _finding(keyed, key.name, _head(keyed.node), message, f"Add ‘{key.name}: …’.")
        elif empty(entry.value) and not (isinstance(entry.value, Hole) and not entry.value.missing):
            message = f"‘{key.name}’ has no value yet. {key.doc}"
            yield _finding(keyed, key.name, entry.key.span, message, f"Write a value after ‘{key.name}:’.")


def _no_action(node: Map, names: list[str]) -> Iterator[Finding]:
    given = [entry.name for entry in node.entries]
    if any(misspelt(name, given, names) or ELSEWHERE.get(other) == name for name in ("uses", "run") for other in given):
        return
    uses, run = node.entry("uses"), node.entry("run")
    hint = "Add ‘uses: …’ with the name of a connector, or ‘run: …’ with a shell script."
    if uses is None and run is None:
        message = "This step does not say what to do: it needs ‘uses’ or ‘run’."
        yield Finding("missing-key", Kind.DEFINITION, _head(node), message, hint=hint, where=("uses",), subject="uses")
    for entry in (uses, run):
        if entry is not None and empty(entry.value):
            message = f"‘{entry.name}’ has no value yet, so this step does nothing."
            yield Finding(
                "missing-key",
                Kind.DEFINITION,
                entry.key.span,
                message,
                hint=hint,
                where=(entry.name,),
                subject=entry.name,
            )


def _head(node: Map) -> Span:
    """Return where to show what a map lacks: its first key."""
    return node.entries[0].key.span if node.entries else Span(node.span.start, min(node.span.start + 1, node.span.end))


def _finding(keyed: Keyed, name: str, span: Span, message: str, hint: str) -> Finding:
    return Finding("missing-key", Kind.DEFINITION, span, message, hint=hint, where=(*keyed.path, name), subject=name)


RULE = Rule(("missing-key",), step=_check_step, workflow=_check_workflow)
