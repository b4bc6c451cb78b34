"""Where documents are cut."""

import pytest

from calibrant.syntax import Format, normal, split

CUTS: list[tuple[str, Format, str, list[str], str | None]] = [
    ("name: x\nsteps:\n  - a\n  - b\nz: 1\n", "yaml", "name: x\nsteps:\n", ["  - a\n", "  - b\n"], "z: 1\n"),
    ("steps:\n- a\n- b\nz: 1\n", "yaml", "steps:\n", ["- a\n", "- b\n"], "z: 1\n"),
    ("steps:\n  # on a\n  - a\n\n  # on b\n  # too\n  - b\n# on z\nz: 1", "yaml", "steps:\n",
     ["  # on a\n  - a\n\n", "  # on b\n  # too\n  - b\n"], "# on z\nz: 1"),
    ("steps: # note\n\n  - |\n    x\n    - y\n  - b", "yaml", "steps: # note\n\n", ["  - |\n    x\n    - y\n", "  - b"], ""),
    ("'steps':\n  - a\n", "yaml", "'steps':\n", ["  - a\n"], ""),
    ("\ufeffsteps:\r\n  - a\r\n  - b\r\n", "yaml", "\nsteps:\r\n", ["  - a\r\n", "  - b\r\n"], ""),
    ("---\nsteps:\n  - a\n...\n", "yaml", "\nsteps:\n", ["  - a\n"], ""),
    ("  steps:\n  - a\n  z: 1\n", "yaml", "  steps:\n", ["  - a\n"], "  z: 1\n"),
    ("steps:\n  - a\nru\n  - b\n", "yaml", "steps:\n", ["  - a\nru\n", "  - b\n"], ""),
    ("steps:\n  - a\n  -id: b\n", "yaml", "steps:\n", ["  - a\n", "  -id: b\n"], ""),
    ("steps:\n  -\n    id: a\n  -\n", "yaml", "steps:\n", ["  -\n    id: a\n", "  -\n"], ""),
    ("steps: [a, b]\n", "yaml", "steps: [a, b]\n", [], None),
    ("steps: &x\n  - a\n", "yaml", "steps: &x\n  - a\n", [], None),
    ("{steps: [a]}\n", "yaml", "{steps: [a]}\n", [], None),
    ("a:\n  steps:\n    - b\n", "yaml", "a:\n  steps:\n    - b\n", [], None),
    ("", "yaml", "", [], None),
    ('{"steps": [{"a": "]}"}, {"b": [{}]}], "z": 1}', "json", '{"steps": [', ['{"a": "]}"}', '{"b": [{}]}'], '], "z": 1}'),
    ('{"x": {"steps": [{}]}, "steps": [\n  {}\n]}', "json", '{"x": {"steps": [{}]}, "steps": [\n  ', ["{}"], "\n]}"),
    ('{"steps": [\n  {"a": 1,\n  {"b": 2},\n]}', "json", '{"steps": [\n  ', ['{"a": 1', '{"b": 2}'], ",\n]}"),
    ('{"steps": ["a", {}]}', "json", '{"steps": ["a", {}]}', [], None),
    ('{"steps": []}', "json", '{"steps": []}', [], None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "format_", "head", "items", "tail"), CUTS)
def test_cuts(text: str, format_: Format, head: str, items: list[str], tail: str | None) -> None:
    text = normal(text)
    pieces = split(text, format_)
    assert text[pieces.head.start : pieces.head.end] == head
    assert [text[item.start : item.end] for item in pieces.items] == items
    assert (text[pieces.tail.start : pieces.tail.end] if pieces.tail else None) == tail


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a: 1\n---\nb: 2\n", 5),
        ("---\na: 1\n---\n", 9),
        ("a: 1\n...\nb: 2\n", 5),
        ("---\na: 1\n...\n", None),
        ("# c\n---\na: 1\n", None),
        ("%YAML 1.2\n---\na: 1\n", None),
        ("a: |\n  ---\n", None),
    ],
)
def test_a_second_document(text: str, at: int | None) -> None:
    more = split(text, "yaml").more
    assert (more.start if more else None) == at


def test_normal_text_keeps_every_offset() -> None:
    text = "a\rb\r\nc\ud800d\u2028"
    assert normal(text) == "a\nb\r\nc\ufffdd\u2028"
