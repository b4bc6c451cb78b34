"""With which tools a workspace is built, as Neovim shows it: a list, hover on a command, and the health check."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.neovim import Home, Neovim, editing

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'
TEXT = "name: a\nsteps:\n  - id: one\n    run: python -m pytest -q\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A Python project with a workflow."""
    made = tmp_path / "shop"
    made.mkdir()
    (made / "pyproject.toml").write_text(PYPROJECT)
    (made / "uv.lock").write_text("version = 1\n")
    (made / "a.workflow.yaml").write_text(TEXT)
    return made


@pytest.fixture
def nvim(shop: Path, tmp_path: Path) -> Iterator[Neovim]:
    """Neovim with that workflow."""
    with editing(Home(tmp_path / "home"), "a.workflow.yaml", cwd=shop) as opened:
        opened.checked()
        yield opened


def test_toolchains_are_listed_and_the_chosen_one_opens_its_file(nvim: Neovim, shop: Path) -> None:
    nvim.answer(Toolchains="Python with uv")
    nvim.do("Calibrant toolchains")
    (line,) = nvim.until_asked("Toolchains")["items"]
    assert line.startswith("Python with uv: python >=3.11 asked for")
    assert " · uv.lock: lock file of uv" in line
    nvim.until("return vim.api.nvim_buf_get_name(0):match('pyproject.toml$')", "the file that declares it")


def test_where_there_is_none_that_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "a.workflow.yaml").write_text(TEXT)
    with editing(Home(tmp_path / "home"), "a.workflow.yaml", cwd=empty) as nvim:
        nvim.checked()
        nvim.do("Calibrant toolchains")
        nvim.until_told("No toolchain was found")
        assert nvim.asked() == []


def test_hover_names_the_tools_of_a_command(nvim: Neovim) -> None:
    nvim.lua("vim.api.nvim_win_set_cursor(0, {4, 12})")
    nvim.until(
        """
        for _, window in ipairs(vim.api.nvim_list_wins()) do
          if vim.api.nvim_win_get_config(window).relative ~= '' then
            local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
            return table.concat(lines, ' '):match('Python with uv: python >=3.11 asked for')
          end
        end
        vim.lsp.buf.hover()
        """,
        "the hover",
    )


def test_a_manifest_that_changes_changes_what_is_wrong(tmp_path: Path) -> None:
    """Neovim watches no files here: the server does."""
    web = tmp_path / "web"
    web.mkdir()
    (web / "calibrant.toml").touch()
    (web / "package.json").write_text('{"name": "web", "scripts": {"test": "node test.js"}}')
    (web / "a.workflow.yaml").write_text("name: a\nsteps:\n  - id: one\n    run: npm run tst\n")
    with editing(Home(tmp_path / "home"), "a.workflow.yaml", cwd=web) as nvim:
        nvim.until("return vim.diagnostic.get(0)[1] and vim.diagnostic.get(0)[1].code == 'unknown-task'", "the issue")
        (web / "package.json").write_text('{"name": "web", "scripts": {"tst": "node test.js"}}')
        nvim.until("return #vim.diagnostic.get(0) == 0", "nothing wrong")


def test_the_health_check_names_them(nvim: Neovim) -> None:
    nvim.do("checkhealth calibrant")
    nvim.until("return vim.bo.filetype == 'checkhealth'", "the health check")
    text = "\n".join(nvim.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))
    assert "Toolchain: Python with uv: python >=3.11 asked for" in text
