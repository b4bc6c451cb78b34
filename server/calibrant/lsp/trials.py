"""What the editor is shown of trials: a display where they take long, and what they found in the titles of fixes."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from calibrant.lsp.progress import TRIALS, Progress
from calibrant.model.fix import CHECKED, Fix
from calibrant.model.issue import FixRef

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.trials import Tried

QUIET = 1.0
"""Seconds for which fixes are tried without a word."""

_LONGEST = 90
"""Characters of what a trial found that a title shows."""


class TrialsShown:
    """Listens to the trials for the editor."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._shown: dict[str, tuple[Progress, asyncio.TimerHandle]] = {}

    def progress(self, token: str) -> Progress | None:
        """Return how far the trials after that session are."""
        shown = self._shown.get(token)
        return shown[0] if shown else None

    def began(self, token: str, path: Path) -> None:
        """Show progress, unless they end soon."""
        progress = Progress(self._server, token + TRIALS, f"Trying fixes for {path.name}")
        self._shown[token] = progress, asyncio.get_running_loop().call_later(QUIET, progress.start)
        self._server.statuses.touch()

    def happened(self, token: str, tried: "Tried") -> None:
        """Show how many are tried."""
        self._shown[token][0].count(tried.done, tried.total)
        self._server.statuses.touch()

    def ended(self, token: str) -> None:
        """Take the display away."""
        progress, waiting = self._shown.pop(token)
        waiting.cancel()
        progress.end("")
        self._server.statuses.touch()


def in_words(fixes: Iterable[Fix], shown: FixRef) -> str:
    """Return a fix of a result as the menu of quick fixes calls it; `fixes` are those at hand, with what trials said of them."""
    there = next((fix for fix in fixes if fix.id == shown.id), None)
    if there is not None:
        return titled(there)
    return f"{shown.title} (tried: it works)" if shown.verified else shown.title


def titled(fix: Fix) -> str:
    """Return a fix's title with what its trial said: "Change ‘a’ to ‘b’ (tried: it works)".

    That it holds where it was only checked again is not said: it shows in the order.
    """
    if fix.verified is None or fix.outcome == CHECKED:
        return fix.title
    if fix.verified:
        return f"{fix.title} (tried{' with other fixes' if fix.outcome else ''}: it works)"
    return f"{fix.title} (tried: {_cut(fix.outcome)})"


def _cut(words: str) -> str:
    """Return the first sentence, cut between words where it is long."""
    first = words.split("\n", 1)[0]
    sentence = first.split(". ", 1)[0] + "." if ". " in first else first
    if len(sentence) <= _LONGEST:
        return sentence
    return sentence[:_LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"
