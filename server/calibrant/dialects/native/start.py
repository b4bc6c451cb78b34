"""A native workflow to begin with: what there is to validate, a step each."""

import re
from collections.abc import Iterator, Sequence

from calibrant.model.toolchain import HERE, Validation
from calibrant.syntax.render import Look, block_lines, joined

_HEAD = """\
# What is checked here, each with the command that the project itself is set up for.
# Run it, and see every issue at once:  calibrate this file in your editor, or  calibrant calibrate FILE --trust
"""
_NO_WORD = re.compile(r"\W+", re.ASCII)


def start(validations: Sequence[Validation]) -> str:
    """Return the workflow's text; a step that greets where there is nothing to validate."""
    steps = [step for one in validations for step in _steps(one, alone=len(validations) == 1)]
    written: dict[str, object] = {"name": "checks", "steps": _apart(steps) or [{"id": "hello", "run": "echo hello"}]}
    look = Look()
    return f"{_HEAD}{joined(block_lines(written, look), 0, look)}\n"


def _steps(one: Validation, *, alone: bool) -> Iterator[dict[str, object]]:
    before = "" if alone else f"{_word(one.root) if one.root != HERE else one.ecosystem}_"
    if one.install and not one.installed:
        yield _step(f"{before}install", one.install, one.root, ())
    needs = (f"{before}install",) if one.install and not one.installed else ()
    for purpose, command in one.steps:
        yield _step(f"{before}{purpose}", command, one.root, needs)


def _step(name: str, command: str, root: str, needs: tuple[str, ...]) -> dict[str, object]:
    made: dict[str, object] = {"id": name, "run": command}
    if root != HERE:
        made["cwd"] = root
    if needs:
        made["needs"] = list(needs)
    if "{{" in command:
        made["templating"] = False
    return made


def _apart(steps: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Return the steps with ids of their own: two folders may come to one name."""
    renamed: dict[tuple[object, object], str] = {}
    taken: set[str] = set()
    for step in steps:
        name, number = str(step["id"]), 2
        while name in taken:
            name, number = f"{step['id']}_{number}", number + 1
        taken.add(name)
        renamed[step["id"], step.get("cwd")] = name
    return [_renamed(step, renamed) for step in steps]


def _renamed(step: dict[str, object], names: dict[tuple[object, object], str]) -> dict[str, object]:
    needs = step.get("needs")
    made = step | {"id": names[step["id"], step.get("cwd")]}
    return made | {"needs": [names[one, step.get("cwd")] for one in needs]} if isinstance(needs, list) else made


def _word(text: str) -> str:
    word = _NO_WORD.sub("_", text).strip("_") or "part"
    return word if not word[0].isdigit() else f"part_{word}"
