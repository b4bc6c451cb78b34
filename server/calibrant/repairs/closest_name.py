"""A name in an expression, or in `needs`, that is not there: the names that are, the closest first."""

from collections.abc import Iterator, Sequence

from calibrant.model.change import Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Reference
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody, Workflow
from calibrant.repairs.names import offered
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import Source, node_at, path_of, scalar_at, source_at, sources
from calibrant.repairs.wording import change, is_name, literal

_BESIDE = 2


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    offer = offered(finding.subject, _possible(issue, workflow))
    source = source_at(workflow, finding)
    if finding.code == "unknown-step" and source is not None:
        yield from _without_steps(issue, workflow, specs, source)
    level = safety(issue, workflow, specs, offer.choices)
    # beside a name that is close, few others are worth showing
    for at, name in enumerate(offer.names[: max(offer.near, _BESIDE)] if offer.near else offer.names):
        made = _in_needs(issue, workflow, name) if source is None else _in_expressions(issue, source, name)
        if made:
            yield Proposal(change(finding.subject, name), made, offer.level(at, level), offer.rank(at))


def _possible(issue: Issue, workflow: Workflow) -> Sequence[str]:
    """Return the candidates that may be named here: in `needs` only steps, and none that itself waits for this one."""
    finding = issue.finding
    if finding.code != "unknown-step":
        return finding.candidates
    meant = {name: workflow.step(name) for name in finding.candidates}
    waiting = [name for name, step in meant.items() if step is not None and _waits_for(step.body, finding.step)]
    needs = finding.where[:1] == ("needs",)
    return [name for name, step in meant.items() if name not in waiting and (step is not None or not needs)]


def _waits_for(body: StepBody, step_id: str | None) -> bool:
    return step_id in {reference.root for reference in body.references} | {need.id for need in body.needs}


def _in_needs(issue: Issue, workflow: Workflow, name: str) -> tuple[Change, ...]:
    if issue.finding.where[:1] != ("needs",):
        return ()
    path = path_of(workflow, issue.finding)
    if isinstance(node_at(workflow, path[:-1]), Scalar):
        path = path[:-1]  # one id, not a list of them
    scalar = scalar_at(workflow, path)
    fits = scalar is not None and scalar.value == issue.finding.subject
    return (SetValue(path, name),) if fits and is_name(name) else ()


def _in_expressions(issue: Issue, source: Source, name: str) -> tuple[Change, ...]:
    """Return the changes of the name everywhere that the issue is about: a step may say it more than once."""
    span = issue.finding.span.shift(-source.step.origin)
    named = [(one, one.parts.index(span)) for one in source.expression.references if span in one.parts]
    if not named:
        text = with_name(source, issue.finding.subject, name, [span])
        return (source.to(text),) if text is not None else ()
    reference, number = named[0]
    alike = issue.finding.code.startswith("unknown-")
    changes: list[Change] = []
    for other in sources(source.step):
        if alike or other.path == source.path:
            spans = [one.parts[number] for one in other.expression.references if _same(one, reference, number)]
            text = with_name(other, issue.finding.subject, name, spans) if spans else None
            changes += [other.to(text)] if text is not None else []
    return tuple(changes)


def _same(one: Reference, other: Reference, number: int) -> bool:
    """Tell whether two references are the same up to a part."""
    return (one.root, one.path[:number]) == (other.root, other.path[:number]) and len(one.path) >= number


def with_name(source: Source, subject: str, name: str, spans: Sequence[Span]) -> str | None:
    """Return the expression with another name in place of `subject` at some places, None where one cannot be told."""
    text = source.text
    for span in sorted(spans, reverse=True):
        part = source.at(span)
        if part is None or text[part[0] : part[1]] != subject:
            return None
        made = _named(text, *part, name, source.quote)
        if made is None:
            return None
        text = made
    return text


def _named(text: str, start: int, end: int, name: str, quote: str) -> str | None:
    if start > 0 and text[start - 1] in "'\"":
        return text[:start] + name + text[end:] if not set(name) & {"'", '"', "\\"} else None
    before = text[:start].rstrip()
    if before.endswith(".") and not is_name(name):
        return f"{before[:-1]}[{literal(name, quote)}]{text[end:]}"
    return text[:start] + name + text[end:]


def _without_steps(issue: Issue, workflow: Workflow, specs: Specs, source: Source) -> Iterator[Proposal]:
    """Yield the reference without the `steps.` that other languages put before it."""
    for reference in source.expression.references:
        named = reference.path[0] if reference.path else None
        if reference.root == "steps" == issue.finding.subject and isinstance(named, str) and workflow.step(named):
            start, end = source.at(reference.parts[0]), source.at(reference.parts[1])
            if start and end and source.text[start[1] : end[0]].strip() == ".":
                made = source.to(source.text[: start[0]] + source.text[end[0] :])
                yield Proposal(change(f"steps.{named}", named), (made,), safety(issue, workflow, specs, 1))
                return


REPAIR = Repair(
    "closest-name", frozenset({"unknown-step", "unknown-input", "unknown-secret", "missing-field"}), 0.85, _propose
)
