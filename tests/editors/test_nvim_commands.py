"""What else `:Calibrant` does in Neovim: results, history, inputs, trust, cancelling, and completion."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from editors.neovim import Home, Neovim, editing

WORKFLOW = "urgent-mail.workflow.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A person who has configured nothing."""
    return Home(tmp_path / "home")


@pytest.fixture
def nvim(example: Path, home: Home) -> Iterator[Neovim]:
    """Neovim with the example's workflow, in a workspace that is not trusted."""
    (example / "calibrant.toml").touch()
    with editing(home, WORKFLOW, cwd=example) as opened:
        opened.checked()
        yield opened


def workflow(folder: Path, text: str, name: str = "one.workflow.yaml") -> Path:
    """Write a workflow into a workspace of its own."""
    folder.mkdir()
    (folder / "calibrant.toml").touch()
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def groups(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["text"] for entry in entries if not entry["valid"]]


def test_subcommands_and_what_they_take_are_completed(nvim: Neovim) -> None:
    def completed(line: str) -> list[str]:
        found: list[str] = nvim.lua(f"return vim.fn.getcompletion('{line}', 'cmdline')")
        return found

    assert {"calibrate", "cancel", "fix", "history", "log", "results", "rollback", "trust"} <= set(
        completed("Calibrant ")
    )
    assert completed("Calibrant re") == ["restart", "results"]
    assert completed("Calibrant results ") == ["issues", "steps"]
    assert completed("silent Calibrant! res") == ["restart", "results"]
    assert completed("Calibrant calibrate mail") == ["mailbox="]
    assert completed("Calibrant calibrate --") == ["--live", "--partial"]
    assert not completed("Calibrant rollback ")
    nvim.calibrate()
    nvim.calibrate("Calibrant fix")
    session = nvim.lua("return vim.b.calibrant_status.standing") and completed("Calibrant rollback ")
    assert len(session) == 1
    nvim.do(f"Calibrant rollback! {session[0]}")
    nvim.until_told("Rolled back")
    nvim.idle()
    assert "nothing to roll back" not in " ".join(nvim.told())
    assert nvim.asked() == [], "with a bang, nothing is asked"
    nvim.do("Calibrant rollback!")
    nvim.until_told("nothing to roll back")


def test_results_are_grouped_in_the_quickfix_list_at_their_places_and_kept_fresh(nvim: Neovim) -> None:
    nvim.calibrate()
    nvim.do("Calibrant results")
    nvim.until("return vim.bo.buftype == 'quickfix'", "the quickfix window")
    entries = nvim.quickfix()
    assert groups(entries) == ["Auto-repairs (10)"]
    lines = nvim.lua("return vim.api.nvim_buf_get_lines(vim.fn.bufnr('urgent-mail'), 0, -1, false)")
    table = next(entry for entry in entries if "[unknown-table]" in entry["text"])
    assert lines[table["lnum"] - 1][table["col"] - 1 : table["end_col"] - 1] == "customer"
    assert table["type"] == "E"
    assert "9 errors, 1 warning" in nvim.lua("return vim.fn.getqflist({ title = 0 }).title")
    nvim.do("wincmd p")
    nvim.lua("vim.fn.setqflist({}, ' ', { title = 'mine', items = { { text = 'keep', bufnr = 1, lnum = 1 } } })")
    nvim.calibrate("Calibrant fix")
    assert [entry["text"] for entry in nvim.quickfix()] == ["keep"], "another list is left alone"
    assert nvim.lua("return vim.bo.filetype") == "yaml.calibrant", "no window is entered"
    nvim.do("Calibrant results")
    nvim.until("return vim.bo.buftype == 'quickfix'", "the quickfix window")
    fresh = nvim.quickfix()
    assert "[unknown-table]" not in str(fresh)
    assert "[unknown-range]" in str(fresh)
    assert nvim.lua("return vim.fn.getqflist({ nr = '$' }).nr") == 2, "the list is the one from before"


def test_steps_are_a_list_of_their_own(nvim: Neovim) -> None:
    nvim.calibrate()
    nvim.do("Calibrant results steps")
    nvim.until("return vim.bo.buftype == 'quickfix'", "the quickfix window")
    entries = {entry["text"].split(":")[0]: entry for entry in nvim.quickfix()}
    assert len(entries) == 16
    assert "completed" in entries["fetch"]["text"]
    assert (entries["log"]["type"], entries["check"]["type"]) == ("E", "W")
    assert entries["fetch"]["lnum"] == 10
    nvim.do("Calibrant status")
    assert "urgent-mail.workflow.yaml: " in nvim.until_told("Server "), "in its window commands are about the workflow"


def test_the_history_has_runs_and_changes_in_words(nvim: Neovim) -> None:
    nvim.do("Calibrant history")
    nvim.until_told("has not been run yet")
    nvim.calibrate()
    nvim.calibrate("Calibrant fix")
    nvim.answer(History_of="9 errors")
    nvim.do("Calibrant history")
    question = nvim.until_asked("History of")
    assert any("verified" in line and " fixes)" in line for line in question["items"]), question["items"]
    nvim.until("return vim.bo.buftype == 'quickfix'", "the run that was chosen")
    assert groups(nvim.quickfix()) == ["Auto-repairs (10)"]


