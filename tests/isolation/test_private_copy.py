"""The private copy: nothing leaves it, nothing outside is reached, and what steps see is what they wrote."""

import fcntl
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from calibrant.engine import private_folder
from calibrant.engine.workspace_copy import PrivateCopy
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from isolation.building import fill


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return fill(tmp_path / "outside", {"secret.txt": "secret"})


@pytest.fixture
def workspace(tmp_path: Path, outside: Path) -> Path:
    workspace = fill(tmp_path / "work", {"flows/a.csv": "1", "data/b.txt": "b", "top.txt": "top"})
    (workspace / "flows" / "link.txt").symlink_to("../data/b.txt")
    (workspace / "flows" / "out.txt").symlink_to(outside / "secret.txt")
    (workspace / "flows" / "outdir").symlink_to(outside)
    (workspace / "flows" / "up").symlink_to("../..")
    (workspace / "flows" / "circle").symlink_to("circle")
    (workspace / "flows" / "absolute").symlink_to(workspace / "data")
    return workspace


@pytest.fixture
def copy(workspace: Path) -> Iterator[PrivateCopy]:
    with PrivateCopy(workspace, workspace / "flows", live=False, limit=1 << 20) as copy:
        yield copy


ESCAPES = [
    "../../outside/secret.txt",
    "../../../../../../../../etc/passwd",
    "/etc/passwd",
    "out.txt",
    "outdir/secret.txt",
    "up/outside/secret.txt",
    "absolute/../../outside/secret.txt",
    "outdir/../outside/new.txt",
    "a\0b",
    "circle",
    "\ud800/../../../outside",
]


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("live", [False, True])
def test_no_path_leads_out(workspace: Path, path: str, whole: bool, live: bool) -> None:
    with PrivateCopy(workspace, workspace / "flows", live=live, limit=1 << 20) as copy:
        copy.write_path("written.txt", "path").write_text("x")
        if whole:
            copy.materialise()
        for call in (copy.read_path, copy.write_path, copy.list_files):
            with pytest.raises(StepError) as caught:
                call(path, "path")
            failure = caught.value.failure
            assert (failure.code, failure.kind, failure.parameter) == ("path-outside", Kind.SECURITY, ("path",))
            assert failure.message.startswith(f"‘{path}’")


@pytest.mark.parametrize(
    "path", ["link.txt", "../data/b.txt", "absolute/b.txt", "up/work/data/b.txt", "./../flows/link.txt"]
)
def test_links_and_dots_that_stay_inside_are_followed(copy: PrivateCopy, path: str) -> None:
    assert copy.read_path(path, "path").read_text() == "b"
    copy.write_path(path, "path").write_text("changed")
    assert copy.read_path("../data/b.txt", "path").read_text() == "changed"
    copy.materialise()
    assert copy.read_path(path, "path").read_text() == "changed"


def test_an_absolute_path_inside_is_the_same_file(copy: PrivateCopy, workspace: Path) -> None:
    copy.write_path(str(workspace / "top.txt"), "path").write_text("new")
    assert copy.read_path("../top.txt", "path").read_text() == "new"
    assert (workspace / "top.txt").read_text() == "top"


def test_a_write_starts_from_what_is_there_and_the_workspace_stays(copy: PrivateCopy, workspace: Path) -> None:
    (workspace / "top.txt").chmod(0o640)
    target = copy.write_path("../top.txt", "path")
    assert target.read_text() == "top"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    target.write_text("new")
    assert copy.write_path("../top.txt", "path").read_text() == "new", "a second write goes on from the first"
    assert (workspace / "top.txt").read_text() == "top"


def test_a_workspace_that_is_only_read_is_not_copied(copy: PrivateCopy, workspace: Path) -> None:
    assert copy.read_path("a.csv", "path") == workspace / "flows" / "a.csv"


def test_a_link_swapped_into_the_running_copy_is_judged_anew(copy: PrivateCopy, outside: Path) -> None:
    copy.materialise()
    assert copy.read_path("a.csv", "path").read_text() == "1"
    here = copy.overlay.root / "flows" / "a.csv"
    here.unlink()
    here.symlink_to(outside / "secret.txt")
    for call in (copy.read_path, copy.write_path):
        with pytest.raises(StepError, match="leads out"):
            call("a.csv", "path")
    (copy.overlay.root / "flows" / "deep").symlink_to(outside)
    with pytest.raises(StepError, match="leads out"):
        copy.write_path("deep/new.txt", "path")
    assert "a.csv" not in copy.list_files(".", "path")


def test_a_link_to_the_true_path_made_in_the_copy_means_the_copy(copy: PrivateCopy, workspace: Path) -> None:
    copy.materialise()
    (copy.overlay.root / "flows" / "new").symlink_to(workspace / "top.txt")
    target = copy.write_path("new", "path")
    assert target == copy.overlay.root / "top.txt"


