"""The environment that a command gets: what it needs to find programs, and nothing that could be a secret."""

import os
from collections.abc import Mapping
from pathlib import Path

from calibrant.engine.environment import NOTHING, Setting

_KEPT = frozenset({"PATH", "LANG", "LANGUAGE", "TZ", "TERM"})
_TOOL_FOLDERS = {
    "RUSTUP_HOME": ".rustup",
    "PYENV_ROOT": ".pyenv",
    "RBENV_ROOT": ".rbenv",
    "NVM_DIR": ".nvm",
    "VOLTA_HOME": ".volta",
    "ASDF_DATA_DIR": ".asdf",
}
"""Where version managers look for themselves; they ask HOME otherwise, which is a private one."""


def scrub(
    environ: Mapping[str, str],
    declared: Mapping[str, str],
    *,
    home: str,
    temporary: str,
    setting: Setting = NOTHING,
) -> dict[str, str]:
    """Return a command's environment: search path, locale and version managers, what its folder's toolchains give, a private
    home, and what its step declares, which wins.
    """
    scrubbed = {name: value for name, value in environ.items() if name in _KEPT or name.startswith("LC_")}
    scrubbed["PATH"] = os.pathsep.join(
        dict.fromkeys([*setting.search, *absolute_folders(environ.get("PATH", os.defpath))])
    )
    real_home = environ.get("HOME", "")
    for name, folder in _TOOL_FOLDERS.items():
        place = environ.get(name) or (os.path.join(real_home, folder) if real_home else "")  # noqa: PTH118 - stays text
        if Path(place).is_absolute() and Path(place).is_dir():
            scrubbed[name] = place
    return {**scrubbed, **setting.variables, "HOME": home, "TMPDIR": temporary, **declared}


def absolute_folders(search_path: str) -> list[str]:
    """Return the entries of a PATH that name a folder wherever one stands; `.` and empty ones would run what lies about."""
    return list(dict.fromkeys(entry for entry in search_path.split(os.pathsep) if Path(entry).is_absolute()))
