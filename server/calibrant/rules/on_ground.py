"""Where a step's commands and the workspace disagree: managers, files, tasks, folders, versions, lock files.

What commands mean and need is in `rules.commands` and `rules.ground`, which are imported where the workspace is known.
"""

from collections.abc import Iterable, Sequence

from calibrant.model.issue import Finding
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule

CODES = (
    *("wrong-package-manager", "file-not-found", "unknown-task", "wrong-working-dir"),
    *("version-mismatch", "lock-outdated"),
)


def _notes(body: StepBody, known: Known) -> Iterable[Noted]:
    if known.ground is None:
        return ()
    from calibrant.rules.ground import native  # here: only who has commands pays for what they mean

    return native.notes(body, known)


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], known: Known) -> Iterable[Finding]:
    if known.ground is None:
        return ()
    from calibrant.rules.ground import native

    return native.together(workflow, noted, known)


RULE = Rule(CODES, notes=_notes, together=_together)
