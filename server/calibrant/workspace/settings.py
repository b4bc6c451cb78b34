"""Settings from all the places they come from, merged; what is wrong with them, in words."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec

from calibrant.model.settings import USER_ONLY, Settings
from calibrant.workspace.overrides import read_overrides

MAX_FILE_BYTES = 1 << 20
CONFIG_VARIABLE = "CALIBRANT_CONFIG"
_PREFIX = "CALIBRANT_"

_FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Settings)}
_AT_LEAST = {
    "timeLimit": 1,
    "concurrency": 1,
    "stateLimit": 1 << 20,
    "reuseSeconds": 0,
    "backupCount": 1,
    "backupDays": 1,
}
_WANTED = {
    "run": "‘onSave’ or ‘manual’",
    "resume": "‘partial’ or ‘full’",
    "reuseSeconds": "a number of seconds, 0 or more",
    "trials": "‘on’ or ‘off’",
    "previews": "‘on’ or ‘off’",
    "inlayHints": "‘on’ or ‘off’",
    "onFatal": "‘isolate’ or ‘stop’",
    "execute": "‘sandboxed’, ‘unsandboxed’ or ‘never’",
    "openPaths": "a list of folders",
    "ignore": "a list of issue codes",
    "severity": "issue codes, each with ‘error’, ‘warning’, ‘hint’ or ‘off’",
    "overrides": "a list of tables, each with ‘paths’ and ‘ignore’ or ‘severity’, in a settings file or the editor",
    "timeLimit": "a number of seconds, 1 or more",
    "concurrency": "a whole number, 1 or more",
    "stateLimit": "a number of bytes, 1048576 or more",
    "backupCount": "a whole number of changes, 1 or more",
    "backupDays": "a whole number of days, 1 or more",
    "exclude": 'a list of globs, such as ["**/build/**"]',
}


class Source(msgspec.Struct, frozen=True):
    """Values of settings from one place. `name` is what to call it; `own` where the user, not the workspace, wrote it."""

    name: str
    values: Mapping[str, object]
    own: bool = True


def user_file(environ: Mapping[str, str]) -> Path:
    """Return where the user's own settings are: `CALIBRANT_CONFIG`, else `calibrant.toml` in their configuration folder."""
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE])
    from platformdirs import user_config_path

    return user_config_path("calibrant", appauthor=False) / "calibrant.toml"


def load_settings(
    workspace: Path,
    *,
    environ: Mapping[str, str],
    user: Path | None = None,
    editor: Mapping[str, object] | None = None,
    command_line: Mapping[str, object] | None = None,
) -> tuple[Settings, list[str]]:
    """Return the settings in force in a workspace folder, and what is wrong with them, one text each.

    Later places win: `pyproject.toml`, `calibrant.toml`, the user's file (`user`; None: where `user_file` says),
    `CALIBRANT_*` of `environ`, `editor`, `command_line`. A value that is no good is left out and named; nothing is raised.
    """
    problems: list[str] = []
    sources = [
        Source(
            "pyproject.toml", _table(workspace / "pyproject.toml", problems, inside=("tool", "calibrant")), own=False
        ),
        Source("calibrant.toml", _table(workspace / "calibrant.toml", problems), own=False),
        Source("your own settings file", _table(user or user_file(environ), problems)),
        _environment(environ, problems),
        Source("the editor's settings", editor or {}),
        Source("the command line", command_line or {}),
    ]
    return merge(sources, problems), problems


def merge(sources: Sequence[Source], problems: list[str]) -> Settings:
    """Return the settings of all sources, later ones winning. Adds to `problems`.

    `severity` is joined code by code; the `overrides` of a later source come after those of an earlier one.
    """
    merged: dict[str, object] = {}
    for source in sources:
        for name, value in _valid(source, problems).items():
            merged[name] = _joined(name, merged.get(name), value)
    return Settings(**{_FIELDS[name].name: value for name, value in merged.items()})  # type: ignore[arg-type]


