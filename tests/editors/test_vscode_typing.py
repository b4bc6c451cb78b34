"""VS Code while someone types: its own pairs close braces, the server lets a list of steps go on."""

from pathlib import Path

import pytest

from editors.conftest import Opener
from editors.vscode import Window
from editors.workbench import Workbench

TEXT = "steps:\n  - id: a\n    run: ls\n  - id: b\n    run: ls\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workflow in a folder of its own."""
    (tmp_path / "ws").mkdir()
    written = tmp_path / "ws" / "a.workflow.yaml"
    written.write_text(TEXT)
    return written


def typed(window: Window, keys: str, expected: str) -> None:
    """Type by keys, as a hand does, and wait for a line."""
    window.page.keyboard.type(keys, delay=60)
    window.wait_for_line(expected)


def test_what_follows_from_typing(configured: Workbench, opener: Opener, path: Path) -> None:
    configured.configure(calibrant__run="manual")
    window = opener(path.parent)
    window.open(path.name)
    window.wait_for(lambda: window.lens("Calibrate").is_visible(), "the server's answers")
    window.go_to(5, 12)
    window.page.keyboard.press("Enter")
    window.page.keyboard.press("Enter")
    window.wait_for(lambda: "  - id: " in window.lines(), "a new step")
    typed(window, "c", "  - id: c")
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Enter")
    typed(window, "run: echo {{ a.stdout", "    run: echo {{ a.stdout}}")
    typed(window, " }} now", "    run: echo {{ a.stdout }} now")  # what closes may be typed all the same
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Enter")
    typed(window, 'if: "{{ b.exit_code }}"', '    if: "{{ b.exit_code }}"')
    window.page.keyboard.press("Escape")
    window.save()
    wanted = (TEXT + '  - id: c\n    run: echo {{ a.stdout }} now\n    if: "{{ b.exit_code }}"\n').encode()
    window.wait_for_file(path, lambda found: found == wanted)