def test_listing_merges_what_was_written_with_what_is_there(copy: PrivateCopy, workspace: Path) -> None:
    fill(workspace, {"node_modules/x/index.js": "", ".git/HEAD": "", "flows/__pycache__/a.pyc": ""})
    copy.write_path("new/deep.txt", "path").parent.mkdir(parents=True, exist_ok=True)
    copy.write_path("new/deep.txt", "path").write_text("x")
    assert copy.list_files(".", "path") == ["a.csv", "link.txt", "new/deep.txt"]
    assert copy.list_files("..", "path") == ["../data/b.txt", "../top.txt", "a.csv", "link.txt", "new/deep.txt"]
    assert copy.list_files("../node_modules", "path") == ["../node_modules/x/index.js"]
    before = copy.list_files("..", "path")
    copy.materialise()
    assert copy.list_files("..", "path") == before


def test_listing_what_is_no_folder(copy: PrivateCopy) -> None:
    for path, words in (("nowhere", "There is no folder"), ("a.csv", "is a file")):
        with pytest.raises(StepError, match=words) as caught:
            copy.list_files(path, "path")
        assert caught.value.failure.code == "missing-folder"


def test_a_missing_folder_names_those_near(copy: PrivateCopy) -> None:
    with pytest.raises(StepError, match=r"There is no folder ‘../date’. Near it: ../data.") as caught:
        copy.folder_path("../date", "cwd")
    assert caught.value.failure.candidates == ("../data",)
    assert copy.folder_path("../data", "cwd") == copy.overlay.workspace / "data"


def test_a_folder_read_after_a_write_in_it_is_whole(copy: PrivateCopy) -> None:
    copy.write_path("../data/new.txt", "path").write_text("n")
    assert sorted(path.name for path in copy.read_path("../data", "path").iterdir()) == ["b.txt", "new.txt"]


def test_what_a_command_deleted_is_gone(copy: PrivateCopy) -> None:
    copy.materialise()
    (copy.overlay.root / "top.txt").unlink()
    assert not copy.read_path("../top.txt", "path").exists()
    assert copy.list_files("../data", "path") == ["../data/b.txt"]


def test_the_copy_is_faithful_and_holds_what_was_written_before(copy: PrivateCopy, workspace: Path) -> None:
    fill(workspace, {".hidden/x": "h", "run.sh": "#!/bin/sh", "locked/in": "l", "empty/.keep": ""})
    (workspace / "run.sh").chmod(0o755)
    os.utime(workspace / "run.sh", ns=(10**18, 10**18))
    (workspace / "locked").chmod(0o500)
    os.mkfifo(workspace / "pipe")
    copy.write_path("../top.txt", "path").write_text("written before")
    copy.materialise()
    copy.materialise()
    root = copy.overlay.root
    assert (root / "top.txt").read_text() == "written before"
    assert (root / ".hidden" / "x").read_text() == "h"
    assert stat.S_IMODE((root / "run.sh").stat().st_mode) == 0o755
    assert (root / "run.sh").stat().st_mtime_ns == 10**18
    assert stat.S_IMODE((root / "locked").stat().st_mode) == 0o500
    assert (root / "flows" / "link.txt").readlink() == Path("../data/b.txt")
    assert (root / "flows" / "absolute").resolve() == root / "data", "an absolute link inside points into the copy"
    assert not any(os.path.lexists(root / name) for name in ("flows/out.txt", "flows/outdir", "flows/up", "pipe"))
    (workspace / "locked").chmod(0o700)


def test_environments_are_not_copied_but_read_where_they_are(copy: PrivateCopy, workspace: Path) -> None:
    fill(workspace, {".venv/lib/x.py": "x", "py/pyvenv.cfg": "", "py/y": "y", "web/node_modules/z/i.js": "z"})
    copy.materialise()
    assert set(copy.overlay.environments) == {".venv", "py", "web/node_modules"}
    assert list((copy.overlay.root / ".venv").iterdir()) == []
    assert copy.read_path("../.venv/lib/x.py", "path").read_text() == "x"
    with pytest.raises(StepError, match="environment") as caught:
        copy.write_path("../web/node_modules/z/i.js", "path")
    assert caught.value.failure.code == "path-outside"
    copy.link_environments()
    assert (copy.overlay.root / "py" / "y").read_text() == "y"
    with pytest.raises(StepError, match="environment"):
        copy.write_path("../py/y", "path")


def test_a_workspace_beyond_the_limit_is_refused_before_anything_is_copied(workspace: Path) -> None:
    (workspace / "big").write_bytes(b"x" * 3_000_000)
    with PrivateCopy(workspace, workspace, live=False, limit=2 << 20) as copy:
        for _ in range(2):
            with pytest.raises(StepError) as caught:
                copy.materialise()
            failure = caught.value.failure
            assert failure.code == "workspace-too-large"
            assert "2.9 MB" in failure.message
            assert "2.0 MB" in failure.message
            assert "--live" in failure.hint
        assert not (copy.overlay.root / "top.txt").exists()
        with pytest.raises(StepError, match="private copy"):
            copy.write_path("big", "path")