def _joined(name: str, earlier: object, value: object) -> object:
    if isinstance(earlier, dict) and isinstance(value, dict):
        return {**earlier, **value}
    if name == "overrides" and isinstance(earlier, tuple) and isinstance(value, tuple):
        return (*earlier, *value)
    return value


def _valid(source: Source, problems: list[str]) -> dict[str, object]:
    """Return the good values of a source, typed."""
    good: dict[str, object] = {}
    for written, value in source.values.items():
        name = _camel(written)
        if name not in _FIELDS:
            problems.append(f"There is no setting called ‘{written}’ (in {source.name}).{_closest(name)}")
        elif name in USER_ONLY and not source.own:
            problems.append(f"‘{written}’ in {source.name} has no effect: only your own settings may set it.")
        elif name == "overrides" and isinstance(value, list):
            good[name] = read_overrides(value, source.name, problems)
        elif value is not None:
            _take(name, value, source, good, problems)
    return good


def _take(name: str, value: object, source: Source, good: dict[str, object], problems: list[str]) -> None:
    try:
        typed = msgspec.convert(value, _FIELDS[name].type)
    except msgspec.ValidationError:
        typed = None
    least = _AT_LEAST.get(name)
    if typed is None or (least is not None and not (isinstance(typed, int | float) and typed >= least)):
        problems.append(f"‘{name}’ in {source.name} should be {_WANTED[name]}.")
    else:
        good[name] = typed


def _closest(name: str) -> str:
    close = get_close_matches(name, _FIELDS, n=1)
    return f" Did you mean ‘{close[0]}’?" if close else f" There are: {', '.join(_FIELDS)}."


def _camel(name: str) -> str:
    """Return the setting's name: `time-limit` and `time_limit` are `timeLimit`."""
    first, *rest = name.replace("-", "_").split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _table(path: Path, problems: list[str], inside: tuple[str, ...] = ()) -> Mapping[str, object]:
    """Return the table `inside` a TOML file; an empty one where there is none, or where it cannot be read (a problem)."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        problems.append(f"{path} cannot be read ({os.strerror(error.errno or 0)}); its settings have no effect.")
        return {}
    if len(data) > MAX_FILE_BYTES:
        problems.append(f"{path} is larger than 1 MB; its settings have no effect.")
        return {}
    return _parsed(path, data, problems, inside)


def _parsed(path: Path, data: bytes, problems: list[str], inside: tuple[str, ...]) -> Mapping[str, object]:
    try:
        table: object = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        problems.append(f"{path} is not valid TOML: {why}. Its settings have no effect.")
        return {}
    for key in inside:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    if isinstance(table, dict):
        return table
    problems.append(f"{path}: ‘{'.'.join(inside)}’ should be a table; its settings have no effect.")
    return {}


def _environment(environ: Mapping[str, str], problems: list[str]) -> Source:
    """Return the settings among the variables; a name close to a setting's is taken for a slip of the hand."""
    variables = {_PREFIX + field.name.upper(): name for name, field in _FIELDS.items()}
    values: dict[str, object] = {}
    for variable, text in environ.items():
        if variable in variables:
            values[variables[variable]] = _from_text(variables[variable], text)
        elif variable.startswith(_PREFIX) and (close := get_close_matches(variable, variables, n=1, cutoff=0.85)):
            problems.append(f"{variable} is no setting. Did you mean {close[0]}?")
    return Source("the environment", values)


def _from_text(name: str, text: str) -> object:
    """Return the value that a variable's text stands for: lists by comma (`openPaths`: as in PATH), maps as `code=word`."""
    default = _FIELDS[name].default
    if isinstance(default, int | float):
        return _number(text)
    if name == "overrides":
        return text
    if name == "severity":
        pairs = (pair.partition("=") for pair in _listed(text, ","))
        return {code.strip(): word.strip() for code, _, word in pairs}
    if isinstance(default, tuple):
        return _listed(text, os.pathsep if name == "openPaths" else ",")
    return text


def _number(text: str) -> object:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _listed(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]
