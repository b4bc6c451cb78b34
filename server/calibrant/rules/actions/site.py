"""Where an expression stands, and what is to be told of it."""

from collections.abc import Mapping

import msgspec

from calibrant.model.expression import Path
from calibrant.model.issue import Kind, Severity
from calibrant.model.shape import Shape
from calibrant.rules.actions.placed import Placed


class Site(msgspec.Struct, frozen=True):
    """Where an expression stands: its value, the path of that in the file, and the shapes of the contexts."""

    placed: Placed
    scope: Mapping[str, Shape]
    path: Path


class Told(msgspec.Struct, frozen=True):
    """The code and the words of a finding."""

    code: str
    kind: Kind
    message: str
    hint: str = ""
    severity: Severity = "error"
