"""Whatever the text is and whatever its steps gave, something is told of every reference, and nothing raises."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.ide.typed import Typed, element, fields, follow, output, output_words, part, root, words
from ide.viewing import view

TEXTS = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[1] / "data" / "native" / "ok").glob("*.workflow.yaml"))
]
KEYS = st.sampled_from(["items", "emails", "rows", "count", "a", "…", "", "subject", "0"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
OUTPUTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=7) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
PARTS = KEYS | st.integers(-3, 9)


def look_into(typed: Typed | None, depth: int = 0) -> None:
    if typed is None or depth > 3:
        return
    assert isinstance(words(typed), str)
    for field in fields(typed):
        look_into(field.typed, depth + 1)
    look_into(element(typed), depth + 1)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_something_is_told_of_everything(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    text = text[:start] + data.draw(st.sampled_from(["", "{{ ", "}}", "\n", ":", "items", "'", "é🎉"])) + text[end:]
    ids = [step.label for step in view(text).workflow.steps]
    known = view(text, {label: data.draw(OUTPUTS) for label in ids[:4]}, inputs={"team": data.draw(OUTPUTS)})
    for ran in known.steps.values():
        assert isinstance(output_words(ran), str)
    for step in known.workflow.steps:
        look_into(output(known, step))
        for over in ("", "for_each", "items", "nothing"):
            look_into(root(known, step, "item", over))
        for use in known.checked.reached[step.index].uses:
            for reference in use.expression.references:
                whole = follow(known, step, reference, use.over)
                look_into(whole)
                if whole is not None:
                    look_into(part(whole, data.draw(PARTS)))
                assert follow(known, step, reference, use.over, 0) == root(known, step, reference.root, use.over)
