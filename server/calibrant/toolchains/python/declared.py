"""What a Python project declares: its name, the Python that it asks for, and the packages that it needs."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from calibrant.model.toolchain import Versions
from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.parsing import as_ini, table, text, texts
from calibrant.toolchains.python.requirements import always, files_in, lines_of, name_of, names_of, normal
from calibrant.toolchains.versions import number_in

PYPROJECT = "pyproject.toml"
_SETUP_LIST = re.compile(r"(?:install|tests)_requires[ \t]{0,5}=[ \t]{0,5}\[([^\]]{0,5000})\]")
_SETUP_EXTRAS = re.compile(r"extras_require[ \t]{0,5}=[ \t]{0,5}\{([^}]{0,5000})\}")
_KEY = re.compile(r"[\"']([\w-]{1,60})[\"'][ \t]{0,5}:")
_QUOTED = re.compile(r"[\"']([^\"'\n]{1,300})[\"']")
_SETUP_PYTHON = re.compile(r"python_requires[ \t]{0,5}=[ \t]{0,5}[\"']([^\"'\n]{1,100})[\"']")
_CONDA_NAME = re.compile(r"(?:[\w.-]{1,100}::)?([A-Za-z0-9_][\w.-]{0,100})")
CONDA = ("environment.yml", "environment.yaml")


class Declared(msgspec.Struct, frozen=True):
    """What is declared: `name` and `packages` as they are compared, `surely` those that no marker takes away again."""

    name: str
    packages: frozenset[str]
    surely: frozenset[str]
    versions: Versions


def declared(folder: Folder) -> Declared:
    """Read what all manifests of a folder declare."""
    project = folder.toml(PYPROJECT)
    files = dict.fromkeys((*files_in(folder), "requirements.in", *folder.below("requirements/*.txt")))
    required = [*_standard(project), *_setup(folder), *lines_of(folder, files)]
    tabled = frozenset(_tabled(folder, project))
    name = text(project, "project", "name") or text(project, "tool", "poetry", "name")
    own = normal(name)
    packages = (names_of(required) | tabled | names_of(_conda(folder))) - {own, ""}
    main = always(texts(project, "project", "dependencies"))
    dropped = names_of(texts(project, "tool", "uv", "exclude-dependencies"))
    return Declared(own, packages, (main | frozenset(_poetry_main(project))) - dropped - {own, ""}, asked(folder))


def _standard(project: dict[str, Any]) -> Iterator[str]:
    yield from texts(project, "project", "dependencies")
    for key in table(project, "project", "optional-dependencies"):
        yield from texts(project, "project", "optional-dependencies", key)
    for key in table(project, "dependency-groups"):
        yield from texts(project, "dependency-groups", key)
    yield from texts(project, "tool", "uv", "dev-dependencies")
    for key in table(project, "tool", "pdm", "dev-dependencies"):
        yield from texts(project, "tool", "pdm", "dev-dependencies", key)
    for key in table(project, "tool", "hatch", "envs"):
        yield from texts(project, "tool", "hatch", "envs", key, "dependencies")


def extras(folder: Folder) -> frozenset[str]:
    """Return the names of the extras that a project has."""
    project = folder.toml(PYPROJECT)
    found = _SETUP_EXTRAS.search(folder.read("setup.py")[:100_000])
    named = _KEY.findall(found[1]) if found else []
    tables = (table(project, "project", "optional-dependencies"), table(project, "tool", "poetry", "extras"))
    return frozenset((*(name for one in tables for name in one), *_extras_in_cfg(folder), *named))


def _extras_in_cfg(folder: Folder) -> dict[str, str]:
    return folder.made("setup.cfg", as_ini).get("options.extras_require", {})


def groups(folder: Folder) -> frozenset[str]:
    """Return the names of the dependency groups that a project has."""
    return frozenset(table(folder.toml(PYPROJECT), "dependency-groups"))


def _tabled(folder: Folder, project: dict[str, Any]) -> Iterator[str]:
    """Yield the names that are keys of tables, as Poetry and Pipenv write them."""
    poetry = table(project, "tool", "poetry")
    groups = table(poetry, "group")
    tables = [table(poetry, "dependencies"), table(poetry, "dev-dependencies")]
    tables += [table(groups, name, "dependencies") for name in groups]
    pipfile = folder.toml("Pipfile")
    tables += [table(pipfile, "packages"), table(pipfile, "dev-packages")]
    for one in tables:
        yield from (normal(name) for name in one if name != "python")


def _poetry_main(project: dict[str, Any]) -> Iterator[str]:
    for name, wanted in table(project, "tool", "poetry", "dependencies").items():
        if name != "python" and (
            isinstance(wanted, str) or (isinstance(wanted, dict) and wanted.keys() <= {"version", "extras"})
        ):
            yield normal(name)


def _setup(folder: Folder) -> Iterator[str]:
    sections = folder.made("setup.cfg", as_ini)
    options = sections.get("options", {})
    for key in ("install_requires", "tests_require"):
        yield from options.get(key, "").splitlines()
    for value in _extras_in_cfg(folder).values():
        yield from value.splitlines()
    setup = folder.read("setup.py")[:100_000]
    for found in (*_SETUP_LIST.finditer(setup), *_SETUP_EXTRAS.finditer(setup)):
        yield from (quoted[1] for quoted in _QUOTED.finditer(found[1]))


def _conda(folder: Folder) -> Iterator[str]:
    listed = folder.yaml(folder.first(*CONDA)).get("dependencies")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, str) and (found := _CONDA_NAME.match(one)) and found[1] not in ("python", "pip"):
            yield found[1]
        elif isinstance(one, dict):
            yield from texts(one, "pip")


def asked(folder: Folder) -> Versions:
    """Return the Python that is asked for, by the manifest before the files that pin one for version managers."""
    for source, found in wishes(folder):
        if found:
            return Versions(asked=found[:200], source=folder.path(source))
    return Versions()


def wishes(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield who asks for which Python: name of the file and version as written, the most binding first."""
    project = folder.toml(PYPROJECT)
    yield PYPROJECT, text(project, "project", "requires-python")
    yield PYPROJECT, text(project, "tool", "poetry", "dependencies", "python")
    yield "setup.cfg", folder.made("setup.cfg", as_ini).get("options", {}).get("python_requires", "")
    setup = _SETUP_PYTHON.search(folder.read("setup.py")[:100_000])
    yield "setup.py", setup[1] if setup else ""
    pipfile = table(folder.toml("Pipfile"), "requires")
    yield "Pipfile", text(pipfile, "python_full_version") or text(pipfile, "python_version")
    name = folder.first(*CONDA)
    yield name, _conda_python(folder.yaml(name)) if name else ""
    yield from pins(folder)


def pins(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield the exact versions that version managers are told to use."""
    yield ".python-version", _first_line(folder.read(".python-version"))
    yield "runtime.txt", number_in(_first_line(folder.read("runtime.txt")), 1)
    for line in folder.read(".tool-versions")[:10_000].splitlines():
        if line.startswith("python "):
            yield ".tool-versions", number_in(line, 1)


def _first_line(content: str) -> str:
    return next(
        (line.strip() for line in content[:1_000].splitlines() if line.strip() and not line.startswith("#")), ""
    )


def _conda_python(environment: dict[str, Any]) -> str:
    for one in texts(environment, "dependencies"):
        if name_of(one) == "python" and len(one) > len("python"):
            return one.strip().removeprefix("python").strip().lstrip("=").strip()
    return ""
