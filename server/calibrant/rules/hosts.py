"""Hosts in texts, and whether one belongs to a single environment: staging, one machine, one network."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

_HOST = r"(?P<host>\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}+)(?::(?P<port>\d{1,5}))?"
_IN_URL = re.compile(
    rf"(?<![A-Za-z0-9+.-])(?P<scheme>[a-z][a-z0-9+]{{1,15}}://)(?P<user>[^\s/@\"'{{}}]{{1,100}}+@)?{_HOST}(?=[/?#\s\"'&),;\]`]|$)"
)
_ALONE = re.compile(_HOST)
_OF_HOSTS = re.compile(r"(?i)(?:^|[_.-])(?:host|hostname|server|endpoint|broker|upstream|proxy)s?$")
_STAGE = re.compile(
    r"(?:^|[.-])(?:staging|stage|stg|prod|production|preprod|preproduction|dev|develop|development|test|testing|qa|uat|sandbox)"
    r"\d{0,2}(?=[.-])"
)
_INTERNAL = re.compile(r"\.(?:internal|intranet|local|lan|corp|home|private|localdomain|cluster\.local|home\.arpa)$")
_DOCUMENTATION = re.compile(
    r"(?:^|\.)example(?:\.(?:com|org|net))?$|\.(?:invalid|test)$|^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$"
)
_IPV4: Final = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")
_HERE: Final = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "[::]", "host.docker.internal"})  # noqa: S104


class Host(NamedTuple):
    """A host in a text: its name in small letters, its port ("" where none is given), and the part that names it."""

    name: str
    port: str
    start: int
    end: int


def hosts(text: str, key: str, *, script: bool) -> Iterator[Host]:
    """Yield the hosts of URLs in a text outside its expressions, and the text itself where its key says that it is one."""
    if "://" in text:
        opened = [at for at, _ in _expressions(text)]
        closed = [end for _, end in _expressions(text)]
        for match in _IN_URL.finditer(text):
            before = bisect_right(opened, match.start()) - 1
            if before < 0 or closed[before] <= match.start():
                # a name or password before the host is not part of what is shown
                start = match.start("host") if match["user"] else match.start()
                yield Host(match["host"].lower(), match["port"] or "", start, match.end())
    elif not script and _OF_HOSTS.search(key) and (alone := _ALONE.fullmatch(text)):
        yield Host(alone["host"].lower(), alone["port"] or "", 0, len(text))


def _expressions(text: str) -> Iterator[tuple[int, int]]:
    """Yield where double braces open and close, in time linear in the text."""
    end = 0
    while (start := text.find("{{", end)) >= 0:
        found = text.find("}}", start)
        if found < 0:
            return
        end = found + 2
        yield start, end


def environment_host(name: str, port: str, *, script: bool) -> bool:
    """Tell whether a host belongs to one environment. A script may have started what it finds on its own machine."""
    if name in _HERE:
        return bool(port) and not script
    if _DOCUMENTATION.search(name):
        return False
    if name.startswith("[") or _IPV4.fullmatch(name):
        return True
    return _STAGE.search(name) is not None or _INTERNAL.search(name) is not None
