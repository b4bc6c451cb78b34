"""The fixes at a cursor in a file that is only checked, tried aside by checking it again with each of them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from calibrant.lsp.publish import shown_at
from calibrant.model.fix import Fix
from calibrant.model.text import Span
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.analysis import Analysis
    from calibrant.workspace.rechecking import Bench

WAIT = 0.05
"""Seconds for which an answer waits for what checking again says; what is said later counts for the next answer."""

_MOST = 12
"""Fixes that are tried for one answer."""


class _Tried(msgspec.Struct, eq=False):
    """What is known of the fixes for one text; `task` is at work on more."""

    text: str
    fixes: dict[str, Fix]
    task: asyncio.Task[None] | None = None


class Rechecks:
    """What checking again says of fixes, for the newest text of each document that was asked for some."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._tried: dict[str, _Tried] = {}

    def tried(self, key: str, text: str) -> Mapping[str, Fix]:
        """Return what is known of fixes for exactly this text of a document, by fix id."""
        found = self._tried.get(key)
        return found.fixes if found is not None and found.text == text else {}

    def forget(self, key: str) -> None:
        """Give up and forget: the text is another, or the document is gone."""
        found = self._tried.pop(key, None)
        if found is not None and found.task is not None:
            found.task.cancel()

    async def at(self, snapshot: Snapshot, analysis: "Analysis", span: Span) -> None:
        """Try the fixes of the issues at a place, as far as there is time for it now; the rest goes on aside."""
        path = snapshot.path
        if analysis.workflow.language.runs or path is None:
            return
        settings = self._server.configuration.settings(path)
        issues = self._server.publisher.issues(snapshot, analysis)
        touched = [issue for issue in issues if any(at.touches(span) for at in shown_at(issue.finding))]
        if settings.trials == "off" or not touched:
            return
        found = self._of(snapshot)
        if found.task is None or found.task.done():
            offers = self._server.quick_fixes.offers(snapshot, analysis, touched)
            wanted = [offer.fix for offer in offers if offer.fix.id not in found.fixes][:_MOST]
            if not wanted:
                return
            from calibrant.workspace.rechecking import Bench

            found.task = self._server.spawn(_try(found, Bench(path, analysis, settings, tuple(issues)), wanted))
        await asyncio.wait({found.task}, timeout=WAIT)

    def _of(self, snapshot: Snapshot) -> _Tried:
        found = self._tried.get(snapshot.key)
        if found is None or found.text != snapshot.text:
            self.forget(snapshot.key)
            found = self._tried[snapshot.key] = _Tried(snapshot.text, {})
        return found


async def _try(tried: _Tried, bench: "Bench", fixes: Sequence[Fix]) -> None:
    from calibrant.workspace.rechecking import with_verdict

    for fix in fixes:
        tried.fixes[fix.id] = with_verdict(fix, await asyncio.to_thread(bench.recheck, fix))
