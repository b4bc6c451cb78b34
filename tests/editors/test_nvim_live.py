"""Neovim after a run: what steps gave, in hints, under the cursor and in completion; names, changed wherever they stand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from editors import orders
from editors.neovim import Home, Neovim, editing, neovim
from editors.neovim_screens import SETTINGS
from editors.tmux import terminal


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


def press(nvim: Neovim, keys: str) -> None:
    """Press keys, as they are written in mappings."""
    nvim.lua(f"vim.api.nvim_input({keys!r})")


def begin_step(nvim: Neovim) -> None:
    """Begin one more step at the end of the workflow, as far as the beginning of its second line."""
    press(nvim, "Go<CR>")
    nvim.until("return vim.api.nvim_get_current_line() == '  - id: '", "what begins a step")
    press(nvim, "last<CR>  ")


def floating(nvim: Neovim, keys: str) -> str:
    """Press keys and return what the window shows that floats above the text then."""
    press(nvim, keys)
    found: str = nvim.until(_FLOATING, "a floating window")
    return found


_FLOATING = """
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= '' then
    return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\\n')
  end
end
"""


_MENU = """
local words = vim.tbl_map(function(one) return one.menu end, vim.fn.complete_info({ 'items' }).items)
return table.concat(words, '\\n')
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


def test_what_steps_gave_stands_behind_them_and_under_the_cursor(nvim: Neovim) -> None:
    nvim.until("return #vim.lsp.inlay_hint.get({ bufnr = 0 }) == 4", "the hints")
    shown = hints(nvim)
    assert shown[line_of("id: orders")].startswith("→ content: list of 3 objects · ")
    assert shown[line_of("id: chosen")].startswith("→ list of 2 items · ")
    put_cursor(nvim, "chosen.count")
    told = floating(nvim, "K")
    assert "customer: object" in told
    assert 'city: "Lyon"' in told
    nvim.do("fclose!")
    put_cursor(nvim, "uses: data.map", "map")
    assert "Make another value of each item." in floating(nvim, "K")


def test_what_can_follow_is_completed_with_fields_of_the_last_run(nvim: Neovim) -> None:
    put_cursor(nvim, "item.customer.name")
    press(nvim, "cf ")
    press(nvim, "orders.content[0].<C-x><C-o>")
    assert offered(nvim, "note") == ["id", "status", "total", "customer", "note"]
    assert "string, not always there" in nvim.lua(_MENU)
    press(nvim, "<C-n><C-n><C-n><C-y>.<C-x><C-o>")  # Neovim puts the first in at once
    assert offered(nvim, "city") == ["name", "city"]
    press(nvim, "<C-n><C-y> | upp<C-x><C-o>")
    nvim.until("return vim.api.nvim_get_current_line():find('| upper') ~= nil", "the only filter that fits")
    press(nvim, " <Esc>")
    nvim.until("return vim.fn.search([[orders.content\\[0\\].customer.city | upper }}]], 'n') > 0", "what was chosen")


def test_a_connector_brings_what_it_needs(nvim: Neovim) -> None:
    begin_step(nvim)
    press(nvim, "uses: data.m<C-x><C-o>")
    nvim.until("return vim.api.nvim_get_current_line() == '    uses: data.map'", "the only connector that fits")
    press(nvim, "<C-y>")
    nvim.until("return vim.fn.search([[items: \"{{  }}\"]], 'nw') > 0", "its parameters")
    press(nvim, "<C-x><C-o>")
    assert {"inputs", "orders", "names"} <= set(offered(nvim, "letter"))


def test_a_step_gets_another_name_wherever_it_is_named_and_a_bad_one_is_refused_in_words(nvim: Neovim) -> None:
    put_cursor(nvim, "chosen.items")
    nvim.answer(New_Name="2 names")
    press(nvim, "grn")
    assert nvim.until_told("cannot be an id").startswith("‘2 names’ cannot be an id: it must be letters")
    assert nvim.text() == orders.TEXT
    nvim.answer(New_Name="due")
    press(nvim, "grn")
    nvim.until("return vim.fn.search('due.count', 'nw') > 0", "the other name")
    assert nvim.text() == orders.TEXT.replace("chosen", "due")
    nvim.until("return #vim.lsp.inlay_hint.get({ bufnr = 0 }) == 4", "the hints")
    assert hints(nvim)[line_of("id: chosen")].startswith("→ list of 2 items")
    nvim.do("normal u")
    put_cursor(nvim, "chosen.items", "items")
    press(nvim, "grn")
    nvim.until_told("Only steps, inputs and secrets can be renamed.")


