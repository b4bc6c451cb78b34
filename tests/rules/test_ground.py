"""Workflows in their workspaces: what disagrees is told on its characters, and nothing is said of pairs that fit.

The pairs are files in `tests/data/ground/{ok,err}/`: parts of a workspace as in `toolchains/sample.py`, among them one workflow
or several. In those that are wrong, comments say what is wanted, as in `test_rules.py`; of a workflow called
`x.workflow.yaml` the comments count as they stand.
"""

import re
from pathlib import Path

import pytest

from calibrant import connectors, dialects, rules
from calibrant.github.specs import ActionSpecs
from calibrant.model.issue import Finding
from calibrant.model.text import LineIndex
from calibrant.model.toolchain import Ground
from calibrant.rules.on_ground import CODES
from rules.test_rules import fits, place, wanted_in
from toolchains.sample import parts, surveyed

DATA = Path(__file__).parents[1] / "data" / "ground"
OK, ERR = sorted(DATA.glob("ok/*.txt")), sorted(DATA.glob("err/*.txt"))
_WORKFLOW = re.compile(r"(?:.*/)?[^/]+\.workflow\.ya?ml|\.github/workflows/[^/]+\.ya?ml")


def found_in(path: Path, folder: Path) -> list[tuple[str, str, list[Finding]]]:
    """Return path, text and findings of each workflow of a pair."""
    sample = path.read_text(encoding="utf-8")
    survey = surveyed(sample, folder)
    out: list[tuple[str, str, list[Finding]]] = []
    for name, text in parts(sample):
        if not _WORKFLOW.fullmatch(name):
            continue
        workflow = dialects.read(name, text)
        assert workflow is not None
        native = workflow.language.runs
        specs = connectors.specs() if native else ActionSpecs({})
        home = name.rpartition("/")[0] or "." if native else "."
        found = rules.check(workflow, specs, None, Ground(survey, home)).findings
        out.append((name, text, list(found)))
    assert out, "there is no workflow in it"
    return out


@pytest.mark.parametrize("path", OK, ids=lambda path: path.stem)
def test_of_what_fits_nothing_is_said(path: Path, tmp_path: Path) -> None:
    said = [f"{name}: {one.code}: {one.message}" for name, _, found in found_in(path, tmp_path) for one in found]
    assert said == []


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.stem)
def test_what_disagrees_is_told_on_its_characters(path: Path, tmp_path: Path) -> None:
    count = 0
    for name, text, found in found_in(path, tmp_path):
        left, index, unexpected = wanted_in(text), LineIndex(text), []
        count += len(left)
        for one in found:
            here = (*place(one, index), one.code)
            match = next((want for want in left if want[:4] == here and fits(want, one)), None)
            if match is None:
                unexpected.append(f"{name}: {here}: {one.message} | {one.hint}")
            else:
                left.remove(match)
        assert (unexpected, left) == ([], [])
    assert count, "this pair wants nothing"


def test_there_are_pairs_enough_and_each_code_is_wanted_in_both_languages() -> None:
    assert len(OK) >= 60
    for kind in (".workflow.yaml", ".github/workflows/"):
        codes = {
            want.code
            for path in ERR
            for name, text in parts(path.read_text(encoding="utf-8"))
            if kind in name
            for want in wanted_in(text)
        }
        assert codes >= set(CODES), (kind, set(CODES) - codes)
