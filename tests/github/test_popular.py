"""What is known of public actions: found by name and version, and silent where a version does not tell."""

import pytest

from calibrant.github.popular import ACTIONS, PublicAction, newest, public_action
from calibrant.github.specs import ActionSpecs
from calibrant.model.connector import ConnectorSpec


@pytest.mark.parametrize(
    "name",
    [
        "actions/checkout@v4",
        "actions/checkout@v4.2.2",
        "actions/checkout@4.1",
        "Actions/Checkout@v4",
        "azure/login@v2",
        "Azure/login@v2",
        "pypa/gh-action-pypi-publish@release/v1",
        "dtolnay/rust-toolchain@nightly",
        "actions/cache/restore@v4",
    ],
)
def test_a_version_tells_what_is_known(name: str) -> None:
    found = public_action(name)
    assert found is not None
    assert found.name == name
    assert found.parameters


@pytest.mark.parametrize(
    "name",
    [
        "actions/checkout",
        "actions/checkout@",
        "actions/checkout@main",
        "actions/checkout@v99",
        "actions/checkout@b4ffde65f46336ab88eb53be808477a3936bae11",
        "actions/checkout@v4-beta",
        "someone/checkout@v4",
        "actions/cache/unknown@v4",
        "",
    ],
)
def test_where_it_does_not_nothing_is_known(name: str) -> None:
    assert public_action(name) is None


def test_only_of_settled_versions_all_inputs_are_known() -> None:
    settled, newer = public_action("actions/checkout@v4"), public_action("actions/checkout@v5")
    assert settled is not None
    assert newer is not None
    assert (settled.open, newer.open) == (False, True)
    assert newer.parameter("fetch-depth") is not None


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_each_is_whole(action: PublicAction) -> None:
    assert {*action.required, *action.deprecated, *action.defaults} <= set(action.inputs)
    assert not set(action.required) & {*action.deprecated, *action.defaults}
    assert all(doc.endswith(".") and doc[0].isupper() for doc in (*action.inputs.values(), action.summary))
    assert all(doc.endswith(".") for doc in action.deprecated.values())
    first, last = action.majors
    assert 0 <= first <= last
    assert action.settled < last
    assert len({name.lower() for name in action.inputs}) == len(action.inputs)


def test_each_is_known_by_the_way_its_newest_is_called() -> None:
    assert [name.partition("@")[0] for name in newest()] == [action.name for action in ACTIONS]
    assert all(public_action(name) is not None for name in newest())
    assert len({action.name.lower() for action in ACTIONS}) == len(ACTIONS)


def test_what_lies_in_the_repository_comes_first_and_two_that_know_the_same_are_equal() -> None:
    own = ConnectorSpec("./a", "", (), public_action(newest()[0]).output, ())  # type: ignore[union-attr]
    specs = ActionSpecs({"./a": own}, ("./b",))
    assert list(specs)[:2] == ["./a", "./b"]
    assert "actions/checkout@v4" in specs
    assert "./c" not in specs
    assert dict(specs.items())["./b"].open, "nothing is known of what is only near"
    assert specs == ActionSpecs({"./a": own}, ("./b",))
    assert specs != ActionSpecs({})
    assert len(specs) == len(list(specs))
