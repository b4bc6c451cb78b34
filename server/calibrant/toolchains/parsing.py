"""Manifests as plain values. Half-typed text gives what can be read of it, never an exception."""

import re
import tomllib
from typing import Any

import msgspec

from calibrant import syntax
from calibrant.model.nodes import plain

MAX_PARSED = 400_000
"""Characters of a manifest that is parsed; a larger one is not written by hand."""
_LINE = re.compile(r"\(at line (\d{1,7}), column")
_TRIES = 4
_LONGEST_LINE = 50_000
"""Characters of a line of TOML: the time that a key of many parts takes grows with their square."""


class Parsed(msgspec.Struct, frozen=True):
    """What could be read of a manifest; `fault` is the line (from 1) where reading ended, 0 where all of it was read."""

    value: Any
    fault: int = 0


def as_toml(text: str) -> Parsed:
    """Read TOML; where it is at fault, what stands above the fault."""
    if len(text) > MAX_PARSED or max(map(len, text.split("\n"))) > _LONGEST_LINE:
        return Parsed({}, 1)
    fault = 0
    for _ in range(_TRIES):
        try:
            return Parsed(tomllib.loads(text), fault)
        except tomllib.TOMLDecodeError as error:
            line = _line_of(str(error), text)
            fault = min(fault or line, line)
            text = "".join(text.splitlines(keepends=True)[: line - 1])
        except (RecursionError, ValueError):  # nested deeper, or a number longer, than anyone writes
            return Parsed({}, 1)
    return Parsed({}, fault)


def _line_of(message: str, text: str) -> int:
    at = _LINE.search(message)
    return int(at[1]) if at else max(1, len(text.splitlines()))


def as_json(text: str) -> Parsed:
    """Read JSON; where it is at fault, what the recovering reader makes of it."""
    if len(text) > MAX_PARSED:
        return Parsed({}, 1)
    try:
        return Parsed(msgspec.json.decode(text.encode("utf-8", "replace")))
    except (msgspec.DecodeError, RecursionError):
        return _recovered(text, "json")


def as_yaml(text: str) -> Parsed:
    """Read YAML with the reader of workflows, which goes on behind what it cannot read; of several documents the first."""
    return Parsed({}, 1) if len(text) > MAX_PARSED else _recovered(text, "yaml")


def _recovered(text: str, form: syntax.Format) -> Parsed:
    tree = syntax.parse_piece(syntax.normal(text), form)
    fault = min((text.count("\n", 0, problem.span.start) + 1 for problem in tree.problems), default=0)
    return Parsed(plain(tree.node), fault)


def table(value: object, *keys: str) -> dict[str, Any]:
    """Return the table at a path of keys; an empty one where there is none, or something else."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: object, *keys: str) -> str:
    """Return the text at a path of keys; empty where there is none, or something else."""
    found = table(value, *keys[:-1]).get(keys[-1]) if keys else value
    return found if isinstance(found, str) else ""


def texts(value: object, *keys: str) -> tuple[str, ...]:
    """Return the texts of the list at a path of keys; what is no text is left out."""
    found = table(value, *keys[:-1]).get(keys[-1]) if keys else value
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


_SECTION = re.compile(r"\[([^\]\n]{1,300})\]")


def as_ini(content: str) -> dict[str, dict[str, str]]:
    """Read the sections of an INI file such as setup.cfg; values of several lines are joined by line ends.

    Lines that mean nothing are passed over, as is what comes after a bound that no one meets by hand.
    """
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    key = ""
    for line in content[:MAX_PARSED].splitlines():
        said = line.strip()
        if not said or said.startswith(("#", ";")):
            continue
        if line[0].isspace() and key:
            current[key] = f"{current[key]}\n{said}".strip()
        elif header := _SECTION.match(said):
            current, key = sections.setdefault(header[1].strip(), {}), ""
        else:
            name, sign, value = _halves(said)
            key = name.strip().lower() if sign else ""
            if key:
                current[key] = value.strip()
    return sections


def _halves(line: str) -> tuple[str, str, str]:
    at = min((at for at in (line.find("="), line.find(":")) if at >= 0), default=-1)
    return (line[:at], line[at], line[at + 1 :]) if at >= 0 else (line, "", "")
