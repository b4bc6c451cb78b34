"""Puts what the check of an expression by types tells into findings: its code, its words, its place in the file."""

from collections.abc import Mapping
from typing import Final

import msgspec

from calibrant.expressions.actions.functions import FUNCTIONS, STATUS
from calibrant.expressions.actions.mend import LONGEST
from calibrant.expressions.actions.problem import Problem
from calibrant.expressions.actions.shapes import fields
from calibrant.github.availability import known_context
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.shape import Shape
from calibrant.rules.actions.placed import Placed
from calibrant.rules.wording import listed, quoted

_OTHER_WORDS: Final = {
    "true": "‘true’ is written in small letters.",
    "false": "‘false’ is written in small letters.",
    "null": "‘null’ is written in small letters.",
    "none": "That is ‘null’ here.",
}


_CONSTANTS: Final = {"true": "true", "false": "false", "null": "null", "none": "null"}


class Site(msgspec.Struct, frozen=True):
    """Where an expression stands: its value, the path of that in the file, and the shapes of the contexts."""

    placed: Placed
    scope: Mapping[str, Shape]
    path: Path


class _Told(msgspec.Struct, frozen=True):
    code: str
    kind: Kind
    message: str
    hint: str = ""
    severity: Severity = "error"


def found(problem: Problem, site: Site) -> Finding:
    """Return the finding for a problem."""
    told = _told(problem, site)
    return Finding(
        code=told.code,
        kind=told.kind,
        span=site.placed.expression.locate(problem.start, problem.end),
        message=told.message,
        hint=told.hint,
        severity=told.severity,
        where=site.placed.where,
        subject=problem.subject,
        candidates=problem.candidates if problem.near or problem.sort in ("context", "function") else (),
        evidence={
            "expression": site.placed.expression.source[:200],
            "of": ".".join(problem.owner),
            **_mended(problem, site),
        },
    )


def _mended(problem: Problem, site: Site) -> dict[str, str]:
    """Return the expression as it was most likely meant, where something can be said of that."""
    source, instead = site.placed.expression.source, problem.instead
    if problem.sort == "context" and not known_context(problem.subject) and not problem.candidates:
        name = problem.subject
        word = _CONSTANTS.get(name.lower()) or (f"{name}()" if name.lower() in STATUS else f"'{name}'")
        instead = (problem.start, problem.end, word)
    if instead is None or len(source) > LONGEST or not site.placed.expression.marks:
        return {}
    start, end, text = instead
    return {"mended": source[:start] + text + source[end:]}


def _told(problem: Problem, site: Site) -> _Told:
    match problem.sort:
        case "context":
            return _context(problem, site)
        case "field":
            return _field(problem, site)
        case "slip":
            code = "unknown-output" if len(problem.owner) > 1 else "missing-field"
            return _Told(code, Kind.MISSING_DATA, problem.message, problem.hint, "warning")
        case "unavailable":
            return _Told("misplaced-context", Kind.DEFINITION, problem.message, problem.hint)
        case "comparison":
            return _Told("never-holds", Kind.LOGIC, problem.message, problem.hint, "warning")
        case "type":
            severity: Severity = "error" if problem.certain else "warning"
            return _Told("shape-mismatch", Kind.DATA_SHAPE, problem.message, problem.hint, severity)
        case _:
            return _Told(
                "bad-expression", Kind.SYNTAX, problem.message, problem.hint, "error" if problem.certain else "warning"
            )


def _context(problem: Problem, site: Site) -> _Told:
    name = problem.subject
    if not known_context(name):
        hint = _OTHER_WORDS.get(name.lower()) or problem.hint
        if not hint and name.lower() in FUNCTIONS:
            hint = f"To call the function, write ‘{name}()’."
        if not hint:
            hint = f"Text stands between single quotes: '{name}'."
        return _Told("unknown-context", Kind.DEFINITION, f"There is no context called {quoted(name)}.", hint)
    place = str(site.path[-1]) if isinstance(site.path[-1], str) else str(site.path[-2])
    message = f"‘{name}’ is not available here, in ‘{place}’."
    return _Told("misplaced-context", Kind.DEFINITION, message, _instead(name.lower(), site))


