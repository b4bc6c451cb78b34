"""What shellcheck says of the scripts of GitHub Actions files, beside the typing; a script is looked at once."""

import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from calibrant.model.issue import Finding
from calibrant.model.workflow import Workflow

if TYPE_CHECKING:
    from calibrant.rules.actions.linting import Comment, Script

_AT_ONCE = 50
_KEPT = 5000


class Linter:
    """Asks shellcheck, and remembers what it said of the scripts that were looked at last."""

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[str, Script], tuple[Comment, ...]] = OrderedDict()

    async def findings(self, workflow: Workflow, workspace: Path, known: Iterable[Finding] = ()) -> tuple[Finding, ...]:
        """Return what shellcheck says of a workflow's scripts, spans in its text; nothing where it is not installed.

        `known` is what was found already: scripts that cannot be read are left out.
        """
        from calibrant.engine.shellcheck import find_shellcheck

        program = find_shellcheck(os.environ, workspace)
        if program is None:
            return ()
        from calibrant.rules.actions.linting import findings, scripts

        wanted = list(scripts(workflow, known))
        await self._ask(program, (script for _, script in wanted))
        found: list[Finding] = []
        for step, script in wanted:
            found += findings(step, self._told.get((program, script), ()))
        return tuple(found)

    async def _ask(self, program: str, scripts: "Iterable[Script]") -> None:
        """Ask about the scripts that are not known yet."""
        new = [script for script in dict.fromkeys(scripts) if (program, script) not in self._told]
        for dialect in ("bash", "sh"):
            mine = [script for script in new if script.dialect == dialect]
            for at in range(0, len(mine), _AT_ONCE):
                await self._ask_some(program, dialect, mine[at : at + _AT_ONCE])
        while len(self._told) > _KEPT:
            self._told.popitem(last=False)

    async def _ask_some(self, program: str, dialect: str, scripts: "Sequence[Script]") -> None:
        from calibrant.engine.shellcheck import run_shellcheck
        from calibrant.rules.actions.linting import Comment

        told = await run_shellcheck(program, dialect, [script.text for script in scripts], Comment, os.environ)
        for script, comments in zip(scripts, told or (), strict=bool(told)):
            self._told[program, script] = tuple(comments)
