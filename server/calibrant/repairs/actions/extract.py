"""A literal that someone points at: an input of runs by hand (of an action, its input), or a secret. It answers no issue."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from calibrant.github.languages import ACTION, WORKFLOW
from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.expression import Path
from calibrant.model.fix import Fix, fix_id
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Workflow
from calibrant.repairs.actions.literal import Literal, literal_at, values
from calibrant.repairs.names import fresh
from calibrant.repairs.naming import input_name, names_secret, secret_name
from calibrant.repairs.sites import job_of, shared
from calibrant.repairs.wording import quoted

_DISPATCH: Final = "workflow_dispatch"
_TELLING: Final = 4
"""Characters from which on a text that is an input's default is hardly so by accident."""


def extractions(workflow: Workflow, span: Span, confidential: Collection[str] = ()) -> tuple[Fix, ...]:
    """Return what can be made of the literal under a selection (a cursor, where it is empty); the likeliest first."""
    found = literal_at(workflow, span)
    if found is None:
        return ()
    text = str(found.value)
    hidden = any(secret and (secret in text or (len(text) > 2 and text in secret)) for secret in confidential)
    if hidden or (found.whole and names_secret(found.key) and isinstance(found.value, str)):
        return tuple(_to_secret(workflow, found))
    everywhere = _alike(workflow, found)
    places = [[found], everywhere] if len(everywhere) > 1 else [[found]]
    return (*_reused(workflow, found, places), *_declared(workflow, found, places))


def _fix(strategy: str, title: str, changes: Sequence[Change], confidence: float) -> Fix:
    made = tuple(changes)
    return Fix(fix_id("", strategy, made), "", strategy, title, made, confidence=confidence)


def _to_secret(workflow: Workflow, found: Literal) -> Iterator[Fix]:
    """Yield the fix that takes a credential from a secret; its title does not say it. An action has none."""
    name = secret_name("" if found.script else found.key)
    changes = found.to(workflow, f"secrets.{name}", name)
    if changes and workflow.language.name == WORKFLOW and (found.whole or found.script):
        yield _fix("to-secret", f"Take it from the secret {quoted(name)}", changes, 0.8)


def _alike(workflow: Workflow, found: Literal) -> list[Literal]:
    """Return the literal with all values of steps that say the same."""
    if not found.whole:
        return [found]
    others = [
        Literal(path, scalar, 0, len(str(scalar.value)), step)
        for step in workflow.steps
        for path, scalar in values(workflow, step)
        if path[-1] != "run" and type(scalar.value) is type(found.value) and scalar.value == found.value
    ]
    return [found, *(one for one in others if one.path != found.path)]


def _reused(workflow: Workflow, found: Literal, places: Sequence[Sequence[Literal]]) -> Iterator[Fix]:
    given = next((one for one in workflow.inputs if _has_default(one, found)), None)
    for several in places if given is not None else ():
        changes = _all(workflow, several, given.name, str(found.value)) if given is not None else ()
        if changes and given is not None:
            title = f"Use the input {quoted(given.name)} for {quoted(found.value)}{_where(several, places)}"
            yield _fix("reuse-input", title, changes, 0.8)


def _has_default(given: Input, found: Literal) -> bool:
    default = given.default.value if isinstance(given.default, Scalar) else None
    return default is not None and str(default) == str(found.value) and len(str(default)) >= _TELLING


def _declared(workflow: Workflow, found: Literal, places: Sequence[Sequence[Literal]]) -> Iterator[Fix]:
    taken = {one.name.lower() for one in workflow.inputs}
    step = found.step.body if found.step is not None else None
    called = (step.id or step.name or "step") if step is not None else "workflow"
    name = fresh(input_name(str(found.value), found.key, called, whole=found.whole), taken)
    for several in places:
        declaration = _declaration(workflow, name, found)
        changes = _all(workflow, several, name, str(found.value))
        if declaration is not None and changes:
            title = f"Make {quoted(found.value)} the input {quoted(name)}{_where(several, places)}"
            yield _fix("extract-input", title, [declaration, *changes], 0.7)


def _all(workflow: Workflow, several: Sequence[Literal], name: str, value: str) -> tuple[Change, ...]:
    """Return the changes that put an input in the place of each literal; a run that is not begun by hand has none."""
    source = f"inputs.{name}"
    if workflow.language.name == WORKFLOW and _events(workflow) != [_DISPATCH]:
        escaped = value.replace("'", "''")
        source = f"{source} || '{escaped}'"
    changes = [one.to(workflow, source, name.upper().replace("-", "_")) for one in several]
    return tuple(change for made in changes for change in made) if all(changes) else ()


def _events(workflow: Workflow) -> list[str]:
    match _on(workflow):
        case Scalar(value=str() as name):
            return [name]
        case Seq(items=items):
            return [str(item.value) for item in items if isinstance(item, Scalar)]
        case Map(entries=entries):
            return [entry.name for entry in entries]
    return []


def _on(workflow: Workflow) -> Node | None:
    return workflow.root.get("on") if isinstance(workflow.root, Map) else None


def _declaration(workflow: Workflow, name: str, found: Literal) -> Change | None:
    """Return the change that declares an input whose default is the literal; None where none can be declared."""
    job = job_of(workflow, found.path)
    user = found.step.label if found.step is not None else job.label if job is not None else "all jobs"
    described = {"description": f"Used by {user}", "default": str(found.value)}
    if workflow.language.name == ACTION:
        return None if shared(workflow, ("inputs",)) else AddKey(("inputs",), name, described)
    described = {"description": described["description"], "type": "string", "default": described["default"]}
    on, inputs = _on(workflow), {"inputs": {name: described}}
    if isinstance(on, Map) and not any(shared(workflow, path) for path in _WAY):
        held = on.get(_DISPATCH)
        if held is None or isinstance(held, Map) or (isinstance(held, Hole) and held.missing) or _is_null(held):
            return AddKey(("on", _DISPATCH, "inputs"), name, described)
    elif isinstance(on, Scalar | Seq) and not on.aliased and (events := _events(workflow)):
        return SetValue(("on",), {**{event: {} for event in events if event != _DISPATCH}, _DISPATCH: inputs})
    return None


_WAY: Final[tuple[Path, ...]] = (("on",), ("on", _DISPATCH), ("on", _DISPATCH, "inputs"))


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _where(several: Sequence[Literal], places: Sequence[Sequence[Literal]]) -> str:
    if len(several) > 1:
        return f", in {len(several)} places"
    return ", here" if len(places) > 1 else ""