def _instead(name: str, site: Site) -> str:
    """Say what can be done without a context at a place."""
    conditional = site.placed.where[-1:] == ("if",)
    if site.path[-1:] == ("description",):
        return "Write the name of the context without ‘${{’ and ‘}}’: GitHub reads expressions in descriptions, too."
    if name == "secrets" and site.path[:1] == ("runs",):
        return "A composite action has no secrets: give it what it needs as an input."
    if name == "secrets" and conditional:
        return "Put the secret into ‘env’ of the job, and test it in the ‘if’ of a step: ‘env.NAME != ''’."
    if name == "env":
        return "‘env’ is there in steps only. Take ‘vars’, ‘inputs’, or an output of a job before."
    if name == "matrix" and conditional:
        return "A job's ‘if’ is worked out before its matrix. Leave values out with ‘exclude’, or put the condition on the steps."
    if name in ("steps", "job", "runner"):
        return f"‘{name}’ is there only while the job runs, that is in its steps."
    return ""


def _field(problem: Problem, site: Site) -> _Told:
    owner = tuple(part.lower() for part in problem.owner)
    name, hint = problem.subject, problem.hint
    has = fields_of(site, owner)
    match owner:
        case ("steps",):
            return _step(problem, site, has)
        case ("needs",):
            return _need(problem, site, has)
        case ("jobs",):
            return _Told("missing-field", Kind.DEFINITION, f"There is no job called {quoted(name)}.", hint or has)
        case ("inputs",) | ("github", "event", "inputs"):
            message = f"There is no input called {quoted(name)}."
            hint = hint or has or "No inputs are declared in this file."
            return _Told("unknown-input", Kind.DEFINITION, message, hint, "error" if len(owner) == 1 else "warning")
        case ("matrix",):
            message = f"The matrix of this job has no key called {quoted(name)}, so this is always empty."
            return _Told(
                "missing-field", Kind.MISSING_DATA, message, hint or has or "This job has no matrix.", "warning"
            )
        case ("steps" | "needs" | "jobs", _, "outputs"):
            return _output(problem, owner[0], hint or has)
        case ("job", "services"):
            message = f"This job has no service called {quoted(name)}."
            return _Told("missing-field", Kind.MISSING_DATA, message, hint or has)
    if owner[:1] in (("steps",), ("needs",), ("jobs",)) and name.lower() not in ("outputs", "result", "outcome"):
        hint = hint or f"Its outputs are below ‘outputs’: write ‘{'.'.join(problem.owner)}.outputs.{name}’."
    severity: Severity = "warning" if owner[:1] == ("matrix",) else "error"
    return _Told("missing-field", Kind.MISSING_DATA, problem.message, hint or has, severity)


def fields_of(site: Site, owner: Path) -> str:
    """Return the names that an object has, as a hint lists them."""
    shape: Shape | None = site.scope.get(str(owner[0])) if owner else None
    for part in owner[1:]:
        below = shape.fields if shape is not None else ()
        shape = next((field for key, field in below if key.lower() == part), None)
    names = fields(shape) if shape is not None else ()
    return f"There is: {listed(names)}." if names else ""


def _output(problem: Problem, root: str, hint: str) -> _Told:
    what = "step" if root == "steps" else "job"
    message = f"The {what} ‘{problem.owner[1]}’ has no output called {quoted(problem.subject)}."
    if not hint:
        hint = "It has no outputs. A job's are declared in its ‘outputs’." if what == "job" else "It has no outputs."
    return _Told("unknown-output", Kind.MISSING_DATA, message, hint)


def _step(problem: Problem, site: Site, has: str) -> _Told:
    name = problem.subject
    reasons = dict(part.partition("=")[::2] for part in site.scope["steps"].like.split(" "))
    why = reasons.get(name.lower(), "")
    if why == "this":
        message = f"The step ‘{name}’ is this one: its results are not there yet."
        return _Told("unknown-step", Kind.DEFINITION, message, "Only the steps before it can be referred to.")
    if why == "later":
        message = f"The step ‘{name}’ comes later in this job: its results are not there yet."
        return _Told("unknown-step", Kind.DEFINITION, message, "Put it before this step.")
    message = f"There is no step called {quoted(name)} in this job."
    if why:
        message = f"The step ‘{name}’ is in the job ‘{why}’, not in this one."
        hint = f"Make it an output of that job, need it here, and write ‘needs.{why}.outputs.…’."
        return _Told("unknown-step", Kind.DEFINITION, message, hint)
    return _Told("unknown-step", Kind.DEFINITION, message, problem.hint or has or "No step before it has an id.")


def _need(problem: Problem, site: Site, has: str) -> _Told:
    name = problem.subject
    others = site.scope["needs"].like.split(" ")
    if name.lower() in (other.lower() for other in others):
        message = f"This job does not need the job ‘{name}’, so nothing of it is there."
        return _Told("missing-need", Kind.DEFINITION, message, f"Add ‘{name}’ to ‘needs’ of this job.")
    message = f"There is no job called {quoted(name)} among those that this one needs."
    return _Told("missing-need", Kind.DEFINITION, message, problem.hint or has or "This job needs no other.")
