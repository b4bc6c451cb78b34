"""Texts of strangers that become part of a script."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from calibrant.expressions.actions import parse
from calibrant.expressions.actions.tree import Call, Chain, Filter, Index, Literal, Name, Property, Tree
from calibrant.github.script_shell import script_language
from calibrant.github.untrusted import CODE_INPUTS, PRIVILEGED, known_events, reached
from calibrant.model.expression import Expression, Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule

_WHOLE: Final = "whole"
_PASSES: Final = frozenset({"format", "join", "fromjson", "case"})


class _Flow(NamedTuple):
    """A path below `github` whose value comes out of an expression; `whole`: with all that is in it."""

    path: tuple[str, ...]
    whole: bool
    start: int
    end: int


def _notes(body: StepBody, _known: Known) -> Iterator[Noted]:
    for where, scalar in _code(body):
        for expression in scalar.template.expressions if scalar.template else ():
            if any(reference.root.lower() == "github" for reference in expression.references):
                yield from _of_expression(where, expression)


def _code(body: StepBody) -> Iterator[tuple[Path, Scalar]]:
    """Yield the texts of a step that are run as code."""
    if body.run is not None:
        yield ("run",), body.run
    wanted = CODE_INPUTS.get((body.action or "").partition("@")[0].lower())
    for given in body.parameters if wanted else ():
        if given.name.lower() == wanted and isinstance(given.value, Scalar):
            yield given.path, given.value


def _of_expression(where: Path, expression: Expression) -> Iterable[Noted]:
    tree = parse(expression.source).tree
    for flow in _flows(tree, whole=False) if tree is not None else ():
        sources = reached(flow.path, whole=flow.whole)
        if sources:
            span = expression.locate(flow.start, flow.end)
            variable = sources[0].variable if len(flow.path) == len(sources[0].path) else "EVENT_JSON"
            sort = _WHOLE if flow.whole else ""
            yield Noted(sort, ".".join(flow.path), expression.source, span, where, variable)


def _flows(tree: Tree, *, whole: bool) -> Iterator[_Flow]:
    """Yield what of the context `github` can come out of an expression as text."""
    waiting = [(tree, whole)]
    while waiting:
        here, all_of_it = waiting.pop()
        match here:
            case Chain(operator="||"):
                waiting += [(operand, all_of_it) for operand in here.operands]
            case Chain():
                waiting.append((here.operands[-1], all_of_it))
            case Call() if here.name.lower() == "tojson":
                waiting += [(argument, True) for argument in here.arguments]
            case Call() if here.name.lower() in _PASSES:
                waiting += [(argument, all_of_it) for argument in here.arguments]
            case Name() | Property() | Index() | Filter():
                root, path = _chain(here)
                if isinstance(root, Name) and root.name.lower() == "github":
                    yield _Flow(path, all_of_it, here.start, here.end)
                elif not isinstance(root, Name):
                    waiting.append((root, True))


def _chain(tree: Tree) -> tuple[Tree, tuple[str, ...]]:
    """Return where a path begins and the path in small letters, "*" for all that is not a name."""
    path: list[str] = []
    while True:
        match tree:
            case Property():
                path.append(tree.name.lower())
            case Index(index=Literal(value=str() as name)):
                path.append(name.lower())
            case Index() | Filter():
                path.append("*")
            case _:
                return tree, tuple(reversed(path))
        tree = tree.target


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    events: frozenset[str] | None = None
    for step, notes in zip(workflow.steps, noted, strict=True):
        for note in notes:
            events = _events(workflow.root) if events is None else events
            finding = _finding(note, workflow, step, events)
            if finding is not None:
                yield finding


def _events(root: Node) -> frozenset[str]:
    given = root.get("on") if isinstance(root, Map) else None
    match given:
        case Scalar(value=str() as name):
            return frozenset({name})
        case Seq():
            return frozenset(str(item.value) for item in given.items if isinstance(item, Scalar))
        case Map():
            return frozenset(entry.name for entry in given.entries)
    return frozenset()


def _finding(note: Noted, workflow: Workflow, step: Step, events: frozenset[str]) -> Finding | None:
    path = tuple(note.key.split(".")) if note.key else ()
    sources = reached(path, whole=note.sort == _WHOLE)
    if note.sort == _WHOLE:  # people write out all they have to see what it is; those who push may do more than that
        sources = tuple(source for source in sources if source.events != {"push"})
    if known_events(events):
        sources = tuple(source for source in sources if source.events & events)
    if not sources:
        return None  # no event of this workflow carries it
    privileged = any(source.events & events & PRIVILEGED for source in sources)
    who, name = sources[0].who, ".".join(("github", *path))
    what = "is" if len(path) == len(sources[0].path) else "holds"
    language = script_language(workflow, step) if note.where == ("run",) else ""
    return Finding(
        code="script-injection",
        kind=Kind.SECURITY,
        span=step.at(note.span),
        message=f"‘{name}’ {what} text of {who}. Here it becomes part of the script, so it can run any command.",
        hint=(
            f"Hand it over as a variable, ‘env: {{{note.name}: ${{{{ {note.value[:80]} }}}}}}’,"
            f" and read {_read(note, step, language)} in the script."
        ),
        severity="error" if privileged else "warning",
        step=step.label,
        where=note.where,
        subject=name,
        evidence={"expression": note.value, "variable": note.name, "shell": language},
    )


def _read(note: Noted, step: Step, language: str) -> str:
    """Return how the code at a place reads a variable."""
    if note.where != ("run",):
        node = (step.body.action or "").lower().startswith("actions/github-script@")
        return f"‘process.env.{note.name}’" if node else f"the variable {note.name}"
    forms = {"powershell": f"‘$env:{note.name}’", "cmd": f"‘%{note.name}%’", "python": f'‘os.environ["{note.name}"]’'}
    return forms.get(language, f'‘"${note.name}"’')


RULE = Rule(("script-injection",), notes=_notes, together=_together)
