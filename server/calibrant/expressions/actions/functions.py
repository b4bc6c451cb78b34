"""The functions of expressions, as documented: what they are given, what they give, where they may be called."""

from collections.abc import Mapping
from typing import Final

import msgspec

from calibrant.model.shape import ANY, BOOLEAN, STRING, Shape

MANY: Final = 255
"""The most arguments that GitHub takes."""


class Argument(msgspec.Struct, frozen=True):
    """One argument of a function. `takes`: the types that mean something here; everything else makes the call pointless."""

    name: str
    doc: str
    takes: frozenset[str]


class Function(msgspec.Struct, frozen=True):
    """One function. The last of its arguments may be repeated up to `most` in all.

    `special`: it is there only at the keys for which GitHub documents it.
    """

    name: str
    arguments: tuple[Argument, ...]
    least: int
    most: int
    gives: Shape
    doc: str
    example: str
    special: bool = False

    @property
    def signature(self) -> str:
        """The function with the names of its arguments, optional ones in brackets."""
        names = [item.name if at < self.least else f"[{item.name}]" for at, item in enumerate(self.arguments)]
        return f"{self.name}({', '.join(names)}{', …' if self.most == MANY else ''})"

    def argument(self, position: int) -> Argument | None:
        """Return the argument at a position."""
        return self.arguments[min(position, len(self.arguments) - 1)] if self.arguments else None


_TEXT: Final = frozenset({"string", "number", "integer", "boolean", "null"})
_LIST: Final = _TEXT | {"array"}
_ANYTHING: Final = _LIST | {"object"}


def _of(name: str, doc: str, takes: frozenset[str] = _TEXT) -> Argument:
    return Argument(name, doc, takes)


_ALL: Final = (
    Function(
        "contains", (_of("search", "A text or a list.", _LIST), _of("item", "What is looked for.")), 2, 2, BOOLEAN,
        "Tells whether a list has an element, or a text another one in it. Upper and lower case are the same.",
        "contains(github.event.issue.labels.*.name, 'bug')",
    ),
    Function(
        "startsWith", (_of("searchString", "The text."), _of("searchValue", "What it may begin with.")), 2, 2, BOOLEAN,
        "Tells whether a text begins with another one. Upper and lower case are the same.",
        "startsWith(github.ref, 'refs/tags/')",
    ),
    Function(
        "endsWith", (_of("searchString", "The text."), _of("searchValue", "What it may end with.")), 2, 2, BOOLEAN,
        "Tells whether a text ends with another one. Upper and lower case are the same.",
        "endsWith(github.repository, '-docs')",
    ),
    Function(
        "format", (
            _of("string", "A text with `{0}`, `{1}` … in it; `{{` and `}}` stand for braces."),
            _of("replaceValue", "What is put in."),
        ), 1, MANY, STRING,
        "Puts values into a text where its numbered placeholders stand.",
        "format('Hello {0}!', github.actor)",
    ),
    Function(
        "join", (
            _of("array", "A list, or a text.", _LIST),
            _of("optionalSeparator", "What is put between; `,` where none is given."),
        ), 1, 2, STRING,
        "Makes one text of the elements of a list.",
        "join(github.event.issue.labels.*.name, ', ')",
    ),
    Function(
        "toJSON", (_of("value", "Anything.", _ANYTHING),), 1, 1, STRING,
        "Writes a value as JSON, over several lines.",
        "toJSON(github.event)",
    ),
    Function(
        "fromJSON", (_of("value", "A text in JSON."),), 1, 1, ANY,
        "Reads a value from JSON: an object, a list, a number, a boolean.",
        "fromJSON(needs.setup.outputs.matrix)",
    ),
    Function(
        "hashFiles", (_of("path", "A pattern of file names, from the workspace's folder on."),), 1, MANY, STRING,
        "Gives one hash for all files that fit the patterns; an empty text where none do.",
        "hashFiles('**/package-lock.json')", special=True,
    ),
    Function(
        "case", (
            _of("pred1", "A condition."),
            _of("val1", "What is given where it holds.", _ANYTHING),
            _of("default", "What is given else.", _ANYTHING),
        ), 3, MANY, ANY,
        "Gives the value behind the first condition that holds, else the last one.",
        "case(github.ref == 'refs/heads/main', 'production', 'staging')",
    ),
    Function(
        "success", (), 0, 0, BOOLEAN,
        "Tells whether everything before has succeeded. An `if` without a status function begins with it.",
        "success()", special=True,
    ),
    Function("always", (), 0, 0, BOOLEAN, "Is always true, even when the run was cancelled.", "always()", special=True),
    Function("cancelled", (), 0, 0, BOOLEAN, "Tells whether the run was cancelled.", "cancelled()", special=True),
    Function(
        "failure", (), 0, 0, BOOLEAN, "Tells whether anything before has failed.", "failure()", special=True,
    ),
)  # fmt: skip

FUNCTIONS: Final[Mapping[str, Function]] = {function.name.lower(): function for function in _ALL}
"""Every function by its name in lower case: GitHub does not look at the case of names.

Source: “Evaluate expressions in workflows and actions” in GitHub's documentation.
"""

STATUS: Final = frozenset({"success", "always", "cancelled", "failure"})
"""Functions that stand only in an `if`, and take the place of the `success()` that is there otherwise."""

HASH_FILES: Final = "hashfiles"
