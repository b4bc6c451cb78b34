"""Applying: what is changed and what is not, how it is verified, and everything that stands in the way."""

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from calibrant.change import FileEdits, Site, apply, history, keep, rollback, settle
from calibrant.model.applied import Verdict, digest_of
from calibrant.model.text import Span, TextEdit
from change.door import FIXES, TEXT, change, put, says, site_of


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_of(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_bytes_outside_the_edits_stay(site: Site, encoding: str, mark: bytes, end: str) -> None:
    text = ("# caf\u00e9 🎈\u2028x\n" + TEXT).replace("\n", end)
    path = put(site, data=mark + text.encode(encoding))
    done = await apply(site, [change(path)], FIXES, says(True))
    assert done.status == "verified"
    assert path.read_bytes() == mark + text.replace("UrgentMail", "UrgentEmails").encode(encoding)
    back = rollback(site)
    assert (back.status, [file.became for file in back.files]) == ("rolled_back", ["restored"])
    assert path.read_bytes() == mark + text.encode(encoding)


@pytest.mark.parametrize(("holds", "status"), [(True, "verified"), (None, "unverified"), (False, "rolled_back")])
async def test_the_verdict_decides(site: Site, holds: bool | None, status: str) -> None:
    path = put(site)
    seen: list[bytes] = []

    async def verify(session: str) -> Verdict:
        seen.append(path.read_bytes())
        known = site.store.get(session)
        assert known is not None
        assert known.status == "applied"
        return Verdict(holds, "The step ‘log’ fails.")

    done = await apply(site, [change(path)], FIXES, verify, answers="run-1")
    assert seen == [TEXT.replace("UrgentMail", "UrgentEmails").encode()]
    assert done.status == status
    assert "The step ‘log’ fails." in done.reason
    assert path.read_bytes() == (TEXT.encode() if holds is False else seen[0])
    (session,) = history(site, path)
    assert (session.id, session.status, session.fixes, session.answers) == (done.session, status, FIXES, "run-1")
    assert session.ended >= session.started > 0
    assert site.store.outcomes() == {"valid-value": {status: 1}}


async def test_what_did_not_hold_can_be_kept_all_the_same(site: Site) -> None:
    path = put(site)
    done = await apply(site, [change(path)], FIXES, says(False, "No."))
    kept = await keep(site, done.session)
    assert kept.status == "kept"
    assert "UrgentEmails" in path.read_text()
    assert rollback(site).session == kept.session
    assert path.read_text() == TEXT


async def test_what_could_not_be_verified_can_be_kept(site: Site) -> None:
    path = put(site)
    done = await apply(site, [change(path)], FIXES, says(None, "No sandbox."))
    assert (await keep(site, done.session)).status == "kept"
    assert [session.status for session in history(site)] == ["kept"]
    assert (await keep(site, "nobody")).status == "refused"


async def test_several_files_change_together(site: Site) -> None:
    one, two = put(site), put(site, "deep/b.workflow.yaml")
    done = await apply(site, [change(one), change(two)], FIXES, says(True))
    assert [file.path for file in done.files] == ["a.workflow.yaml", "deep/b.workflow.yaml"]
    assert "UrgentEmails" in one.read_text()
    assert "UrgentEmails" in two.read_text()
    assert rollback(site, path=two).status == "rolled_back"
    assert [one.read_text(), two.read_text()] == [TEXT, TEXT]


async def test_none_changes_where_one_cannot(site: Site) -> None:
    files = [put(site, f"{name}.workflow.yaml") for name in "abc"]
    edits = [change(file) for file in files]

    def at(step: str) -> None:
        if step == "replaced 1":
            files[2].write_text("mine\n")

    done = await apply(msgspec.structs.replace(site, at=at), edits, FIXES, says(True))
    assert done.status == "refused"
    assert "‘c.workflow.yaml’ was changed by someone else" in done.reason
    assert [file.read_text() for file in files] == [TEXT, TEXT, "mine\n"]
    assert [session.status for session in history(site)] == ["refused"]
    assert left_overs(site) == []


def left_overs(site: Site) -> list[str]:
    return [path.name for path in site.workspace.rglob(".calibrant-*")]


@pytest.mark.parametrize("moment", ["before", "backed up", "journalled", "staged"])
async def test_a_file_changed_meanwhile_is_left_as_it_is(site: Site, moment: str) -> None:
    path = put(site)
    edits = change(path)

    def at(step: str) -> None:
        if step == moment:
            path.write_text("mine\n")

    at("before")
    done = await apply(msgspec.structs.replace(site, at=at), [edits], FIXES, says(True))
    assert (done.status, path.read_text()) == ("refused", "mine\n")
    assert "was changed by someone else meanwhile" in done.reason
    assert left_overs(site) == []


async def test_expected_bytes_may_be_given_as_their_digest(site: Site) -> None:
    path = put(site)
    edits = msgspec.structs.replace(change(path), expected=digest_of(path.read_bytes()), path=Path(path.name))
    assert (await apply(site, [edits], FIXES, None)).status == "kept"
    assert (await apply(site, [edits], FIXES, None)).status == "refused"


async def test_mode_links_and_attributes_are_kept(site: Site, tmp_path: Path) -> None:
    path = put(site, "real/a.workflow.yaml")
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 12345, 54321)
    with_attributes = True
    try:
        os.setxattr(path, "user.note", b"mine")
    except (OSError, AttributeError):
        with_attributes = False
    link = site.workspace / "link.workflow.yaml"
    link.symlink_to(path)
    hard = site.workspace / "hard.workflow.yaml"
    hard.hardlink_to(path)
    done = await apply(site, [change(link)], FIXES, says(True))
    assert link.is_symlink()
    assert "UrgentEmails" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    if os.geteuid() == 0:
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 54321)
    assert not with_attributes or os.getxattr(path, "user.note") == b"mine"
    assert [(file.path, "hard links" in file.note) for file in done.files] == [("real/a.workflow.yaml", True)]
    assert hard.read_text() == TEXT
    assert history(site, link) == history(site, path) != ()


