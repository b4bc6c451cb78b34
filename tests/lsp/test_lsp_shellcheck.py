"""What shellcheck says of scripts comes up in an editor beside the typing, by itself."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from lsp.editor import editing
from lsp.test_lsp_typing import part

SEARCHED = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
TEXT = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: rm $UNQUOTED\n"

pytestmark = pytest.mark.skipif(
    shutil.which("shellcheck", path=SEARCHED) is None, reason="!!! shellcheck is not installed: it is NOT tested"
)


async def test_what_shellcheck_says_is_shown_and_silenced(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    path = folder / ".github" / "workflows" / "build.yml"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, encoding="utf-8")
    uri = path.as_uri()
    async with editing(folder, state=tmp_path / "state", environ={"PATH": SEARCHED}) as editor:
        editor.open(uri, TEXT)
        assert list(await editor.checked(uri, 1)) == []
        await editor.until(lambda: editor.codes(uri) == ["shellcheck"], "what shellcheck says")
        (shown,) = editor.shown(uri)
        assert part(TEXT, shown.range) == "$UNQUOTED"
        assert "SC2086" in shown.message
        moved = f"# above\n{TEXT}"
        editor.change(uri, moved, 2)
        (still,) = await editor.checked(uri, 2)
        assert part(moved, still.range) == "$UNQUOTED", "it follows its step while the next look is under way"
        silent = TEXT.replace("rm $UNQUOTED", "rm $UNQUOTED # calibrant: ignore[shellcheck]")
        editor.change(uri, silent, 3)
        await editor.until(lambda: editor.codes(uri) == [], "nothing to say")
    assert not (tmp_path / "state").exists(), "a look writes nothing"
