"""Every style of scalar: its value, and the source of each of its characters."""

import math

import pytest

from calibrant.model.nodes import Leaf, Scalar
from calibrant.syntax import parse_piece
from syntax.places import scalar_at

TEXTS: list[tuple[str, str, str]] = [
    ("plain", "k: some text", "some text"),
    ("plain with comment", "k: some text  # no", "some text"),
    ("plain with hash", "k: a#b", "a#b"),
    ("plain with colon", "k: a:b", "a:b"),
    ("plain over lines", "k: one\n  two\n\n\n  three", "one two\n\nthree"),
    ("plain over lines, CRLF", "k: one\r\n  two\r\n\r\n  three\r\n", "one two\nthree"),
    ("plain with line separators", "k: a\u2028b\u0085c", "a\u2028b\u0085c"),
    ("plain with emoji", "é😀: a😀b", "a😀b"),
    ("plain and tab", "k:\ta\tb", "a\tb"),
    ("single", "k: 'a ''b'' c'", "a 'b' c"),
    ("single over lines", "k: 'a\n  b\n\n  c'", "a b\nc"),
    ("single empty", "k: ''", ""),
    ("double", 'k: "a\\tb\\\\c\\"d\\u00e9\\x41\\U0001F600"', 'a\tb\\c"dé' + "A😀"),
    ("double, surrogate pair", 'k: "\\ud83d\\ude00!"', "😀!"),
    ("double, half a pair", 'k: "\\ud83d!"', "\ufffd!"),
    ("double over lines", 'k: "a  \n   b\\\n   c\n\n  d"', "a bc\nd"),
    ("double, kept blanks", 'k: "a \\\n  \\ b"', "a  b"),
    ("literal", "k: |\n  a\n   b\n\n  c\n", "a\n b\n\nc\n"),
    ("literal stripped", "k: |-\n  a\n  b\n\n\n", "a\nb"),
    ("literal kept", "k: |+\n  a\n\n\nx: 1\n", "a\n\n\n"),
    ("literal at the end", "k: |\n  a", "a"),
    ("literal, CRLF", "k: |\r\n  a\r\n  b\r\n", "a\nb\n"),
    ("literal, told indentation", "k: |2\n    a\n  b\n", "  a\nb\n"),
    ("literal, both", "k: |2-\n   a\n", " a"),
    ("literal, comment on header", "k: | # note\n  # text\n", "# text\n"),
    ("literal empty", "k: |\nx: 1\n", ""),
    ("literal, blank lines first", "k: |\n\n  a\n", "\na\n"),
    ("literal with tab", "k: |\n  \ta\n", "\ta\n"),
    ("folded", "k: >\n  a\n  b\n\n  c\n", "a b\nc\n"),
    ("folded, more indented", "k: >\n  a\n    b\n  c\n", "a\n  b\nc\n"),
    ("folded, spec 8.11", "k: >\n\n folded\n line\n\n next\n line\n   * b\n\n   * l\n\n last\n",
     "\nfolded line\nnext line\n  * b\n\n  * l\n\nlast\n"),
    ("folded stripped", "k: >-\n  a\n  b\n", "a b"),
    ("folded kept", "k: >+\n  a\n\n", "a\n\n"),
    ("tag", "k: !!str 12", "12"),
    ("tag alone", "k: !!str", ""),
    ("anchor", "k: &x text", "text"),
    ("yes", "k: yes", "yes"),
    ("octal of old", "k: 0o", "0o"),
    ("date", "k: 2026-01-01", "2026-01-01"),
]  # fmt: skip

VALUES: list[tuple[str, Leaf]] = [
    ("12", 12), ("-7", -7), ("+7", 7), ("0x1F", 31), ("0o17", 15), ("017", 17), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0),
    ("-2.5E-3", -0.0025), ("1.", 1.0), ("true", True), ("False", False), ("null", None), ("~", None), ("no", "no"),
    ("off", "off"), ("1_000", "1_000"), ("0b1", "0b1"), ("1.2.3", "1.2.3"), (".", "."), ("-", None), ("+", "+"),
    ("!!int '5'", 5), ("!!float 5", 5.0), ("!!int x", "x"), ("!!null ''", ""), ("!custom 5", 5), ("! 5", "5"),
    ("'12'", "12"), ('"true"', "true"), ("9" * 5000, "9" * 5000),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
