"""Why a step was called anew in a run that uses recorded outputs again, in plain words."""

from collections.abc import Callable, Iterable, Mapping

from calibrant.engine.asking import Basis, read_basis, said
from calibrant.engine.call import Asked
from calibrant.engine.freshness import WRITES
from calibrant.engine.outputs import Records
from calibrant.engine.plan import Plan
from calibrant.model.connector import Effect
from calibrant.model.event import RunRequest
from calibrant.model.words import duration

_ENDED = {
    "failed": "Its last run failed.",
    "skipped": "It was skipped in the last run.",
    "not_run": "It was not run the last time.",
}
_SHOWN = 3


class Reasons:
    """Finds why nothing that is recorded stands for a step's calls, by what the run before left of it.

    `reused(position)` tells whether a step that has ended was taken from the record, `lost(position)` whether nothing good came
    of it. Where the workflow never ran
    before, there is nothing to say.
    """

    def __init__(
        self,
        plan: Plan,
        records: Records,
        request: RunRequest,
        *,
        reused: Callable[[int], bool],
        lost: Callable[[int], bool],
    ) -> None:
        self._plan = plan
        self._records = records
        self._live = request.live
        self._afresh = request.afresh
        self._seconds = request.reuse_seconds
        self._reused = reused
        self._lost = lost
        self._before: Mapping[str, tuple[str, str]] | None = None

    def why(self, asked: Asked) -> str:
        """Return why the calls are made; empty where there is nothing to say."""
        if self._before is None:
            self._before = self._records.run_before()
        if not self._before:
            return ""
        if self._live and any(one.effect in WRITES for one in asked.prepared):
            return "A live run does anew all that changes something."
        if self._live and asked.aged:
            return "A live run asks anew for what may have changed outside."
        if asked.body.id in self._afresh:
            return "A fix of it is being verified."
        if asked.secret:
            return "It is given a secret, so nothing of it is used again."
        step = asked.body.id or ""
        status, key = self._before.get(step, ("", ""))
        if status in _ENDED:
            return _ENDED[status]
        last = self._records.newest(step)
        if last is None and not key:
            return "Nothing is recorded of it yet."
        if last is None:
            return "Part of what it gave in the last run was not known, so it is tried again."
        basis = read_basis(last.basis)
        if asked.key == last.key:
            return self._same_key(asked, masked=last.masked, told=basis is not None and basis.told)
        if basis is None:
            return self._by_what_it_reads(asked)
        if asked.call and basis.call == asked.call:
            return _by_files(asked, basis, last.made)
        if basis.text != said(asked.body):
            return "It was changed."
        return self._by_what_it_reads(asked)

    def _same_key(self, asked: Asked, *, masked: bool, told: bool) -> str:
        if masked:
            return "Its last result held a secret, so it is not used again."
        if not asked.repeatable:
            return "It cannot be told whether what it reads is as it was."
        if told:
            return "It reported something in its last run."
        if asked.aged:
            return f"Its last result is older than {duration(self._seconds)}."
        return "Its last result is no longer kept."

    def _by_what_it_reads(self, asked: Asked) -> str:
        changed = [one for one in self._plan.data[asked.position] if not self._is_as_it_was(one)]
        if changed:
            return f"{_listed([self._plan.steps[one].label for one in changed])}, which it reads, gave something else."
        outside = {str(one) for one in self._plan.references[asked.position] if one.root in ("inputs", "env")}
        if outside:
            return f"{', '.join(sorted(outside)[:_SHOWN])} {'has' if len(outside) == 1 else 'have'} another value."
        return "It was changed."

    def _is_as_it_was(self, position: int) -> bool:
        """Tell whether a step gives what it gave: taken from the record, or without any good output this time and the last."""
        before, _ = (self._before or {}).get(self._plan.steps[position].body.id or "", ("", ""))
        return self._reused(position) or (before in _ENDED and self._lost(position))


def _by_files(asked: Asked, basis: Basis, made: float) -> str:
    """Return which file or step before made a difference to the same calls."""
    for state in asked.states:
        if state.name not in basis.states:
            return f"What it names is {state.name} now."
        if basis.states.get(state.name) != state.digest:
            return f"{state.name} was {'removed' if state.missing else 'changed'}."
    if asked.workspace is not None and not basis.workspace:
        return "Its last result was none that can be used again."
    if asked.workspace is not None and asked.workspace.digest != basis.workspace:
        named = asked.workspace.since(made)
        return "Commands run again when a file of the workspace changed" + (f": {named}." if named else " or is gone.")
    known = {identity for identity, _ in basis.ids}
    labels = dict.fromkeys(label for identity, label in sorted(asked.ids, key=_label) if identity not in known)
    if labels:
        verb = "changes" if len(labels) == 1 else "change"
        return f"{_listed(labels)}, which {verb} files before it, did something else."
    if len(asked.ids) < len(basis.ids):
        return "A step that changed files before it does so no longer."
    if Effect.EXECUTE not in {one.effect for one in asked.prepared}:
        return "Its last result is that of a live run."
    if basis.workspace and asked.workspace is None:
        return "The workspace has too many files to tell whether they are as they were."
    return "Commands have another environment than in the last run."


def _label(one: tuple[str, str]) -> str:
    return one[1]


def _listed(labels: Iterable[str]) -> str:
    names = [f"‘{label}’" for label in labels]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
