"""Neovim where the server is not as it should be: said once, in plain words, with what to do; and `:checkhealth`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.neovim import Home, Neovim, editing

WORKFLOW = "urgent-mail.workflow.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A person who has configured nothing."""
    return Home(tmp_path / "home")


@pytest.fixture
def nvim(example: Path, home: Home) -> Iterator[Neovim]:
    """Neovim with the example's workflow."""
    with editing(home, WORKFLOW, cwd=example) as opened:
        opened.checked()
        yield opened


def health(nvim: Neovim) -> str:
    """Return what `:checkhealth calibrant` says."""
    nvim.do("checkhealth calibrant")
    return nvim.text()


def kill(nvim: Neovim) -> None:
    """Kill the server as a crash would."""
    nvim.lua("""
        local children = vim.api.nvim_get_proc_children(vim.fn.getpid())
        for _, pid in ipairs(children) do vim.uv.kill(pid, 'sigkill') end
    """)


def test_health_is_good_where_all_is_well(nvim: Neovim) -> None:
    said = health(nvim)
    assert "ERROR" not in said
    assert "OK Neovim 0." in said
    assert "calibrant serve (from PATH)" in said
    assert "Attached to" in said
    assert "Hints in the text: on. Completion: by CTRL-X CTRL-O." in said
    assert "not trusted" in said


def test_a_killed_server_starts_again_and_says_so(nvim: Neovim) -> None:
    nvim.until("return #vim.diagnostic.get(0) > 3", "the issues")
    nvim.lua("vim.b.calibrant_status = nil")
    kill(nvim)
    assert "it starts again in 1 s" in nvim.until_told("ended unexpectedly (signal 9)")
    nvim.checked()
    nvim.until("return #vim.diagnostic.get(0) > 3", "the issues")
    assert nvim.lua("return #vim.lsp.get_clients({ name = 'calibrant' })") == 1
    assert len([each for each in nvim.told() if "quit with" in each]) == 0, "it is told once"
    nvim.calibrate()


def test_a_server_that_ends_again_and_again_is_left_alone_until_it_is_restarted(example: Path, home: Home) -> None:
    counter = home.folder / "starts"
    home.provide(
        f'[ "$1" = --version ] && exec "{sys.executable}" -P -m calibrant --version\n'
        f'echo . >>"{counter}"\necho broken >&2\nexit 3'
    )
    with editing(home, WORKFLOW, cwd=example) as nvim:
        nvim.lua(
            "require('calibrant.backoff').delay = (function(delay)"
            " return function(ends) local s = delay(ends) return s and s / 50 end end)(require('calibrant.backoff').delay)"
        )
        nvim.until_told("is not started any more")
        assert 5 <= len(counter.read_text().split()) <= 6
        assert "(exit status 3)" in nvim.told()[-1]
        home.provide(f'exec "{sys.executable}" -P -m calibrant "$@"')
        nvim.do("Calibrant restart")
        nvim.checked()


def test_the_server_is_restarted(nvim: Neovim) -> None:
    first = nvim.lua("return vim.lsp.get_clients({ name = 'calibrant' })[1].id")
    nvim.lua("vim.b.calibrant_status = nil")
    nvim.do("Calibrant restart")
    nvim.checked()
    assert nvim.lua("return vim.lsp.get_clients({ name = 'calibrant' })[1].id") > first
    assert nvim.told() == []
    nvim.calibrate()
    nvim.do("Calibrant status")
    assert "errors" in nvim.until_told("Server 0.")


def test_a_missing_server_is_told_once_with_what_to_do(example: Path, home: Home) -> None:
    (home.bin / "calibrant").unlink()
    (example / "other.workflow.yaml").write_text("name: other\nsteps: []\n")
    with editing(home, WORKFLOW, cwd=example) as nvim:
        said = nvim.until_told("was not found in PATH")
        assert "pip install <folder of the clone>" in said
        assert ":checkhealth calibrant" in said
        nvim.do("edit other.workflow.yaml")
        nvim.lua("vim.wait(500)")
        assert nvim.told() == [said]
        nvim.do("Calibrant restart")
        nvim.until("return #Told == 2", "the same again, where the user tries again")
        assert nvim.told() == [said, said]
        nvim.do("Calibrant fix")
        nvim.until_told("is not running")
        assert "Calibrant is not running" in nvim.lua("return require('calibrant').statusline()")
        checked = health(nvim)
        assert "ERROR Calibrant’s server was not found in PATH" in checked
        assert "ERROR No server is attached" in checked
    home.provide("exit 0")


