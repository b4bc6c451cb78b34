"""mail.read on real mailboxes."""

from pathlib import Path
from typing import Any

import pytest

from calibrant.connectors import mailtext
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure
from connectors.workspace import build, maildir


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build(tmp_path_factory.mktemp("mail"))
    maildir(folder / "Maildir")
    return folder


async def emails(folder: Path, **params: Any) -> list[dict[str, Any]]:
    output = await call("mail.read", folder, **params)
    found = output["emails"]
    assert isinstance(found, list)
    assert output["count"] == len(found)
    return found


async def test_a_mailbox_file(folder: Path) -> None:
    before = (folder / "inbox.mbox").read_bytes()
    first, second, third = await emails(folder, mailbox="inbox.mbox")
    assert first == {
        "id": "1@example.com",
        "from": "Ana Ünal <ana@example.com>",
        "to": "ops@example.com",
        "subject": "URGENT: disk full ☃",
        "date": "2024-05-02T01:30:00+00:00",
        "text": "The disk of the mail server is full.\n",
        "attachments": [],
    }
    assert second["attachments"] == [{"name": "report.csv", "type": "text/csv", "size": 8}]
    assert second["text"] == "See the report.\n"
    assert (third["text"], third["date"], third["from"], third["id"]) == ("Hello you\n\nBye", None, "", "2")
    assert (folder / "inbox.mbox").read_bytes() == before


async def test_a_maildir(folder: Path) -> None:
    found = await emails(folder, mailbox="Maildir")
    assert sorted(email["subject"] for email in found) == ["One", "Two"]


async def test_a_maildir_whose_empty_folders_are_gone(folder: Path) -> None:
    (folder / "Half/cur").mkdir(parents=True)
    (folder / "Half/cur/1.host:2,S").write_bytes(b"Subject: old\n\nx\n")
    found = await emails(folder, mailbox="Half")
    assert [(email["id"], email["subject"]) for email in found] == [("1.host", "old")]


@pytest.mark.parametrize("planted", ["cur/1", "cur"])
async def test_a_maildir_does_not_lead_out_of_the_workspace(tmp_path: Path, planted: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/1").write_bytes(b"Subject: not yours\n\nx\n")
    box = tmp_path / "workspace/box"
    (box / "new").mkdir(parents=True)
    (box / planted).parent.mkdir(exist_ok=True)
    (box / planted).symlink_to(tmp_path / "outside" / ("1" if planted == "cur/1" else ""))
    found = await failure("mail.read", tmp_path / "workspace", mailbox="box")
    assert found.code == "path-outside"
    assert planted in found.message


async def test_a_link_that_stays_in_the_workspace_is_a_mail(tmp_path: Path) -> None:
    (tmp_path / "box/cur").mkdir(parents=True)
    (tmp_path / "mail.eml").write_bytes(b"Subject: linked\n\nx\n")
    (tmp_path / "box/cur/1").symlink_to("../../mail.eml")
    assert [email["subject"] for email in await emails(tmp_path, mailbox="box")] == ["linked"]


async def test_an_empty_mailbox(folder: Path) -> None:
    assert await emails(folder, mailbox="broken/empty.mbox") == []


@pytest.mark.parametrize(
    ("params", "subjects"),
    [
        ({"since": "2024-05-02"}, ["URGENT: disk full ☃", "Report"]),
        ({"since": "2024-05-02T01:30:01"}, ["Report"]),
        ({"since": "2024-05-02T23:00:00-05:00"}, []),
        ({"search": "urgent"}, ["URGENT: disk full ☃"]),
        ({"search": "MAIL SERVER"}, ["URGENT: disk full ☃"]),
        ({"search": "ünal", "since": "2024-05-03"}, ["Report"]),
        ({"search": "nothing at all"}, []),
    ],
)
async def test_choosing(folder: Path, params: dict[str, Any], subjects: list[str]) -> None:
    assert [email["subject"] for email in await emails(folder, mailbox="inbox.mbox", **params)] == subjects


async def test_a_call_is_checked_as_far_as_it_is_known(folder: Path) -> None:
    found = await failure("mail.read", folder, doing="check", mailbox="inbx.mbox", search=UNKNOWN)
    assert found.code == "file-not-found"
    found = await failure("mail.read", folder, doing="check", mailbox=UNKNOWN, since="soon")
    assert found.code == "invalid-value"
    assert await call("mail.read", folder, doing="check", mailbox="Maildir", since=UNKNOWN) == {}


@pytest.mark.parametrize(
    ("source", "field", "value"),
    [
        (b"Subject: =?utf-8?q?caf=C3=A9?=\n =?utf-8?q?_two?=\n\nx", "subject", "café two"),
        (b"Subject: =?no-such?q?abc?=\n\nx", "subject", "abc"),
        (b"Date: someday\n\nx", "date", None),
        (b"Content-Type: text/plain; charset=no-such\n\ncaf\xc3\xa9", "text", "café"),
        (b"Content-Transfer-Encoding: base64\n\n!!not base64!!", "attachments", []),
        (b"Content-Type: multipart/mixed\n\nno boundary", "text", "no boundary"),
        (b"From: <broken\nTo: ,,;@\n\nx", "from", None),
        (b"Content-Disposition: attachment; filename*=x''%zz\n\nabc", "text", ""),
        (b"Message-ID: <\n\nx", "id", None),
        (b"", "subject", ""),
    ],
)
def test_malformed_mail_is_read_as_far_as_it_goes(source: bytes, field: str, value: object) -> None:
    found = mailtext.read(mailtext.parse(source), "7")
    assert set(found) == {"id", "from", "to", "subject", "date", "text", "attachments"}
    if value is not None or field == "date":
        assert found[field] == value
