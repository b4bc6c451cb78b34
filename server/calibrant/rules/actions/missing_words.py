"""Words for what is not there: steps, outputs, jobs that are not needed, inputs, keys of a matrix."""

from calibrant.expressions.actions.problem import Problem
from calibrant.expressions.actions.shapes import fields
from calibrant.model.expression import Path
from calibrant.model.issue import Kind, Severity
from calibrant.model.shape import Shape
from calibrant.rules.actions.site import Site, Told
from calibrant.rules.wording import listed, quoted


def missing(problem: Problem, site: Site) -> Told:
    """Return what is told of a field that an object does not have."""
    owner = tuple(part.lower() for part in problem.owner)
    name, hint = problem.subject, problem.hint
    has = fields_of(site, owner)
    match owner:
        case ("steps",):
            return _step(problem, site, has)
        case ("needs",):
            return _need(problem, site, has)
        case ("jobs",):
            return Told("missing-field", Kind.DEFINITION, f"There is no job called {quoted(name)}.", hint or has)
        case ("inputs",) | ("github", "event", "inputs"):
            message = f"There is no input called {quoted(name)}."
            hint = hint or has or "No inputs are declared in this file."
            return Told("unknown-input", Kind.DEFINITION, message, hint, "error" if len(owner) == 1 else "warning")
        case ("matrix",):
            message = f"The matrix of this job has no key called {quoted(name)}, so this is always empty."
            return Told(
                "missing-field", Kind.MISSING_DATA, message, hint or has or "This job has no matrix.", "warning"
            )
        case ("steps" | "needs" | "jobs", _, "outputs"):
            return _output(problem, owner[0], hint or has)
        case ("job", "services"):
            message = f"This job has no service called {quoted(name)}."
            return Told("missing-field", Kind.MISSING_DATA, message, hint or has)
    if owner[:1] in (("steps",), ("needs",), ("jobs",)) and name.lower() not in ("outputs", "result", "outcome"):
        hint = hint or f"Its outputs are below ‘outputs’: write ‘{'.'.join(problem.owner)}.outputs.{name}’."
    severity: Severity = "warning" if owner[:1] == ("matrix",) else "error"
    return Told("missing-field", Kind.MISSING_DATA, problem.message, hint or has, severity)


def fields_of(site: Site, owner: Path) -> str:
    """Return the names that an object has, as a hint lists them."""
    shape: Shape | None = site.scope.get(str(owner[0])) if owner else None
    for part in owner[1:]:
        below = shape.fields if shape is not None else ()
        shape = next((field for key, field in below if key.lower() == part), None)
    names = fields(shape) if shape is not None else ()
    return f"There is: {listed(names)}." if names else ""


def _output(problem: Problem, root: str, hint: str) -> Told:
    what = "step" if root == "steps" else "job"
    message = f"The {what} ‘{problem.owner[1]}’ has no output called {quoted(problem.subject)}."
    if not hint:
        hint = "It has no outputs. A job's are declared in its ‘outputs’." if what == "job" else "It has no outputs."
    return Told("unknown-output", Kind.MISSING_DATA, message, hint)


def _step(problem: Problem, site: Site, has: str) -> Told:
    name = problem.subject
    elsewhere = site.missed("steps", name)
    where = elsewhere.where if elsewhere is not None else ""
    if where == "this":
        message = f"The step ‘{name}’ is this one: its results are not there yet."
        return Told("unknown-step", Kind.DEFINITION, message, "Only the steps before it can be referred to.")
    if where == "later":
        message = f"The step ‘{name}’ comes later in this job: its results are not there yet."
        return Told("unknown-step", Kind.DEFINITION, message, "Put it before this step.")
    message = f"There is no step called {quoted(name)} in this job."
    if elsewhere is not None:
        message = f"The step ‘{name}’ is in the job ‘{elsewhere.job}’, not in this one."
        hint = f"Make it an output of that job, need it here, and write ‘needs.{elsewhere.job}.outputs.…’."
        return Told("unknown-step", Kind.DEFINITION, message, hint)
    return Told("unknown-step", Kind.DEFINITION, message, problem.hint or has or "No step before it has an id.")


def _need(problem: Problem, site: Site, has: str) -> Told:
    name = problem.subject
    if site.missed("needs", name) is not None:
        message = f"This job does not need the job ‘{name}’, so nothing of it is there."
        return Told("missing-need", Kind.DEFINITION, message, f"Add ‘{name}’ to ‘needs’ of this job.")
    message = f"There is no job called {quoted(name)} among those that this one needs."
    return Told("missing-need", Kind.DEFINITION, message, problem.hint or has or "This job needs no other.")
