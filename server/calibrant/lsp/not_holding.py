"""Fixes that did not hold: rolled back by themselves where nothing was typed since, else offered to be; and kept on request."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.lsp.applying import apply_in_editor
from calibrant.lsp.editing import NO_EDITS, ask, can_edit
from calibrant.lsp.rolling_back import tell_why
from calibrant.lsp.taking_back import TakingBack
from calibrant.model.ports import StoreError
from calibrant.workspace.application import again, title_of

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.told import Failing

KEEP_AFTER_ALL = "Keep it all the same"
ROLL_BACK, KEEP = "Roll back", "Keep"
_BY_COMMAND = "The command ‘calibrant.rollback’ takes it back."
_NO_PLACE = "{title} was not applied again: {name} was edited since where it belongs."


async def not_holding(ls: "CalibrantServer", path: Path, failing: Sequence["Failing"]) -> None:
    """Roll back what may be by itself, and tell the user of each cause once; what he answers is seen to later."""
    rolled: list[Failing] = []
    for one in reversed(failing):  # the newest first, so that each finds the text as it left it
        if not one.by_itself:
            ls.spawn(_offer_rollback(ls, path, one, ""))
            continue
        why = await _taken_back(ls, path, one) if can_edit(ls) else NO_EDITS
        if why:
            ls.spawn(_offer_rollback(ls, path, one, why))
        else:
            rolled.insert(0, one)
    if rolled:
        ls.spawn(_offer_keeping(ls, path, rolled))


async def _taken_back(ls: "CalibrantServer", path: Path, failing: "Failing") -> str:
    """Roll back; returns why that was not done."""
    from calibrant.change import words

    document = ls.documents.get(str(path))
    fixed = ls.applications.of(str(path)).of(failing.session.id)
    if document is None or not document.is_open or fixed not in ls.applications.of(document.key).state.untouched:
        return "You have typed since."
    try:
        reason = words.NOT_HOLDING.format(reason=failing.reason)
        result = await TakingBack(ls, path, failing.session.id).done(reason=reason)
    except (StoreError, OSError) as error:
        return str(error)
    return result.reason


async def _offer_keeping(ls: "CalibrantServer", path: Path, failing: Sequence["Failing"]) -> None:
    titles = ", ".join(title_of(one.session.fixes) for one in failing)
    message = f"{titles} did not hold in {path.name} and was rolled back. {_reasons(failing)}"
    if await ask(ls, message, [KEEP_AFTER_ALL], "The editor's undo brings it back.") == KEEP_AFTER_ALL:
        for one in failing:
            await _apply_again(ls, path, one)


async def _apply_again(ls: "CalibrantServer", path: Path, failing: "Failing") -> None:
    title = title_of(failing.session.fixes)
    snapshot = ls.documents.get(str(path))
    if snapshot is None or not snapshot.is_open or failing.application is None:
        ls.say(f"{title} was not applied again: {path.name} is not open any longer.")
        return
    application = again(failing.application, snapshot.text)
    if application is None:
        ls.say(_NO_PLACE.format(title=title, name=path.name))
        return
    wanted = msgspec.structs.replace(application, kept=True, session="", shares=())
    why = await apply_in_editor(ls, snapshot, wanted, f"Apply {title} again")
    if why:
        ls.say(f"{title} was not applied again. {why}")


async def _offer_rollback(ls: "CalibrantServer", path: Path, failing: "Failing", why: str) -> None:
    title = title_of(failing.session.fixes)
    message = f"{title} in {path.name} did not hold. {failing.reason} {why}".rstrip()
    choice = await ask(ls, message, [ROLL_BACK, KEEP], _BY_COMMAND)
    try:
        if choice == ROLL_BACK:
            result = await TakingBack(ls, path, failing.session.id).done()
            if result.reason:
                await tell_why(ls, path, result)
        elif choice == KEEP:
            await _kept(ls, path, failing)
    except (StoreError, OSError) as error:
        ls.say(f"{title} in {path.name}: {error}")


async def _kept(ls: "CalibrantServer", path: Path, failing: "Failing") -> None:
    from calibrant.change import keep

    fixed = ls.applications.of(str(path)).of(failing.session.id)
    if fixed:
        fixed.wanted = True
    await ls.applications.recorded.at_door(path, lambda site: asyncio.run(keep(site, failing.session.id)))


def _reasons(failing: Sequence["Failing"]) -> str:
    return " ".join(dict.fromkeys(one.reason for one in failing))
