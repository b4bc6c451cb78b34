"""How it stands with a workflow, in one object for a status bar: asked for by command, and told to editors that want it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import FileArguments, path_of, read
from calibrant.lsp.doing import doing, shown
from calibrant.lsp.experimental import says
from calibrant.lsp.reading import newest
from calibrant.lsp.recorded import Recorded, Records
from calibrant.model.applied import STANDING
from calibrant.model.issue import Issue, Severity
from calibrant.model.ports import StoreError
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.files import unread
from calibrant.workspace.locate import is_run, is_workflow_file

if TYPE_CHECKING:
    from calibrant.change import Site
    from calibrant.lsp.core import CalibrantServer

EVERY = 0.25
"""Seconds between two notifications about all that changed meanwhile."""
SOON = 0.03
"""Seconds for which what changes together is gathered where nothing was told for a while."""

_METHOD = "calibrant/status"
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


class Statuses:
    """Tells editors how it stands with the workflows they have open, each time that changes, a few times a second at most."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._counts: dict[str, dict[str, int]] = {}
        self._sent: dict[str, dict[str, object]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = -EVERY
        self._recorded = Records(server, self.touch)

    def counted(self, key: str, issues: Sequence[Issue]) -> None:
        """Take what is shown of a document now."""
        self._counts[key] = counts_of(issues)
        self.touch()

    def touch(self) -> None:
        """Tell soon what has changed, whatever it is."""
        if self._timer is None and self._wanted:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time() + SOON, self._told_at + EVERY), self._tell)

    def trust_changed(self) -> None:
        """Look up anew whether commands may run."""
        self._recorded.trust_changed()
        self.touch()

    def ran(self, snapshot: Snapshot) -> None:
        """Look up after a run whether commands may run: the workspace may have been trusted elsewhere meanwhile."""
        self._recorded.look_again(snapshot)

    def forget(self, key: str) -> None:
        """Drop what is known of a document that is closed."""
        self._counts.pop(key, None)
        self._sent.pop(key, None)
        self._recorded.forget(key)

    def close(self) -> None:
        """Tell nothing more."""
        if self._timer:
            self._timer.cancel()

    async def now(self, uri: str) -> dict[str, object] | None:
        """Return the status of a file, with all that is recorded looked up; None where the file is not there.

        Raises:
            StoreError: what was recorded cannot be read.
        """
        path = path_of(uri)
        found = await newest(self._server, uri)
        recorded = await self._recorded.look_up(path)
        standing = await self._server.applications.recorded.see(path, lambda site: _standing(site, path))
        if found is None:
            return None
        issues = self._server.publisher.issues(found.snapshot, found.analysis)
        return self._status(uri, found.snapshot.key, counts_of(issues), recorded, standing)

    @property
    def _wanted(self) -> bool:
        return says(self._server, "status")

    def _tell(self) -> None:
        self._timer = None
        self._told_at = asyncio.get_running_loop().time()
        for snapshot in self._server.documents:
            counts = self._counts.get(snapshot.key)
            if not snapshot.is_open or counts is None:
                continue
            recorded = self._recorded.known(snapshot)
            standing = len(self._server.applications.recorded.sessions(snapshot.key))
            if recorded is None:
                continue
            status = self._status(snapshot.uri, snapshot.key, counts, recorded, standing)
            if self._sent.get(snapshot.key) != status:
                self._sent[snapshot.key] = status
                self._server.protocol.notify(_METHOD, status)

    def _status(
        self, uri: str, key: str, counts: dict[str, int], recorded: Recorded, standing: int
    ) -> dict[str, object]:
        now = doing(self._server, key)
        return {
            "uri": uri,
            "state": now.state,
            "session": now.session,
            "percentage": now.percentage,
            "message": now.message,
            "counts": counts,
            "result": recorded.result or self._server.runs.outcome(key) is not None,
            "standing": standing,
            "trusted": recorded.trusted,
            "runs": is_run(uri),
            "words": now.words or shown(counts),
        }


async def status(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, object]:
    """Return how it stands with a workflow, as the notification tells it."""
    uri = read(given, FileArguments).uri
    path = path_of(uri)
    if not is_workflow_file(path):
        raise JsonRpcInvalidParams(f"‘{path.name}’ is not a workflow by its name.")
    try:
        found = await ls.statuses.now(uri)
    except (StoreError, OSError) as error:
        raise JsonRpcInvalidParams(f"How it stands with {path.name} cannot be told: {error}") from error
    if found is None:
        raise JsonRpcInvalidParams(f"‘{path.name}’ cannot be read. {unread(path)}")
    return found


def counts_of(issues: Sequence[Issue]) -> dict[str, int]:
    """Return how many issues there are of each severity."""
    found = Counter(issue.severity for issue in issues)
    return {severity: found[severity] for severity in _SEVERITIES}


def _standing(site: "Site", path: Path) -> int:
    from calibrant.change import history

    return sum(one.status in STANDING for one in history(site, path))
