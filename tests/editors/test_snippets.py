"""The configuration that docs/editors.md gives: it can be read, and names what there is, also for editors that are not driven."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from calibrant.lsp.server import COMMANDS
from editors.snippets import snippet

PAGE = Path(__file__).parents[2] / "docs" / "editors.md"


@pytest.mark.parametrize("name", ["kate", "zed", "sublime", "sublime commands"])
def test_json_can_be_read(name: str) -> None:
    assert json.loads(snippet(name))


@pytest.mark.parametrize("name", ["helix", "helix keys"])
def test_toml_can_be_read(name: str) -> None:
    assert tomllib.loads(snippet(name))


@pytest.mark.parametrize("name", ["emacs", "helix", "kate", "zed", "sublime", "neovim without the plugin"])
def test_the_server_is_started_as_the_command_line_has_it(name: str) -> None:
    assert re.search(r'"calibrant".*?"serve"', snippet(name), re.DOTALL)


def test_the_commands_are_those_of_the_server() -> None:
    text = "\n".join(snippet(name) for name in ("helix keys", "sublime commands"))
    found = set(re.findall(r"\bcalibrant\.\w+", text))
    assert found == {"calibrant.calibrate", "calibrant.rollback", "calibrant.trust"}
    assert found <= set(COMMANDS)


def test_links_within_the_page_lead_somewhere() -> None:
    text = PAGE.read_text()
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    linked = set(re.findall(r"\]\(#([\w-]+)\)", text))
    assert linked
    assert linked <= headings
    for path in re.findall(r"\]\(([\w./-]+\.md)", text):
        assert (PAGE.parent / path).is_file(), path
