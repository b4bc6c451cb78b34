"""Scripts, targets, recipes, sessions and environments that a task runner is asked for, and does not have."""

from collections.abc import Iterator

from calibrant.model.asking import lacks
from calibrant.model.closest import closest
from calibrant.model.toolchain import Tasks, upwards
from calibrant.rules.commands import Call, Given
from calibrant.rules.ground.claim import Claim, Site
from calibrant.rules.wording import listed

CODE = "unknown-task"
_RUN = frozenset({"run", "run-script", "rum", "urn"})
_TEST = frozenset({"test", "t", "tst"})
_NEVER_PROGRAMS = frozenset({"test", "build", "lint", "typecheck", "type-check", "start", "dev"})
"""What no package installs a program as: where a manager may run programs by their names too, these are scripts."""

_WORDS = {
    "npm": "script",
    "make": "target",
    "just": "recipe",
    "tox": "environment",
    "nox": "session",
    "gradle": "task",
    "pdm": "script",
    "cargo": "alias",
}
_UPWARDS = frozenset({"npm", "just", "tox", "pdm", "gradle"})
_SHOWN = 8


def check(call: Call, site: Site) -> Iterator[Claim]:
    """Tell of tasks that there certainly are none of."""
    folder = site.folder(call.cwd)
    runner, asked = _asked(call)
    if folder is None or not asked:
        return
    tasks = next((found for above in _folders(folder, runner) if (found := _tasks(site, runner, above))), None)
    if tasks is None or not _nearest(site, tasks, folder, runner):
        return
    for one in asked:
        if _lacks(call, site, tasks, one.text):
            yield _claim(one, site, tasks, own=call.folder is None and call.command.cwd == ".")


def _folders(folder: str, runner: str) -> Iterator[str]:
    yield from upwards(folder) if runner in _UPWARDS else (folder,)


def _tasks(site: Site, runner: str, folder: str) -> Tasks | None:
    return site.survey.tasks_of(runner, folder)


def _nearest(site: Site, tasks: Tasks, folder: str, runner: str) -> bool:
    """Tell whether no file nearer to the folder is the one that the runner would look at."""
    name = tasks.path.rpartition("/")[2]
    if not site.there(folder) or (runner == "gradle" and tasks.root != folder):
        return False
    between = [above for above in upwards(folder) if len(above) > len(tasks.root) and above not in (".", tasks.root)]
    return all(site.survey.lacks(f"{above}/{name}") for above in between)


def _asked(call: Call) -> tuple[str, list[Given]]:
    """Return the runner whose tasks are asked for, and their names."""
    given, options = call.given, call.arguments
    match call.program:
        case "npm" | "pnpm" | "yarn" | "bun":
            return "npm", _of_node(call)
        case "make" if not options.has("-f", "--file", "--makefile", "--eval", "-v", "--version", "-h", "--help"):
            return "make", [one for one in options.given if "=" not in one.text and _plain(one)]
        case "just" if call.sure and not options.has(
            "-f", "--justfile", "-d", "--working-directory", "-l", "--list", "--summary"
        ):
            named = [one for one in options.given if "=" not in one.text]
            return "just", [one for one in named[:1] if _plain(one) and "::" not in one.text]
        case "tox" if not options.has("-c", "--conf", "--root"):
            return "tox", [part for one in options.values("-e") for part in _split(one)]
        case "nox" if not options.has("-f", "--noxfile"):
            return "nox", [part for one in options.values("-s", "--session", "--sessions") for part in _split(one)]
        case "gradle" if call.sure and not options.has(
            "-p", "--project-dir", "-b", "--build-file", "-I", "--init-script"
        ):
            return "gradle", [one for one in options.given[:1] if _plain(one)]
        case "pdm" if call.sub == "run" and call.sure and given and ":" in given[0].text:
            return "pdm", [given[0]]
    return "", []


def _plain(one: Given) -> bool:
    return bool(one.text) and not one.text.isdigit()


def _of_node(call: Call) -> list[Given]:
    if not call.sure and not (call.sub in _RUN and call.given):
        return []
    several = (
        "-w",
        "--workspace",
        "--workspaces",
        "-ws",
        "--if-present",
        "-r",
        "--recursive",
        "--filter",
        "-F",
        "--parallel",
    )
    if call.arguments.has(
        *several, "-g", "--global", "--include-workspace-root", "-iwr", "-w", "--workspace-root", "--filter-prod"
    ):
        return []
    if call.sub in _RUN:
        return [one for one in call.given[:1] if not one.text.startswith(("/", ".")) and _after_known(call)]
    if call.program in ("npm", "pnpm") and call.sub in _TEST and call.sure:
        return [Given("test", _sub_span(call).span)]
    if call.program in ("pnpm", "yarn") and call.sure and (":" in call.sub or call.sub in _NEVER_PROGRAMS):
        return [_sub_span(call)]
    return []


def _after_known(call: Call) -> bool:
    """Tell whether all words up to the task are known: what stands behind it is the script's own."""
    first = call.given[0].span.start
    return all(word.text is not None for word in call.command.plain.words if word.span.start < first)


def _sub_span(call: Call) -> Given:
    return call.arguments.given[0]


def _split(one: Given) -> Iterator[Given]:
    """Yield the names in a list with commas, each with its place."""
    if "{" in one.text or one.text in ("ALL", "") or one.span.end - one.span.start != len(one.text):
        return
    at = one.span.start
    for part in one.text.split(","):
        if part.strip() == part and part:
            yield Given(part, type(one.span)(at, at + len(part)))
        at += len(part) + 1


def _lacks(call: Call, site: Site, tasks: Tasks, name: str) -> bool:
    if not lacks(site.survey, tasks, name):
        return False
    if call.program == "nox":
        return not any(name.startswith(f"{known}-") for known in tasks.names)
    if tasks.runner != "npm" or call.program == "npm" or (call.program == "pnpm" and call.sub in _RUN):
        return True
    if call.program == "bun" or (call.program == "yarn" and call.sub in _RUN and not _no_program(name)):
        return False
    return not any(name in other.names for other in site.survey.tasks if other.runner == "npm")


def _no_program(name: str) -> bool:
    return ":" in name or name in _NEVER_PROGRAMS


def _elsewhere(name: str, site: Site, tasks: Tasks) -> str:
    """Return the folder whose runner has a task; empty where that is not exactly one."""
    having = {one.root for one in site.survey.tasks if one.runner == tasks.runner and name in one.names} - {tasks.root}
    return site.from_base(having.pop()) if len(having) == 1 else ""


def _claim(one: Given, site: Site, tasks: Tasks, *, own: bool) -> Claim:
    near = closest(one.text, tasks.names)
    other = _elsewhere(one.text, site, tasks)
    what = _WORDS.get(tasks.runner, "task")
    has = f" It has: {listed(tasks.names)}." if tasks.names and not near else ""
    plain = one.span.end - one.span.start == len(one.text)
    return site.claim(
        CODE,
        one.span,
        f"There is no {what} called ‘{one.text}’ in {site.from_base(tasks.path)}.{has}",
        hint=f"Run the step in ‘{other}’, which has it."
        if other
        else f"Did you mean ‘{near[0]}’?"
        if near
        else f"Correct its name, or add it to {site.from_base(tasks.path)}.",
        subject=one.text,
        names=(tasks.path.rpartition("/")[2],),
        absent=False,
        candidates=(near or tasks.names[:_SHOWN]) if plain else (),
        evidence={
            "task": one.text,
            "file": site.from_base(tasks.path),
            "tool": tasks.runner,
            "root": site.from_base(tasks.root),
            "folders": other if own else "",
        },
    )
