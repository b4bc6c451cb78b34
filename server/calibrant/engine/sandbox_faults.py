"""Failures that the sandbox itself caused: told from the output of a command that failed in it.

Only words of the system, of name resolution and of bubblewrap itself count, and only after a failure; a refused connection
counts where a service of this machine waits at that very port. A command that meets such a wall and fails for another
reason too is then not judged at all, which is better than being judged wrongly.
"""

import re
from pathlib import Path

from calibrant.engine.child import Ended

_LOOKED_AT = 64 << 10
_LISTENING = "0A"
_LINE = 300

_NO_NETWORK = re.compile(
    r"Temporary failure (?:in name resolution|resolving)|Network is unreachable|Network unreachable|ENETUNREACH|EAI_AGAIN"
    r"|[Cc]ould not resolve (?:host|proxy)|unable to resolve host address|java\.net\.UnknownHostException"
    r"|dial tcp: lookup \S|failed to lookup address information|nodename nor servname provided|DNSResolveFailed"
    r"|All attempts to connect to [^\s]{1,200} failed|Could not reach host [^\s]{1,200}\. Check your network"
)
_NO_RIGHTS = re.compile(r"setgroups \d{1,9} failed|“?\"?no new privileges\"?”? flag is set")
_REFUSED = re.compile(r"[Cc]onnection refused|ECONNREFUSED|Failed to connect to")
_LOCAL_PORT = re.compile(r"(?:127\.0\.0\.1|localhost|::1)\W{1,4}(?:port\W{1,3}|,\s*)?(\d{2,5})\b")
_READ_ONLY = re.compile(r"Read-only file system|EROFS")
_NO_ROOM_FOR = re.compile(
    r"ENOENT: no such file or directory, mkdir '((?:[^'\n]{1,2000}/)?node_modules/\.[^'\n]{1,200})'"
)
"""Node's words for a folder that it cannot make, with those above it, in what is read-only."""
_PATH = re.compile(r"(?:'|\"|‘|\s|: |^)(/[^\s'\"’:]+)")
_SET_UP = re.compile(r"\Abwrap: (?!execvp )([^\n]*)")

_LIVE = "--live runs it for real, with the network."


def sandbox_fault(ended: Ended, command: str = "") -> str:
    """Return why a command that failed in the sandbox, without a network, is to count as not run; empty where it is not.

    `command` is what was run: where what was refused does not say the port, it may.
    """
    if ended.exit_code == 0:
        return ""
    if not ended.stdout and (match := _SET_UP.search(ended.stderr)):
        return f"The sandbox could not be set up ({match[1]}). --trust runs it where there is no working sandbox."
    text = ended.stdout[-_LOOKED_AT:] + "\n" + ended.stderr[-_LOOKED_AT:]
    if _NO_NETWORK.search(text):
        return f"It needs the network, which commands do not have in a calibration. {_LIVE}"
    if _NO_RIGHTS.search(text):
        return f"It needs rights that commands do not have in a calibration. {_LIVE}"
    refused = [_line(text, match) for match in _REFUSED.finditer(text)]
    ports = {port for line in refused for port in _LOCAL_PORT.findall(line)}
    if refused and not ports:
        ports.update(_LOCAL_PORT.findall(command[-_LOOKED_AT:]))
    if any(_listens(int(port)) for port in ports):
        return f"It needs a service on this machine, which the sandbox does not reach. {_LIVE}"
    if match := _NO_ROOM_FOR.search(text):
        return f"It writes to ‘{match[1]}’, which is read-only in a calibration. {_LIVE}"
    if match := _READ_ONLY.search(text):
        path = _PATH.search(_line(text, match))
        where = f"to ‘{path[1]}’, " if path else "outside the workspace, "
        return f"It writes {where}which is read-only in a calibration. {_LIVE}"
    return ""


def _line(text: str, match: re.Match[str]) -> str:
    """Return the line of a match, as far as it is near; a pattern that looks for whole lines is slow on very long ones."""
    start = text.rfind("\n", max(0, match.start() - _LINE), match.start()) + 1 or max(0, match.start() - _LINE)
    end = text.find("\n", match.end(), match.end() + _LINE)
    return text[start : end if end >= 0 else match.end() + _LINE]


def _listens(port: int) -> bool:
    """Tell whether something on this machine waits at the port: a command that was refused there would have found it."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        try:
            rows = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:  # no such protocol here
            continue
        if any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == _LISTENING for row in rows):
            return True
    return False
