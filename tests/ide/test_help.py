"""Help on issue codes: the first words of their pages."""

import pytest

from calibrant import pages
from calibrant.ide.help import help_pages
from calibrant.ide.page import Link, Rule, Text, Title, markdown, plain_text


@pytest.mark.parametrize("code", pages.codes())
def test_every_page_has_words_for_a_hover(code: str) -> None:
    text = pages.page(code)
    assert text
    rule, title, what, how, link = help_pages({code: text}, pages.link)
    assert (rule, title) == (Rule(), Title(code, "issue"))
    assert isinstance(what, Text)
    assert isinstance(how, Text)
    assert what.text.endswith((".", ":"))
    assert "#" not in plain_text((what,))[:1]
    assert isinstance(link, Link)
    assert link.uri.endswith(f"/{code}.md")
    assert markdown((what, how))


def test_a_page_without_its_usual_parts_is_no_trouble() -> None:
    assert help_pages({"x": ""}, lambda _: None) == (Rule(), Title("x", "issue"))
    assert help_pages({}, lambda _: None) == ()
    assert help_pages({"x": "# x\n\nWords.\n\nMore.\n"}, lambda _: None)[2:] == (Text("Words."),)
