"""Progress of a run in the editor, where the editor shows progress."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.model.event import Event, RunStarted, StepFinished, StepStarted
from calibrant.model.words import shortened

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

TRIALS = "-trials"
"""What the token of a display of trials ends with, after the session's id."""

_EVERY = 0.1
_LONGEST = 80
"""Characters of what is being worked on that are shown."""


class Progress:
    """One progress display with a percentage and a cancel button; `token` is the session's id.

    A run does not wait for the editor: what is told before the editor has made its display is shown once it has.
    """

    def __init__(self, server: "CalibrantServer", token: str, title: str) -> None:
        self._server = server
        self._token = token
        self._title = title
        self._total = self._done = 0
        self._step = ""
        self._shown = self._ended = False
        self._told_at = -1.0

    def start(self) -> None:
        """Ask the editor for a display, where it can make one."""
        window = self._server.client_capabilities.window
        if window and window.work_done_progress:
            self._server.spawn(self._create())

    @property
    def percentage(self) -> int:
        """How much is done, 0 to 100."""
        return 100 * self._done // self._total if self._total else 0

    @property
    def total(self) -> int:
        """How much there is to do, 0 while that is not known."""
        return self._total

    @property
    def step(self) -> str:
        """What is being worked on."""
        return self._step

    @property
    def message(self) -> str:
        """How far it is, in words: "3/16 log"."""
        return f"{self._done}/{self._total} {self._step}".rstrip() if self._total else "starting"

    def tell(self, event: Event) -> None:
        """Show what happened in the run, a few times a second at most."""
        match event:
            case RunStarted():
                self._total = event.total
            case StepStarted():
                self._step = shortened(event.step, _LONGEST)
            case StepFinished():
                self._done = min(self._done + 1, self._total)
        self._report()

    def count(self, done: int, total: int, step: str = "") -> None:
        """Show that so many are done of what there is to do, and what is being worked on."""
        self._done, self._total, self._step = done, total, shortened(step, _LONGEST)
        self._report()

    def _report(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._shown and not self._ended and (now - self._told_at >= _EVERY or self._done == self._total):
            self._told_at = now
            self._send(types.WorkDoneProgressReport(percentage=self.percentage, message=self.message, cancellable=True))

    def end(self, message: str) -> None:
        """Take the display away."""
        if self._shown and not self._ended:
            self._send(types.WorkDoneProgressEnd(message=message))
        self._ended = True

    async def _create(self) -> None:
        try:
            await self._server.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(self._token))
        except JsonRpcException:  # the editor does not want one: the run goes on without
            return
        if not self._ended:
            self._shown = True
            begin = types.WorkDoneProgressBegin(self._title, "begin", True, self.message, self.percentage)
            self._send(begin)

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        self._server.progress(types.ProgressParams(self._token, value))


def did_cancel(ls: "CalibrantServer", params: types.WorkDoneProgressCancelParams) -> None:
    """Handle `window/workDoneProgress/cancel`: the token of a run is the session's id."""
    token = str(params.token)
    if token.endswith(TRIALS):
        ls.trying.cancel(token.removesuffix(TRIALS))
    else:
        cancel(ls, token)


def cancel(ls: "CalibrantServer", session: str) -> bool:
    """Cancel a run, an application of fixes, or all runs of a batch; False where there is none of that name any longer."""
    return ls.runs.cancel(session) or ls.changes.cancel(session) or ls.batches.cancel(session)
