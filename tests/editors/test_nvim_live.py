"""Neovim after a run: what steps gave, in hints, under the cursor and in completion; names, changed wherever they stand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from editors import orders
from editors.neovim import Home, Neovim, editing


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A person who has configured nothing."""
    return Home(tmp_path / "home")


@pytest.fixture
def nvim(home: Home, tmp_path: Path) -> Iterator[Neovim]:
    """Neovim with a workflow that was run."""
    path = orders.written(tmp_path / "orders")
    with editing(home, path.name, cwd=path.parent) as opened:
        opened.checked()
        opened.calibrate()
        yield opened


def hints(nvim: Neovim) -> dict[int, str]:
    """Return the hints in the text by their lines, from 1."""
    found: list[list[Any]] = nvim.lua(_HINTS)
    return dict(found)


_HINTS = """
return vim.tbl_map(function(one)
  local label = one.inlay_hint.label
  local text = type(label) == 'string' and label
    or table.concat(vim.tbl_map(function(part) return part.value end, label))
  return { one.inlay_hint.position.line + 1, text }
end, vim.lsp.inlay_hint.get({ bufnr = 0 }))
"""


def line_of(text: str) -> int:
    """Return the line, from 1, in which a text first stands."""
    return orders.TEXT[: orders.TEXT.index(text)].count("\n") + 1


def put_cursor(nvim: Neovim, text: str, within: str = "") -> None:
    """Put the cursor on the beginning of a text, or of what stands within it."""
    at = orders.TEXT.index(text) + (text.index(within) if within else 0)
    before = orders.TEXT[:at]
    line, column = before.count("\n") + 1, len(before.split("\n")[-1])
    nvim.lua(f"vim.api.nvim_win_set_cursor(0, {{ {line}, {column} }})")


def floating(nvim: Neovim, keys: str) -> str:
    """Press keys and return what the window shows that floats above the text then."""
    nvim.lua(f"vim.api.nvim_input({keys!r})")
    found: str = nvim.until(_FLOATING, "a floating window")
    return found


_FLOATING = """
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= '' then
    return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\\n')
  end
end
"""


def offered(nvim: Neovim, *expected: str) -> list[str]:
    """Wait until the list is open and has these words; returns what it offers."""
    words = "{" + ", ".join(f"'{one}'" for one in expected) + "}"
    nvim.until(
        f"local there = vim.tbl_map(function(one) return one.abbr end, vim.fn.complete_info({{ 'items' }}).items)\n"
        f"return vim.iter({words}):all(function(one) return vim.list_contains(there, one) end)",
        f"{expected} in the list",
    )
    found: list[str] = nvim.lua(
        "return vim.tbl_map(function(one) return one.abbr end, vim.fn.complete_info({ 'items' }).items)"
    )
    return found
