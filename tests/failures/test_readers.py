"""Every reader against its own samples and against what tools really printed; and what no output may do to any of them."""

import importlib
import json
import pkgutil
import re
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.failures import reports
from calibrant.failures.reports import READERS, read
from calibrant.failures.reports.output import HEAD, LONGEST_LINE, TAIL, readable
from calibrant.failures.reports.paths import in_workspace
from calibrant.failures.reports.reader import Reader
from failures.complained import OUTPUTS, output_of, shown
from failures.test_patterns import quantifiers

EACH = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
SAMPLES = [
    pytest.param(reader, sample, id=f"{reader.name}-{at}")
    for reader in READERS
    for at, sample in enumerate(reader.matching)
]
KEPT = sorted(OUTPUTS.glob("*/*.txt"))


def flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for one in value:
            yield from flat(one)
    else:
        yield value


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    for found in pkgutil.iter_modules(reports.__path__):
        if found.name == "output":  # what makes an output fit to be read cuts lines of any length
            continue
        module = importlib.import_module(f"{reports.__name__}.{found.name}")
        for name, value in vars(module).items():
            for number, one in enumerate(flat(value)):
                if isinstance(one, re.Pattern):
                    yield f"{found.name}.{name}.{number}", one


@EACH
def test_finds_something_in_its_samples_and_nothing_in_the_others(reader: Reader) -> None:
    assert reader.matching
    assert reader.non_matching
    for sample in reader.matching:
        assert list(reader.read(readable(sample))), sample
    for sample in reader.non_matching:
        assert not list(reader.read(readable(sample))), sample


@pytest.mark.parametrize(("reader", "sample"), SAMPLES)
def test_no_other_reader_reads_its_samples(reader: Reader, sample: str) -> None:
    found = read(sample)
    assert found
    assert {one.tool for one in found} <= set(reader.tools), found
    for one in found:
        assert one.message or one.name or one.file
        assert "\n" not in one.message
        assert one.said


def test_names_are_unique() -> None:
    names = [reader.name for reader in READERS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_tool_really_printed(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert [shown(one) for one in read(output_of(path))] == expected


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_is_read_the_same_in_colours_with_other_line_ends_and_amid_other_words(path: Path) -> None:
    output = output_of(path)
    expected = [shown(one) for one in read(output)]
    assert [shown(one) for one in read(output.replace("\n", "\r\n"))] == expected
    coloured = "\n".join(f"\x1b[1m\x1b[31m{line}\x1b[0m" if line else line for line in output.split("\n"))
    assert [shown(one) for one in read(coloured)] == expected
    assert [
        shown(one) for one in read(f"Installing…\r 12%|###   |\r100%|######|\n{output}\nDone in 3 s.\n")
    ] == expected


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_kept_tells_nothing_of_the_machine_that_it_was_made_on(path: Path) -> None:
    assert not re.search(r"/tmp/|/root/|/home/(?!user/)|\.pyenv", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "expression"), [pytest.param(*one, id=one[0]) for one in expressions()])
def test_every_quantifier_is_bounded(name: str, expression: re.Pattern[str]) -> None:
    assert all(most <= LONGEST_LINE for _, most in quantifiers(parser.parse(expression.pattern, expression.flags)))


@EACH
def test_cost_stays_small_on_the_worst_output(reader: Reader) -> None:
    pieces = ["a:1: ", "a", " ", "/", "::", "1:", "_ ", "= ", "E ", '"', "\n", "(", "["]
    for piece in (*pieces, *reader.matching):
        for line in (piece, f"{piece}\n"):
            hostile = readable((line * ((HEAD + TAIL) // len(line) + 1))[: HEAD + TAIL])
            began = time.process_time()
            for _ in reader.read(hostile):
                pass
            assert time.process_time() - began < 4, piece


PARTS = st.sampled_from(
    [sample for reader in READERS for sample in reader.matching + reader.non_matching]
    + ["\n", "\r", "\r\n", " ", ":", "===== FAILURES =====\n", "\x1b[31m", "\x00", "\ud800"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PARTS | st.text(max_size=20), max_size=12).map("".join))
def test_no_output_does_any_harm(output: str) -> None:
    text = readable(output)
    for one in read(output):
        assert one.said
        assert all(0 <= span.start <= span.end <= len(text) for span in one.said)
        assert one.at is None or (one.at.line >= 0 and one.at.column >= 0)


@pytest.mark.parametrize(
    ("file", "cwd", "expected"),
    [
        ("src/a.py", ".", "src/a.py"),
        ("./a b.py", "packages/x", "packages/x/a b.py"),
        ("../y/a.py", "packages/x", "packages/y/a.py"),
        ("../../../a.py", "packages/x", None),
        ("/home/user/ws/src/a.py", "packages/x", "src/a.py"),
        ("/home/user/ws/../other/a.py", ".", None),
        ("/home/user/wsx/a.py", ".", None),
        ("/usr/lib/python3/a.py", ".", None),
        ("src\\a.ts", ".", "src/a.ts"),
        ("C:\\ws\\src\\a.ts", ".", None),
        ("<string>", ".", None),
        ("", ".", None),
        (".", ".", None),
    ],
)
def test_paths_are_told_from_the_workspace(file: str, cwd: str, expected: str | None) -> None:
    assert in_workspace(file, cwd, ["/home/user/ws"]) == expected


def test_paths_of_windows_are_told_from_the_workspace() -> None:
    assert in_workspace("c:\\WS\\src\\a.ts", ".", ["C:\\ws"]) == "src/a.ts"