async def test_a_link_out_of_the_workspace_is_not_followed(site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside.workflow.yaml"
    outside.write_text(TEXT)
    link = site.workspace / "a.workflow.yaml"
    link.symlink_to(outside)
    for path in (link, outside):
        done = await apply(site, [change(path)], FIXES, says(True))
        assert done.status == "refused"
        assert "outside the workspace" in done.reason
    assert outside.read_text() == TEXT


def edits_of(path: Path, *edits: tuple[int, int, str], data: bytes = TEXT.encode()) -> FileEdits:
    return FileEdits(path, data, tuple(TextEdit(Span(start, end), text) for start, end, text in edits))


async def test_what_stands_in_the_way_is_said(site: Site) -> None:
    path = put(site)
    folder = site.workspace / "folder.workflow.yaml"
    folder.mkdir()
    binary, latin, locked = put(site, "b", b"a\0b"), put(site, "c", b"caf\xe9"), put(site, "d")
    locked.chmod(0o444)
    pipe = site.workspace / "pipe"
    os.mkfifo(pipe)
    loop = site.workspace / "loop"
    loop.symlink_to(loop)
    cases = [
        (edits_of(site.workspace / "gone", (0, 1, "x")), "is not there any longer"),
        (edits_of(folder, (0, 1, "x")), "is a folder, not a file"),
        (edits_of(pipe, (0, 1, "x")), "is not an ordinary file"),
        (edits_of(site.workspace / ("x" * 300), (0, 1, "x")), "too long"),
        (edits_of(locked, (0, 1, "x")), "is read-only"),
        (edits_of(binary, (0, 1, "x"), data=b"a\0b"), "binary"),
        (edits_of(latin, (0, 1, "x"), data=b"caf\xe9"), "is not UTF-8 text"),
        (edits_of(path, (0, 2, "x"), (1, 3, "y")), "meet in the same text"),
        (edits_of(path, (0, 1, "\ud800")), "half a character"),
        (edits_of(path, (0, 1, "n")), "Nothing would change"),
        (edits_of(path), "Nothing would change"),
        (edits_of(loop, (0, 1, "x")), "loop"),
    ]
    for edits, words in cases:
        done = await apply(site, [edits], FIXES, says(True))
        assert done.status == "refused", words
        assert words in done.reason
    assert path.read_text() == locked.read_text() == TEXT
    assert left_overs(site) == []


async def test_one_at_a_time(site: Site, tmp_path: Path) -> None:
    path, other = put(site), put(site, "b.workflow.yaml")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def verify(_session: str) -> Verdict:
        begun.set()
        await go_on.wait()
        return Verdict(True)

    first = asyncio.create_task(apply(site, [change(path)], FIXES, verify))
    await begun.wait()
    with site_of(tmp_path) as second:
        refused = await apply(second, [change(path, "mail", "post")], FIXES, None)
        assert refused.status == "refused"
        assert "is being changed by another process" in refused.reason
        back = rollback(second, path=path)
        assert back.status == "refused"
        assert (await apply(second, [change(other)], FIXES, None)).status == "kept"
    go_on.set()
    assert (await first).status == "verified"


async def test_a_verification_that_breaks_off_leaves_the_change_unverified(site: Site) -> None:
    path = put(site)

    async def verify(_session: str) -> Verdict:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await apply(site, [change(path)], FIXES, verify)
    assert [session.status for session in history(site)] == ["unverified"]
    assert rollback(site).status == "rolled_back"
    assert path.read_text() == TEXT


async def test_a_change_that_does_not_hold_stays_where_the_user_typed_into_it(site: Site) -> None:
    path = put(site)

    async def verify(_session: str) -> Verdict:
        path.write_text(path.read_text().replace("UrgentEmails", "Urgent"))
        return Verdict(False, "No such range.")

    done = await apply(site, [change(path)], FIXES, verify)
    assert done.status == "unverified"
    assert "No such range." in done.reason
    assert [file.became for file in done.conflicts] == ["conflict"]
    assert "range: Urgent}" in path.read_text()
    assert rollback(site, done.session, whole=True).status == "rolled_back"
    assert path.read_text() == TEXT


CHILD = """
import asyncio, encodings.ascii, os, resource, sys
from pathlib import Path
from change.door import FIXES, change, says, site_of
from calibrant.change import apply
from calibrant.model.ports import StoreError
folder, what = Path(sys.argv[1]), sys.argv[2]
def at(step):
    if what == "folder" and step == "journalled" and os.geteuid() == 0:  # root is above the modes of folders
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
    if what == step:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
with site_of(folder, at) as site:
    files = sorted(site.workspace.rglob("*.yaml"))
    try:
        done = asyncio.run(apply(site, [change(file) for file in files], FIXES, says(True)))
        print(done.status, done.reason)
    except StoreError as error:
        print(error)
"""


def child(folder: Path, what: str, *before: str) -> str:
    command = [*before, sys.executable, "-c", CHILD, str(folder), what]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_that_is_read_only_is_told() -> None:
    folder = Path(tempfile.mkdtemp(prefix="calibrant-test-"))
    try:
        with site_of(folder) as site:
            path = put(site)
        for made in (folder, *folder.rglob("*")):
            made.chmod(0o777 if made.is_dir() else 0o666)
        site.workspace.chmod(0o555)
        assert "refused ‘a.workflow.yaml’ cannot be changed: you may not write in its folder." in child(
            folder, "folder"
        )
        assert path.read_text() == TEXT
    finally:
        site.workspace.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="needs bubblewrap to make a small disk")
