"""The whole path in Neovim, through the plugin's own commands: issues, fixes, verification, and every byte back."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.neovim import Home, Neovim, editing
from example.test_example import PLANTED

WORKFLOW = "urgent-mail.workflow.yaml"
UNSANDBOXED = {"CALIBRANT_EXECUTE": "unsandboxed"}


@pytest.fixture
def nvim(example: Path, tmp_path: Path) -> Iterator[Neovim]:
    """Neovim with the example's workflow, checked as it was opened."""
    (example / "calibrant.toml").touch()
    with editing(Home(tmp_path / "home"), WORKFLOW, cwd=example, environ=UNSANDBOXED) as opened:
        opened.checked()
        yield opened


def test_the_workflow_is_known_and_every_planted_fault_is_shown_on_its_characters(nvim: Neovim) -> None:
    assert nvim.lua("return vim.bo.filetype") == "yaml.calibrant"
    assert nvim.lua("return vim.bo.commentstring") == "# %s", "what is made for YAML stays"
    nvim.answer(Commands_of="Trust it")
    nvim.do("Calibrant trust")
    nvim.until_told("may now run")
    nvim.calibrate("write")
    shown = nvim.diagnostics()
    for _, code, characters, word, provisional in PLANTED:
        found = [one for one in shown if (one["code"], one["text"].strip("\"'")) == (code, characters)]
        assert len(found) == 1, (code, characters, shown)
        assert word in found[0]["message"]
        assert ("Provisional" in found[0]["message"]) is provisional
    assert nvim.lua("return require('calibrant').statusline()") == "11 errors, 1 warning"


def test_a_quick_fix_under_the_cursor_is_applied_verified_and_undone(nvim: Neovim, example: Path) -> None:
    before = (example / WORKFLOW).read_bytes()
    nvim.calibrate()
    nvim.lua("vim.fn.search('FROM customer')")
    nvim.do("normal! 5l")
    nvim.answer(Code_actions="Change ‘customer’ to ‘customers’")
    nvim.lua("vim.lsp.buf.code_action()")
    nvim.until("return vim.fn.search('FROM customers', 'wn') > 0", "the fix")
    assert "tried: it works" in nvim.asked()[-1]["items"][0]
    assert nvim.text() == before.decode().replace("FROM customer", "FROM customers")
    nvim.until("return vim.b.calibrant_status.standing == 1", "a change that can be rolled back")
    nvim.until("return vim.wait(1) == false and #vim.lsp.codelens.get({ bufnr = 0 }) == 3", "the lens of the change")
    nvim.idle()
    assert "unknown-table" not in {one["code"] for one in nvim.diagnostics()}
    nvim.do("undo")
    nvim.until("return vim.b.calibrant_status.standing == 0", "the undone change")
    nvim.do("write")
    assert (example / WORKFLOW).read_bytes() == before


def test_an_input_is_made_of_a_literal(nvim: Neovim) -> None:
    nvim.lua("vim.fn.search('report.xlsx')")
    nvim.answer(Code_actions="input")
    nvim.lua("vim.lsp.buf.code_action({ context = { only = { 'refactor.extract' }, diagnostics = {} } })")
    nvim.until("return vim.fn.search('inputs.report_file', 'wn') > 0", "the input")
    text = nvim.text()
    assert 'file: "{{ inputs.report_file }}"' in text
    assert "report_file: {type: path, default: report.xlsx" in text


def test_all_safe_fixes_are_applied_and_rolled_back_after_the_difference_was_shown(nvim: Neovim, example: Path) -> None:
    before = (example / WORKFLOW).read_bytes()
    nvim.calibrate()
    errors = nvim.lua("return vim.b.calibrant_status.counts.error")
    nvim.calibrate("Calibrant fix")
    fixed = nvim.text()
    assert "FROM customers" in fixed
    assert "path: vips.csv" in fixed
    nvim.until(f"return vim.b.calibrant_status.counts.error < {errors}", "fewer errors")
    nvim.do("write")
    nvim.idle()
    assert (example / WORKFLOW).read_text(encoding="utf-8") == fixed
    nvim.answer(Roll_back_in="", more="Roll back")
    nvim.do("Calibrant rollback")
    nvim.until_told("Rolled back")
    choice, confirmation = nvim.asked()[-2:]
    assert "verified" in choice["items"][0]
    assert " fixes" in choice["items"][0]
    now, after = confirmation["windows"]
    assert [one["diff"] for one in (now, after)] == [True, True]
    assert "\n".join(now["lines"]) + "\n" == fixed
    assert "\n".join(after["lines"]) + "\n" == before.decode()
    assert nvim.lua("return #vim.api.nvim_list_tabpages()") == 1
    assert nvim.text() == before.decode()
    nvim.do("write")
    assert (example / WORKFLOW).read_bytes() == before


def test_a_rollback_that_is_not_confirmed_changes_nothing(nvim: Neovim) -> None:
    nvim.calibrate()
    nvim.calibrate("Calibrant fix")
    fixed = nvim.text()
    nvim.answer(Roll_back_in="", more="Leave it")
    nvim.do("Calibrant rollback")
    nvim.until_asked("more")
    assert nvim.text() == fixed
    assert nvim.lua("return #vim.api.nvim_list_tabpages()") == 1
    assert nvim.lua("return vim.b.calibrant_status.standing") == 1


