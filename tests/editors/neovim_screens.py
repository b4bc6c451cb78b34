"""Neovim in a terminal as a person drives it, by keys alone: for the test of it, and for pictures."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from editors.neovim import ROOT, Home, neovim
from editors.tmux import Screen, terminal

WORKFLOW = "urgent-mail.workflow.yaml"
UNSANDBOXED = {"CALIBRANT_EXECUTE": "unsandboxed", "LANG": "C.UTF-8"}

SETTINGS = """
vim.o.termguicolors = true
vim.o.number = true
vim.o.cursorline = true
vim.o.signcolumn = 'yes'
vim.o.shortmess = vim.o.shortmess .. 'I'
vim.o.statusline = " %f %m%=%{%v:lua.require'calibrant'.statusline()%} "
vim.o.more = false
vim.o.hlsearch = false
vim.diagnostic.config({
  severity_sort = true,
  virtual_text = { current_line = false },
  virtual_lines = { current_line = true },
})
"""


@contextmanager
def example_in_terminal(folder: Path, size: tuple[int, int] = (120, 36), *, trusted: bool = True) -> Iterator[Screen]:
    """Open a copy of the example in `folder`; it ends with the block."""
    example = folder / "urgent-mail"
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", example)
    (example / "calibrant.toml").touch()
    trust = f"vim.g.calibrant = {{ trusted = {{ '{example}' }} }}" if trusted else ""
    home = Home(folder / "home", f"{SETTINGS}\n{trust}")
    with terminal(folder / "tmux", [neovim(), WORKFLOW], example, home.environ(UNSANDBOXED), size) as screen:
        screen.until("name: urgent-mail", "Calibrate")
        yield screen


def calibrated(screen: Screen) -> str:
    """Calibrate, and wait until all is found and every fix was tried."""
    screen.write(":Calibrant calibrate")
    return screen.settled("11 errors, 1 warning")


def choosing_a_fix(screen: Screen) -> str:
    """Go to the table that is not there, and ask for its fixes."""
    screen.write("/FROM customer")
    screen.type("5", "l")
    screen.write(":lua vim.lsp.buf.code_action()")
    return screen.until("Change ‘customer’ to ‘customers’ (tried: it works)", "Code actions")


def rolling_back(screen: Screen) -> str:
    """Apply all safe fixes, and ask to roll them back, as far as the question after the difference."""
    screen.write(":Calibrant fix")
    screen.gone("11 errors, 1 warning")
    screen.settled(" errors, 1 warning")
    screen.write(":Calibrant rollback")
    screen.until("Roll back in", "fixes)")
    screen.write("1")
    return screen.until("After rolling back", "2: Leave it")


def pictures() -> dict[str, str]:
    """Return screens of Neovim by name, with the escape sequences of their colours: `capture-pane -e` of tmux."""
    with tempfile.TemporaryDirectory(prefix="nvim-") as name, example_in_terminal(Path(name)) as screen:
        calibrated(screen)
        screen.write("/UrgentMail")
        screen.type("z", "t", "C-y", "C-y", "C-y", "C-y")
        screen.until("There is no range called", "Did you mean ‘UrgentEmails’?")
        issues = screen.drawn()
        choosing_a_fix(screen)
        menu = screen.drawn()
        screen.type("q", "Enter")
        screen.gone("Code actions")
        rolling_back(screen)
        return {"neovim-issues": issues, "neovim-fixes": menu, "neovim-rollback": screen.drawn()}
