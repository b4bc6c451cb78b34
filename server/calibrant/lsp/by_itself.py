"""What a run is asked for that starts by itself: after saving, or to verify a fix."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.calibration import RunOptions

_NOTHING: Mapping[str, object] = {}


def run_options(ls: "CalibrantServer", snapshot: Snapshot, inputs: Mapping[str, object] = _NOTHING) -> "RunOptions":
    """Return the options of a run of a document: it runs what changed, as the settings say, and what is still to be verified."""
    from calibrant.workspace.calibration import RunOptions

    resume = ls.configuration.settings(snapshot.path).resume if snapshot.path else "full"
    return RunOptions(inputs=dict(inputs), resume=resume, afresh=ls.applications.unverified(snapshot.key))
