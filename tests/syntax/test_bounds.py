"""Text that is too deep, too long or too clever: read in bounded time, with a word on what was left out."""

import subprocess
import sys
from itertools import pairwise

import pytest

from calibrant.model.nodes import Map, Scalar, plain
from calibrant.syntax import LIMITS, Format, parse_piece
from calibrant.syntax.guard import parsable


def nested(depth: int, style: str) -> str:
    match style:
        case "flow":
            return "a: " + "[" * depth + "]" * depth
        case "json":
            return '{"a": ' + "[" * depth + "]" * depth + "}"
        case "dashes":
            return "a:\n  " + "- " * depth + "x"
        case _:
            return "".join(" " * level + "a:\n" for level in range(depth))


@pytest.mark.parametrize("style", ["flow", "json", "dashes", "block"])
def test_nesting(style: str) -> None:
    format_: Format = "json" if style == "json" else "yaml"
    assert parse_piece(nested(LIMITS.depth - 1, style), format_).problems == ()
    for depth in (LIMITS.depth + 2, 300, 500):
        text = nested(depth, style)
        codes = [problem.code for problem in parse_piece(text, format_).problems]
        assert codes == ["too-deep"], depth


def test_the_parser_is_never_given_what_it_crashes_on() -> None:
    """What the guard lets through at its very limit is parsed; the parser is in a process of its own, as it would crash."""
    program = (
        "import sys\nfrom calibrant.syntax import parse_piece\nfrom calibrant.syntax.guard import parsable\n"
        "for depth in (100, 118, 121, 126, 128, 200, 239, 242, 252, 254, 256, 300):\n"
        "    for text in ('- ' * depth + 'x', ''.join(' ' * i + 'a:\\n' for i in range(depth)), ': ' * depth,\n"
        "                 '? ' * depth,\n"
        "                 ''.join('  ' * i + '- a:\\n' for i in range(depth)),\n"
        "                 ''.join(' ' * i + '- \\n' for i in range(depth)),\n"
        "                 ''.join(' ' * (i % 2 * i) + 'a: [\\n' for i in range(depth)) + '- ' * depth):\n"
        "        parse_piece(text, 'yaml')\n"
        "        sys.stdout.write('1' if parsable(text) else '0')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert {"0", "1"} == set(done.stdout)


@pytest.mark.parametrize("lines", [LIMITS.lines + 10, 70_000])
def test_more_lines_than_the_parser_counts(lines: int) -> None:
    entries = "".join(f"k{number}: {number}\n" for number in range(lines))
    tree = parse_piece(entries, "yaml")
    assert tree.problems == ()
    assert isinstance(tree.node, Map)
    assert [entry.value.value for entry in tree.node.entries if isinstance(entry.value, Scalar)] == list(range(lines))


def test_a_block_scalar_of_many_lines() -> None:
    text = "a: |\n" + "  echo x: y\n" * 40_000 + "b: 1\n"
    tree = parse_piece(text, "yaml")
    assert tree.problems == ()
    assert plain(tree.node) == {"a": "echo x: y\n" * 40_000, "b": 1}


def test_long_lines() -> None:
    body = "x: - y " * 150_000
    tree = parse_piece(f"a: '{body}'\nb: \"{body}\"\nc: {'x' * 1_000_000}\n", "yaml")
    assert tree.problems == ()
    assert plain(tree.node) == {"a": body, "b": body, "c": "x" * 1_000_000}


def test_a_list_in_brackets_that_is_too_large() -> None:
    inside = ", ".join(f"{{k: {number}}}" for number in range(20_000))
    tree = parse_piece(f"a: [{inside}]\nb: 1\n", "yaml")
    assert [problem.code for problem in tree.problems] == ["value-too-large"]
    assert plain(tree.node) == {"a": None, "b": 1}
    as_json = ", ".join(f'{{"k": {number}}}' for number in range(20_000))
    tree = parse_piece(f"a: [{as_json}]\nb: 1\n", "yaml")
    assert tree.problems == ()
    assert plain(tree.node) == {"a": [{"k": number} for number in range(20_000)], "b": 1}


def test_aliases_of_aliases() -> None:
    lines = ["x0: &x0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"x{after}: &x{after} [{', '.join([f'*x{before}'] * 9)}]" for before, after in pairwise(range(10))]
    tree = parse_piece("\n".join(lines), "yaml")
    assert [problem.code for problem in tree.problems] == ["too-many-aliases"]
    assert isinstance(tree.node, Map)
    assert [entry.name for entry in tree.node.entries] == [f"x{number}" for number in range(10)]


def test_an_alias_chain_is_no_way_around_the_depth() -> None:
    lines = ["x0: &x0 1"] + [f"x{number}: &x{number} [*x{number - 1}]" for number in range(1, 130)]
    codes = {problem.code for problem in parse_piece("\n".join(lines), "yaml").problems}
    assert codes == {"too-deep"}


def test_an_anchor_within_itself() -> None:
    (problem,) = parse_piece("a: &x [*x]\n", "yaml").problems
    assert problem.code == "unknown-anchor"


@pytest.mark.parametrize(
    "unit", ["[", "{", "'", '"', "- ", ": ", "? ", "* ", "&a ", "a: b: ", "| ", "a:\n ", "\t", "}", "ru\n", "- 'x\n"]
)
@pytest.mark.parametrize("format_", ["yaml", "json"])
def test_much_of_the_same(unit: str, format_: Format) -> None:
    text = unit * (60_000 // len(unit))
    tree = parse_piece(text, format_)
    assert len(tree.problems) <= LIMITS.problems
    for problem in tree.problems:
        assert 0 <= problem.span.start < problem.span.end <= len(text)


def test_the_guard_counts_lines_and_columns() -> None:
    assert parsable("a: b\n" * LIMITS.lines)
    assert not parsable("a: b\n" * (LIMITS.lines + 1))
    assert not parsable("- " * 300)
    assert parsable("a: " + "x" * 100_000)
