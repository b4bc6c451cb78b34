"""Workflows in their workspaces: what disagrees is told on its characters, and nothing is said of pairs that fit.

The pairs are files in `tests/data/ground/{ok,err}/`: parts of a workspace as in `toolchains/sample.py`, among them one workflow
or several. In those that are wrong, comments say what is wanted, as in `test_rules.py`; of a workflow called
`x.workflow.yaml` the comments count as they stand.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant import connectors, dialects, rules
from calibrant.github.specs import ActionSpecs
from calibrant.model.issue import Finding
from calibrant.model.text import LineIndex, Span
from calibrant.model.toolchain import Ground, Survey, Tasks
from calibrant.rules.ground import script as reading
from calibrant.rules.on_ground import CODES
from calibrant.syntax.shell import Command, commands
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


SURVEY = Survey(
    "/w",
    (),
    (Tasks("npm", ".", "package.json", ("build",)), Tasks("make", ".", "Makefile", ("all",))),
    frozenset({"package.json", "pnpm-lock.yaml", "Makefile", "requirements.txt", "web/", "web/package.json"}),
    whole=True,
)
PIECES = st.sampled_from(
    [
        *(
            "npm ci",
            "npm run biuld",
            "make",
            "make -C web tset",
            "pip install -r x.txt -c ",
            "cd wbe",
            "cd ..",
            "-C",
            "--prefix",
        ),
        *(
            "uv sync --locked",
            "uv run --python 3.1",
            "tox -e a,,b",
            "nox -s",
            "./x.sh",
            "python ../../x.py",
            "python3.8 -m pip",
        ),
        *(
            " && ",
            " || ",
            "; ",
            "\n        ",
            "|",
            " ",
            "'",
            '"',
            "$(",
            ")",
            "{{ x }}",
            "${{ x }}",
            "~",
            "//",
            "=",
            "é",
            "*",
            "&",
        ),
        *(
            "mvn -f",
            "gradle :a:b",
            "cargo +1.2 build",
            "pip install -e ./a[b]",
            "\\",
            "go test ./...",
            "yarn a:b",
            "--",
            "-r",
        ),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(["", "web", "../..", "/tmp", "{{ x }}", "wbe", "~"]))
def test_whatever_a_script_says_nothing_raises_and_places_lie_in_the_step(script: str, folder: str) -> None:
    body = f"      - run: |\n        {script}\n        working-directory: '{folder}'\n"
    github = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
    native = f"steps:\n  - id: a\n    cwd: '{folder}'\n    run: |\n        {script}\n"
    for name, text in (
        (".github/workflows/x.yml", github + body.replace("        ", "          ")),
        ("x.workflow.yaml", native),
    ):
        workflow = dialects.read(name, text)
        assert workflow is not None
        specs = connectors.specs() if workflow.language.runs else ActionSpecs({})
        for one in rules.check(workflow, specs, None, Ground(SURVEY)).findings:
            assert 0 <= one.span.start <= one.span.end <= len(workflow.text)


def test_an_edit_of_one_step_parses_no_other_script(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "steps:\n" + "".join(f"  - id: s{at}\n    run: npm run build\n" for at in range(50))
    before = dialects.read("x.workflow.yaml", text)
    assert before is not None
    checked = rules.check(before, connectors.specs(), None, Ground(SURVEY))
    parsed: list[str] = []

    def parse(script: str, unknown: Iterable[Span] = ()) -> tuple[Command, ...]:
        parsed.append(script)
        return commands(script, unknown)

    monkeypatch.setattr(reading, "commands", parse)
    after = dialects.read(
        "x.workflow.yaml", text.replace("s7\n    run: npm run build", "s7\n    run: npm run bild"), before
    )
    assert after is not None
    found = rules.check(after, connectors.specs(), checked, Ground(SURVEY)).findings
    assert parsed == ["npm run bild"]
    assert [(one.code, one.step) for one in found] == [("unknown-task", "s7")]
