"""All that is known of a workflow in an editor: its newest text, and what its steps gave when they last ran."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from calibrant import rules
from calibrant.model.connector import Specs
from calibrant.model.event import StepStatus
from calibrant.model.observed import Observed
from calibrant.model.preview import NOTHING
from calibrant.model.workflow import Workflow

__all__ = ["NOTHING", "StepRun", "View"]


class StepRun(msgspec.Struct, frozen=True):
    """What became of a step when it last came to an end, and what it gave in its last runs.

    `status` is "running" while a run is at it. `outdated`: what ran is not what the step's text says now. `observed` is of all
    its last runs, `latest` and `preview` of the newest one that gave something: `earlier` says that this is not the run that
    `status` and `session` tell of. `preview` is cut short, without secrets, and `NOTHING` where there is none to be shown.
    """

    status: StepStatus | Literal["running"]
    reason: str = ""
    seconds: float = 0.0
    provisional: bool = False
    reused: bool = False
    session: str = ""
    outdated: bool = False
    observed: Observed | None = None
    latest: Observed | None = None
    preview: object = NOTHING
    earlier: bool = False


class View(msgspec.Struct, frozen=True):
    """A workflow's newest text with what is known of it.

    `steps` are by label, those that ran; `inputs` are values that the last run was given, by name, cut short and without those
    that are secrets. `previews`: whether values may be shown at all; where they may not, there are none in it.
    """

    workflow: Workflow
    checked: rules.Checked
    specs: Specs
    steps: Mapping[str, StepRun] = {}
    inputs: Mapping[str, object] = {}
    previews: bool = True
