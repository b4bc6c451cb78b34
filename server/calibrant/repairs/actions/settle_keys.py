"""Keys that cannot stand beside each other: one of them goes, or says what it says in the other one."""

from collections.abc import Iterator

from calibrant.model.change import Change, InsertItem, RemoveKey
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Scalar, Seq
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import node_at, path_of, shared
from calibrant.repairs.wording import quoted

_IGNORE = "-ignore"


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    path, name = path_of(workflow, issue.finding), issue.finding.subject
    around = node_at(workflow, path[:-1])
    if path[-1:] != (name,) or not isinstance(around, Map) or shared(workflow, path[:-1]):
        return
    made: list[tuple[str, tuple[Change, ...]]] = []
    if name.endswith(_IGNORE) and (moved := _taken_out(workflow, path, name.removesuffix(_IGNORE))):
        made.append((f"Take them out again in {quoted(name.removesuffix(_IGNORE))}, by ‘!’", moved))
    made.append((f"Remove {quoted(name)}", (RemoveKey(path),)))
    other = {"run": "uses", "uses": "run"}.get(name)
    if other is not None and around.entry(other) is not None:
        gone = [key for key in (other, *(("with",) if other == "uses" else ())) if around.entry(key) is not None]
        made.append(
            (f"Remove {quoted(other)}, keep {quoted(name)}", tuple(RemoveKey((*path[:-1], key)) for key in gone))
        )
    for rank, (title, changes) in enumerate(made):
        yield Proposal(title, changes, rank=rank)


def _taken_out(workflow: Workflow, path: Path, name: str) -> tuple[Change, ...]:
    """Return the changes that put patterns behind those of another key, each with a ‘!’; none where they are no lists."""
    patterns, kept = node_at(workflow, path), node_at(workflow, (*path[:-1], name))
    if not isinstance(patterns, Seq) or not isinstance(kept, Seq) or patterns.aliased or kept.aliased or not kept.items:
        return ()
    texts = [item.value for item in patterns.items if isinstance(item, Scalar) and isinstance(item.value, str)]
    if len(texts) < len(patterns.items) or any(text.startswith("!") for text in texts):
        return ()
    added = (InsertItem((*path[:-1], name), len(kept.items), f"!{text}") for text in texts)
    return (*added, RemoveKey(path))


REPAIR = Repair("settle-keys", frozenset({"conflicting-keys"}), 0.6, _propose)
