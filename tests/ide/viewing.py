"""Views of workflows for tests: a text, and what its steps gave when they last ran."""

from collections.abc import Mapping

from calibrant import connectors, dialects, rules
from calibrant.ide.typed import Typed, follow
from calibrant.ide.view import NOTHING, StepRun, View
from calibrant.model.connector import Specs
from calibrant.model.observed import merged, observe, preview
from calibrant.model.toolchain import Ground


def view(
    text: str,
    outputs: Mapping[str, object] | None = None,
    *,
    inputs: Mapping[str, object] | None = None,
    previews: bool = True,
    path: str = "a.workflow.yaml",
    specs: Specs | None = None,
    ground: Ground | None = None,
) -> View:
    """Return what is known of a text whose steps gave these outputs."""
    workflow = dialects.read(path, text)
    assert workflow is not None
    specs = connectors.specs() if specs is None else specs
    steps = {name: ran(output, previews=previews) for name, output in (outputs or {}).items()}
    return View(workflow, rules.check(workflow, specs, None, ground), specs, steps, inputs or {}, previews)


def ran(output: object, *before: object, previews: bool = True) -> StepRun:
    """Return how it is with a step that gave this output, and others in runs before."""
    latest = observed = observe(output)
    for earlier in before:
        observed = merged(observed, observe(earlier))
    shown = preview(output) if previews else NOTHING
    return StepRun("completed", session="s", observed=observed, latest=latest, preview=shown)


def referred(known: View, step: str, at: int = 0, upto: int | None = None) -> Typed | None:
    """Return what is known of what one of a step's references leads to, in the order of the text."""
    found = known.workflow.step(step)
    assert found is not None
    uses = known.checked.reached[found.index].uses
    pairs = [(reference, use.over) for use in uses for reference in use.expression.references]
    pairs.sort(key=lambda pair: pair[0].span.start)
    return follow(known, found, *pairs[at], upto)
