"""mail.send to a real server on this machine."""

import email
import email.policy
import socket
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from calibrant.connectors import registry, smtp
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure
from connectors.smtpserver import SmtpServer, running

BASE: Mapping[str, Any] = {"to": "ops@example.com", "from_": "bot@example.com", "subject": "Done"}
CONNECTOR = registry()["mail.send"]


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def test_a_mail_arrives(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/report.csv").write_bytes(b"a,b\r\n1,\xff\r\n")
    async with running(SmtpServer()) as server:
        output = await call(
            "mail.send",
            tmp_path,
            server=server.url,
            to=["Ana Ünal <ana@example.com>", "ops@example.com, dev@example.com"],
            from_='"Bot, the" <bot@example.com>',
            subject="Fertig: ☃ — " + "long " * 40,
            text="Grüße\n.\n..two\n",
            html="<p>Grüße</p>",
            attachments=[
                "out/report.csv",
                {"name": "data.json", "content": {"a": [1]}},
                {"name": "t.txt", "content": "é"},
            ],
        )
    sender, recipients, data = server.mails[0]
    assert (sender, recipients) == ("bot@example.com", ["ana@example.com", "ops@example.com", "dev@example.com"])
    message = parsed(data)
    assert str(message["Subject"]) == "Fertig: ☃ — " + "long " * 40
    assert [address.display_name for address in message["To"].addresses] == ["Ana Ünal", "", ""]
    assert str(message["Message-ID"]).strip("<>") == output["id"]
    body, html = message.get_body(("plain",)), message.get_body(("html",))
    assert body is not None
    assert html is not None
    assert body.get_content().replace("\r\n", "\n") == "Grüße\n.\n..two\n"
    assert html.get_content().strip() == "<p>Grüße</p>"
    attached = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert attached == {
        "report.csv": b"a,b\r\n1,\xff\r\n",
        "data.json": b'{\n  "a": [\n    1\n  ]\n}\n',
        "t.txt": "é".encode(),
    }
    assert server.commands[-1] == "quit"


async def test_a_login(tmp_path: Path) -> None:
    async with running(SmtpServer(login="bot@example.com:geheim")) as server:
        params: dict[str, Any] = {
            "server": server.url,
            "to": "a@example.com",
            "subject": "x",
            "user": "bot@example.com",
        }
        await call("mail.send", tmp_path, **params, password="geheim")
        assert server.mails[0][0] == "bot@example.com"
        found = await failure("mail.send", tmp_path, **params, password="falsch")
        nobody = await failure("mail.send", tmp_path, **{**BASE, "server": server.url})
    assert (found.code, found.kind, found.parameter) == ("login-failed", Kind.AUTH, ("password",))
    assert found.origin == server.url
    assert found.message == f"{server.url} does not accept the login (535: 5.7.8 wrong user or password)."
    assert found.credential == CONNECTOR.credential(params)
    assert found.credential
    assert "bot" not in found.credential
    assert "falsch" not in repr(found)
    assert (nobody.code, nobody.hint) == ("login-failed", "Give ‘user’ and ‘password’.")
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("answers", "code", "kind", "parameter", "message"),
    [
        (
            {"RCPT TO:<nobody": "550 5.1.1 no such user"},
            "mail-refused",
            Kind.PARAMETER,
            "to",
            "{url} takes no mail for ‘nobody@example.com’ (550: 5.1.1 no such user). Nothing was sent to anyone.",
        ),
        (
            {"RCPT": "450 greylisted"},
            "mail-refused",
            Kind.TRANSIENT,
            "to",
            "{url} takes no mail for ‘ops@example.com’, ‘nobo",
        ),
        (
            {"MAIL": "550 not you"},
            "mail-refused",
            Kind.PARAMETER,
            "from",
            "{url} takes no mail from ‘bot@example.com’ (550:",
        ),
        (
            {"MAIL": "552 too big"},
            "too-large",
            Kind.PARAMETER,
            "attachments",
            "The mail is larger than {url} takes (552:",
        ),
        (
            {"MAIL": "451 later"},
            "service-unavailable",
            Kind.TRANSIENT,
            "server",
            "{url} takes no mail now (451: later).",
        ),
        (
            {"DATA": "554 no spam"},
            "mail-refused",
            Kind.PARAMETER,
            "server",
            "{url} does not take the mail (554: no spam).",
        ),
        (
            {"after data": "554 a virus"},
            "mail-refused",
            Kind.PARAMETER,
            "server",
            "{url} does not take the mail (554: a vi",
        ),
        (
            {"greeting": "421 busy"},
            "service-unavailable",
            Kind.TRANSIENT,
            "server",
            "{url} takes no mail now (421: busy).",
        ),
        ({"greeting": "HTTP/1.1 400"}, "connection-failed", Kind.CONNECTION, "server", "{url} does not speak as"),
        (
            {"EHLO": "hang up", "HELO": "hang up"},
            "connection-lost",
            Kind.CONNECTION,
            "server",
            "{url} broke off the conn",
        ),
        ({"DATA": "hang up"}, "connection-lost", Kind.CONNECTION, "server", "{url} broke off the connection."),
    ],
)
async def test_what_a_server_refuses(
    tmp_path: Path, answers: dict[str, str], code: str, kind: Kind, parameter: str, message: str
) -> None:
    async with running(SmtpServer(answers)) as server:
        params = {**BASE, "server": server.url, "to": "ops@example.com, nobody@example.com"}
        found = await failure("mail.send", tmp_path, **params)
    assert found.message.startswith(message.format(url=server.url))
    assert (found.code, found.kind, found.parameter) == (code, kind, (parameter,))
    assert found.hint
    assert server.mails == [] or "after data" in answers


