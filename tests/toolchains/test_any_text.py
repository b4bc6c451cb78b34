"""Whatever manifests hold, a survey ends and says something that makes sense."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.model.toolchain import Survey
from calibrant.report import dumps
from calibrant.report.toolchains import survey_objects, survey_text
from calibrant.toolchains import ECOSYSTEMS, RUNNERS, is_evidence, survey
from toolchains.memory import MemoryFiles, MemoryMachine
from toolchains.sample import SAMPLES, parts

NAMES = sorted(
    {
        name.replace("*", "x")
        for marks in (*(one.marks + one.evidence for one in ECOSYSTEMS), *(one.marks for one in RUNNERS))
        for name in marks
    }
)
WRITTEN = sorted(
    {
        (path.rpartition("/")[2], content)
        for sample in SAMPLES.glob("*.txt")
        for path, content in parts(sample.read_text(encoding="utf-8"))
        if " -> " not in path
        and not path.endswith("/")
        and path != "expected.json"
        and is_evidence(path.rpartition("/")[2])
    }
)
MACHINE = MemoryMachine(
    {"/bin/python3": "", "/bin/go": "", "/bin/ruby": "", "/bin/node": "", "/bin/java": "", "/home/go/bin/x": ""},
    {"HOME": "/home"},
)
PIECES = (
    *(
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "=",
        ":",
        "\n",
        " ",
        "#",
        "tool",
        "project",
        "name",
        "-",
        "- ",
        "1",
        "<a>",
        "</a>",
        "${x}",
    ),
    *(
        "\\",
        "&a ",
        "*a",
        "workspace",
        "members",
        "packages",
        "scripts",
        "dependencies",
        "<<: *a\n",
        "require (",
        "gem '",
        "[[",
    ),
    *("]]", "\t", "\x00", "\ud800"),
)
FRAGMENTS = st.sampled_from(PIECES)


def sensible(found: Survey) -> None:
    for one in found.toolchains:
        assert 0 <= one.confidence <= 1
        assert one.evidence
        assert one.root == "." or f"{one.root}/" in found.files
        assert one.manifest in {"", *found.files}
        for command in (
            one.commands.install,
            one.commands.test,
            one.commands.lint,
            one.commands.build,
            one.commands.format,
        ):
            assert "\n" not in command
    dumps(survey_objects(found)).encode()
    for line in survey_text(found):
        assert "\x1b" not in line


def surveyed(files: dict[str, str]) -> Survey:
    found = survey(MemoryFiles(files), MACHINE)
    sensible(found)
    return found


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=200), max_size=4))
def test_any_text(files: dict[str, str]) -> None:
    surveyed(files)
    surveyed({f"one/{name}": text for name, text in files.items()} | files)


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(FRAGMENTS, max_size=60).map("".join), max_size=4))
def test_any_words_of_manifests(files: dict[str, str]) -> None:
    surveyed(files)


@settings(max_examples=300)
@given(st.sampled_from(WRITTEN), st.data())
def test_a_manifest_that_is_half_typed(written: tuple[str, str], data: st.DataObject) -> None:
    name, content = written
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    put = data.draw(st.lists(FRAGMENTS, max_size=3).map("".join))
    surveyed({name: content[:start] + put + content[end:]})
    surveyed({name: content[:end]})


DEEP = {
    "brackets": "[" * 50_000,
    "braces": '{"a":' * 50_000,
    "dots": "a = 1\n" + "[" + ".".join("a" * 20_000) + "]\nb = 1\n",
    "quotes": '"' * 200_000,
    "spaces": "x" + " " * 300_000 + "x",
    "lines": "\n" * 300_000,
    "names": 'name = "a"\n' * 30_000,
    "requires": "require (\n" * 30_000,
    "gems": "gem 'a'\n" * 30_000,
    "keys": "".join(f"k{number} = 1\n" for number in range(20_000)),
    "tags": "<a>" * 100_000,
    "braced": "{" * 3_000 + "}" * 3_000,
    "includes": "-r requirements.txt\n" * 20_000,
    "letters": "a" * 300_000,
    "backslashes": "\\\n" * 100_000,
    "colons": "a:" * 100_000,
    "dashes": "- " * 20_000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_what_no_one_writes_by_hand(kind: str) -> None:
    """No manifest makes a survey take for ever: one that takes time by the square of its size would not end here."""
    for name in NAMES:
        surveyed({name: DEEP[kind]})
