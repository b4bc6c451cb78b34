"""How inputs and secrets are declared, wherever a workflow has its declarations."""

from calibrant.model.change import AddKey, Change, InsertItem, SetValue
from calibrant.model.nodes import Hole, Map, Node, Seq
from calibrant.model.workflow import Workflow
from calibrant.syntax.draft import is_empty


def declare_input(workflow: Workflow, name: str, described: dict[str, object]) -> Change | None:
    """Return the change that declares an input, None where what stands under `inputs` cannot take one."""
    declared = _at(workflow, "inputs")
    if declared is None:
        return AddKey((), "inputs", {name: described}, first=True)
    if is_empty(declared) and not declared.aliased:
        return SetValue(("inputs",), {name: described})
    if isinstance(declared, Map) and not declared.aliased and declared.entry(name) is None:
        return AddKey(("inputs",), name, described)
    return None


def declare_secret(workflow: Workflow, name: str) -> Change | None:
    """Return the change that declares a secret, None where what stands under `secrets` cannot take one."""
    declared = _at(workflow, "secrets")
    if declared is None:
        return AddKey((), "secrets", [name], first=True)
    if is_empty(declared) and not declared.aliased:
        return SetValue(("secrets",), [name])
    if isinstance(declared, Seq) and not declared.aliased:
        return InsertItem(("secrets",), len(declared.items), name)
    return None


def _at(workflow: Workflow, name: str) -> Node | None:
    """Return what is declared; where the workflow is no map, a hole that takes nothing."""
    if not isinstance(workflow.root, Map):
        return Hole(workflow.root.span, missing=False)
    return workflow.root.get(name)