async def test_how_a_server_says_goodbye_does_not_matter(tmp_path: Path) -> None:
    for answer in ("500 what", "hang up"):
        async with running(SmtpServer({"QUIT": answer})) as server:
            assert (await call("mail.send", tmp_path, **BASE, server=server.url))["id"]
        assert len(server.mails) == 1


async def test_no_server(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{free.getsockname()[1]}"
    found = await failure("mail.send", tmp_path, **BASE, server=url)
    assert (found.code, found.kind, found.origin) == ("connection-refused", Kind.CONNECTION, url)
    assert found.message == f"Nothing answers at {url}."
    found = await failure("mail.send", tmp_path, **BASE, server="no-such-host.invalid")
    assert (found.code, found.kind) == ("host-not-found", Kind.CONNECTION)


async def test_a_server_that_says_nothing(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"127.0.0.1:{silent.getsockname()[1]}"
        found = await failure("mail.send", tmp_path, **BASE, server=url, timeout=0.3)
        assert (found.code, found.kind) == ("timed-out", Kind.CONNECTION)


async def test_no_encryption_where_it_is_asked_for(tmp_path: Path) -> None:
    async with running(SmtpServer()) as server:
        found = await failure("mail.send", tmp_path, **BASE, server=f"smtps://127.0.0.1:{server.port}")
    assert (found.code, found.kind) == ("connection-failed", Kind.CONNECTION)
    async with running(SmtpServer(extensions=("STARTTLS",), answers={"STARTTLS": "220 go"})) as server:
        found = await failure("mail.send", tmp_path, **BASE, server=server.url)
    assert found.kind is Kind.CONNECTION
    assert server.mails == []


@pytest.mark.parametrize(
    ("host", "secure", "may"),
    [
        ("mail.example.com", False, False),
        ("mail.example.com", True, True),
        ("localhost", False, True),
        ("10.0.0.1", False, False),
    ],
)
def test_a_password_is_not_sent_in_the_open(host: str, secure: bool, may: bool) -> None:
    assert smtp.may_log_in(host, secure=secure) is may


async def test_a_login_where_none_is_taken(tmp_path: Path) -> None:
    async with running(SmtpServer()) as server:
        found = await failure("mail.send", tmp_path, **BASE, server=server.url, user="a", password="b")
    assert (found.code, found.parameter) == ("invalid-value", ("user",))


async def test_addresses_beyond_ascii(tmp_path: Path) -> None:
    params = {**BASE, "to": "jürgen@bücher.example"}
    async with running(SmtpServer()) as server:
        found = await failure("mail.send", tmp_path, **params, server=server.url)
        await call("mail.send", tmp_path, **{**BASE, "to": "a@bücher.example"}, server=server.url)
    assert (found.code, found.parameter) == ("mail-refused", ("to",))
    assert server.mails[0][1] == ["a@xn--bcher-kva.example"]
    async with running(SmtpServer(extensions=("SMTPUTF8", "8BITMIME"))) as server:
        await call("mail.send", tmp_path, **params, server=server.url)
    assert server.mails[0][1] == ["jürgen@xn--bcher-kva.example"]
    assert "jürgen@" in server.mails[0][2].decode()


@pytest.mark.parametrize(
    ("change", "code", "parameter", "message"),
    [
        ({"subject": "Done\r\nBcc: eve@example.com"}, "invalid-value", "subject", "‘subject’ has a line break in it"),
        ({"subject": "a\u2028b"}, "invalid-value", "subject", "‘subject’ has a line break in it"),
        ({"to": "ops@example.com\nBcc: eve@example.com"}, "invalid-value", "to", "‘to’ has a line break in it"),
        ({"from": "a@example.com\rX: y"}, "invalid-value", "from", "‘from’ has a line break in it"),
        ({"to": "ops"}, "invalid-value", "to", "‘ops’ in ‘to’ is not a mail address."),
        ({"to": ["a@example.com", "b@"]}, "invalid-value", "to", "‘b@’ in ‘to’ is not a mail address."),
        ({"to": "a b@example.com"}, "invalid-value", "to", "‘a b@example.com’ in ‘to’ is not a mail address."),
        ({"to": "a@exa_mple..com"}, "invalid-value", "to", "‘a@exa_mple..com’ in ‘to’ is not a mail address."),
        ({"to": []}, "invalid-value", "to", "‘to’ is empty"),
        ({"to": " "}, "invalid-value", "to", "‘to’ is empty"),
        ({"to": 3}, "shape-mismatch", "to", "‘to’ takes text, but got a whole number."),
        ({"from": None}, "missing-parameter", "", "It is not said whom the mail is from"),
        ({"from": "a@b.example, c@d.example"}, "invalid-value", "from", "‘from’ takes one address, but has 2."),
        ({"attachments": ["nope.txt"]}, "file-not-found", "attachments", "There is no file ‘nope.txt’."),
        (
            {"attachments": [{"nam": "x"}]},
            "shape-mismatch",
            "attachments",
            "‘attachments’ has an object with other fields",
        ),
        ({"attachments": [3]}, "shape-mismatch", "attachments", "‘attachments’ has a whole number in it;"),
        (
            {"attachments": [{"name": "a\nb", "content": ""}]},
            "invalid-value",
            "attachments",
            "‘attachments’ has a line break",
        ),
        ({"attachments": ["../x"]}, "path-outside", "attachments", "‘../x’ leads out"),
        (
            {"server": "http://mail.example.com"},
            "invalid-value",
            "server",
            "‘http://mail.example.com’ is not a mail server:",
        ),
        ({"server": "mail.example.com:99999"}, "invalid-value", "server", "‘server’ has the port 99999"),
        ({"server": "bot:geheim@mail.example.com"}, "invalid-value", "server", "‘server’ holds a user's name"),
        ({"server": "a b"}, "invalid-value", "server", "‘a b’ is not a mail server"),
        ({"server": ""}, "invalid-value", "server", "‘’ is not a mail server"),
        ({"server": "-x.example"}, "invalid-value", "server", "‘-x.example’ is not a mail server"),
        (
            {"user": "bot"},
            "invalid-value",
            "user",
            "‘user’ and ‘password’ belong together, but ‘password’ is not given.",
        ),
        ({"user": "bot", "password": "ü"}, "invalid-value", "password", "‘password’ has characters beyond ASCII"),
    ],
)
async def test_what_a_rehearsal_finds(
    tmp_path: Path, change: dict[str, Any], code: str, parameter: str, message: str
) -> None:
    async with running(SmtpServer()) as server:
        params: dict[str, Any] = {
            "server": server.url,
            "to": "a@b.example",
            "subject": "x",
            "from": "c@d.example",
        } | change
        found = await failure("mail.send", tmp_path, doing="rehearse", **params)
    assert found.message.startswith(message)
    assert (found.code, found.parameter) == (code, (parameter,) if parameter else ())
    assert found.hint or code == "path-outside"
    assert "geheim" not in repr(found)
    assert server.connections == 0


async def test_a_rehearsal_connects_to_nothing(tmp_path: Path) -> None:
    async with running(SmtpServer()) as server:
        output = await call("mail.send", tmp_path, doing="rehearse", **BASE, server=server.url, text="x")
        assert str(output["id"]).endswith("@example.com")
        await call("mail.send", tmp_path, doing="check", **BASE, server=server.url, text=UNKNOWN)
        found = await failure("mail.send", tmp_path, doing="check", **{**BASE, "to": "ops"}, server=UNKNOWN)
    assert found.parameter == ("to",)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("server", "user", "origin"),
    [
        ("mail.example.com", None, "smtp://mail.example.com:25"),
        ("Mail.Example.com", "bot", "smtp://mail.example.com:587"),
        ("mail.example.com:2525", "bot", "smtp://mail.example.com:2525"),
        ("smtps://mail.example.com", "bot", "smtps://mail.example.com:465"),
        ("SMTP://mail.example.com:26/", None, "smtp://mail.example.com:26"),
        ("[::1]:25", None, "smtp://[::1]:25"),
    ],
)
def test_origins(server: str, user: str | None, origin: str) -> None:
    params = {"server": server} | ({"user": user} if user else {})
    assert CONNECTOR.origin(params) == origin
    assert bool(CONNECTOR.credential(params)) == bool(user)
