"""One mail message, as plain values: headers decoded, the body as text, attachments by name, type and size."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage


def parse(data: bytes) -> "EmailMessage":
    """Return the message that the bytes of one mail hold."""
    import email
    import email.policy

    return email.message_from_bytes(data, policy=email.policy.default)


def read(message: "EmailMessage", key: str) -> dict[str, object]:
    """Return `id` (the mailbox's `key` where the mail has none), `from`, `to`, `subject`, `date`, `text`, `attachments`."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    attached = [part for part in parts if _is_attachment(part)]
    return {
        "id": _header(message, "message-id").strip().strip("<>") or key,
        "from": _header(message, "from"),
        "to": _header(message, "to"),
        "subject": _header(message, "subject"),
        "date": _date(_header(message, "date")),
        "text": _body([part for part in parts if part not in attached]),
        "attachments": [_attachment(part) for part in attached],
    }


def _header(message: "EmailMessage", name: str) -> str:
    try:
        return " ".join(str(message[name] or "").split())
    except (ValueError, IndexError, AttributeError, TypeError, KeyError, LookupError):
        # the email package's header parser trips over some malformed headers; then their source has to do
        raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
        return " ".join(str(raw).split())


def _date(text: str) -> str | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):  # no date, or one before the year 1
        return None


def _is_attachment(part: "EmailMessage") -> bool:
    return (
        _disposition(part) == "attachment"
        or bool(_filename(part))
        or part.get_content_maintype() not in ("text", "multipart")
    )


def _disposition(part: "EmailMessage") -> str:
    return _header(part, "content-disposition").partition(";")[0].strip().lower()


def _filename(part: "EmailMessage") -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):  # as in _header
        return ""


def _attachment(part: "EmailMessage") -> dict[str, object]:
    return {"name": _filename(part), "type": part.get_content_type(), "size": len(_payload(part))}


def _payload(part: "EmailMessage") -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _body(parts: list["EmailMessage"]) -> str:
    """Return the plain text of a mail, or where it has none, the words of its HTML."""
    for subtype in ("plain", "html"):
        for part in parts:
            is_text = part.get_content_maintype() == "text"  # else a multipart mail without parts
            if (part.get_content_subtype() if is_text else "plain") == subtype:
                text = _decoded(part).replace("\r\n", "\n")
                return text if subtype == "plain" else _words(text)
    return ""


def _decoded(part: "EmailMessage") -> str:
    charset = part.get_content_charset("utf-8")
    try:
        return _payload(part).decode(charset, "replace")
    except LookupError:  # a character set that nobody knows
        return _payload(part).decode("utf-8", "replace")


class _Words(HTMLParser):
    """Collects the text of an HTML page, a line for each block."""

    _BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"})
    _SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's name
        self.silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in self._SILENT))
        if tag in self._BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(re.sub(r"\s+", " ", data))


def _words(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
