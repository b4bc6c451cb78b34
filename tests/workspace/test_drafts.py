"""Fixes as edits of a text: those that fit together, the first ones first."""

from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.fix import Fix
from calibrant.model.issue import Finding, Issue, Kind
from calibrant.model.text import Span
from calibrant.workspace.documents import Documents
from calibrant.workspace.drafts import Offer, draft

TEXT = "name: 😀 a\nsteps:\n" + "".join(f"  - {{id: s{at}, run: echo {at}}}\n" for at in range(4))
SNAPSHOT = Documents().put("a", "file:///a.workflow.yaml", Path("/a.workflow.yaml"), TEXT, 1)


def offer(name: str, *changes: Change) -> Offer:
    issue = Issue(name, "a.workflow.yaml", Finding("unknown-key", Kind.DEFINITION, Span(0, 1), "x"))
    return Offer(issue, Fix(name, name, "test", name, changes))


def run(step: int, text: str) -> SetValue:
    return SetValue(("steps", step, "run"), text)


A, B, C, D = (offer(name, run(at, f"echo {name}")) for at, name in enumerate("abcd"))
OTHER_A, OTHER_C = offer("other a", run(0, "date")), offer("other c", run(2, "date"))
NOWHERE = offer("nowhere", run(9, "date"))
THERE = offer("there", AddKey(("steps", 0), "id", "s0"))


@pytest.mark.parametrize(
    ("offers", "fitting"),
    [
        ((A, B, C, D), (A, B, C, D)),
        ((A, OTHER_A), (A,)),
        ((OTHER_A, A), (OTHER_A,)),
        ((A, B, OTHER_A, C, OTHER_C, D), (A, B, C, D)),
        ((NOWHERE, A, NOWHERE), (A,)),
    ],
)
def test_what_fits_together_is_written_and_the_rest_left(offers: tuple[Offer, ...], fitting: tuple[Offer, ...]) -> None:
    workflow = dialects.read(SNAPSHOT.name, TEXT)
    assert workflow
    found = draft(SNAPSHOT, workflow, offers)
    assert found
    assert found.offers == fitting
    expected = TEXT
    for one in fitting:
        (change,) = one.fix.changes
        assert isinstance(change, SetValue)
        expected = expected.replace(f"echo {change.path[1]}", str(change.value))
    assert found.after == expected
    assert found.gives(expected)
    assert not found.gives(expected.replace("name", "nome"))
    assert not found.gives(TEXT)


@pytest.mark.parametrize("offers", [(), (NOWHERE,), (NOWHERE, NOWHERE), (THERE,)])
def test_where_nothing_changes_there_is_no_draft(offers: tuple[Offer, ...]) -> None:
    workflow = dialects.read(SNAPSHOT.name, TEXT)
    assert workflow
    assert draft(SNAPSHOT, workflow, offers) is None
