"""Surveys that documents hang on: made when first needed, kept, and made anew when what they were made of changed."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from calibrant import app
from calibrant.model.issue import Finding, Kind
from calibrant.model.settings import Settings
from calibrant.model.text import Span
from calibrant.model.toolchain import Survey
from calibrant.workspace.analysis import GroundOf
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.grounds import Grounds
from calibrant.workspace.pipeline import Pipeline
from calibrant.workspace.surveying import survey_of
from calibrant.workspace.surveys import Surveys

TEXT = "name: a\nsteps:\n  - id: one\n    run: 'true'\n"
PLAIN = "name: a\nsteps:\n  - id: one\n    uses: file.list\n    with: {path: .}\n"


class Desk:
    """Documents with the real pipeline and surveys of the disk, and a record of what was surveyed and shown."""

    def __init__(self, survey: Callable[[Path], Survey] = lambda folder: survey_of(folder, {})) -> None:
        self._survey = survey
        self.finds = ""
        self.read_in: list[threading.Thread] = []
        self.surveyed: list[Path] = []
        self.shown: list[str] = []
        self.unwatched = False
        self.tasks: set[asyncio.Task[None]] = set()
        self.documents = Documents()
        self.grounds = Grounds(self.survey, lasting=False)
        self.pipeline = Pipeline(
            self.documents,
            settings=lambda _: SETTINGS,
            analyse=lambda path, text, _, held: self.analyse(path, text, held, self.surveys.ground_of),
            analyse_aside=lambda path, text, _, held: self.analyse(path, text, held, self.surveys.newest),
            show=self.show,
            spawn=self.spawn,
        )
        self.surveys = Surveys(
            self.grounds,
            renew=self.pipeline.renew,
            watched=lambda _folder: not self.unwatched,
            spawn=self.spawn,
        )

    def survey(self, folder: Path) -> Survey:
        self.surveyed.append(folder)
        return self._survey(folder)

    def analyse(self, path: str, text: str, previous: Any, ground_of: GroundOf) -> Any:
        self.read_in.append(threading.current_thread())
        found = app.analyse(path, text, SETTINGS, previous, ground_of=ground_of)
        ground = found.checked.ground if found else None
        if found is None or ground is None or self.finds not in ground.survey.files:
            return found
        finding = Finding("missing-file", Kind.PARAMETER, Span(0, 1), self.finds)
        return msgspec.structs.replace(found, findings=(*found.findings, finding))

    def show(self, snapshot: Snapshot, analysis: Any) -> None:
        self.shown.append(Path(snapshot.key).name)
        self.surveys.seen(snapshot, analysis)

    def spawn(self, work: Coroutine[Any, Any, None]) -> object:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def open(self, path: Path, text: str = TEXT) -> Snapshot:
        path.write_text(text, encoding="utf-8")
        snapshot = self.documents.put(str(path), path.as_uri(), path, text, 1)
        self.pipeline.now(snapshot.key)
        await self.rest()
        return snapshot

    async def rest(self) -> None:
        async with asyncio.timeout(20):
            while self.tasks:
                await asyncio.gather(*self.tasks)

    def files(self, snapshot: Snapshot) -> set[str]:
        """Return the files that the analysis of a document was made with."""
        analysis = self.pipeline.analysis(snapshot)
        assert analysis is not None
        ground = analysis.checked.ground
        return set(ground.survey.files) if ground else set()


SETTINGS = Settings()


async def test_a_survey_is_made_when_a_workflow_has_commands_and_only_then(tmp_path: Path) -> None:
    desk = Desk()
    plain = await desk.open(tmp_path / "b.workflow.yaml", PLAIN)
    assert desk.surveyed == []
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    other = await desk.open(tmp_path / "c.workflow.yaml")
    assert desk.surveyed == [tmp_path]
    assert desk.files(snapshot) == desk.files(other) == {"a.workflow.yaml", "b.workflow.yaml"}
    assert desk.files(plain) == set()
    assert desk.shown == ["b.workflow.yaml", "a.workflow.yaml", "c.workflow.yaml"]


async def test_what_comes_and_goes_and_what_is_read_is_surveyed_anew(tmp_path: Path) -> None:
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    new = tmp_path / "requirements.txt"
    new.touch()
    desk.surveys.changed([new])
    await desk.rest()
    assert "requirements.txt" in desk.files(snapshot)
    new.unlink()
    desk.surveys.changed([new])
    await desk.rest()
    assert "requirements.txt" not in desk.files(snapshot)
    assert len(desk.surveyed) == 3
    assert desk.shown == ["a.workflow.yaml"]


async def test_a_burst_of_changes_is_one_survey(tmp_path: Path) -> None:
    desk = Desk()
    await desk.open(tmp_path / "a.workflow.yaml")
    for number in range(50):
        new = tmp_path / f"{number}.txt"
        new.touch()
        desk.surveys.changed([new])
        await asyncio.sleep(0)
    await desk.rest()
    assert len(desk.surveyed) == 2


async def test_what_says_nothing_to_a_survey_is_passed_over(tmp_path: Path) -> None:
    for folder in (".git", "node_modules/x", "src"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "src" / "a.txt").write_text("one")
    desk = Desk()
    await desk.open(tmp_path / "a.workflow.yaml")
    (tmp_path / "src" / "a.txt").write_text("two")
    for name in (".git/index", "node_modules/x/package.json", "node_modules/x/new.js"):
        (tmp_path / name).touch()
        desk.surveys.changed([tmp_path / name])
    desk.surveys.changed([tmp_path / "src" / "a.txt", tmp_path / "a.workflow.yaml", tmp_path / "was" / "never.txt"])
    desk.surveys.changed([tmp_path.parent / "elsewhere.txt"])
    await desk.rest()
    assert desk.surveyed == [tmp_path]


async def test_an_environment_that_comes_is_seen(tmp_path: Path) -> None:
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    (tmp_path / ".venv").mkdir()
    desk.surveys.changed([tmp_path / ".venv"])
    await desk.rest()
    assert ".venv/" in desk.files(snapshot)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1\n")
    desk.surveys.changed([tmp_path / ".venv" / "pyvenv.cfg"])
    await desk.rest()
    assert len(desk.surveyed) == 3


async def test_folders_are_followed_as_long_as_documents_hang_on_them(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    desk = Desk()
    first, second = await desk.open(one / "a.workflow.yaml"), await desk.open(two / "a.workflow.yaml")
    assert desk.surveyed == [one, two]
    (two / "x").touch()
    desk.surveys.changed([two / "x"])
    await desk.rest()
    assert desk.surveyed == [one, two, two]
    assert "x" in desk.files(second)
    assert "x" not in desk.files(first)
    desk.surveys.gone(first.key)
    assert desk.grounds.last(one) is None
    assert not desk.surveys.concerns(str(one / "x"), came_or_went=True)
    assert desk.surveys.concerns(str(two / "x"), came_or_went=True)


async def test_where_nobody_watches_a_saved_workflow_is_the_occasion(tmp_path: Path) -> None:
    desk = Desk()
    desk.unwatched = True
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    (tmp_path / "x").touch()
    desk.surveys.saved(tmp_path / "a.workflow.yaml")
    await desk.rest()
    assert "x" in desk.files(snapshot)


async def test_who_asks_for_a_survey_gets_it_as_things_are_now(tmp_path: Path) -> None:
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    (tmp_path / "x").touch()
    desk.surveys.changed([tmp_path / "x"])
    survey = await desk.surveys.survey(tmp_path)
    assert survey is not None
    assert "x" in survey.files
    await desk.rest()
    assert "x" in desk.files(snapshot)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert await desk.surveys.survey(elsewhere) is not None
    assert desk.grounds.last(elsewhere) is None


async def test_nothing_waits_for_a_survey(tmp_path: Path) -> None:
    go_on = threading.Event()

    def slow(folder: Path) -> Survey:
        assert go_on.wait(20)
        return survey_of(folder, {})

    desk = Desk(slow)
    path = tmp_path / "a.workflow.yaml"
    path.write_text(TEXT)
    snapshot = desk.documents.put(str(path), path.as_uri(), path, TEXT, 1)
    desk.pipeline.now(snapshot.key)
    await asyncio.sleep(0)
    edited = desk.documents.put(str(path), path.as_uri(), path, TEXT.replace("true", "false"), 2)
    desk.pipeline.now(edited.key)
    assert desk.shown == ["a.workflow.yaml"] * 2
    assert desk.files(edited) == set()
    go_on.set()
    await desk.rest()
    assert desk.files(edited) == {"a.workflow.yaml"}


async def test_what_was_found_by_another_survey_is_shown_and_nothing_twice(tmp_path: Path) -> None:
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    desk.finds = "requirements.txt"
    (tmp_path / "requirements.txt").touch()
    desk.surveys.changed([tmp_path / "requirements.txt"])
    await desk.rest()
    assert desk.shown == ["a.workflow.yaml"] * 2
    (tmp_path / "other.txt").touch()
    desk.surveys.changed([tmp_path / "other.txt"])
    await desk.rest()
    assert "other.txt" in desk.files(snapshot)
    assert desk.shown == ["a.workflow.yaml"] * 2


async def test_a_document_that_is_edited_while_it_is_read_anew_keeps_its_newer_reading(tmp_path: Path) -> None:
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    renewing = asyncio.ensure_future(desk.pipeline.renew(snapshot.key))
    await asyncio.sleep(0)
    text = TEXT.replace("id: one", "id: two")
    edited = desk.documents.put(snapshot.key, snapshot.uri, snapshot.path, text, 2)
    desk.pipeline.now(edited.key)
    await renewing
    analysis = desk.pipeline.analysis(edited)
    assert analysis is not None
    assert analysis.workflow.text == text
    async with asyncio.timeout(20):
        while not desk.pipeline.is_shown(edited):
            await asyncio.sleep(0.005)


async def test_no_key_pays_for_another_survey(tmp_path: Path) -> None:
    """Typing goes on upon the ground that the document stands on, until it was read in a thread with the newer one."""
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    (tmp_path / "x").touch()
    desk.grounds.outdate(tmp_path)
    assert await asyncio.to_thread(desk.grounds.survey, tmp_path) is not None
    edited = desk.documents.put(snapshot.key, snapshot.uri, snapshot.path, TEXT.replace("one", "two"), 2)
    desk.pipeline.now(edited.key)
    assert "x" not in desk.files(edited)
    await desk.rest()
    assert "x" in desk.files(edited)
    desk.read_in.clear()
    again = desk.documents.put(snapshot.key, snapshot.uri, snapshot.path, TEXT.replace("one", "three"), 3)
    desk.pipeline.now(again.key)
    assert "x" in desk.files(again)
    assert desk.read_in == [threading.main_thread()]


async def test_a_document_that_is_typed_in_all_the_while_comes_to_its_new_ground(tmp_path: Path) -> None:
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    (tmp_path / "x").touch()
    desk.surveys.changed([tmp_path / "x"])
    version, newest = 1, snapshot
    async with asyncio.timeout(20):
        while "x" not in desk.files(newest):
            version += 1
            text = TEXT.replace("one", f"s{version}")
            newest = desk.documents.put(snapshot.key, snapshot.uri, snapshot.path, text, version)
            desk.pipeline.now(newest.key)
            await asyncio.sleep(0.005)
    await desk.rest()
    assert len(desk.surveyed) == 2


async def test_a_workflow_that_loses_its_commands_for_a_moment_stays_on_its_ground(tmp_path: Path) -> None:
    desk = Desk()
    await desk.open(tmp_path / "a.workflow.yaml")
    plain = await desk.open(tmp_path / "a.workflow.yaml", PLAIN)
    assert desk.files(plain) == set()
    again = await desk.open(tmp_path / "a.workflow.yaml")
    assert desk.files(again) == {"a.workflow.yaml"}
    assert desk.surveyed == [tmp_path]
    desk.surveys.gone(again.key)
    assert desk.grounds.last(tmp_path) is None


async def test_a_run_right_after_a_manifest_changed_stands_on_it_as_it_is_and_so_does_the_document(
    tmp_path: Path,
) -> None:
    manifest = tmp_path / "pyproject.toml"
    manifest.write_text('[project]\nname = "a"\nrequires-python = ">=3.11"\n')
    desk = Desk()
    snapshot = await desk.open(tmp_path / "a.workflow.yaml")
    manifest.write_text('[project]\nname = "a"\nrequires-python = ">=3.12"\n')
    desk.surveys.changed([manifest])
    ground = await asyncio.to_thread(desk.grounds.at, snapshot.name)
    assert ground is not None
    assert [one.versions.asked for one in ground.survey.toolchains] == [">=3.12"]
    await desk.rest()
    analysis = desk.pipeline.analysis(snapshot)
    assert analysis is not None
    assert analysis.checked.ground is desk.grounds.known(snapshot.name)
    assert analysis.checked.ground is not None
    assert analysis.checked.ground.survey.toolchains == ground.survey.toolchains