def test_a_large_history_is_mounted_not_copied(workspace: Path) -> None:
    fill(workspace, {".git/HEAD": "ref", ".git/objects/pack": "x" * 600_000})
    with PrivateCopy(workspace, workspace, live=False, limit=2 << 20) as copy:
        copy.materialise()
        assert copy.overlay.environments == (".git",)
        assert copy.read_path(".git/HEAD", "path").read_text() == "ref"
    with PrivateCopy(workspace, workspace, live=False, limit=20 << 20) as copy:
        copy.materialise()
        assert copy.overlay.environments == ()
        assert (copy.overlay.root / ".git" / "HEAD").read_text() == "ref"


def test_hidden_folders_are_not_copied(workspace: Path) -> None:
    fill(workspace, {".state/trust": "yes"})
    with PrivateCopy(workspace, workspace, live=False, limit=1 << 20, hidden=(workspace / ".state",)) as copy:
        copy.materialise()
        assert not (copy.overlay.root / ".state").exists()
        with pytest.raises(StepError, match="its own records"):
            copy.read_path(".state/trust", "path")
    with PrivateCopy(workspace, workspace, live=True, limit=1 << 20, hidden=(workspace / ".state",)) as copy:
        with pytest.raises(StepError, match="its own records"):
            copy.write_path(".state/trust", "path")
        assert copy.list_files(".", "path") == ["data/b.txt", "flows/a.csv", "flows/link.txt", "top.txt"]


def test_a_workspace_in_a_hidden_folder_can_be_used(workspace: Path) -> None:
    with PrivateCopy(workspace, workspace, live=False, limit=1 << 20, hidden=(workspace.parent,)) as copy:
        assert copy.read_path("top.txt", "path").read_text() == "top"


def test_open_paths_are_read_and_their_changes_stay_private(workspace: Path, outside: Path) -> None:
    with PrivateCopy(workspace, workspace / "flows", live=False, limit=1 << 20, open_paths=(outside,)) as copy:
        assert copy.read_path("out.txt", "path").read_text() == "secret"
        copy.write_path("../../outside/secret.txt", "path").write_text("new")
        assert copy.read_path("outdir/secret.txt", "path").read_text() == "new"
        assert (outside / "secret.txt").read_text() == "secret"
        with pytest.raises(StepError):
            copy.read_path("../../other", "path")


def test_live_means_the_real_files(workspace: Path) -> None:
    with PrivateCopy(workspace, workspace / "flows", live=True, limit=1) as copy:
        copy.materialise()
        assert copy.overlay.root == workspace
        assert copy.read_path("a.csv", "path") == copy.write_path("a.csv", "path") == workspace / "flows" / "a.csv"


def test_closing_removes_everything_even_what_is_read_only(workspace: Path) -> None:
    copy = PrivateCopy(workspace, workspace, live=False, limit=1 << 20)
    copy.materialise()
    private = copy.overlay.private
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    (copy.overlay.root / "data" / "b.txt").chmod(0o400)
    (copy.overlay.root / "data").chmod(0o500)
    (copy.overlay.root / "to-the-workspace").symlink_to(workspace)
    copy.close()
    copy.close()
    assert not private.exists()
    assert (workspace / "data" / "b.txt").read_text() == "b"


def test_many_threads_make_one_copy(workspace: Path) -> None:
    for number in range(200):
        (workspace / f"f{number}").write_text("x")
    with PrivateCopy(workspace, workspace, live=False, limit=1 << 20) as copy:
        errors: list[BaseException] = []

        def work(number: int) -> None:
            try:
                copy.write_path(f"f{number}", "path").write_text("mine")
                copy.materialise()
                assert copy.read_path(f"f{number}", "path").read_text() == "mine"
            except BaseException as error:  # noqa: BLE001 - told in the test's own thread
                errors.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
        assert (copy.overlay.root / "f100").read_text() == "x"


def test_leftovers_of_killed_runs_go_at_a_later_start_and_live_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = (
        "import os, signal, tempfile; from calibrant.engine.private_folder import PrivateFolder;"
        f"tempfile.tempdir = {str(tmp_path)!r}; folder = PrivateFolder();"
        "(folder.path / 'files' / 'x').write_text('x'); (folder.path / 'files').chmod(0o500);"
        "print(folder.path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    dead = Path(done.stdout.strip())
    assert dead.is_dir()
    stranger = fill(tmp_path / "calibrant-run-stranger", {"x": "x"})
    link = tmp_path / "calibrant-run-link"
    link.symlink_to(stranger)
    living = private_folder.PrivateFolder()
    old = time.time() - 5
    for path in (dead, living.path):
        os.utime(path, (old, old))
    other = private_folder.PrivateFolder()
    assert not dead.exists()
    assert living.path.is_dir(), "its lock is held"
    assert stranger.is_dir(), "unmarked and new: it may just be being made"
    assert link.is_symlink()
    with (living.path / "owner").open() as owner, pytest.raises(BlockingIOError):
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    living.close()
    other.close()
