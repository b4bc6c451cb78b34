"""Which mail server is meant, and as whom, without reaching it."""

import re
from hashlib import blake2b

import msgspec

from calibrant.connectors import parameters
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Params
from calibrant.model.failure import StepError

_SERVER = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<user>[^@/]*@)?"
    r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<host>[^\s:/@\[\]?#]+))(?::(?P<port>\d{1,6}))?/?"
)
_HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*\.?")
_PORTS = {"smtp": 25, "smtps": 465}
_SUBMISSION = 587


class Server(msgspec.Struct, frozen=True):
    """A mail server; with `secure`, all of the connection is encrypted from its beginning."""

    host: str
    port: int
    secure: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port: "smtp://mail.example.com:587"."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"smtp{'s' if self.secure else ''}://{host}:{self.port}"


def server_of(params: Params) -> Server:
    """Return the server that a call goes to. The port is 465 for smtps; else 587 where a user is given, else 25.

    Raises:
        StepError: it is none (code `invalid-value`).
    """
    written = parameters.text(params, "server").strip()
    found = _SERVER.fullmatch(written)
    scheme = (found["scheme"] or "smtp").lower() if found else ""
    if found is None or scheme not in _PORTS or not (found["six"] or _HOST.fullmatch(found["host"])):
        raise _no_server(written, scheme)
    if found["user"]:
        message = "‘server’ holds a user's name; give ‘user’ and ‘password’ instead."
        raise refuse("invalid-value", "server", message, hint="Take it out of the server's address.")
    port = int(found["port"]) if found["port"] else _PORTS[scheme]
    if not found["port"] and scheme == "smtp" and params.get("user") is not None:
        port = _SUBMISSION
    if not 0 < port < 65536:
        raise refuse(
            "invalid-value", "server", f"‘server’ has the port {port}; ports go from 1 to 65535.", value=written
        )
    return Server((found["six"] or found["host"]).lower(), port, scheme == "smtps")


def _no_server(written: str, scheme: str) -> StepError:
    shown = written.rpartition("@")[2]
    message = f"‘{shown}’ is not a mail server: write host:port, smtp://host:port or smtps://host:port."
    rest = shown.partition("://")[2].partition("/")[0].partition(":")[0]
    meant = [f"smtp://{rest}"] if scheme and rest and _HOST.fullmatch(rest) else []
    return refuse("invalid-value", "server", message, value=shown, candidates=meant)


def login_of(params: Params) -> tuple[str, str] | None:
    """Return user and password, None where neither is given.

    Raises:
        StepError: only one of them is, or one has characters that cannot be sent.
    """
    user, password = (params.get(name) for name in ("user", "password"))
    if user is None and password is None:
        return None
    if user is None or password is None:
        missing = "user" if user is None else "password"
        message = f"‘user’ and ‘password’ belong together, but ‘{missing}’ is not given."
        raise refuse("invalid-value", "password" if user is None else "user", message, hint=f"Give ‘{missing}’, too.")
    for name in ("user", "password"):
        if not parameters.text(params, name).isascii():
            message = f"‘{name}’ has characters beyond ASCII, which mail servers do not take."
            raise refuse("invalid-value", name, message, hint="Use plain letters, digits and signs.")
    return parameters.text(params, "user"), parameters.text(params, "password")


def credential(params: Params) -> str:
    """Return a digest of the user's name; empty for nobody."""
    user = params.get("user")
    return blake2b(f"user:{user}".encode(), digest_size=8).hexdigest() if isinstance(user, str) and user else ""
