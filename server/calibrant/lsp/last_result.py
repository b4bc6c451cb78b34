"""The command that gives the last result of a workflow, with its issues and steps where they stand in the text of now."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import FileArguments, path_of, read
from calibrant.lsp.convert import Positions, key_of
from calibrant.lsp.places import Place, placed
from calibrant.lsp.reading import newest
from calibrant.lsp.trials import in_words
from calibrant.lsp.words import run_words, step_words
from calibrant.model.issue import Issue
from calibrant.model.ports import StoreError
from calibrant.model.session import SessionResult
from calibrant.model.text import LineIndex, Span
from calibrant.model.workflow import Step, Workflow
from calibrant.report.json_report import told_object
from calibrant.workspace.placing import by_label

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.lsp.reading import Newest
    from calibrant.model.fix import Fix
    from calibrant.workspace.calibration import Outcome

_GROUPS = ("critical", "warnings", "auto_repairs")


class _Ran(msgspec.Struct, frozen=True):
    """A run as it is shown: what it found; of this server's own also the text that ran, and the fixes by issue."""

    result: SessionResult
    workflow: Workflow | None = None
    fixes: "Mapping[str, Sequence[Fix]]" = {}


async def result(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, object] | None:
    """Return the object of a file's last run, this server's own or else as recorded; None where it never ran.

    `edited` of an issue tells that the text it stood on is not there any longer; it is shown at its step then. Fixes are as
    the menu of quick fixes has them: with what trials said of them, where the newest text is the one that they were made of.
    """
    uri = read(given, FileArguments).uri
    path, key = path_of(uri), key_of(uri)
    now, outcome = await newest(ls, uri), ls.runs.outcome(key)
    if outcome is None:
        last = await recorded(ls, path)
        return await asyncio.to_thread(_shown, ls, path, _Ran(last), now) if last else None
    tried = list(ls.trying.tried(key, now.snapshot.text).values()) if now else []
    return await asyncio.to_thread(_own, ls, path, outcome, tried, now)  # there may be thousands of steps and issues


async def recorded(ls: "CalibrantServer", path: Path) -> SessionResult | None:
    """Return the newest recorded result of a workflow that was not cancelled, looked up in a thread.

    Raises:
        JsonRpcInvalidParams: what was recorded cannot be read.
    """
    try:
        found = await asyncio.to_thread(ls.services.history, ls.configuration.workspace_of(path), ls.name_of(path))
    except (StoreError, OSError) as error:
        raise JsonRpcInvalidParams(f"The last result of {path.name} cannot be read: {error}") from error
    return next((one for one in found if one.status != "cancelled"), found[0] if found else None)


def _own(
    ls: "CalibrantServer", path: Path, outcome: "Outcome", tried: "Sequence[Fix]", now: "Newest | None"
) -> dict[str, object]:
    from calibrant.workspace.trials import with_tried

    newer = with_tried(outcome, tried) if tried else outcome
    return _shown(ls, path, _Ran(newer.result, newer.workflow, newer.fixes), now)


def _shown(ls: "CalibrantServer", path: Path, ran: _Ran, now: "Newest | None") -> dict[str, object]:
    last = ran.result
    workflow = now.analysis.workflow if now and now.analysis else None
    positions = ls.positions(now.snapshot) if now else Positions(LineIndex(""), ls.encoding)
    steps = by_label(workflow) if workflow else {}
    places = placed(last, ran.workflow, workflow, steps)
    shown = cast("dict[str, Any]", ls.session_object(path, last, now.snapshot if now else None))
    for name in _GROUPS:
        issues = getattr(last.issues, name)
        pairs = zip(shown["issues"][name], issues, strict=True)
        shown["issues"][name] = [
            {
                **_issue(one, issue, places[issue.id], positions),
                "page": ls.services.link(one["code"]),
                "fixes": _fixes(one["fixes"], issue, ran.fixes.get(issue.id, ())),
            }
            for one, issue in pairs
        ]
    shown["steps"] = [
        {**one, "range": _step_range(steps.get(step.id), positions), "detail": step_words(step)}
        for one, step in zip(shown["steps"], last.steps, strict=True)
    ]
    return {**shown, "started": last.started, "words": run_words(last)}


def _issue(shown: dict[str, Any], issue: Issue, place: Place, positions: Positions) -> dict[str, Any]:
    related = [
        told_object(there, there.at, issue, shown["path"])
        if there.at
        else {
            "message": there.message,
            "path": there.path or shown["path"],
            "range": positions.plain(Span(0, 0) if there.path else there.span),
        }
        for there in place.finding.related
    ]
    return {**shown, "range": positions.plain(place.finding.span), "related": related, "edited": place.edited}


def _fixes(shown: list[dict[str, Any]], issue: Issue, fixes: "Sequence[Fix]") -> list[dict[str, Any]]:
    return [{**one, "words": in_words(fixes, fix)} for one, fix in zip(shown, issue.fixes, strict=True)]


def _step_range(there: Step | None, positions: Positions) -> object:
    return positions.plain(there.head) if there else None