def test_a_server_that_is_too_old_is_told(example: Path, home: Home) -> None:
    old = home.folder / "old.py"
    old.write_text(
        "from calibrant.lsp import server\n"
        "server.COMMANDS.pop('calibrant.inputs')\nserver.COMMANDS.pop('calibrant.result')\n"
        "from calibrant.cli import main\nmain()\n"
    )
    home.provide(f'exec "{sys.executable}" -P "{old}" "$@"')
    with editing(home, WORKFLOW, cwd=example) as nvim:
        said = nvim.until_told("too old for this plugin")
        assert "pip install <folder of the clone>" in said
        assert "lacks calibrant.inputs, calibrant.result" in health(nvim)


def test_a_server_that_may_not_be_run_is_told(example: Path, tmp_path: Path) -> None:
    program = tmp_path / "calibrant"
    program.write_text("#!/bin/sh\n")
    home = Home(tmp_path / "home", f"vim.g.calibrant = {{ cmd = {{ '{program}', 'serve' }} }}")
    with editing(home, WORKFLOW, cwd=example) as nvim:
        assert "chmod +x" in nvim.until_told(f"The server at {program} may not be run by you.")
        program.unlink()
        assert f"ERROR There is no server at {program}." in health(nvim)


def test_a_python_that_is_too_old_or_gone_is_told(example: Path, home: Home, tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\ncase "$*" in *version_info*) echo 3.9;; *) echo "SyntaxError" >&2; exit 1;; esac\n')
    python.chmod(0o755)
    script = home.bin / "calibrant"
    script.write_text(f"#!{python}\n")
    with editing(home, WORKFLOW, cwd=example) as nvim:
        nvim.until_told(f"The server needs Python 3.11 or newer, but {python} is Python 3.9.")
        python.unlink()
        assert "which is not there" in health(nvim)


def test_a_server_that_breaks_off_is_told_with_its_last_words(example: Path, home: Home) -> None:
    home.provide("echo 'no module named calibrant' >&2; exit 1")
    with editing(home, WORKFLOW, cwd=example) as nvim:
        nvim.until_told("cannot be run. It said: no module named calibrant")


def test_the_workspaces_own_environment_is_run_only_where_the_user_says_so(example: Path, tmp_path: Path) -> None:
    (example / "calibrant.toml").touch()
    theirs = example / ".venv" / "bin"
    theirs.mkdir(parents=True)
    ran = tmp_path / "ran"
    (theirs / "calibrant").write_text(f'#!/bin/sh\ntouch "{ran}"\nexec "{sys.executable}" -P -m calibrant "$@"\n')
    (theirs / "calibrant").chmod(0o755)
    with editing(Home(tmp_path / "a"), WORKFLOW, cwd=example) as nvim:
        nvim.checked()
        assert not ran.exists()
    folders = f"vim.g.calibrant = {{ workspace_venv = {{ '{tmp_path}' }} }}"
    with editing(Home(tmp_path / "b", folders), WORKFLOW, cwd=example) as nvim:
        nvim.checked()
        assert ran.exists()
        assert "the workspace’s .venv" in health(nvim)


