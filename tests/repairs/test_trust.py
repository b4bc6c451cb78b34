"""How far strategies are trusted: from the prior, by what was measured, never to certainty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.connectors import specs
from calibrant.dialects import read
from calibrant.failures import group
from calibrant.model.applied import Outcome
from calibrant.model.fix import Fix
from calibrant.repairs import REPAIRS, propose
from calibrant.repairs.trust import AGAINST, FOR, PRIOR_WEIGHT, measured
from calibrant.rules import check

PRIORS = {repair.name: repair.prior for repair in REPAIRS}
WORDS: tuple[Outcome, ...] = ("verified", "unverified", "kept", "rolled_back", "undone")
TEXT = """\
steps:
  - {id: urgent, uses: file.read, with: {path: a.json}}
  - {id: other, uses: file.read, with: {path: "{{ urgnet.content }}"}, timeot: 5}
"""


def offered(trust: dict[str, float], code: str = "unknown-step") -> tuple[Fix, ...]:
    """Return the fixes on offer for the one issue of a code."""
    workflow = read("a.workflow.yaml", TEXT)
    assert workflow is not None
    issues = [one for one in group("a", check(workflow, specs()).findings).all if one.code == code]
    (fixes,) = propose(issues, workflow, specs(), trust=trust).values()
    return fixes


@pytest.mark.parametrize("nothing", [{}, {"closest-name": {"unverified": 40}}, {"gone-since": {"kept": 3}}])
def test_what_was_not_measured_stands_at_its_prior(nothing: dict[str, dict[Outcome, int]]) -> None:
    assert measured(nothing) == {}


def test_as_many_applications_as_the_prior_weighs_go_half_the_way() -> None:
    prior = PRIORS["closest-name"]
    assert measured({"closest-name": {"undone": int(PRIOR_WEIGHT)}})["closest-name"] == pytest.approx(prior / 2)
    assert measured({"closest-name": {"kept": int(PRIOR_WEIGHT)}})["closest-name"] == pytest.approx((prior + 1) / 2)


def test_counts_that_no_counting_gives_are_passed_over() -> None:
    assert measured({"closest-name": {"verified": -3, "unverified": 2}}) == {}


counts = st.dictionaries(st.sampled_from(WORDS), st.integers(0, 10**6))


@given(st.sampled_from(sorted(PRIORS)), counts)
def test_never_certain_and_between_the_prior_and_what_was_measured(name: str, counted: dict[Outcome, int]) -> None:
    good, bad = (sum(counted.get(one, 0) for one in words) for words in (FOR, AGAINST))
    found = measured({name: counted})
    if good + bad == 0:
        assert found == {}
        return
    low, high = sorted((PRIORS[name], good / (good + bad)))
    assert 0 < found[name] < 1
    assert low - 1e-9 <= found[name] <= high + 1e-9


@given(st.sampled_from(sorted(PRIORS)), counts, st.sampled_from(WORDS))
def test_one_more_moves_it_the_right_way(name: str, counted: dict[Outcome, int], word: Outcome) -> None:
    before = measured({name: counted}).get(name, PRIORS[name])
    after = measured({name: counted | {word: counted.get(word, 0) + 1}}).get(name, PRIORS[name])
    assert after > before if word in FOR else after < before if word in AGAINST else after == before


def test_measured_confidence_takes_the_place_of_the_prior() -> None:
    first = offered({})[0]
    assert first.strategy == "closest-name"
    assert first.confidence == PRIORS["closest-name"]
    assert offered({"closest-name": 0.123})[-1].confidence <= 0.123
    least = next(fix for fix in offered({"closest-name": 0.123}) if fix.id == first.id)
    assert least.confidence == 0.123


@pytest.mark.parametrize("trusted", [0.0, 1.0, 0.00001, 0.99999])
def test_no_fix_is_offered_as_certain(trusted: float) -> None:
    assert all(0 < fix.confidence < 1 for fix in offered(dict.fromkeys(PRIORS, trusted)))


def test_a_strategy_that_did_badly_comes_after_one_that_did_well() -> None:
    before = [fix.strategy for fix in offered({}, "unknown-key")]
    after = [fix.strategy for fix in offered({"closest-key": 0.1}, "unknown-key")]
    assert (before[0], after[-1]) == ("closest-key", "closest-key")
    assert sorted(before) == sorted(after)
    assert len(set(before)) > 1
