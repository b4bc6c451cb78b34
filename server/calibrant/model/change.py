"""What should change in a workflow, said without its text: the dialect says how the text changes.

A path leads from the root of the document: ("inputs", "team", "default"), ("steps", 3, "with", "range"). Steps count by
their place in the file, from 0. Values are plain data; a text may hold `{{ … }}`.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from calibrant.model.expression import Path
from calibrant.model.text import TextEdit
from calibrant.model.workflow import Workflow


class SetValue(msgspec.Struct, frozen=True, tag=True):
    """The value at `path` becomes `value`. The path exists; a key without a value gets one."""

    path: Path
    value: object


class AddKey(msgspec.Struct, frozen=True, tag=True):
    """The map at `path` gets the key `name`, last (or first); maps on the way that are missing are made.

    Where the key is there already, nothing changes.
    """

    path: Path
    name: str
    value: object
    first: bool = False


class RemoveKey(msgspec.Struct, frozen=True, tag=True):
    """The key at `path` goes, with its value and the comments that belong to it alone.

    Where the key stands there several times, `nth` says which of them goes, from 0; only the first is in force.
    """

    path: Path
    nth: int | None = None


class RenameKey(msgspec.Struct, frozen=True, tag=True):
    """The key at `path` is called `name` from now on; its value stays as it is.

    Where the key stands there several times, `nth` says which of them, from 0; only the first is in force.
    """

    path: Path
    name: str
    nth: int | None = None


class InsertItem(msgspec.Struct, frozen=True, tag=True):
    """The list at `path` gets `value` before its item number `at` (its length: last)."""

    path: Path
    at: int
    value: object


class RemoveItem(msgspec.Struct, frozen=True, tag=True):
    """The item at `path` goes."""

    path: Path


class EditText(msgspec.Struct, frozen=True, tag=True):
    """In the text value at `path`, the characters [start, end) become `text`; the rest, quotes included, stays as written."""

    path: Path
    start: int
    end: int
    text: str


class EditExpression(msgspec.Struct, frozen=True, tag=True):
    """In the text value at `path`, the source of its expression number `number` becomes `source`; its braces stay."""

    path: Path
    number: int
    source: str


class AddNeed(msgspec.Struct, frozen=True, tag=True):
    """What `step` says waits for the step or job `id` too; `needs` is made or grows, whether it is one id or a list.

    `step` is a step's number, or the path of what waits: of a job.
    """

    step: int | Path
    id: str

    @property
    def path(self) -> Path:
        """Where what waits stands."""
        return ("steps", self.step) if isinstance(self.step, int) else self.step


class RemoveNeed(msgspec.Struct, frozen=True, tag=True):
    """What `step` says (see `AddNeed`) no longer waits for the step or job `id`; an empty `needs` goes."""

    step: int | Path
    id: str

    @property
    def path(self) -> Path:
        """Where what waits stands."""
        return ("steps", self.step) if isinstance(self.step, int) else self.step


Change = (
    SetValue
    | AddKey
    | RemoveKey
    | RenameKey
    | InsertItem
    | RemoveItem
    | EditText
    | EditExpression
    | AddNeed
    | RemoveNeed
)


class CannotChange(Exception):  # noqa: N818 - it is an answer: the change does not fit this text
    """A change cannot be written into this text; the message says why, in words for the user."""


class WriteDialect(Protocol):
    """Writes changes into a workflow's text."""

    def __call__(self, path: str, workflow: Workflow, changes: Sequence[Change]) -> list[TextEdit]:
        """Return the edits of `workflow.text`, in order, none overlapping another; none where all is as it should be.

        The changes are made together: every path leads through the workflow as it was. Reading the edited text gives
        exactly the workflow that the changes mean.

        Raises:
            CannotChange: a change does not fit the workflow, two contradict each other, or it cannot be written.
        """
