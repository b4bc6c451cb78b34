"""python.call with a real Python."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from calibrant.model.issue import Kind
from connectors.context import call, failure

TOOLS = """
import json, os, sys
print("imported")
VALUE = 3
class Box:
    @staticmethod
    def total(numbers):
        return sum(numbers)
def join(first, /, *rest, sep=",", **more):
    print("noise", sys.stdin.read())
    return [first, sep, more]
async def later(a):
    return a * 2
def echo(value):
    return value
def typed():
    from datetime import date
    from decimal import Decimal
    return {"d": date(2024, 5, 1), "n": Decimal("1.5"), "t": (1, None)}
def bad_set():
    return {"a": [1, {2, 3}]}
def bad_number():
    return [float("nan")]
def bad_key():
    return {"x": {1: 2}}
def endless():
    a = []
    a.append(a)
    return a
def holds(n):
    assert n > 3, "n is too small"
def parse():
    return json.loads("{")
def leave():
    sys.exit("bye")
def die():
    os._exit(3)
def needs():
    import requestz
def where():
    return [os.getcwd() == os.path.dirname(os.path.abspath(__file__)), sys.argv]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python")
    (folder / "tools.py").write_text(TOOLS, encoding="utf-8")
    (folder / "json_tools.py").write_text("import requestz\n", encoding="utf-8")
    (folder / "wrong.py").write_text("def f(:\n", encoding="utf-8")
    (folder / "stops.py").write_text("\n1 / 0\n", encoding="utf-8")
    (folder / "json.py").write_text("def own():\n    return 'mine'\n", encoding="utf-8")
    (folder / "pack").mkdir()
    (folder / "pack/__init__.py").write_text("", encoding="utf-8")
    (folder / "pack/parts.py").write_text("def one():\n    return 1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("function", "args", "result"),
    [
        ("tools:echo", {"value": {"a": [1, 2.5, None, True, "é☃\u2028\0"]}}, {"a": [1, 2.5, None, True, "é☃\u2028\0"]}),
        ("tools:echo", {"value": date(2024, 5, 1)}, "2024-05-01"),
        ("tools:echo", {"value": Decimal("1.5")}, 1.5),
        ("tools:typed", {}, {"d": "2024-05-01", "n": 1.5, "t": [1, None]}),
        ("tools:join", {"first": 1, "sep": "-", "x": 2}, [1, "-", {"x": 2}]),
        ("tools:later", {"a": "x"}, "xx"),
        ("tools:Box.total", {"numbers": [1, 2]}, 3),
        ("pack.parts:one", {}, 1),
        ("os.path:basename", {"p": "/a/b"}, "b"),
        ("tools:where", {}, [True, ["-c"]]),
    ],
)
async def test_results(folder: Path, function: str, args: dict[str, object], result: object) -> None:
    assert await call("python.call", folder, function=function, args=args) == {"result": result}


async def test_large_values_go_there_and_back(folder: Path) -> None:
    text = "ü" * 3_000_000
    assert await call("python.call", folder, function="tools:echo", args={"value": text}) == {"result": text}