def test_inputs_without_a_value_are_asked_for_until_they_fit_and_remembered(home: Home, tmp_path: Path) -> None:
    path = workflow(
        tmp_path / "folder",
        "name: one\ninputs:\n  times: {type: integer, required: true, description: How often}\n"
        "  tone: {type: string, required: true, enum: [calm, loud]}\nsteps:\n"
        '  - id: note\n    uses: file.write\n    with: {path: note.txt, content: "{{ inputs.tone }} {{ inputs.times }}"}\n',
    )
    with editing(home, path, cwd=path.parent) as nvim:
        nvim.checked()
        nvim.answer(How_often="many", tone="loud")
        nvim.lua("table.insert(Answers, { prompt = 'How often', answer = '3' })")
        nvim.lua("vim.schedule(function() vim.lsp.codelens.run() end)")
        nvim.until_asked("tone")
        questions = [one for one in nvim.asked() if "How often" in one["prompt"]]
        assert questions[0]["prompt"] == "How often (times, integer): "
        assert "many" in questions[1]["prompt"], "the server says what is wrong"
        assert next(one for one in nvim.asked() if "tone" in one["prompt"])["items"] == ["calm", "loud"]
        nvim.until("return vim.b.calibrant_status.result", "the run")
        before = len(nvim.asked())
        assert nvim.calibrate()["status"] == "completed"
        assert len(nvim.asked()) == before, "what was given is remembered"
        assert nvim.lua("return vim.fn.getcompletion('Calibrant calibrate tone=', 'cmdline')") == [
            "tone=calm",
            "tone=loud",
        ]
        assert nvim.lua("return vim.fn.getcompletion('Calibrant calibrate times=', 'cmdline')") == ["times=3"]
        nvim.do("Calibrant calibrate times=often")
        assert "often" in nvim.until_told("‘times’")
        nvim.answer(Inputs_of="times", How_often="5")
        nvim.lua("table.insert(Answers, { prompt = 'Inputs of', answer = 'Calibrate with these' })")
        nvim.calibrate("Calibrant inputs")
        assert nvim.lua("return vim.fn.getcompletion('Calibrant calibrate times=', 'cmdline')") == ["times=5"]


def test_a_run_is_cancelled(home: Home, tmp_path: Path) -> None:
    path = workflow(tmp_path / "folder", "name: one\nsteps:\n  - id: wait\n    run: sleep 60\n    timeout: 90\n")
    with editing(home, path, cwd=path.parent, environ={"CALIBRANT_EXECUTE": "unsandboxed"}) as nvim:
        nvim.checked()
        nvim.do("Calibrant cancel")
        nvim.until_told("Nothing is going on")
        nvim.answer(Commands_of="Trust it")
        nvim.do("Calibrant trust")
        nvim.until_told("may now run")
        nvim.do("Calibrant calibrate")
        nvim.until("return vim.b.calibrant_status.state == 'running'", "the run")
        assert "Calibrating" in nvim.lua("return require('calibrant').statusline()")
        nvim.do("Calibrant cancel")
        nvim.until("return vim.b.calibrant_status.state == 'idle'", "the end of the run")


def test_all_workflows_of_the_workspace_are_calibrated(home: Home, tmp_path: Path) -> None:
    text = "name: one\nsteps:\n  - id: list\n    uses: file.list\n    with: {path: .}\n"
    path = workflow(tmp_path / "folder", text)
    (path.parent / "other.workflow.json").write_text(
        '{"name": "other", "steps": [{"id": "a", "uses": "file.list", "with": {"path": "."}}]}'
    )
    with editing(home, path, cwd=path.parent) as nvim:
        nvim.checked()
        nvim.lua("""
            Names = {}
            vim.api.nvim_create_autocmd('User', { pattern = 'CalibrantSession', callback = function(event)
              Names[vim.fs.basename(event.data.path)] = event.data.status
            end })
        """)
        nvim.do("Calibrant workspace")
        nvim.until("return vim.tbl_count(Names) == 2", "both runs")
        assert nvim.lua("return Names") == {"one.workflow.yaml": "completed", "other.workflow.json": "completed"}


def test_trust_is_asked_for_in_words_and_may_be_declined(nvim: Neovim) -> None:
    nvim.do("Calibrant trust")
    question = nvim.until_asked("Commands of the workflows in")
    assert question["items"] == ["Trust it", "Leave it"]
    nvim.calibrate()
    assert nvim.lua("return vim.b.calibrant_status.trusted") is False


def test_folders_of_the_user_are_trusted_and_restricted_mode_is_stronger(example: Path, tmp_path: Path) -> None:
    trusting = Home(tmp_path / "a", f"vim.g.calibrant = {{ trusted = {{ '{example.parent}' }} }}")
    with editing(trusting, WORKFLOW, cwd=example) as nvim:
        nvim.checked()
        assert nvim.lua("return vim.b.calibrant_status.trusted") is True
    restricting = Home(tmp_path / "b", f"vim.g.calibrant = {{ restricted = true, trusted = {{ '{example.parent}' }} }}")
    with editing(restricting, WORKFLOW, cwd=example) as nvim:
        nvim.checked()
        assert nvim.lua("return vim.b.calibrant_status.trusted") is False
        nvim.answer(Commands_of="Trust it")
        nvim.do("Calibrant trust")
        nvim.until("for _, one in ipairs(Told) do if one.level == 4 then return true end end", "the refusal")
        assert nvim.lua("return vim.b.calibrant_status.trusted") is False


def test_what_is_misspelt_is_told(nvim: Neovim) -> None:
    nvim.do("Calibrant calibrte")
    assert "There is: calibrate, cancel" in nvim.until_told("There is no :Calibrant calibrte")
    nvim.do("Calibrant calibrate teem=ops")
    nvim.until_told("teem")
    nvim.do("enew", "Calibrant fix")
    nvim.until_told("not a workflow")
    nvim.do("Calibrant")
    assert "calibrate, cancel" in nvim.until_told(":Calibrant takes one of these")
    nvim.do("file remote://host/one.workflow.yaml", "setlocal buftype=acwrite", "Calibrant fix")
    nvim.until_told("no file that Calibrant could read")