def test_wrong_settings_of_the_plugin_are_told(example: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", "vim.g.calibrant = { fix_on_safe = true, trusted = 'all' }")
    with editing(home, WORKFLOW, cwd=example) as nvim:
        nvim.checked()
        said = health(nvim)
        assert "vim.g.calibrant has no ‘fix_on_safe’" in said
        assert "‘trusted’ of vim.g.calibrant is a string; it should be a table" in said


def test_a_workflow_outside_any_folder_is_served_alone(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "alone" / "one.workflow.yaml"
    path.parent.mkdir()
    path.write_text("name: one\nsteps:\n  - id: a\n    uses: file.raed\n")
    (path.parent / "two.workflow.yaml").write_text("name: two\nsteps:\n  - id: a\n    uses: file.raed\n")
    with editing(home, path, cwd=tmp_path) as nvim:
        nvim.checked()
        assert [one["text"] for one in nvim.diagnostics() if one["severity"] == 1] == ["file.raed"]
        assert "the file stands alone" in health(nvim)


def test_a_read_only_file_is_calibrated_and_mended_in_its_buffer(home: Home, example: Path) -> None:
    path = example / WORKFLOW
    path.chmod(0o444)
    before = path.read_bytes()
    with editing(home, path, cwd=example) as nvim:
        nvim.checked()
        nvim.calibrate()
        nvim.calibrate("Calibrant fix")
        assert "FROM customers" in nvim.text()
        assert path.read_bytes() == before
        nvim.do("Calibrant rollback!")
        nvim.until_told("Rolled back")
        assert nvim.text().encode() == before


def test_the_log_is_opened_at_its_end(nvim: Neovim) -> None:
    nvim.do("Calibrant log")
    nvim.until("return vim.api.nvim_buf_get_name(0):match('lsp.log$') ~= nil", "the log")
    assert nvim.lua("return vim.fn.line('.') == vim.fn.line('$') and vim.bo.readonly") is True


def test_other_files_are_left_alone(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text("services: {}\n")
    with editing(home, path, cwd=tmp_path) as nvim:
        nvim.lua("vim.wait(1000)")
        assert nvim.lua("return vim.bo.filetype") == "yaml"
        assert nvim.lua("return #vim.lsp.get_clients()") == 0
        assert nvim.lua("return require('calibrant').statusline()") == ""


@pytest.mark.parametrize(
    "settings",
    [
        "vim.g.calibrant = { settings = { run = 'manual' } }",
        "vim.lsp.config('calibrant', { settings = { calibrant = { run = 'manual' } } })",
    ],
)
def test_settings_of_the_server_are_those_of_the_user(example: Path, tmp_path: Path, settings: str) -> None:
    with editing(Home(tmp_path / "home", settings), WORKFLOW, cwd=example) as nvim:
        nvim.checked()
        nvim.do("write")
        nvim.idle()
        assert nvim.lua("return vim.b.calibrant_status.result") is False, "writing does not run it"
        nvim.calibrate()
        assert nvim.lua("return vim.b.calibrant_status.result") is True


def test_two_editors_on_one_folder_do_not_disturb_each_other(example: Path, tmp_path: Path) -> None:
    state = {"CALIBRANT_STATE": str(tmp_path / "state")}
    with (
        editing(Home(tmp_path / "a"), WORKFLOW, cwd=example, environ=state) as first,
        editing(Home(tmp_path / "b", "vim.o.swapfile = false"), WORKFLOW, cwd=example, environ=state) as second,
    ):
        first.checked()
        second.checked()
        first.calibrate()
        first.calibrate("Calibrant fix")
        first.do("write")
        second.do("checktime", "edit!")
        second.calibrate()
        assert second.text() == first.text()
        second.do("Calibrant rollback!")
        second.until_told("Rolled back")
        assert "FROM customer\n" in second.text()


def test_a_very_large_workflow_is_shown_while_the_editor_stays_usable(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "large.workflow.yaml"
    steps = "".join(f"  - id: s{n}\n    uses: file.list\n    with: {{path: .}}\n" for n in range(12_000))
    path.write_text(f"name: large\nsteps:\n{steps}  - id: last\n    uses: file.raed\n")
    with editing(home, path, cwd=tmp_path) as nvim:
        nvim.until("return #vim.diagnostic.get(0, { severity = 1 }) == 1", "the issue in the last line")
        assert nvim.diagnostics()[0]["line"] == 36_004
