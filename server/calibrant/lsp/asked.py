"""The workflow that a request is about, as it is now."""

from typing import TYPE_CHECKING, NamedTuple

from calibrant.lsp.convert import key_of
from calibrant.model.workflow import Workflow
from calibrant.rules.known import Known

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.documents import Snapshot


class Asked(NamedTuple):
    """A document that is a workflow, at one moment."""

    snapshot: "Snapshot"
    workflow: Workflow
    known: Known
    confidential: tuple[str, ...] = ()


async def asked_about(ls: "CalibrantServer", uri: str) -> Asked | None:
    """Return the workflow of that URI, once it was read; None for another document."""
    await ls.pipeline.ready(key_of(uri))
    snapshot = ls.snapshot(uri)
    analysis = ls.pipeline.analysis(snapshot) if snapshot else None
    if snapshot is None or analysis is None:
        return None
    workflow = analysis.workflow
    return Asked(snapshot, workflow, Known(workflow.language, analysis.checked.specs), analysis.checked.confidential)
