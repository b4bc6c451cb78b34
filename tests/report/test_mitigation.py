"""What results say of how an issue was found, what was tried, and whether that mends it."""

import msgspec
import pytest

from calibrant.model.issue import Finding, FixRef, Issue, Kind
from calibrant.model.text import Span
from calibrant.report.mitigation import detection_object, mitigation_object

HOLDS = FixRef("f1", "Run ‘npm ci’ before", "review", 0.7, verified=True, tried=True)
FAILED = FixRef("f2", "Change ‘a’ to ‘b’", "safe", 0.6, tried=True, outcome="There is no ‘b’ either.")
OPEN = FixRef("f3", "Change ‘a’ to ‘c’", "safe", 0.5)


def issue(*fixes: FixRef, at_run: bool = True, **evidence: str) -> Issue:
    finding = Finding("x", Kind.RUNTIME, Span(0, 1), "Said.", hint="Do it.", evidence=evidence, at_run=at_run)
    return Issue("0" * 12, "a.workflow.yaml", finding, fixes)


def test_a_fix_that_holds_says_so() -> None:
    made = mitigation_object(issue(HOLDS, FAILED, OPEN))
    assert made["fixed"] is True
    assert made["suggests"] == "Run ‘npm ci’ before."
    assert made["did"] == [
        "Tried “Run ‘npm ci’ before” in the private copy: it holds.",
        "Tried “Change ‘a’ to ‘b’” in the private copy, and it did not help: There is no ‘b’ either.",
    ]


def test_what_was_tried_in_vain_is_not_fixed_and_what_was_not_tried_is_open() -> None:
    vain = mitigation_object(issue(FAILED))
    assert (vain["fixed"], vain["suggests"]) == (False, "Do it."), "what did not help is not suggested"
    assert mitigation_object(issue(FAILED, OPEN))["suggests"] == "Change ‘a’ to ‘c’."
    untold = mitigation_object(issue(msgspec.structs.replace(OPEN, outcome="It needs the network.")))
    assert untold["did"] == ["Could not tell of “Change ‘a’ to ‘c’” in the private copy: It needs the network."]
    assert untold["fixed"] is None
    assert mitigation_object(issue(OPEN)) == {"did": [], "suggests": "Change ‘a’ to ‘c’.", "fixed": None}
    assert mitigation_object(issue()) == {"did": [], "suggests": "Do it.", "fixed": None}


@pytest.mark.parametrize(
    ("found", "by", "confidence"),
    [
        (issue(at_run=False), "check", 1.0),
        (issue(), "run", 1.0),
        (issue(pattern="npm", confidence="0.8"), "npm", 0.8),
        (issue(confidence="very"), "run", 1.0),
        (issue(confidence="7"), "run", 1.0),
    ],
)
def test_what_found_it(found: Issue, by: str, confidence: float) -> None:
    assert detection_object(found) == {"by": by, "confidence": confidence}
