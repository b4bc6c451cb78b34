"""Neovim in a real terminal, by keys alone, with its own menus and prompts."""

from pathlib import Path

from editors.neovim_screens import WORKFLOW, calibrated, choosing_a_fix, example_in_terminal, rolling_back


def test_the_whole_path_by_keys(tmp_path: Path) -> None:
    with example_in_terminal(tmp_path) as screen:
        path = tmp_path / "urgent-mail" / WORKFLOW
        before = path.read_bytes()
        calibrated(screen)
        choosing_a_fix(screen)
        screen.write("1")
        screen.until("FROM customers")
        screen.until("10 errors, 1 warning")
        screen.type("u")
        screen.until("11 errors, 1 warning")
        rolling_back(screen)
        screen.write("1")
        screen.until("Rolled back")
        screen.write(":w")
        screen.until("written")
        assert path.read_bytes() == before


def test_a_question_of_the_server_waits_until_nothing_is_typed(tmp_path: Path) -> None:
    with example_in_terminal(tmp_path, trusted=False) as screen:
        screen.until("errors")
        screen.write(":w")
        screen.type("G", "o")
        screen.write("# what is typed")
        screen.until("9 errors, 1 warning", "# what is typed")
        assert "Trust this workspace" not in screen.settled("# what is typed")
        screen.type("Escape")
        screen.until("Trust this workspace")
        screen.type("Enter")
        screen.gone("Trust this workspace")
        assert "# what is typed" in screen.text()