def test_where_the_fix_was_edited_the_whole_backup_is_offered(nvim: Neovim) -> None:
    before = nvim.text()
    nvim.calibrate()
    nvim.calibrate("Calibrant fix")
    nvim.do("%s/FROM customers/FROM clients/", "%s/path: vips.csv/path: others.csv/", "%s/people/persons/")
    nvim.idle()
    nvim.answer(Roll_back_in="", more="Roll back")
    nvim.lua("table.insert(Answers, { prompt = '', answer = 'Show the whole file' })")
    nvim.do("Calibrant rollback")
    nvim.until_told("Rolled back")
    assert "\n".join(nvim.asked()[-1]["windows"][1]["lines"]) + "\n" == before
    assert nvim.text() == before


def test_one_fix_is_chosen_from_all_on_offer_or_named(nvim: Neovim) -> None:
    nvim.calibrate()
    ids = nvim.lua("return vim.fn.getcompletion('Calibrant fix ', 'cmdline')")
    assert len(ids) > 5
    nvim.answer(Fix_in="Change ‘vip.csv’ to ‘vips.csv’")
    nvim.do("Calibrant fix!")
    nvim.until("return vim.fn.search('vips.csv', 'wn') > 0", "the fix")
    nvim.idle()
    left = nvim.lua("return vim.fn.getcompletion('Calibrant fix ', 'cmdline')")
    nvim.calibrate(f"Calibrant fix {left[0]}")
    assert nvim.lua("return vim.b.calibrant_status.standing") == 2


def test_fixes_are_applied_on_saving_where_that_is_wanted(example: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", "vim.g.calibrant = { fix_on_save = true }")
    with editing(home, WORKFLOW, cwd=example, environ=UNSANDBOXED) as nvim:
        nvim.checked()
        nvim.until("return #vim.diagnostic.get(0) > 3", "the issues")
        nvim.do("write")
        assert 'content: "{{ inputs.team }}: {{ urgent.count }}' in nvim.text()
        assert (example / WORKFLOW).read_text(encoding="utf-8") == nvim.text()
        nvim.until("return vim.b.calibrant_status.standing > 0", "a change that can be rolled back")


def test_lenses_show_the_result_and_roll_back_with_the_difference(nvim: Neovim) -> None:
    before = nvim.text()
    nvim.calibrate()
    nvim.calibrate("Calibrant fix")
    nvim.until("return #vim.lsp.codelens.get({ bufnr = 0 }) == 3", "the lens of the change")
    nvim.answer(Code_lenses="last result")
    nvim.lua("vim.schedule(function() vim.lsp.codelens.run() end)")
    nvim.until("return vim.bo.buftype == 'quickfix'", "the quickfix window")
    nvim.do("cclose", "1")
    nvim.answer(Code_lenses="Roll back", more="Roll back")
    nvim.lua("vim.schedule(function() vim.lsp.codelens.run() end)")
    nvim.until_told("Rolled back")
    assert [one["diff"] for one in nvim.asked()[-1]["windows"]] == [True, True]
    assert nvim.text() == before


def test_a_workflow_that_is_wiped_while_its_fix_is_chosen_disturbs_no_other(nvim: Neovim) -> None:
    nvim.calibrate()
    wiped = nvim.lua("return vim.api.nvim_get_current_buf()")
    nvim.do("write other.workflow.yaml", "edit other.workflow.yaml")
    nvim.checked()
    nvim.do(f"buffer {wiped}")
    nvim.lua("vim.ui.select = function(items, _, choose) Later = function() choose(items[1], 1) end end")
    nvim.do("Calibrant fix!")
    nvim.until("return Later ~= nil", "the question")
    # what Neovim itself does with an answer for a buffer that is gone is not ours
    nvim.until(
        "return vim.iter(vim.lsp.get_clients()[1].requests):all(function(_, one) return one.type ~= 'pending' end)",
        "all answers",
    )
    nvim.do("buffer other", f"bwipeout! {wiped}")
    nvim.calibrate()
    nvim.lua("Later()")
    nvim.until("return #vim.lsp.codelens.get({ bufnr = 0 }) > 0", "the lenses of the other")
    assert nvim.lua("return vim.v.errmsg") == ""


def test_writing_waits_no_longer_than_it_must_for_a_server_that_hangs(example: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", "vim.g.calibrant = { fix_on_save = true }")
    with editing(home, WORKFLOW, cwd=example) as nvim:
        nvim.checked()
        server = nvim.lua("return vim.api.nvim_get_proc_children(vim.fn.getpid())")
        for pid in server:
            os.kill(pid, signal.SIGSTOP)
        nvim.do("normal! Go# written", "write")
        assert "written without its fixes" in nvim.until_told("gave no answer")
        assert (example / WORKFLOW).read_text(encoding="utf-8").endswith("# written\n")
        for pid in server:
            os.kill(pid, signal.SIGCONT)
        nvim.idle()
