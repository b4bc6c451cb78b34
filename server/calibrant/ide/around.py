"""An expression that is being typed in, and all that is known around it."""

import msgspec

from calibrant.expressions.words import LOOP_NAMES
from calibrant.ide import typed
from calibrant.ide.cursor import Cursor
from calibrant.ide.view import View
from calibrant.model.connector import ParameterSpec
from calibrant.model.nodes import Map
from calibrant.model.slot import Slot
from calibrant.model.text import Span
from calibrant.model.typing import Typing
from calibrant.model.workflow import Step
from calibrant.rules.uses import FOR_EACH
from calibrant.syntax.scalar_text import double_escaped


class Around(msgspec.Struct, frozen=True):
    """An expression that is being typed in: the value it stands in, what may stand there, and what is known of all else."""

    cursor: Cursor
    typing: Typing
    slot: Slot
    declared: ParameterSpec | None
    view: View

    @property
    def span(self) -> Span:
        """The place in the document of the name that is being typed."""
        return self.place(self.typing.start, self.typing.end)

    def place(self, start: int, end: int) -> Span:
        """Return the place in the document of some characters of the value's text, all on the cursor's line."""
        cursor = self.cursor
        back, forth = self._length(start, cursor.at), self._length(cursor.at, end)
        return Span(cursor.offset - back, cursor.offset + forth)

    def _length(self, start: int, end: int) -> int:
        """Return how many characters of the document those of the value take."""
        cursor, text = self.cursor, self.view.workflow.text
        wanted = cursor.value[start:end]
        after = start >= cursor.at
        stands = text[cursor.offset : cursor.offset + len(wanted)] if after else text[: cursor.offset][-len(wanted) :]
        if not wanted or stands == wanted:
            return len(wanted)
        return len(_escaped_as(wanted, cursor.style))

    @property
    def step(self) -> Step | None:
        """The step, as far as the workflow that was checked knows it."""
        step = self.cursor.step
        return step if step is not None and step.index < len(self.view.checked.reached) else None

    @property
    def over(self) -> str | None:
        """What `item` goes through; None where there is none."""
        body = self.cursor.body
        if body is None or self.slot.before_loop:
            return None
        if self.declared is not None and self.declared.role == "per_item":
            return self.declared.over
        looped = body.for_each is not None or (isinstance(body.node, Map) and body.node.entry(FOR_EACH) is not None)
        return FOR_EACH if looped else None

    @property
    def closing(self) -> str:
        """What closes the expression, where that is not there yet and nothing else follows."""
        typing = self.typing
        if typing.closed or not typing.braces:
            return ""
        return "" if self.rest.split("\n", 1)[0].strip() else " }}"

    @property
    def rest(self) -> str:
        """What of the value follows the name that is being typed."""
        return self.cursor.value[self.typing.end :]

    def root(self, name: str) -> typed.Typed | None:
        """Return what is known of a name."""
        if name in LOOP_NAMES and self.over is None:
            return None
        return typed.root(self.view, self.step, name, self.over or "")

    def followed(self) -> typed.Typed | None:
        """Return what is known of what the chain leads to, whose part is being typed."""
        name, *path = self.typing.chain
        found = self.root(str(name))
        for part in path:
            if found is None:
                return None
            found = typed.part(found, part)
        return found


def _escaped_as(text: str, style: str) -> str:
    if style in ("double", "json"):
        return double_escaped(text)
    return text.replace("'", "''") if style == "single" else text
