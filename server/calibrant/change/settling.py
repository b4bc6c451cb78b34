"""Settling what was interrupted: by a kill, a crash, a power cut. Afterwards each file is whole, and the record says which."""

import time

import msgspec

from calibrant.change import words
from calibrant.change.back import Back, plan_back
from calibrant.change.files import Move, read, remove_left_overs, replace_all
from calibrant.change.site import Site, locked, target_of
from calibrant.change.words import Refused
from calibrant.model.applied import ChangedFile, ChangeSession, ChangeStatus, Outcome, digest_of
from calibrant.model.ports import StoreError


class Settled(msgspec.Struct, frozen=True):
    """What became of an interrupted session. Where its status is still an open one, `reason` says what is in the way."""

    session: str
    status: ChangeStatus
    reason: str
    paths: tuple[str, ...]


def settle(site: Site) -> tuple[Settled, ...]:
    """Settle every interrupted session of the workspace, the newest first; those that are under way are left alone.

    A change that was not whole is taken back; one that was whole and not verified stays, unverified; a rollback is
    completed. What another version of Calibrant began is left to it, and told.

    Raises:
        StoreError: the state directory cannot be used.
    """
    settled: list[Settled] = []
    for session in site.store.unsettled():
        keys = [file.path for file in session.files]
        if session.status == "unreadable":
            settled.append(Settled(session.id, session.status, session.reason, tuple(keys)))
            continue
        try:
            with locked(site, keys, session.id):
                settled += _settle(site, session.id)
        except Refused as error:
            settled.append(Settled(session.id, session.status, str(error), tuple(keys)))
    return tuple(settled)


def _settle(site: Site, session: str) -> list[Settled]:
    found = site.store.get(session)  # now that nobody else is at it
    if found is None:
        return []
    remove_left_overs(site, session, [file.path for file in found.files])
    match found.status:
        case "prepared":
            done, outcome = _take_back(site, found)
        case "applied":
            done = msgspec.structs.replace(found, status="unverified", reason=words.INTERRUPTED_VERIFYING)
            outcome = "unverified"
        case "rolling_back":
            done = _roll_on(site, found)
            outcome = _taken_back(found) if done.status == "rolled_back" else None
        case _:
            return []
    site.store.write(msgspec.structs.replace(done, ended=time.time()), outcome)
    site.at("settled")
    return [Settled(session, done.status, done.reason, tuple(file.path for file in done.files))]


def _take_back(site: Site, session: ChangeSession) -> tuple[ChangeSession, Outcome | None]:
    """Take back a change of which some files may have been made already."""
    moves: list[Move] = []
    clashes: list[str] = []
    for file in session.files:
        try:
            plan = plan_back(site, file, whole=False)
        except StoreError as error:  # without its backup it stays as it is, or it would be in the way for ever
            clashes.append(str(error))
            continue
        if not isinstance(plan, Back):
            clashes.append(plan.note)
        elif plan.move.old is not None and plan.move.old != plan.move.new:  # a file removed since stays removed
            moves.append(plan.move)
    replace_all(site, session.id, moves)
    if clashes:
        reason = words.INTERRUPTED_CLASH.format(what=" ".join(clashes))
        return msgspec.structs.replace(session, status="unverified", reason=reason), "unverified"
    return msgspec.structs.replace(session, status="rolled_back", reason=words.INTERRUPTED), None


def _roll_on(site: Site, session: ChangeSession) -> ChangeSession:
    """Complete a rollback. Where a file cannot be taken back, the session stands, so that it can be rolled back again."""
    moves: list[Move] = []
    clashes: list[str] = []
    for file in session.files:
        try:
            move = _to_go(site, file)
        except StoreError as error:
            move = str(error)
        if isinstance(move, str):
            clashes.append(move)
        elif move is not None and move.old != move.new:
            moves.append(move)
    replace_all(site, session.id, moves)
    if clashes:
        reason = words.INTERRUPTED_CLASH.format(what=" ".join(clashes))
        return msgspec.structs.replace(session, status="unverified", reason=reason)
    reason = f"{session.reason} {words.INTERRUPTED_ROLLBACK}".strip()
    return msgspec.structs.replace(session, status="rolled_back", reason=reason)


def _taken_back(session: ChangeSession) -> Outcome:
    """Return who wanted a rollback that was interrupted: the user, or a verification."""
    return "undone" if session.reason == words.BY_USER else "rolled_back"


def _to_go(site: Site, file: ChangedFile) -> Move | str | None:
    """Return what is left to do with one file, or what stands in the way."""
    if file.back is None:  # it was open in the editor, which had taken the change out
        return None
    found = read(target_of(site, file.path), file.path)
    if found is None:  # removed since, unless it was to be made again
        return Move(file.path, None, site.store.kept(file.back), file.mode) if file.found is None else None
    if digest_of(found.data) == file.back:
        return None
    if digest_of(found.data) == file.found:
        return Move(file.path, found.data, site.store.kept(file.back), found.mode)
    plan = plan_back(site, file, whole=False)
    return plan.move if isinstance(plan, Back) else plan.note
