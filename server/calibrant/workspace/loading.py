"""Changes that an earlier process recorded, as they stand in a document that is open now."""

from collections.abc import Collection
from itertools import islice
from pathlib import Path

from calibrant.change import Site
from calibrant.change.site import key_of
from calibrant.change.words import Refused
from calibrant.model.applied import STANDING, ChangeSession
from calibrant.workspace.application import Application, of_session, stands_in
from calibrant.workspace.standing import Fixed


def recorded_in(
    site: Site, path: Path, text: str, sessions: Collection[ChangeSession], known: Collection[str], limit: int
) -> list[Fixed]:
    """Return those of a file's newest sessions, at most `limit`, that stand in a text of it; those of `known` are passed over.

    What changed several files at once is left out: what becomes of one of them says nothing of the others.

    Raises:
        StoreError: the store cannot be read.
    """
    alone = (one for one in sessions if one.status in STANDING and len(one.files) == 1 and one.id not in known)
    wanted = list(islice(alone, limit))
    found = [(session, application) for session in wanted if (application := recorded(site, path, session))]
    return [_fixed(session, application) for session, application in found if stands_in(application, text)]


def recorded(site: Site, path: Path, session: ChangeSession) -> Application | None:
    """Return what a session applied in one file; None where it did not change that.

    Raises:
        StoreError: the store cannot be read.
    """
    try:
        key = key_of(site, path)
    except Refused:  # outside the workspace nothing was ever changed
        return None
    file = next((one for one in session.files if one.path == key), None)
    return of_session(site, path, session, file) if file else None


def _fixed(session: ChangeSession, application: Application) -> Fixed:
    fixed = Fixed(application, session.id, mine=False)
    fixed.wanted = session.status == "kept"
    return fixed