@pytest.mark.parametrize("column", [0, 4])
def test_a_text_and_the_source_of_each_character(text: str, value: str, column: int) -> None:
    indented = "".join(" " * column + line if line.strip() else line for line in text.splitlines(keepends=True))
    if "\u2028" in text or "\u0085" in text:
        indented = " " * column + text
    tree = parse_piece(indented, "yaml")
    assert tree.problems == ()
    key = "é😀" if text.startswith("é") else "k"
    scalar = scalar_at(tree.node, key)
    assert scalar.value == value
    assert_places(scalar, indented)


def assert_places(scalar: Scalar, text: str) -> None:
    """Every character of the value that the source has as it is stands where `locate` says."""
    assert isinstance(scalar.value, str)
    end = scalar.span.start
    for offset, char in enumerate(scalar.value):
        span = scalar.locate(offset, offset + 1)
        assert span.start >= end or not scalar.marks
        end = span.start
        source = text[span.start : span.end]
        if "\\" not in source and char not in " \n" and scalar.marks and "''" not in source:
            assert source[:1] == char
    for word in filter(str.isalpha, scalar.value.split()):
        at = scalar.value.index(word)
        span = scalar.locate(at, at + len(word))
        written = text[span.start : span.end]
        assert written.rstrip() == word or "\\" in written


@pytest.mark.parametrize(("written", "value"), VALUES, ids=[case[0][:20] for case in VALUES])
def test_types_of_the_core_schema(written: str, value: Leaf) -> None:
    tree = parse_piece(f"k: {written}\n", "yaml")
    if written == "-":
        assert tree.problems or not isinstance(tree.node, Scalar)
        return
    found = scalar_at(tree.node, "k").value
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("written", [".inf", "-.INF", "+.Inf", ".nan"])
def test_numbers_that_are_none(written: str) -> None:
    found = scalar_at(parse_piece(f"k: {written}\n", "yaml").node, "k").value
    assert isinstance(found, float)
    assert not math.isfinite(found)


@pytest.mark.parametrize(
    ("text", "part", "source"),
    [
        ("k: 'a ''{{ x }}'' b'", "{{ x }}", "{{ x }}"),
        ('k: "\\t{{ x }}\\n"', "{{ x }}", "{{ x }}"),
        ('k: "a\\\n   {{ x }}"', "{{ x }}", "{{ x }}"),
        ("k: |\n  a\n  {{ x }}\n  b\n", "{{ x }}", "{{ x }}"),
        ("k: >\n  a\n  {{ x }}\n  b\n", "{{ x }}", "{{ x }}"),
        ("k: a\n  {{ x }}", "{{ x }}", "{{ x }}"),
        ("k: >\n  {{ a\n  + b }}\n", "{{ a + b }}", "{{ a\n  + b }}"),
        ('k: "{{ a == \\"x\\" }}"', '{{ a == "x" }}', '{{ a == \\"x\\" }}'),
        ("k: '😀{{ x }}'", "{{ x }}", "{{ x }}"),
    ],
)
def test_a_part_of_a_value_is_found_in_the_source(text: str, part: str, source: str) -> None:
    scalar = scalar_at(parse_piece(text, "yaml").node, "k")
    assert isinstance(scalar.value, str)
    at = scalar.value.index(part)
    span = scalar.locate(at, at + len(part))
    assert text[span.start : span.end] == source


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a\\u00e9\\ud83d\\ude00\\n\\/"', "aé😀\n/"),
        ("-1.5e3", -1500.0),
        ("0", 0),
        ("true", True),
        ("null", None),
        ('""', ""),
    ],
)
def test_json_values(text: str, value: Leaf) -> None:
    tree = parse_piece(f'{{"k": {text}}}', "json")
    assert tree.problems == ()
    scalar = scalar_at(tree.node, "k")
    assert scalar.value == value
    assert scalar.span.start == 6
    assert scalar.span.end == 6 + len(text)
