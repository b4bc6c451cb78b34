"""Settings for some files only: reading them, and what is in force for one file."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import msgspec

from calibrant.model.issue import Severity
from calibrant.model.settings import Override, Settings
from calibrant.workspace.locate import is_excluded

_FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Override)}
_Levels = dict[str, Severity | Literal["off"]]
_WANTED = {
    "paths": 'a list of globs, such as ["flows/legacy/**"]',
    "ignore": "a list of issue codes",
    "severity": "issue codes, each with ‘error’, ‘warning’, ‘hint’ or ‘off’",
}


def settings_at(settings: Settings, path: Path, workspace: Path) -> Settings:
    """Return the settings in force for one file of a workspace; the same object where no override names the file."""
    if not settings.overrides:
        return settings
    holding = [one for one in settings.overrides if _names(one, path, workspace)]
    if not holding:
        return settings
    levels = _levels({}, settings.severity, settings.ignore)
    for one in holding:
        levels = _levels(levels, one.severity, one.ignore)
    return msgspec.structs.replace(settings, ignore=(), severity=levels, overrides=())


def read_overrides(values: Sequence[object], place: str, problems: list[str]) -> tuple[Override, ...]:
    """Return the good overrides of a list; what is wrong is left out and named. `place` is what to call where they stand."""
    found = (_override(value, f"override {number} in {place}", problems) for number, value in enumerate(values, 1))
    return tuple(one for one in found if one is not None)


def _names(override: Override, path: Path, workspace: Path) -> bool:
    return path.is_relative_to(workspace) and is_excluded(path, workspace, override.paths)


def _levels(earlier: _Levels, severity: _Levels, ignore: Sequence[str]) -> _Levels:
    off: Literal["off"] = "off"
    return {**earlier, **severity, **dict.fromkeys(ignore, off)}


def _override(value: object, place: str, problems: list[str]) -> Override | None:
    if not isinstance(value, Mapping):
        problems.append(f"{_capital(place)} should be a table with ‘paths’ and ‘ignore’ or ‘severity’.")
        return None
    good: dict[str, object] = {}
    before = len(problems)
    for name, given in value.items():
        if name in _FIELDS:
            _take(name, given, place, good, problems)
        else:
            near = get_close_matches(str(name), _FIELDS, n=1)
            more = f" Did you mean ‘{near[0]}’?" if near else f" There are: {', '.join(_FIELDS)}."
            problems.append(f"There is no ‘{name}’ in an override (in {place}).{more}")
    if not good.get("paths"):
        if "paths" not in value or good.get("paths") == ():
            problems.append(f"{_capital(place)} has no effect: ‘paths’ should say for which files it is.")
        return None
    if len(good) == 1 and len(problems) == before:
        problems.append(f"{_capital(place)} has no effect: give it ‘ignore’ or ‘severity’.")
    return Override(**good)  # type: ignore[arg-type]


def _take(name: str, value: object, place: str, good: dict[str, object], problems: list[str]) -> None:
    try:
        good[name] = msgspec.convert(value, _FIELDS[name].type)
    except msgspec.ValidationError:
        problems.append(f"‘{name}’ of {place} should be {_WANTED[name]}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
