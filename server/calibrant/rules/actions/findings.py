"""Puts what the check of an expression by types tells into findings: its code, its words, its place in the file."""

import re
from typing import Final

from calibrant.expressions.actions.functions import FUNCTIONS, STATUS
from calibrant.expressions.actions.mend import LONGEST
from calibrant.expressions.actions.problem import Problem
from calibrant.github.availability import known_context
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.rules.actions.missing_words import missing
from calibrant.rules.actions.site import Site, Told
from calibrant.rules.wording import quoted

_OTHER_WORDS: Final = {
    "true": "‘true’ is written in small letters.",
    "false": "‘false’ is written in small letters.",
    "null": "‘null’ is written in small letters.",
    "none": "That is ‘null’ here.",
}


_REST: Final = re.compile(r"[\w./:@-]*")
"""What goes on behind a name in a text that stands without its quotes, as in ‘refs/heads/main’."""

_CONSTANTS: Final = {"true": "true", "false": "false", "null": "null", "none": "null"}


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
        rest = _REST.match(source, problem.end)
        end = rest.end() if rest and name.lower() not in {*_CONSTANTS, *STATUS} else problem.end
        text = source[problem.start : end]
        word = _CONSTANTS.get(name.lower()) or (f"{name}()" if name.lower() in STATUS else f"'{text}'")
        instead = (problem.start, end, word)
    if instead is None or len(source) > LONGEST or not site.placed.expression.marks:
        return {}
    start, end, text = instead
    return {"mended": source[:start] + text + source[end:]}


def _told(problem: Problem, site: Site) -> Told:
    match problem.sort:
        case "context":
            return _context(problem, site)
        case "field":
            return missing(problem, site)
        case "slip":
            if len(problem.owner) == 1:
                return Told("missing-field", Kind.MISSING_DATA, problem.message, problem.hint, "warning")
            message = f"The step ‘{problem.owner[1]}’ declares no output called {quoted(problem.subject)}."
            return Told("unknown-output", Kind.MISSING_DATA, message, problem.hint, "warning")
        case "unavailable":
            return Told("misplaced-context", Kind.DEFINITION, problem.message, problem.hint)
        case "comparison":
            return Told("never-holds", Kind.LOGIC, problem.message, problem.hint, "warning")
        case "type":
            severity: Severity = "error" if problem.certain else "warning"
            return Told("shape-mismatch", Kind.DATA_SHAPE, problem.message, problem.hint, severity)
        case _:
            return Told(
                "bad-expression", Kind.SYNTAX, problem.message, problem.hint, "error" if problem.certain else "warning"
            )


def _context(problem: Problem, site: Site) -> Told:
    name = problem.subject
    if not known_context(name):
        hint = _OTHER_WORDS.get(name.lower()) or problem.hint
        if not hint and name.lower() in FUNCTIONS:
            hint = f"To call the function, write ‘{name}()’."
        if not hint:
            hint = f"Text stands between single quotes: '{name}'."
        return Told("unknown-context", Kind.DEFINITION, f"There is no context called {quoted(name)}.", hint)
    place = str(site.path[-1]) if isinstance(site.path[-1], str) else str(site.path[-2])
    message = f"‘{name}’ is not available here, in ‘{place}’."
    return Told("misplaced-context", Kind.DEFINITION, message, _instead(name.lower(), site))


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
