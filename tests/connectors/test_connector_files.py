"""file.read, file.write and file.list on real files."""

import asyncio
import os
import stat
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from calibrant.connectors import csvtext
from calibrant.connectors.files import unusable
from connectors.context import call, failure
from connectors.workspace import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "as_", "content"),
    [
        ("a.txt", b"one\r\ntwo \xe2\x98\x83\n", None, "one\r\ntwo ☃\n"),
        ("a", b"\xef\xbb\xbfbom", None, "bom"),
        ("wide.txt", "höhe".encode("utf-16"), None, "höhe"),
        ("a.json", b'\xef\xbb\xbf{"a": [1, 2.5, null]}', None, {"a": [1, 2.5, None]}),
        ("a.JSON", b"[]", None, []),
        ("a.json", b"[1]", "text", "[1]"),
        ("a.yaml", b"a: [1, 'x']\nb: {c: true}\n", None, {"a": [1, "x"], "b": {"c": True}}),
        ("a.yml", b"", None, None),
        ("a.csv", b'id;name\r\n1;x\r\n\r\n2;"y;z"\r\n', None, [{"id": "1", "name": "x"}, {"id": "2", "name": "y;z"}]),
        ("a.tsv", b"id\tname\n1\n", None, [{"id": "1", "name": None}]),
        ("a.csv", b"", None, []),
        ("a.csv", b'id,text\n1,"two\nlines\xe2\x80\xa8more"\n', None, [{"id": "1", "text": "two\nlines\u2028more"}]),
        ("a.yaml", b"%YAML 1.2\n# first\n---\na: |\n  x\n  ---\n", None, {"a": "x\n---\n"}),
        ("a.bin", b"\xff\x00", "bytes", b"\xff\x00"),
    ],
)
async def test_reading(tmp_path: Path, name: str, data: bytes, as_: str | None, content: object) -> None:
    (tmp_path / name).write_bytes(data)
    given: dict[str, Any] = {"as_": as_} if as_ else {}
    output = await call("file.read", tmp_path, path=name, **given)
    assert output == {"content": content, "path": name, "size": len(data)}


@pytest.mark.parametrize(("text", "words"), [("[" * 100_000, "nested too deeply"), ("NaN", "NaN, which is no number")])
async def test_json_beyond_bounds(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    found = await failure("file.read", tmp_path, path="a.json")
    assert found.code == "bad-content"
    assert words in found.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\n---\nb: 2\n", "it holds more than one document (line 2, column 1)"),
        ("a:\n\tb: 1\n", "(line 2, column 1)"),
        ("a: *x\n", "(line 1, column 4)"),
    ],
)
async def test_yaml_that_is_not_read(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    found = await failure("file.read", tmp_path, path="a.yaml")
    assert found.code == "bad-content"
    assert found.message.startswith("‘a.yaml’ cannot be read as YAML: ")
    assert words in found.message


async def test_steps_that_add_to_one_file_lose_nothing(tmp_path: Path) -> None:
    calls = [call("file.write", tmp_path, path="log/x.txt", content=f"{n}\n", append=True) for n in range(20)]
    await asyncio.gather(*calls)
    lines = (tmp_path / "log/x.txt").read_text(encoding="utf-8").split()
    assert sorted(map(int, lines)) == list(range(20))


async def test_a_file_that_is_too_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calibrant.connectors.files.READ_LIMIT", 4)
    assert (await failure("file.read", folder, path="notes.txt")).code == "too-large"


@pytest.mark.parametrize(
    ("content", "data"),
    [
        ("text\r\n☃", "text\r\n☃".encode()),
        (b"\xff", b"\xff"),
        ({"a": [date(2024, 5, 1), Decimal(2)]}, b'{\n  "a": [\n    "2024-05-01",\n    2\n  ]\n}\n'),
        (None, b"null\n"),
    ],
)
async def test_writing(tmp_path: Path, content: object, data: bytes) -> None:
    output = await call("file.write", tmp_path, path="new/deep/x.txt", content=content)
    assert (tmp_path / "new/deep/x.txt").read_bytes() == data
    assert output == {"path": "new/deep/x.txt", "size": len(data)}
    assert [path.name for path in (tmp_path / "new/deep").iterdir()] == ["x.txt"]


async def test_writing_keeps_mode_and_link(tmp_path: Path) -> None:
    (tmp_path / "real.sh").write_text("old", encoding="utf-8")
    (tmp_path / "real.sh").chmod(0o750)
    (tmp_path / "link.sh").symlink_to("real.sh")
    await call("file.write", tmp_path, path="link.sh", content="new")
    assert (tmp_path / "link.sh").is_symlink()
    assert (tmp_path / "real.sh").read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE((tmp_path / "real.sh").stat().st_mode) == 0o750


async def test_appending(folder: Path) -> None:
    output = await call("file.write", folder, path="notes.txt", content="third\n", append=True)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "first\nsecond\nthird\n"
    assert output["size"] == 19


@pytest.mark.parametrize(
    ("glob", "names"),
    [
        (None, ["a.csv", "b.txt"]),
        ("*.csv", ["a.csv"]),
        ("**/*.csv", ["a.csv", "sub/deep/d.csv", "sub/c.csv"]),
        ("**", ["a.csv", "b.txt", "sub/c.csv", "sub/deep/d.csv"]),
        ("sub/*", ["sub/c.csv"]),
        (".*", [".hidden"]),
        ("?.[!t]*", ["a.csv"]),
        ("[ab].csv", ["a.csv"]),
        ("*.xlsx", []),
    ],
)
async def test_listing(tmp_path: Path, glob: str | None, names: list[str]) -> None:
    for name in ("a.csv", "b.txt", ".hidden", ".git/x.csv", "sub/c.csv", "sub/deep/d.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"")
    given: dict[str, Any] = {"glob": glob} if glob else {}
    output = await call("file.list", tmp_path, path="in", **given)
    assert sorted(map(str, output["files"])) == sorted(f"in/{name}" for name in names)  # type: ignore[call-overload]


async def test_listing_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert await call("file.list", tmp_path, path="in") == {"files": []}


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (
            PermissionError(13, "Permission denied", "/home/x/a"),
            "unreadable-file",
            "‘a’ cannot be used: permission denied.",
        ),
        (OSError(5, "Input/output error"), "unreadable-file", "‘a’ cannot be used: input/output error."),
        (OSError(28, "No space left on device"), "disk-full", "‘a’ cannot be written: the disk is full."),
    ],
)
def test_what_the_system_says(error: OSError, code: str, message: str) -> None:
    found = unusable(error, "a", "path").failure
    assert (found.code, found.message) == (code, message)


AS_NOBODY = """
import asyncio, os, pathlib, sys
from connectors.context import call, failure
folder = pathlib.Path(sys.argv[1])
asyncio.run(call("file.read", folder, path="open.txt"))  # loads all it needs while it may
os.setuid(65534)
found = asyncio.run(failure("file.read", folder, path="locked.txt"))
print(found.code, found.message)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody, and root itself may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    for above in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        above.chmod(0o755)
    for name in ("locked.txt", "open.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "locked.txt").chmod(0)
    tests = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(tmp_path)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": tests},
        timeout=30,
    )
    assert done.stdout == "unreadable-file ‘locked.txt’ cannot be used: permission denied.\n", done.stderr


CELL = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=150, deadline=None)
@generated(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_csv_comes_back_as_it_was_written(rows: list[list[str]], end: str) -> None:
    text = csvtext.append(f"h1,h2{end}", rows)
    assert csvtext.parse(text) == [["h1", "h2"], *rows]
