"""Rolling back closed files and open documents: exact bytes, only the fix's own hunks, conflicts, and what is told."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.change import (
    Done,
    FileEdits,
    OpenEdits,
    Site,
    apply,
    conclude,
    history,
    keep,
    record,
    rollback,
    rollback_edits,
    rolled_back,
)
from calibrant.model.applied import Verdict
from calibrant.model.text import Span, TextEdit, apply_edits
from change.door import FIXES, TEXT, change, put, says, site_of

NEW = TEXT.replace("UrgentMail", "UrgentEmails")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_of(tmp_path) as opened:
        yield opened


def fixed(site: Site, *paths: Path) -> Done:
    done = asyncio.run(apply(site, [change(path) for path in paths], FIXES, says(True)))
    assert done.status == "verified"
    return done


def test_edits_elsewhere_stay(site: Site) -> None:
    path = put(site)
    fixed(site, path)
    path.write_text("# mine\n" + path.read_text() + "  - id: more\n")
    back = rollback(site)
    assert [(file.path, file.became) for file in back.files] == [("a.workflow.yaml", "merged")]
    assert path.read_text() == "# mine\n" + TEXT + "  - id: more\n"


def test_a_file_saved_in_another_encoding_is_still_rolled_back(site: Site) -> None:
    path = put(site)
    fixed(site, path)
    path.write_bytes(b"\xff\xfe" + (NEW + "# mine\n").encode("utf-16-le"))
    assert rollback(site).status == "rolled_back"
    assert path.read_bytes() == b"\xff\xfe" + (TEXT + "# mine\n").encode("utf-16-le")


@pytest.mark.parametrize("mine", [NEW.replace("UrgentEmails", "Mine").encode(), b"caf\xe9"])
def test_an_overlap_is_a_conflict_and_the_whole_backup_a_choice(site: Site, mine: bytes) -> None:
    path, other = put(site), put(site, "b.workflow.yaml")
    done = fixed(site, path, other)
    path.write_bytes(mine)
    refused = rollback(site)
    assert (refused.status, refused.session) == ("refused", done.session)
    assert [(file.path, file.became) for file in refused.conflicts] == [("a.workflow.yaml", "conflict")]
    assert "whole file as it was before the fix" in refused.reason
    assert (path.read_bytes(), other.read_text()) == (mine, NEW)
    whole = rollback(site, whole=True)
    assert whole.status == "rolled_back"
    assert (path.read_text(), other.read_text()) == (TEXT, TEXT)
    kept = whole.files[0].note.split("‘")[1].split("’")[0]
    assert Path(kept).read_bytes() == mine
    site.store.make_room()
    assert Path(kept).read_bytes() == mine


def test_a_deleted_file_comes_back_with_its_folder_and_mode(site: Site) -> None:
    path = put(site, "deep/er/a.workflow.yaml")
    path.chmod(0o600)
    fixed(site, path)
    path.unlink()
    path.parent.rmdir()
    path.parent.parent.rmdir()
    assert [file.became for file in rollback(site).files] == ["restored"]
    assert path.read_text() == TEXT
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_in_its_place_is_told_and_nothing_changes(site: Site) -> None:
    path, other = put(site), put(site, "b.workflow.yaml")
    fixed(site, path, other)
    path.unlink()
    path.mkdir()
    refused = rollback(site)
    assert refused.status == "refused"
    assert "is a folder" in refused.reason
    assert other.read_text() == NEW
    path.rmdir()
    assert rollback(site).status == "rolled_back"
    assert [path.read_text(), other.read_text()] == [TEXT, TEXT]


def test_all_files_or_none_when_one_cannot_be_written(site: Site) -> None:
    path, other = put(site), put(site, "b.workflow.yaml")
    fixed(site, path, other)
    other.chmod(0o444)
    refused = rollback(site)
    assert (refused.status, "read-only" in refused.reason) == ("refused", True)
    assert [path.read_text(), other.read_text()] == [NEW, NEW]
    assert [session.status for session in history(site)] == ["verified"]
    other.chmod(0o644)
    assert rollback(site).status == "rolled_back"


def test_newest_first_then_the_next(site: Site) -> None:
    path = put(site)
    first = fixed(site, path)
    second = asyncio.run(apply(site, [change(path, "r.xlsx", "report.xlsx")], FIXES, says(True)))
    third = asyncio.run(apply(site, [change(put(site, "other.yaml"), "mail", "post")], FIXES, says(True)))
    assert rollback(site, path=path).session == second.session
    assert path.read_text() == NEW
    assert rollback(site).session == third.session
    assert rollback(site).session == first.session
    assert path.read_text() == TEXT
    assert "nothing to roll back" in rollback(site).reason
    assert [session.status for session in history(site, path)] == ["rolled_back"] * 2


def test_an_older_session_leaves_the_newer_one(site: Site) -> None:
    path = put(site)
    first = fixed(site, path)
    asyncio.run(apply(site, [change(path, "r.xlsx", "report.xlsx")], FIXES, says(True)))
    assert rollback(site, first.session).status == "rolled_back"
    assert path.read_text() == TEXT.replace("r.xlsx", "report.xlsx")
    assert site.store.outcomes() == {"valid-value": {"undone": 1}}, "one fix, and the last word on it"


def test_twice_is_told_and_so_is_what_is_not_known(site: Site) -> None:
    path = put(site)
    done = fixed(site, path)
    assert rollback(site, done.session).status == "rolled_back"
    assert rollback(site, done.session) == Done(
        "refused", f"Session {done.session} was rolled back already.", done.session
    )
    assert "no session of changes ‘x’" in rollback(site, "x").reason
    assert path.read_text() == TEXT


def test_what_the_user_took_back_by_hand_is_no_conflict(site: Site) -> None:
    path = put(site)
    fixed(site, path)
    path.write_text(TEXT)
    assert [file.became for file in rollback(site).files] == ["unchanged"]
    assert path.read_text() == TEXT


def test_nor_is_what_was_taken_back_by_hand_in_a_text_edited_elsewhere(site: Site) -> None:
    path = put(site)
    fixed(site, path)
    path.write_text("# mine\n" + TEXT + "# mine\n")
    assert [file.became for file in rollback(site).files] == ["unchanged"]
    assert path.read_text() == "# mine\n" + TEXT + "# mine\n"


def test_a_document_that_was_never_saved_leaves_its_file_alone(site: Site) -> None:
    path = put(site)
    told = record(site, [OpenEdits(path, TEXT + "# not saved\n", change(path).edits)], FIXES)
    assert [file.became for file in rollback(site, told.session).files] == ["unchanged"]
    assert path.read_text() == TEXT


def test_a_damaged_backup_is_not_used(site: Site) -> None:
    path = put(site)
    done = fixed(site, path)
    known = site.store.get(done.session)
    assert known is not None
    Path(site.store.kept_at(known.files[0].before)).write_text("damaged")
    with pytest.raises(Exception, match="damaged and was not used"):
        rollback(site)
    assert path.read_text() == NEW


def test_open_documents_are_rolled_back_by_edits(site: Site) -> None:
    path, closed = put(site), put(site, "b.workflow.yaml")
    before = "# not saved\n" + TEXT
    edits = tuple(TextEdit(edit.span.shift(len("# not saved\n")), edit.text) for edit in change(path).edits)
    told = record(site, [OpenEdits(path, before, edits)], FIXES)
    assert told.status == "unverified"
    assert conclude(site, told.session, Verdict(True)).status == "verified"
    after = apply_edits(before, edits)
    now = after + "# mine\n"
    back = rollback_edits(site, {path: now}, path=path)
    assert (back.session, back.closed, back.reason) == (told.session, (), "")
    assert apply_edits(now, back.edits[path]) == before + "# mine\n"
    clash = rollback_edits(site, {path: now.replace("UrgentEmails", "Mine")})
    assert [file.path for file in clash.conflicts] == ["a.workflow.yaml"]
    whole = rollback_edits(site, {path: now.replace("UrgentEmails", "Mine")}, whole=True)
    assert apply_edits(now.replace("UrgentEmails", "Mine"), whole.edits[path]) == before
    assert rolled_back(site, told.session).status == "rolled_back"
    assert "already" in rolled_back(site, told.session).reason
    assert "nothing to roll back" in rollback_edits(site, {path: now}).reason
    assert (path.read_text(), closed.read_text()) == (TEXT, TEXT)


def test_a_document_closed_since_is_rolled_back_in_its_file(site: Site) -> None:
    path = put(site, data=b"\xef\xbb\xbf" + TEXT.encode())
    told = record(site, [OpenEdits(path, TEXT, change(path).edits)], FIXES)
    path.write_bytes(b"\xef\xbb\xbf" + NEW.encode())
    assert rollback(site, told.session).status == "rolled_back"
    assert path.read_bytes() == b"\xef\xbb\xbf" + TEXT.encode()


def test_a_session_with_open_and_closed_files(site: Site) -> None:
    path, closed = put(site), put(site, "b.workflow.yaml")
    done = fixed(site, path, closed)
    back = rollback_edits(site, {path: NEW + "# mine\n"}, done.session)
    assert back.closed == ("b.workflow.yaml",)
    assert apply_edits(NEW + "# mine\n", back.edits[path]) == TEXT + "# mine\n"
    assert [file.path for file in rollback(site, done.session, edited=[path]).files] == ["b.workflow.yaml"]
    assert (path.read_text(), closed.read_text()) == (NEW, TEXT)


def test_a_verdict_against_an_open_document_waits_for_the_editor(site: Site) -> None:
    path = put(site)
    told = record(site, [OpenEdits(path, TEXT, change(path).edits)], FIXES)
    assert "No such range." in conclude(site, told.session, Verdict(False, "No such range.")).reason
    assert rolled_back(site, told.session, reason="It did not hold.", by_user=False).status == "rolled_back"
    assert site.store.outcomes() == {"valid-value": {"rolled_back": 1}}
    path.write_text("# mine\n" + TEXT)
    assert asyncio.run(keep(site, told.session)).status == "kept"
    assert path.read_text() == "# mine\n" + NEW
    path.write_text(NEW.replace("UrgentEmails", "Other"))
    again = asyncio.run(keep(site, told.session))
    assert (again.status, "was edited since" in again.reason) == ("refused", True)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, tuple[TextEdit, ...]]:
    text = draw(st.text(alphabet="ab:\n\r \t\u00e9🎈\u2028\ufeff", max_size=60))
    mark, encoding = draw(
        st.sampled_from(
            [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
        )
    )
    if not mark and text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6).map(lambda c: c[: len(c) // 2 * 2])))
    edits = tuple(
        TextEdit(Span(*pair), draw(st.text(alphabet="aX\n\ré🎈", max_size=5)))
        for pair in zip(cuts[::2], cuts[1::2], strict=True)
    )
    return mark + text.encode(encoding), edits


@settings(max_examples=60, deadline=None)
@given(st.lists(files(), min_size=1, max_size=2))
def test_any_edits_and_a_rollback_give_back_the_bytes(cases: list[tuple[bytes, tuple[TextEdit, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as folder, site_of(Path(folder)) as site:
        paths = [put(site, f"{n}.yaml", data) for n, (data, _) in enumerate(cases)]
        wanted = [FileEdits(path, data, edits) for path, (data, edits) in zip(paths, cases, strict=True)]
        done = asyncio.run(apply(site, wanted, FIXES, None))
        if done.status == "refused":
            assert "Nothing would change" in done.reason
        else:
            assert [path.read_bytes() for path in paths] != [data for data, _ in cases]
            assert rollback(site).status == "rolled_back"
        assert [path.read_bytes() for path in paths] == [data for data, _ in cases]


async def test_history_tells_it_all(site: Site) -> None:
    path = put(site)
    done = await apply(site, [change(path)], FIXES, says(None, "No sandbox here."), answers="run-7")
    (session,) = history(site, path)
    assert (session.id, session.reason, session.answers) == (done.session, "No sandbox here.", "run-7")
    assert [file.path for file in session.files] == ["a.workflow.yaml"]
    assert history(site, Path("/elsewhere")) == ()
    assert msgspec.json.decode(msgspec.json.encode(session), type=type(session)) == session
