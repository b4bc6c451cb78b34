"""What the language server needs from the rooms below it, handed in by `app.py`; nothing heavy is imported for it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.model.connector import Specs
from calibrant.model.fix import Fix
from calibrant.model.issue import Finding, Issue
from calibrant.model.session import SessionResult, StepRecord
from calibrant.model.settings import Settings
from calibrant.workspace.grounds import Grounds
from calibrant.workspace.trust import EditorTrust

if TYPE_CHECKING:
    from calibrant.change import Site
    from calibrant.model.event import ChoicesFound, Choosing
    from calibrant.model.workflow import Workflow
    from calibrant.workspace.analysis import Analysis, Around, GroundOf
    from calibrant.workspace.calibration import Outcome, RunOptions
    from calibrant.workspace.queue import Calibrating
    from calibrant.workspace.trials import Tried


class Services(msgspec.Struct, frozen=True):
    """The rooms below, as functions. Each may import what it needs when it is first called.

    - `analyse(path, text, settings, previous, around, ground_of)`: None for a file that is no workflow by its name.
      `around(path, workflow)` tells what it calls of its repository; without it that is read from the disk. `ground_of(path)`
      tells of the tools that its commands find.
    - `grounds`: knows of these tools; every calibration and trial here goes by it, too.
    - `specs()`: what connectors take and give, by name.
    - `warm_up()`: imports what the first workflow takes, in a thread.
    - `look(analysis, workspace, settings)`: what is not there of what the workflow names; takes a worker process.
    - `choose(choosing, path, text, workspace, settings)`: what a step's target has for a place that is being written; takes a
      worker process.
    - `calibration(workspace, settings)`: opened for one run and closed after it. Raises StoreError on entering.
    - `try_fixes(workspace, settings, path, outcome, options, listen)`: see `workspace.trials.try_fixes`. Takes a worker process;
      the store is opened in a thread. Raises StoreError.
    - `issues(name, findings)`: findings grouped into issues, each cause once. `name` is the path from the workspace.
    - `fixes(issues, analysis, trust)`: the fixes on offer by issue id, the best first; the issues are of the analysis' text,
      `trust` is how far strategies are trusted by what was measured. No I/O.
    - `history(workspace, name)`: the newest results first. Raises StoreError.
    - `step_runs(workspace, name)`: how its steps came to their ends in the last runs, newer ones first. Raises StoreError.
    - `inputs(workspace, name)`: what is remembered of what a workflow was given; `remember(workspace, name, values)` adds to it,
      None forgets one. Raise StoreError. `secrets(workflow)`: values that must never be written down.
    - `site(workspace, settings)`: the door to its workflow files; without settings those of files hold. Raises StoreError.
    - `seen(workspace)`: the same, to look at what was changed without writing anything.
    - `trusted(workspace)`: whether it is now, the editor's word included; `trust(workspace)` records it. Raise StoreError.
    - `editor_trust`: takes the editor's word on trust, by which every calibration and trial here goes.
    - `settings(workspace, editor)`: the settings in force with the editor's values on top, and what is wrong with them.
    - `link(code)`: the URI of a code's page, or None.
    - `page(code)`: the text of that page as Markdown, or None. Reads a file.
    - `session_object(result, text)`: the object of one run for editors and scripts; `text` is the text that ran.
    """

    analyse: "Callable[[str, str, Settings, Analysis | None, Around | None, GroundOf | None], Analysis | None]"
    grounds: Grounds
    specs: Callable[[], Specs]
    warm_up: Callable[[], None]
    look: "Callable[[Analysis, Path, Settings], Awaitable[tuple[Finding, ...]]]"
    choose: "Callable[[Choosing, Path, str, Path, Settings], Awaitable[ChoicesFound]]"
    calibration: "Callable[[Path, Settings], AbstractContextManager[Calibrating]]"
    try_fixes: "Callable[[Path, Settings, Path, Outcome, RunOptions, Callable[[Tried], None]], Awaitable[object]]"
    issues: Callable[[str, Sequence[Finding]], Sequence[Issue]]
    fixes: "Callable[[Sequence[Issue], Analysis, Mapping[str, float]], Mapping[str, tuple[Fix, ...]]]"
    history: Callable[[Path, str], Sequence[SessionResult]]
    step_runs: Callable[[Path, str], Sequence[StepRecord]]
    inputs: Callable[[Path, str], Mapping[str, object]]
    remember: Callable[[Path, str, Mapping[str, object]], None]
    secrets: "Callable[[Workflow], Sequence[str]]"
    site: "Callable[[Path, Settings | None], AbstractContextManager[Site]]"
    seen: "Callable[[Path], AbstractContextManager[Site]]"
    trusted: Callable[[Path], bool]
    trust: Callable[[Path], None]
    editor_trust: EditorTrust
    settings: Callable[[Path, Mapping[str, object]], tuple[Settings, list[str]]]
    link: Callable[[str], str | None]
    page: Callable[[str], str | None]
    session_object: Callable[[SessionResult, str], object]
