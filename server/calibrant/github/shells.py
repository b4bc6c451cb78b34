"""The shells that `run:` knows by name (docs: jobs.<job_id>.steps[*].shell)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

System = Literal["Linux", "macOS", "Windows"]

_UNIX: tuple[System, ...] = ("Linux", "macOS")
_ALL_SYSTEMS: tuple[System, ...] = ("Linux", "macOS", "Windows")


class ShellSpec(msgspec.Struct, frozen=True):
    """One shell: the systems that GitHub offers it on, the command that it runs, and the language of its scripts."""

    name: str
    doc: str
    command: str
    systems: tuple[System, ...]
    language: str


_ALL = (
    ShellSpec(
        "bash",
        "Bash, ending at the first command that fails, also within a pipe. On Windows that of Git.",
        "bash --noprofile --norc -eo pipefail {0}",
        _ALL_SYSTEMS,
        "bash",
    ),
    ShellSpec("sh", "The system's plain shell, ending at the first command that fails.", "sh -e {0}", _UNIX, "sh"),
    ShellSpec("pwsh", "PowerShell Core.", "pwsh -command \". '{0}'\"", _ALL_SYSTEMS, "powershell"),
    ShellSpec("powershell", "PowerShell Desktop.", "powershell -command \". '{0}'\"", ("Windows",), "powershell"),
    ShellSpec(
        "cmd", "The command prompt of Windows.", '%ComSpec% /D /E:ON /V:OFF /S /C "CALL "{0}""', ("Windows",), "cmd"
    ),
    ShellSpec("python", "The script is a program in Python.", "python {0}", _ALL_SYSTEMS, "python"),
)

SHELLS: Mapping[str, ShellSpec] = MappingProxyType({shell.name: shell for shell in _ALL})
"""The shells known by name; any other one is a command of its own with ‘{0}’ where the script's file stands."""

DEFAULT: Mapping[System, str] = MappingProxyType({"Linux": "bash", "macOS": "bash", "Windows": "pwsh"})
"""Which shell's language a script is written in where none is named. (Bash is then called without ‘-o pipefail’.)"""


def shell_language(shell: str) -> str:
    """Return the language of scripts for a shell as written, also one with options ("bash -l {0}"); "" where unknown."""
    command = shell.split(maxsplit=1)[0] if shell.strip() else ""
    name = command.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".exe").lower()
    known = SHELLS.get(name)
    return known.language if known else ""
