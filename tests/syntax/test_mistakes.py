"""Text with mistakes: what is said, on which characters, and what is read all the same."""

import pytest

from calibrant.model.nodes import plain
from calibrant.syntax import Format, parse_piece

Case = tuple[str, Format, list[tuple[str, str]], object]

CASES: list[Case] = [
    ("a: 'x\nb: 1\n", "yaml", [("'x", "quote ' that begins here is not closed")], {"a": None, "b": 1}),
    ('a: "x\nb: 1\n', "yaml", [('"x', 'quote " that begins here is not closed')], {"a": None, "b": 1}),
    ("a: [1, 2\nb: 1\n", "yaml", [("[", "‘[’ is not closed")], {"a": None, "b": 1}),
    ("a: {x: [1, 2}\n", "yaml", [("}", "‘]’ was expected, not ‘}’")], {"a": None}),
    ("a: {x: 1}}\n", "yaml", [("}", "after the closing bracket")], {"a": None}),
    ("a: {x: 'y, z: 1}\n", "yaml", [("'y, z: 1}", "not closed")], {"a": None}),
    ("a: [1,, 2]\n", "yaml", [(",", "comma too many")], {"a": None}),
    ("a: {{ x }}\nb: 1\n", "yaml", [("{{ x }}", "must stand in quotes")], {"a": None, "b": 1}),
    ("a: {{ x }} y\n", "yaml", [("{{ x }} y", "must stand in quotes")], {"a": None}),
    ("a: [b, {{ x }}]\n", "yaml", [("{{ x }}", "must stand in quotes")], {"a": ["b", None]}),
    ("a: {{ x.y[0] | f('z') }}\n", "yaml", [("{{ x.y[0] | f('z') }}", "must stand in quotes")], {"a": None}),
    ("a: x: y\nb: 1\n", "yaml", [("x: y", "colon and a space")], {"a": None, "b": 1}),
    ("a:1\nb: 1\n", "yaml", [("a:", "After the colon there must be a space")], {"b": 1}),
    ("a\nb: 1\n", "yaml", [("a", "After ‘a’ a colon is missing")], {"b": 1}),
    ("a: 1\nb\n", "yaml", [("b", "After ‘b’ a colon is missing")], {"a": 1}),
    ("a: 1\n\tb: 2\n", "yaml", [("\t", "tab")], {"a": 1, "b": 2}),
    ("a:\n\tb: 2\n", "yaml", [("\t", "tab")], {"a": {"b": 2}}),
    ("a: 1\n  b: 2\n", "yaml", [("b: 2", "not indented like")], {"a": 1, "b": 2}),
    ("  a: 1\n b: 2\n", "yaml", [("b: 2", "not indented like")], {"a": 1, "b": 2}),
    ("- a\n -b: c\n", "yaml", [("-b: c", "not indented like")], ["a"]),
    ("  a: 1\n b: 2\n c: 3\n  d: 4\n", "yaml", [("b: 2", "not indented")], {"a": 1, "b": 2, "c": 3, "d": 4}),
    ("  a: 1\nb:\n  c: 2\nd: 3\n", "yaml", [("a: 1", "not indented like")], {"a": 1, "b": {"c": 2}, "d": 3}),
    ("a: 1\n- b: 2\n  c: 3\n- d: 4\ne: 5\n", "yaml", [("- b: 2", "list item stands here")], {"a": 1, "e": 5}),
    ("  - a: 1\n - b: 2\n   c: 3\n - d: 4\n", "yaml", [("- b: 2", "not indented")], [{"a": 1}, {"b": 2, "c": 3}, {"d": 4}]),
    ("  - a\n - b\n  - c\n", "yaml", [("- b", "not indented like")], ["a", "b", "c"]),
    ("  a: 1\n b: |\n  x\n  y\n", "yaml", [("b: |", "not indented like")], {"a": 1, "b": "x\ny\n"}),
    ("a: |\n    x\n  y\nb: 2\n", "yaml", [("y", "indented less than the first line")], {"a": "x\n", "b": 2}),
    ("- a: >-\n     x\n\n   y\n   z\n- b: 2\n", "yaml", [("y", "indented less")], [{"a": "x"}, {"b": 2}]),
    ("a: |\n    x\n  # y\nb\nc: 3\n", "yaml", [("b", "colon is missing")], {"a": "x\n", "c": 3}),
    ("- a: |\n  make b\n- c: 3\n", "yaml", [("make b", "not indented below")], [{"a": ""}, {"c": 3}]),
    ("- a: 1\n  b: |\n  make b\n  make c\n", "yaml", [("make b", "not indented below")], [{"a": 1, "b": ""}]),
    ("a: 1\n  b: |\n  -x\n  y\nc: 3\n", "yaml", [("b: |", "not indented like")], {"a": 1, "b": "", "c": 3}),
    ("a: 1\nb\nc\nd\ne\nf: 2\n", "yaml", [("b", "colon is missing"), ("c", "colon is missing")], {"a": 1, "f": 2}),
    ("a: 1\nb\nc\n", "yaml", [("b", "colon is missing"), ("c", "colon is missing")], {"a": 1}),
    ("a: @x\n", "yaml", [("@x", "cannot begin with ‘@’")], {"a": None}),
    ("a: `x`\n", "yaml", [("`x`", "cannot begin with ‘`’")], {"a": None}),
    ("a: %x\n", "yaml", [("%x", "cannot begin with ‘%’")], {"a": None}),
    ("a: - b\n", "yaml", [("- b", "list cannot begin")], {"a": None}),
    ("a: |b\n  c\n", "yaml", [("|b", "must begin on the next line")], {"a": None}),
    ('a: "x\\qy"\n', "yaml", [("\\q", "means nothing in double quotes")], {"a": None}),
    ("a: 'x' y\n", "yaml", [("y", "text after the closing quote")], {"a": None}),
    ("a: x\x01\nb: 1\n", "yaml", [("\x01", "invisible character U+0001")], {"a": None, "b": 1}),
    (": x\n", "yaml", [(":", "no key before")], {"None": "x"}),
    ("[a]: x\n", "yaml", [("[a]", "key must be a plain text")], {"None": "x"}),
    ("a:\n  b:\n    c: 'x\n    d: 1\n  e: [\n  f: 2\ng: 3\n", "yaml", [("'x", "not closed"), ("[", "not closed")],
     {"a": {"b": {"c": None, "d": 1}, "e": None, "f": 2}, "g": 3}),
    ("- a: 'x\n  b: 1\n- c: 2\n", "yaml", [("'x", "not closed")], [{"a": None, "b": 1}, {"c": 2}]),
    ("a: |\n  text 'with [ {{ anything\nb: [\n", "yaml", [("[", "not closed")], {"a": "text 'with [ {{ anything\n", "b": None}),
    ("a: &x\n  b: 'c\n  d: 1\ne: *x\n", "yaml", [("'c", "not closed")], {"a": {"b": None, "d": 1}, "e": {"b": None, "d": 1}}),
    ("a: {b: &x 1, c: [}\nd: *x\n", "yaml", [("}", "expected")], {"a": None, "d": None}),
    ("a: 1\n- b: 2\nc: 3\n", "yaml", [("- b: 2", "list item stands here")], {"a": 1, "c": 3}),
    ('{"a": 1 "b": 2}', "json", [('"b"', "comma missing")], {"a": 1, "b": 2}),
    ('{"a": 1,}', "json", [(",", "comma too many")], {"a": 1}),
    ('{"a": [1,, 2]}', "json", [(",", "comma too many")], {"a": [1, 2]}),
    ('{"a": }', "json", [(":", "value is missing")], {"a": None}),
    ('{"a"}', "json", [('"a"', "colon and a value")], {"a": None}),
    ('{"a" 1}', "json", [('"a"', "a colon is missing")], {"a": 1}),
    ('{"a": "x\n, "b": 1}', "json", [('"x', "not closed")], {"a": "x", "b": 1}),
    ('{"a": "x, "b": "y {{ z }}, "c": {"}, "d": 1}', "json",
     [('"x', "not closed"), ('"y {{ z }}', "not closed"), ('"', "not closed")],
     {"a": "x", "b": "y {{ z }}", "c": {}, "d": 1}),
    ('{"a": "\\"x {{ y', "json", [("{", "not closed"), ('"\\"x {{ y', "not closed")], {"a": '\\"x {{ y'}),
    ('{"a": [{"b": "x\\', "json", [("{", "not closed"), ('"x\\', "not closed")], {"a": [{"b": "x\\"}]}),
    ('{"a": "{\n}', "json", [('"{', "not closed")], {"a": "{"}),
    ('{"a": "{{ b }}\n}', "json", [('"{{ b }}', "not closed")], {"a": "{{ b }}"}),
    ('{"a": {"b}, "c": 1}', "json", [('"b', "not closed")], {"a": {"b": None}, "c": 1}),
    ('{"a": [1, 2}', "json", [("}", "‘]’ was expected")], {"a": [1, 2]}),
    ('{"a": {"b": 1}', "json", [("{", "not closed")], {"a": {"b": 1}}),
    ("{a: 1, 'b': 2}", "json", [("a", "key must stand in double quotes"), ("'b'", "double quotes")], {"a": 1, "b": 2}),
    ('{"a": tru, "b": 01}', "json", [("tru", "not a JSON value"), ("01", "not a JSON value")], {"a": None, "b": None}),
    ('{"a": 1} // x', "json", [("// x", "no comments")], {"a": 1}),
    ('{"a": {{ x }} }', "json", [("{{ x }}", "must stand in quotes")], {"a": None}),
    ('{"a": "\\q"}', "json", [("\\q", "means nothing")], {"a": "\\q"}),
    ('{"a": 1} 2', "json", [("2", "after the end")], {"a": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "format_", "told", "value"), CASES)
def test_mistakes(text: str, format_: Format, told: list[tuple[str, str]], value: object) -> None:
    tree = parse_piece(text, format_)
    found = sorted(tree.problems, key=lambda problem: problem.span)
    assert [text[problem.span.start : problem.span.end] for problem in found] == [place for place, _ in told]
    for problem, (_, words) in zip(found, told, strict=True):
        assert words in problem.message
        assert (problem.code, problem.kind.value, problem.severity) == ("syntax-error", "syntax", "error")
    assert plain(tree.node) == value
