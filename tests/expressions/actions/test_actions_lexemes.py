"""Words of GitHub's expressions, and what is being typed in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.expressions.actions import parse_condition
from calibrant.expressions.actions.lexemes import lexemes
from calibrant.expressions.actions.typing_at import typing_at
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span


def words(source: str) -> str:
    return " ".join(f"{word.sort}:{word.text}" for word in lexemes(source))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x['y z'][0].*.a-b", "root:x open:[ part:y z close:] open:[ part:0 close:] mark:. operator:* mark:. part:a-b"),
        ("f('{0}', 1.5e-3) != null", "function:f open:( string:'{0}' mark:, number:1.5e-3 close:) operator:!= constant:null"),
        ("!a && (b || true)", "operator:! root:a operator:&& open:( root:b operator:|| constant:true close:)"),
        ("a == 'it''s", "root:a operator:== string:'it''s"),
        ("a[b.c].d", "root:a open:[ root:b mark:. part:c close:] mark:. part:d"),
        ("0xff >= -2", "number:0xff operator:>= number:-2"),
        ("a ? \"b\"", "root:a root:b"),
    ],
)  # fmt: skip
def test_words(source: str, found: str) -> None:
    assert words(source) == found


@given(st.text(alphabet="ab.[]()'*!=<>&|, 0-e{}\n", max_size=40))
def test_words_stand_in_order_and_roots_are_those_of_the_parser(source: str) -> None:
    at = 0
    for word in lexemes(source):
        assert at <= word.start <= word.end <= len(source)
        assert source[word.start : word.end] == word.text
        at = word.end
    expression = parse_condition(Scalar(Span(0, len(source)), source, "plain", ((0, 0),)))
    if expression.error is None:
        roots = [word.text for word in lexemes(source) if word.sort == "root"]
        assert sorted(reference.root for reference in expression.references) == sorted(roots)


def typed(marked: str, *, whole: bool = False) -> str:
    """Say what is being typed where ‘|’ stands: kind, chain, name, call."""
    at = marked.index("|")
    found = typing_at(marked.replace("|", "", 1), at, whole=whole)
    if found is None:
        return "nothing"
    chain = ".".join(map(str, found.chain))
    call = f" {found.call}#{found.argument}" if found.call else ""
    return f"{found.kind} {chain}<{found.typed}{call}>{'' if found.closed else ' open'}"


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("${{ | }}", "root <>"),
        ("x ${{ git|hub }} y", "root <git>"),
        ("${{ github.| }}", "field github<>"),
        ("${{ github.event.is|", "field github.event<is> open"),
        ("${{ steps.a-b.outputs.c-| }}", "field steps.a-b.outputs<c->"),
        ("${{ a.b[0]['c d'].*.| }}", "field a.b.0.c d.*<>"),
        ("${{ a.b[c].| }}", "field a.b.*<>"),
        ("${{ matrix['o|'] }}", "element matrix<o>"),
        ("${{ matrix[| }}", "element matrix<>"),
        ("${{ a == | }}", "root <>"),
        ("${{ a | }}", "operator <>"),
        ("${{ a| }}", "root <a>"),
        ("${{ 'te|xt' }}", "nothing"),
        ("${{ 1| }}", "nothing"),
        ("${{ contains(github.ref, | }}", "root < contains#1>"),
        ("${{ f(a, g(b, c), h[0], | }}", "root < f#3>"),
        ("${{ (a == |b) }}", "root <>"),
        ("$|{{ a }}", "nothing"),
        ("text |", "nothing"),
    ],
)
def test_what_is_being_typed(marked: str, found: str) -> None:
    assert typed(marked) == found


def test_a_condition_needs_no_braces() -> None:
    assert typed("github.event_name == 'push' && fail|", whole=True) == "root <fail>"
    assert typed("a |", whole=True) == "operator <>"
    assert typed("a |") == "nothing"


@given(st.text(alphabet="ab.[]()'*!=<>&|, 0-{}$", max_size=40), st.integers(0, 40))
def test_any_place_can_be_asked_for(text: str, at: int) -> None:
    found = typing_at(text, min(at, len(text)), whole=True)
    if found is not None:
        assert 0 <= found.start <= min(at, len(text)) <= found.end <= len(text)
