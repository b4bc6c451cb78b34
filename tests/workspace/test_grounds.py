"""Where commands run: which folder is surveyed, once, and what is known of it in each thread."""

import logging
import threading
from pathlib import Path

import pytest

from calibrant import app
from calibrant.model.settings import Settings
from calibrant.model.toolchain import Survey
from calibrant.workspace.grounds import Grounds

NATIVE = "name: a\nsteps:\n  - id: one\n    run: 'true'\n"
PLAIN = "name: a\nsteps:\n  - id: one\n    uses: file.list\n    with: {path: .}\n"


class Surveyor:
    """Surveys folders by listing them, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[Path] = []

    def __call__(self, folder: Path) -> Survey:
        self.asked.append(folder)
        return Survey(str(folder), files=frozenset(one.name for one in folder.iterdir()), whole=True)


def test_a_native_workflow_stands_in_its_workspace_at_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "flows").mkdir()
    ground = Grounds(Surveyor()).at(str(tmp_path / "flows" / "a.workflow.yaml"))
    assert ground is not None
    assert (ground.survey.folder, ground.folder) == (str(tmp_path), "flows")


def test_github_files_stand_at_the_root_of_their_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for folder in ("web", ".github/workflows", "web/act"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "web" / "pyproject.toml").write_text("")
    grounds = Grounds(Surveyor())
    for path in (".github/workflows/ci.yml", "web/act/action.yml", "action.yml"):
        ground = grounds.at(str(tmp_path / path))
        assert ground is not None
        assert (ground.survey.folder, ground.folder) == (str(tmp_path), ".")
    native = grounds.at(str(tmp_path / "web" / "a.workflow.yaml"))
    assert native is not None
    assert (native.survey.folder, native.folder) == (str(tmp_path / "web"), ".")


def test_nothing_is_known_of_what_is_no_file_or_of_a_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    surveyor = Surveyor()
    grounds = Grounds(surveyor)
    assert grounds.at("untitled:a.workflow.yaml") is None
    assert grounds.at(str(tmp_path / "a.workflow.yaml")) is None
    assert surveyor.asked == []


def test_a_folder_is_surveyed_once_also_when_many_ask_at_once(tmp_path: Path) -> None:
    surveyor = Surveyor()
    grounds = Grounds(surveyor)
    path = str(tmp_path / "a.workflow.yaml")
    threads = [threading.Thread(target=grounds.at, args=(path,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert surveyor.asked == [tmp_path]
    assert grounds.at(path) is grounds.known(path)


def test_an_equal_survey_leaves_the_ground_as_it_was(tmp_path: Path) -> None:
    grounds = Grounds(Surveyor())
    path = str(tmp_path / "a.workflow.yaml")
    before = grounds.at(path)
    grounds.outdate(tmp_path)
    assert grounds.known(path) is before
    assert not grounds.is_fresh(tmp_path)
    assert grounds.at(path) is before
    (tmp_path / "go.mod").touch()
    grounds.outdate(tmp_path)
    after = grounds.at(path)
    assert after is not None
    assert after.survey.files == {"go.mod"}


def test_a_survey_that_was_outdated_while_it_was_made_is_made_again(tmp_path: Path) -> None:
    surveyor = Surveyor()

    def changing(folder: Path) -> Survey:
        survey = surveyor(folder)
        if len(surveyor.asked) == 1:
            (tmp_path / "go.mod").touch()
            grounds.outdate(folder)
        return survey

    grounds = Grounds(changing)
    ground = grounds.at(str(tmp_path / "a.workflow.yaml"))
    assert ground is not None
    assert ground.survey.files == {"go.mod"}
    assert len(surveyor.asked) == 2


def test_a_folder_that_changes_all_the_time_is_known_as_it_was_last_seen(tmp_path: Path) -> None:
    surveyor = Surveyor()

    def changing(folder: Path) -> Survey:
        survey = surveyor(folder)
        grounds.outdate(folder)
        return survey

    grounds = Grounds(changing)
    assert grounds.at(str(tmp_path / "a.workflow.yaml")) is not None
    assert not grounds.is_fresh(tmp_path)


def test_a_survey_of_a_folder_that_nobody_follows_is_not_kept_where_it_may_change(tmp_path: Path) -> None:
    surveyor = Surveyor()
    grounds = Grounds(surveyor, lasting=False)
    grounds.survey(tmp_path)
    grounds.survey(tmp_path)
    assert len(surveyor.asked) == 2
    grounds.follow(tmp_path)
    grounds.survey(tmp_path)
    grounds.survey(tmp_path)
    assert len(surveyor.asked) == 3
    grounds.forget(tmp_path)
    assert grounds.last(tmp_path) is None


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), ValueError("a fault of ours")])
def test_a_survey_that_fails_is_told_and_nothing_is_known(
    tmp_path: Path, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(folder: Path) -> Survey:
        raise error

    grounds = Grounds(failing)
    path = str(tmp_path / "a.workflow.yaml")
    with caplog.at_level(logging.WARNING):
        assert grounds.at(path) is None
        assert grounds.at(path) is None
    assert [one.levelname for one in caplog.records] == ["WARNING" if isinstance(error, OSError) else "ERROR"]
    assert str(tmp_path) in caplog.text


def test_only_workflows_with_commands_are_asked_for(tmp_path: Path) -> None:
    surveyor = Surveyor()
    grounds = Grounds(surveyor)
    path = str(tmp_path / "a.workflow.yaml")
    plain = app.analyse(path, PLAIN, Settings(), ground_of=grounds.at)
    assert plain is not None
    assert (plain.checked.ground, surveyor.asked) == (None, [])
    running = app.analyse(path, NATIVE, Settings(), ground_of=grounds.at)
    assert running is not None
    assert running.checked.ground is grounds.known(path)


def test_where_a_workspace_begins_is_looked_up_again_when_that_may_have_changed(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    grounds = Grounds(Surveyor())
    path = str(tmp_path / "flows" / "a.workflow.yaml")
    site = grounds.site(path)
    assert site is not None
    assert site.folder == tmp_path / "flows"
    (tmp_path / "calibrant.toml").touch()
    grounds.move()
    site = grounds.site(path)
    assert site is not None
    assert (site.folder, site.start) == (tmp_path, "flows")
