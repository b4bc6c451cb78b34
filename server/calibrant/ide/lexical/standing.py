"""Where expressions stand, as a lexicon is told."""

from calibrant.ide.cursor import Cursor
from calibrant.ide.pieces import Piece
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.lexicon import Standing
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.known import Known


def at_cursor(workflow: Workflow, specs: Specs, cursor: Cursor, typed: str) -> Standing:
    """Return where the cursor stands, with the job and the step as they read with what is being typed.

    `typed` is the name there, as it stands in the workflow's text.
    """
    step = cursor.step.index if cursor.step is not None else -1
    spec = Known(workflow.language, specs).spec
    return Standing(workflow, spec, cursor.whole, cursor.job_index, step, cursor.job, cursor.body, typed)


def in_piece(workflow: Workflow, specs: Specs, piece: Piece, path: Path) -> Standing:
    """Return where something at a path below a piece stands."""
    body = piece.body
    return Standing(
        workflow,
        Known(workflow.language, specs).spec,
        (*piece.path, *path),
        piece.job,
        piece.step,
        body if isinstance(body, JobBody) else None,
        body if isinstance(body, StepBody) else None,
    )
