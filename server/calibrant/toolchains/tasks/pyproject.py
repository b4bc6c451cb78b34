"""Scripts and tasks in a pyproject.toml: of Poe the Poet, taskipy, PDM, Hatch and Rye."""

from collections.abc import Iterator

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.parsing import table
from calibrant.toolchains.tasks.listing import listed, tasks

NAME = "pyproject.toml"
_TASKFILES = tuple(
    f"{name}{dist}.{end}" for name in ("Taskfile", "taskfile") for dist in ("", ".dist") for end in ("yml", "yaml")
)


def poe(folder: Folder) -> Iterator[Tasks]:
    """Yield the tasks of Poe the Poet (https://poethepoet.natn.io/tasks/index.html)."""
    sources = [
        (NAME, table(folder.toml(NAME), "tool", "poe"), "toml"),
        ("poe_tasks.toml", _poe_table(folder.toml("poe_tasks.toml")), "toml"),
        ("poe_tasks.json", _poe_table(folder.json("poe_tasks.json")), "json"),
    ]
    for name, settings, form in sources:
        if names := table(settings, "tasks"):
            others = any(key in settings for key in ("include", "include_script", "inherit", "groups"))
            others = others or any(_is_group(value) for value in names.values())
            found = listed(map(str, names), whole=not others and not folder.fault(name, form))
            yield tasks("poe", folder, name, found)
            return


def _poe_table(value: object) -> dict[str, object]:
    return table(value, "tool", "poe") or table(value)


def _is_group(value: object) -> bool:
    return isinstance(value, dict) and "tasks" in value


def taskipy(folder: Folder) -> Iterator[Tasks]:
    """Yield the tasks of taskipy; `task` may as well be the program that reads a Taskfile."""
    names = table(folder.toml(NAME), "tool", "taskipy", "tasks")
    if names:
        whole = not folder.first(*_TASKFILES) and not folder.fault(NAME, "toml")
        yield tasks("task", folder, NAME, listed(map(str, names), whole=whole))


def pdm(folder: Folder) -> Iterator[Tasks]:
    """Yield the scripts of PDM, which runs any other program too."""
    names = table(folder.toml(NAME), "tool", "pdm", "scripts")
    if names:
        yield tasks("pdm", folder, NAME, listed((str(name) for name in names if name != "_"), whole=False))


def rye(folder: Folder) -> Iterator[Tasks]:
    """Yield the scripts of Rye, which runs any other program too."""
    names = table(folder.toml(NAME), "tool", "rye", "scripts")
    if names:
        yield tasks("rye", folder, NAME, listed(map(str, names), whole=False))


def hatch(folder: Folder) -> Iterator[Tasks]:
    """Yield the scripts of Hatch's environments (`env:script`), which run any other program too."""
    inside = table(folder.toml(NAME), "tool", "hatch", "envs")
    path, envs = (NAME, inside) if inside else ("hatch.toml", table(folder.toml("hatch.toml"), "envs"))
    names: list[str] = []
    for env in envs:
        scripts = [str(script) for script in table(envs, env, "scripts")]
        names.extend(scripts if env == "default" else ())
        names.extend(f"{env}:{script}" for script in scripts)
    if names:
        yield tasks("hatch", folder, path, listed(names, whole=False))


RUNNERS = (
    Runner("poe", (NAME, "poe_tasks.toml", "poe_tasks.json"), poe),
    Runner("task", (NAME,), taskipy),
    Runner("pdm", (NAME,), pdm),
    Runner("hatch", (NAME, "hatch.toml"), hatch),
    Runner("rye", (NAME,), rye),
)
