"""A workspace with workflow files, and the door to them, for the tests of the door."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from calibrant.change import FileEdits, Site
from calibrant.model.applied import AppliedFix, Verdict, Verify
from calibrant.model.encoding import decode
from calibrant.model.text import Span, TextEdit
from calibrant.store import open_store

TEXT = "name: mail\nsteps:\n  - id: log\n    uses: sheet.append\n    with: {file: r.xlsx, range: UrgentMail}\n"
FIXES = (AppliedFix("f1", "Change ‘UrgentMail’ to ‘UrgentEmails’", "valid-value", "i1"),)


@contextmanager
def site_of(folder: Path, at: Callable[[str], None] = lambda _: None) -> Iterator[Site]:
    """Open the workspace `folder`/app with its state beside it."""
    workspace = folder / "app"
    workspace.mkdir(exist_ok=True)
    with open_store(folder / "state", workspace) as store:
        yield Site(workspace, store.changes, at)


def put(site: Site, name: str = "a.workflow.yaml", data: bytes = TEXT.encode()) -> Path:
    """Write a workflow file."""
    path = site.workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def change(path: Path, old: str = "UrgentMail", new: str = "UrgentEmails") -> FileEdits:
    """Return the edits that replace every `old` in a file."""
    data = path.read_bytes()
    text = decode(data).text
    starts = [n for n in range(len(text)) if text.startswith(old, n)]
    return FileEdits(path, data, tuple(TextEdit(Span(n, n + len(old)), new) for n in starts))


def says(holds: bool | None, reason: str = "") -> Verify:
    """Return a verification with that verdict."""

    async def verify(_session: str) -> Verdict:
        return Verdict(holds, reason)

    return verify
