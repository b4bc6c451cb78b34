"""Real calibrations of texts, each workflow in a workspace of its own, and what each step did in them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import rmtree

import msgspec

from bench import stage
from calibrant.app import calibration, state_dir
from calibrant.model.event import Event, StepFinished
from calibrant.model.fix import Fix
from calibrant.model.settings import Settings
from calibrant.store import open_store
from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
from calibrant.workspace.fixing import plan_fixes
from calibrant.workspace.trials import try_fixes


class Did(msgspec.Struct, frozen=True):
    """What a step did: how it ended, the key of its call (of what it was given), and its output where one is recorded."""

    status: str
    key: str
    output: object = None

    def same(self, other: "Did") -> bool:
        """Tell whether both made the same call, or gave the same."""
        return self.status == other.status and (
            self.key == other.key or (self.output is not None and self.output == other.output)
        )


class Ran(msgspec.Struct, frozen=True):
    """A finished run: what was found, and what each step did, by its position."""

    outcome: Outcome
    steps: Mapping[int, Did]

    @property
    def clean(self) -> bool:
        """Whether nothing at all was found."""
        return self.outcome.result.status == "completed" and not self.outcome.result.issues.all


class Workspace:
    """A folder with one workflow and its files, which nobody has run before. Commands run in the sandbox only."""

    def __init__(self, folder: Path, name: str, runs: Calibration) -> None:
        self._folder = folder
        self._path = folder / name
        self._runs = runs

    async def run(self, text: str) -> Ran:
        """Calibrate a text of the workflow."""
        ended: dict[int, StepFinished] = {}

        def listen(event: Event) -> None:
            if isinstance(event, StepFinished):
                ended[event.index] = event

        outcome = await self._runs.run(self._path, text, RunOptions(), listen)
        with closing(open_store(state_dir(), self._folder, create=False)) as store:
            steps = {at: Did(one.status, one.key, store.outputs.get(one.key)[1]) for at, one in ended.items()}
        return Ran(outcome, steps)

    async def tried(self, ran: Outcome) -> Outcome:
        """Return a run's outcome with its fixes tried on what it recorded, as the editor does it in the background."""
        return await try_fixes(self._runs, self._path, ran, RunOptions())

    async def verified(self, before: Outcome, fix: Fix) -> bool:
        """Tell whether a run with the fix, as `calibrant fix` makes it, finds that the fix holds."""
        plan = await plan_fixes(self._runs, self._path, before, [fix], RunOptions(), lambda _: None)
        return plan.verdict.holds is True


class Bench:
    """Where workspaces are made: a folder, and the files of every workflow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        stage.furnish(folder / "files")

    @contextmanager
    def workspace(self, name: str) -> Iterator[Workspace]:
        """Make a workspace that is gone afterwards."""
        self._count += 1
        folder = self._folder / f"{self._count}"
        stage.copy(self._folder / "files", name, folder)
        with closing(open_store(state_dir(), folder)) as store:
            store.trust(True)
        with calibration(folder, Settings()) as runs:
            yield Workspace(folder, name, runs)
        rmtree(folder)


@contextmanager
def environment(state: Path) -> Iterator[None]:
    """Set what the runs read from the environment: the state directory, no settings of the user, the secrets."""
    wanted = {**stage.SECRETS, "CALIBRANT_STATE": str(state), "CALIBRANT_CONFIG": str(state / "none")}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
