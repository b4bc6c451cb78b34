"""Where an expression stands, and what is to be told of it."""

from collections.abc import Mapping

import msgspec

from calibrant.model.expression import Path
from calibrant.model.issue import Kind, Severity
from calibrant.model.shape import Shape
from calibrant.rules.actions.elsewhere import Elsewhere
from calibrant.rules.actions.placed import Placed


class Site(msgspec.Struct, frozen=True):
    """Where an expression stands: its value, the path of that in the file, and the shapes of the contexts.

    `elsewhere` are the steps and jobs that it names and that are not there.
    """

    placed: Placed
    scope: Mapping[str, Shape]
    path: Path
    elsewhere: tuple[Elsewhere, ...] = ()

    def missed(self, context: str, name: str) -> Elsewhere | None:
        """Return where a step or a job is that is not there; None where there is none of that name."""
        return next((one for one in self.elsewhere if (one.context, one.name) == (context, name.lower())), None)


class Told(msgspec.Struct, frozen=True):
    """The code and the words of a finding."""

    code: str
    kind: Kind
    message: str
    hint: str = ""
    severity: Severity = "error"
