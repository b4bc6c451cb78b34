"""mail.read: the messages of a mailbox file or a Maildir folder."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calibrant.connectors import files, parameters
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.failure import StepError
from calibrant.model.shape import INTEGER, STRING, array, object_of

if TYPE_CHECKING:
    from email.message import EmailMessage

_SUFFIXES = (".mbox", ".mbx", "mbox")
_TEXTS = ("id", "from", "to", "subject", "date", "text")
_ATTACHMENT = object_of(name=STRING, type=STRING, size=INTEGER)
_EMAIL = object_of(**dict.fromkeys(_TEXTS, STRING), attachments=array(_ATTACHMENT))

SPEC = ConnectorSpec(
    name="mail.read",
    summary="Read the messages of a mailbox.",
    parameters=(
        ParameterSpec("mailbox", "path", "An mbox file or a Maildir folder.", required=True),
        ParameterSpec("since", "string", "Only messages sent on or after this date (`2024-05-31`, UTC) or time."),
        ParameterSpec("search", "string", "Only messages with this text in sender, recipient, subject or body."),
    ),
    output=object_of(emails=array(_EMAIL), count=INTEGER),
    effects=(Effect.READ,),
    example='- id: fetch\n  uses: mail.read\n  with: {mailbox: inbox.mbox, since: "2024-05-31"}',
)


async def run(params: Params, context: Context) -> Output:
    """Return the messages in the mailbox's order; `date` is ISO 8601 text in UTC, so that texts compare as dates do.

    Raises:
        StepError: there is no such mailbox, it is none, or `since` is no date.
    """
    since = _since(parameters.text(params, "since"))
    search = parameters.text(params, "search").casefold()
    name, path = await in_thread(_found, params, context)
    emails = await in_thread(_read, context, path, name, since, search)
    return {"emails": emails, "count": len(emails)}


async def check(params: Params, context: Context) -> None:
    """Look whether the mailbox is there and is one.

    Raises:
        StepError: it is not.
    """
    if parameters.known(params, "since"):
        _since(parameters.text(params, "since"))
    if parameters.known(params, "mailbox"):
        name, path = await in_thread(_found, params, context)
        await in_thread(_check_mailbox, path, name)


def _found(params: Params, context: Context) -> tuple[str, Path]:
    name = parameters.path(params, "mailbox")
    path = context.read_path(name, "mailbox")
    if path.is_dir():
        return name, path
    return name, files.present(context, path, name, "mailbox", suffixes=_SUFFIXES)


def _since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"‘{text}’ is not a date. Dates are written year-month-day, such as 2024-05-31."
        raise refuse("invalid-value", "since", message, value=text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(context: Context, path: Path, name: str, since: datetime | None, search: str) -> list[dict[str, object]]:
    from calibrant.connectors import mailtext

    try:
        emails = [mailtext.read(message, key) for key, message in _messages(context, path, name)]
    except OSError as error:
        raise files.unusable(error, name, "mailbox") from error
    return [email for email in emails if _wanted(email, since, search)]


def _messages(context: Context, path: Path, name: str) -> Iterator[tuple[str, "EmailMessage"]]:
    from calibrant.connectors import mailtext

    _check_mailbox(path, name)
    sources = _in_maildir(context, path, name) if path.is_dir() else _in_mbox(path)
    for key, data in sources:
        yield key, mailtext.parse(data)


def _in_maildir(context: Context, path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each mail. Folders without any mail may be missing: version control drops empty ones."""
    folders = [_kept_inside(context, path / below, f"{name}/{below}") for below in ("cur", "new")]
    mails = [mail for folder in folders for mail in folder.glob("[!.]*")]
    for mail in sorted(mails, key=lambda mail: mail.name):
        shown = f"{name}/{mail.parent.name}/{mail.name}"
        place = _kept_inside(context, mail, shown)
        if place.is_file():
            yield mail.name.partition(":")[0], files.read_bytes(place, shown, "mailbox")


def _kept_inside(context: Context, place: Path, name: str) -> Path:
    """Return where to read a part of a Maildir: a link in it is judged like a path that the workflow names."""
    return context.read_path(name, "mailbox") if place.is_symlink() else place


def _in_mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    import mailbox

    with closing(mailbox.mbox(path, create=False)) as box:
        for key in box.iterkeys():
            yield str(key), box.get_bytes(key)


def _check_mailbox(path: Path, name: str) -> None:
    if path.is_dir():
        if not (path / "cur").is_dir() and not (path / "new").is_dir():
            raise _no_mailbox(name, "a folder without ‘cur’ and ‘new’ in it, so it is no Maildir")
        return
    try:
        with path.open("rb") as file:
            start = file.read(4096).lstrip(b"\r\n")
    except OSError as error:
        raise files.unusable(error, name, "mailbox") from error
    if start and not start.startswith(b"From "):
        raise _no_mailbox(name, "a file that does not begin with a ‘From ’ line, so it is no mbox file")


def _no_mailbox(name: str, what: str) -> StepError:
    message = f"‘{name}’ is not a mailbox: it is {what}."
    return refuse("unsupported-file", "mailbox", message, value=name)


def _wanted(email: dict[str, object], since: datetime | None, search: str) -> bool:
    if since is not None:
        sent = email["date"]
        if not isinstance(sent, str) or datetime.fromisoformat(sent) < since:
            return False
    return not search or any(search in str(email[field]).casefold() for field in ("from", "to", "subject", "text"))


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.READ, check=check, reads=("mailbox",))
