"""Maps, lists, anchors, aliases, merge keys, comments."""

import pytest

from calibrant.model.nodes import Map, Scalar, Seq, plain
from calibrant.syntax import comments, parse_piece
from syntax.places import scalar_at, spans

CASES: list[tuple[str, object]] = [
    ("a: 1\nb: [x, {c: d}, 'e']\n", {"a": 1, "b": ["x", {"c": "d"}, "e"]}),
    ("a:\n- b\n- - c\n  - d\n-\n", {"a": ["b", ["c", "d"], None]}),
    ("a: {b, 'c': , d: e}\n", {"a": {"b": None, "c": None, "d": "e"}}),
    ('a: {"b":1}\n', {"a": {"b": 1}}),
    ("? a\n: b\n? c\n", {"a": "b", "c": None}),
    ("a: [b: c]\n", {"a": [{"b": "c"}]}),
    ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
    ("a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2\n", {"a": {"b": 1}, "c": {"d": 2, "b": 1}}),
    ("a: &x {b: 1, c: 1}\ne: {<<: *x, b: 2}\n", {"a": {"b": 1, "c": 1}, "e": {"b": 2, "c": 1}}),
    ("a: &x {b: 1}\ne: &y {b: 3, c: 4}\nf: {<<: [*x, *y]}\n", {"a": {"b": 1}, "e": {"b": 3, "c": 4}, "f": {"b": 1, "c": 4}}),
    ("&k a: b\nc: *k\n", {"a": "b", "c": "a"}),
    ("a: &e\nb: *e\n", {"a": None, "b": None}),
    ("1: a\ntrue: b\n", {"1": "a", "True": "b"}),
    ("", None),
    ("# only a note\n", None),
    ("a: {\n  b: 1\n}\n", {"a": {"b": 1}}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CASES)
def test_collections(text: str, value: object) -> None:
    tree = parse_piece(text, "yaml")
    assert tree.problems == ()
    assert plain(tree.node) == value
    for span in spans(tree.node):
        assert 0 <= span.start <= span.end <= len(text)


def test_duplicate_keys_are_kept_and_the_first_is_in_force() -> None:
    node = parse_piece("a: 1\nb: 2\na: 3\n", "yaml").node
    assert isinstance(node, Map)
    assert [entry.name for entry in node.entries] == ["a", "b", "a"]
    assert scalar_at(node, "a").value == 1


def test_an_aliased_value_stands_at_its_alias() -> None:
    text = "a: &x {b: [1, two]}\nc: *x\n"
    node = parse_piece(text, "yaml").node
    assert isinstance(node, Map)
    copied = node.get("c")
    assert isinstance(copied, Map)
    assert copied.aliased
    assert {text[span.start : span.end] for span in spans(copied)} == {"*x"}
    original = scalar_at(node, "a", "b", 1)
    assert not original.aliased
    assert text[original.span.start : original.span.end] == "two"


def test_a_merged_entry_stands_at_its_alias() -> None:
    text = "a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n"
    node = parse_piece(text, "yaml").node
    assert isinstance(node, Map)
    merged = node.get("c")
    assert isinstance(merged, Map)
    assert [(entry.name, entry.key.aliased) for entry in merged.entries] == [("d", False), ("b", True)]


def test_spans_of_entries_and_items() -> None:
    text = "a: 'x'\nb:\n  - one   # note\n  - {c: d}\n"
    node = parse_piece(text, "yaml").node
    assert isinstance(node, Map)
    assert [text[entry.span.start : entry.span.end] for entry in node.entries] == [
        "a: 'x'",
        "b:\n  - one   # note\n  - {c: d}",
    ]
    items = node.get("b")
    assert isinstance(items, Seq)
    assert [text[item.span.start : item.span.end] for item in items.items] == ["one", "{c: d}"]
    assert items.flow is False


def test_comments_are_found_outside_texts_only() -> None:
    text = "# one\na: 'x # no' # two\nb: |\n  # no\n# three\nc: x#no\n"
    node = parse_piece(text, "yaml").node
    found = [text[span.start : span.end] for span in comments(text, node)]
    assert found == ["# one", "# two", "# three"]


def test_an_unknown_anchor_names_those_that_are_there() -> None:
    text = "a: &some 1\nb: *same\n"
    tree = parse_piece(text, "yaml")
    (problem,) = tree.problems
    assert problem.code == "unknown-anchor"
    assert text[problem.span.start : problem.span.end] == "*same"
    assert "some" in problem.hint


def test_json_and_yaml_read_json_alike() -> None:
    text = '{"a": [1, 2.5, "x\\n\\u00e9", true, null, {}], "b": {"c": []}}'
    assert plain(parse_piece(text, "json").node) == plain(parse_piece(text, "yaml").node)


def test_keys_are_scalars_with_their_own_places() -> None:
    text = '"a b": 1\n'
    node = parse_piece(text, "yaml").node
    assert isinstance(node, Map)
    key = node.entries[0].key
    assert isinstance(key, Scalar)
    assert (key.value, text[key.span.start : key.span.end], key.style) == ("a b", '"a b"', "double")
