"""A reference in a script at a place where the shell puts no value: handed over as a variable, or freed of what is before it."""

from collections.abc import Iterator

from calibrant.expressions.scan import Braces, find_braces
from calibrant.expressions.shell import Quoting, quotings
from calibrant.model.change import AddKey, Change, EditText
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Scalar
from calibrant.model.workflow import Workflow
from calibrant.repairs.names import fresh
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import Source, node_at, shared, source_at
from calibrant.repairs.wording import quoted

_PLAIN_SHELLS = ("sh", "bash")


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    source = source_at(workflow, issue.finding)
    text = source.scalar.value if source else None
    if source is None or not isinstance(text, str) or source.scalar.template is None or _other_shell(source):
        return
    braces = find_braces(text)
    if source.number >= len(braces):
        return
    place = braces[source.number]
    parts = (part if isinstance(part, str) else None for part in source.scalar.template.parts)
    quoting = quotings(parts, bash=_shell(source) == "bash")[source.number]
    if quoting is Quoting.ESCAPED:
        freed = EditText(source.path, place.start - 1, place.start, "")
        title = f"Take out the ‘{text[place.start - 1]}’ before {quoted(source.text)}"
        yield Proposal(title, (freed,), safety(issue, workflow, specs, 1))
    elif quoting is Quoting.SINGLE:
        yield from _by_variable(workflow, source, place, text)


def _by_variable(workflow: Workflow, source: Source, place: Braces, text: str) -> Iterator[Proposal]:
    """Yield the fix that closes the quotes around a variable, which the shell never reads as code."""
    env: Path = (*source.path[:-1], "env")
    given = node_at(workflow, env)
    if shared(workflow, env) or not (given is None or isinstance(given, Map)):
        return
    taken = {entry.name for entry in given.entries} if isinstance(given, Map) else set()
    name = fresh(_name(source), taken)
    opening = "$'" if _dollar(text, place.start) else "'"
    changes: tuple[Change, ...] = (
        AddKey(env, name, f"{{{{ {source.text} }}}}"),
        EditText(source.path, place.start, place.end, f'\'"${{{name}}}"{opening}'),
    )
    yield Proposal(f"Hand {quoted(source.text)} over as the variable {quoted(name)}", changes)


def _name(source: Source) -> str:
    references = source.expression.references
    parts = [references[0].root, *references[0].path] if source.expression.plain and references else []
    words = [str(part) for part in parts if isinstance(part, str)]
    name = (words[-1] if words else "value").upper()
    reserved = {"PATH", "HOME", "USER", "SHELL", "PWD", "IFS", "LANG", "TMPDIR"}
    fits = name.isascii() and name.isidentifier() and name not in reserved
    return name if fits else "VALUE"


def _dollar(text: str, at: int) -> bool:
    """Tell whether the quote that is open at a place is one of bash's `$'…'`."""
    opened = text.rfind("'", 0, at)
    return opened > 0 and text[opened - 1] == "$"


def _shell(source: Source) -> str:
    given = source.step.body.parameter("shell")
    value = given.value.value if given and isinstance(given.value, Scalar) else None
    words = value.split() if isinstance(value, str) else []
    return words[0].rpartition("/")[2] if words else "sh"


def _other_shell(source: Source) -> bool:
    return _shell(source) not in _PLAIN_SHELLS


REPAIR = Repair("by-env", frozenset({"unsafe-interpolation"}), 0.75, _propose)
