"""What is known of the workflows that are open in an editor: what their steps gave when they last ran. On the loop's thread."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.ide.view import View
    from calibrant.workspace.pipeline import Pipeline

Listener = Callable[[str], None]
"""Is told the key of a document of which more is known, or less; a few times a second at most."""


class Knowledge:
    """What is known of every open workflow, kept up as runs go on."""

    def __init__(self, pipeline: "Pipeline") -> None:
        self._pipeline = pipeline
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, listener: Listener) -> None:
        """Have a listener told from now on."""
        self._listeners += (listener,)

    async def view(self, snapshot: Snapshot) -> "View | None":
        """Return what is known of a text; None for a document that is no workflow."""
        await self._pipeline.ready(snapshot.key)
        return self.now(snapshot)

    def now(self, snapshot: Snapshot) -> "View | None":
        """Return the same without waiting for anything: what an earlier server recorded may be missing yet."""
        from calibrant.ide.view import View

        analysis = self._pipeline.analysis(snapshot)
        return View(analysis.workflow, analysis.checked, analysis.checked.specs) if analysis else None
