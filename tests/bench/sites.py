"""A valid workflow as a place to plant faults in: where its names, references and values stand, and edits of them."""

import json
from collections.abc import Collection, Iterator
from functools import cached_property
from random import Random
from typing import Literal, NamedTuple

import msgspec

from calibrant import connectors, dialects
from calibrant.model.expression import Expression, Reference
from calibrant.model.issue import Kind
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq
from calibrant.model.text import Span, TextEdit
from calibrant.model.workflow import Input, Step, Workflow

SPECS = connectors.specs()

Right = Literal["text", "names", "behaviour"]


class Fault(msgspec.Struct, frozen=True):
    """One planted fault: edits of the valid text, the steps (positions) and further places of that text that it is in.

    `right` says when a fix is correct. "text": the mended workflow reads as the valid one does, whatever the order of its
    keys. "names": so it does but for the names of steps, inputs or secrets, which are the same in all places. "behaviour":
    the mended workflow runs without any issue, and each step makes the same call or gives the same output as in the
    valid one.
    """

    kind: Kind
    sort: str
    workflow: str
    edits: tuple[TextEdit, ...]
    steps: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    right: Right = "text"


class Used(NamedTuple):
    """A reference in a step; its spans are those of the document."""

    step: Step
    expression: Expression
    reference: Reference

    def part(self, at: int) -> Span:
        """Return where the root (0) or the element of the path behind it stands."""
        return self.step.at(self.reference.parts[at])


class Base:
    """A valid workflow, read."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        workflow = dialects.read(name, text)
        assert workflow is not None
        self.workflow: Workflow = workflow

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps."""
        return self.workflow.steps

    @cached_property
    def ids(self) -> dict[str, Step]:
        """The steps by id."""
        return {step.id: step for step in self.steps if step.id}

    @cached_property
    def uses(self) -> list[Used]:
        """Every reference of every step, in order."""
        return [
            Used(step, expression, reference)
            for step in self.steps
            for expression in step.body.expressions
            for reference in expression.references
        ]

    def scalars(self, step: Step) -> Iterator[tuple[tuple[str | int, ...], Scalar]]:
        """Yield the values below the step's parameters, each with the path to it from the parameter's name on."""
        for parameter in step.body.parameters:
            yield from _scalars((parameter.name,), parameter.value)

    def entry(self, step: Step, key: str) -> Entry | None:
        """Return the entry of a step's key."""
        return step.body.node.entry(key) if isinstance(step.body.node, Map) else None

    def named(self, step: Step) -> bool:
        """Tell whether another step names this one."""
        return any(use.reference.root == step.id for use in self.uses) or any(
            need.id == step.id for other in self.steps for need in other.body.needs
        )

    def downstream(self, step: Step) -> set[int]:
        """Return the positions of the steps that wait for a step, however long the way."""
        found: set[int] = set()
        waiting = [step]
        while waiting:
            name = waiting.pop().id
            for other in self.steps:
                roots = {reference.root for reference in other.body.references} | {need.id for need in other.body.needs}
                if name in roots and other.index not in found:
                    found.add(other.index)
                    waiting.append(other)
        return found

    def uses_of(self, root: str, name: str) -> list[Used]:
        """Return the references to an input or a secret."""
        return [use for use in self.uses if use.reference.root == root and use.reference.path[:1] == (name,)]

    def declaration(self, item: Input) -> Entry:
        """Return the entry of a declared input; its spans are the document's."""
        entry = self.inputs.entry(item.name)
        assert entry is not None
        return entry

    @cached_property
    def root(self) -> Map:
        """The document's own map; its spans are the document's."""
        assert isinstance(self.workflow.root, Map)
        return self.workflow.root

    @cached_property
    def inputs(self) -> Map:
        """The map of the declared inputs."""
        found = self.root.get("inputs")
        assert isinstance(found, Map)
        return found

    def text_of(self, span: Span) -> str:
        """Return what stands at a place of the document."""
        return self.text[span.start : span.end]

    def swap(self, span: Span, old: str, new: str) -> TextEdit:
        """Return the edit that puts one word in another's place, which stands somewhere within the span."""
        at = self.text.index(old, span.start, span.end)
        return TextEdit(Span(at, at + len(old)), new)

    def without(self, around: Map, entry: Entry, origin: int = 0) -> TextEdit:
        """Return the edit that takes an entry out of a map; it is not the only one."""
        at = around.entries.index(entry)
        if at + 1 < len(around.entries):
            return TextEdit(Span(entry.span.start, around.entries[at + 1].span.start).shift(origin), "")
        return TextEdit(Span(around.entries[at - 1].span.end, entry.span.end).shift(origin), "")

    def behind(self, around: Map, entry: Entry, key: str, value: object, origin: int = 0) -> TextEdit:
        """Return the edit that gives a map a further key, behind one that it has."""
        written = json.dumps(value)
        end = entry.span.end + origin
        if around.flow:
            return TextEdit(Span(end, end), f', "{key}": {written}')
        start = entry.span.start + origin
        column = start - (self.text.rfind("\n", 0, start) + 1)
        return TextEdit(Span(end, end), f"\n{' ' * column}{key}: {written}")


def _scalars(path: tuple[str | int, ...], node: Node) -> Iterator[tuple[tuple[str | int, ...], Scalar]]:
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Map):
        for entry in node.entries:
            yield from _scalars((*path, entry.name), entry.value)
    elif isinstance(node, Seq):
        for at, item in enumerate(node.items):
            yield from _scalars((*path, at), item)


def typo(word: str, taken: Collection[str], chance: Random) -> str:
    """Return a word as a hasty hand types it: two letters swapped, one left out, one twice, or its neighbour instead."""
    letters = [at for at, letter in enumerate(word) if letter.isalpha()]
    while True:
        at = chance.choice(letters)
        following = word[at + 1 : at + 2]
        made = chance.choice(
            (
                word[:at] + following + word[at] + word[at + 2 :] if following.isalpha() else word,
                word[:at] + word[at + 1 :] if len(letters) > 3 else word,
                word[:at] + word[at] + word[at:],
                word[:at] + _NEIGHBOURS[word[at].lower()] + word[at + 1 :],
            )
        )
        if made != word and made not in taken:
            return made


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    letter: row[at + 1] if at + 1 < len(row) else row[at - 1] for row in _ROWS for at, letter in enumerate(row)
}
