"""Gives memory back that closed documents took, without waiting for Python to find out by itself."""

import asyncio
import gc

AFTER = 2.0
"""Seconds after the last document was closed: what is still under way about it has come to its end by then."""


class Tidying:
    """Looks for circles of objects once documents are closed.

    A task that has ended holds its own frame, and that a whole text with all that was read in it. Python looks for such
    circles by itself only after many new objects, which may be hours.
    """

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Look, a moment after the last time that this was wanted."""
        self.close()
        self._timer = asyncio.get_running_loop().call_later(AFTER, gc.collect)

    def close(self) -> None:
        """Do not look."""
        if self._timer:
            self._timer.cancel()
