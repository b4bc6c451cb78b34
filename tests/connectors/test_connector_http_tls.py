"""http.request over TLS, against certificates that are made here: a good one, and each way to be a bad one."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from calibrant.connectors import registry
from calibrant.connectors.tlswords import insecure
from calibrant.engine.context import CallContext, Shared
from calibrant.model.connector import Output
from calibrant.model.event import RunRequest
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from connectors.apiserver import Reply, serving

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made by openssl")

RUN = registry()["http.request"].run
HOST = "subjectAltName=IP:127.0.0.1,DNS:localhost"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates: of an authority `ca`, of servers that it signed, and `own`, signed by itself; a key for all."""
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        subprocess.run(("openssl", *arguments), cwd=folder, check=True, capture_output=True, timeout=30)

    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
    authority = ("-addext", "keyUsage=keyCertSign,cRLSign")
    openssl("req", "-x509", "-key", "key.pem", "-subj", "/CN=authority", *authority, "-days", "2", "-out", "ca.pem")
    openssl("req", "-x509", "-key", "key.pem", "-subj", "/CN=own", "-addext", HOST, "-days", "2", "-out", "own.pem")
    openssl("req", "-new", "-key", "key.pem", "-subj", "/CN=server", "-out", "request.pem")
    for name, host, days in (
        ("good", HOST, "2"),
        ("old", HOST, "-1"),
        ("other", "subjectAltName=DNS:other.example", "2"),
    ):
        (folder / "extensions").write_text(f"{host}\nauthorityKeyIdentifier=keyid\n")
        signed = ("-CA", "ca.pem", "-CAkey", "key.pem", "-CAcreateserial", "-extfile", "extensions")
        openssl("x509", "-req", "-in", "request.pem", *signed, "-days", days, "-out", f"{name}.pem")
    return folder


def serving_as(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / "key.pem")
    return context


async def ask(folder: Path, url: str, **params: object) -> Output:
    """Make a call with the client that a run has."""
    shared = Shared(RunRequest("s", str(folder), str(folder / "w.workflow.yaml"), "", "", trusted=True), {})
    try:
        return await RUN({"url": url, **params}, CallContext(shared, live=False, timeout=10.0))
    finally:
        await shared.close()


async def refused(folder: Path, url: str) -> Failure:
    with pytest.raises(StepError) as caught:
        await ask(folder, url)
    return caught.value.failure


@pytest.mark.parametrize(
    ("certificate", "trusted", "host", "reason", "hint"),
    [
        ("own", False, "127.0.0.1", "its certificate is self-signed", "SSL_CERT_FILE"),
        ("good", False, "127.0.0.1", "its certificate comes from an authority that is not known here", "SSL_CERT_FILE"),
        ("old", True, "127.0.0.1", "its certificate has expired", "renew"),
        ("other", True, "localhost", "its certificate is for another host", "Check the host's name"),
        ("other", True, "127.0.0.1", "its certificate is for another host", "not by its address"),
    ],
)
async def test_a_certificate_that_is_not_accepted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, certificate: str, trusted: bool, host: str, reason: str, hint: str
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    with serving({"/": Reply("{}")}, serving_as(folder, certificate)) as server:
        url = f"https://{host}:{server.server_port}"
        found = await refused(folder, url + "/")
        assert server.asked == []
    assert found.message == f"No secure connection to {url} can be made: {reason}."
    assert (found.code, found.kind, found.origin) == ("connection-failed", Kind.CONNECTION, url)
    assert hint in found.hint


async def test_a_certificate_that_the_user_trusts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    with serving({"/": Reply("hello")}, serving_as(folder, "good")) as server:
        assert (await ask(folder, server.url + "/"))["body"] == "hello"


async def test_tls_where_there_is_none(folder: Path) -> None:
    with serving({"/": Reply("{}")}) as server:
        found = await refused(folder, server.url.replace("http:", "https:"))
    assert found.message.endswith(" can be made: it does not speak TLS there.")
    assert "http://" in found.hint


async def test_no_proxy_is_taken_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"/": Reply("hello")}) as server, serving({}) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert (await ask(folder, server.url + "/"))["body"] == "hello"
        assert proxy.asked == []


async def test_a_login_stays_with_the_port_that_it_was_given_for(folder: Path) -> None:
    with serving({"/": Reply("{}")}) as end, serving({}) as server:
        server.routes["/"] = Reply(status=302, headers={"location": end.url + "/"})
        await ask(folder, server.url + "/", auth={"bearer": "s3cret"})
        assert len(end.asked) == 1
        assert "s3cret" not in repr(end.asked)


def test_reasons_that_are_not_known_are_still_said_plainly() -> None:
    error = OSError("x")
    error.__cause__ = ssl.SSLError(1, "[SSL: SOMETHING_NEW] something new")
    assert insecure(error)[0] == "the two sides do not agree on how"
    assert insecure(OSError("x")) == ("", "")
