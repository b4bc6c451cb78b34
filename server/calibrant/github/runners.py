"""The labels of the runners that GitHub hosts (docs: GitHub-hosted runners; actions/runner-images)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from calibrant.github.shells import System

Architecture = Literal["X64", "ARM64"]


class RunnerSpec(msgspec.Struct, frozen=True):
    """One label: what it runs on, and how long yet.

    `removed` is the day (as words) since when GitHub has no such image; `leaving` the day on which it goes. `instead`: the
    label to use. A label that GitHub no longer serves may still be one of the user's own.
    """

    label: str
    system: System
    architecture: Architecture
    doc: str = ""
    removed: str = ""
    leaving: str = ""
    instead: str = ""


def _x64(system: System, doc: str, *labels: str) -> tuple[RunnerSpec, ...]:
    return tuple(RunnerSpec(label, system, "X64", doc) for label in labels)


def _arm(system: System, doc: str, *labels: str) -> tuple[RunnerSpec, ...]:
    return tuple(RunnerSpec(label, system, "ARM64", doc) for label in labels)


def _gone(label: str, system: System, day: str, instead: str, architecture: Architecture = "X64") -> RunnerSpec:
    return RunnerSpec(label, system, architecture, f"Removed on {day}.", removed=day, instead=instead)


def _leaving(label: str, system: System, day: str, instead: str, architecture: Architecture = "X64") -> RunnerSpec:
    return RunnerSpec(label, system, architecture, f"To be removed on {day}.", leaving=day, instead=instead)


_MACOS_13 = "4 December 2025"
_MACOS_14 = "2 November 2026"
_UBUNTU_22 = "17 April 2027"

_ALL = (
    *_x64("Linux", "The newest Ubuntu that GitHub calls stable.", "ubuntu-latest"),
    *_x64("Linux", "Ubuntu 26.04.", "ubuntu-26.04"),
    *_x64("Linux", "Ubuntu 24.04.", "ubuntu-24.04"),
    *_arm("Linux", "Ubuntu 26.04 on Arm.", "ubuntu-26.04-arm"),
    *_arm("Linux", "Ubuntu 24.04 on Arm.", "ubuntu-24.04-arm"),
    *_x64("Linux", "Ubuntu in a container with one processor, for short jobs.", "ubuntu-slim"),
    _leaving("ubuntu-22.04", "Linux", _UBUNTU_22, "ubuntu-24.04"),
    _leaving("ubuntu-22.04-arm", "Linux", _UBUNTU_22, "ubuntu-24.04-arm", "ARM64"),
    *_x64("Windows", "The newest Windows Server that GitHub calls stable.", "windows-latest"),
    *_x64("Windows", "Windows Server 2025.", "windows-2025"),
    *_x64("Windows", "Windows Server 2025 with Visual Studio 2026.", "windows-2025-vs2026"),
    *_x64("Windows", "Windows Server 2022.", "windows-2022"),
    *_arm("Windows", "Windows 11 on Arm.", "windows-11-arm"),
    *_arm("Windows", "Windows 11 on Arm with Visual Studio 2026.", "windows-11-vs2026-arm"),
    *_arm(
        "macOS", "The newest macOS that GitHub calls stable, on Apple silicon.", "macos-latest", "macos-latest-xlarge"
    ),
    *_x64("macOS", "The newest macOS that GitHub calls stable, on Intel.", "macos-latest-large"),
    *_arm("macOS", "macOS 26 on Apple silicon.", "macos-26", "macos-26-xlarge"),
    *_x64("macOS", "macOS 26 on Intel.", "macos-26-intel", "macos-26-large"),
    *_arm("macOS", "macOS 15 on Apple silicon.", "macos-15", "macos-15-xlarge"),
    *_x64("macOS", "macOS 15 on Intel.", "macos-15-intel", "macos-15-large"),
    *_arm("macOS", "macOS with Xcode 27.", "xcode-27", "xcode-27-xlarge"),
    _gone("macos-14", "macOS", _MACOS_14, "macos-15", "ARM64"),
    _gone("macos-14-xlarge", "macOS", _MACOS_14, "macos-15-xlarge", "ARM64"),
    _gone("macos-14-large", "macOS", _MACOS_14, "macos-15-large"),
    _gone("macos-13", "macOS", _MACOS_13, "macos-15-intel"),
    _gone("macos-13-large", "macOS", _MACOS_13, "macos-15-large"),
    _gone("macos-13-xlarge", "macOS", _MACOS_13, "macos-15-xlarge", "ARM64"),
    _gone("macos-12", "macOS", "3 December 2024", "macos-15-intel"),
    _gone("macos-12-large", "macOS", "3 December 2024", "macos-15-large"),
    _gone("macos-12-xl", "macOS", "3 December 2024", "macos-15-large"),
    _gone("macos-11", "macOS", "28 June 2024", "macos-15-intel"),
    _gone("macos-11.0", "macOS", "28 June 2024", "macos-15-intel"),
    _gone("macos-10.15", "macOS", "1 December 2022", "macos-15-intel"),
    _gone("ubuntu-20.04", "Linux", "15 April 2025", "ubuntu-24.04"),
    _gone("ubuntu-18.04", "Linux", "3 April 2023", "ubuntu-24.04"),
    _gone("ubuntu-16.04", "Linux", "20 September 2021", "ubuntu-24.04"),
    _gone("windows-2019", "Windows", "30 June 2025", "windows-2022"),
    _gone("windows-2016", "Windows", "1 April 2022", "windows-2022"),
)

RUNNERS: Mapping[str, RunnerSpec] = MappingProxyType({runner.label: runner for runner in _ALL})
"""The labels that GitHub serves or served, in lower case (it does not mind the case). Any other label may be a user's own."""

SELF_HOSTED: Mapping[str, str] = MappingProxyType(
    {
        "self-hosted": "A runner of your own.",
        "linux": "A runner of your own on Linux.",
        "windows": "A runner of your own on Windows.",
        "macos": "A runner of your own on macOS.",
        "x64": "A runner of your own with a processor of 64 bits by Intel or AMD.",
        "x86": "A runner of your own with a processor of 32 bits by Intel or AMD.",
        "arm": "A runner of your own with an Arm processor of 32 bits.",
        "arm64": "A runner of your own with an Arm processor of 64 bits.",
        "gpu": "A runner of your own that was given this label.",
    }
)
"""Labels that runners of one's own have by themselves (and ‘gpu’, which the documentation uses), in lower case."""

CURRENT: tuple[str, ...] = tuple(runner.label for runner in _ALL if not runner.removed)
"""The labels that GitHub serves, for completion."""
