"""What is recorded of changes in a workspace, as the tests of the language server look it up."""

from contextlib import closing
from pathlib import Path

from calibrant.change import Site, history
from calibrant.model.applied import ChangeSession
from calibrant.model.ports import StoreError
from calibrant.store import open_store
from lsp.editor import Editor


def remembered(ws: Path, tmp_path: Path) -> list[ChangeSession]:
    """Return what is recorded of changes, the newest first."""
    try:
        with closing(open_store(tmp_path / "state", ws, create=False)) as store:
            return list(history(Site(ws, store.changes)))
    except StoreError:
        return []


async def statuses(editor: Editor, ws: Path, tmp_path: Path, *wanted: str) -> list[ChangeSession]:
    """Wait until the recorded sessions have these statuses, the newest first."""
    await editor.until(
        lambda: tuple(one.status for one in remembered(ws, tmp_path)) == wanted, f"sessions that are {wanted}", 30
    )
    return remembered(ws, tmp_path)
