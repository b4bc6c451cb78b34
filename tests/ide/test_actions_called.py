"""What is on offer and said where a GitHub Actions file calls actions and reusable workflows."""

from calibrant.dialects import read
from calibrant.dialects.actions.interface import interface_of
from calibrant.github.specs import ActionSpecs
from calibrant.ide.hover import World, hover
from calibrant.ide.page import plain_text
from calibrant.ide.place import place_at
from calibrant.ide.triggers import is_welcome
from calibrant.model.connector import ConnectorSpec
from ide.actions import ACTION, COMPOSITE, PATH, TEXT, at
from ide.completing import labels, offers, taken
from ide.marked import unmarked
from ide.viewing import view

DEPLOY = """\
name: Deploy
on:
  workflow_call:
    inputs:
      level: {type: string, required: true, description: How loud}
      dry: {type: boolean, default: false}
    secrets:
      KEY: {required: true, description: What opens it}
      OTHER: {}
    outputs:
      url: {value: "${{ jobs.a.outputs.url }}"}
jobs: {}
"""
WORLD = World(lambda _session: "", lambda _name: False)
HERE, REUSED = "./actions/greet", "./.github/workflows/deploy.yml"


def interface(text: str, path: str, name: str) -> ConnectorSpec:
    workflow = read(path, text)
    assert workflow is not None
    spec = interface_of(workflow, name)
    assert spec is not None
    return spec


SPECS = ActionSpecs(
    {HERE: interface(COMPOSITE, ACTION, HERE), REUSED: interface(DEPLOY, PATH, REUSED)}, ("./near", "./near.yml")
)
GREET = at("actions/checkout@v4\n        with:\n          fetch-depth: 0", f"{HERE}\n        with:\n          ‸")


def found(marked: str) -> list[str]:
    return labels(offers(marked, path=PATH, specs=SPECS))


def said(marked: str) -> str:
    text, offset = unmarked(marked)
    told = hover(view(text, path=PATH, specs=SPECS), offset, WORLD)
    return plain_text(told.page) if told else ""


def test_actions_and_workflows_are_offered_where_they_may_be_called() -> None:
    actions = found(at("actions/checkout@v4", "‸"))
    assert HERE in actions
    assert "./near" in actions
    assert any(one.startswith("actions/checkout@v") for one in actions)
    assert not {REUSED, "./near.yml"} & set(actions)
    assert found(at("uses: ./.github/workflows/deploy.yml", "uses: ‸")) == [REUSED, "./near.yml"]


def test_their_inputs_are_offered_and_explained() -> None:
    assert found(GREET) == ["who"]
    (who,) = offers(GREET, path=PATH, specs=SPECS).items
    assert who.doc == "Whom to greet Default: you."
    depth = at("fetch-depth: 0", "‸")
    assert {"ref", "fetch-depth", "submodules"} <= set(found(depth))
    assert found(at("fetch-depth: 0", "fetch-depth: ‸")) == ["1"]
    assert "fetch-depth" not in found(at("fetch-depth: 0", "fetch-depth: 0\n          ‸"))
    assert found(at("      level: high", "      level: high\n      ‸")) == ["dry"]
    assert set(found(at("      level: high", "      dry: ‸"))) == {"true", "false"}


def test_the_secrets_of_a_called_workflow_are_offered() -> None:
    assert found(f"{TEXT}    secrets:\n      ‸") == ["KEY", "OTHER"]
    assert found(f"{TEXT}    secrets:\n      KEY: x\n      ‸") == ["OTHER"]
    assert found(f"{TEXT}    secrets: ‸") == ["inherit"]
    known = offers(f"{TEXT}    secrets:\n      ‸", path=PATH, specs=SPECS)
    assert taken(f"{TEXT}    secrets:\n      ‸", known, "KEY").endswith("      KEY: ")


def test_outputs_of_what_is_called_are_offered() -> None:
    text = TEXT.replace("uses: actions/checkout@v4", f"id: hi\n        uses: {HERE}", 1)
    assert found(text.replace("steps.ver.outcome", "steps.hi.outputs.‸", 1)) == ["text"]
    text = (
        f"{TEXT}  last:\n    needs: deploy\n    runs-on: x\n    steps:\n      - run: echo ${{{{ needs.deploy.outputs.‸"
    )
    assert found(text) == ["url"]


def test_what_is_called_is_explained() -> None:
    told = said(at("actions/checkout@v4", "actions/che‸ckout@v4"))
    assert "Checks a repository out" in told
    assert "fetch-depth:  # default 1" in told
    assert "https://github.com/actions/checkout/tree/v4" in told
    told = said(at("uses: ./.github", "uses: ./.gi‸thub"))
    assert "Deploy" in told
    assert "level:  # required — How loud" in told
    assert "KEY" in told
    told = said(at("fetch-depth: 0", "fetch-d‸epth: 0"))
    assert told.startswith("fetch-depth · input of actions/checkout@v4")
    assert "Default: 1" in told
    assert said(at("level: high", "lev‸el: high")).startswith(f"level · input of {REUSED}")


def test_a_comment_behind_a_commit_tells_the_version() -> None:
    pinned = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"
    assert "Checks a repository out" in said(at("actions/checkout@v4", pinned.replace("checkout", "che‸ckout")))
    text = at("actions/checkout@v4\n        with:\n          fetch-depth: 0", f"{pinned}\n        with:\n          ‸")
    assert {"ref", "fetch-depth"} <= set(found(text))


def test_a_list_comes_up_where_something_is_called() -> None:
    for marked, character, wanted in [
        (at("actions/checkout@v4", "‸"), " ", True),
        (at("actions/checkout@v4", "./‸"), "/", True),
        (at("needs: test", "needs: ‸"), " ", True),
        (at("name: Version", "name: ‸"), " ", False),
        (at("${{ matrix.os }}", "${{ ‸"), " ", True),
        (at("${{ matrix.os }}", "${{ matrix.‸"), ".", True),
        (at("${{ matrix.os }}", "${{‸"), "{", True),
        (at('echo "version=1"', "echo ‸"), " ", False),
    ]:
        text, offset = unmarked(marked)
        place = place_at(view(text, path=PATH).workflow, SPECS, PATH, offset)
        assert place is not None
        assert is_welcome(place, character) is wanted, marked[marked.index("‸") - 20 :][:30]
