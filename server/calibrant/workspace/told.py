"""What is told of fixes in open documents, and whom: the interface between what recognises them and what shows them."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec

from calibrant.model.applied import ChangeSession
from calibrant.workspace.application import Application


class Failing(msgspec.Struct, frozen=True, eq=False):
    """A session that did not hold, and why. `by_itself`: it may be rolled back without asking."""

    session: ChangeSession
    reason: str
    by_itself: bool
    application: Application | None = None


class Told(msgspec.Struct, frozen=True):
    """Whom the applications of a process tell.

    - `say(message)`: the user.
    - `verify(key)`: a fix was applied in a document, and a run should verify it.
    - `failing(path, sessions)`: these did not hold; comes to its end when what can be done by itself is done.
    - `concluded(key)`: a run of the document is over, and so is all that follows from it.
    - `refreshed(key)`: what stands in a document has changed.
    """

    say: Callable[[str], None]
    verify: Callable[[str], None]
    failing: Callable[[Path, Sequence[Failing]], Awaitable[None]]
    concluded: Callable[[str], None]
    refreshed: Callable[[str], None]
