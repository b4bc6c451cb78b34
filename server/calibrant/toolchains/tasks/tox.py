"""The environments of tox (https://tox.wiki/en/latest/config.html).

tox takes other names too, made of the parts of these and of versions of Python: `asking.lacks` knows that.
"""

import configparser
import re
from collections.abc import Iterable, Iterator
from itertools import product

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.parsing import table, text
from calibrant.toolchains.tasks.listing import MAX_TEXT, Listed, listed, tasks

MAX_EXPANDED = 2000
_BRACES = re.compile(r"\{([^{}]{0,500})\}")
_RANGE = re.compile(r"(\d{1,3})-(\d{1,3})")
_FACTORS = re.compile(r"[ \t]*([!\w.{},-]{1,300}):(?:\s|$)")
_NAME = re.compile(r"[\w.-]{1,200}")


def from_ini(content: str, core: str = "tox") -> Listed | None:
    """Return the environments in the text of a tox.ini; `core` is the section of tox's settings. None where it cannot be read."""
    if len(content) > MAX_TEXT:
        return None
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(content)
    except configparser.Error:
        return None
    listing = ""
    if parser.has_section(core):
        listing = parser.get(core, "envlist", fallback="") or parser.get(core, "env_list", fallback="")
    sections = [name for name in parser.sections() if name == "testenv" or name.startswith("testenv:")]
    written = [name.removeprefix("testenv:") for name in sections if name != "testenv"]
    conditions = [
        found.group(1).replace("!", "")
        for section in sections
        for value in parser[section].values()
        for line in (value or "").split("\n")
        if (found := _FACTORS.match(line))
    ]
    return _listed(listing or "py", written, conditions)


def from_toml(value: object) -> Listed:
    """Return the environments in the table of a tox.toml, or of `tool.tox` in a pyproject.toml."""
    settings = table(value)
    listing = settings.get("env_list", ["py"])
    texts = [one for one in listing if isinstance(one, str)] if isinstance(listing, list) else []
    found = _listed(",".join(texts), table(settings, "env"), ())
    plain = isinstance(listing, list) and len(texts) == len(listing)
    return Listed(found.names, found.whole and plain and "env_base" not in settings)


def _listed(listing: str, written: Iterable[str], conditions: Iterable[str]) -> Listed:
    names = [name for entry in (*_entries(listing), *written, *conditions) for name in expanded(entry)]
    plain = [name for name in names if _NAME.fullmatch(name)]
    return listed(plain, whole=len(plain) == len(names))


def _entries(listing: str) -> list[str]:
    """Return the entries of a list, which lines and commas outside of braces part."""
    lines = [line.split("#")[0] for line in listing.split("\n")]
    return [one.strip() for one in re.split(r"[,\s]+(?![^{}]{0,500}\})", ",".join(lines)) if one.strip()]


def expanded(entry: str) -> list[str]:
    """Return what an entry with choices in braces stands for: `py{310,311}-{a,b}` for four names."""
    chunks = _BRACES.split(entry)
    if "{" in "".join(chunks) or "}" in "".join(chunks):
        return [entry]
    choices = [[chunk] if number % 2 == 0 else _choices(chunk) for number, chunk in enumerate(chunks)]
    size = 1
    for one in choices:
        size *= len(one)
    if size > MAX_EXPANDED:
        return ["{"]
    outside = [["".join(found)] for found in product(*choices)]
    return [name for names in outside for one in names for name in one.split(",") if name]


def _choices(inside: str) -> list[str]:
    found: list[str] = []
    for one in (part.strip() for part in inside.split(",")):
        between = _RANGE.fullmatch(one)
        if between:
            first, last = int(between[1]), int(between[2])
            found.extend(str(number) for number in range(first, last + 1))
        elif re.fullmatch(r"\d{1,3}-|-\d{1,3}|\[.{0,500}|.{0,500}:.{0,500}", one):
            found.append("{")
        else:
            found.append(one)
    return found


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the environments of a folder, from the file that tox takes them from."""
    name, found = _source(folder)
    if found is not None:
        # A plug-in of the project's own may add others.
        yield tasks("tox", folder, name, Listed(found.names, found.whole and not folder.has("toxfile.py")))


def _source(folder: Folder) -> tuple[str, Listed | None]:
    if folder.has("tox.ini"):
        return "tox.ini", from_ini(folder.read("tox.ini"))
    if "[tox:tox]" in folder.read("setup.cfg"):
        return "setup.cfg", from_ini(folder.read("setup.cfg"), "tox:tox")
    settings = table(folder.toml("pyproject.toml"), "tool", "tox")
    sound = folder.fault("pyproject.toml", "toml") == 0
    if settings.keys() - {"legacy_tox_ini"}:
        found = from_toml(settings)
        return "pyproject.toml", Listed(found.names, found.whole and sound)
    if text(settings, "legacy_tox_ini"):
        return "pyproject.toml", from_ini(text(settings, "legacy_tox_ini"))
    if folder.has("tox.toml"):
        found = from_toml(folder.toml("tox.toml"))
        return "tox.toml", Listed(found.names, found.whole and folder.fault("tox.toml", "toml") == 0)
    return "", None


RUNNER = Runner("tox", ("tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"), detect)