def test_a_name_leads_to_its_definition_and_to_all_its_places(nvim: Neovim) -> None:
    put_cursor(nvim, "chosen.items")
    press(nvim, "<C-]>")
    nvim.until(f"return vim.fn.line('.') == {line_of('id: chosen')}", "the definition")
    press(nvim, "grr")
    nvim.until("return #vim.fn.getqflist() == 3", "all places")
    nvim.do("cclose")
    press(nvim, "gO")
    nvim.until("return #vim.fn.getloclist(0) > 4", "the outline")
    nvim.do("lclose")
    put_cursor(nvim, "orders.json")
    nvim.lua("vim.ui.open = function(path) Opened = path end")
    press(nvim, "gx")
    nvim.until("return Opened and vim.endswith(Opened, '/orders/orders.json')", "the file at the cursor")
    nvim.lua("vim.lsp.buf.document_highlight()")
    nvim.until("return #vim.lsp.semantic_tokens.get_at_pos(0, 4, 10) > 0", "what words mean")
    nvim.lua("vim.wo[0][0].foldmethod = 'expr' vim.wo[0][0].foldexpr = 'v:lua.vim.lsp.foldexpr()'")
    nvim.until(f"return vim.fn.foldlevel({line_of('data.filter')}) > 0", "the folds")


def test_the_list_opens_by_itself_where_the_user_wants_that_and_hints_are_left_out(tmp_path: Path) -> None:
    path = orders.written(tmp_path / "orders")
    home = Home(tmp_path / "home", "vim.g.calibrant = { autocomplete = true, inlay_hints = false }")
    with editing(home, path.name, cwd=path.parent) as nvim:
        nvim.checked()
        nvim.calibrate()
        begin_step(nvim)
        press(nvim, "u")
        assert "uses" in offered(nvim, "uses")
        assert nvim.lua("return vim.api.nvim_get_current_line()") == "    u", "nothing is chosen"
        press(nvim, "<C-n><C-y>")
        nvim.until("return vim.api.nvim_get_current_line() == '    uses: '", "the key with what follows it")
        press(nvim, "http")
        offered(nvim, "http.request")
        assert nvim.lua("return #vim.lsp.inlay_hint.get({ bufnr = 0 })") == 0
        assert "noselect" not in nvim.lua("return vim.go.completeopt"), "other buffers are left alone"


def test_by_keys_in_a_terminal(tmp_path: Path) -> None:
    path = orders.written(tmp_path / "orders")
    home = Home(tmp_path / "home", SETTINGS)
    command: list[str | Path] = [neovim(), path.name]
    with terminal(tmp_path / "tmux", command, path.parent, home.environ({"LANG": "C.UTF-8"}), (120, 40)) as screen:
        screen.until("name: orders", "Calibrate")
        screen.write(":w")
        screen.until("id: chosen → list of 2 items", "id: orders → content: list of 3 objects")
        screen.write("/chosen.items")
        screen.type("K")
        screen.until("customer: object", "In the last run:", "id: 7")
        screen.type("j")
        screen.gone("customer: object")
        screen.write("/chosen.items")
        screen.type(*"grn")
        screen.until("New Name: chosen")
        screen.type("C-u", *"due", "Enter")
        screen.until("due.count", "due.items", "id: due")
        screen.write("/customer.name")
        screen.type(*"cf ", *"customer.", "C-x", "C-o")
        screen.until("name", "city", "string")
        screen.type("C-n", "C-y", " ", "Escape")
        screen.until('to: "{{ item.customer.city }}"', "before the last edit")


def test_new_hints_are_drawn_although_the_screen_was_drawn_before_they_came(nvim: Neovim) -> None:
    nvim.until(f"return #{_DRAWN} == 4", "the hints")
    nvim.lua(
        "local taken = vim.lsp.handlers['textDocument/inlayHint']\n"
        "vim.lsp.handlers['textDocument/inlayHint'] = function(...) vim.cmd('redraw!') return taken(...) end"
    )
    for wanted, number in (("off", 0), ("on", 4)):
        nvim.lua(
            "local client = vim.lsp.get_clients({ name = 'calibrant' })[1]\n"
            f"client.settings = {{ calibrant = {{ inlayHints = '{wanted}' }} }}\n"
            "client:notify('workspace/didChangeConfiguration', { settings = client.settings })"
        )
        nvim.until(f"return #vim.lsp.inlay_hint.get({{ bufnr = 0 }}) == {number}", f"the {number} hints")
        nvim.until(f"return #{_DRAWN} == {number}", f"{number} hints in the text")


def test_hints_of_a_run_that_went_on_out_of_sight_are_there_when_its_workflow_is_shown_again(tmp_path: Path) -> None:
    path = orders.written(tmp_path / "orders")
    with editing(Home(tmp_path / "home"), path.name, cwd=path.parent) as nvim:
        nvim.checked()
        nvim.lua("Away = vim.api.nvim_get_current_buf()")
        nvim.do("edit notes.txt")
        nvim.lua(
            "local client = vim.lsp.get_clients({ name = 'calibrant' })[1]\n"
            "client:request('workspace/executeCommand',\n"
            "  { command = 'calibrant.calibrate', arguments = { { uri = vim.uri_from_bufnr(Away) } } }, function() end)"
        )
        nvim.until("return vim.b[Away].calibrant_status.result", "the end of the run")
        nvim.do("buffer 1")
        nvim.until("return #vim.lsp.inlay_hint.get({ bufnr = 0 }) == 4", "the hints")


_DRAWN = """(function()
  vim.cmd('redraw!')
  local namespace = vim.api.nvim_get_namespaces()['nvim.lsp.inlayhint']
  return vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, {})
end)()"""
