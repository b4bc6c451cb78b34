"""GitHub Actions: workflows, and the metadata of actions (docs/github-actions.md)."""

from collections.abc import Sequence

from calibrant.dialects.actions.language import ACTION, WORKFLOW
from calibrant.dialects.dialect import Dialect
from calibrant.model.change import Change
from calibrant.model.expression import Path
from calibrant.model.lexicon import Lexicon
from calibrant.model.nodes import Node
from calibrant.model.slot import Slot
from calibrant.model.text import TextEdit
from calibrant.model.toolchain import Validation
from calibrant.model.workflow import StepBody, Workflow

__all__ = ["GITHUB_ACTION", "GITHUB_WORKFLOW"]


def _read(path: str, text: str, previous: Workflow | None = None) -> Workflow:
    from calibrant.dialects.actions.reading import read  # who has no such files pays nothing for them

    return read(path, text, previous)


def _write(path: str, workflow: Workflow, changes: Sequence[Change]) -> list[TextEdit]:
    from calibrant.dialects.actions.write import write  # reading a workflow needs nothing of this

    return write(path, workflow, changes)


def _workflow_slot(path: Path, body: StepBody | None, around: Node | None = None) -> Slot:
    from calibrant.github.slots import workflow_slot  # the tables are read with the first file

    return workflow_slot(path, body, around)


def _action_slot(path: Path, body: StepBody | None, around: Node | None = None) -> Slot:
    from calibrant.github.slots import action_slot

    return action_slot(path, body, around)


def _workflow_lexicon() -> Lexicon:
    from calibrant.dialects.actions.lexicon import LEXICONS

    return LEXICONS[WORKFLOW.name]


def _action_lexicon() -> Lexicon:
    from calibrant.dialects.actions.lexicon import LEXICONS

    return LEXICONS[ACTION.name]


def _start(validations: Sequence[Validation]) -> str:
    from calibrant.dialects.actions.start import start

    return start(validations)


GITHUB_WORKFLOW = Dialect(WORKFLOW, _read, _write, None, _workflow_slot, _workflow_lexicon, _start)
GITHUB_ACTION = Dialect(ACTION, _read, _write, None, _action_slot, _action_lexicon)
