"""Where a cursor is in a workflow, what may stand there, and what a target would have to be asked for it."""

import msgspec

from calibrant import dialects
from calibrant.ide.cursor import Cursor, cursor_at
from calibrant.ide.expression_cursor import typing_at
from calibrant.model.connector import ConnectorSpec, ParameterSpec, Specs
from calibrant.model.event import Choosing
from calibrant.model.expression import Path
from calibrant.model.lexicon import Lexicon
from calibrant.model.nodes import plain
from calibrant.model.slot import Slot
from calibrant.model.typing import Typing
from calibrant.model.workflow import Workflow
from calibrant.rules.known import Known


class Question(msgspec.Struct, frozen=True):
    """What a target is to be asked, with the text that tells of it; `key` is the same where the answer must be the same."""

    choosing: Choosing
    text: str
    key: tuple[str, ...]


class Place(msgspec.Struct, frozen=True):
    """Where a cursor is, and what may stand there: `typing` in an expression, `declared` is the parameter that it is in.

    `lexicon` is the language's, where it has one.
    """

    cursor: Cursor
    slot: Slot
    typing: Typing | None = None
    spec: ConnectorSpec | None = None
    declared: ParameterSpec | None = None
    lexicon: Lexicon | None = None

    @property
    def question(self) -> Question | None:
        """What the target can be asked for this place; None where there is nothing to ask."""
        cursor, declared = self.cursor, self.declared
        if (
            self.lexicon is not None
            or self.typing is not None
            or declared is None
            or "{{" in cursor.value
            or not self.slot.parameter
        ):
            return None
        path = (declared.name, *cursor.path[below(cursor, self.slot) :])
        if declared.choices:
            return self._of_connector((*path, "") if cursor.role == "key" else path)
        if declared.type != "path" or cursor.role == "key" or len(path) > 1:
            return None
        return _files(cursor.value[: cursor.at])

    @property
    def lacks(self) -> str:
        """What is called here of the same repository, of which nothing is known though it would be of use; "" for nothing."""
        holder = self.cursor.body if self.cursor.body is not None else self.cursor.job
        wanted = self.slot.parameters or self.slot.secrets or bool(self.slot.parameter)
        name = holder.action if holder is not None and self.spec is None and wanted else None
        return name if name and self.lexicon is not None and self.lexicon.is_near(name) else ""

    def knowing(self, spec: ConnectorSpec) -> "Place":
        """Return the same place where what is called is known."""
        declared = spec.parameter(self.slot.parameter) if self.slot.parameter else None
        return msgspec.structs.replace(self, spec=spec, declared=declared)

    @property
    def calls(self) -> bool:
        """Whether what stands here is the name of something that may lie in the same repository."""
        return self.slot.names in ("action", "reusable workflow") and self.cursor.role != "key"

    @property
    def soon(self) -> tuple[Question, ...]:
        """What is most likely to be asked next."""
        there, spec = self.cursor.siblings, self.spec
        if self.lexicon is not None:
            return ()
        if self.slot.names == "connector":
            return (_files(""),)
        if not self.slot.parameters or spec is None:
            return ()
        missing = [one for one in spec.parameters if one.name not in there]
        if any(one.type == "path" and not one.choices for one in missing):
            return (_files(""),)
        if not any(one.type == "path" or one.choices for one in spec.parameters if one.name in there):
            return ()  # no target is named yet
        return tuple(self._of_connector((one.name,)) for one in missing if one.choices and one.type == "string")

    def _of_connector(self, path: Path) -> Question:
        cursor, body = self.cursor, self.cursor.body
        given = body.parameters if body is not None else ()
        others = [
            repr((one.name, plain(one.value))) for one in given if one.name != path[0] and cursor.marker not in one.name
        ]
        # a reference to an input stands for its default
        before = cursor.excerpt.find(body.text) if body is not None and any("{{" in one for one in others) else 0
        key = ((body.action or "") if body is not None else "", repr(path), *others, cursor.excerpt[:before])
        return Question(Choosing(cursor.position, path), cursor.excerpt, key)


def _files(typed: str) -> Question:
    """Return the question for the files of the folder that is being typed."""
    folder, slash, begun = typed.rpartition("/")
    asked = f"{folder}{slash}{'.' if begun.startswith('.') else ''}"
    return Question(Choosing(0, (), asked), "", ("files", asked))


def below(cursor: Cursor, slot: Slot) -> int:
    """Return how many parts of the cursor's path name the parameter itself."""
    given = cursor.body.parameter(slot.parameter) if cursor.body else None
    return len(given.path) if given is not None else len(cursor.path)


def _is_whole(cursor: Cursor, slot: Slot) -> bool:
    return below(cursor, slot) == len(cursor.path)


def parameters_key(language: str, cursor: Cursor) -> str:
    """Return the key beside the one at the cursor whose value is the map of parameters; empty where there is none."""
    above = cursor.path[:-1]
    keys = dialects.slot(language, above, cursor.body).keys
    return next((key.name for key in keys if dialects.slot(language, (*above, key.name), cursor.body).parameters), "")


def place_at(workflow: Workflow, specs: Specs, name: str, offset: int) -> Place | None:
    """Return where a cursor is, None where nothing makes sense. `name` is the file's. Never raises, whatever the text."""
    cursor = cursor_at(workflow, name, offset)
    if cursor is None:
        return None
    slot = dialects.slot(workflow.language.name, cursor.path, cursor.body, cursor.around)
    lexicon = dialects.lexicon(workflow.language.name)
    holder = cursor.body if cursor.body is not None else cursor.job
    spec = Known(workflow.language, specs).spec(holder) if holder is not None and holder.action else None
    declared = spec.parameter(slot.parameter) if spec is not None and slot.parameter else None
    typing = _typing_by(lexicon, cursor, slot) if lexicon else _typing(cursor, slot, declared)
    return Place(cursor, slot, typing, spec, declared, lexicon)


def _typing_by(lexicon: Lexicon, cursor: Cursor, slot: Slot) -> Typing | None:
    if cursor.role == "key" or not isinstance(cursor.scalar.value, str):
        return None
    return lexicon.typing(cursor.value, cursor.at, slot.expression and cursor.role == "value")


def _typing(cursor: Cursor, slot: Slot, declared: ParameterSpec | None) -> Typing | None:
    templating = cursor.body is None or cursor.body.templating
    if not slot.templated or not templating or cursor.role == "key" or not isinstance(cursor.scalar.value, str):
        return None
    whole = slot.expression or (declared is not None and declared.takes_expression and _is_whole(cursor, slot))
    return typing_at(cursor.value, cursor.at, whole=whole)
