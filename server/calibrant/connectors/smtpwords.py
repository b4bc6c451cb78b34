"""What went wrong between us and a mail server, in plain words."""

from collections.abc import Mapping

import msgspec

from calibrant.connectors.mailmessage import Mail
from calibrant.connectors.refusal import listing, refuse
from calibrant.connectors.smtptarget import Server
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind

_SAID = 300
_WANTS_LOGIN = 530
_TOO_LARGE = (552, 523)
_HINTS = {
    "connection-refused": "Check the host and the port, and that the server is running.",
    "connection-failed": "Check the port, its encryption (smtp or smtps), and the certificate of the server.",
    "connection-lost": "Try again; where it happens often, ask those who run it.",
    "host-not-found": "Check the host's name, and the network.",
    "timed-out": "Check the host and the port, or give the step a longer ‘timeout’.",
}


def unreached(server: Server, code: str, words: str, error: Exception) -> Failure:
    """Return the failure of a server with which no conversation came about."""
    details = f"{type(error).__name__}: {error}"
    return Failure(
        code,
        words,
        Kind.CONNECTION,
        hint=_HINTS[code],
        details=details,
        parameter=("server",),
        subject=server.origin,
        origin=server.origin,
    )


def turned_away(server: Server, status: int, said: bytes | str) -> Failure:
    """Return the failure of a server that takes no mail from us now."""
    message = f"{server.origin} takes no mail now{_quoted(status, said)}."
    return Failure(
        "service-unavailable",
        message,
        Kind.TRANSIENT if status < 500 else Kind.CONNECTION,
        hint="Try again later, or add ‘retry’.",
        parameter=("server",),
        subject=server.origin,
        origin=server.origin,
    )


def login_refused(server: Server, credential: str, status: int, said: bytes | str) -> Failure:
    """Return the failure of a user and password that the server does not accept."""
    if 400 <= status < 500:
        return turned_away(server, status, said)
    message = f"{server.origin} does not accept the login{_quoted(status, said)}."
    return _auth(server, credential, message, "Check ‘user’ and ‘password’.", "password")


def _auth(server: Server, credential: str, message: str, hint: str, parameter: str) -> Failure:
    return Failure(
        "login-failed",
        message,
        Kind.AUTH,
        hint=hint,
        parameter=(parameter,),
        subject=server.origin,
        origin=server.origin,
        credential=credential,
    )


def no_login(server: Server, *, secure: bool) -> Failure:
    """Return the failure of a server that takes no logins."""
    message = f"{server.origin} takes no login{'' if secure else ' over a connection that is not encrypted'}."
    hint = (
        "Leave ‘user’ and ‘password’ out."
        if secure
        else "Use its encrypted port (smtps), or leave ‘user’ and ‘password’ out."
    )
    return refuse("invalid-value", "user", message, hint=hint).failure


def unprotected(server: Server) -> Failure:
    """Return the failure of a login that everyone on the way could read."""
    message = f"{server.origin} offers no encryption, so the password is not sent: everyone on the way could read it."
    hint = "Use the server's encrypted port, such as smtps://host:465."
    return refuse("unprotected-login", "server", message, kind=Kind.SECURITY, value=server.origin, hint=hint).failure


def no_wide_addresses(server: Server, mail: Mail) -> Failure:
    """Return the failure of an address beyond ASCII at a server that knows only ASCII ones."""
    parameter = "to" if mail.sender.isascii() else "from"
    address = next(found for found in (mail.sender, *mail.recipients) if not found.isascii())
    message = f"{server.origin} takes no addresses beyond ASCII, such as ‘{address}’."
    hint = "Use an address in plain letters."
    return refuse("mail-refused", parameter, message, value=address, hint=hint).failure


def sender_refused(server: Server, credential: str, sender: str, status: int, said: bytes) -> Failure:
    """Return the failure of a sender that the server does not accept."""
    if status == _WANTS_LOGIN:
        message = f"{server.origin} wants a login{_quoted(status, said)}."
        return _auth(server, credential, message, "Give ‘user’ and ‘password’.", "server")
    if status in _TOO_LARGE:
        return mail_refused(server, status, said)
    if status < 500:
        return turned_away(server, status, said)
    message = f"{server.origin} takes no mail from ‘{sender}’{_quoted(status, said)}."
    hint = "Send it from an address that belongs to the login."
    return refuse("mail-refused", "from", message, value=sender, hint=hint).failure


def recipients_refused(server: Server, credential: str, refused: Mapping[str, tuple[int, bytes]]) -> Failure:
    """Return the failure of recipients that the server does not accept."""
    status, said = next(iter(refused.values()))
    if status == _WANTS_LOGIN:
        message = f"{server.origin} wants a login{_quoted(status, said)}."
        return _auth(server, credential, message, "Give ‘user’ and ‘password’.", "server")
    addresses = list(refused)
    named = listing([f"‘{address}’" for address in addresses])
    message = f"{server.origin} takes no mail for {named}{_quoted(status, said)}. Nothing was sent to anyone."
    details = "\n".join(f"{address}:{_quoted(*answer)}" for address, answer in refused.items())
    kind = Kind.TRANSIENT if all(status < 500 for status, _said in refused.values()) else Kind.PARAMETER
    hint = "Correct the address or leave it out." if kind is Kind.PARAMETER else "Try again later, or add ‘retry’."
    found = refuse("mail-refused", "to", message, kind=kind, value=addresses[0], hint=hint, details=details)
    return msgspec.structs.replace(found.failure, evidence={"refused": ", ".join(addresses)})


def mail_refused(server: Server, status: int, said: bytes | str) -> Failure:
    """Return the failure of a mail that the server does not take."""
    if status in _TOO_LARGE:
        message = f"The mail is larger than {server.origin} takes{_quoted(status, said)}."
        return refuse("too-large", "attachments", message, hint="Send less, or a link to it.").failure
    if status < 500:
        return turned_away(server, status, said)
    message = f"{server.origin} does not take the mail{_quoted(status, said)}."
    hint = "Correct what the server complains about."
    return refuse("mail-refused", "server", message, hint=hint).failure


def _quoted(status: int, said: bytes | str) -> str:
    """Return a server's own words, with a leading blank: " (550: no such user)"."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    words = " ".join(text.split()).rstrip(".")[:_SAID]
    return f" ({status}: {words})" if words else f" ({status})"
