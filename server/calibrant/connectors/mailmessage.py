"""Building a mail: addresses and headers checked, attachments read."""

import mimetypes
import posixpath
import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, localtime, make_msgid

import msgspec

from calibrant.connectors import files, jsontext, parameters
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Context, Params
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.value import type_name
from calibrant.model.words import in_words

_MAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?P<domain>[^\s@<>()\[\],;:\\\"]{1,255})")
_DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*")
_BREAK = re.compile(r"[\r\n\0\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


class Mail(msgspec.Struct, frozen=True):
    """A mail ready to be sent; `recipients` are bare addresses."""

    message: EmailMessage
    sender: str
    recipients: list[str]

    @property
    def id(self) -> str:
        """The mail's id, as mail.read gives it."""
        return str(self.message["Message-ID"]).strip().strip("<>")


def build(params: Params, context: Context) -> Mail:
    """Return the mail that the parameters describe.

    Raises:
        StepError: an address or a header that cannot be one, or an attachment that cannot be read.
    """
    sender = sender_of(params)
    recipients = recipients_of(params)
    subject = _line(parameters.text(params, "subject"), "subject")
    message = EmailMessage(policy=SMTP)
    message["Subject"], message["From"], message["To"] = subject, sender, recipients
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid(domain=sender.domain)
    html = params.get("html")
    if params.get("text") is not None or html is None:
        message.set_content(_body(params, "text"))
        if html is not None:
            message.add_alternative(_body(params, "html"), subtype="html")
    else:
        message.set_content(_body(params, "html"), subtype="html")
    for item in parameters.array(params, "attachments") if params.get("attachments") is not None else ():
        _attach(message, item, context)
    return Mail(message, _bare(sender), [_bare(address) for address in recipients])


def recipients_of(params: Params) -> tuple[Address, ...]:
    """Return whom a mail goes to: a text with addresses between commas, or a list of such.

    Raises:
        StepError: there is none, or one that cannot be an address.
    """
    given = params.get("to")
    texts = given if isinstance(given, (list, tuple)) else [given]
    found: list[Address] = []
    for text in texts:
        if not isinstance(text, str):
            raise parameters.mismatch("to", "string", text)
        found += _addresses(text, "to")
    if not found:
        raise refuse("invalid-value", "to", "‘to’ is empty: a mail needs someone it goes to.", hint="Give an address.")
    return tuple(found)


def sender_of(params: Params) -> Address:
    """Return whom a mail is from: `from`, else `user` where that is an address.

    Raises:
        StepError: there is none, or it cannot be an address, or there are several.
    """
    given = params.get("from")
    if given is None:
        user = params.get("user")
        if isinstance(user, str) and _MAIL.fullmatch(user):
            return _addresses(user, "user")[0]
        message = "It is not said whom the mail is from: ‘from’ is missing, and ‘user’ is no address."
        raise refuse("missing-parameter", "", message, kind=Kind.DEFINITION, hint="Give ‘from’ an address.")
    found = _addresses(parameters.text(params, "from"), "from")
    if len(found) != 1:
        message = f"‘from’ takes one address, but has {len(found) or 'none'}."
        raise refuse("invalid-value", "from", message, hint="Give one address.")
    return found[0]


def _addresses(text: str, parameter: str) -> list[Address]:
    out = []
    for name, bare in getaddresses([_line(text, parameter)]):
        match = _MAIL.fullmatch(bare)
        if match is None or not _DOMAIN.fullmatch(_ascii(match["domain"])):
            if not (name or bare) and not text.strip(" ,"):
                continue
            shown = (bare or name if "," in text else "") or text.strip()
            message = f"‘{shown}’ in ‘{parameter}’ is not a mail address."
            hint = "Write it as name@example.com, or Name <name@example.com>."
            raise refuse("invalid-value", parameter, message, value=shown, hint=hint)
        out.append(Address(name, username=bare.rpartition("@")[0], domain=_ascii(match["domain"])))
    return out


def _line(text: str, parameter: str) -> str:
    """Return a header's text, which is one line: a line break in it could add headers that nobody meant."""
    if _BREAK.search(text):
        message = f"‘{parameter}’ has a line break in it, which a mail's header cannot have."
        raise refuse("invalid-value", parameter, message, hint="Take the line break out, such as with ‘| trim’.")
    return text


def _ascii(domain: str) -> str:
    """Return a domain as mail servers know it."""
    try:
        return domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:  # the address then is refused
        return " "


def _bare(address: Address) -> str:
    return f"{address.username}@{address.domain}"


def _body(params: Params, name: str) -> str:
    text = parameters.text(params, name)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"‘{name}’ holds characters that are no valid text."
        raise refuse("invalid-value", name, message, details=str(error)) from error
    return text


def _attach(message: EmailMessage, item: object, context: Context) -> None:
    name, data = _attachment(item, context)
    main, _, sub = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
    if main == "message":  # would have to be a message, part by part
        main, sub = "application", "octet-stream"
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)


def _attachment(item: object, context: Context) -> tuple[str, bytes]:
    if isinstance(item, str):
        return _line(posixpath.basename(item), "attachments"), _read(item, context)
    if isinstance(item, Mapping) and isinstance(item.get("name"), str) and set(item) == {"name", "content"}:
        return _line(posixpath.basename(item["name"]), "attachments") or "attachment", _content(item["content"])
    if isinstance(item, Mapping):
        raise _no_attachment("an object with other fields than ‘name’ and ‘content’")
    raise _no_attachment(in_words(type_name(item)))


def _read(path: str, context: Context) -> bytes:
    if not path.strip() or "\0" in path:
        raise refuse("invalid-value", "attachments", "A path in ‘attachments’ is empty.", hint="Name a file.")
    return files.read_bytes(files.existing(context, path, "attachments"), path, "attachments")


def _content(content: object) -> bytes:
    if isinstance(content, (bytes, bytearray)):
        return bytes(content)
    try:
        return (content if isinstance(content, str) else jsontext.render(content, indent=2) + "\n").encode()
    except (TypeError, ValueError) as error:
        message = f"The content of an attachment cannot be written: {error}."
        raise refuse("shape-mismatch", "attachments", message, kind=Kind.DATA_SHAPE) from error


def _no_attachment(found: str) -> StepError:
    message = f"‘attachments’ has {found} in it; an attachment is a file's path, or an object of ‘name’ and ‘content’."
    hint = "Give a path, or {name: report.txt, content: …}."
    return refuse("shape-mismatch", "attachments", message, kind=Kind.DATA_SHAPE, hint=hint)
