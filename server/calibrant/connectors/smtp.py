"""Handing a mail to an SMTP server: to everyone it is for, or to nobody."""

import smtplib
import socket
import ssl
import threading
from email.policy import SMTP, SMTPUTF8
from ipaddress import ip_address

import msgspec

from calibrant.connectors import smtpwords
from calibrant.connectors.mailmessage import Mail
from calibrant.connectors.smtptarget import Server
from calibrant.model.failure import Failure, StepError

_ACCEPTED = (250, 251)


class Delivery(msgspec.Struct, frozen=True):
    """A mail and where to hand it in; `login` is user and password, `credential` their digest, `seconds` for each answer."""

    mail: Mail
    server: Server
    login: tuple[str, str] | None
    credential: str
    seconds: float


def send(delivery: Delivery, stop: threading.Event) -> None:
    """Send the mail, encrypted where the server can; not any more when `stop` is set before the server has taken it.

    Raises:
        StepError: the server cannot be reached, or refuses the login, an address or the mail; nothing is sent then.
    """
    try:
        connection = _connected(delivery)
        try:
            _greet(connection, delivery)
            _hand_over(connection, delivery, stop)
            _take_leave(connection)
        finally:
            connection.close()
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise StepError(_explained(error, delivery)) from error


def _take_leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):  # the mail is with the server already, however it says goodbye
        return


def _connected(delivery: Delivery) -> smtplib.SMTP:
    server = delivery.server
    name = _own_name()
    if server.secure:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=delivery.seconds, context=context)
    return smtplib.SMTP(server.host, server.port, name, timeout=delivery.seconds)


def _own_name() -> str:
    """Return how to call ourselves, without asking a name server."""
    name = socket.gethostname()
    return name if name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"


def _greet(connection: smtplib.SMTP, delivery: Delivery) -> None:
    connection.ehlo_or_helo_if_needed()
    secure = delivery.server.secure
    if not secure and connection.has_extn("starttls"):
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
        secure = True
    if delivery.login is None:
        return
    if not connection.has_extn("auth"):
        raise StepError(smtpwords.no_login(delivery.server, secure=secure))
    if not may_log_in(delivery.server.host, secure=secure):
        raise StepError(smtpwords.unprotected(delivery.server))
    connection.login(*delivery.login)


def may_log_in(host: str, *, secure: bool) -> bool:
    """Tell whether a password may be sent: encrypted, or to this very machine."""
    if secure or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def _hand_over(connection: smtplib.SMTP, delivery: Delivery, stop: threading.Event) -> None:
    mail = delivery.mail
    wide = not all(address.isascii() for address in (mail.sender, *mail.recipients))
    if wide and not connection.has_extn("smtputf8"):
        raise StepError(smtpwords.no_wide_addresses(delivery.server, mail))
    data = mail.message.as_bytes(policy=SMTPUTF8 if wide else SMTP)
    options = [*(["SMTPUTF8", "BODY=8BITMIME"] if wide else [])]
    if connection.has_extn("size"):
        options.append(f"SIZE={len(data)}")
    status, said = connection.mail(mail.sender, options)
    if status != 250:
        raise StepError(smtpwords.sender_refused(delivery.server, delivery.credential, mail.sender, status, said))
    refused: dict[str, tuple[int, bytes]] = {}
    for address in mail.recipients:
        status, said = connection.rcpt(address)
        if status not in _ACCEPTED:
            refused[address] = (status, said)
    if refused:
        connection.rset()
        raise StepError(smtpwords.recipients_refused(delivery.server, delivery.credential, refused))
    if stop.is_set():
        return
    status, said = connection.data(data)
    if status != 250:
        raise StepError(smtpwords.mail_refused(delivery.server, status, said))


def _explained(error: OSError | smtplib.SMTPException | UnicodeError, delivery: Delivery) -> Failure:
    server, credential = delivery.server, delivery.credential
    if isinstance(error.__context__, TimeoutError):  # which smtplib takes for a lost connection
        error = error.__context__
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return smtpwords.login_refused(server, credential, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPDataError):
        return smtpwords.mail_refused(server, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return smtpwords.unreached(server, "connection-lost", f"{server.origin} broke off the connection.", error)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:  # else it was no reply at all
        return smtpwords.turned_away(server, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPException):
        return smtpwords.unreached(
            server, "connection-failed", f"{server.origin} does not speak as mail servers do.", error
        )
    if isinstance(error, TimeoutError):
        words = f"{server.origin} did not answer within {delivery.seconds:.3g} seconds."
        return smtpwords.unreached(server, "timed-out", words, error)
    if isinstance(error, ssl.SSLError):
        words = f"No secure connection to {server.origin} can be made."
        return smtpwords.unreached(server, "connection-failed", words, error)
    if isinstance(error, (socket.gaierror, UnicodeError)):
        words = f"There is no server called ‘{server.host}’ that can be found."
        return smtpwords.unreached(server, "host-not-found", words, error)
    if isinstance(error, ConnectionRefusedError):
        return smtpwords.unreached(server, "connection-refused", f"Nothing answers at {server.origin}.", error)
    if isinstance(error, ConnectionError):
        return smtpwords.unreached(server, "connection-lost", f"{server.origin} broke off the connection.", error)
    return smtpwords.unreached(server, "connection-failed", f"No connection to {server.origin} can be made.", error)
