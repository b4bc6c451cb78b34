"""Pages as Markdown and as plain text: what others wrote is shown, and never becomes markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.ide.page import Code, Link, Rule, Text, Title, code_span, escaped, markdown, plain_text, sayable

CASES = [
    ("a plain text, as it is.", "a plain text, as it is."),
    ("exit_code and file.txt", "exit_code and file.txt"),
    ("*bold* and _this_", r"\*bold\* and \_this\_"),
    ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)>"),
    ("[click](http://evil)", r"\[click\](http://evil)"),
    ("https://a.example/x_y", "https://a.example/x_y"),
    ("# no heading", r"\# no heading"),
    ("- no list", r"\- no list"),
    ("1. no list", r"1\. no list"),
    ("> no quote", r"\> no quote"),
    ("&lt; & &#60;", r"\&lt; & \&#60;"),
    ("$(zap) ~~x~~ ~y", r"\$(zap) \~~x\~~ ~y"),
    ("one\ntwo\t three", "one two three"),
    ("back`tick \\ slash", r"back\`tick \\ slash"),
    ("right\u202eleft", "right\\\\u202eleft"),
    ("\x1b[31mred", "\\\\x1b\\[31mred"),
    ("👩‍💻 ‘quoted’", "👩‍💻 ‘quoted’"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_words_stay_words(text: str, expected: str) -> None:
    assert escaped(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("", ""), ("x\ny", "`x y`")]
)
def test_code_in_a_line(text: str, expected: str) -> None:
    assert code_span(text) == expected


def test_a_page_as_markdown_and_as_text() -> None:
    page = (
        Title("fetch_it", "step, mail.read"),
        Text("It takes `a*b` and * more."),
        Code("x: |\n  ```\n  y", "yaml"),
        Rule(),
        Link("More on it", "file:///tmp/a b.md"),
    )
    assert markdown(page) == (
        "**fetch_it** · step, mail.read\n\nIt takes `a*b` and \\* more.\n\n````yaml\nx: |\n  ```\n  y\n````\n\n---\n\n"
        "[More on it](<file:///tmp/ab.md>)"
    )
    assert plain_text(page) == (
        "fetch_it · step, mail.read\n\nIt takes a*b and * more.\n\n  x: |\n    ```\n    y\n\n—\n\nMore on it: file:///tmp/ab.md"
    )


@given(st.text())
def test_no_text_leaves_its_fence(text: str) -> None:
    lines = markdown((Code(text, "yaml"),)).split("\n")
    fence = lines[0].removesuffix("yaml")
    assert set(fence) == {"`"}
    assert lines[-1] == fence
    assert not any(re.fullmatch(rf"[ ]{{0,3}}{fence}`*[ \t]*", line) for line in lines[1:-1])


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_becomes_markup(text: str) -> None:
    written = escaped(text)
    assert "\n" not in written
    assert not re.search(r"(?<!\\)(\\\\)*[<`*\[\]]", written)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written) == sayable(" ".join(text.split()))


@given(st.text())
def test_nothing_that_steers_a_display_gets_through(text: str) -> None:
    shown = sayable(text)
    assert all(one.isprintable() or one in "\n\u200d" for one in shown)
