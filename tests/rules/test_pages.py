"""The pages on the rules' codes tell the truth: what they call wrong is found wrong, what they call right is right.

An example that begins with `# .github/workflows/….yml` or `# action.yml` is one for GitHub Actions; a page may have several.
"""

import re
from pathlib import Path

import pytest

from calibrant import connectors, dialects, pages, rules
from calibrant.github.specs import ActionSpecs
from calibrant.model.connector import Specs
from calibrant.rules import actions
from calibrant.workspace.analysis import around_on_disk

REPOSITORY = Path(__file__).parents[1] / "data" / "actions" / "repository"
"""What examples for GitHub Actions call of their own repository lies there."""

EXAMPLE = re.compile(r"## (?P<title>Wrong|Right)[^\n]*\n+```yaml\n(?P<text>.*?)```", re.DOTALL)
AT_RUN = {
    "broken-connector",
    "invalid-value",
    "wrong-input-value",
    "missing-parameter",
    "missing-secret",
    "unsafe-interpolation",
}
"""Codes that a run, or a package of its own, can give as well; their pages may show what is not found from a text alone."""

NAMED = re.compile(r"# (\S*(?:\.github/workflows/\S+|action)\.ya?ml)\n")
OF_GROUND = (rules.on_ground.RULE, actions.on_ground.RULE)
"""What these tell hangs on the workspace, which a page does not show."""

CODES = sorted({code for rule in (*rules.RULES, *actions.RULES) if rule not in OF_GROUND for code in rule.codes})


def found_in(text: str) -> set[str]:
    named = NAMED.match(text)
    workflow = dialects.read(named[1] if named else "page.workflow.yaml", text)
    assert workflow is not None
    specs: Specs = connectors.specs()
    if named:
        specs = ActionSpecs(*around_on_disk(str(REPOSITORY / named[1]), workflow))
    return {finding.code for finding in rules.check(workflow, specs).findings}


@pytest.mark.parametrize("code", CODES)
def test_examples_are_what_they_are_called(code: str) -> None:
    page = pages.page(code)
    assert page is not None
    examples = [(match["title"], match["text"]) for match in EXAMPLE.finditer(page)]
    if code not in AT_RUN:
        assert {title for title, _ in examples} == {"Wrong", "Right"}
    for title, text in examples:
        if code not in AT_RUN:
            assert found_in(text) == ({code} if title == "Wrong" else set())
        elif title == "Right":
            assert code not in found_in(text)
