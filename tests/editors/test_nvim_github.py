"""Neovim on a workflow of GitHub Actions: what is wrong in it, what mends it and takes that back, what can stand where."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from editors import github
from editors.neovim import Home, Neovim, editing
from editors.test_nvim_live import floating, offered, press


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workflow of GitHub Actions, in a repository of its own."""
    return github.written(tmp_path / "project")


@pytest.fixture
def nvim(path: Path, tmp_path: Path) -> Iterator[Neovim]:
    """Neovim with that workflow."""
    with editing(Home(tmp_path / "home"), path.relative_to(tmp_path / "project"), cwd=tmp_path / "project") as opened:
        opened.checked()
        yield opened


def shown(nvim: Neovim) -> list[tuple[int, str, str]]:
    """Return what is wrong: lines, characters, codes."""
    return sorted((one["line"], one["text"], one["code"]) for one in nvim.diagnostics())


def put_cursor(nvim: Neovim, text: str, within: str) -> None:
    """Put the cursor on the beginning of what stands within a text."""
    at = github.TEXT.index(text) + text.index(within)
    before = github.TEXT[:at].split("\n")
    nvim.lua(f"vim.api.nvim_win_set_cursor(0, {{ {len(before)}, {len(before[-1])} }})")


def test_faults_are_shown_on_their_very_characters_and_nothing_is_run(nvim: Neovim) -> None:
    assert nvim.lua("return vim.bo.filetype") == "yaml"
    nvim.until(f"return #vim.diagnostic.get(0) == {len(github.FAULTS)}", "what is wrong")
    assert shown(nvim) == github.FAULTS
    nvim.do("write")
    nvim.idle()
    assert shown(nvim) == github.FAULTS
    assert nvim.lua("return #vim.lsp.inlay_hint.get({ bufnr = 0 })") == 0


def test_a_quick_fix_is_applied_verified_and_rolled_back(nvim: Neovim, path: Path) -> None:
    put_cursor(nvim, "runs-no", "runs-no")
    nvim.answer(Code_actions="Change ‘runs-no’ to ‘runs-on’")
    nvim.lua("vim.lsp.buf.code_action()")
    nvim.until("return vim.fn.search('runs-no', 'wn') == 0", "the fix")
    mended = github.TEXT.replace("runs-no", "runs-on")
    assert nvim.text() == mended
    nvim.until(f"return #vim.diagnostic.get(0) == {len(github.FAULTS) - 1}", "one fault less")
    nvim.until("return vim.b.calibrant_status.standing == 1", "a change that can be rolled back")
    nvim.do("write")
    assert path.read_text(encoding="utf-8") == mended
    nvim.idle()
    nvim.answer(Roll_back_in="", Change="Roll back")
    nvim.do("Calibrant rollback")
    nvim.until_told("Rolled back")
    choice = next(one for one in nvim.asked() if one["prompt"].startswith("Roll back in"))
    assert "Change ‘runs-no’ to ‘runs-on’" in choice["items"][0]
    assert "verified" in choice["items"][0]
    assert nvim.text() == github.TEXT
    nvim.until(f"return #vim.diagnostic.get(0) == {len(github.FAULTS)}", "what was wrong before")


def test_all_safe_fixes_are_applied_at_once(nvim: Neovim) -> None:
    nvim.until(f"return #vim.diagnostic.get(0) == {len(github.FAULTS)}", "what is wrong")
    nvim.do("Calibrant fix")
    nvim.until("return #vim.diagnostic.get(0) == 0", "a workflow without faults")
    mended = github.TEXT.replace("runs-no", "runs-on").replace("meat", "meta").replace("bulid", "build")
    assert nvim.text() == mended


def test_what_can_stand_at_a_place_is_completed_and_told(nvim: Neovim) -> None:
    put_cursor(nvim, "steps.meta.outputs.version", "meta")
    press(nvim, "C<C-x><C-o>")
    assert offered(nvim, "meta") == ["meta"]
    press(nvim, "<C-y>.outputs.<C-x><C-o>")
    offered(nvim, "version")
    press(nvim, "<C-e><Esc>u")
    put_cursor(nvim, "    outputs:", "outputs")
    press(nvim, "Otimeout<C-x><C-o>")
    nvim.until(
        "return vim.api.nvim_get_current_line():find('timeout-minutes', 1, true) ~= nil", "the only key that fits"
    )
    press(nvim, "<C-e><Esc>u")
    put_cursor(nvim, "runs-on: ubuntu-latest", "runs-on")
    assert "runner" in floating(nvim, "K").lower()
    nvim.do("fclose!")
    put_cursor(nvim, "needs.build.outputs", "build")
    press(nvim, "<C-]>")
    nvim.until("return vim.fn.line('.') == 7", "the job that is meant")
