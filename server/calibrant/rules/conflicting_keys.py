"""Keys that cannot stand beside each other in a step."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.places import unreadable
from calibrant.rules.rule import Rule

_OF_RUN = ("cwd", "env", "shell")


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    node = body.node
    if not isinstance(node, Map) or "run" not in {key.name for key in known.language.keys.get("step", ())}:
        return
    uses, run, given = node.entry("uses"), node.entry("run"), node.entry("with")
    if uses is not None and run is not None:
        yield _conflict(body, "run", "uses", "A step does one thing: it has ‘uses’ or ‘run’, not both.")
    elif run is not None and given is not None:
        yield _conflict(body, "with", "run", "‘with’ belongs to ‘uses’; beside ‘run’ nothing reads it.")
    elif uses is not None and not unreadable(body):
        for name in _OF_RUN:
            if node.entry(name) is not None:
                message = f"‘{name}’ belongs to ‘run’; beside ‘uses’ nothing reads it."
                yield _conflict(body, name, "uses", message, f"Give ‘{name}’ under ‘with’, if the connector takes it.")


def _conflict(body: StepBody, name: str, other: str, message: str, hint: str = "") -> Finding:
    assert isinstance(body.node, Map)
    entry, beside = body.node.entry(name), body.node.entry(other)
    assert entry is not None
    assert beside is not None
    return Finding(
        code="conflicting-keys",
        kind=Kind.DEFINITION,
        span=entry.key.span,
        message=message,
        hint=hint or f"Remove ‘{name}’ or ‘{other}’, or make two steps.",
        where=(name,),
        subject=name,
        related=(Place(beside.key.span, f"‘{other}’ stands here."),),
    )


RULE = Rule(("conflicting-keys",), step=_check)
