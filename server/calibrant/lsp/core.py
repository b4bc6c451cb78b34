"""The server object: what every LSP feature shares."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from calibrant import __version__
from calibrant.lsp.as_they_come import AsTheyCome
from calibrant.lsp.batches import Batches
from calibrant.lsp.changing import Changes
from calibrant.lsp.code_action import QuickFixes
from calibrant.lsp.configuration import Configuration
from calibrant.lsp.convert import ENCODINGS, Positions, key_of, to_uri
from calibrant.lsp.folders import watch_evidence
from calibrant.lsp.inputs import Inputs
from calibrant.lsp.protocol import Protocol
from calibrant.lsp.publish import Publisher
from calibrant.lsp.rechecks import Rechecks
from calibrant.lsp.refreshing import Refreshing
from calibrant.lsp.runs import RunsShown
from calibrant.lsp.services import Services
from calibrant.lsp.status import Statuses
from calibrant.lsp.text_memory import TextMemory
from calibrant.lsp.tidying import Tidying
from calibrant.lsp.trials import TrialsShown
from calibrant.lsp.verifying import Verifying
from calibrant.model.issue import Finding
from calibrant.model.session import SessionResult
from calibrant.model.settings import Settings
from calibrant.model.text import Encoding
from calibrant.workspace.applications import Applications
from calibrant.workspace.choices import Choices, Wanted
from calibrant.workspace.declared import Declared
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.door import Door
from calibrant.workspace.files import workflow_name
from calibrant.workspace.indexes import Indexes
from calibrant.workspace.knowledge import Knowledge, Recorded, Sources
from calibrant.workspace.looks import Looks
from calibrant.workspace.neighbours import Neighbours
from calibrant.workspace.pipeline import Pipeline
from calibrant.workspace.queue import Rooms, RunQueue
from calibrant.workspace.surveys import Surveys
from calibrant.workspace.told import Failing, Told
from calibrant.workspace.tree import Hooks, Tree
from calibrant.workspace.trying import Trying

if TYPE_CHECKING:
    from calibrant.model.event import ChoicesFound
    from calibrant.workspace.analysis import Analysis
    from calibrant.workspace.calibration import Outcome, RunOptions
    from calibrant.workspace.trials import Tried

_log = logging.getLogger(__name__)


class CalibrantServer(LanguageServer):
    """The language server's state. Everything in it lives on the event loop's thread."""

    protocol: Protocol

    def __init__(self, services: Services) -> None:
        super().__init__("calibrant", __version__, types.TextDocumentSyncKind.Full, protocol_cls=Protocol)
        self.services = services
        self.warming_up: asyncio.Task[None] | None = None
        self.client_name = ""
        self.documents = Documents()
        self.configuration = Configuration(self)
        self.statuses = Statuses(self)
        self.publisher = Publisher(self)
        self.batches = Batches(self)
        self.inputs = Inputs(self)
        self.quick_fixes = QuickFixes(self)
        self.rechecks = Rechecks(self)
        self.texts = TextMemory()
        self.tidying = Tidying()
        settings, workspace_of = self.configuration.settings, self.configuration.workspace_of
        self.pipeline = Pipeline(
            self.documents,
            settings=settings,
            analyse=self._analyse,
            analyse_aside=self._analyse_aside,
            show=self._show,
            spawn=self.spawn,
            ready=self.warmed_up,
        )
        self.neighbours = Neighbours(outdate=self.pipeline.outdate, spawn=self.spawn)
        self.surveys = Surveys(
            services.grounds,
            renew=self.pipeline.renew,
            watched=self._is_watched,
            spawn=self.spawn,
            begun=self._watch_evidence,
        )
        self.indexes = Indexes(self.documents, self.pipeline)
        self.declared = Declared(self.documents, self.pipeline)
        self.knowledge = Knowledge(
            self.documents,
            self.pipeline,
            Sources(
                settings=settings,
                recorded=self._recorded,
                secrets=services.secrets,
                spawn=self.spawn,
            ),
        )
        self.refreshing = Refreshing(self)
        self.knowledge.listen(self.refreshing.changed)
        self.looks = Looks(self.documents, look=self._look, show=self.pipeline.now, spawn=self.spawn)
        self.choices = Choices(choose=self._choose, spawn=self.spawn)
        self.as_they_come = AsTheyCome(self)
        self.runs_shown = RunsShown(self)
        self.trials_shown = TrialsShown(self)
        self.runs = RunQueue(
            Rooms(
                services.calibration,
                services.history,
                settings,
                workspace_of,
                self.name_of,
                inputs=self.inputs.of_run,
                known=self.pipeline.latest,
            ),
            self.runs_shown,
        )
        self.trying = Trying(try_=self._try, spawn=self.spawn, listener=self.trials_shown)
        known = self.configuration.known
        self.verifying = Verifying(self)
        self.changes = Changes(self)
        self.applications = Applications(
            Door(lambda workspace: services.site(workspace, known(workspace)), services.seen),
            workspace_of=workspace_of,
            name_of=self.name_of,
            history=services.history,
            told=Told(
                say=self.say,
                verify=self.verifying.want,
                failing=self._failing,
                concluded=self.changes.concluded,
                refreshed=lambda _: self.refresh_lenses(),
            ),
        )
        hooks = Hooks(
            settings=settings,
            reload=self.configuration.forget,
            uri_of=to_uri,
            gone=self._gone,
            spawn=self.spawn,
            say=lambda message: self.say(message, types.MessageType.Info),
            touched=self._touched,
            concerned=self.surveys.concerns,
            changed=self.surveys.changed,
        )
        self.tree = Tree(self.documents, self.pipeline, hooks)
        self._background: set[asyncio.Task[None]] = set()
        self._closed = False

    def begin(self) -> None:
        """Make what belongs to the running loop."""
        self.ended = asyncio.Event()

    def end(self) -> None:
        """Let the server come to its end."""
        self.ended.set()

    @property
    def was_shut_down(self) -> bool:
        """Tell whether the client asked for `shutdown`."""
        return self.protocol.is_shut_down

    @property
    def encoding(self) -> Encoding:
        """What a position's character counts, as agreed with the client."""
        return ENCODINGS.get(str(self.protocol.workspace.position_encoding or ""), "utf-16")

    def positions(self, snapshot: Snapshot) -> Positions:
        """Return the positions in a document's text."""
        return Positions(snapshot.lines, self.encoding)

    def snapshot(self, uri: str) -> Snapshot | None:
        """Return the newest text of a document."""
        return self.documents.get(key_of(uri))

    def name_of(self, path: Path) -> str:
        """Return what a workflow is called in its workspace: its path from there, with slashes."""
        return workflow_name(path, self.configuration.workspace_of(path))

    def session_object(self, path: Path, result: SessionResult, snapshot: Snapshot | None) -> object:
        """Return the object of one run of the workflow at `path`; `snapshot` is the text that ran, where it is at hand.

        The path in it is the whole one: several folders may each hold a workflow of one name.
        """
        shown = msgspec.structs.replace(result, path=str(path))
        return self.services.session_object(shown, snapshot.text if snapshot else "")

    def say(self, message: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        """Show a message to the user."""
        self.window_show_message(types.ShowMessageParams(kind, message))

    def refresh_lenses(self) -> None:
        """Ask the client for new code lenses, where it can be asked, and tell it what else is new."""
        self.statuses.touch()
        workspace = self.client_capabilities.workspace
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    async def warmed_up(self) -> None:
        """Wait until what the first workflow takes is imported, where that is under way."""
        if self.warming_up is not None and not self.warming_up.done():
            await asyncio.wait([self.warming_up])

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside the messages; what it raises is logged and harms nothing else."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._done)
        return task

    def _analyse(self, path: str, text: str, settings: Settings, held: "Analysis | None") -> "Analysis | None":
        return self.services.analyse(path, text, settings, held, self.neighbours.around, self.surveys.ground_of)

    def _analyse_aside(self, path: str, text: str, settings: Settings, held: "Analysis | None") -> "Analysis | None":
        return self.services.analyse(path, text, settings, held, self.neighbours.around_aside, self.surveys.newest)

    def _show(self, snapshot: Snapshot, analysis: "Analysis | None") -> None:
        self.publisher.publish(snapshot, analysis)
        self.neighbours.seen(snapshot, analysis)
        self.surveys.seen(snapshot, analysis)
        self.looks.want(snapshot, analysis)

    async def _look(self, analysis: "Analysis", path: Path) -> tuple[Finding, ...]:
        configuration = self.configuration
        return await self.services.look(analysis, configuration.workspace_of(path), configuration.settings(path))

    async def _choose(self, wanted: Wanted) -> "ChoicesFound":
        configuration, path = self.configuration, wanted.path
        workspace, settings = configuration.workspace_of(path), configuration.settings(path)
        return await self.services.choose(wanted.choosing, path, wanted.text, workspace, settings)

    async def _try(
        self, path: Path, outcome: "Outcome", options: "RunOptions", listen: "Callable[[Tried], None]"
    ) -> None:
        workspace, settings = self.configuration.workspace_of(path), self.configuration.settings(path)
        await self.services.try_fixes(workspace, settings, path, outcome, options, listen)

    async def _failing(self, path: Path, failing: Sequence[Failing]) -> None:
        from calibrant.lsp.not_holding import not_holding

        await not_holding(self, path, failing)

    def _recorded(self, path: Path) -> Callable[[], Recorded]:
        workspace, name, services = self.configuration.workspace_of(path), self.name_of(path), self.services
        return lambda: (services.step_runs(workspace, name), services.inputs(workspace, name))

    def _touched(self, path: Path) -> None:
        """Look again at what is recorded: another window may have applied fixes, rolled them back, or run the workflow."""
        self.applications.refresh(path)
        for snapshot in self.documents:
            if snapshot.path == path:
                self.knowledge.refresh(snapshot)

    def _gone(self, key: str) -> None:
        self.neighbours.gone(key)
        self.surveys.gone(key)
        self.trying.forget(key)
        self.rechecks.forget(key)
        self.runs.forget(key)
        self.looks.forget(key)
        self.indexes.forget(key)
        self.declared.forget(key)
        self.publisher.clear(key)

    def _watch_evidence(self) -> None:
        self.spawn(watch_evidence(self))

    def _is_watched(self, folder: Path) -> bool:
        return any(folder.is_relative_to(place) for place in self.tree.places)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("Something went wrong in the background", exc_info=error)

    async def close(self) -> None:
        """End every run and watcher, and wait for them. May be called again."""
        if self._closed:
            return
        self._closed = True
        self.pipeline.close()
        self.as_they_come.close()
        self.refreshing.close()
        self.statuses.close()
        self.tidying.close()
        self.knowledge.close()
        self.tree.close()
        self.verifying.close()
        await self.trying.close()
        await self.runs.close()
        await self.applications.close()
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    def report_server_error(self, error: Exception, source: Callable[..., Any]) -> None:
        """Log what went wrong in a handler: it is nothing that a user could act on, and no reason to stop.

        A request's error is logged already, and its client has the answer.
        """
        if source is not FeatureRequestError:
            trace = getattr(error, "data", None) or {}
            _log.error("%s\n%s", error, "".join(trace.get("traceback", ())))
