"""Neovim in a real terminal, by keys alone, with its own menus and prompts."""

from pathlib import Path

from editors.neovim import Home, neovim
from editors.neovim_screens import SETTINGS, WORKFLOW, calibrated, choosing_a_fix, example_in_terminal, rolling_back
from editors.tmux import terminal


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


def test_a_secret_is_typed_unseen_and_asked_for_once(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "calibrant.toml").touch()
    (folder / "one.workflow.yaml").write_text(
        "name: one\ninputs:\n  api_token: {type: string, required: true}\nsteps:\n  - id: note\n    uses: data.map\n"
        "    with: {items: [1], to: '{{ inputs.api_token }}'}\n",
        encoding="utf-8",
    )
    home = Home(tmp_path / "home", SETTINGS)
    command: list[str | Path] = [neovim(), "one.workflow.yaml"]
    with terminal(tmp_path / "tmux", command, folder, home.environ({"LANG": "C.UTF-8"}), (100, 24)) as screen:
        screen.until("name: one", "Calibrate")
        screen.write(":Calibrant calibrate")
        screen.until("api_token (api_token, string):")
        screen.type(*"hunter2")
        screen.until("*******")
        assert "hunter2" not in screen.text()
        screen.type("Enter")
        screen.until("last result: no issues")
        screen.write(":Calibrant calibrate")
        screen.settled("last result: no issues")
        assert "api_token, string" not in screen.text()
