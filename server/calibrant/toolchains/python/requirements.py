"""Names of Python packages: in requirement files, in lists of requirements, and as the ecosystem compares them."""

import re
from collections.abc import Iterable, Iterator

from calibrant.toolchains.ecosystem import Folder

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_NORMAL = re.compile(r"[a-z0-9]{1,200}")
_DASHES = re.compile(r"[-_.]+")
_EGG = re.compile(r"#egg=([A-Za-z0-9][A-Za-z0-9._-]{0,198})")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:")
_INCLUDE = re.compile(r"(?:-r|--requirement)(?:[ \t]{1,10}|=)([^\s#]{1,300})")
_MAX_LINES = 20_000
_MAX_FILES = 30
PATTERNS = ("requirements*.txt", "dev-requirements*.txt", "test-requirements*.txt")
"""What files of requirements are called."""


def normal(name: str) -> str:
    """Return a name as packages are compared by (PEP 503): lower case, with single dashes."""
    if _NORMAL.fullmatch(name):
        return name
    return _DASHES.sub("-", name[:300]).lower().strip("-")


def name_of(requirement: str) -> str:
    """Return the normal name of what a requirement asks for (PEP 508, or a URL with `#egg=`); empty for a path or an option."""
    said = requirement.strip()[:2_000]
    if egg := _EGG.search(said):
        return normal(egg[1])
    found = _NAME.match(said)
    if found is None or _URL.match(said):
        return ""
    behind = said[found.end() :].lstrip()
    return normal(found[0]) if not behind or behind[0] in "[(<>=!~;@#,* \t" else ""


def names_of(requirements: Iterable[str]) -> frozenset[str]:
    """Return the normal names of a list of requirements."""
    return frozenset(name for one in requirements if (name := name_of(one)))


def always(requirements: Iterable[str]) -> frozenset[str]:
    """Return the names of those that are needed everywhere: one with a marker may be left out of a lock file."""
    return names_of(one for one in requirements if ";" not in one)


def files_in(folder: Folder) -> tuple[str, ...]:
    """Return the requirement files of a folder that it is installed from: requirements.txt, and those for development."""
    development = ("requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements.dev.txt")
    tests = ("requirements-test.txt", "requirements_test.txt", "test-requirements.txt", "requirements-tests.txt")
    nested = ("requirements/base.txt", "requirements/dev.txt", "requirements/test.txt")
    found = [name for name in ("requirements.txt", *development, *tests) if folder.has(name)]
    if not found:
        found = [name for name in nested if folder.has(name)]
    if found:
        return tuple(found)
    return tuple(name for pattern in PATTERNS for name in folder.named(pattern))


def lines_of(folder: Folder, names: Iterable[str]) -> Iterator[str]:
    """Yield the requirements in files and in those that they include; options and comments are left out."""
    waiting, seen = list(names), set[str]()
    while waiting and len(seen) < _MAX_FILES:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for line in folder.read(name).replace("\\\n", " ").splitlines()[:_MAX_LINES]:
            said = line.split(" #", 1)[0].strip()
            if include := _INCLUDE.match(said):
                within = name.rpartition("/")[0]
                waiting.append(f"{within}/{include[1]}" if within else include[1].removeprefix("./"))
            elif said and not said.startswith(("#", "-")):
                yield said
