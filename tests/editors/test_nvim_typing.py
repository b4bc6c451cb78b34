"""Neovim while someone types: braces are closed behind the cursor, a list of steps goes on."""

from pathlib import Path

from editors.neovim import Home, Neovim, editing

TEXT = "steps:\n  - id: a\n    run: ls\n  - id: b\n    run: ls\n"


def cursor(nvim: Neovim) -> str:
    """Return the line of the cursor, with a mark where it is."""
    line = nvim.lua("return { vim.api.nvim_get_current_line(), vim.api.nvim_win_get_cursor(0)[2] }")
    return f"{line[0][: line[1]]}‸{line[0][line[1] :]}"


def typed(nvim: Neovim, keys: str, expected: str) -> None:
    """Type, and wait until the line of the cursor is as expected."""
    nvim.lua(f"vim.api.nvim_input({keys!r})")
    text, mark = expected.replace("‸", ""), expected.index("‸")
    nvim.until(
        f"return vim.api.nvim_get_current_line() == {text!r} and vim.api.nvim_win_get_cursor(0)[2] == {mark}",
        f"{expected!r} after {keys!r}, but it is {cursor(nvim)!r};",
    )


def test_what_follows_from_typing(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    (folder / "a.workflow.yaml").write_text(TEXT)
    with editing(Home(tmp_path / "home"), "a.workflow.yaml", cwd=folder) as nvim:
        nvim.checked()
        typed(nvim, "Go", "    ‸")
        typed(nvim, "<CR>", "  - id: ‸")
        typed(nvim, "c<CR>  run: echo {{", "    run: echo {{‸ }}")
        typed(nvim, " a.stdout", "    run: echo {{ a.stdout‸ }}")
        typed(nvim, "<End><CR>if: {{", '    if: "{{‸ }}"')
        typed(nvim, " a.exit_code == 0", '    if: "{{ a.exit_code == 0‸ }}"')
        typed(nvim, "<Esc>:w<CR>", '    if: "{{ a.exit_code == ‸0 }}"')
        expected = TEXT + '  - id: c\n    run: echo {{ a.stdout }}\n    if: "{{ a.exit_code == 0 }}"\n'
        assert (folder / "a.workflow.yaml").read_text() == expected
