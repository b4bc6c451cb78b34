"""Literals in a step's parameters that may belong in an input: addresses, paths, ranges, dates, ids."""

import re
from collections.abc import Iterator
from typing import Final

from calibrant.model.connector import ParameterSpec
from calibrant.model.expression import Path
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.workflow import Parameter, StepBody
from calibrant.rules.credential_search import behind_words, formats_in, of_key
from calibrant.rules.hosts import environment_host, hosts
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted

LONGEST: Final = 300
"""Characters above which a text is no name of anything."""

_ADDRESS = r"[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}"
_ADDRESS_ALONE = re.compile(_ADDRESS)
_ADDRESSES = re.compile(
    rf"\s*(?:[^<>@,;\"]{{1,60}}<{_ADDRESS}>|{_ADDRESS})(?:\s*[,;]\s*(?:[^<>@,;\"]{{1,60}}<{_ADDRESS}>|{_ADDRESS})){{0,50}}\s*"
)
_RESERVED = re.compile(
    r"(?:^|[@.])(?:example\.(?:com|org|net)|[\w-]+\.(?:example|invalid|test))$|(?:^|[@.])(?:example|test)$"
)
_URL = re.compile(r"(?:https?|wss?|ftps?|s3|gs)://[^\s{}\"'<>]{3,}")
_DATABASE = re.compile(r"sqlite:///\S+")
_ID = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|arn:aws[\w-]*:[\w:/.*+=@-]{10,}|\d{11,24}|"
    r"(?=\w*\d)[CDGTUW]0[A-Z0-9]{7,9}|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{24}|"
    r"(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])1[\w-]{43}|/subscriptions/[0-9a-f-]{36}\S*"
)
_DOCUMENT = re.compile(r"docs\.google\.com/[a-z]+/d/([\w-]{25,60})|drive\.google\.com/\S{1,60}/([\w-]{25,60})")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?|\d{1,2}[./]\d{1,2}[./]\d{4}"
)
_OF_ONE_USER = re.compile(r"/(?:home|Users)/[^/\s]+/.+|[A-Za-z]:\\Users\\[^\\]+\\.+")
_PATH = re.compile(
    r"(?:~|\.{1,2}|[\w.-]+|[A-Za-z]:)?(?:[/\\][\w .@+-]+){0,12}[/\\][\w .@+-]*\.\w{1,8}|"
    r"[\w-]{1,60}\.(?:csv|xlsx?|json|ya?ml|txt|db|mbox|parquet|pdf|html?|md|xml)"
)
_IDENTIFIER = re.compile(r"(?=(?:\D*\d){3})[A-Za-z]+[-_:#][A-Za-z0-9_-]{3,50}|(?=(?:\D*\d){4})[A-Z]{2,8}[A-Z0-9]{4,20}")
_NO_LITERAL = re.compile(
    r"(?i)sha\d*$|hash|digest|checksum|etag|commit|revision|version|charset|encoding|format|user.?agent|accept|content.?type|"
    r"locale|timezone|^(?:shell|function|method|as|how|on|by|fields|query|statement|subject|text|html|body|content|model)$"
)


def notes(body: StepBody, known: Known) -> Iterator[Noted]:
    """Note every literal of a step that may belong in an input."""
    spec = known.spec(body)
    for given in body.parameters:
        declared = spec.parameter(given.name) if spec else None
        if given.name.startswith("x-") or (declared and (declared.role == "per_item" or declared.enum)):
            continue
        for where, name, scalar in _scalars(given):
            yield from _of_scalar(body, declared, where, name, scalar)


def _scalars(given: Parameter) -> Iterator[tuple[Path, str, Scalar]]:
    waiting: list[tuple[Path, str, Node]] = [(given.path, given.name, given.value)]
    while waiting:
        where, name, node = waiting.pop()
        match node:
            case Scalar() if not node.aliased:
                yield where, name, node
            case Map() if not node.aliased:
                own = (one for one in reversed(node.entries) if one.name[:2] != "x-")
                waiting += (((*where, one.name), one.name, one.value) for one in own)
            case Seq() if not node.aliased:
                waiting += (((*where, at), name, item) for at, item in reversed(list(enumerate(node.items))))


def _of_scalar(
    body: StepBody, declared: ParameterSpec | None, where: Path, name: str, scalar: Scalar
) -> Iterator[Noted]:
    value = scalar.value
    if isinstance(value, int) and not isinstance(value, bool) and len(str(value)) > 10 and value % 1000:
        yield Noted("id", str(value), str(value), scalar.span, where, name)
    if not isinstance(value, str) or (declared is None and where == ("run",)) or _is_project(where, value):
        return
    script = declared is not None and declared.role == "script"
    found = list(_hosts(value, name, scalar, where, script=script))
    yield from found
    whole = not (found or script or scalar.template or len(value) > LONGEST or "\n" in value)
    if whole and not (_NO_LITERAL.search(name) or of_key(name, value) or _secret(value)):
        yield from _of_text(body, declared, where, name, scalar, value)


def _is_project(where: Path, value: str) -> bool:
    """Tell whether a value is the folder that a command runs in, below the workflow's: of a project, which has several steps."""
    return (
        where[-1:] == ("cwd",) and not value.startswith(("/", "~", "\\")) and value[1:2] != ":" and "://" not in value
    )


def _secret(value: str) -> bool:
    return (
        any(one.pattern.search(value) for one in formats_in(value)) or next(iter(behind_words(value)), None) is not None
    )


def _hosts(value: str, name: str, scalar: Scalar, where: Path, *, script: bool) -> Iterator[Noted]:
    for host in hosts(value, name, script=script):
        if environment_host(host.name, host.port, script=script):
            text = value[host.start : host.end]
            yield Noted("host", text.lower(), text, scalar.locate(host.start, host.end), where, name)


def _of_text(
    body: StepBody, declared: ParameterSpec | None, where: Path, name: str, scalar: Scalar, value: str
) -> Iterator[Noted]:
    if "@" in value and _ADDRESSES.fullmatch(value):
        for match in _ADDRESS_ALONE.finditer(value):
            if not _RESERVED.search(match[0].lower()):
                yield Noted("email", match[0].lower(), match[0], scalar.locate(*match.span()), where, name)
        return
    if document := _DOCUMENT.search(value):
        at = 1 if document[1] else 2
        yield Noted("id", document[at], document[at], scalar.locate(*document.span(at)), where, name)
        return
    sort = _sort(body, declared, name, value)
    if sort:
        key = f"{value}\0{_file_of(body)}" if sort == "range" else value
        yield Noted(sort, key, value, scalar.locate(0, len(value)), where, name)


def _sort(body: StepBody, declared: ParameterSpec | None, name: str, value: str) -> str:
    if name == "range" and (body.action or "").startswith("sheet."):
        return "range"
    if _OF_ONE_USER.fullmatch(value):
        return "home"
    if (declared is not None and declared.type == "path" and value not in {".", "/", ".."}) or _DATABASE.fullmatch(
        value
    ):
        return "path"
    for sort, pattern in (("url", _URL), ("id", _ID), ("date", _DATE), ("path", _PATH), ("identifier", _IDENTIFIER)):
        if pattern.fullmatch(value):
            return sort
    return ""


def _file_of(body: StepBody) -> str:
    given = body.parameter("file")
    value = given.value if given else None
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else ""