@pytest.mark.parametrize(
    ("function", "args", "code", "kind", "message"),
    [
        (
            "tols:echo",
            {},
            "python-missing-dep",
            Kind.PARAMETER,
            "There is no Python module ‘tols’ in the workflow's folder, nor is one installed. Near it: tools",
        ),
        ("pack.prts:one", {}, "python-missing-dep", Kind.PARAMETER, "There is no Python module ‘pack.prts’ in"),
        (
            "tools:jion",
            {},
            "unknown-function",
            Kind.PARAMETER,
            "There is no function ‘jion’ in the Python module ‘tools’. It has: Box, join, ",
        ),
        ("tools:Box.totl", {}, "unknown-function", Kind.PARAMETER, "There is no function ‘totl’ in"),
        (
            "tools:VALUE",
            {},
            "unknown-function",
            Kind.PARAMETER,
            "‘VALUE’ of the Python module ‘tools’ is a value (int)",
        ),
        ("tools.py:echo", {}, "invalid-value", Kind.PARAMETER, "‘tools.py:echo’ names no function: write the module,"),
        ("tools.echo", {}, "invalid-value", Kind.PARAMETER, "‘tools.echo’ names no function"),
        ("", {}, "invalid-value", Kind.PARAMETER, "‘’ names no function"),
        (
            "tools:echo",
            {"valu": 1},
            "wrong-arguments",
            Kind.PARAMETER,
            "‘tools:echo’ does not take ‘valu’ and is not given ‘value’. It takes: value.",
        ),
        (
            "tools:join",
            {},
            "wrong-arguments",
            Kind.PARAMETER,
            "‘tools:join’ is not given ‘first’. It takes: first, sep.",
        ),
        (
            "tools:typed",
            {"a": 1},
            "wrong-arguments",
            Kind.PARAMETER,
            "‘tools:typed’ does not take ‘a’. It takes no arg",
        ),
        (
            "tools:bad_set",
            {},
            "unstorable-output",
            Kind.DATA_SHAPE,
            "‘tools:bad_set’ returns ‘set’ at result.a[1], which cannot be handed on to other steps.",
        ),
        ("tools:bad_number", {}, "unstorable-output", Kind.DATA_SHAPE, "‘tools:bad_number’ returns ‘infinite or undef"),
        (
            "tools:bad_key",
            {},
            "unstorable-output",
            Kind.DATA_SHAPE,
            "‘tools:bad_key’ returns an object with a key that is no text (1) at result.x,",
        ),
        (
            "tools:endless",
            {},
            "unstorable-output",
            Kind.DATA_SHAPE,
            "‘tools:endless’ returns ‘value nested too deeply’",
        ),
        (
            "tools:holds",
            {"n": 1},
            "test-failed",
            Kind.TEST_ASSERT,
            "A check in ‘tools:holds’ did not hold (tools.py:31): n is too small",
        ),
        (
            "tools:parse",
            {},
            "script-error",
            Kind.RUNTIME,
            "‘tools:parse’ stopped with an error (tools.py:33): JSONDecodeError: Expecting property name",
        ),
        (
            "tools:leave",
            {},
            "script-error",
            Kind.RUNTIME,
            "‘tools:leave’ ended Python by itself (tools.py:35) instead of",
        ),
        ("tools:die", {}, "command-failed", None, "Python ended with exit status 3 before ‘tools:die’ returned."),
        (
            "tools:needs",
            {},
            "python-missing-dep",
            Kind.RUNTIME,
            "The Python module ‘requestz’ is not installed where this step runs (tools.py:39).",
        ),
        ("json_tools:x", {}, "python-missing-dep", Kind.RUNTIME, "The Python module ‘requestz’ is not installed where"),
        ("wrong:f", {}, "script-syntax", Kind.RUNTIME, "The module of ‘wrong:f’ cannot be read (wrong.py:1): invalid"),
        (
            "stops:f",
            {},
            "script-error",
            Kind.RUNTIME,
            "The module of ‘stops:f’ stopped with an error (stops.py:2): Zero",
        ),
    ],
)
async def test_failures(
    folder: Path, function: str, args: dict[str, object], code: str, kind: Kind | None, message: str
) -> None:
    found = await failure("python.call", folder, function=function, args=args)
    assert found.message.startswith(message)
    assert (found.code, found.kind) == (code, kind)
    assert found.parameter[0] in ("function", "args")
    assert found.hint or kind is None
    assert "Traceback" not in found.message


@pytest.mark.parametrize(
    ("function", "args", "parameter", "candidate"),
    [
        ("tols:echo", {}, ("function",), "tools:echo"),
        ("pack.prts:one", {}, ("function",), "pack.parts:one"),
        ("tools:jion", {}, ("function",), "tools:join"),
        ("tools:Box.totl", {}, ("function",), "tools:Box.total"),
        ("tools.py:echo", {}, ("function",), "tools:echo"),
        ("./pack/parts.py:one()", {}, ("function",), "pack.parts:one"),
        ("tools:echo", {"valu": 1}, ("args", "valu"), "value"),
    ],
)
async def test_what_was_meant(
    folder: Path, function: str, args: dict[str, object], parameter: tuple[str, ...], candidate: str
) -> None:
    found = await failure("python.call", folder, function=function, args=args)
    assert (found.parameter, found.candidates[0]) == (parameter, candidate)


async def test_details_hold_the_trace_and_what_was_printed(folder: Path) -> None:
    found = await failure("python.call", folder, function="tools:parse")
    assert found.details.startswith('Traceback (most recent call last):\n  File "')
    assert "in parse" in found.details
    assert found.details.endswith("It printed:\nimported\n")
    assert "<string>" not in found.details


async def test_arguments_that_are_no_plain_data(folder: Path) -> None:
    found = await failure("python.call", folder, function="tools:echo", args={"value": b"x"})
    assert (found.code, found.parameter) == ("shape-mismatch", ("args",))


async def test_a_module_of_the_workspace_does_not_stand_in_for_the_standard_library_s(folder: Path) -> None:
    """The runner itself works with json; a file json.py in the folder must not get in its way."""
    assert (await call("python.call", folder, function="tools:typed"))["result"]


async def test_the_environment_of_the_workspace_is_used(tmp_path: Path) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/pyvenv.cfg").write_text("", encoding="utf-8")
    python = tmp_path / ".venv/bin/python3"
    python.write_text('#!/bin/sh\necho used >&2\nexec python3 "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "flows").mkdir()
    (tmp_path / "a.py").write_text("def f():\n    import os\n    os._exit(4)\n", encoding="utf-8")
    found = await failure("python.call", tmp_path, function="a:f")
    assert (found.exit_code, found.output) == (4, "used\n")


async def test_a_name_that_cannot_be_one_is_found_without_calling(folder: Path) -> None:
    found = await failure("python.call", folder, doing="check", function="tools.py:echo")
    assert found.candidates == ("tools:echo",)
    assert await call("python.call", folder, doing="check", function="nope:nope") == {}
