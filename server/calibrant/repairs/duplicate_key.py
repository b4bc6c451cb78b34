"""A key that stands twice in one map, of which only the first is in force: one goes, or is called what it was meant to be."""

from collections.abc import Iterator, Sequence

from calibrant.model.change import AddKey, Change, RemoveKey, RenameKey
from calibrant.model.closest import closest
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Entry, Map, Scalar, plain
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, origin_of, path_of, shared, step_at
from calibrant.repairs.slots import is_data
from calibrant.repairs.wording import quoted

_Made = tuple[str, tuple[Change, ...]]
"""The title of a fix and its changes."""

_NTH = ("first", "second", "third", "fourth", "fifth")


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step, path = step_at(workflow, issue.finding), path_of(workflow, issue.finding)
    node = node_at(workflow, path[:-1])
    if not issue.finding.where or not isinstance(node, Map) or shared(workflow, path[:-1]):
        return
    origin = origin_of(workflow, path[:-1])
    several = [entry for entry in node.entries if entry.name == path[-1]]
    at = next((at for at, one in enumerate(several) if one.key.span.shift(origin) == issue.finding.span), 0)
    if len(several) == 1 and not workflow.language.runs:  # the same but for its case
        yield Proposal(f"Remove {quoted(path[-1])}{_value(several[0])}", (RemoveKey(path),))
    if at == 0 or any(entry.key.aliased for entry in several):
        return  # the map itself stands behind another key that stands twice
    first, again = several[0], several[at]
    if len(several) == 2 and _same(first, again):
        title = f"Remove the {_nth(at)} {quoted(again.name)}, which says the same"
        yield Proposal(title, (RemoveKey(path, at),), safety(issue, workflow, specs, 1))
        return
    made = [*_misspelt(workflow, specs, step, path, node, at), *_merged(path, first, again, at)]
    for rank, (title, changes) in enumerate((*made, *_kept(path, several, in_force=workflow.language.runs))):
        yield Proposal(title, changes, rank=rank)


def _misspelt(workflow: Workflow, specs: Specs, step: Step | None, path: Path, node: Map, at: int) -> Iterator[_Made]:
    for name in _meant(workflow, specs, step, path, node):
        yield f"Change the {_nth(at)} {quoted(path[-1])} to {quoted(name)}", (RenameKey(path, name, at),)


def _merged(path: Path, first: Entry, again: Entry, at: int) -> Iterator[_Made]:
    both = _together(path, first, again, at)
    if both:
        yield f"Put what the {_nth(at)} {quoted(again.name)} says into the first", both


def _kept(path: Path, several: Sequence[Entry], *, in_force: bool) -> Iterator[_Made]:
    """Yield which of them stays; where the whole file is refused for it, neither is `in_force`."""
    name, stays = quoted(path[-1]), _value(several[0])
    if len(several) > 2:
        others = tuple(RemoveKey(path, number) for number in range(1, len(several)))
        yield f"Keep only the first {name}{stays}{', which is in force' if in_force else ''}", others
        return
    goes = _value(several[1])
    after = (f"; the first{stays} stays in force", f", so that the second{goes} is in force") if in_force else ("", "")
    yield f"Remove the second {name}{goes}{after[0]}", (RemoveKey(path, 1),)
    if path != ("steps",):
        yield f"Remove the first {name}{stays}{after[1]}", (RemoveKey(path, 0),)


def _nth(at: int) -> str:
    return _NTH[at] if at < len(_NTH) else f"{at + 1}th"


def _value(entry: Entry) -> str:
    """Return a single value as a title tells it."""
    value = entry.value.value if isinstance(entry.value, Scalar) else None
    return "" if value is None else f" ({quoted(value)})"


def _same(one: Entry, other: Entry) -> bool:
    here, there = plain(one.value), plain(other.value)
    return here == there and type(here) is type(there) and _is_settled(one) and _is_settled(other)


def _is_settled(entry: Entry) -> bool:
    return (isinstance(entry.value, Scalar) and not entry.value.aliased) or is_data(entry.value)


def _meant(workflow: Workflow, specs: Specs, step: Step | None, path: Path, node: Map) -> list[str]:
    """Return the names that may have been meant: what is missing there and must not be, then what is close."""
    given = {entry.name for entry in node.entries}
    spec = specs.get(step.body.action or "") if step else None
    if path[2:-1] == ("with",) and spec is not None:
        free = [one for one in spec.parameters if one.name not in given]
        lacking = [one.name for one in free if one.required]
        names = [one.name for one in free]
    else:
        place = {0: "workflow", 2: "step" if path[0] == "steps" else "input"}.get(len(path) - 1, "")
        keys = [one for one in workflow.language.keys.get(place, ()) if one.name not in given]
        lacking, names = [one.name for one in keys if one.required], [one.name for one in keys]
    return list(dict.fromkeys([*(lacking if len(lacking) == 1 else ()), *closest(str(path[-1]), names)[:1]]))


def _together(path: Path, first: Entry, again: Entry, at: int) -> tuple[Change, ...]:
    """Return the changes that make one map of two that share no key."""
    one, other = first.value, again.value
    if not (isinstance(one, Map) and isinstance(other, Map) and other.entries) or one.aliased:
        return ()
    apart = {entry.name for entry in one.entries}.isdisjoint(entry.name for entry in other.entries)
    if not apart or not all(_is_settled(entry) for entry in other.entries):
        return ()
    added = (AddKey(path, entry.name, plain(entry.value)) for entry in other.entries)
    return (*added, RemoveKey(path, at))


REPAIR = Repair("duplicate-key", frozenset({"duplicate-key"}), 0.6, _propose)
