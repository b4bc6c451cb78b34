"""What was changed in workflow files, as remembered: sessions of changes, their fixes, and what became of each file."""

from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Literal

import msgspec

from calibrant.model.text import TextEdit

ChangeStatus = Literal[
    "prepared", "applied", "verified", "unverified", "kept", "rolling_back", "rolled_back", "refused", "unreadable"
]
"""The life of a session of changes.

`prepared`: backed up, files are being replaced. `applied`: all are replaced, verification is under way. Then one of
`verified`, `unverified` (could not be verified) and `kept` (the user wants it all the same); from there `rolling_back`
and `rolled_back`. `refused`: nothing was changed. `unreadable`: another version of Calibrant recorded it in its own way,
and it alone can go on with it. Only `prepared`, `applied` and `rolling_back` need settling.
"""
OPEN_STATUSES: frozenset[ChangeStatus] = frozenset({"prepared", "applied", "rolling_back"})
STANDING: frozenset[ChangeStatus] = frozenset({"applied", "verified", "unverified", "kept"})
"""The statuses of changes that are in the files."""

Outcome = Literal["verified", "unverified", "kept", "rolled_back", "undone"]
"""What became of one fix. `rolled_back`: it did not hold; `undone`: the user took it back later."""


class AppliedFix(msgspec.Struct, frozen=True):
    """A fix as applied; `strategy` names the repair that made it, `issue` is the identity of what it answers."""

    id: str
    title: str
    strategy: str = ""
    issue: str = ""


class ChangedFile(msgspec.Struct, frozen=True):
    """One file of a session. `path` leads from the workspace's folder, with slashes, links resolved.

    `before` and `after` are the digests of its bytes; `hunks` turn the text after back into the text before. `mode` is the
    file's (for one that has to be made again). Where the editor held the document (`is_open`), the bytes are its text in
    UTF-8. While it is rolled back, `found` is the digest of what was there (None: no file) and `back` of what shall be.
    `note` tells what else there is to know, in words for the user.
    """

    path: str
    before: str
    after: str
    hunks: tuple[TextEdit, ...] = ()
    mode: int = 0o644
    is_open: bool = False
    found: str | None = None
    back: str | None = None
    note: str = ""


class ChangeSession(msgspec.Struct, frozen=True):
    """One application of fixes. Times are seconds since the epoch, 0 where not yet.

    `answers` is the session of the run whose issues it repairs; `reason` says in words how it came to its status. `holds`
    is what a verification found of fixes in open documents, None while none could tell.
    """

    id: str
    status: ChangeStatus
    files: tuple[ChangedFile, ...] = ()
    fixes: tuple[AppliedFix, ...] = ()
    reason: str = ""
    answers: str = ""
    started: float = 0.0
    ended: float = 0.0
    holds: bool | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What a verification found: it holds, it does not, or (None) it could not be run; and why, in words for the user."""

    holds: bool | None
    reason: str = ""


Verify = Callable[[str], Awaitable[Verdict]]
"""Runs what the session of that id touches."""


def digest_of(data: bytes) -> str:
    """Return the name of a content: 40 hex digits."""
    return blake2b(data, digest_size=20).hexdigest()
