"""What people read when something fails, word by word: each case really does it, with real counterparts.

A case of `cases/*.yaml` has a workflow, what it needs, and every issue that comes of it: whom it is about (step, code, kind,
severity), the exact characters, what it says, and the next step; then the reasons of steps that were not run.
"""

import re
from pathlib import Path
from typing import Any, cast

import pytest

from calibrant import connectors, failures
from calibrant.connectors import yamltext
from calibrant.failures.classifier import classify
from calibrant.failures.patterns import PATTERNS
from calibrant.model.failure import Failure
from calibrant.model.settings import Settings
from calibrant.workspace.analysis import analyse
from house.source import ROOT
from isolation.building import NO_BWRAP
from words.doing import Done, do, place, texts_of

CASES: list[dict[str, Any]] = [
    case
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in cast("list[dict[str, Any]]", yamltext.parse(path.read_text(encoding="utf-8")))
]
FEWEST = 150
_BARRED = "It has an error that must be fixed before it can be called."

NEVER = re.compile(
    r"Traceback|Errno|<class|object at 0x|NoneType|null pointer|coroutine|\bEOF\b|\berrno\b|JSONDecode|codec can't"
    r"|/tmp/calibrant|calibrant-part"
)
"""What only programmers read, and places that are ours."""
OURS = re.compile(r"\bstdin\b|\bNUL\b|\bdict\b(?!\))|\bstr\b|delimiter \(")
"""Words that we have better ones for; a type checker may be quoted with them."""


def test_there_are_enough_of_them() -> None:
    assert sum(len(case["issues"]) for case in CASES) >= FEWEST
    assert len({case["name"] for case in CASES}) == len(CASES)


def done(tmp_path: Path, case: dict[str, Any]) -> Done:
    if case.get("execute") == "sandbox" and NO_BWRAP:
        pytest.skip("THE SANDBOX IS NOT TESTED HERE: bubblewrap is not installed")
    folder = tmp_path / "w"
    folder.mkdir()
    with place(folder) as named:
        return do(folder, tmp_path / "state", case, named)


@pytest.mark.parametrize("case", CASES, ids=[case["name"].replace(" ", "-") for case in CASES])
def test_the_words_of(case: dict[str, Any], tmp_path: Path) -> None:
    found = done(tmp_path, case)
    said = [
        {
            "about": [one.step, one.code, one.kind, one.severity],
            "at": one.at,
            "says": one.message,
            "next": one.hint,
        }
        for one in found.said
    ]
    for got, wanted in zip(said, case["issues"], strict=False):
        assert got == wanted
    assert len(said) == len(case["issues"]), said[len(case["issues"]) :]
    assert {step: reason for step, reason in found.reasons.items() if reason != _BARRED} == case.get("reasons", {})
    assert found.end_said == case.get("end", "")
    for text in texts_of(found):
        must_be_plain(text)
    for issue in found.issues:
        must_be_whole(issue.finding.message, issue.finding.hint)


def must_be_plain(text: str, *, quoted: bool = False) -> None:
    assert not NEVER.search(text), text
    assert quoted or not OURS.search(text), text


def must_be_whole(message: str, hint: str) -> None:
    """Fail where a message does not begin like a sentence, or there is no next step."""
    assert message, "there is no message"
    assert not message[0].isalpha() or message[0].isupper() or re.match(r"[a-z]+[.:/][\w/]", message), message
    assert hint.endswith((".", "?", "…")), hint


def texts_of_the_corpus() -> list[Path]:
    folders = (ROOT / "tests" / "data", ROOT / "docs" / "examples")
    found = [path for folder in folders for path in folder.rglob("*.workflow.*") if path.suffix in (".yaml", ".json")]
    assert len(found) > 20
    return sorted(found)


@pytest.mark.parametrize("path", texts_of_the_corpus(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_finding_of_the_corpus_is_plain_and_has_a_next_step(path: Path) -> None:
    analysis = analyse(path.name, path.read_text(encoding="utf-8", errors="replace"), connectors.specs(), Settings())
    assert analysis is not None
    for issue in failures.group(path.name, analysis.findings).all:
        must_be_plain(issue.finding.message)
        must_be_plain(issue.finding.hint)
        assert issue.finding.hint, issue.finding.message


SAMPLES = [sample for pattern in PATTERNS for sample in pattern.matching]
TRACE = 'Traceback (most recent call last):\n  File "/x/y.py", line 2, in <module>\n    f()\n'
RAW = [
    TRACE + "OSError: [Errno 5] Input/output error: 'x'",
    TRACE + "TypeError: 'NoneType' object is not iterable",
    TRACE + "ValueError: <Thing object at 0x7f818cec46d0>",
    TRACE + "app.errors.StrangeError: <class 'app.Thing'>",
    "urllib.error.URLError: <urlopen error [Errno 111] Connection refused>",
    "mytool: ERROR: <class 'int'> at <function f at 0x7f818cec46d0>",
]


@pytest.mark.parametrize("output", [*SAMPLES, *RAW])
def test_what_programs_say_is_told_plainly(output: str) -> None:
    told = classify(Failure("command-failed", "It ended with status 1.", exit_code=1, output=output))
    must_be_plain(told.message, quoted=True)
    must_be_plain(told.hint)
