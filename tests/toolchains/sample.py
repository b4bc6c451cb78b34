"""Small trees of files in one text, and the survey of such a tree with a machine of its own.

A sample is a file in `tests/data/toolchains/`: a line about what it shows, then parts, each behind a line `-- path --`. Parts
below `machine/` are files of the machine (`machine/bin` is its PATH, `machine/home` its HOME), all others are those of the
workspace. `path -> target` in the line makes a link, a path that ends with a slash an empty folder. `expected.json` is a list
with an object for each toolchain, in the order of the survey: what it names of a toolchain's JSON form must be just so, but
`confidence` is a pair of bounds, `evidence` and `conflicts` name parts of texts that must be there (of conflicts all there are),
and `versions`, `commands` and `tasks` what must be so among the others.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calibrant.model.toolchain import Survey
from calibrant.report.toolchains import survey_objects
from calibrant.workspace.surveying import survey_of

SAMPLES = Path(__file__).parent.parent / "data" / "toolchains"
_PART = re.compile(r"^-- (.+?) --\n", re.MULTILINE)


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield path and content of each part of a sample."""
    pieces = _PART.split(text)
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def lay_out(text: str, folder: Path) -> None:
    """Write the parts of a sample to `folder`/workspace and `folder`/machine."""
    (folder / "workspace").mkdir(parents=True)
    for name, content in parts(text):
        path, _, target = name.partition(" -> ")
        if path == "expected.json":
            continue
        full = folder / (path if path.startswith("machine/") else f"workspace/{path}")
        if path.endswith("/"):
            full.mkdir(parents=True, exist_ok=True)
            continue
        full.parent.mkdir(parents=True, exist_ok=True)
        if target:
            full.symlink_to(target.replace("{machine}", str(folder / "machine")))
        else:
            full.write_text(content.replace("{machine}", str(folder / "machine")), encoding="utf-8")
            full.chmod(0o755 if path.startswith("machine/") else 0o644)


def surveyed(text: str, folder: Path, **environ: str) -> Survey:
    """Lay a sample out and survey it."""
    lay_out(text, folder)
    machine = folder / "machine"
    return survey_of(folder / "workspace", {"PATH": str(machine / "bin"), "HOME": str(machine / "home"), **environ})


def expected(text: str) -> list[dict[str, Any]]:
    """Return what a sample says is to be found."""
    found = [content for name, content in parts(text) if name == "expected.json"]
    assert len(found) == 1, "a sample has one expected.json"
    value = json.loads(found[0])
    assert isinstance(value, list)
    return value


def compare(survey: Survey, wanted: list[dict[str, Any]], machine: str) -> None:
    """Compare what was found with what is wanted, as the head of this file says."""
    found = json.loads(json.dumps(survey_objects(survey)).replace(machine, "{machine}"))
    shown = json.dumps(found, indent=1)
    assert [_name(one) for one in found] == [_name(one) for one in wanted], shown
    for one, want in zip(found, wanted, strict=True):
        for key, value in want.items():
            assert key in one, key
            assert _holds(key, one[key], value), f"{_name(want)}: {key} is not {json.dumps(value)} in {shown}"


def _name(one: dict[str, Any]) -> tuple[str, str, str]:
    return one["root"], one["ecosystem"], one["manager"]


def _holds(key: str, found: Any, want: Any) -> bool:
    match key:
        case "confidence":
            return bool(want[0] <= found <= want[1])
        case "evidence":
            return all(any(part in one for one in found) for part in want)
        case "conflicts":
            return len(found) == len(want) and all(part in one for part, one in zip(want, found, strict=True))
        case "versions" | "commands":
            return all(found[name] == value for name, value in want.items())
        case "tasks":
            known = {task["runner"]: task["names"] for task in found}
            return all(set(names) <= set(known.get(runner, ())) for runner, names in want.items())
        case _:
            return bool(found == want)
