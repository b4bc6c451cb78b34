"""What is said of the place that one points at in a GitHub Actions file."""

import pytest

from calibrant.ide.hover import World, hover
from calibrant.ide.page import plain_text
from ide.actions import ACTION, COMPOSITE, PATH, TEXT, at
from ide.marked import unmarked
from ide.viewing import view

WORLD = World(lambda _session: "", lambda _name: False)


def said(marked: str, path: str = PATH) -> str:
    """Return what is said at the cursor mark: the text it is about, then the words."""
    text, offset = unmarked(marked)
    found = hover(view(text, path=path), offset, WORLD)
    if found is None:
        return ""
    assert found.span.start <= offset <= found.span.end
    return f"{text[found.span.start : found.span.end]}|{plain_text(found.page)}"


CASES: list[tuple[str, list[str]]] = [
    # keys
    (at("on:", "o‸n:"), ["on|on · key of a workflow", "The events that start the workflow."]),
    (at("  push:", "  pu‸sh:"), ["push|push · key of on", "Someone pushed commits or a tag."]),
    (at("branches: [main]", "bran‸ches: [main]"), ["key of push", "Only branches"]),
    (at("    runs-on: u", "    runs‸-on: u"), ["key of a job", "Such as ubuntu-latest"]),
    (at("contents: read", "con‸tents: read"), ["contents|", "The repository's contents"]),
    (at("- id: ver", "- i‸d: ver"), ["key of a step"]),
    (at("  build:\n", "  bui‸ld:\n"), ["build|build · job", "Build it", "version: ${{ steps.ver"]),
    # values
    (at("ubuntu-latest\n    steps", "ubuntu‸-latest\n    steps"), ["ubuntu-latest|", "The newest Ubuntu"]),
    (at("contents: read", "contents: re‸ad"), ["read|", "May be read"]),
    (at("shell: bash", "shell: ba‸sh"), ["Bash"]),
    (at("[ubuntu-latest, macos-15]", "[ubuntu-latest, mac‸os-15]"), [""]),
    (at("actions/checkout@v4", "actions/che‸ckout@v4"), ["https://github.com/actions/checkout/tree/v4"]),
    (at("on:", "on:\n  schedule:\n    - cron: '30 5 ‸* * 1-5'"), ["At 05:30, Monday to Friday. In UTC"]),
    ("on: [push, pull_re‸quest]\n", ["pull_request|pull_request", "Something happened to a pull request"]),
    (at("github.ref }}", "github.event.head_commit.mess‸age }}"), ["of push"]),
    # names
    (
        at("- id: ver\n        name", "- id: ver\n        if: steps.v‸er.outcome\n        name"),
        ["ver|ver · step, script"],
    ),
    (at("- id: ver", "- id: v‸er"), ["ver|ver · step, script", "Version", "version: given by the script"]),
    (at("needs: [build]", "needs: [bu‸ild]"), ["build|build · job", "It gives:"]),
    (at("needs.build.", "needs.bu‸ild."), ["build|build · job", "It gives:"]),
    (at("outputs.version }} $", "outputs.ver‸sion }} $"), ["output of a job: ${{ steps.ver.outputs.version }}"]),
    (at("steps.ver.outcome", "steps.ver.out‸come"), ["steps.ver.outcome · string", "How the step ended by itself"]),
    (at("inputs.level", "inputs.le‸vel"), ["level · input", "How `loud`", "One of low, high"]),
    (at("      level:\n", "      le‸vel:\n"), ["level|level · input", "How `loud`"]),
    (at("matrix.os", "matrix.o‸s"), ["variable of the matrix: ubuntu-latest, macos-15"]),
    (at("github.ref }}", "github.r‸ef }}"), ["github.ref · string", "refs/heads/main"]),
    (at("github.ref }}", "git‸hub.ref }}"), ["github · context", "The run"]),
    (at("contains(", "con‸tains("), ["contains(search, item) · function, gives boolean"]),
    (at("secrets.DEPLOY", "secrets.DEP‸LOY"), ["DEPLOY_TOKEN · secret, used in this file"]),
    (at("job.services.db.id", "job.services.db.i‸d"), ["The id of the service's container"]),
]


@pytest.mark.parametrize(("text", "told"), CASES)
def test_what_is_said(text: str, told: list[str]) -> None:
    found = said(text)
    for words in told:
        assert words in found


@pytest.mark.parametrize("text", [at("name: CI", "name: C‸I"), at('echo "version=1"', 'ec‸ho "version=1"')])
def test_nothing_is_said_of_what_means_nothing(text: str) -> None:
    assert said(text) == ""


def test_an_action_says_what_its_words_mean() -> None:
    assert "runs|runs · key of an action" in said(at("runs:", "ru‸ns:", COMPOSITE), ACTION)
    assert "Steps, as in a job." in said(at("using: composite", "using: comp‸osite", COMPOSITE), ACTION)
    assert "Whom to greet" in said(at("inputs.who", "inputs.w‸ho", COMPOSITE), ACTION)
    assert "step, script" in said(at("steps.say.", "steps.s‸ay.", COMPOSITE), ACTION)


def test_what_the_user_wrote_is_no_markup() -> None:
    text, offset = unmarked(at("inputs.level", "inputs.le‸vel"))
    found = hover(view(text, path=PATH), offset, WORLD)
    assert found is not None
    assert any(getattr(block, "text", "") == "How `loud`" and type(block).__name__ == "Said" for block in found.page)
    assert TEXT.count("How `loud`") == 1