def test_a_full_disk_is_told_and_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        files = [put(site, f"{name}.workflow.yaml", TEXT.encode() + b"#" * 50_000) for name in "ab"]
    small = tmp_path / "app" / "small"
    small.mkdir()
    script = 'mkdir -p "$1/app/small" && cp "$1"/app/*.yaml "$1/app/small" && shift && "$@" && cd "$0/app" && cat small/*.yaml'
    sandbox = ["bwrap", "--dev-bind", "/", "/", "--size", "120000", "--tmpfs", str(small)]
    if subprocess.run([*sandbox, "true"], capture_output=True).returncode:
        pytest.skip("bubblewrap cannot make a small disk here")
    told = child(tmp_path, "disk", *sandbox, "sh", "-c", script, str(tmp_path), str(tmp_path))
    assert "refused There is no room on the disk to write ‘small/" in told
    assert told.count("UrgentMail") == 2
    assert [file.read_bytes() for file in files] == [TEXT.encode() + b"#" * 50_000] * 2


@pytest.mark.parametrize("step", ["backed up", "replaced 1"])
def test_a_journal_that_cannot_be_written_changes_nothing(tmp_path: Path, step: str) -> None:
    with site_of(tmp_path) as site:
        files = [put(site, f"{name}.workflow.yaml") for name in "ab"]
    told = child(tmp_path, step)
    assert "calibrant.db" in told
    assert "try again" in told
    assert [file.read_text() for file in files] == [TEXT, TEXT]
    with site_of(tmp_path) as site:
        settle(site)
        assert [session.status for session in history(site)] == ([] if step == "backed up" else ["rolled_back"])
        assert [file.read_text() for file in files] == [TEXT, TEXT]
        assert left_overs(site) == []
